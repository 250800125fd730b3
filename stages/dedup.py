"""Documents of one language without exact duplicates, near-duplicates and repeated passages.

Of equal or nearly equal documents that of the most preferred source stays, of these the longest, of these the
first by id; what is nearly a conversation of an instruction set goes. A passage that several documents share
stays in the first by id and is cut from the others. OUT/kept and OUT/dropped hold documents;
metadata.cluster_size says for how many one stands, metadata.duplicate_of which one a dropped
document gave way to, metadata.cut_syllables what was cut. The metrics count clusters by their size (`clusters`).
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages import params
from stages.command import parser, start
from stages.execution.settings import Execution
from stages.execution.units import map_units, resumable_folder
from stages.outputs import write_metrics
from stages.params import section
from stages.source_names import refuse_unknown_sources

SECTIONS = ("dedup", "profiles.{profile}.dedup")
EXECUTION = "profiles.{profile}.execution"


@section
class Params:
    """What counts as a duplicate."""

    shingle_syllables: PositiveInt
    bands: PositiveInt
    rows: PositiveInt
    seed: int
    min_similarity: Annotated[float, Field(ge=0, le=1)]
    preferred_sources: tuple[str, ...]
    min_passage_syllables: PositiveInt
    min_words: NonNegativeInt
    max_memory_mb: PositiveFloat


def run(settings: Params, execution: Execution, documents: Path, instructions: Path, out: Path) -> dict[str, Any]:
    """Deduplicate the documents of `documents`/kept into `out`/kept and `out`/dropped; returns the metrics.

    `instructions` is a folder of conversations, against which the corpus is deduplicated.
    """
    from stages.deduplication.parts import Write, merged_cuts
    from stages.text.accounts import Accounts
    from stages.text.arrays import save_array
    from stages.text.documents import parts, read_documents
    from stages.text.labels import score_deduplication

    source = documents / "kept"
    with resumable_folder(out, settings, source, instructions) as (folder, scratch):
        corpus = parts(source)
        fate, blocks = _decide(settings, execution, corpus, instructions, scratch)
        save_array(scratch / "cuts.npy", merged_cuts(_find_copies(settings, execution, corpus, fate, blocks, scratch)))
        write = Write(fate, scratch / "cuts.npy", settings.min_words, folder)
        written = list(map_units(write, corpus, execution, scratch / "write", "dedup: write"))
        accounts = Accounts.merged(part["accounts"] for part in written)
        accounts.refuse_empty("dedup")
        labels = score_deduplication(read_documents(folder / "kept"), read_documents(folder / "dropped"))
    figures = {key: sum(part[key] for part in written) for key in ("documents_with_cuts", "cut_syllables")}
    clusters = sum((Counter(part["clusters"]) for part in written), Counter())
    return accounts.metrics() | figures | {"clusters": dict(clusters)} | ({"labels": labels} if labels else {})


def _decide(
    settings: Params, execution: Execution, corpus: list[Any], instructions: Path, scratch: Path
) -> tuple[Path, int]:
    """Write which documents stay; returns the file, and into how many blocks the fingerprints must be cut."""
    from stages.deduplication.near_duplicates import MinHash
    from stages.deduplication.parts import DOCUMENT, Sign, decide
    from stages.deduplication.repeated_passages import BYTES_PER_FINGERPRINT, Winnowing
    from stages.text.arrays import save_array
    from stages.text.documents import parts

    minhash = MinHash(settings.shingle_syllables, settings.bands, settings.rows, settings.seed, settings.min_similarity)
    winnowing = Winnowing(settings.min_passage_syllables)
    counts = []
    for name, these in (("corpus", corpus), ("instructions", parts(instructions))):
        sign = Sign(minhash, winnowing, settings.preferred_sources, name == "instructions", scratch / "signed" / name)
        counts += map_units(sign, these, execution, scratch / "sign" / name, f"dedup: sign {name}")
    files = sorted((scratch / "signed").rglob("*.documents.npy"))
    entries = np.concatenate([np.empty(0, dtype=DOCUMENT), *(np.load(file) for file in files)])
    # On disk, since it is a tenth of the text; not written by np.memmap, which a full disk ends with SIGBUS.
    with (scratch / "signatures").open("wb") as joined:
        for file in files:
            joined.write(np.load(file.with_name(file.name.replace(".documents.", ".signatures."))).tobytes())
    shape = (len(entries), settings.bands * settings.rows)
    is_empty = len(entries) == 0  # no file of no bytes can be mapped
    signatures = np.empty(shape, np.uint32) if is_empty else np.memmap(joined.name, np.uint32, "r", shape=shape)
    save_array(scratch / "fate.npy", decide(entries, signatures, minhash))
    fingerprints = sum(count["fingerprints"] for count in counts)
    return scratch / "fate.npy", _blocks(fingerprints * BYTES_PER_FINGERPRINT, settings)


def _find_copies(
    settings: Params, execution: Execution, corpus: list[Any], fate: Path, blocks: int, scratch: Path
) -> list[Path]:
    """Find the passages to cut, block by block of their hashes; returns the files with them."""
    from stages.deduplication.parts import FindCopies, FindShared, TakeStretches
    from stages.deduplication.repeated_passages import BYTES_PER_SYLLABLE, Winnowing

    winnowing = Winnowing(settings.min_passage_syllables)
    signed = tuple(sorted((scratch / "signed/corpus").glob("*.fingerprints.npy")))
    # Each shared hash brings at most this much text into the suffix array of its block.
    per_hash = (2 * winnowing.passage - winnowing.run) * BYTES_PER_SYLLABLE
    shared = scratch / "shared"
    find = FindShared(signed, fate, blocks, shared / str(blocks))
    found = sum(map_units(find, range(blocks), execution, scratch / f"find-{blocks}", "dedup: shared passages"))
    if (needed := _blocks(found * per_hash, settings)) > blocks:
        blocks = needed
        find = FindShared(signed, fate, blocks, shared / str(blocks))
        list(map_units(find, range(blocks), execution, scratch / f"find-{blocks}", "dedup: shared passages"))
    files = tuple(sorted((shared / str(blocks)).glob("*.npy")))
    take = TakeStretches(winnowing, files, scratch / "stretches")
    list(map_units(take, corpus, execution, scratch / "take", "dedup: stretches"))
    copies = FindCopies(winnowing, scratch / "stretches", scratch / "copies")
    list(map_units(copies, range(blocks) if corpus else [], execution, scratch / "copy", "dedup: suffix arrays"))
    return sorted((scratch / "copies").glob("*.npy"))


def _blocks(needed_bytes: int, settings: Params) -> int:
    return max(1, -(-needed_bytes // int(settings.max_memory_mb * 1e6)))


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "instructions", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    refuse_unknown_sources(settings.preferred_sources, "dedup.preferred_sources", given.params)
    execution = params.load(Execution, given.params, EXECUTION)
    metrics = run(settings, execution, given.documents, given.instructions, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
