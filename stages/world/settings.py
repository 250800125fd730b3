"""The section `world` of params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from stages.params import section

Share = Annotated[float, Field(ge=0, le=1)]
TextKind = Literal["biography", "story", "sum", "description", "dialogue"]
DefectKind = Literal[
    "mojibake",
    "decomposed",
    "wrong_language",
    "boilerplate",
    "html",
    "repeated_passage",
    "too_short",
    "gibberish",
    "flagged",
    "personal_data",
    "exact_duplicate",
    "near_duplicate",
    "legacy_encoding",
    "tone_placement",
    "confusables",
    "glued_sentences",
    "segmented",
    "unaccented",
    "word_salad",
]


@section
class WorldSettings:
    """Which world is made and what its corpora are mixed of."""

    seed: int
    people: Annotated[int, Field(ge=6, le=144, multiple_of=6)]
    shares: dict[TextKind, Share]
    defect_rates: dict[DefectKind, Share]
