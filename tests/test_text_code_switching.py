"""Code-switching: which words are replaced, and which never."""

import unicodedata
from pathlib import Path

import pytest

from stages.text.code_switching import CodeSwitching, inverted
from stages.text.dictionary import read_dictionary

WORDS = {
    "nhà": ["house"],
    "nhà máy": ["factory"],
    "máy": ["machine"],
    "máy bay": ["plane"],
    "hoa": ["flower"],
    "tôi": ["I"],
    "anh": ["you", "older brother"],
}


def switched(text: str, words: dict[str, list[str]] = WORDS, rate: float = 1.0, id_: str = "1") -> str:
    return CodeSwitching(words, document_share=1.0, word_rate=rate, seed=1).switch(text, id_)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoa nở trước nhà.", "Flower nở trước house."),
        ("HOA, hoa và Hoa!", "FLOWER, flower và Flower!"),
        ("tôi yêu hoa", "I yêu flower"),
        # The longest entry from left to right: nhà máy, then bay alone, which no entry is.
        ("Nhà máy bay", "Factory bay"),
        ("nhà, máy bay", "house, plane"),
        # A line break or two spaces may be the border of a sentence or a cell.
        ("nhà\nmáy và nhà  máy", "house\nmachine và house  machine"),
        # Other words that contain the letters of an entry, or the entry without its marks.
        ("hoà hoả thoa hoa2 hoa_hồng nha", "hoà hoả thoa hoa2 hoa_hồng nha"),
        ("“hoa”-(nhà)/máy", "“flower”-(house)/machine"),
        ("", ""),
        ("Không có từ nào ở đây cả.", "Không có từ nào ở đây cả."),
    ],
)
def test_whole_words_are_replaced_longest_first_in_their_case(text: str, expected: str) -> None:
    assert switched(text) == expected


def test_decomposed_text_is_read_as_composed_text_is() -> None:
    text = unicodedata.normalize("NFD", "Nhà hoà hoa")
    assert switched(text) == unicodedata.normalize("NFD", "House hoà flower")


def test_the_rate_is_kept_and_each_equivalent_comes() -> None:
    switching = CodeSwitching(WORDS, document_share=0.4, word_rate=0.25, seed=1)
    text = "anh " * 50
    counts = [switching.switch(text, f"{n}")[1] for n in range(400)]
    assert sum(count > 0 for count in counts) / 400 == pytest.approx(0.4, abs=0.06)
    assert sum(counts) / sum(50 for count in counts if count) == pytest.approx(0.25, abs=0.02)
    whole = " ".join(switched("anh", id_=f"{n}") for n in range(40))
    assert {"you", "older brother"} == {part for part in ("you", "older brother", "anh") if part in whole}


def test_a_document_is_switched_alike_wherever_it_stands_and_otherwise_by_another_seed() -> None:
    text = "Hoa trước nhà, anh và tôi. " * 10
    one = [CodeSwitching(WORDS, 0.5, 0.5, seed=1).switch(text, f"{n}") for n in range(30)]
    back = [CodeSwitching(WORDS, 0.5, 0.5, seed=1).switch(text, f"{n}") for n in reversed(range(30))]
    assert one == back[::-1]
    assert one != [CodeSwitching(WORDS, 0.5, 0.5, seed=2).switch(text, f"{n}") for n in range(30)]


def test_english_becomes_vietnamese_with_phrases_first(repository: Path) -> None:
    words = inverted(read_dictionary(repository / "data/dictionaries/vi-en.tsv"))
    assert switched("Zork, Older brother. OLDER BROTHERS", words) == "Zork, Anh. OLDER BROTHERS"


def test_nothing_of_a_share_of_none() -> None:
    assert CodeSwitching(WORDS, 0.0, 1.0, seed=1).switch("Hoa", "1") == ("Hoa", 0)
    assert CodeSwitching({}, 1.0, 1.0, seed=1).switch("Hoa", "1") == ("Hoa", 0)
