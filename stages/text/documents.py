"""Documents: the one schema in which text travels between the corpus stages.

A folder of documents holds zstd Parquet files `00000.parquet, 00001.parquet, ...` with the
columns `id, text, source, url, date, licence, metadata`. A folder `dropped` in it holds, in the same form, what a
stage dropped.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from stages.errors import BadInput
from stages.outputs import whole_file

SCHEMA = pyarrow.schema(
    [(name, pyarrow.string()) for name in ("id", "text", "source", "url", "date", "licence", "metadata")]
)
DOCUMENTS_PER_FILE = 100_000
# A row group is what is read and written at a time, and the smallest part of a corpus that one worker takes.
GROUP_DOCUMENTS = 2_000
GROUP_CHARACTERS = 30_000_000
MAX_PARTS = 4_096


@dataclass(slots=True)
class Document:
    """One text with where it comes from. `date` is ISO 8601 or empty; `metadata` is JSON-able."""

    id: str
    text: str
    source: str
    url: str = ""
    date: str = ""
    licence: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


def document_id(source: str, key: str) -> str:
    """A stable id: 16 hex digits of the hash of source and key, so that order and sampling depend on nothing else."""
    return hashlib.blake2b(f"{source}\0{key}".encode(), digest_size=8).hexdigest()


def number_of(id_: str) -> int:
    """An id as a number below 2^64. Raises `BadInput` if it is not 16 hexadecimal digits."""
    try:
        if len(id_) == 16:
            return int(id_, 16)
    except ValueError:
        pass
    raise BadInput(f"document {id_!r}: its id is not 16 hexadecimal digits. Make it with document_id().")


def write_documents(folder: Path, documents: Iterable[Document]) -> int:
    """Write documents in the order given into an existing folder; returns how many.

    An empty iterable gives one valid Parquet file without rows. For an output that must appear
    whole, give a folder from `stages.outputs.new_folder`.
    """
    count, stream = 0, iter(documents)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(10**5):
        written = write_file(folder / f"{number:05}.parquet", islice(stream, DOCUMENTS_PER_FILE))
        count += written
        if written < DOCUMENTS_PER_FILE:
            break
    return count


def write_file(file: Path, documents: Iterable[Document]) -> int:
    """Write documents in the order given into one Parquet file, whole or not at all; returns how many."""
    return write_groups(file, groups(documents))


def write_groups(file: Path, row_groups: Iterable[list[Document]]) -> int:
    """Write each list of documents as one row group of a Parquet file, whole or not at all; returns how many documents.

    Pages carry checksums, so that a damaged one is found on reading.
    """
    count = 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as unfinished:
        options = {"compression": "zstd", "write_page_checksum": True}
        with pyarrow.parquet.ParquetWriter(unfinished, SCHEMA, **options) as writer:
            for group in row_groups:
                writer.write_table(_to_table(group))
                count += len(group)
    return count


def groups(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists of at most `GROUP_DOCUMENTS`, shorter where they are long."""
    group, characters = [], 0
    for document in documents:
        group.append(document)
        characters += len(document.text)
        if len(group) == GROUP_DOCUMENTS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def read_documents(folder: Path) -> Iterator[Document]:
    """Read every document below `folder` (files in sorted order of their path), a row group at a time.

    Raises `BadInput` for a missing folder, a truncated or damaged file or other columns than the schema's.
    """
    for file in parquet_files(folder):
        yield from read_file(file)


def read_file(file: Path) -> Iterator[Document]:
    """Read the documents of one file, with the errors of `read_documents`."""
    with _opened(file) as parquet:
        for number in range(parquet.num_row_groups):
            yield from _group(parquet, number)


@dataclass(frozen=True)
class Part:
    """Neighbouring row groups of one file, `first` to `end` (not included): what one worker takes."""

    number: int
    file: Path
    first: int
    end: int


def parts(folder: Path) -> list[Part]:
    """The documents below `folder` cut into parts, in their order; how they are cut depends on the files alone.

    Files without documents give one part without any.
    """
    counts = {}
    for file in parquet_files(folder):
        with _opened(file) as parquet:
            counts[file] = parquet.num_row_groups
    size = max(1, -(-sum(counts.values()) // MAX_PARTS))
    places = [(file, first, count) for file, count in counts.items() for first in range(0, count, size)]
    places = places or [(file, 0, 0) for file in counts][:1]
    return [
        Part(number, file.resolve(), first, min(first + size, count))
        for number, (file, first, count) in enumerate(places)
    ]


def read_part(part: Part) -> Iterator[Document]:
    """Read the documents of one part, with the errors of `read_documents`."""
    with _opened(part.file) as parquet:
        for number in range(part.first, part.end):
            yield from _group(parquet, number)


def read_group(file: Path, number: int) -> list[Document]:
    """Read one row group of a file, with the errors of `read_documents`."""
    with _opened(file) as parquet:
        return list(_group(parquet, number))


def group_keys(file: Path, number: int) -> list[tuple[str, str]]:
    """Id and source of each document of one row group, without its text, with the errors of `read_documents`."""
    with _opened(file) as parquet:
        table = parquet.read_row_group(number, columns=["id", "source"])
        return list(zip(*(table.column(name).to_pylist() for name in ("id", "source")), strict=True))


def count_documents(folder: Path) -> int:
    """How many documents there are below `folder`, as the files themselves say."""
    count = 0
    for file in parquet_files(folder):
        with _opened(file) as parquet:
            count += parquet.metadata.num_rows
    return count


def text_bytes(folder: Path) -> int:
    """Bytes of all texts below `folder` before compression, as the files themselves say."""
    column = SCHEMA.names.index("text")
    total = 0
    for file in parquet_files(folder):
        with _opened(file) as parquet:
            row_groups = (parquet.metadata.row_group(number) for number in range(parquet.num_row_groups))
            total += sum(group.column(column).total_uncompressed_size for group in row_groups)
    return total


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files below a folder, sorted, whatever order the file system gives.

    Those of a folder `dropped` in it are left out: they are no documents of the corpus, and read by the name of theirs.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder of documents. Run the stage that makes it (dvc repro).")
    return sorted(file for file in folder.rglob("*.parquet") if "dropped" not in file.relative_to(folder).parts)


@contextmanager
def _opened(file: Path) -> Iterator[pyarrow.parquet.ParquetFile]:
    try:
        with pyarrow.parquet.ParquetFile(file, page_checksum_verification=True) as parquet:
            if parquet.schema_arrow.names != SCHEMA.names:
                raise BadInput(f"{file}: columns {parquet.schema_arrow.names}, expected {SCHEMA.names}.")
            yield parquet
    except (pyarrow.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # a full disk, a lost permission: not the file's fault
            raise
        raise BadInput(f"{file}: not a readable Parquet file ({error}). Delete its folder and run again.") from None


def _group(parquet: pyarrow.parquet.ParquetFile, number: int) -> Iterator[Document]:
    for row in parquet.read_row_group(number).to_pylist():
        row["metadata"] = json.loads(row["metadata"])
        yield Document(**row)


def _to_table(documents: list[Document]) -> pyarrow.Table:
    rows = [
        {name: getattr(document, name) for name in SCHEMA.names[:-1]}
        | {"metadata": json.dumps(document.metadata, ensure_ascii=False, sort_keys=True)}
        for document in documents
    ]
    return pyarrow.Table.from_pylist(rows, schema=SCHEMA)
