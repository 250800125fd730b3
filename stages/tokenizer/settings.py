"""How a vocabulary is extended."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.params import section


@section
class Extension:
    """The settings of `stages.tokenizer.methods.extend_tokenizer`; params.yaml tells what each does."""

    method: Literal["continued_bpe", "sentencepiece", "added_tokens"]
    guard: Literal["strict", "guarded"]
    max_guard_per_million: Annotated[float, Field(ge=0)]
    min_count: PositiveInt
    normaliser: Literal["none", "nfc"]
    new_tokens: NonNegativeInt
    size_multiple: PositiveInt
    superwords: NonNegativeInt
    max_superword_runs: PositiveInt
