"""Measure the corpus stages on real text: MB/s and documents/s on one core, against datatrove's own rules.

    python -m commands.bench_corpus FILE_OR_FOLDER ... --language vi

Takes JSON lines with a `text` (plain, .gz, .zst), Parquet and plain text. Rates are of UTF-8 bytes and processor time,
each step on what the step before it made. datatrove's own word tokenizer for Vietnamese needs spacy and pyvi, which
are not in the lock; with

    uv pip install --target build/pyvi spacy pyvi

and `--extra-packages build/pyvi` its rows appear. The tables are those of docs/speed.md.
"""

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stages import params
from stages.command import start
from stages.errors import BadInput

PARAMS = Path("params.yaml")
READERS = {".jsonl": "read_jsonl", ".gz": "read_jsonl", ".zst": "read_jsonl", ".parquet": "read_parquet"}
WARM_UP_TEXTS = 20  # tables and caches that are made once a process are not measured
LANGUAGE_MODEL_ORDER, LANGUAGE_MODEL_BYTES = 5, 2_000_000  # the order of the real profile
CONTAMINATION_ITEMS, ITEM_SYLLABLES = 2_000, 30


@dataclass
class Rate:
    """What a step took for some texts."""

    seconds: float
    bytes: int
    documents: int

    @property
    def mb_per_s(self) -> float:
        return self.bytes / 1e6 / self.seconds

    @property
    def documents_per_s(self) -> float:
        return self.documents / self.seconds


def measure(step: Callable[[Any], Any], inputs: list[Any], texts: list[str]) -> tuple[Rate, list[Any]]:
    """The rate of a step on `inputs`, which stand for these texts, and its results."""
    begun = time.process_time()
    results = [step(each) for each in inputs]
    seconds = max(time.process_time() - begun, 1e-9)
    return Rate(seconds, sum(len(text.encode()) for text in texts), len(texts)), results


def read_texts(paths: list[Path], megabytes: float) -> list[str]:
    """About so many megabytes of texts, as much of every file below the paths."""
    from stages.files import reading

    files = sorted(
        file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.suffix in READERS
    )
    if not files:
        raise BadInput(f"{', '.join(map(str, paths))}: no .jsonl, .gz, .zst or .parquet file. Name one, or its folder.")
    texts: list[str] = []
    for file in files:
        room = megabytes * 1e6 / len(files)
        for _, record in getattr(reading, READERS[file.suffix])(file, ("text",)):
            if isinstance(record, dict) and isinstance(record.get("text"), str) and record["text"].strip():
                texts.append(record["text"])
                room -= len(texts[-1].encode())
            if room <= 0:
                break
    return texts


def bench_steps(texts: list[str], language: str) -> Iterator[tuple[str, Rate]]:
    """The rate of every repair and rule, of the chain, and of what comes after cleaning."""
    from stages.clean import SECTIONS, Params
    from stages.cleaning.cleaner import Cleaner
    from stages.cleaning.text_statistics import TextStatistics

    settings = params.load(Params, PARAMS, *SECTIONS, language=language)
    cleaner = Cleaner(settings)
    for text in texts[:WARM_UP_TEXTS]:
        cleaner.clean(text)
    repaired, total = texts, 0.0
    for name, repair in cleaner.repairs:
        rate, after = measure(repair, repaired, repaired)
        yield f"repair: {name}", rate
        repaired, total = after, total + rate.seconds
    yield "all repairs", Rate(total, sum(len(text.encode()) for text in texts), len(texts))
    statistics, total = [TextStatistics(text) for text in repaired], 0.0
    for name, rule in cleaner.rules:
        rate, _ = measure(rule, statistics, repaired)
        yield f"rule: {name}", rate
        total += rate.seconds
    yield "all rules", Rate(total, sum(len(text.encode()) for text in repaired), len(repaired))
    yield "the cleaning chain", measure(cleaner.clean, texts, texts)[0]
    yield from _bench_deduplication(repaired)
    yield from _bench_scores(repaired)


