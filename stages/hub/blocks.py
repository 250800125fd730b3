"""The rows of one remote file in blocks that can be read one by one, so that no more travels than is wanted.

Parquet and JSON lines are read by range: the row groups or stretches of a file come in an order
drawn with a seed, and any block can be asked for alone. What else the `datasets` library reads
comes in the file's order, and to go on in the middle it is read again from its beginning.
"""

import datetime
import json
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from typing import Any, BinaryIO

import pyarrow
import pyarrow.parquet

from stages.errors import BadInput

Row = dict[str, Any]
Blocks = Iterator[tuple[list[Row], int]]  # each with what was given of the file after it
KEY = "#"  # the row's own key beside the columns: its file and number there
ROWS_PER_BLOCK = 1_000
BYTES_PER_STRETCH = 4_000_000  # of JSON lines
BYTES_BEYOND = 1_000_000  # read at once to find the end of a stretch's last line


def parquet_blocks(file: BinaryIO, path: str, columns: list[str], seed: int, given: int) -> Blocks:
    """Blocks of a Parquet file after the first `given` rows; only the wanted columns are read, and checksums verified.

    `columns` may name fields of a struct, as `metadata.url`. Raises `BadInput` for a missing column.
    """
    with pyarrow.parquet.ParquetFile(file, pre_buffer=True, page_checksum_verification=True) as parquet:
        _require(
            columns, [column for column in columns if _has(parquet.schema_arrow, column)], parquet.schema_arrow, path
        )
        sizes = [parquet.metadata.row_group(group).num_rows for group in range(parquet.num_row_groups)]
        starts = list(accumulate(sizes, initial=0))
        before = 0  # rows of the row groups that were drawn earlier
        for group in _drawn(len(sizes), seed, path):
            skipped = min(max(given - before, 0), sizes[group])
            before += sizes[group]
            if skipped == sizes[group]:
                continue
            seen = 0
            for batch in parquet.iter_batches(ROWS_PER_BLOCK, row_groups=[group], columns=columns, use_threads=False):
                rows = batch.slice(max(0, skipped - seen)).to_pylist()
                first = seen + batch.num_rows - len(rows)
                seen += batch.num_rows
                if rows:
                    keys = (f"{path}:{starts[group] + first + n}" for n in range(len(rows)))
                    yield (
                        [_row(row, columns, key) for row, key in zip(rows, keys, strict=True)],
                        before - sizes[group] + seen,
                    )
            if seen != sizes[group]:
                raise pyarrow.ArrowInvalid(f"{path}: row group {group} has {seen} rows, its footer says {sizes[group]}")


def line_blocks(
    read: Callable[[int, int], bytes], size: int, path: str, columns: list[str], seed: int, given: int
) -> Blocks:
    """Blocks of a file of JSON lines after the first `given` stretches; `read` takes the first byte and the end.

    A stretch has the lines that begin in its bytes, as in Hadoop's text splits. Raises
    `ArrowInvalid` for a line that is no JSON object, `BadInput` for a column that no line of the first has.
    """
    for done, stretch in enumerate(_drawn(-(-size // BYTES_PER_STRETCH), seed, path)[given:], start=given + 1):
        begin, end = stretch * BYTES_PER_STRETCH, min((stretch + 1) * BYTES_PER_STRETCH, size)
        place = max(0, begin - 1)  # with the byte before, a line that begins exactly there is seen
        data = read(place, end)
        while not data.endswith(b"\n") and end < size:
            more = read(end, min(end + BYTES_BEYOND, size))
            more = more[: more.find(b"\n") + 1] or more
            data, end = data + more, end + len(more)
        if begin:
            head = data.find(b"\n") + 1 or len(data)
            data, place = data[head:], place + head
        rows = []
        for line in data.split(b"\n"):
            if line.strip():
                rows.append((f"{path}:{place}", _parsed(line, path, place)))
            place += len(line) + 1
        if done == 1 and rows:
            _require(columns, [c for c in columns if any(c.split(".")[0] in row for _, row in rows)], rows[0][1], path)
        yield [_row(row, columns, key) for key, row in rows], done


def example_blocks(examples: Iterator[Row], path: str, columns: list[str], given: int) -> Blocks:
    """Blocks of a file that another library reads, after the first `given` rows, which are read and passed over."""
    numbered = islice(enumerate(examples), given, None)
    while block := list(islice(numbered, ROWS_PER_BLOCK)):
        given += len(block)
        _require(columns, [c for c in columns if c in block[0][1] or c.split(".")[0] in block[0][1]], block[0][1], path)
        yield [_row(example, columns, f"{path}:{number}") for number, example in block], given


def _require(columns: list[str], found: list[str], present: Iterable[Any], path: str) -> None:
    if missing := [column for column in columns if column not in found]:
        names = sorted(field if isinstance(field, str) else field.name for field in present)
        raise BadInput(
            f"{path}: no column {', '.join(missing)}, found {', '.join(names)}. "
            "Mend the columns of its entry in params.yaml."
        )


def _has(schema: pyarrow.Schema, column: str) -> bool:
    fields = {field.name: field for field in schema}
    for part in (column,) if column in fields else column.split("."):
        if part not in fields:
            return False
        kind = fields[part].type
        fields = {inner.name: inner for inner in kind} if pyarrow.types.is_struct(kind) else {}
    return True


def _row(found: Row, columns: list[str], key: str) -> Row:
    return {KEY: key} | {column: _plain(_at(found, column)) for column in columns}


def _at(found: Any, column: str) -> Any:
    if isinstance(found, dict) and column in found:
        return found[column]
    for part in column.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _plain(value: Any) -> Any:
    """A value that comes back the same from JSON, so that kept blocks give the rows that fresh ones gave."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime.datetime() | datetime.date():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _parsed(line: bytes, path: str, place: int) -> Row:
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise pyarrow.ArrowInvalid(f"{path}: the line at byte {place} is not a JSON object")
    return parsed


def _drawn(count: int, seed: int, path: str) -> list[int]:
    order = list(range(count))
    random.Random(f"{seed} {path}").shuffle(order)
    return order
