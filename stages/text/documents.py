"""Documents: the one schema in which text travels between the corpus stages.

A folder of documents holds zstd Parquet files `00000.parquet, 00001.parquet, ...` with the
columns `id, text, source, url, date, licence, metadata`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from stages.errors import BadInput

SCHEMA = pyarrow.schema(
    [(name, pyarrow.string()) for name in ("id", "text", "source", "url", "date", "licence", "metadata")]
)
DOCUMENTS_PER_FILE = 100_000
ROWS_PER_GROUP = 2_000


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


def write_documents(folder: Path, documents: Iterable[Document]) -> int:
    """Write documents in the order given into an existing folder; returns how many.

    An empty iterable gives one valid Parquet file without rows. For an output that must appear
    whole, give a folder from `stages.outputs.new_folder`.
    """
    count, stream = 0, iter(documents)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(10**5):
        batch_stream = islice(stream, DOCUMENTS_PER_FILE)
        first = list(islice(batch_stream, ROWS_PER_GROUP))
        if not first and number > 0:
            break
        with pyarrow.parquet.ParquetWriter(folder / f"{number:05}.parquet", SCHEMA, compression="zstd") as writer:
            group = first
            while True:
                writer.write_table(_to_table(group))
                count += len(group)
                group = list(islice(batch_stream, ROWS_PER_GROUP))
                if not group:
                    break
    return count


def read_documents(folder: Path) -> Iterator[Document]:
    """Read every document below `folder` (files in sorted order of their path), a row group at a time.

    Raises `BadInput` for a missing folder, a truncated file or other columns than the schema's.
    """
    for file in parquet_files(folder):
        try:
            with pyarrow.parquet.ParquetFile(file) as parquet:
                if parquet.schema_arrow.names != SCHEMA.names:
                    raise BadInput(f"{file}: columns {parquet.schema_arrow.names}, expected {SCHEMA.names}.")
                for batch in parquet.iter_batches(ROWS_PER_GROUP):
                    for row in batch.to_pylist():
                        row["metadata"] = json.loads(row["metadata"])
                        yield Document(**row)
        except pyarrow.ArrowInvalid as error:
            raise BadInput(f"{file}: not a readable Parquet file ({error}). Delete its folder and run again.") from None


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files below a folder, sorted, whatever order the file system gives."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder of documents. Run the stage that makes it (dvc repro).")
    return sorted(folder.rglob("*.parquet"))


def _to_table(documents: list[Document]) -> pyarrow.Table:
    rows = [
        {name: getattr(document, name) for name in SCHEMA.names[:-1]}
        | {"metadata": json.dumps(document.metadata, ensure_ascii=False, sort_keys=True)}
        for document in documents
    ]
    return pyarrow.Table.from_pylist(rows, schema=SCHEMA)
