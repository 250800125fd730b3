"""Perplexity part by part of a corpus: scoring its documents, then dropping some of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from stages.outputs import whole_file
from stages.text.accounts import Accounts
from stages.text.documents import Document, Part, read_part, write_file
from stages.text.language_model import Scorer

HALVES = 2
SCORED = np.dtype([("perplexity", np.float64), ("source", np.uint16)])


def half_of(document_id: str) -> int:
    """Which half a document belongs to; not by the id itself, so that `split` cuts independently."""
    return _stable_number(f"half {document_id}") % HALVES


@dataclass(frozen=True)
class Score:
    """Scores the documents of a part, each with the model of the other half."""

    models: tuple[Path, ...]
    folder: Path

    def __call__(self, part: Part) -> list[str]:
        """Write the perplexity of each document and the number of its source; returns the sources by number."""
        scorers = [Scorer(model) for model in self.models]
        sources: dict[str, int] = {}
        scored = [
            (
                scorers[1 - half_of(document.id)].perplexity(document.text),
                sources.setdefault(document.source, len(sources)),
            )
            for document in read_part(part)
        ]
        with whole_file(scores_file(self.folder, part)) as unfinished, unfinished.open("wb") as out:
            np.save(out, np.array(scored, dtype=SCORED), allow_pickle=False)
        return list(sources)


def scores_file(folder: Path, part: Part) -> Path:
    """Where `Score` writes."""
    return folder / f"{part.number:06}.npy"


@dataclass(frozen=True)
class Bounds:
    """Perplexities between which a source's documents stay."""

    low: float
    high: float


@dataclass(frozen=True)
class Drop:
    """Drops documents outside their source's bounds, and writes the others with their perplexity."""

    bounds: dict[str, Bounds]
    dropped_share: float
    exempt_sources: frozenset[str]
    exempt_domains: frozenset[str]
    scores: Path | None
    out: Path

    def __call__(self, part: Part) -> dict[str, Any]:
        """Write both files; returns the accounts, and how many outside the bounds stay by exemption or draw."""
        scores = None if self.scores is None else np.load(scores_file(self.scores, part))["perplexity"]
        accounts, dropped = Accounts(), []
        spared = {"exempt": 0, "drawn": 0}

        def kept() -> Iterator[Document]:
            for place, document in enumerate(read_part(part)):
                accounts.came_in(document)
                if scores is not None:
                    score = float(scores[place])
                    document.metadata["perplexity"] = round(score, 1)
                    side = self._side(document.source, score)
                    if side and self._is_exempt(document):
                        spared["exempt"] += 1
                    elif side and not self._is_drawn(document):
                        spared["drawn"] += 1
                    elif side:
                        accounts.was_dropped(document, f"perplexity_{side}", score)
                        dropped.append(document)
                        continue
                accounts.was_kept(document)
                yield document

        write_file(self.out / f"kept/{part.number:05}.parquet", kept())
        write_file(self.out / f"dropped/{part.number:05}.parquet", dropped)
        return {"accounts": accounts.as_json(), "spared": spared}

    def _side(self, source: str, score: float) -> str:
        bounds = self.bounds[source]
        return "low" if score < bounds.low else "high" if score > bounds.high else ""

    def _is_exempt(self, document: Document) -> bool:
        if document.source in self.exempt_sources:
            return True
        labels = (urlsplit(document.url).hostname or "").split(".")
        return not self.exempt_domains.isdisjoint(".".join(labels[start:]) for start in range(len(labels)))

    def _is_drawn(self, document: Document) -> bool:
        """Whether the document is among the share that goes; its id decides, so it goes wherever it is computed."""
        return _stable_number(f"perplexity {document.id}", 4) < self.dropped_share * 2**32


def _stable_number(text: str, size: int = 1) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "big")
