"""The rows of a benchmark's file, whole: .parquet, .jsonl (.gz), .json, .csv, .tsv."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stages.errors import BadInput

Row = dict[str, Any]
MAX_CELL_CHARACTERS = 2**24  # the csv module's own limit, 131,072, is less than some passages


def read_rows(file: Path, name: str) -> list[Row]:
    """All rows in the file's order, each with every column that any row has (None where it has none).

    `name` is the file's name at its origin, which tells its kind. Raises `BadInput` for a file that is not whole, not
    UTF-8 or not rows.
    """
    reader = reader_of(name)
    if reader is None:
        raise BadInput(f"{name}: unknown kind of file. Expected {', '.join(READERS)}.")
    try:
        rows = reader(file)
    except (OSError, EOFError, ValueError, zlib.error, csv.Error) as error:  # pyarrow's errors are ValueErrors too
        raise BadInput(
            f"{name}: not a whole file of its kind ({error}). Mend {file}, or delete it to fetch it again."
        ) from None
    if not rows:
        raise BadInput(f"{name}: holds no row. Pin a revision where it does, or mend its path.")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise BadInput(f"{name}, row {number}: expected columns with values, found {type(row).__name__}.")
    columns = dict.fromkeys(column for row in rows for column in row)
    return [columns | row for row in rows]


def reader_of(name: str) -> Callable[[Path], list[Row]] | None:
    """What reads a file of this name, or None."""
    return next((read for suffix, read in READERS.items() if name.lower().endswith(suffix)), None)


def _parquet(file: Path) -> list[Row]:
    import pyarrow.parquet

    return pyarrow.parquet.read_table(file).to_pylist()


def _json_lines(file: Path) -> list[Row]:
    return _rows_of_lines(_text(file))


def _packed_json_lines(file: Path) -> list[Row]:
    return _rows_of_lines(gzip.decompress(file.read_bytes()).decode("utf-8-sig"))


def _rows_of_lines(text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except json.JSONDecodeError as error:
            raise ValueError(f"line {number}: {error.msg} at character {error.colno}") from None
    return rows


def _json(file: Path) -> list[Row]:
    """A list of rows, or one object with a single list among its values (as `{"data": [...]}`)."""
    value = json.loads(_text(file))
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list)]
        if len(lists) != 1:
            raise ValueError(f"an object with {len(lists)} lists, expected a list of rows")
        value = lists[0]
    if not isinstance(value, list):
        raise ValueError(f"{type(value).__name__}, expected a list of rows")
    return value


def _csv(file: Path) -> list[Row]:
    return _table(file, csv.excel, strict=True)


def _tsv(file: Path) -> list[Row]:
    # Quotation marks are text here, as the collections that publish TSV write it.
    return _table(file, csv.excel_tab, quoting=csv.QUOTE_NONE)


def _table(file: Path, dialect: type[csv.Dialect], **how: Any) -> list[Row]:
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    rows = csv.DictReader(io.StringIO(_text(file), newline=""), dialect=dialect, **how)
    found = []
    for row in rows:
        if None in row or None in row.values():
            raise ValueError(f"line {rows.line_num} has another number of columns than the first line")
        found.append(row)
    return found


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8-sig")


READERS = {
    ".parquet": _parquet,
    ".jsonl": _json_lines,
    ".jsonl.gz": _packed_json_lines,
    ".json": _json,
    ".csv": _csv,
    ".tsv": _tsv,
}
