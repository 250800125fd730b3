"""How the hub's clients are used, whatever is read with them."""

from pydantic import NonNegativeFloat, PositiveInt

from stages.params import section


@section
class Settings:
    """The section `hub`; params.yaml explains each."""

    shuffle_seed: int
    files_at_once: PositiveInt
    max_attempts: PositiveInt
    first_wait_seconds: NonNegativeFloat
