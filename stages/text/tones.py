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
_TOKEN = re.compile(r"[^\W\d_]+")


def place_tones(text: str, placement: Placement) -> str:
    """The text (NFC) with every tone mark where the placement has it; what is no misspelt syllable stays.

    >>> place_tones("HOÀ thuận, khoẻ như xưa, ủy ban, quý vị, cuả, gìa", "new")
    'HÒA thuận, khỏe như xưa, ủy ban, quý vị, của, già'
    >>> place_tones("hòa thuận, uỷ ban, ngòai", "old")
    'hoà thuận, uỷ ban, ngoài'
    """
    table = _misplaced(placement)
    if text.isascii() or table.keys().isdisjoint(_TOKEN.findall(text.lower())):
        return text
    return _TOKEN.sub(lambda match: _placed(match[0], table), text)


def _placed(token: str, table: dict[str, str]) -> str:
    right = table.get(token.lower())
    if right is None:
        return token
    return "".join(new.upper() if old.isupper() else new for new, old in zip(right, token, strict=True))


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
