"""Cleaned documents with their perplexity, and without those that a language model finds strangest.

The model is trained here, on half of the documents (by the hash of their ids), and scores the other
half; a second one does the reverse, so that no document is scored by a model that has read it.
OUT/kept and OUT/dropped hold documents with metadata.perplexity (per syllable), OUT/model the models.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field, PositiveFloat
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import section
from stages.text.accounts import Accounts
from stages.text.documents import Document, read_documents, write_documents

if TYPE_CHECKING:
    from stages.text.language_model import Scorer

SECTIONS = ("perplexity.{language}", "profiles.{profile}.perplexity")
HALVES = 2


@section
class Params:
    """What the model is, what it is trained on and what is dropped."""

    enabled: bool
    estimator: Literal["numpy", "lmplz"]
    training_sources: tuple[str, ...]
    order: Annotated[int, Field(ge=2, le=6)]
    max_training_megabytes: PositiveFloat
    max_percentile: Annotated[float, Field(ge=0, le=100)]
    min_dropped_perplexity: PositiveFloat


def run(settings: Params, documents: Path, out: Path) -> dict[str, Any]:
    """Score the documents of `documents`/kept into `out`/kept and `out`/dropped; returns the metrics."""
    source = documents / "kept"
    accounts = Accounts()
    dropped: list[Document] = []
    with new_folder(out) as folder:
        (folder / "model").mkdir()
        scores = _scores(settings, source, folder / "model") if settings.enabled else {}
        limits = {name: _limit(values, settings) for name, values in scores.items()}

        def kept() -> Iterator[Document]:
            position = dict.fromkeys(scores, 0)
            for document in read_documents(source):
                accounts.came_in(document)
                if settings.enabled:
                    score = scores[document.source][position[document.source]]
                    position[document.source] += 1
                    document.metadata["perplexity"] = round(float(score), 1)
                    if score > limits[document.source]:
                        accounts.was_dropped(document, "perplexity", document.metadata["perplexity"])
                        dropped.append(document)
                        continue
                accounts.was_kept(document)
                yield document

        write_documents(folder / "kept", kept())
        write_documents(folder / "dropped", dropped)
        accounts.refuse_empty("perplexity")
    return accounts.metrics() | {"perplexity": _percentiles(scores)}


def _scores(settings: Params, source: Path, models: Path) -> dict[str, np.ndarray]:
    """The perplexity of every document, by source, in the order of reading."""
    scorers = _trained(settings, source, models)
    values: dict[str, list[float]] = {}
    for document in tqdm(read_documents(source), desc="score", unit=" documents", mininterval=1):
        score = scorers[1 - _half(document.id)].perplexity(document.text)
        values.setdefault(document.source, []).append(score)
    return {name: np.array(scores) for name, scores in sorted(values.items())}


def _trained(settings: Params, source: Path, models: Path) -> "list[Scorer]":
    from stages.text.language_model import Scorer, Text, train

    texts = [Text() for _ in range(HALVES)]
    room = [settings.max_training_megabytes * 1e6 / HALVES] * HALVES
    documents = 0
    for document in tqdm(read_documents(source), desc="read for training", unit=" documents", mininterval=1):
        documents += 1
        if settings.training_sources and document.source not in settings.training_sources:
            continue
        half = _half(document.id)
        room[half] -= len(document.text.encode())
        if room[half] >= 0:
            texts[half].add(document.text)
    if documents == 0:
        return []
    scorers = []
    for half, text in enumerate(texts):
        if len(text.ids) == 0:
            raise BadInput(
                f"{source}: too little text of {', '.join(settings.training_sources) or 'any source'} to train a "
                "model on half of it. Change perplexity.*.training_sources, or set enabled to false."
            )
        file = models / f"half-{half}.arpa"
        train(text, settings.order, settings.estimator, file)
        scorers.append(Scorer(file))
    return scorers


def _half(document_id: str) -> int:
    """Which half a document belongs to; not by the id itself, so that `split` cuts independently."""
    return hashlib.blake2b(f"half {document_id}".encode(), digest_size=1).digest()[0] % HALVES


def _limit(scores: np.ndarray, settings: Params) -> float:
    return max(float(np.percentile(scores, settings.max_percentile)), settings.min_dropped_perplexity)


def _percentiles(scores: dict[str, np.ndarray]) -> dict[str, Any]:
    return {
        name: {f"p{percentile}": float(np.percentile(values, percentile)) for percentile in (5, 50, 95, 99)}
        for name, values in scores.items()
    }


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    metrics = run(settings, given.documents, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
