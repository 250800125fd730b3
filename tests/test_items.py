"""Items from rows: the files that are read, the expressions, what is dropped and why, and what stops."""

import doctest
import gzip
import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from stages.errors import BadInput
from stages.items import expressions
from stages.items.expressions import Expression
from stages.items.making import chosen, make, usable_items
from stages.items.rows import read_rows
from stages.items.source import File, ItemExpressions, Part, Source, load_source

ROWS = [
    {"id": "một", "hỏi": "Thủ đô của Việt Nam là", "a": "Huế", "b": "Hà Nội", "đúng": "B"},
    {"id": "hai", "hỏi": "Nước sôi ở", "a": "100 độ C", "b": "50 độ C", "đúng": "A"},
]
ITEM = {"id": "id", "query": "row['hỏi']", "choices": "[a, b]", "answer": "row['đúng'] | option_index"}


def part(where: str | None = None, **item: str) -> Part:
    expressions = ItemExpressions(**(ITEM | item if "answers" not in item else {"id": "id", **item}))
    return Part(part="test", language="vi", test=File(path="t.jsonl", sha256=None), item=expressions, where=where)


def made(rows: list[dict], **item: str) -> tuple[list[dict], dict[str, int]]:
    items, dropped = usable_items(part(**item), rows, "source.yaml: test-vi", "t.jsonl")
    return items, dict(dropped)


def message(call, *arguments, **named) -> str:
    with pytest.raises(BadInput) as caught:
        call(*arguments, **named)
    return str(caught.value)


def test_the_examples_of_the_filters_hold():
    assert doctest.testmod(expressions).failed == 0


# ---- rows


def parquet(rows: list[dict]) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
    return sink.getvalue()


LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
TABLE = "\n".join([",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)]) + "\n"
FILES = {
    "t.parquet": parquet(ROWS),
    "t.jsonl": LINES.encode(),
    "t.jsonl.gz": gzip.compress(LINES.encode(), mtime=0),
    "t.json": json.dumps({"version": "1.1", "data": ROWS}).encode(),
    "t.csv": b"\xef\xbb\xbf" + TABLE.encode(),
    "t.tsv": TABLE.replace(",", "\t").encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_rows(name, tmp_path):
    (tmp_path / "copy").write_bytes(FILES[name])
    assert read_rows(tmp_path / "copy", f"data/{name}") == ROWS


def test_a_column_that_some_rows_lack_is_null_in_those(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"a": 1, "e": "năm"}\n{"a": 2}\n', encoding="utf-8")
    assert read_rows(tmp_path / "t.jsonl", "t.jsonl") == [{"a": 1, "e": "năm"}, {"a": 2, "e": None}]


@pytest.mark.parametrize("name", ["t.parquet", "t.jsonl", "t.jsonl.gz", "t.json"])
def test_truncated_files_are_refused_by_name(name, tmp_path):
    (tmp_path / "copy").write_bytes(FILES[name][:-20])
    assert f"data/{name}: not a whole file of its kind" in message(read_rows, tmp_path / "copy", f"data/{name}")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.csv", b"a,b\n1,2\n3\n", "another number of columns"),
        ("t.csv", b"a,b\n1,2,3\n", "another number of columns"),
        ("t.jsonl", "một".encode("utf-16"), "not a whole file"),
        ("t.jsonl", b"\n", "holds no row"),
        ("t.jsonl", b"[1, 2]\n", "expected columns with values, found list"),
        ("t.json", b'{"a": [1], "b": [2]}', "an object with 2 lists"),
        ("t.json", b'"a"', "expected a list of rows"),
        ("t.xml", b"<a/>", "unknown kind of file"),
    ],
)
def test_what_is_not_rows_is_refused(name, data, told, tmp_path):
    (tmp_path / "copy").write_bytes(data)
    assert told in message(read_rows, tmp_path / "copy", name)


# ---- items


def test_items_have_their_parts_name_before_their_id_and_keep_the_order():
    items, dropped = made(ROWS)
    assert [item["id"] for item in items] == ["test-vi/một", "test-vi/hai"]
    assert items[0] == {
        "id": "test-vi/một", "part": "test", "language": "vi",
        "query": "Thủ đô của Việt Nam là", "choices": ["Huế", "Hà Nội"], "answer": 1,
    }  # fmt: skip
    assert not dropped


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"a": ""}, "empty_choice"),
        ({"a": None}, "empty_choice"),
        ({"a": "Hà Nội"}, "right_choice_twice"),
        ({"hỏi": " "}, "no_query"),
        ({"hỏi": None}, "no_query"),
        ({"đúng": "C"}, "answer_out_of_range"),
        ({"đúng": ""}, "answer_out_of_range"),
        ({"đúng": "AB"}, "answer_out_of_range"),
    ],
)
def test_an_unusable_row_is_dropped_with_its_reason(change, reason):
    items, dropped = made([ROWS[0] | change, ROWS[1]])
    assert [item["id"] for item in items] == ["test-vi/hai"] and dropped == {reason: 1}


