"""What became of each item and held-out document, as a small table in git: paired tests need nothing else.

One CSV a model and language, a row an item or document, sorted. What two commits have in common is found by the key,
a hash of what was asked, so an item that was changed is never compared with what it was before.
"""

import csv
import hashlib
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stages.errors import BadInput
from stages.scoring.items import KEY_DIGITS

COLUMNS = ("benchmark", "part", "item", "key", "in_total", "score", "log_likelihood", "bytes")
SOURCES = "sources"  # stands as the benchmark of held-out documents, whose part is their source, as in the metrics
SCORE, NATS = ".4g", ".3f"  # how they are written
# Some 30,000 rows, which hold all that the profile smollm2-360m asks. With 12 models in two languages a commit adds at
# most 48 MiB, about a quarter of that compressed.
MAX_BYTES = 2**21


class Item(Protocol):
    """The outcome of an item, as stages/scoring/harness.py has it."""

    id: str
    key: str
    score: float
    log_likelihood: float
    bytes: int
    choices: int


class Part(Protocol):
    """One task as stages/scoring/harness.py has it: its outcomes, whether they count in the total, their measure."""

    outcomes: list[Item]
    in_total: bool
    measure: str


class Text(Protocol):
    """A held-out document."""

    id: str
    text: str
    source: str


class Cost(Protocol):
    """What a document costs a model, as stages/scoring/bits_per_byte.py has it."""

    bits: float
    tokens: int
    bytes: int
    syllables: int


@dataclass(frozen=True, slots=True)
class Row:
    """One item or document.

    `score` is 0 to 1, not a number for documents; `log_likelihood` in nats of the right answer or the document, not a
    number for generated answers; `bytes` are those of that text.
    """

    benchmark: str
    part: str
    item: str
    key: str
    in_total: bool
    score: float
    log_likelihood: float
    bytes: int

    @property
    def bits(self) -> float:
        return -self.log_likelihood / math.log(2)


def text_key(text: str) -> str:
    """The key of a document: the first 12 hex digits of the SHA-256 of its text.

    >>> text_key("Buổi sáng, bạn nhỏ đi học.")
    'd90e2362356a'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


def outcomes_table(
    parts: Mapping[str, Mapping[str, Part]],
    documents: Sequence[Text],
    costs: Sequence[Cost],
    max_bytes: int = MAX_BYTES,
) -> str:
    """The table of a model in one language: benchmarks by name and part, and the documents with their costs.

    Raises `BadInput` above `max_bytes`, naming the parameter that lowers it, and for an id that a part has twice.
    """
    rows = [
        (name, part, item.id, item.key, int(tasks.in_total), _number(item.score, SCORE),
         _number(item.log_likelihood, NATS), item.bytes)
        for name, by_part in parts.items()
        for part, tasks in by_part.items()
        for item in tasks.outcomes
    ]  # fmt: skip
    rows += [
        (SOURCES, text.source, text.id, text_key(text.text), "", "",
         _number(-cost.bits * math.log(2), NATS), cost.bytes)
        for text, cost in zip(documents, costs, strict=True)
    ]  # fmt: skip
    for place, times in Counter(row[:3] for row in rows).items():
        if times > 1:
            raise BadInput(f"{'/'.join(place)}: {times} items have this id. Give each item of a part its own.")
    lines = [_line(COLUMNS), *map(_line, sorted(rows))]
    if (size := sum(len(line.encode()) for line in lines)) > max_bytes:
        raise BadInput(_too_large(size, max_bytes, rows))
    return "".join(lines)


def read_outcomes(text: str, place: str) -> list[Row]:
    """The rows of a table; `place` names it in the error. Raises `BadInput` for anything that is not one."""
    try:
        head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        if tuple(head) != COLUMNS:
            raise ValueError(f"columns {', '.join(head)}, expected {', '.join(COLUMNS)}")
        return [_row(*row) for row in rows]
    except (csv.Error, TypeError, ValueError) as error:
        raise BadInput(f"{place}: not a table of outcomes ({error}). Run the stage evaluate again.") from None


def _row(benchmark: str, part: str, item: str, key: str, in_total: str, score: str, nats: str, size: str) -> Row:
    figures = [float(figure) if figure else math.nan for figure in (score, nats)]
    return Row(benchmark, part, item, key, in_total == "1", *figures, int(size))


def _number(value: float, form: str) -> str:
    return "" if math.isnan(value) else format(value, form)


def _line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _too_large(size: int, max_bytes: int, rows: Sequence[tuple]) -> str:
    sizes: Counter[str] = Counter()
    for row in rows:
        sizes[row[0]] += len(_line(row).encode())
    ((largest, own),) = sizes.most_common(1)
    key = "evaluate.max_bytes" if largest == SOURCES else f"max_items of the benchmark {largest}"
    return f"outcomes: {size:,} bytes, more than {max_bytes:,}; {largest} has {own:,} of them. Lower {key}."
