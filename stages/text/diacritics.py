"""Text without its diacritics. A module of its own, since what imports it must not depend on the syllable rules."""

import re
import unicodedata

_MARK = re.compile(r"[\u0300-\u036f]")


def strip_diacritics(text: str) -> str:
    """The text without tone and vowel marks, đ as d; NFC apart from that.

    >>> strip_diacritics("Đường về nhà")
    'Duong ve nha'
    """
    bare = _MARK.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFC", bare)
