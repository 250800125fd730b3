"""Readers of one file each: every record with its key in the file, in the file's order.

A reader takes the path and the columns that are wanted, and yields `(key, record)`: the key is
a line or row number, the record a dict, or `Unreadable` for one that is to be dropped. A file
that is truncated or is not what its name says raises `BadInput`.
"""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from stages.errors import BadInput
from stages.normalisation import legacy_encodings

BYTE_ORDER_MARK = codecs.BOM_UTF8
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # "Unicode" of Windows editors
MAX_WHOLE_FILE_BYTES = 2**30  # Parquet holds at most 2 GiB in one string
ROWS_PER_BATCH = 1_000
LEGACY_ENCODING = "legacy_encoding"  # the key under which a record says that it was decoded from one
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is dropped: why, and whether more of the kind make its file suspect."""

    reason: str
    malformed: bool


Record = dict[str, Any] | Unreadable


def read_whole(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, Record]]:
    """A text file as one record, its text under the first of `columns`.

    It is UTF-8, UTF-16 with a byte order mark, or in one of the Vietnamese encodings from before Unicode, which is then
    named under LEGACY_ENCODING.
    """
    if file.stat().st_size > MAX_WHOLE_FILE_BYTES:
        raise BadInput(f"{file}: {file.stat().st_size} bytes in one document, at most 1 GiB is read. Split it.")
    try:
        data = file.read_bytes().removeprefix(BYTE_ORDER_MARK)
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}). Mend its permissions, or remove it.") from None
    try:
        yield "0", {columns[0]: data.decode("utf-16" if data.startswith(UTF16_MARKS) else "utf-8")}
    except UnicodeDecodeError:
        decoded = legacy_encodings.decode(data)
        if decoded:
            yield "0", {columns[0]: decoded[0], LEGACY_ENCODING: decoded[1]}
        else:
            yield "0", Unreadable("invalid_utf8", malformed=False)


def read_jsonl(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, Record]]:
    """JSON lines, plain or compressed (gzip, zstd): a record for each line that is not blank."""
    number = 0
    try:
        with pyarrow.input_stream(str(file), compression=COMPRESSIONS.get(file.suffix.lower())) as stream:
            for number, line in enumerate(io.BufferedReader(stream), start=1):
                if number == 1:
                    line = line.removeprefix(BYTE_ORDER_MARK)
                if line.strip():
                    yield f"line {number}", _parse(line)
    except (OSError, ValueError) as error:  # pyarrow: a truncated or corrupt stream, or no such access
        raise BadInput(
            f"{file}: broken after line {number} ({error}), expected a whole {file.suffix} file. Fetch it again."
        ) from None
    if number == 0:
        raise BadInput(f"{file}: no line in it, expected a JSON object a line. Fetch it again, or remove it.")


def read_parquet(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, Record]]:
    """The rows of a Parquet file, with those of `columns` that it has."""
    try:
        with pyarrow.parquet.ParquetFile(file) as parquet:
            schema = parquet.schema_arrow
            if columns[0] not in schema.names:
                raise BadInput(
                    f"{file}: no column {columns[0]!r}, found {schema.names}. "
                    "Rename it, or set files.text_column in params.yaml."
                )
            if not _is_string(schema.field(columns[0]).type):
                raise BadInput(f"{file}: column {columns[0]!r} is {schema.field(columns[0]).type}, expected string.")
            wanted = [name for name in columns if name in schema.names]
            row = 0
            for batch in parquet.iter_batches(ROWS_PER_BATCH, columns=wanted):
                texts = batch.column(columns[0]).cast(pyarrow.large_binary()).to_pylist()
                others = batch.drop_columns(columns[0]).to_pylist()
                for text, other in zip(texts, others, strict=True):
                    row += 1
                    yield f"row {row}", _decoded(columns[0], text, other)
    except (OSError, UnicodeDecodeError, pyarrow.ArrowException) as error:
        raise BadInput(f"{file}: not a whole Parquet file ({error}). Fetch it again.") from None


def _parse(line: bytes) -> Record:
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError:
        return Unreadable("invalid_utf8", malformed=True)
    except (ValueError, RecursionError):  # also a number of too many digits, and brackets too deep
        return Unreadable("malformed_json", malformed=True)
    return record if isinstance(record, dict) else Unreadable("malformed_json", malformed=True)


def _decoded(column: str, text: bytes | None, other: dict[str, Any]) -> Record:
    # Parquet writers do not check that their strings are UTF-8, and one bad one would stop the whole batch.
    try:
        return other | {column: None if text is None else text.decode()}
    except UnicodeDecodeError:
        return Unreadable("invalid_utf8", malformed=True)


def _is_string(kind: pyarrow.DataType) -> bool:
    return pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)
