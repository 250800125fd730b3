"""Vietnamese as it is written: syllables, their spelling rules, diacritics.

A written Vietnamese word is one or more syllables with spaces between them, so for counting, shingles and
filters the syllable is the word. A syllable is an onset and a rhyme (vowels and an optional final consonant)
with one of six tones; the rules below generate all that the spelling allows, about 17,600 forms.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import product

from stages.text.diacritics import strip_diacritics

# For a character class. `à-ỹ` is none: capitals and small letters take turns from U+0102 on.
LOWER_CASE = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"

# Letters and digits; combining marks stay with the letter before them, so that NFD text gives as many tokens.
_TOKEN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TONES = ("", _ACUTE, _GRAVE, _HOOK, _TILDE, _DOT)
_STOPPED_TONES = (_ACUTE, _DOT)  # a syllable that ends in c, ch, p or t has one of these two tones
_STOPS = ("c", "ch", "p", "t")

# Written vowels of a rhyme -> the finals that may follow ("-" is none).
_RHYMES = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch m n nh p t u",
    "i": "- ch m n nh p t u",
    "y": "- ch n nh p t u",
    "o": "- c i m n ng p t",
    "oo": "c ng",
    "ô": "- c i m n ng p t",
    "ơ": "- i m n p t",
    "u": "- c i m n ng p t",
    "ư": "- c i m n ng t u",
    "ia": "-",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "ua": "-",
    "uô": "c i m n ng t",
    "ưa": "-",
    "ươ": "c i m n ng p t u",
    "oa": "- c ch i m n ng nh o p t y",
    "oă": "c m n ng t",
    "oe": "- m n o t",
    "uâ": "n ng t y",
    "uê": "- ch n nh",
    "uơ": "-",
    "uy": "- ch n nh p t u",
    "uya": "-",
    "uyê": "n t",
}
_FRONT = tuple("eêiy")  # vowels before which c, g, ng are written k, gh, ngh
_ANY_VOWEL_ONSETS = (*"bdđhlmnprstvx", "ch", "kh", "nh", "ph", "th", "tr")
_AFTER_QU = (*"aăâeêiyơ", "yê")
_AFTER_GI = (*"aăâeêoôơuư", "ua", "uô", "ưa", "ươ")
_BOTH_PLACEMENTS = ("oa", "oe", "uy")  # without a final: hoà or hòa, hoè or hòe, thuỷ or thủy


def syllables(text: str) -> list[str]:
    """The syllables, foreign words and numbers of a text, in order, as written.

    >>> syllables("Ông Nguyễn_Văn An, 45 tuổi.")
    ['Ông', 'Nguyễn', 'Văn', 'An', '45', 'tuổi']
    """
    return _TOKEN.findall(text)


def syllable_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each of `syllables(text)` within the text."""
    return (match.span() for match in _TOKEN.finditer(text))


def is_syllable(token: str) -> bool:
    """Whether the spelling rules allow this token as a Vietnamese syllable, in any case, with either tone placement.

    >>> [is_syllable(token) for token in ("nghiêng", "Hoà", "hòa", "việt", "viet", "school")]
    [True, True, True, True, False, False]
    """
    return unicodedata.normalize("NFC", token).lower() in all_syllables()


def is_bare_syllable(token: str) -> bool:
    """Whether the token is a possible syllable whose diacritics may have been left out (`viet`, `duong`)."""
    return strip_diacritics(token).lower() in all_bare_syllables()


@cache
def all_syllables() -> frozenset[str]:
    """Every possible syllable, lower case, NFC, in both tone placements."""
    return frozenset(
        unicodedata.normalize("NFC", onset + toned)
        for vowels, finals in _RHYMES.items()
        for final in finals.split()
        for onset in _onsets(vowels, final)
        for toned in _toned(vowels, final.strip("-"))
    )


@cache
def all_bare_syllables() -> frozenset[str]:
    """Every possible syllable without its diacritics."""
    return frozenset(strip_diacritics(syllable) for syllable in all_syllables())


def _onsets(vowels: str, final: str) -> list[str]:
    """The onsets that may be written before this rhyme."""
    if vowels == "yê":
        return ["", "qu"]
    if vowels == "y" and final != "-":
        return ["qu"]  # quýt, quỳnh; after other onsets y closes the syllable: lý, mỹ
    onsets = ["", *_ANY_VOWEL_ONSETS]
    if vowels[0] in _FRONT:
        onsets += ["k"] if vowels == "y" else ["k", "gh", "ngh"]
        if vowels in ("iê", "ia") or (vowels == "i" and final in ("-", "ch", "m", "n", "p")):
            onsets.append("g")  # giêng, gì, gìn, gíp: the i of gi is written once
    else:
        onsets += ["g", "ng"] if vowels[:2] in ("oa", "oă", "oe", "uâ", "uê", "uơ", "uy") else ["c", "g", "ng"]
    if vowels in _AFTER_QU or (vowels, final) == ("ô", "c"):  # quốc
        onsets.append("qu")
    if vowels in _AFTER_GI:
        onsets.append("gi")
    return onsets


def _toned(vowels: str, final: str) -> list[str]:
    """The rhyme in each tone that it may have."""
    places = _tone_places(vowels, final)
    tones = _STOPPED_TONES if final in _STOPS else _TONES
    return [vowels[: place + 1] + tone + vowels[place + 1 :] + final for place, tone in product(places, tones)]


def _tone_places(vowels: str, final: str) -> list[int]:
    """Which of the vowels may carry the tone mark."""
    if vowels in _BOTH_PLACEMENTS and not final:
        return [0, 1]
    marked = [place for place, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1:]  # ươ takes it on ơ
    if vowels in ("ia", "ua"):
        return [0]
    return [1] if vowels == "uya" else [len(vowels) - 1]
