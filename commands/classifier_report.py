"""Print what the quality classifier makes of real texts, as Markdown: the tables of docs/quality_classifier.md.

    python -m commands.classifier_report --reference FILE ... --against FILE ... [--other FILE ...] [--show 20]

Files are JSON lines with a `text` (plain, .gz, .zst) or Parquet; FILE=READER names one of stages/formats, as a source
does. Texts go through the stage clean with the rules of --language and, without exact duplicates, through perplexity,
trained on the reference sources. Settings are those of perplexity.<language>.classifier in params.yaml but for the
names of its sources. Files under --other are of neither class: no model has read any of their kind.
"""

import argparse
import importlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.text.documents import Document

PARAMS = Path("params.yaml")
READERS = {".jsonl": "read_jsonl", ".gz": "read_jsonl", ".zst": "read_jsonl", ".parquet": "read_parquet"}
EXCERPT_CHARACTERS = 300
LOWEST_SHARE = 0.1


@dataclass(frozen=True)
class Scored:
    """What came out: the documents of every source, and the metrics of the stage."""

    by_source: dict[str, list[Document]]
    metrics: dict[str, Any]

    def scores(self, measure: str, *sources: str) -> np.ndarray:
        """(documents,) the scores of some sources, of all if none is named."""
        return np.array([one.metadata[measure] for name in sources or self.by_source for one in self.by_source[name]])


def read(given: list[str], megabytes: float) -> Iterator[Document]:
    """About so many megabytes of every file, the first by id, as its reader gives them."""
    from stages.files import reading
    from stages.formats.account import Account
    from stages.text.documents import document_id

    for one in given:
        place, _, reader = one.partition("=")
        file = Path(place)
        if file.suffix not in READERS or not file.is_file():
            raise BadInput(f"{file}: no such .jsonl, .gz, .zst or .parquet file. Give FILE or FILE=READER.")
        source = source_name(one)
        raw = [
            Document(document_id(source, key), record["text"], source)
            for key, record in getattr(reading, READERS[file.suffix])(file, ("text",))
            if isinstance(record, dict) and isinstance(record.get("text"), str)
        ]
        raw.sort(key=lambda document: document.id)
        room = megabytes * 1e6
        for document in importlib.import_module(f"stages.formats.{reader or 'plain'}").read(iter(raw), Account()):
            room -= len(document.text.encode())
            yield document
            if room < 0:
                break


def source_name(given: str) -> str:
    """What a file is called in the tables.

    >>> source_name("corpus/vi/news.jsonl.gz=headed")
    'news'
    """
    return Path(given.partition("=")[0]).name.split(".")[0]


def score(documents: Iterator[Document], language: str, reference: list[str], against: list[str]) -> Scored:
    """Clean the documents, drop exact duplicates, score them by perplexity and quality."""
    from stages import clean, perplexity
    from stages.deduplication.near_duplicates import exact_key
    from stages.execution.settings import Execution
    from stages.text.documents import read_documents, write_documents

    here = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
    settings = params.load(perplexity.Params, PARAMS, *perplexity.SECTIONS, language=language)
    if settings.classifier is None:
        raise BadInput(f"{PARAMS}: perplexity.{language}.classifier: null has no settings. Copy those of vi.")
    classifier = replace(
        settings.classifier, enabled=True, reference_sources=tuple(reference), against_sources=tuple(against)
    )
    settings = replace(
        settings,
        enabled=True,
        training_sources=tuple(reference),
        exempt_sources=(),
        exempt_domains=(),
        dropped_share=0.0,
        classifier=classifier,
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "in", documents)
        rules = params.load(clean.Params, PARAMS, *clean.SECTIONS, language=language)
        clean.run(rules, here, folder / "in", folder / "clean")
        unique = {exact_key(document.text): document for document in read_documents(folder / "clean/kept")}
        write_documents(folder / "unique/kept", sorted(unique.values(), key=lambda document: document.id))
        metrics = perplexity.run(settings, here, folder / "unique", folder / "out")
        by_source: dict[str, list[Document]] = {}
        for fate in ("kept", "dropped"):
            for document in read_documents(folder / "out" / fate):
                by_source.setdefault(document.source, []).append(document)
        _show_rate(folder / "out/model/quality-half-0", list(unique.values()))
    return Scored(by_source, metrics)