def test_an_answer_that_is_not_among_the_labels_drops_the_row():
    items, dropped = made([ROWS[0] | {"đúng": "X"}, ROWS[1]], answer="['A', 'B'].index(row['đúng'])")
    assert len(items) == 1 and dropped == {"answer_not_found": 1}


def test_rows_are_chosen_by_an_expression():
    items, dropped = made(ROWS, where="row['đúng'] == 'A'")
    assert [item["id"] for item in items] == ["test-vi/hai"] and dropped == {"where": 1}


def test_where_the_public_has_no_answers_the_items_are_kept_without_one():
    items, dropped = made(ROWS, answer="none")
    assert [item["answer"] for item in items] == [None, None] and not dropped


def test_an_answer_that_a_row_lacks_is_no_item_without_answer():
    items, dropped = made([ROWS[0] | {"đúng": None}, ROWS[1]], answer="{'A': 0, 'B': 1}.get(row['đúng'])")
    assert len(items) == 1 and dropped == {"answer_out_of_range": 1}


def test_written_answers_are_kept_once_and_none_of_them_empty():
    rows = [{"id": 7, "q": "Ai viết Truyện Kiều?", "ans": ["Nguyễn Du", "", "Nguyễn Du", "Tố Như"]}]
    items, dropped = made([*rows, {"id": 8, "q": "Ai?", "ans": [""]}], query="q", answers="ans")
    assert items[0]["answers"] == ["Nguyễn Du", "Tố Như"] and "choices" not in items[0]
    assert items[0]["id"] == "test-vi/7" and dropped == {"no_answer": 1}


def test_contexts_and_subjects_are_kept_where_a_row_has_them():
    items, _ = made(ROWS, context="a if row_number else none", subject="'Địa lí'")
    assert "context" not in items[0] and items[1]["context"] == "100 độ C" and items[1]["subject"] == "Địa lí"


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"query": "câu_hỏi"}, "'câu_hỏi' is undefined; the columns are id, hỏi, a, b, đúng"),
        ({"choices": "[a, c]"}, "'c' is undefined"),
        ({"choices": "[a.b, b]"}, "no attribute 'b'"),
        ({"choices": "a"}, "gives 'Huế', expected a list of strings"),
        ({"answer": "row['đúng']"}, "expected the index of a choice"),
        ({"answer": "true"}, "expected the index of a choice"),
        ({"query": "[a]"}, "expected a string"),
        ({"query": "a + 1"}, "fails"),
        ({"query": "a.__class__.__mro__"}, "fails"),
        ({"contexts": "[a]"}, "expected a list of 2 strings"),
    ],
)
def test_an_expression_that_does_not_fit_names_file_row_and_key(item, told):
    text = message(made, ROWS, **item)
    assert text.startswith("t.jsonl, row 0: source.yaml: test-vi.item.") and told in text


def test_an_id_that_stands_there_twice_is_refused():
    assert "'test-vi/Nội' stands there twice" in message(made, ROWS, id="'Nội'")
    assert len(made(ROWS, id="'Nội-' ~ row_number")[0]) == 2


def test_a_part_without_any_item_is_refused():
    assert "not one of 2 rows of t.jsonl makes an item (where: 2)" in message(made, ROWS, where="false")


def test_a_limit_takes_items_from_all_over_and_the_same_ones_each_time():
    items = [{"id": f"test-vi/{number}"} for number in range(1000)]
    some, more = chosen(items, 100), chosen(items, 200)
    places = [items.index(item) for item in some]
    assert len(some) == 100 and places == sorted(places)
    assert 300 < sum(places) / 100 < 700 and places[0] < 100 and places[-1] > 900
    assert chosen(list(reversed(items)), 100) == list(reversed(some)), "whatever the order of the file"
    assert all(item in more for item in some), "a larger limit only adds"
    assert chosen(items, 1000) == items