def _bench_deduplication(texts: list[str]) -> Iterator[tuple[str, Rate]]:
    from random import Random

    import numpy as np

    from stages.decontamination.contamination import Contamination, Item
    from stages.deduplication.near_duplicates import Signer, exact_key, lowered_words
    from stages.deduplication.repeated_passages import SPAN, Winnowing, copies, winnow
    from stages.text.vietnamese import all_syllables

    yield "MinHash signature", measure(Signer(minhash_settings()).signature, texts, texts)[0]
    yield "key of exact duplicates", measure(exact_key, texts, texts)[0]
    winnowing = Winnowing(params.read(PARAMS)["dedup"]["min_passage_syllables"])
    yield "fingerprints of passages", measure(lambda text: winnow(lowered_words(text), 0, winnowing), texts, texts)[0]
    codes = [lowered_words(text).run_hashes(1) for text in texts]
    spans = np.array([(number, 0, len(each)) for number, each in enumerate(codes)], dtype=SPAN)
    # The stage gives it only what is around shared fingerprints.
    rate, _ = measure(lambda everything: copies(spans, everything, winnowing), [np.concatenate(codes)], texts)
    yield "suffix array of all text", rate
    rng, vocabulary = Random(1), sorted(all_syllables())
    queries = (" ".join(rng.choices(vocabulary, k=ITEM_SYLLABLES)) for _ in range(CONTAMINATION_ITEMS))
    split = params.read(PARAMS)["split"]
    contamination = Contamination(
        (Item("bench", str(number), query, ("có", "không"), 0) for number, query in enumerate(queries)),
        split["contamination_syllables"],
        split["min_item_syllables"],
    )
    yield f"look-up of {CONTAMINATION_ITEMS:,} benchmark items", measure(contamination.hits, texts, texts)[0]


def _bench_scores(texts: list[str]) -> Iterator[tuple[str, Rate]]:
    import numpy as np

    from stages.document_quality.classifier import QualityClassifier
    from stages.document_quality.language_model import Scorer, Text, train
    from stages.document_quality.settings import Features

    training, room = Text(), LANGUAGE_MODEL_BYTES
    for text in texts:
        if room > 0:
            training.add(text)
            room -= len(text.encode())
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.arpa"
        train(training, LANGUAGE_MODEL_ORDER, "numpy", file, max_memory_mb=1000)
        yield f"perplexity, order {LANGUAGE_MODEL_ORDER}", measure(Scorer(file).perplexity, texts, texts)[0]
    settings = params.read(PARAMS)["perplexity"]["vi"]["classifier"]
    seen = Features(*(settings[name] for name in ("max_characters", "max_n_gram", "hash_bits")))
    classifier = QualityClassifier(seen, np.zeros(2**seen.hash_bits, dtype=np.float32), 0.0)
    yield "quality classifier", measure(classifier.probability, texts, texts)[0]


def minhash_settings() -> Any:
    """Those of params.yaml."""
    from stages.deduplication.near_duplicates import MinHash

    values = params.read(PARAMS)["dedup"]
    return MinHash(*(values[name] for name in ("shingle_syllables", "bands", "rows", "seed", "min_similarity")))


@dataclass
class Comparison:
    """A rule of ours beside datatrove's: both rates, and on how many texts both decide alike."""

    name: str
    ours: Rate
    stock: Rate
    alike: int


