"""Your own documents as a source: text, Markdown, JSON lines and Parquet files below a folder."""

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import NonNegativeInt, PositiveFloat

from stages.errors import BadInput
from stages.files.reading import LEGACY_ENCODING, Unreadable, read_jsonl, read_parquet, read_whole
from stages.files.settings import Settings
from stages.formats.account import COUNTERPART, Account
from stages.params import section
from stages.text.documents import Document, document_id

READERS = {
    ".txt": read_whole,
    ".md": read_whole,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".jsonl.zst": read_jsonl,
    ".parquet": read_parquet,
}
FILES_AT_ONCE = 64  # open files are limited by the system


@section
class Source(Settings):
    """Parameters of a source of kind `files`: the section `files`, the source's entry, the profile's limits."""

    kind: Literal["files"]
    corpus: Literal["vi", "en", "code"]
    input: str
    reader: str
    licence: str
    max_documents: NonNegativeInt
    max_megabytes: PositiveFloat


def documents(name: str, source: Source, folder: Path, _: Path, account: Account) -> Iterator[Document]:
    """Documents of every file below `folder`, hidden ones left out; the file that gave least so far is next.

    So a limit takes as much text from each file, not all from the alphabetically first. A document
    that cannot be decoded is counted in `dropped`; a file that cannot be read raises `BadInput`.
    """
    for group in _groups(source_files(folder), FILES_AT_ONCE):
        streams = [_documents_of(name, source, folder, file, account.dropped) for file in group]
        waiting = [(0, number) for number in range(len(streams))]  # characters given, place in the group
        while waiting:
            characters, number = waiting[0]
            document = next(streams[number], None)
            if document is None:
                heapq.heappop(waiting)
            else:
                heapq.heapreplace(waiting, (characters + len(document.text), number))
                yield document


def source_files(folder: Path) -> list[Path]:
    """The files below a folder that are read, hidden ones left out, sorted by path.

    Raises `BadInput` for no folder, for none at all, and for one that cannot be read: it is not passed over in silence.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder. Make it and put documents there, or mend the source's input.")
    visible = [
        path
        for path in sorted(folder.rglob("*"))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    found = [path for path in visible if path.is_symlink() or not path.is_dir()]
    if not found:
        raise BadInput(
            f"{folder}: no file in it. Put documents there, or run: make own VI=<your Vietnamese> EN=<your English>."
        )
    for path in found:
        if not path.is_file():
            raise BadInput(f"{path}: a link to a folder or to nothing. Remove it, and link or copy single files.")
        if suffix_of(path) is None:
            raise BadInput(f"{path}: unknown kind of file. Expected {', '.join(READERS)}; convert or remove it.")
        if path.stat().st_size == 0:
            raise BadInput(f"{path}: empty file, expected documents. Fetch it again, or remove it.")
    return found


def suffix_of(path: Path) -> str | None:
    """The known suffix that a file name ends with, or None."""
    name = path.name.lower()
    return next((suffix for suffix in READERS if name.endswith(suffix)), None)


def _documents_of(name: str, source: Source, folder: Path, file: Path, dropped: Counter[str]) -> Iterator[Document]:
    others = (source.url_column, source.date_column, source.counterpart_column, *source.metadata_columns)
    columns = (source.text_column, *others)
    relative = file.relative_to(folder).as_posix()
    seen, malformed = 0, 0
    for key, record in READERS[suffix_of(file)](file, columns):
        seen += 1
        if isinstance(record, Unreadable):
            dropped[record.reason] += 1
            malformed += record.malformed
            continue
        text = record.get(source.text_column)
        if source.text_column not in record:
            raise BadInput(
                f"{file}, {key}: no column {source.text_column!r}, found {sorted(record)}. "
                "Rename it, or set files.text_column in params.yaml."
            )
        counterpart = record.get(source.counterpart_column)
        if not isinstance(text, str):
            dropped["text_not_a_string"] += 1
            continue
        extra = [column for column in (*source.metadata_columns, LEGACY_ENCODING) if column in record]
        yield Document(
            id=document_id(name, f"{relative}:{key}"),
            text=text,
            source=name,
            url=_string(record.get(source.url_column)),
            date=_string(record.get(source.date_column)),
            licence=source.licence,
            metadata={"file": relative}
            | {column: _string(record[column]) for column in extra}
            | ({COUNTERPART: counterpart} if isinstance(counterpart, str) else {}),
        )
    if malformed > source.max_malformed_share * seen:
        raise BadInput(
            f"{file}: {malformed} of {seen} records are unreadable, more than files.max_malformed_share "
            f"({source.max_malformed_share}). Mend the file, or raise that share in params.yaml."
        )


def _groups(files: list[Path], size: int) -> Iterator[list[Path]]:
    rest = iter(files)
    while group := list(islice(rest, size)):
        yield group


def _string(value: Any) -> str:
    # Half a surrogate pair, from a JSON escape, is written as its escape: UTF-8 has no place for it.
    return "" if value is None else str(value).encode(errors="backslashreplace").decode()
