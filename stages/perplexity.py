"""Cleaned documents with their perplexity, and without most of those that a language model finds strange or too plain.

The model is trained here, on half of the documents of the reference sources (by the hash of their ids), and scores
the other half; a second one does the reverse, so that no document is scored by a model that has read it.
If `classifier` is on, a quality classifier gives a second score in the same way (metadata.quality, 0 to 1).
OUT/kept and OUT/dropped hold documents with metadata.perplexity (per syllable), OUT/model the models.
"""

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.document_quality.settings import ClassifierSettings
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.execution.units import map_units, resumable_folder
from stages.outputs import whole_file, write_metrics
from stages.params import section
from stages.source_names import refuse_unknown_sources

if TYPE_CHECKING:
    from stages.document_quality.parts import Filter, Measure
    from stages.text.documents import Part

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
    classifier: ClassifierSettings | None

    def __post_init__(self) -> None:
        if self.low_percentile > self.high_percentile:
            raise ValueError(
                f"low_percentile ({self.low_percentile:g}) is above high_percentile ({self.high_percentile:g}), "
                "so that every document would lie outside. Exchange them"
            )


def run(settings: Params, execution: Execution, documents: Path, out: Path) -> dict[str, Any]:
    """Score the documents of `documents`/kept into `out`/kept and `out`/dropped; returns the metrics."""
    from stages.document_quality.parts import Drop
    from stages.text.accounts import Accounts
    from stages.text.documents import parts, read_documents, text_bytes
    from stages.text.labels import score_perplexity

    source = documents / "kept"
    classifier = settings.classifier if settings.classifier and settings.classifier.enabled else None
    with resumable_folder(out, settings, source) as (folder, scratch):
        corpus, models = parts(source), folder / "model"
        models.mkdir(exist_ok=True)
        perplexities, qualities = {}, {}
        if text_bytes(source):
            if settings.enabled:
                files = _trained(settings, source, models, scratch / "training")
                perplexities = _scores("perplexity", files, corpus, execution, scratch)
            if classifier:
                folders = _trained_classifiers(classifier, corpus, models)
                qualities = _scores("quality", folders, corpus, execution, scratch)
        filters = [_perplexity_filter(settings, perplexities, scratch)] if perplexities else []
        filters += [_quality_filter(settings, classifier, qualities, scratch)] if classifier and qualities else []
        drop = Drop(tuple(filters), folder)
        written = list(map_units(drop, corpus, execution, scratch / "drop", "perplexity: write"))
        accounts = Accounts.merged(part["accounts"] for part in written)
        accounts.refuse_empty("perplexity")
        labels = {}
        if perplexities and any(part["labelled"] for part in written):
            labels = score_perplexity(read_documents(folder / "kept"), read_documents(folder / "dropped"))
    spared = {name: Counter[str]() for name in ("perplexity", "quality")}
    for part in written:
        for name, counts in part["spared"].items():
            spared[name].update(counts)
    bounds = {one.measure: one.bounds for one in filters}
    metrics = accounts.metrics() | {
        "perplexity": _percentiles(perplexities),
        "bounds": {name: {"low": one.low, "high": one.high} for name, one in bounds.get("perplexity", {}).items()},
        "spared": {why: spared["perplexity"][why] for why in ("exempt", "drawn")},
    }
    if classifier and qualities:
        metrics["classifier"] = {
            "held_out_auc": _auc(classifier, qualities),
            "quality": _percentiles(qualities),
            "min_quality": {name: one.low for name, one in bounds["quality"].items()},
            "spared": dict(spared["quality"]),
        }
    return metrics | ({"labels": labels} if labels else {})


def _scores(
    measure: "Measure", models: tuple[Path, ...], corpus: "list[Part]", execution: Execution, scratch: Path
) -> dict[str, np.ndarray]:
    """Write the scores of all documents below `scratch`; returns them by source."""
    from stages.document_quality.parts import Score, scores_file

    scores = _scores_folder(scratch, measure)
    scores.mkdir(exist_ok=True)
    score = Score(measure, models, scores)
    sources = map_units(score, corpus, execution, scratch / f"score-{measure}", f"perplexity: score {measure}")
    by_source: dict[str, list[np.ndarray]] = {}
    for part, names in zip(corpus, sources, strict=True):
        scored = np.load(scores_file(scores, part))
        for number, name in enumerate(names):
            by_source.setdefault(name, []).append(scored["score"][scored["source"] == number])
    return {name: np.concatenate(values) for name, values in sorted(by_source.items())}


def _scores_folder(scratch: Path, measure: "Measure") -> Path:
    return scratch / f"scores-{measure}"


def _trained(settings: Params, source: Path, models: Path, training: Path) -> tuple[Path, ...]:
    from stages.document_quality.halves import HALVES, half_of
    from stages.document_quality.language_model import Text, train
    from stages.text.documents import read_documents

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


def _trained_classifiers(settings: ClassifierSettings, corpus: "list[Part]", models: Path) -> tuple[Path, ...]:
    from stages.document_quality.classifier import is_saved, train_halves
    from stages.document_quality.halves import HALVES

    folders = tuple(models / f"quality-half-{half}" for half in range(HALVES))
    if not all(map(is_saved, folders)):  # else of a run that was killed later
        train_halves(corpus, settings, folders)
    return folders


def _perplexity_filter(settings: Params, scores: dict[str, np.ndarray], scratch: Path) -> "Filter":
    from stages.document_quality.parts import Bounds, Filter

    bounds = {}
    for name, values in scores.items():
        low, high = np.percentile(values, [settings.low_percentile, settings.high_percentile]).tolist()
        bounds[name] = Bounds(low, max(high, settings.min_dropped_perplexity))
    exempt = frozenset(settings.exempt_sources), frozenset(settings.exempt_domains)
    return Filter("perplexity", bounds, settings.dropped_share, *exempt, _scores_folder(scratch, "perplexity"))


def _quality_filter(
    settings: Params, classifier: ClassifierSettings, scores: dict[str, np.ndarray], scratch: Path
) -> "Filter":
    from stages.document_quality.parts import Bounds, Filter

    bounds = {
        name: Bounds(float(np.percentile(values, classifier.min_percentile)), np.inf) for name, values in scores.items()
    }
    # The reference is what the others are held to.
    exempt = frozenset(settings.exempt_sources + classifier.reference_sources), frozenset(settings.exempt_domains)
    return Filter("quality", bounds, classifier.dropped_share, *exempt, _scores_folder(scratch, "quality"))


def _auc(classifier: ClassifierSettings, scores: dict[str, np.ndarray]) -> float:
    """How well all documents of both classes are told apart, each scored by the model that has not read it."""
    from sklearn.metrics import roc_auc_score

    reference, against = (
        np.concatenate([scores[name] for name in names if name in scores])
        for names in (classifier.reference_sources, classifier.against_sources)
    )
    labels = np.repeat([True, False], [len(reference), len(against)])
    return float(roc_auc_score(labels, np.concatenate([reference, against])))


def _percentiles(scores: dict[str, np.ndarray]) -> dict[str, Any]:
    return {
        name: {f"p{percentile}": float(np.percentile(values, percentile)) for percentile in (5, 20, 50, 80, 95, 99)}
        for name, values in scores.items()
    }


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    place = f"perplexity.{given.language}"
    refuse_unknown_sources(settings.exempt_sources, f"{place}.exempt_sources", given.params)
    execution = params.load(Execution, given.params, EXECUTION)
    metrics = run(settings, execution, given.documents, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
