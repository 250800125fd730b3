"""One place for each tone mark.

Spelling fixes the letter that carries the tone of a syllable, but for the open rhymes oa, oe and uy, where two
customs live side by side: `hòa, khỏe, thúy` (here `new`) and `hoà, khoẻ, thuý` (here `old`). A mark that stands
elsewhere (`hòan, cuả, ngừơi`) comes from typing in the order of the keys, and is moved.
"""

import re
import unicodedata
from functools import cache
from typing import Literal

from stages.text.vietnamese import all_syllables

Placement = Literal["new", "old"]

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_VOWELS = frozenset("aăâeêioôơuưy")
_OPEN_PAIR = re.compile("(?:oa|oe|(?<!q)uy)$")


def _letters(letters: str) -> str:
    return f"[{letters}{letters.upper()}]"


# Where a tone may be misplaced: on a glide before its vowel, on a glide after it, or on the wrong one of two vowels.
# Most of what this finds is right and looked up in vain, but looking up every word takes three times as long.
_CANDIDATE = re.compile(
    _letters("àáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụừứửữựỳýỷỹỵ")
    + "(?:"
    + "|".join(
        (
            f"(?<={_letters('òóỏõọ')}){_letters('aăâeêo')}",
            f"(?<={_letters('ùúủũụ')}){_letters('yêâơôa')}",
            f"(?<={_letters('q')}{_letters('ùúủũụ')}){_letters('ăei')}",
            f"(?<={_letters('ìíỉĩịỳýỷỹỵ')}){_letters('ê')}",
            f"(?<={_letters('g')}{_letters('ìíỉĩị')}){_letters('aăâeoôơuư')}",
            f"(?<={_letters('ừứửữự')}){_letters('ơ')}",
            f"(?<={_letters('aăâeêioôơuưy')}{_letters('ìíỉĩịòóỏõọùúủũụỳýỷỹỵ')})",
            f"(?<={_letters('iouưy')}{_letters('àáảãạèéẻẽẹ')})",
        )
    )
    + ")"
)
_MAX_SYLLABLE = 7  # letters of nghiêng


def place_tones(text: str, placement: Placement) -> str:
    """The text (NFC) with every tone mark where the placement has it; what is no misspelt syllable stays.

    >>> place_tones("HOÀ thuận, khoẻ như xưa, ủy ban, quý vị, cuả, gìa", "new")
    'HÒA thuận, khỏe như xưa, ủy ban, quý vị, của, già'
    >>> place_tones("hòa thuận, uỷ ban, ngòai", "old")
    'hoà thuận, uỷ ban, ngoài'
    """
    if text.isascii():
        return text
    table = _misplaced(placement)
    pieces, done = [], 0
    for match in _CANDIDATE.finditer(text):
        start, end = _word_around(text, match.start())
        if start >= done and (right := table.get(text[start:end].lower())):
            pieces += [text[done:start], _in_case_of(right, text[start:end])]
            done = end
    return "".join(pieces) + text[done:] if pieces else text


def _word_around(text: str, place: int) -> tuple[int, int]:
    """Start and end of the word of letters around a place; of a long one, somewhere beyond a syllable's length."""
    start, end = place, place + 1
    while start > 0 and place - start <= _MAX_SYLLABLE and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and end - place <= _MAX_SYLLABLE and text[end].isalpha():
        end += 1
    return start, end


def _in_case_of(right: str, written: str) -> str:
    return "".join(new.upper() if old.isupper() else new for new, old in zip(right, written, strict=True))


@cache
def _misplaced(placement: Placement) -> dict[str, str]:
    """Every syllable with its tone on a letter where the placement does not have it -> the right one; lower case."""
    table = {}
    for syllable in all_syllables():
        decomposed = unicodedata.normalize("NFD", syllable)
        tone = "".join(_TONE.findall(decomposed))
        bare = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
        if not tone or _is_doubtful(syllable):
            continue
        forms = {
            place: unicodedata.normalize("NFC", bare[: place + 1] + tone + bare[place + 1 :])
            for place, letter in enumerate(bare)
            if letter in _VOWELS
        }
        is_open_pair = _OPEN_PAIR.search(bare)
        right = forms[len(bare) - (2 if placement == "new" else 1)] if is_open_pair else syllable
        for form in forms.values():
            if form != right and (is_open_pair or form not in all_syllables() or _is_doubtful(form)):
                table[form] = right
    return table


def _is_doubtful(syllable: str) -> bool:
    """Whether this is `già` mistyped: possible as g and ìa, but only `gịa` is a word of its own."""
    return syllable in ("gìa", "gía", "gỉa", "gĩa")