def compare(texts: list[str], language: str, words: Any) -> list[Comparison]:
    """The counted rules and MinHash beside datatrove's with this word tokenizer, each rule on every text."""
    from dataclasses import replace

    from commands import stock_rules
    from stages.clean import SECTIONS, Params
    from stages.cleaning.quality import rules
    from stages.cleaning.text_statistics import TextStatistics

    settings = params.load(Params, PARAMS, *SECTIONS, language=language)
    missing = [name for name in ("c4", "quality", "repetition", "lines") if getattr(settings, name) is None]
    if missing:
        raise BadInput(f"{PARAMS}: clean.{language}.{missing[0]} is off, so there is nothing to compare. Take vi.")
    repetition = replace(settings.repetition, top_n_grams_min_words=0)  # datatrove's has no such exemption
    lines = replace(settings.lines, min_lines=0)
    c4 = replace(
        settings.c4,
        filler_phrases=stock_rules.C4_FILLER,
        code_phrases=stock_rules.C4_CODE,
        notice_phrases=stock_rules.C4_NOTICES,
    )
    ours = dict(rules(replace(settings, repetition=repetition, lines=lines, c4=c4), None))
    whole = stock_rules.judge(stock_rules.repetition(repetition, repetition.top_n_grams, words))

    def cut(text: str) -> list[str]:
        if len(text) <= repetition.piece_characters:
            return [text]
        return [piece.text for piece in TextStatistics(text).pieces(repetition.piece_characters)]

    stock = {
        "quality": stock_rules.judge(stock_rules.quality(settings.quality, words)),
        "repetition": stock_rules.judge_by_pieces(whole, cut),
        "lines": stock_rules.judge(stock_rules.lines(lines, words)),
        "c4": stock_rules.judge(stock_rules.c4(c4)),
    }
    comparisons = []
    for text in texts[:WARM_UP_TEXTS]:
        for name in stock:
            ours[name](TextStatistics(text)), stock[name](text)
    for name, judge in stock.items():
        rate, faults = measure(lambda text, rule=ours[name]: rule(TextStatistics(text)), texts, texts)
        stock_rate, reasons = measure(judge, texts, texts)
        alike = sum(bool(fault) == bool(reason) for fault, reason in zip(faults, reasons, strict=True))
        comparisons.append(Comparison(f"rule: {name}", rate, stock_rate, alike))

    def all_rules(text: str) -> bool:
        statistics = TextStatistics(text)
        return sum(bool(ours[name](statistics)) for name in stock) == 0  # each on every text

    rate, kept = measure(all_rules, texts, texts)
    stock_rate, stock_kept = measure(lambda text: sum(bool(judge(text)) for judge in stock.values()) == 0, texts, texts)
    alike = sum(one == other for one, other in zip(kept, stock_kept, strict=True))
    return [*comparisons, Comparison("all four, counting once", rate, stock_rate, alike)]


def compare_chain(texts: list[str], language: str, words: Any) -> tuple[Rate, Rate, Rate]:
    """Ours with what datatrove's has; ours, whole; datatrove's formatters (FTFY, PII) and four filters.

    Each ends at the first rule that drops a text.
    """
    from dataclasses import replace

    from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter

    from commands import stock_rules
    from stages.clean import SECTIONS, Params
    from stages.cleaning.cleaner import Cleaner

    settings = params.load(Params, PARAMS, *SECTIONS, language=language)
    same = replace(
        settings,
        repairs=("encoding", "c4_lines", "personal_data"),
        tone_placement=None,
        min_doubled_words=None,
        personal_data=("email", "ip_address"),
        language=None,
        gibberish=None,
        flagged_words=None,
        urls=None,
    )
    formatters = [FTFYFormatter(), PIIFormatter()]
    judges = [
        stock_rules.judge(stock)
        for stock in (
            stock_rules.c4(settings.c4),
            stock_rules.quality(settings.quality, words),
            stock_rules.repetition(settings.repetition, settings.repetition.top_n_grams, words),
            stock_rules.lines(settings.lines, words),
        )
    ]

    def stock_chain(text: str) -> bool:
        for formatter in formatters:
            text = formatter.format(text)
        return not any(judge(text) for judge in judges)

    rates = []
    for clean in (Cleaner(same).clean, Cleaner(settings).clean, stock_chain):
        for text in texts[:WARM_UP_TEXTS]:
            clean(text)
        rates.append(measure(clean, texts, texts)[0])
    return rates[0], rates[1], rates[2]


