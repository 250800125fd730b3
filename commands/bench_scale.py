"""Measure how the corpus stages grow with the corpus, and plan a larger one from that.

    python -m commands.bench_scale FILE_OR_FOLDER ... --gigabytes 320 --cores 64

Runs clean, perplexity, dedup and split on texts of so many megabytes and on 4 and 16 times as much. The copies are
other texts of the same statistics: each copy writes every syllable as another one, so that nothing is a duplicate of
it. What one process alone does, deciding which documents are duplicates, is measured on made-up signatures. The tables
are those of docs/scale.md.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from commands.bench_corpus import minhash_settings, read_texts, show
from stages.command import COSTS, start
from stages.errors import BadInput

INPUT_MULTIPLES = (1, 4, 16)
STAGES = ("clean", "perplexity", "dedup", "split")
DECIDED_DOCUMENTS = (250_000, 1_000_000)
DUPLICATE_SHARE = 0.2
CORES = (1, 16, 64, 256)


def written_otherwise(text: str, mapping: dict[str, str]) -> str:
    """The text with every Vietnamese syllable in lower case replaced by another one."""
    from stages.text.vietnamese import syllable_spans

    pieces, end = [], 0
    for first, last in syllable_spans(text):
        pieces += [text[end:first], mapping.get(text[first:last], text[first:last])]
        end = last
    return "".join([*pieces, text[end:]])


def other_syllables(seed: int) -> dict[str, str]:
    """Each possible syllable of an accented rhyme with another of the same number of bytes; the same for a seed."""
    from stages.text.vietnamese import all_syllables

    by_size: dict[int, list[str]] = {}
    for syllable in sorted(all_syllables()):
        if not syllable.isascii():
            by_size.setdefault(len(syllable.encode()), []).append(syllable)
    rng, mapping = random.Random(seed), {}
    for syllables in by_size.values():
        mapping |= dict(zip(syllables, rng.sample(syllables, len(syllables)), strict=True))
    return mapping


def run_stage(stage: str, arguments: list[str], costs: Path) -> dict[str, float]:
    """Run a stage; returns what it says that it cost: `wall_s`, `cpu_s`, and `peak_mib` of its largest process."""
    costs.unlink(missing_ok=True)
    command = [sys.executable, "-m", f"stages.{stage}", *arguments]
    # Through a shell, since Linux counts what the process before `exec` had, and this one is large.
    through_shell = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    environment = {**os.environ, COSTS: str(costs)}
    done = subprocess.run(through_shell, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadInput(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")
    return json.loads(costs.read_text())


def measure_stages(texts: list[str], multiple: int) -> dict[str, dict[str, float]]:
    """What each stage costs (`cpu_s`, `wall_s`, `peak_mib`) on so many times these texts; `mb`: all their text."""
    from stages.text.documents import Document, document_id, write_documents

    size = 0

    def documents() -> Iterator[Document]:
        nonlocal size
        for copy in range(multiple):
            mapping = other_syllables(copy) if copy else {}
            for number, text in enumerate(texts):
                other = written_otherwise(text, mapping) if copy else text
                size += len(other.encode())
                yield Document(document_id("bench", f"{copy}/{number}"), other, "bench")

    with TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "fetch", documents())
        write_documents(folder / "instructions", [])
        items = folder / "benchmarks/bench/items.jsonl"
        items.parent.mkdir(parents=True)
        items.write_text('{"id": "1", "query": "Câu không có trong bài nào?", "choices": ["a", "b"], "answer": 0}\n')
        inputs = {
            "clean": ["--documents", f"{folder}/fetch"],
            "perplexity": ["--documents", f"{folder}/clean"],
            "dedup": ["--documents", f"{folder}/perplexity", "--instructions", f"{folder}/instructions"],
            "split": ["--documents", f"{folder}/dedup", "--benchmarks", f"{folder}/benchmarks"],
        }
        costs = {}
        for stage in STAGES:
            arguments = [*inputs[stage], "--language", "vi", "--out", f"{folder}/{stage}"]
            costs[stage] = run_stage(stage, [*arguments, "--metrics", f"{folder}/{stage}.json"], folder / "costs")
            kept = json.loads((folder / f"{stage}.json").read_text())["documents"]
            costs[stage]["kept"] = kept["kept"] / kept["in"]
    return {"mb": size / 1e6, **costs}


def measure_decision(documents: int) -> tuple[float, float]:
    """To decide which of so many documents are duplicates, a fifth being near-duplicates of another: seconds, and MB.

    The memory is that beside the documents' entries and their signatures, which the stage has on disk.
    """
    import numpy as np

    from stages.deduplication.parts import DOCUMENT, decide

    minhash = minhash_settings()
    rng = np.random.default_rng(1)
    signatures = rng.integers(0, 2**32, (documents, minhash.bands * minhash.rows), dtype=np.uint32)
    copies = int(documents * DUPLICATE_SHARE)
    signatures[:copies] = signatures[-copies:]
    signatures[:copies][rng.random((copies, signatures.shape[1])) < 0.05] = 0
    entries = np.zeros(documents, dtype=DOCUMENT)
    entries["id"] = rng.permutation(documents).astype(np.uint64) << np.uint64(32)
    entries["length"] = rng.integers(100, 10_000, documents)
    entries["key"] = rng.integers(0, 2**63, (documents, 2)).view("V16")[:, 0]
    begun = time.process_time()
    decide(entries, signatures, minhash)
    seconds = time.process_time() - begun
    tracemalloc.start()
    decide(entries, signatures, minhash)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--megabytes", type=float, default=8, help="of text, the smallest corpus (default: 8)")
    parser.add_argument("--gigabytes", type=float, default=320, help="the corpus to plan for (FineWeb-2's Vietnamese)")
    parser.add_argument("--bytes-per-document", type=float, default=5200, help="of that corpus (default: 5200)")
    parser.add_argument("--price", type=float, default=0.04, help="of a core-hour, in dollars (default: 0.04)")
    given = parser.parse_args()
    texts = read_texts(given.paths, given.megabytes)
    measured = [measure_stages(texts, multiple) for multiple in INPUT_MULTIPLES]
    sizes = [f"{each['mb']:.0f} MB" for each in measured]
    rows = [
        [stage, *(f"{each[stage]['peak_mib']:.0f}" for each in measured)]
        + [f"{each['mb'] / each[stage]['cpu_s']:.2f}" for each in measured]
        for stage in STAGES
    ]
    show("Peak memory (MiB) and MB/s of processor time", ("", *sizes, *sizes), rows)
    decisions = [(documents, *measure_decision(documents)) for documents in DECIDED_DOCUMENTS]
    rows = [
        (f"{n:,}", f"{seconds:.1f}", f"{1e6 * seconds / n:.1f}", f"{1e6 * peak / n:.0f}")
        for n, seconds, peak in decisions
    ]
    title = "Deciding on duplicates, in one process"
    show(title, ("documents", "seconds", "µs a document", "bytes a document"), rows)

    # The difference of the two larger corpora: what is paid once a process is not paid again.
    grown = measured[-1]["mb"] - measured[-2]["mb"]
    per_gb = {s: 1e3 * (measured[-1][s]["cpu_s"] - measured[-2][s]["cpu_s"]) / grown for s in STAGES}
    alone = given.gigabytes * 1e9 / given.bytes_per_document * decisions[-1][1] / decisions[-1][0] / 3600
    hours = {stage: seconds * given.gigabytes / 3600 for stage, seconds in per_gb.items()}
    rows = [
        (stage, f"{hours[stage]:.1f}", *(f"{hours[stage] / cores + alone * (stage == 'dedup'):.1f}" for cores in CORES))
        for stage in STAGES
    ]
    total = sum(hours.values())
    rows.append(("all", f"{total:.1f}", *(f"{total / cores + alone:.1f}" for cores in CORES)))
    title = f"{given.gigabytes:.0f} GB: core-hours, and hours on so many cores ({alone:.1f} of them deciding, on one)"
    show(title, ("", "core-hours", *map(str, CORES)), rows)
    print(f"At {given.price} dollars a core-hour: {(total + alone) * given.price:.2f} dollars.")


if __name__ == "__main__":
    start(main)
