"""The stage split: stable parts, and no benchmark item among them."""

import dataclasses
import json
from pathlib import Path

import pytest

from stages.decontamination.contamination import Contamination, Hit, Item
from stages.decontamination.parts import FOLDERS
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.split import Params, read_items, run
from stages.text.diacritics import strip_diacritics
from stages.text.documents import Document, document_id, read_documents, write_documents

SETTINGS = Params(contamination_syllables=13, min_item_syllables=8, seed=1, validation_share=0.1, test_share=0.1)
HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
QUESTION = "Sáng nay bà Tư ra chợ Bến Đò mua ba mớ rau muống và hai con cá chép, hỏi bà mua mấy con cá?"
SHORT = "Thủ đô của nước Việt Nam là gì?"


def items(folder: Path) -> Path:
    lines = [
        {"id": "sums-1", "query": QUESTION, "choices": ["ba", "hai", "một", "bốn"], "answer": 1},
        {"id": "facts-1", "query": SHORT, "choices": ["Huế", "Hà Nội", "Vinh", "Đà Lạt"], "answer": 1},
    ]
    (folder / "exam").mkdir(parents=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "exam/sums-vi.jsonl").write_text(text, encoding="utf-8")
    return folder


def corpus(folder: Path, texts: list[str]) -> Path:
    write_documents(folder / "kept", [Document(document_id("kho", text), text, "kho") for text in texts])
    return folder


def parts(folder: Path) -> dict[str, set[str]]:
    return {name: {one.id for one in read_documents(folder / name)} for name in (*FOLDERS, "dropped")}


EXAM = Item("exam", "sums-1", QUESTION, ("ba", "hai", "một", "bốn"), 1)
QUIZ = Item("quiz", "facts-1", SHORT, ("Huế", "Hà Nội", "Vinh", "Đà Lạt"), 1)


@pytest.fixture
def contamination() -> Contamination:
    return Contamination([EXAM, QUIZ, Item("quiz", "facts-2", "Đúng hay sai?", ("Đúng", "Sai"), 0)], 13, 8)


def test_a_run_of_an_item_anywhere_is_found(contamination):
    part = "ra chợ Bến Đò mua ba mớ rau muống và hai con cá"  # 13 syllables
    assert contamination.hits(f"Hôm ấy trời mưa. Bà {part} rồi về.") == [Hit("exam", EXAM.id, True)]
    assert contamination.hits("Hôm ấy bà ra chợ Bến Đò mua ba mớ rau muống và hai con gà.") == []


def test_case_marks_and_diacritics_do_not_hide_an_item(contamination):
    assert contamination.hits(f"## {QUESTION.upper()} !!") == [Hit("exam", EXAM.id, True)]
    assert contamination.hits(strip_diacritics(QUESTION)) == [Hit("exam", EXAM.id, False)]


def test_a_short_item_must_occur_whole(contamination):
    assert contamination.hits("Ai cũng biết: thủ đô của nước Việt Nam là gì? Hà Nội!") == [Hit("quiz", QUIZ.id, True)]
    assert contamination.hits("Thủ đô của nước Việt Nam là Hà Nội.") == []


PASSAGE = "Sông Hồng chảy qua Hà Nội rồi đổ ra biển Đông, mỗi năm mang theo hàng triệu tấn phù sa màu mỡ cho đồng bằng."


def hit(item: Item, text: str) -> list[Hit]:
    return Contamination([item], 13, 8).hits(text)


def test_a_question_without_a_known_answer_is_found_with_any_of_its_choices():
    item = dataclasses.replace(EXAM, answer=None)
    assert hit(item, QUESTION) == [Hit("exam", EXAM.id, True)]
    short = dataclasses.replace(QUIZ, answer=None)
    for choice in QUIZ.choices:
        assert hit(short, f"{SHORT} {choice}")
    assert not hit(short, SHORT)


def test_a_question_answered_in_writing_is_found_with_each_of_its_answers():
    item = Item("xquad", "7", SHORT, answers=("Hà Nội", "thành phố Hà Nội"))
    assert hit(item, f"{SHORT}\nĐáp án: thành phố Hà Nội") and hit(item, f"{SHORT} Hà Nội")
    assert not hit(item, f"{SHORT} Huế")
    translation = Item("flores", "8", "The ferry left late.", answers=(PASSAGE,))
    assert hit(translation, PASSAGE), "the translation alone gives it away"