def compare_signatures(texts: list[str], words: Any) -> tuple[Rate, Rate]:
    """MinHash signatures, tokenising included, beside datatrove's with the same words and parameters."""
    import importlib.metadata  # noqa: F401 - datatrove uses it without importing it

    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.utils.text import TextNormConfig

    from stages.deduplication.near_duplicates import Signer

    settings = minhash_settings()
    normal = TextNormConfig(norm_unicode_diacritics=False)
    config = MinhashConfig(settings.shingle_syllables, settings.bands, settings.rows, norm_config=normal)
    with TemporaryDirectory() as folder:
        stock = MinhashDedupSignature(folder, config, language=words)

        def sign(text: str) -> None:
            shingles = stock.get_shingles(text)
            if shingles.size:
                stock.get_signature(shingles)

        return measure(Signer(settings).signature, texts, texts)[0], measure(sign, texts, texts)[0]


def pyvi_words() -> Any | None:
    """datatrove's own word tokenizer for Vietnamese, None if what it needs is not installed."""
    if not all(importlib.util.find_spec(name) for name in ("spacy", "pyvi")):
        return None
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    return load_word_tokenizer("vie_Latn")


def show(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table as Markdown."""
    from rich.box import MARKDOWN
    from rich.console import Console
    from rich.table import Table

    first, *others = columns
    table = Table(box=MARKDOWN)
    table.add_column(first)
    for column in others:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    print(f"{title}\n")
    Console(width=140).print(table)
    print()


def _speeds(rate: Rate) -> tuple[str, str]:
    return f"{rate.mb_per_s:.2f}", f"{rate.documents_per_s:,.0f}"


def _show_against(texts: list[str], language: str, words: Any, named: str) -> None:
    size = sum(len(text.encode()) for text in texts) / 1e6
    rows = [
        (each.name, f"{each.ours.mb_per_s:.2f}", f"{each.stock.mb_per_s:.2f}",
         f"{each.ours.mb_per_s / each.stock.mb_per_s:.1f}", f"{each.alike} of {len(texts)}")
        for each in compare(texts, language, words)
    ]  # fmt: skip
    same, whole, chain = compare_chain(texts, language, words)
    ours, stock = compare_signatures(texts, words)
    for name, one, other in (
        ("FTFY, addresses and all four", same, chain),
        ("the same against our whole chain", whole, chain),
        ("MinHash signature", ours, stock),
    ):
        rows.append((name, f"{one.mb_per_s:.2f}", f"{other.mb_per_s:.2f}", f"{one.mb_per_s / other.mb_per_s:.1f}", ""))
    title = f"Against datatrove with {named}, {len(texts):,} texts, {size:.1f} MB, MB/s of one core"
    show(title, ("", "ours", "datatrove", "times", "decided alike"), rows)


def sample(texts: list[str], megabytes: float) -> list[str]:
    """Texts from all over, of about so many megabytes together, each with a word in it."""
    from stages.text.vietnamese import syllables

    step = max(1, round(sum(len(text.encode()) for text in texts) / 1e6 / megabytes))
    return [text for text in texts[::step] if syllables(text)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--language", default="vi", choices=("vi", "en"))
    parser.add_argument("--megabytes", type=float, default=20, help="of text for our own steps (default: 20)")
    parser.add_argument("--stock-megabytes", type=float, default=4, help="for the comparisons (default: 4)")
    parser.add_argument("--extra-packages", type=Path, help="folder with spacy and pyvi")
    given = parser.parse_args()
    if given.extra_packages:
        sys.path.append(str(given.extra_packages))  # after the environment's own, which stay as they are
    texts = read_texts(given.paths, given.megabytes)
    size = sum(len(text.encode()) for text in texts) / 1e6
    steps = [(name, *_speeds(rate)) for name, rate in bench_steps(texts, given.language)]
    show(f"One core, {len(texts):,} texts, {size:.1f} MB", ("step", "MB/s", "documents/s"), steps)

    from commands.stock_rules import Syllables

    some = sample(texts, given.stock_megabytes)
    _show_against(some, given.language, Syllables(), "syllables")
    if given.language == "vi":
        if words := pyvi_words():
            _show_against(sample(some, given.stock_megabytes / 4), "vi", words, "its own words (spaCy, pyvi)")
        else:
            print("Without spacy and pyvi: for datatrove with its own Vietnamese words, see --help.\n")


if __name__ == "__main__":
    start(main)
