"""The section `perplexity.<language>.classifier` of params.yaml."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from stages.params import section


@section
class Features:
    """What the classifier sees of a text."""

    max_characters: PositiveInt
    max_n_gram: Annotated[int, Field(ge=1, le=5)]
    hash_bits: Annotated[int, Field(ge=10, le=26)]


@section
class ClassifierSettings(Features):
    """What the classifier sees, what it is trained on, and what is dropped by it."""

    enabled: bool
    reference_sources: Annotated[tuple[str, ...], Field(min_length=1)]
    against_sources: Annotated[tuple[str, ...], Field(min_length=1)]
    max_documents: PositiveInt
    epochs: PositiveInt
    l2_penalty: PositiveFloat
    seed: int
    min_percentile: Annotated[float, Field(ge=0, le=100)]
    dropped_share: Annotated[float, Field(ge=0, le=1)]
