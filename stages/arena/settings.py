"""`arena` in params.yaml: who takes part, and when votes are too few."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.params import section


@section
class ArenaSettings:
    """The section `arena` of params.yaml, which explains each."""

    models: Annotated[tuple[str, ...], Field(min_length=2)]
    prior_draws: PositiveFloat
    min_votes: PositiveInt
    resamples: PositiveInt
    seed: NonNegativeInt
    max_question_characters: PositiveInt
