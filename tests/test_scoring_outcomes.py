"""The table of outcomes: what is written is read again, the same in any order, never larger than it may be."""

import math
from dataclasses import dataclass, field, replace

import pytest

from stages.errors import BadInput
from stages.scoring.outcomes import Row, outcomes_table, read_outcomes, text_key


@dataclass
class Item:
    id: str
    key: str
    score: float
    log_likelihood: float
    bytes: int
    choices: int = 0


@dataclass
class Part:
    outcomes: list[Item] = field(default_factory=list)
    in_total: bool = True
    measure: str = "acc"


@dataclass
class Text:
    id: str
    text: str
    source: str


@dataclass
class Cost:
    bits: float
    bytes: int
    tokens: int = 9
    syllables: int = 5


PARTS = {
    "exam": {
        "facts": Part([Item("facts-2", "b" * 12, 0.0, -31.23456, 9), Item("facts-1", "a" * 12, 1.0, -0.0004, 12)]),
        "transfer": Part([Item("transfer-1", "c" * 12, 1.0, -7.0, 3)], in_total=False),
    },
    "xquad": {"answers": Part([Item('câu "1", đoạn 2', "d" * 12, 2 / 3, math.nan, 21)])},
}
TEXTS = [Text("0f", "Đường dài, trời nắng.", "báo"), Text("0a", "Bạn nhỏ đi học.", "truyện")]
COSTS = [Cost(41.5, 29), Cost(20.25, 21)]


def test_what_is_written_is_read_again():
    rows = read_outcomes(outcomes_table(PARTS, TEXTS, COSTS), "vi.csv")
    assert [(row.benchmark, row.part, row.item) for row in rows] == [
        ("exam", "facts", "facts-1"),
        ("exam", "facts", "facts-2"),
        ("exam", "transfer", "transfer-1"),
        ("sources", "báo", "0f"),
        ("sources", "truyện", "0a"),
        ("xquad", "answers", 'câu "1", đoạn 2'),
    ]
    assert rows[1] == Row("exam", "facts", "facts-2", "b" * 12, True, 0.0, -31.235, 9)
    assert not rows[2].in_total and rows[2].score == 1.0
    assert rows[3].bits == pytest.approx(41.5, abs=1e-3) and rows[3].bytes == 29 and math.isnan(rows[3].score)
    assert rows[3].key == text_key("Đường dài, trời nắng.") != rows[4].key
    assert rows[5].score == 0.6667 and math.isnan(rows[5].log_likelihood)


def test_the_order_in_which_items_come_does_not_matter():
    turned = {
        name: {part: replace(tasks, outcomes=tasks.outcomes[::-1]) for part, tasks in reversed(parts.items())}
        for name, parts in reversed(PARTS.items())
    }
    assert outcomes_table(turned, TEXTS[::-1], COSTS[::-1]) == outcomes_table(PARTS, TEXTS, COSTS)


def test_a_table_that_is_too_large_is_refused_with_the_parameter_that_lowers_it():
    size = len(outcomes_table(PARTS, TEXTS, COSTS).encode())
    assert outcomes_table(PARTS, TEXTS, COSTS, max_bytes=size)
    message = rf"{size} bytes, more than {size - 1}; exam has .* Lower max_items of the benchmark exam"
    with pytest.raises(BadInput, match=message):
        outcomes_table(PARTS, TEXTS, COSTS, max_bytes=size - 1)
    with pytest.raises(BadInput, match=r"Lower evaluate\.max_bytes"):
        outcomes_table({}, TEXTS, COSTS, max_bytes=10)


def test_thirty_thousand_items_fit():
    items = [Item(f"hellaswag-vi-{n:05d}", f"{n:012x}", n % 2, -n / 7, 40 + n % 50) for n in range(30_000)]
    assert len(read_outcomes(outcomes_table({"hellaswag": {"endings": Part(items)}}, [], []), "vi.csv")) == 30_000


def test_an_id_that_a_part_has_twice_is_refused():
    with pytest.raises(BadInput, match="exam/facts/facts-1: 2 items"):
        outcomes_table({"exam": {"facts": Part([Item("facts-1", "a" * 12, 1.0, -1.0, 3)] * 2)}}, [], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not enough values"),
        ("benchmark,item,correct,margin\n", "columns benchmark, item, correct, margin, expected benchmark, part"),
        (outcomes_table(PARTS, [], []).replace("-31.235", "nhiều"), "could not convert"),
        (outcomes_table(PARTS, [], []) + "exam,facts\n", "missing"),
    ],
)
def test_another_table_is_refused(text, message):
    with pytest.raises(BadInput, match=rf"metrics/vi\.csv: not a table of outcomes \(.*{message}"):
        read_outcomes(text, "metrics/vi.csv")
