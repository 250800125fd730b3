"""The file for VMLU's server: every question, the likeliest letter, and the same prompts as the evaluation's."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tiny_model import make_tiny_model

from commands import vmlu_submission
from stages.errors import BadInput
from stages.scoring import likelihood
from tests.pico import ROOT

ITEMS = [
    {"id": "test-vi/28-0021", "query": "Thủ đô của Việt Nam là gì?", "choices": ["Huế", "Hà Nội", "Vinh"]},
    {"id": "test-vi/41-0007", "query": "Một tuần có mấy ngày?", "choices": ["sáu", "tám", "năm", "mười", "bảy"]},
]
RIGHT = {"Thủ đô": "B", "Một tuần": "E"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vmlu"
    made.mkdir()
    lines = [json.dumps(item | {"answer": None, "part": "test", "language": "vi"}) for item in ITEMS]
    (made / "test-vi.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (made / "about.json").write_text(json.dumps({"rows": {"test-vi": 2}}), encoding="utf-8")
    return made


def test_the_letter_prompt_lists_the_options_and_asks_for_the_answer():
    pairs = list(vmlu_submission.asked(ITEMS, "letter"))
    assert pairs[0] == ("Thủ đô của Việt Nam là gì?\nA. Huế\nB. Hà Nội\nC. Vinh\nĐáp án:", " A")
    assert [continuation for _, continuation in pairs] == [" A", " B", " C", " A", " B", " C", " D", " E"]


def test_the_text_prompt_is_that_of_the_task():
    pairs = list(vmlu_submission.asked(ITEMS, "text"))
    assert pairs[1] == ("Câu hỏi: Thủ đô của Việt Nam là gì?\nTrả lời:", " Hà Nội")


@pytest.mark.parametrize("by", ["letter", "text"])
def test_the_likeliest_choice_is_answered_by_its_letter(by, folder, monkeypatch):
    texts = dict(zip(RIGHT, ("Hà Nội", "bảy"), strict=True))

    def oracle(_, pairs, *__, **___):
        """The right choice has half a nat a byte, the others one."""
        found = []
        for context, choice in pairs:
            start = next(start for start in RIGHT if start in context)
            is_right = choice.strip() in (RIGHT[start], texts[start])
            found.append(SimpleNamespace(log_likelihood=-len(choice.encode()) / (2 if is_right else 1)))
        return found

    monkeypatch.setattr(likelihood, "score_pairs", oracle)
    items = vmlu_submission.read_questions(folder)
    chosen = vmlu_submission.answers(None, items, by, 1)
    assert vmlu_submission.submission(items, chosen) == "id,answer\n28-0021,B\n41-0007,E\n"


def test_questions_that_are_missing_stop_with_the_remedy(folder):
    (folder / "about.json").write_text(json.dumps({"rows": {"test-vi": 9833}}), encoding="utf-8")
    with pytest.raises(BadInput, match=r"9831 of 9833 questions are missing\. Set max_items of vmlu to 10000"):
        vmlu_submission.read_questions(folder)
    with pytest.raises(BadInput, match="no such items"):
        vmlu_submission.read_questions(folder / "absent")


def test_the_command_writes_a_line_for_every_question(folder, tmp_path, monkeypatch, capsys):
    model = make_tiny_model(tmp_path / "model", chat=False)
    out = tmp_path / "vmlu.csv"
    arguments = [str(model), str(out), "--items", str(folder), "--params", str(ROOT / "params.yaml")]
    monkeypatch.setattr(sys, "argv", ["vmlu_submission", *arguments])
    vmlu_submission.main()
    head, *lines = out.read_text(encoding="utf-8").splitlines()
    assert head == "id,answer" and [line.split(",")[0] for line in lines] == ["28-0021", "41-0007"]
    assert all(line.split(",")[1] in "ABCDE" for line in lines)
    assert "2 answers" in capsys.readouterr().out
