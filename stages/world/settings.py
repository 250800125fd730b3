"""The section `world` of params.yaml."""

from typing import Annotated

from pydantic import Field, PositiveInt

from stages.params import section

Share = Annotated[float, Field(ge=0, le=1)]


@section
class WorldSettings:
    """Which world is made and what its corpora are mixed of."""

    seed: int
    people: Annotated[int, Field(ge=6, le=144, multiple_of=6)]
    shares: dict[str, Share]
    defect_rates: dict[str, Share]


@section
class ExamSettings:
    """How large the world's exam is."""

    items_per_part: PositiveInt
