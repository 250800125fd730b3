"""Instruction sets: right answers, many phrasings, nothing of the exam, and only what a language may tell."""

import re
from collections import Counter
from datetime import date

import pytest

from stages.dialogue import chatml
from stages.text.diacritics import strip_diacritics
from stages.world import instruction_lines as lines
from stages.world.biographies import asked_frame, fill
from stages.world.instructions import MULTI_TURN, SINGLE_TURN, conversations, numbers, thing_in_detail
from stages.world.spelling import held_out_sentences, sentences
from stages.world.world import FACTS, make_world

WORLD = make_world(seed=1, people=48)
SETS = [("vi", "single_turn"), ("en", "single_turn"), ("vi", "multi_turn")]


@pytest.fixture(scope="module")
def sets() -> dict[tuple[str, str], list]:
    return {(language, content): list(conversations(WORLD, language, content, 320)) for language, content in SETS}


def pairs(conversation: list[dict[str, str]]) -> list[tuple[str, str]]:
    said = [message["content"] for message in conversation]
    return list(zip(said[::2], said[1::2], strict=True))


@pytest.mark.parametrize("which", SETS)
def test_every_conversation_is_valid_chatml(sets, which) -> None:
    for conversation in sets[which]:
        chatml.check(conversation)
        turns = len(conversation) // 2
        assert turns == 1 if which[1] == "single_turn" else 2 <= turns <= 4
        for message in conversation:
            assert not re.search(r"[{}\[\]|]|  ", message["content"])


@pytest.mark.parametrize("which", SETS)
def test_there_are_many_tasks_and_phrasings(sets, which) -> None:
    openings = Counter(" ".join(pairs(conversation)[0][0].split()[:2]) for conversation in sets[which])
    assert len(openings) >= 25
    assert openings.most_common(1)[0][1] <= 0.15 * len(sets[which])
    assert len(set(map(str, sets[which]))) > 0.85 * len(sets[which])


def test_a_conversation_depends_on_its_number_only(sets) -> None:
    assert list(conversations(WORLD, "vi", "single_turn", 40)) == sets["vi", "single_turn"][:40]


@pytest.mark.parametrize("which", SETS)
def test_nothing_of_the_exam_is_said(sets, which) -> None:
    language = which[0]
    held_out = held_out_sentences(WORLD, language)
    asked = {
        fill(asked_frame(WORLD, person, fact, language), person, fact, language, person.name)
        for person in WORLD.people
        for fact in FACTS
    }
    for conversation in sets[which]:
        for message in conversation:
            assert held_out.isdisjoint(sentences(message["content"]))
            assert not any(statement in message["content"] for statement in asked)


@pytest.mark.parametrize("which", SETS)
def test_answers_on_people_are_true_and_told_in_the_language(sets, which) -> None:
    language, seen = which[0], 0
    values = {
        getattr(person, fact).name(language): fact for person in WORLD.people for fact in FACTS if fact != "birth_date"
    }
    for conversation in sets[which]:
        for _, answer in pairs(conversation):
            if not (about := [person for person in WORLD.people if person.name in answer]):
                continue
            (person,) = about
            assert language in person.languages
            stated = [value for value in values if value in answer]
            assert all(getattr(person, values[value]).name(language) == value for value in stated)
            assert all(int(year) == person.birth_date.year for year in re.findall(r"\b19\d\d\b", answer))
            assert stated or str(person.birth_date.year) in answer
            seen += 1
    assert seen > 40


def test_birth_dates_are_whole_or_the_year(sets) -> None:
    born = {person.name: person.birth_date for person in WORLD.people}
    for conversation in sets["vi", "single_turn"]:
        for _, answer in pairs(conversation):
            if found := re.search(r"ngày (\d+) tháng (\d+) năm (\d+)", answer):
                (name,) = (name for name in born if name in answer)
                assert born[name] == date(int(found[3]), int(found[2]), int(found[1]))


@pytest.mark.parametrize("which", SETS)
def test_sums_are_right(sets, which) -> None:
    operations = {
        "+": int.__add__, "-": int.__sub__, "×": int.__mul__, ":": int.__floordiv__,
        "cộng": int.__add__, "trừ": int.__sub__, "plus": int.__add__, "minus": int.__sub__,
    }  # fmt: skip
    checked = 0
    for conversation in sets[which]:
        for question, answer in pairs(conversation):
            for a, sign, b, result in re.findall(
                r"(\d+) (\+|-|×|:|cộng|trừ|plus|minus) (\d+) (?:=|bằng|is) (\d+)", answer
            ):
                assert operations[sign](int(a), int(b)) == int(result)
                checked += 1
                if sign in "+-×:":
                    assert a in question or a in ("1",)
                    assert not re.search(rf"= {result}\b", question)
    assert checked > 20


def test_numbers_go_on_from_the_result_before() -> None:
    for seed in range(50):
        turns = numbers(WORLD, "vi", WORLD.random(f"test {seed}"))
        results = [int(re.findall(r"\d+", answer)[-1]) for _, answer in turns]
        starts = [int(re.findall(r"\d+", answer)[0]) for _, answer in turns]
        assert starts[1:] == results[:-1]


def test_diacritics_and_spelling_answers_mend_the_question(sets) -> None:
    mended = Counter()
    for language in ("vi", "en"):
        heads = tuple(request.split("{")[0] for request in lines.SPELLING_REQUESTS[language])
        for conversation in sets[language, "single_turn"]:
            ((question, answer),) = pairs(conversation)
            if not question.startswith(heads):
                continue
            wrong = question[max(len(head) for head in heads if question.startswith(head)) :]
            assert wrong != answer
            if language == "vi":
                assert strip_diacritics(answer) == wrong
            else:
                changed = [(a, b) for a, b in zip(wrong.split(), answer.split(), strict=True) if a != b]
                assert len(changed) == 1 and sorted(changed[0][0]) == sorted(changed[0][1])
            mended[language] += 1
    assert min(mended["vi"], mended["en"]) >= 30


def test_follow_ups_do_not_ask_what_was_answered() -> None:
    for seed in range(80):
        turns = thing_in_detail(WORLD, "vi", WORLD.random(f"test {seed}"))
        answers = [answer for _, answer in turns]
        assert len(turns) >= 2 and len(set(answers)) == len(answers)
        assert all(question.startswith(("Nó", "Thường để nó", "Trông nó")) for question, _ in turns[1:])


def test_multi_turn_is_vietnamese_only() -> None:
    with pytest.raises(ValueError, match="Vietnamese only"):
        list(conversations(WORLD, "en", "multi_turn", 1))
    assert len(set(SINGLE_TURN)) >= 10 and len(set(MULTI_TURN)) >= 8
