"""Cleaned documents with their perplexity, and without most of those that a language model finds strange or too plain.

The model is trained here, on half of the documents of the reference sources (by the hash of their ids), and scores
the other half; a second one does the reverse, so that no document is scored by a model that has read it.
OUT/kept and OUT/dropped hold documents with metadata.perplexity (per syllable), OUT/model the models.
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.execution.units import map_units, resumable_folder
from stages.outputs import whole_file, write_metrics
from stages.params import section

if TYPE_CHECKING:
    from stages.text.documents import Part
    from stages.text.perplexity_parts import Bounds

SECTIONS = ("perplexity.{language}", "profiles.{profile}.perplexity")
EXECUTION = "profiles.{profile}.execution"
Percentile = Annotated[float, Field(ge=0, le=100)]


@section
class Params:
    """What the model is, what it is trained on and what is dropped."""

    enabled: bool
    estimator: Literal["numpy", "lmplz"]
    exempt_sources: tuple[str, ...]
    exempt_domains: tuple[str, ...]
    training_sources: tuple[str, ...]
    order: Annotated[int, Field(ge=2, le=6)]
    max_training_megabytes: PositiveFloat
    max_memory_mb: PositiveFloat
    low_percentile: Percentile
    high_percentile: Percentile
    min_dropped_perplexity: NonNegativeFloat
    dropped_share: Annotated[float, Field(ge=0, le=1)]


def run(settings: Params, execution: Execution, documents: Path, out: Path) -> dict[str, Any]:
    """Score the documents of `documents`/kept into `out`/kept and `out`/dropped; returns the metrics."""
    from stages.text.accounts import Accounts
    from stages.text.documents import parts
    from stages.text.perplexity_parts import Drop

    source = documents / "kept"
    with resumable_folder(out, settings, source) as (folder, scratch):
        corpus = parts(source)
        models, scores = folder / "model", scratch / "scores"
        models.mkdir(exist_ok=True)
        by_source = _scores(settings, execution, source, corpus, models, scores, scratch) if settings.enabled else {}
        drop = Drop(
            {name: _bounds(values, settings) for name, values in by_source.items()},
            settings.dropped_share,
            frozenset(settings.exempt_sources),
            frozenset(settings.exempt_domains),
            scores if by_source else None,
            folder,
        )
        written = list(map_units(drop, corpus, execution, scratch / "drop", "perplexity: write"))
        accounts = Accounts.merged(part["accounts"] for part in written)
        accounts.refuse_empty("perplexity")
    spared = {why: sum(part["spared"][why] for part in written) for why in ("exempt", "drawn")}
    return accounts.metrics() | {"perplexity": _percentiles(by_source), "bounds": _told(drop.bounds), "spared": spared}


def _scores(
    settings: Params,
    execution: Execution,
    source: Path,
    corpus: "list[Part]",
    models: Path,
    scores: Path,
    scratch: Path,
) -> dict[str, np.ndarray]:
    """Write the perplexities of all documents below `scores`; returns them by source."""
    from stages.text.documents import text_bytes
    from stages.text.perplexity_parts import Score, scores_file

    if text_bytes(source) == 0:
        return {}
    files = _trained(settings, source, models, scratch / "training")
    scores.mkdir(exist_ok=True)
    sources = map_units(Score(files, scores), corpus, execution, scratch / "score", "perplexity: score")
    by_source: dict[str, list[np.ndarray]] = {}
    for part, names in zip(corpus, sources, strict=True):
        scored = np.load(scores_file(scores, part))
        for number, name in enumerate(names):
            by_source.setdefault(name, []).append(scored["perplexity"][scored["source"] == number])
    return {name: np.concatenate(values) for name, values in sorted(by_source.items())}


def _trained(settings: Params, source: Path, models: Path, training: Path) -> tuple[Path, ...]:
    from stages.text.documents import read_documents
    from stages.text.language_model import Text, train
    from stages.text.perplexity_parts import HALVES, half_of

    files = tuple(models / f"half-{half}.arpa" for half in range(HALVES))
    if all(file.exists() for file in files):  # of a run that was killed later
        return files
    shutil.rmtree(training, ignore_errors=True)
    training.mkdir()
    texts = [Text() for _ in range(HALVES)]
    room = [settings.max_training_megabytes * 1e6 / HALVES] * HALVES
    for document in tqdm(read_documents(source), desc="read for training", unit=" documents", mininterval=1):
        if settings.training_sources and document.source not in settings.training_sources:
            continue
        half = half_of(document.id)
        room[half] -= len(document.text.encode())
        if room[half] >= 0:
            texts[half].add(document.text)
        if max(room) < 0:
            break
    for text, file in zip(texts, files, strict=True):
        if len(text.ids) == 0:
            raise BadInput(
                f"{source}: too little text of {', '.join(settings.training_sources) or 'any source'} to train a "
                "model on half of it. Change perplexity.*.training_sources, or set enabled to false."
            )
        with whole_file(file) as unfinished:
            train(text, settings.order, settings.estimator, training / file.name, settings.max_memory_mb)
            (training / file.name).rename(unfinished)
    return files


def _bounds(scores: np.ndarray, settings: Params) -> "Bounds":
    from stages.text.perplexity_parts import Bounds

    low, high = np.percentile(scores, [settings.low_percentile, settings.high_percentile]).tolist()
    return Bounds(low, max(high, settings.min_dropped_perplexity))


def _percentiles(scores: dict[str, np.ndarray]) -> dict[str, Any]:
    return {
        name: {f"p{percentile}": float(np.percentile(values, percentile)) for percentile in (5, 20, 50, 80, 95, 99)}
        for name, values in scores.items()
    }


def _told(bounds: "dict[str, Bounds]") -> dict[str, Any]:
    return {name: {"low": one.low, "high": one.high} for name, one in bounds.items()}


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    execution = params.load(Execution, given.params, EXECUTION)
    metrics = run(settings, execution, given.documents, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