def test_the_passage_of_a_question_is_found_without_the_question():
    item = dataclasses.replace(QUIZ, context=PASSAGE)
    assert hit(item, f"Theo báo: {PASSAGE}") == [Hit("quiz", QUIZ.id, True)]
    assert hit(item, strip_diacritics(PASSAGE)) == [Hit("quiz", QUIZ.id, False)]
    assert hit(item, f"{SHORT} Hà Nội"), "the question without the passage"
    assert not hit(item, "Sông Hồng chảy qua Hà Nội.")


def test_where_the_choices_stand_inside_a_text_the_right_one_is_found():
    beginnings = ("Lan đưa sách cho Minh vì Lan", "Lan đưa sách cho Minh vì Minh")
    item = Item("winogrande", "9", "đã đọc xong quyển ấy rồi.", ("Lan", "Minh"), 0, contexts=beginnings)
    assert hit(item, f"{beginnings[0]} đã đọc xong quyển ấy rồi.")
    assert not hit(item, f"{beginnings[1]} đã đọc xong quyển ấy rồi.")


def test_every_kind_of_item_is_read_and_examples_are_not(tmp_path):
    folder = items(tmp_path)
    lines = [
        {"id": 1, "query": "Ai?", "choices": ["Lan", "Minh"], "answer": None},
        {"id": "b", "query": "Ai?", "answers": ["Lan"], "context": "Lan đến."},
        {"id": "c", "query": "đi.", "choices": ["Lan", "Minh"], "answer": 1, "contexts": ["Lan", "Minh"]},
    ]
    (folder / "other").mkdir()
    for name in ("t-vi.jsonl", "t-vi.examples.jsonl"):
        (folder / "other" / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "empty/about.json").write_text("{}")
    found = list(read_items(folder))
    assert [item.id for item in found] == ["sums-1", "facts-1", "1", "b", "c"]
    assert found[2].answer is None and found[3].answers == ("Lan",) and found[3].context == "Lan đến."
    assert found[4].contexts == ("Lan", "Minh")


@pytest.mark.parametrize(
    "listed",
    [
        "A. Vinh B. Hà Nội C. Huế D. Đà Lạt",
        "(b) Đà Lạt (c) Huế",
        "a) Hà Nội; b) Vinh",
        "a/ Vinh\nb/ Huế",
        "b/Vinh",
        "A- Vinh\nB- Hà Nội",
        "1. Vinh\n2. Hà Nội",
        "1. Vinh 2. Hà Nội",
        "1) Vinh\n2) Huế",
        "(1) Vinh (2) Huế",
        "3/ Vinh\n4/ Huế",
        "A.Vinh B.Hà Nội",
        "[A] Vinh [B] Hà Nội",
        "**A.** Vinh **B.** Hà Nội",
        "A – Vinh",
        "Phương án B. Hà Nội",
        "Chọn B. Hà Nội",
        "Lời giải: Hà Nội",
        "Đáp án đúng là B. Hà Nội",
        "Đáp án: Hà Nội",
        "Đáp án đúng là: B. Hà Nội",
        "TRẢ LỜI: Hà Nội",
        "Answer: Hà Nội",
    ],
)
def test_reordered_and_lettered_options_do_not_hide_an_item(contamination, listed):
    assert contamination.hits(f"Câu 3. {SHORT}\n{listed}") == [Hit("quiz", QUIZ.id, True)]


def test_all_items_of_a_document_are_told(contamination):
    assert contamination.hits(f"{QUESTION} {SHORT} Huế") == [Hit("exam", EXAM.id, True), Hit("quiz", QUIZ.id, True)]


def test_a_number_that_belongs_to_the_text_counts():
    sums = [Item("sums", str(n), f"Lấy số {n} cộng với hai thì được bao nhiêu?", (str(n + 2), "0"), 0) for n in (3, 4)]
    contamination = Contamination(sums, 13, 8)
    assert contamination.hits("Lấy số 4 cộng với hai thì được bao nhiêu? 6") == [Hit("sums", "4", True)]
    assert contamination.hits("Lấy số 7 cộng với hai thì được bao nhiêu? 6") == []