def show(scored: Scored, reference: list[str], against: list[str]) -> None:
    """Print the tables."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    print("| source | class | documents | MB | quality p5 | p50 | p95 | dropped | rank correlation with perplexity |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for source, documents in sorted(scored.by_source.items()):
        quality, perplexity = scored.scores("quality", source), scored.scores("perplexity", source)
        group = "reference" if source in reference else "against" if source in against else "neither"
        size = sum(len(document.text.encode()) for document in documents) / 1e6
        dropped = sum("reason" in document.metadata for document in documents)
        low, middle, high = np.percentile(quality, [5, 50, 95])
        print(
            f"| {source} | {group} | {len(documents):,} | {size:.1f} | {low:.3f} | {middle:.3f} | {high:.3f} | "
            f"{dropped:,} | {spearmanr(quality, perplexity).statistic:+.2f} |"
        )
    labels = np.repeat([True, False], [len(scored.scores("quality", *names)) for names in (reference, against)])
    by_perplexity = roc_auc_score(labels, -scored.scores("perplexity", *reference, *against))
    print(f"\nHeld-out AUC: {scored.metrics['classifier']['held_out_auc']:.4f} by quality, ", end="")
    print(f"{by_perplexity:.4f} by perplexity (lower is taken for reference).")
    print("\n| AUC of a source (0.5: not told apart) against | " + " | ".join(against) + " |")
    print("| --- |" + " ---: |" * len(against))
    for one in [*reference, *(name for name in sorted(scored.by_source) if name not in (*reference, *against))]:
        row = []
        for other in against:
            labels = np.repeat([True, False], [len(scored.by_source[name]) for name in (one, other)])
            row.append(f"{roc_auc_score(labels, scored.scores('quality', one, other)):.3f}")
        print(f"| {one} | {' | '.join(row)} |")
    print()
    for source in against:
        strange = -scored.scores("perplexity", source)
        low, high = (_lowest(values) for values in (scored.scores("quality", source), strange))
        shared = len(low & high) / len(low)
        print(f"{source}: {shared:.0%} of the tenth of lowest quality is in the tenth of highest perplexity.")


def show_examples(scored: Scored, sources: list[str], count: int) -> None:
    """Print the beginnings of the documents with the lowest and the highest quality of each source."""
    for source in sources:
        ranked = sorted(scored.by_source[source], key=lambda document: document.metadata["quality"])
        for title, documents in (("lowest", ranked[:count]), ("highest", ranked[::-1][:count])):
            print(f"\n## {source}, {title} quality\n")
            for document in documents:
                text = " ".join(document.text[:EXCERPT_CHARACTERS].split())
                figures = f"{document.metadata['quality']:.4f}, perplexity {document.metadata['perplexity']:,.0f}"
                print(f"- {figures}, {len(document.text):,} characters: {text}")


def _lowest(values: np.ndarray) -> set[int]:
    return set(np.argsort(values, kind="stable")[: max(1, round(LOWEST_SHARE * len(values)))].tolist())


def _show_rate(model: Path, documents: list[Document]) -> None:
    from stages.document_quality.classifier import QualityClassifier

    classifier = QualityClassifier.load(model)
    begun = time.process_time()
    for document in documents:
        classifier.probability(document.text)
    seconds = time.process_time() - begun
    size = sum(len(document.text[: classifier.features.max_characters].encode()) for document in documents) / 1e6
    print(f"Scoring: {size / seconds:.0f} MB/s on one core, of the text that it reads.\n")


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("reference", "against", "other"):
        arguments.add_argument(f"--{name}", nargs="+", required=name != "other", default=[], metavar="FILE")
    arguments.add_argument("--language", default="vi", help="corpus of params.yaml (default: vi)")
    arguments.add_argument("--megabytes", type=float, default=10, help="of each file at most (default: 10)")
    arguments.add_argument("--show", type=int, default=0, metavar="N", help="print so many lowest and highest")
    given = arguments.parse_args()
    reference, against = ([source_name(one) for one in names] for names in (given.reference, given.against))
    documents = read([*given.reference, *given.against, *given.other], given.megabytes)
    scored = score(documents, given.language, reference, against)
    show(scored, reference, against)
    if given.show:
        show_examples(scored, sorted(scored.by_source), given.show)


if __name__ == "__main__":
    start(main)
