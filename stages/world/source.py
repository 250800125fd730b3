"""The world as a kind of source for `stages.fetch`."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import NonNegativeInt

from stages import world
from stages.formats.account import Account
from stages.params import section
from stages.text.documents import Document
from stages.world.settings import WorldSettings


@section
class Source(WorldSettings):
    """Parameters of a source of kind `world`: the section `world`, the source's entry, the profile's limit."""

    kind: Literal["world"]
    corpus: Literal["vi", "en", "code", "instruct"]
    input: str
    language: Literal["vi", "en", "code"]
    content: Literal["corpus", "single_turn", "multi_turn"]
    reader: str
    licence: str
    max_documents: NonNegativeInt
    max_megabytes: ClassVar[float] = math.inf  # the generator makes as many documents as it is asked for


def documents(name: str, source: Source, _: Path, __: Path, account: Account) -> Iterator[Document]:
    """The world's documents for one source; nothing is ever dropped here."""
    yield from world.documents(
        name,
        source.language,
        source.content,
        WorldSettings(people=source.people, seed=source.seed, shares=source.shares, defect_rates=source.defect_rates),
        source.max_documents,
        source.licence,
    )
