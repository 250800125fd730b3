"""An ablation as its file describes it: what is compared, by which figures, over which seeds."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field, NonNegativeInt, PositiveFloat, field_validator
from ruamel.yaml import YAML

from stages.errors import BadInput
from stages.params import read, section


@section
class Sum:
    """A value that is computed from others of params.yaml."""

    sum_of: Annotated[tuple[str, ...], Field(min_length=1)]
    times: PositiveFloat


Value = bool | int | float | str | Sum


@section
class Seeds:
    keys: Annotated[tuple[str, ...], Field(min_length=1)]  # which params take the seed
    values: Annotated[tuple[NonNegativeInt, ...], Field(min_length=1)]


@section
class Metric:
    """A figure of a metrics file; `value`, `low` and `high` are dotted keys."""

    name: str
    file: str
    value: str
    low: str | None
    high: str | None
    better: Literal["lower", "higher"]
    format: str

    @field_validator("format")
    @classmethod
    def _formats_a_number(cls, value: str) -> str:
        format(1.0, value)  # a ValueError, before hours of training instead of after them
        return value


@section
class Variant:
    about: str
    set: dict[str, Value]


@section
class Ablation:
    """A file of the folder ablations; `ablations/eeve.yaml` explains the keys."""

    title: str
    page: str | None
    stage: str
    seeds: Seeds
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]
    pretrain_stages: tuple[str, ...]
    standard: Annotated[tuple[str, ...], Field(min_length=2)]
    variants: Annotated[dict[str, Variant], Field(min_length=2)]


def read_ablation(file: Path) -> Ablation:
    """Raises `BadInput` for anything that is not exactly the keys of `Ablation`, or a standard variant that is none."""
    try:
        ablation = pydantic.TypeAdapter(Ablation).validate_json(json.dumps(read(file)))
    except pydantic.ValidationError as error:
        lines = [
            f"{file}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}, found {problem['input']!r}."
            for problem in error.errors()
        ]
        raise BadInput("\n".join([*lines, "ablations/eeve.yaml explains the keys."])) from None
    check_variants(ablation, ablation.standard, f"{file}: standard")
    return ablation


def check_variants(ablation: Ablation, names: tuple[str, ...], place: str) -> None:
    """Raise `BadInput` if these are not at least two of the ablation's variants."""
    if unknown := sorted(set(names) - ablation.variants.keys()):
        raise BadInput(f"{place}: {unknown[0]!r} is no variant. Choose of: {', '.join(ablation.variants)}.")
    if not 1 < len(set(names)) == len(names):
        raise BadInput(f"{place}: expected at least two variants, each once, found {', '.join(names)}.")


def changes(
    ablation: Ablation, variant: str, seed: int, settings: list[str], params: dict[str, Any], profile: str
) -> dict[str, Any]:
    """What an experiment changes: the settings of all, over them the variant's, over them the seed.

    `settings` are KEY=VALUE, `params` the values of params.yaml. Raises `BadInput` for a key that params.yaml lacks.
    """
    yaml = YAML(typ="safe", pure=True)
    common = {key: yaml.load(value) for key, _, value in (setting.partition("=") for setting in settings)}

    def known(key: str) -> Any:
        found: Any = params
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise BadInput(f"{variant}: {key} is no key of params.yaml. Mend its spelling.")
            found = found[part]
        return common.get(key, found)

    def computed(value: Value) -> bool | int | float | str:
        if not isinstance(value, Sum):
            return value
        total = sum(known(key.format(profile=profile)) for key in value.sum_of) * value.times
        return round(total) if value.times != 1 or total == int(total) else total

    own = {key.format(profile=profile): computed(value) for key, value in ablation.variants[variant].set.items()}
    made = common | own | dict.fromkeys(ablation.seeds.keys, seed)
    for key in made:
        known(key)
    return made


def tokens_to_train(ablation: Ablation, changed: dict[str, Any], params: dict[str, Any], profile: str) -> int:
    """The tokens of the counted stages with these changes."""
    stages = params["profiles"][profile]["pretrain"]
    if unknown := sorted(set(ablation.pretrain_stages) - stages.keys()):
        raise BadInput(f"pretrain_stages: {unknown[0]!r} is none. Choose of: {', '.join(stages)}.")
    keys = {stage: f"profiles.{profile}.pretrain.{stage}.tokens" for stage in ablation.pretrain_stages}
    return sum(changed.get(key, stages[stage]["tokens"]) for stage, key in keys.items())