def test_a_very_short_question_is_found_with_two_of_its_choices():
    item = Item("quiz", "en-1", "What is the capital of Australia?", ("Sydney", "Canberra", "Perth"), 1)
    contamination = Contamination([item], 13, 8)
    assert contamination.hits("12. What is the capital of Australia? A. Perth B. Canberra") == [
        Hit("quiz", "en-1", True)
    ]
    assert contamination.hits("Guess: what is the capital of Australia? Perth, perhaps, or so many people think.") == []


def test_items_too_short_to_tell_are_not_looked_for(contamination):
    assert contamination.hits("Đúng hay sai? Đúng. Trời hôm nay rất đẹp và gió thổi nhẹ qua hàng cây.") == []


def test_without_items_nothing_is_found():
    assert Contamination([], 13, 8).hits(QUESTION) == []


def test_contaminated_documents_are_dropped_and_counted(tmp_path):
    texts = [f"Chuyện thứ {n} kể về một ngày mưa." for n in range(50)]
    leaked = [f"Đề thi: {QUESTION} Trả lời: hai con.", strip_diacritics(f"Bài tập. {QUESTION}")]
    metrics = run(
        SETTINGS, HERE, corpus(tmp_path / "in", [*texts, *leaked]), items(tmp_path / "items"), tmp_path / "out"
    )
    dropped = list(read_documents(tmp_path / "out/dropped"))
    assert {one.text for one in dropped} == set(leaked)
    assert all(one.metadata == {"benchmark": "exam", "reason": "contamination", "value": 1} for one in dropped)
    assert metrics["contaminated"] == {"exam": {"items": 1, "as_written": 1, "without_diacritics": 1}}
    listed = json.loads((tmp_path / "out/contaminated_items.json").read_text(encoding="utf-8"))
    assert listed == {"exam": [EXAM.id]}
    assert metrics["documents"] == {"in": 52, "kept": 50, "dropped": 2}


def test_every_document_is_in_one_part_and_the_shares_hold(tmp_path):
    texts = [f"Chuyện thứ {n}." for n in range(2000)]
    metrics = run(SETTINGS, HERE, corpus(tmp_path / "in", texts), items(tmp_path / "items"), tmp_path / "out")
    found = parts(tmp_path / "out")
    assert sum(map(len, found.values())) == len(set.union(*found.values())) == 2000
    assert 150 < len(found["validation"]) < 250 and 150 < len(found["test"]) < 250
    assert metrics["parts"] == {name: len(found[name]) for name in FOLDERS}


def test_a_document_stays_in_its_part_when_others_come(tmp_path):
    place = items(tmp_path / "items")
    few, many = [f"Chuyện thứ {n}." for n in range(100)], [f"Chuyện thứ {n}." for n in range(300)]
    run(SETTINGS, HERE, corpus(tmp_path / "few", few), place, tmp_path / "one")
    run(SETTINGS, HERE, corpus(tmp_path / "many", many[::-1]), place, tmp_path / "two")
    one, two = parts(tmp_path / "one"), parts(tmp_path / "two")
    assert all(one[name] <= two[name] for name in FOLDERS)
    run(dataclasses.replace(SETTINGS, seed=2), HERE, corpus(tmp_path / "again", few), place, tmp_path / "three")
    assert parts(tmp_path / "three") != one


def test_an_empty_corpus_gives_empty_valid_folders(tmp_path):
    run(SETTINGS, HERE, corpus(tmp_path / "in", []), items(tmp_path / "items"), tmp_path / "out")
    assert parts(tmp_path / "out") == {"train": set(), "validation": set(), "test": set(), "dropped": set()}


@pytest.mark.parametrize(
    "line", ['{"query": "a"}', '{"id": "1", "query": "a", "choices": ["b"], "answer": 3}', "{", "[]"]
)
def test_a_broken_item_stops_with_its_place(tmp_path, line):
    place = items(tmp_path / "items")
    with (place / "exam/sums-vi.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(BadInput, match=r"sums-vi\.jsonl:3: not an item"):
        run(SETTINGS, HERE, corpus(tmp_path / "in", ["Một."]), place, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_benchmarks_stop(tmp_path):
    with pytest.raises(BadInput, match="no such folder"):
        run(SETTINGS, HERE, corpus(tmp_path / "in", ["Một."]), tmp_path / "nowhere", tmp_path / "out")
