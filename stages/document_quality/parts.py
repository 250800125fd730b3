"""Scores part by part of a corpus: perplexity and quality of its documents, then dropping some by them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np

from stages.document_quality.classifier import QualityClassifier
from stages.document_quality.halves import half_of, stable_number
from stages.document_quality.language_model import Scorer
from stages.text.accounts import Accounts
from stages.text.arrays import save_array
from stages.text.documents import Document, Part, read_part, write_file

Measure = Literal["perplexity", "quality"]
SCORED = np.dtype([("score", np.float64), ("source", np.uint16)])
DIGITS = {"perplexity": 1, "quality": 4}  # of a score in a document's metadata


@dataclass(frozen=True)
class Score:
    """Scores the documents of a part, each with the model of the other half."""

    measure: Measure
    models: tuple[Path, ...]
    folder: Path

    def __call__(self, part: Part) -> list[str]:
        """Write the score of each document and the number of its source; returns the sources by number."""
        scorers = [_scorer(self.measure, model) for model in self.models]
        sources: dict[str, int] = {}
        scored = [
            (scorers[1 - half_of(document.id)](document.text), sources.setdefault(document.source, len(sources)))
            for document in read_part(part)
        ]
        save_array(scores_file(self.folder, part), np.array(scored, dtype=SCORED))
        return list(sources)


def _scorer(measure: Measure, model: Path) -> Callable[[str], float]:
    if measure == "quality":
        return QualityClassifier.load(model).probability
    return Scorer(model).perplexity


def scores_file(folder: Path, part: Part) -> Path:
    """Where `Score` writes."""
    return folder / f"{part.number:06}.npy"


@dataclass(frozen=True)
class Bounds:
    """Scores between which a source's documents stay."""

    low: float
    high: float


@dataclass(frozen=True)
class Filter:
    """What one score of a document is held to: the bounds of its source, and the share of those outside that go."""

    measure: Measure
    bounds: dict[str, Bounds]
    dropped_share: float
    exempt_sources: frozenset[str]
    exempt_domains: frozenset[str]
    scores: Path

    def side(self, source: str, score: float) -> str:
        """`low` or `high` for a score outside the bounds of its source, else empty."""
        bounds = self.bounds[source]
        return "low" if score < bounds.low else "high" if score > bounds.high else ""

    def is_exempt(self, document: Document) -> bool:
        """Whether documents of its source or domain always stay."""
        if document.source in self.exempt_sources:
            return True
        labels = (urlsplit(document.url).hostname or "").split(".")
        return not self.exempt_domains.isdisjoint(".".join(labels[start:]) for start in range(len(labels)))

    def is_drawn(self, document: Document) -> bool:
        """Whether the document is among the share that goes; its id decides, so it goes wherever it is computed."""
        return stable_number(f"{self.measure} {document.id}", 4) < self.dropped_share * 2**32


@dataclass(frozen=True)
class Drop:
    """Drops documents outside their source's bounds, and writes the others with their scores."""

    filters: tuple[Filter, ...]
    out: Path

    def __call__(self, part: Part) -> dict[str, Any]:
        """Write both files; returns the accounts, how many outside the bounds stay, and whether any is labelled."""
        scores = [np.load(scores_file(one.scores, part))["score"].tolist() for one in self.filters]
        accounts, dropped = Accounts(), []
        labelled = False
        spared = {one.measure: {"exempt": 0, "drawn": 0} for one in self.filters}

        def kept() -> Iterator[Document]:
            nonlocal labelled
            for place, document in enumerate(read_part(part)):
                accounts.came_in(document)
                labelled |= "defect" in document.metadata
                judged = [(one, column[place]) for one, column in zip(self.filters, scores, strict=True)]
                for one, score in judged:
                    document.metadata[one.measure] = round(score, DIGITS[one.measure])
                for one, score in judged:
                    side = one.side(document.source, score)
                    if side and one.is_exempt(document):
                        spared[one.measure]["exempt"] += 1
                    elif side and not one.is_drawn(document):
                        spared[one.measure]["drawn"] += 1
                    elif side:
                        accounts.was_dropped(document, f"{one.measure}_{side}", score)
                        dropped.append(document)
                        break
                else:
                    accounts.was_kept(document)
                    yield document

        write_file(self.out / f"kept/{part.number:05}.parquet", kept())
        write_file(self.out / f"dropped/{part.number:05}.parquet", dropped)
        return {"accounts": accounts.as_json(), "spared": spared, "labelled": labelled}
