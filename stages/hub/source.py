"""A data set on the Hugging Face hub as a source: streamed, at a pinned revision, no more than was asked for.

The endpoint, the token and the cache are the client's own (HF_ENDPOINT, HF_TOKEN, HF_HOME).
"""

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from stages.errors import BadInput
from stages.params import section
from stages.text.documents import Document, document_id

logger = logging.getLogger(__name__)

FULL_HASH = r"^[0-9a-f]{40}$"


@section
class Columns:
    """Names of the columns that make a document; null for what the data set does not have."""

    text: str
    id: str | None
    url: str | None
    date: str | None
    metadata: tuple[str, ...]


@section
class Source:
    """Parameters of a source of kind `hub`: the section `hub`, the source's entry, the profile's limits."""

    shuffle_seed: int
    shuffle_buffer_documents: NonNegativeInt
    max_attempts: PositiveInt
    first_wait_seconds: NonNegativeFloat
    kind: Literal["hub"]
    corpus: Literal["vi", "en", "code"]
    input: str
    licence: str
    repository: str
    revision: Annotated[str, Field(pattern=FULL_HASH)] | None
    config: str | None
    split: str
    columns: Columns
    minimum_scores: dict[str, float]
    gated: bool
    bytes_per_document: PositiveInt
    max_documents: NonNegativeInt
    max_megabytes: PositiveFloat


def documents(name: str, source: Source, _: Path, dropped: Counter[str]) -> Iterator[Document]:
    """Documents of the data set, shuffled by shard and buffer with a seed so that a limit is no mere beginning.

    A row below a minimum score is counted in `dropped`. Raises `BadInput` for an unpinned,
    unknown or moved revision, a repository whose terms were not accepted, a missing column, a
    truncated file and a hub that does not answer, each with its remedy.
    """
    from stages.hub import client  # it needs the `datasets` library, which takes seconds to import

    if source.revision is None:
        raise BadInput(
            f"sources.{name}.revision is null: {source.repository} is not pinned. Run `make pin`, which asks the hub "
            "for the newest commit and writes it into params.yaml, and commit that."
        )
    rows = client.stream(
        source.repository,
        source.revision,
        config=source.config,
        split=source.split,
        columns=_columns_read(source),
        shuffle_seed=source.shuffle_seed,
        shuffle_buffer=source.shuffle_buffer_documents,
        max_attempts=source.max_attempts,
        first_wait_seconds=source.first_wait_seconds,
    )
    columns = source.columns
    for number, row in enumerate(rows):
        low = next((c for c, least in sorted(source.minimum_scores.items()) if not _reaches(row[c], least)), None)
        if low is not None:
            dropped[f"below_minimum_{low}"] += 1
            continue
        text = row[columns.text]
        if not isinstance(text, str):
            dropped["text_not_a_string"] += 1
            continue
        # Without an id of its own a row is known by its place, which the revision and the seed fix.
        key = str(row[columns.id]) if columns.id else f"row {number}"
        yield Document(
            id=document_id(name, key),
            text=text,
            source=name,
            url=_string(row[columns.url]) if columns.url else "",
            date=_string(row[columns.date]) if columns.date else "",
            licence=source.licence,
            metadata={column: _string(row[column]) for column in columns.metadata},
        )


def _columns_read(source: Source) -> list[str]:
    columns = source.columns
    named = [columns.text, columns.id, columns.url, columns.date, *columns.metadata, *source.minimum_scores]
    return list(dict.fromkeys(filter(None, named)))  # each once: the reader fails on a column that is asked for twice


def _reaches(value: Any, least: float) -> bool:
    return isinstance(value, int | float) and value >= least


def _string(value: Any) -> str:
    return "" if value is None else str(value)
