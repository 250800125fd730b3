"""The terminal chat: once as a process of its own, then its conversation and its refusals."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from commands import chat
from stages.errors import BadInput
from stages.scoring.generation import chat_prompt
from stages.scoring.language_model import open_model
from tests.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("chat"))


@pytest.fixture(scope="module")
def lm(folder):
    return open_model(folder)


@pytest.fixture
def talk(lm, monkeypatch, capsys):
    """What is printed after lines of input."""

    def converse(text: str, temperature: float = 0.0, seed: int = 1) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        chat.converse(lm, 12, temperature, seed)
        return capsys.readouterr().out

    return converse


def test_answers_piped_questions_until_quit(repository, folder, talk):
    text = "Chào bạn!\n\nHôm nay trời thế nào?\n/quit\nKhông ai nghe câu này.\n"
    done = subprocess.run(
        [sys.executable, "-m", "commands.chat", "--model", str(folder), "--max-new-tokens", "12"],
        input=text.encode(),
        cwd=repository,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    answered = talk("Chào bạn!\nHôm nay trời thế nào?\n")
    assert done.stdout.decode("utf-8") == answered != talk("Chào bạn!\n")


def test_the_conversation_is_remembered_until_new(talk):
    greeting, question = talk("Chào bạn!\n"), talk("Trời thế nào?\n")
    assert talk("Chào bạn!\n/new\nTrời thế nào?\n") == greeting + question
    together = talk("Chào bạn!\nTrời thế nào?\n")
    assert together.startswith(greeting) and together != greeting + question


def test_temperature_draws_by_the_seed(talk):
    drawn = [talk("Kể chuyện đi.\n", temperature=1.2, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_conversation_goes_on_after_a_question_too_long(talk):
    assert talk("dài " * 400 + "\nChào\n") == talk("Chào\n")


def test_history_loses_its_oldest_turns_and_keeps_the_question(lm):
    turns = [
        {"role": role, "content": f"Câu thứ {number} về cánh đồng"}
        for number in range(20)
        for role in ("user", "assistant")
    ]
    question = {"role": "user", "content": "Hỏi gì bây giờ?"}
    kept = chat.fit_history(lm, [*turns, question], max_new_tokens=30)
    assert kept[0]["role"] == "user" and kept[-1] == question and len(kept) > 1
    assert len(chat_prompt(lm, kept)) + 30 <= lm.max_tokens < len(chat_prompt(lm, [*turns, question]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "{plain}"], "no chat template"),
        (["--model", "{absent}"], r"config\.json is missing"),
        (["--model", "{folder}", "--max-new-tokens", "0"], "max-new-tokens 0"),
        (["--model", "{folder}", "--temperature", "-1"], "temperature -1"),
    ],
)
def test_refusals(folder, tmp_path, monkeypatch, options, message):
    plain = make_tiny_model(tmp_path / "plain", chat=False)
    places = {"plain": plain, "absent": tmp_path / "absent", "folder": folder}
    monkeypatch.setattr("sys.argv", ["chat", *(option.format(**places) for option in options)])
    with pytest.raises(BadInput, match=message):
        chat.main()