def made_of(tmp_path: Path, max_items: int = 9, **pinned) -> dict:
    (tmp_path / "t.jsonl").write_text(LINES, encoding="utf-8")
    test = File(path="t.jsonl", sha256=pinned.get("sha256"))
    one = Part(part="test", language="vi", test=test, item=ItemExpressions(**ITEM), examples=test)
    source = Source(licence="CC0-1.0", reference="ours", repository=None, revision=None, parts=(one,))
    return make(source, Path("source.yaml"), max_items, lambda _, data: tmp_path / data.path)


def test_every_row_is_accounted_for(tmp_path):
    found = made_of(tmp_path, max_items=1)
    assert list(found.items) == ["test-vi", "test-vi.examples"]
    told = found.metrics
    assert told["rows"] == {"test-vi": 2, "test-vi.examples": 2}
    assert (told["items"], told["left_out"], told["examples"]) == ({"test-vi": 1}, {"test-vi": 1}, {"test-vi": 2})
    assert told["not_nfc"] == {"test-vi": 0} and told["dropped"] == {"test-vi": {}, "test-vi.examples": {}}
    assert not {i["id"] for i in found.items["test-vi"]} & {i["id"] for i in found.items["test-vi.examples"]}


def test_text_that_is_not_nfc_is_kept_and_counted(tmp_path, monkeypatch):
    monkeypatch.setitem(ROWS[0], "a", "Hue\u0302\u0301")
    (tmp_path / "t.jsonl").write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    test = File(path="t.jsonl", sha256=None)
    one = Part(part="test", language="vi", test=test, item=ItemExpressions(**ITEM))
    source = Source(licence="CC0-1.0", reference="ours", repository=None, revision=None, parts=(one,))
    found = make(source, Path("source.yaml"), 9, lambda *_: tmp_path / "t.jsonl")
    assert found.metrics["not_nfc"] == {"test-vi": 1} and found.items["test-vi"][0]["choices"][0] == "Hue\u0302\u0301"


def test_a_file_that_changed_is_refused(tmp_path):
    text = message(made_of, tmp_path, sha256="0" * 64)
    assert "source.yaml: test-vi: t.jsonl has sha256 " in text and "expected 000" in text and "make pin" in text


# ---- source.yaml

WHOLE = """\
licence: CC-BY-4.0
reference: arXiv 2005.00333
repository: ai/đó
revision: null
parts:
  - part: cause
    language: vi
    test: {path: vi/test.jsonl, sha256: null}
    item: {id: idx, query: premise, choices: "[choice1, choice2]", answer: label}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("licence: CC-BY-4.0", "license: MIT", "license: unknown key (value 'MIT')"),
        ("licence: CC-BY-4.0\n", "", "licence: missing"),
        ("revision: null", "revision: main", "revision: "),
        ("sha256: null", "sha256: abc", "parts.0.test.sha256"),
        ("language: vi", "language: fr", "parts.0.language"),
        ("part: cause", "part: all", "names of totals"),
        ("answer: label", "answers: label", "An item needs `choices` and `answer`"),
        ("answer: label", "answer: 'label +'", "parts.0 (cause-vi).item.answer: 'label +' is not a Jinja expression"),
        ("test.jsonl", "test.arrow", "is none of .parquet, .jsonl"),
        ("reference", "  reference", "not valid YAML"),
    ],
)
def test_a_source_that_is_wrong_names_file_key_and_remedy(old, new, told, tmp_path):
    file = tmp_path / "source.yaml"
    file.write_text(WHOLE, encoding="utf-8")
    assert load_source(file).parts[0].name == "cause-vi"
    file.write_text(WHOLE.replace(old, new), encoding="utf-8")
    text = message(load_source, file)
    assert str(file) in text and told in text


def test_a_part_may_stand_there_once(tmp_path):
    file = tmp_path / "source.yaml"
    file.write_text(WHOLE + WHOLE[WHOLE.index("  - part") :], encoding="utf-8")
    assert "parts.1 (cause-vi): stands there twice" in message(load_source, file)


def test_an_expression_is_not_text():
    assert "a text stands in quotes of its own" in message(Expression, "{{ premise }} vì", "source.yaml: x")
