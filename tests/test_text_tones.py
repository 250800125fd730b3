"""One place for each tone mark."""

import unicodedata

import pytest

from stages.normalisation.tones import place_tones
from stages.text.vietnamese import all_syllables

TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hòa bình", "hoà bình"),
        ("HÒA BÌNH, Hòa", "HOÀ BÌNH, Hoà"),
        ("khỏe, Xòe, LÓE", "khoẻ, Xoè, LOÉ"),
        ("thúy, Thủy, ủy ban, ÚY", "thuý, Thuỷ, uỷ ban, UÝ"),
        ("òa khóc, họa sĩ, tọa đàm", "oà khóc, hoạ sĩ, toạ đàm"),
        ("khúc khuỷu, lũy tre", "khúc khuỷu, luỹ tre"),
    ],
)
def test_open_rhymes_follow_the_placement(new, old):
    assert place_tones(old, "new") == place_tones(new, "new") == new
    assert place_tones(new, "old") == place_tones(old, "old") == old


@pytest.mark.parametrize("placement", ["new", "old"])
@pytest.mark.parametrize(
    "text",
    [
        "quý, QUÝ, quỳ, quỷ, quỹ, quỵ, quà, quá, quả, quạ, que, què, quẻ",  # u belongs to the onset
        "già, giá, giả, giạt, gì, giặt gịa, giếng, gìn, giò",  # and i
        "toán, hoàn, thoát, toẹt, xoèn, tuýt, huỳnh, khoáy, ngoài, loáng",  # closed rhymes have one place
        "của, mùa, lứa, mía, khuya, thuở, thuế, người, được, muốn, tiếng, yếu, khuyến, rượu",
        "Noël, Zoé, café, JOSÉ, naïve, 25°C",
    ],
)
def test_what_has_one_place_stays(text, placement):
    assert place_tones(text, placement) == text


@pytest.mark.parametrize(
    ("mistyped", "right"),
    [
        ("tóan, hòan, ngòai, khỏan", "toán, hoàn, ngoài, khoản"),
        ("qúy, qúa, qủa, QÙA", "quý, quá, quả, QUÀ"),
        ("gìa, gía", "già, giá"),
        ("cuả, muà, cưả, miá", "của, mùa, cửa, mía"),
        ("ngừơi, đựơc, nứơc, ngươì", "người, được, nước, người"),
        ("taì, laị, chaò, chiụ", "tài, lại, chào, chịu"),
        ("thúê, chúyên, múôn, tíêng", "thuế, chuyến, muốn, tiếng"),
    ],
)
def test_a_mark_on_a_wrong_letter_moves(mistyped, right):
    assert place_tones(mistyped, "new") == place_tones(mistyped, "old") == right


def misplacements(syllable: str):
    decomposed = unicodedata.normalize("NFD", syllable)
    tone = "".join(mark for mark in decomposed if mark in TONES)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in TONES))
    for place, letter in enumerate(bare, start=1):
        if tone and letter in "aăâeêioôơuưy":
            yield unicodedata.normalize("NFC", bare[:place] + tone + bare[place:])


@pytest.mark.parametrize("placement", ["new", "old"])
def test_every_syllable_from_every_misplacement(placement):
    """Whatever vowel the mark stands on, one spelling results, which is possible and stays; in any case of letters."""
    for syllable in all_syllables() - {"gìa", "gía", "gỉa", "gĩa"}:
        placed = place_tones(syllable, placement)
        assert placed in all_syllables()
        assert place_tones(placed, placement) == placed
        assert place_tones(syllable.upper(), placement) == placed.upper()
        for mistyped in misplacements(syllable):
            if syllable != "gịa" and mistyped != "gịa":
                assert place_tones(f"({mistyped})", placement) == f"({placed})"


def test_words_that_only_contain_a_syllable_stay():
    text = "HoàBình xhoà hoàx hoà2 hoà_bình"
    assert place_tones(text, "new") == "HoàBình xhoà hoàx hòa2 hòa_bình"
