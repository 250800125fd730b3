"""Repeated passages: found across documents and cut at the borders of syllables."""

import random

import pytest

from stages.text.repeated_passages import Corpus, Cut, remove
from stages.text.vietnamese import syllables

PASSAGE = "Tủ sách mở cửa từ sáng đến tối, ai cũng có thể vào đọc mà không phải trả tiền."
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


def noise(seed: object, words: int) -> str:
    rng = random.Random(f"{seed}")
    return " ".join("".join(rng.choice(LETTERS) for _ in range(4)) for _ in range(words))


def cuts_of(texts: list[str], min_syllables: int, max_megabytes: float = 100) -> list[Cut]:
    corpus = Corpus()
    for number, text in enumerate(texts):
        corpus.add(f"{number:02}", text)
    return corpus.cuts(min_syllables, max_megabytes)


def test_a_shared_passage_stays_in_the_first_document_and_is_cut_from_the_others():
    texts = [f"{noise(1, 30)}. {PASSAGE}", f"{noise(2, 5)}. {PASSAGE} {noise(3, 7)}", noise(4, 40), PASSAGE]
    cuts = cuts_of(texts, 10)
    assert cuts == [Cut("01", 5, 24), Cut("03", 0, 19)]
    assert remove(texts[1], cuts[:1]) == f"{noise(2, 5)}. {noise(3, 7)}"
    assert remove(texts[3], cuts[1:]) == ""


def test_the_first_by_id_keeps_the_passage_whatever_the_order():
    corpus = Corpus()
    for name in ("b", "c", "a"):
        corpus.add(name, f"{name} {PASSAGE}")
    assert corpus.cuts(10, 100) == [Cut("b", 1, 20), Cut("c", 1, 20)]


def test_case_and_marks_do_not_hide_a_passage():
    assert cuts_of([PASSAGE, PASSAGE.upper().replace(",", " –")], 10) == [Cut("01", 0, 19)]


def test_diacritics_do():
    assert cuts_of([PASSAGE, PASSAGE.replace("ó", "o").replace("á", "a").replace("ế", "ê").replace("ả", "a")], 10) == []


def test_shorter_passages_and_repeats_within_a_document_stay():
    assert cuts_of([PASSAGE, f"{noise(1, 9)} {PASSAGE}"], 20) == []
    assert cuts_of([f"{PASSAGE} {noise(1, 9)} {PASSAGE}", noise(2, 30)], 10) == []


def test_a_passage_of_exactly_the_length_is_found():
    assert cuts_of([f"{PASSAGE} x", f"y {PASSAGE}"], 19) == [Cut("01", 1, 20)]


def test_no_run_is_found_across_the_border_of_two_documents():
    first, second = PASSAGE.split(", ")
    assert cuts_of([first, second, f"{noise(1, 3)} {first} {second}"], 19) == []


def test_repeats_are_found_across_blocks():
    """Memory for a few hundred runs at a time gives the same cuts as memory for all."""
    texts = [f"{noise(number, 200)} {PASSAGE if number % 3 == 0 else ''} {noise(-number, 50)}" for number in range(30)]
    everything = cuts_of(texts, 10)
    assert len(everything) == 9
    assert cuts_of(texts, 10, max_megabytes=0.01) == everything


@pytest.mark.parametrize("seed", range(5))
def test_after_cutting_no_run_stands_in_two_documents(seed):
    rng = random.Random(seed)
    texts = [" ".join(rng.choice("aàáảãạ") for _ in range(rng.randint(0, 60))) for _ in range(8)]
    n = 5
    by_document: dict[str, list[Cut]] = {}
    for cut in cuts_of(texts, n):
        by_document.setdefault(cut.document, []).append(cut)
    # Cut syllables become borders, since joining what was apart may make new runs.
    owners: dict[tuple[str, ...], set[int]] = {}
    for number, text in enumerate(texts):
        words = syllables(text)
        for cut in by_document.get(f"{number:02}", []):
            words[cut.start : cut.end] = [f"|{number}"] * (cut.end - cut.start)
        for start in range(len(words) - n + 1):
            run = tuple(words[start : start + n])
            if not any(word.startswith("|") for word in run):
                owners.setdefault(run, set()).add(number)
    assert [run for run, documents in owners.items() if len(documents) > 1] == []


def test_nothing_in_nothing_out():
    assert cuts_of([], 10) == []
    assert cuts_of(["", "một hai"], 10) == []


def test_letters_that_change_length_in_lower_case_do_not_shift_a_cut():
    text = f"İİİİ İstanbul {PASSAGE} Hết."
    assert remove(text, cuts_of([PASSAGE, text], 10)) == "İİİİ İstanbul Hết."
