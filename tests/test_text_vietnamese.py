"""The spelling model of Vietnamese syllables."""

import re
import unicodedata

import pytest

from commands import syllable_report
from stages.text.diacritics import strip_diacritics
from stages.text.vietnamese import (
    LOWER_CASE,
    all_bare_syllables,
    all_syllables,
    is_bare_syllable,
    is_syllable,
    syllable_spans,
    syllables,
)

# A passage with rare rhymes and onsets, written for this test.
PASSAGE = """
Khuya hôm ấy, chú bé ngồi nghiêng bên khung cửa, nghe tiếng guốc khua lọc cọc ngoài ngõ. Bà ngoại quấy nồi
chè hạt sen, khuấy nhẹ cho đường tan, rồi thủ thỉ kể chuyện chú ễnh ương muốn to bằng con bò. Gió thoảng qua
rặng khuynh diệp, huơ huơ mấy ngọn đèn xoắn xuýt. Quyển sách quý của quốc vương nằm ngoan trên chiếc rương
gỗ, gìn giữ từ thuở nào. Giếng làng trong veo, cá quẫy đuôi; lũ ngỗng nghênh ngang, nghếch mỏ, ngoác miệng
kêu quàng quạc. Ai nấy xuề xoà, hoà thuận, chẳng quên yêu thương người già yếu. Xoong nồi loảng xoảng, tiếng
cười khúc khích, khoắng một vòng hết cả khoai luộc, ngô rang, kẹo lạc giòn giòn. Tuyết rơi ư? Ừ, ở xứ xa kìa!
"""


def test_every_syllable_of_a_vietnamese_passage_is_possible():
    assert [word for word in syllables(PASSAGE) if not is_syllable(word)] == []


def test_both_placements_of_the_tone_mark_are_possible():
    for new, old in [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("HOÀ", "HÒA")]:
        assert is_syllable(new) and is_syllable(old)
    assert not is_syllable("tóan")  # with a final the mark has one place: toán
    assert is_syllable("toán")


def test_y_before_a_final_needs_qu_and_gi_is_written_with_one_i():
    assert all(is_syllable(token) for token in ("quýt", "quỳnh", "quých", "lý", "mỹ", "gì", "gìn", "gíp", "gích"))


def test_decomposed_and_capital_letters_are_the_same_syllable():
    assert is_syllable(unicodedata.normalize("NFD", "Nghiễm"))
    assert is_syllable("ĐƯỜNG")


@pytest.mark.parametrize(
    "token",
    # wrong letters, no rule for k before a, c before i, two onsets, a stopped rhyme with a level tone, foreign words
    [
        "wifi",
        "ka",
        "ci",
        "nghà",
        "ghà",
        "sprint",
        "cat",
        "các1",
        "ngieng",
        "hộk",
        "điẹn",
        "bynh",
        "mýt",
        "giim",
        "bắnǵ",
        "việtt",
        "",
        "x",
    ],
)
def test_what_the_spelling_does_not_allow(token):
    assert not is_syllable(token)


def test_tones_of_stopped_syllables():
    assert is_syllable("các") and is_syllable("cạc")
    assert not any(is_syllable(syllable) for syllable in ("cac", "càc", "cảc", "cãc"))


def test_a_bare_syllable_is_one_without_its_marks():
    assert is_bare_syllable("duong") and is_bare_syllable("cac") and is_bare_syllable("Viet")
    assert not is_bare_syllable("street")
    assert all_bare_syllables() == {strip_diacritics(syllable) for syllable in all_syllables()}


def test_lower_case_holds_the_small_letters_of_every_syllable_and_no_capital():
    letters = "".join({letter for syllable in all_syllables() for letter in syllable})
    assert re.fullmatch(f"[{LOWER_CASE}]+", letters)
    assert not re.search(f"[{LOWER_CASE}]", letters.upper())


def test_strip_diacritics_keeps_case_and_everything_else():
    assert strip_diacritics("Đường về, 3 NGÀY – năm 2024!") == "Duong ve, 3 NGAY – nam 2024!"


def test_syllables_of_every_form_of_a_text():
    text = "Chủ_tịch UBND tỉnh, năm 2024."
    assert syllables(text) == ["Chủ", "tịch", "UBND", "tỉnh", "năm", "2024"]
    assert len(syllables(unicodedata.normalize("NFD", text))) == 6
    assert [text[start:end] for start, end in syllable_spans(text)] == syllables(text)


def test_report_counts_words_and_their_occurrences(tmp_path, capsys, monkeypatch):
    (tmp_path / "words.txt").write_text("nghiêng nghiêng\nwifi\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["syllable_report", "--words", str(tmp_path)])
    syllable_report.main()
    assert capsys.readouterr().out.endswith("| words.txt | 2 | 50.00% | 50.00% | 3 | 66.67% | 66.67% | wifi |\n")


@pytest.mark.real
def test_syllables_of_real_word_lists_and_of_english(real_data):
    words = syllable_report.words_in(real_data("words/words_11k.txt"))
    assert sum(map(is_syllable, words)) >= 0.995 * len(words)
    english = syllable_report.words_in(real_data("corpus/en/nltk.jsonl.gz"))
    assert sum(map(is_syllable, english)) <= 0.01 * len(english)
    marked = sum(count for word, count in english.items() if is_syllable(word) and not word.isascii())
    assert marked <= 1e-4 * english.total()
