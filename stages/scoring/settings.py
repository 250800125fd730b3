"""Parameters of an evaluation; params.yaml explains each."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.cleaning.settings import Identification
from stages.params import section


@section
class Prompts:
    """What every model is asked: texts to continue, and questions for those with a chat template."""

    continuations: Annotated[tuple[str, ...], Field(min_length=1)]
    questions: Annotated[tuple[str, ...], Field(min_length=1)]


@section
class PromptsByLanguage:
    """The prompts of each language that is evaluated."""

    vi: Prompts
    en: Prompts


@section
class EvaluationSettings:
    """Of `evaluate`, `languages` and the profile's `evaluate`."""

    prompts: PromptsByLanguage
    max_new_tokens: PositiveInt
    resamples: PositiveInt
    seed: NonNegativeInt
    device: Literal["cpu", "cuda"]
    dtype: Literal["float32", "bfloat16"]
    threads: PositiveInt
    batch_tokens: PositiveInt
    window_tokens: Annotated[int, Field(ge=2)]
    stride_tokens: PositiveInt
    max_bytes: PositiveInt
    max_document_bytes: PositiveInt
    max_letter_items: NonNegativeInt
    min_identified_words: PositiveInt
    identification: Identification
