"""What the stages measured, read from their metrics files, curves and samples."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.errors import BadInput

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Score:
    """Accuracy on one part of a benchmark (`exam.facts`), with its 95 % interval."""

    model: str
    language: str
    part: str
    acc: float
    low: float
    high: float
    items: int


@dataclass(frozen=True)
class Results:
    """All that a report tells of.

    `metrics` nests as the files lie (`metrics["clean"]["vi"]`); `evaluations` has the metrics of
    each model by language, in the order of the pipeline; `curves` the rows of each training run;
    `samples` each model's generated texts by language; `settings` the sections of params.yaml;
    `vocabulary` the report of the stage vocab.
    """

    metrics: Mapping[str, Any]
    evaluations: Mapping[str, Mapping[str, Any]]
    curves: Mapping[str, list[dict[str, float]]]
    samples: Mapping[str, Mapping[str, list[dict[str, str]]]]
    settings: Mapping[str, Any]
    vocabulary: Mapping[str, Any]

    @property
    def models(self) -> list[str]:
        return list(self.evaluations)

    def scores(self, language: str) -> list[Score]:
        """The scores of every model in one language, models in their order, parts with `all` first."""
        return [
            Score(model, language, f"{benchmark}.{part}", s["acc"], s["low"], s["high"], s["items"])
            for model, languages in self.evaluations.items()
            for benchmark, parts in sorted(languages.get(language, {}).items())
            if isinstance(parts, dict) and "all" in parts
            for part, s in sorted(parts.items(), key=lambda part: (part[0] != "all", part[0]))
        ]

    def parts(self, language: str) -> list[str]:
        """The parts that any model was scored on."""
        return list(dict.fromkeys(score.part for score in self.scores(language)))


def read_results(
    metrics: Path, evaluations: Path, curves: Path, settings: Mapping[str, Any], vocabulary: Path | None
) -> Results:
    """Read everything below `metrics`, the samples below `evaluations`, the tables of `curves` and a report of vocab.

    Raises `BadInput` for a file that cannot be read, and where no model was evaluated.
    """
    nested: dict[str, Any] = {}
    for file in sorted(metrics.rglob("*.json")):
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
    samples = {
        model: _json(evaluations / model / "samples.json")
        for model in order
        if (evaluations / model / "samples.json").is_file()
    }
    runs = {file.stem: _rows(file) for file in sorted(curves.glob("*.csv"))}
    return Results(
        nested,
        {model: by_model[model] for model in order},
        runs,
        samples,
        settings,
        _json(vocabulary) if vocabulary else {},
    )


def _by_model(folder: Path) -> dict[str, dict[str, Any]]:
    """A model's name may hold a slash: `pretrain/all-vi.json` has the Vietnamese scores of `pretrain/all`."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.rglob("*.json")):
        model, _, language = str(file.relative_to(folder).with_suffix("")).rpartition("-")
        if language in LANGUAGES:
            found.setdefault(model, {})[language] = _json(file)
    return found


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
