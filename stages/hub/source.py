"""A data set on the Hugging Face hub as a source: streamed, at a pinned revision, no more than was asked for.

The endpoint, the token and the cache are the client's own (HF_ENDPOINT, HF_TOKEN, HF_HOME).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.errors import BadInput
from stages.formats.account import COUNTERPART, Account
from stages.hub.blocks import KEY, Row
from stages.hub.parts import Parts
from stages.hub.settings import Settings
from stages.params import section
from stages.text.documents import Document, document_id

FULL_HASH = r"^[0-9a-f]{40}$"


@section
class Columns:
    """Names of the columns that make a document, `meta.url` for a field of one; null for what the set does not have."""

    text: str
    counterpart: str | None  # the other side: a translation, an answer
    id: str | None
    url: str | None
    date: str | None
    metadata: tuple[str, ...]


@section
class Source(Settings):
    """Parameters of a source of kind `hub`: the section `hub`, the source's entry, the profile's limits."""

    kind: Literal["hub"]
    corpus: Literal["vi", "en", "code"]
    input: str
    reader: str
    licence: str
    repository: str
    revision: Annotated[str, Field(pattern=FULL_HASH)] | None
    config: str | None
    split: str
    columns: Columns
    scores_above: dict[str, float]
    gated: bool
    bytes_per_document: PositiveInt
    max_documents: NonNegativeInt
    max_megabytes: PositiveFloat


def documents(name: str, source: Source, _: Path, checkpoints: Path, account: Account) -> Iterator[Document]:
    """Documents of the data set, from all over its files so that a limit is no mere beginning.

    What is read is kept below `checkpoints`, so that the next call goes on after it. A row whose score is
    not above its bound is dropped, one without text counted. Raises `BadInput` for an unpinned, unknown or moved
    revision, a repository whose terms were not accepted, a missing column, a truncated file and a
    hub that does not answer, each with its remedy.
    """
    columns = source.columns
    for row in _rows(name, source, checkpoints, account):
        text, counterpart = row[columns.text], row[columns.counterpart] if columns.counterpart else ""
        if not isinstance(text, str) or not isinstance(counterpart, str):
            account.dropped["text_not_a_string"] += 1
            continue
        document = Document(
            id=document_id(name, str(row[columns.id] if columns.id else row[KEY])),
            text=text,
            source=name,
            url=_string(row[columns.url]) if columns.url else "",
            date=_string(row[columns.date]) if columns.date else "",
            licence=source.licence,
            metadata={column: _string(row[column]) for column in columns.metadata}
            | ({COUNTERPART: counterpart} if columns.counterpart else {}),
        )
        low = next((c for c, bound in sorted(source.scores_above.items()) if not _is_above(row[c], bound)), None)
        if low is None:
            yield document
        else:
            account.drop(document, f"low_{low}", row[low])


def _rows(name: str, source: Source, checkpoints: Path, account: Account) -> Iterator[Row]:
    from stages.hub import client  # it needs the `datasets` library, which takes seconds to import

    if source.revision is None:
        raise BadInput(
            f"sources.{name}.revision is null: {source.repository} is not pinned. Run `make pin`, which asks the hub "
            "for the newest commit and writes it into params.yaml, and commit that."
        )
    columns = _columns_read(source)
    order = {"columns": columns, "shuffle_seed": source.shuffle_seed, "files_at_once": source.files_at_once}
    parts = Parts(
        checkpoints,
        order | {k: getattr(source, k) for k in ("repository", "revision", "config", "split")},
    )
    for rows in parts.replay():
        account.data_date = parts.place["changed"]
        yield from rows
    data_set = client.DataSet(
        source.repository,
        source.revision,
        source.config,
        source.split,
        max_attempts=source.max_attempts,
        first_wait_seconds=source.first_wait_seconds,
    )
    for rows, place in data_set.blocks(columns, source.shuffle_seed, source.files_at_once, parts.place):
        parts.add(rows, place)
        account.data_date = place["changed"]
        yield from rows


def _columns_read(source: Source) -> list[str]:
    columns = source.columns
    named = [
        columns.text,
        columns.counterpart,
        columns.id,
        columns.url,
        columns.date,
        *columns.metadata,
        *source.scores_above,
    ]
    return list(dict.fromkeys(filter(None, named)))  # each once: the reader fails on a column that is asked for twice


def _is_above(value: Any, bound: float) -> bool:
    return isinstance(value, int | float) and value > bound


def _string(value: Any) -> str:
    # Half a surrogate pair, from a JSON escape, is written as its escape: UTF-8 has no place for it.
    return "" if value is None else str(value).encode(errors="backslashreplace").decode()
