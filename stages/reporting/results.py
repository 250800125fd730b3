"""What the stages measured, read from their metrics files, curves and samples."""

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from stages.errors import BadInput
from stages.scoring.comparison import Comparison, Settings, Side, compare
from stages.scoring.outcomes import Row, read_outcomes
from stages.scoring.summary import MEASURES, main_measure

LANGUAGES = ("vi", "en")
# A network that learnt nothing. What it scores is a task's bias, so it stands beside chance, not among the models.
RANDOM = "random_baseline"
MEASURE_NAMES = {"acc": "accuracy", "f1": "F1", "chrf": "chrF"}
TOTALS = ("all", "clean")  # of a whole benchmark, and of its items that the corpus did not hold


@dataclass(frozen=True)
class Score:
    """The main measure of one part of a benchmark, 0 to 1, with its 95 % interval.

    `values` is all that was measured there: by letter, option bias, health of generated answers.
    """

    model: str
    language: str
    benchmark: str
    part: str
    measure: str
    value: float
    low: float
    high: float
    items: int
    values: Mapping[str, Any]

    @property
    def task(self) -> str:
        return f"{self.benchmark}.{self.part}"

    @property
    def chance(self) -> float | None:
        """Where the normalised score has its zero; None for generated answers, and where all were right."""
        normalised = self.values.get("normalised")
        return None if normalised is None or normalised > 99 else (100 * self.value - normalised) / (100 - normalised)

    @property
    def above_chance(self) -> float:
        """Of 100, chance at 0; of written answers their F1 or chrF, which guessing leaves at 0."""
        return self.values.get("normalised", 100 * self.value)


@dataclass(frozen=True)
class Results:
    """All that a report tells of.

    `metrics` nests as the files lie (`metrics["clean"]["vi"]`); `evaluations` has the metrics of
    each model by language, in the order of the pipeline; `curves` the rows of each training run;
    `samples` each model's generated texts by language; `settings` the sections of params.yaml;
    `vocabulary` the report of the stage vocab; `outcomes` what became of each item, by model and language;
    `digests` the SHA-256 of the metrics files by their place (`evaluate/merge-vi.json`); `files` that of the files of
    each model and DVC's hash of its folder, as they were when it was evaluated.
    """

    metrics: Mapping[str, Any]
    evaluations: Mapping[str, Mapping[str, Any]]
    curves: Mapping[str, list[dict[str, float]]]
    samples: Mapping[str, Mapping[str, list[dict[str, str]]]]
    settings: Mapping[str, Any]
    vocabulary: Mapping[str, Any]
    outcomes: Mapping[tuple[str, str], list[Row]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def comparisons(self) -> Mapping[str, Comparison]:
        """The last model beside the first by language, as `make compare` does it; none without its settings."""
        if "compare" not in self.settings:
            return {}
        metrics = {model: self.evaluations[model] for model in (self.models[0], self.models[-1])}
        outcomes = {
            model: {language: rows for (name, language), rows in self.outcomes.items() if name == model}
            for model in metrics
        }
        side, settings = Side(metrics, outcomes), Settings(**self.settings["compare"])
        first, last = metrics if len(metrics) > 1 else (self.models[0],) * 2
        return {language: compare(side, side, last, language, settings, first) for language in LANGUAGES}

    @property
    def models(self) -> list[str]:
        """The models in the order of the pipeline, without the random network."""
        return [model for model in self.evaluations if model != RANDOM]

    def scores(self, language: str) -> list[Score]:
        """The scores of every model in one language, models in their order, parts with their totals first."""
        return [score for model in self.models for score in self.scores_of(model, language)]

    def scores_of(self, model: str, language: str) -> list[Score]:
        """The scores of one model in one language; none of a model that was not evaluated."""
        return [
            _score(model, language, benchmark, part, values)
            for benchmark, parts in sorted(self.evaluations.get(model, {}).get(language, {}).items())
            if isinstance(parts, dict) and "all" in parts
            for part, values in sorted(parts.items(), key=lambda part: _order(part[0]))
        ]

    def tasks(self, language: str) -> list[str]:
        """The tasks that any model was scored on, `<benchmark>.<part>`."""
        return list(dict.fromkeys(score.task for score in self.scores(language)))


def _order(part: str) -> tuple[int, str]:
    return (TOTALS.index(part) if part in TOTALS else len(TOTALS), part)


def _score(model: str, language: str, benchmark: str, part: str, values: Mapping[str, Any]) -> Score:
    if not any(name in values for name in MEASURES):
        raise BadInput(f"evaluate/{model}-{language}.json: {benchmark}.{part}: none of {', '.join(MEASURES)} is there.")
    measure = main_measure(values)
    figures = (values[measure], values["low"], values["high"], values["items"])
    return Score(model, language, benchmark, part, measure, *figures, values)


def read_results(
    metrics: Path,
    evaluations: Path,
    curves: Path,
    settings: Mapping[str, Any],
    vocabulary: Path | None,
    outcomes: Path | None = None,
) -> Results:
    """Read everything below `metrics`, what lies beside the models' samples below `evaluations`, the tables of `curves`
    and of `outcomes`, and a report of vocab.

    Raises `BadInput` for a file that cannot be read, and where no model was evaluated.
    """
    nested: dict[str, Any] = {}
    digests = {}
    for file in sorted(metrics.rglob("*.json")):
        digests[str(file.relative_to(metrics))] = _sha256(file)
        *folders, name = file.relative_to(metrics).with_suffix("").parts
        place = nested
        for folder in folders:
            place = place.setdefault(folder, {})
        place.setdefault(name, {}).update(_json(file))
    by_model = _by_model(metrics / "evaluate")
    if not by_model:
        raise BadInput(f"{metrics / 'evaluate'}: no scores. Run the stage evaluate (dvc repro).")
    known = [entry["model"] for entry in settings.get("evaluated_models", {}).values()]
    order = [model for model in known if model in by_model] + sorted(set(by_model) - set(known))
    samples, files = (
        {model: _json(evaluations / model / name) for model in order if (evaluations / model / name).is_file()}
        for name in ("samples.json", "model.json")
    )
    tables = sorted(outcomes.rglob("*.csv")) if outcomes else []
    runs = {file.stem: _rows(file) for file in sorted(curves.glob("*.csv"))}
    return Results(
        nested,
        {model: by_model[model] for model in order},
        runs,
        samples,
        settings,
        _json(vocabulary) if vocabulary else {},
        {_model_and_language(file, outcomes): read_outcomes(file.read_text("utf-8"), str(file)) for file in tables},
        digests | {f"outcomes/{file.relative_to(outcomes)}": _sha256(file) for file in tables},
        files,
    )


def _by_model(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.rglob("*.json")):
        model, language = _model_and_language(file, folder)
        if language in LANGUAGES:
            found.setdefault(model, {})[language] = _json(file)
    return found


def _model_and_language(file: Path, folder: Path) -> tuple[str, str]:
    """A model's name may hold a slash: `pretrain/all-vi.json` is of `pretrain/all` in Vietnamese."""
    model, _, language = str(file.relative_to(folder).with_suffix("")).rpartition("-")
    return model, language


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _json(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{file}: not found. Run the stage that writes it (dvc repro).") from None
    except ValueError as error:
        raise BadInput(f"{file}: not JSON ({error}). Run the stage that writes it again (dvc repro).") from None


def _rows(file: Path) -> list[dict[str, float]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(lines)]
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{file}: not a table of numbers ({error}). Run the stage that writes it again.") from None
