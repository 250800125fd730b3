"""The section `extend` of params.yaml. Paths in it reach the stage as arguments too: dvc.yaml makes deps of them."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.params import section

Method = Literal[
    "mean", "first_piece", "weighted", "translation", "neighbours", "transplant", "random", "mean_resizing"
]


@section
class Weighted:
    piece_ratio: PositiveFloat


@section
class Translation:
    dictionary: str
    weight: Annotated[float, Field(gt=0, le=0.5)]


@section
class Neighbours:
    """How the static vectors are made, and how many neighbours in their space a new row is mixed from."""

    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    max_tokens: PositiveInt
    window: PositiveInt
    min_count: PositiveInt
    context_exponent: Annotated[float, Field(gt=0, le=1)]
    dimensions: PositiveInt
    neighbours: PositiveInt
    temperature: PositiveFloat


@section
class Transplant:
    donor: str
    atoms: PositiveInt


@section
class Settings:
    input: Method
    output: Method
    base_norm: bool
    row_multiple: PositiveInt
    added_blocks: NonNegativeInt
    seed: NonNegativeInt
    weighted: Weighted
    translation: Translation
    neighbours: Neighbours
    transplant: Transplant
