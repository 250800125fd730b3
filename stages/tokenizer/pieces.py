"""Which strings of bytes may become a Vietnamese token: pieces of a possible syllable."""

import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache

_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_FORMS = (str.islower, str.isupper, str.istitle)  # cases in which a syllable is written


def accented_letters() -> list[str]:
    """The 134 letters that Vietnamese writes and ASCII lacks, lower and upper case, in code point order.

    >>> len(accented_letters()), accented_letters()[0], accented_letters()[-1]
    (134, 'À', 'ỹ')
    """
    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES}
    lower = {letter for letter in toned | {"đ"} if not letter.isascii()}
    return sorted(lower | {letter.upper() for letter in lower})


def is_written_form(text: str) -> bool:
    """Whether letters stand as in a written syllable: all small, all capital, or the first one capital."""
    return any(form(text) for form in _FORMS)


class SyllablePieces:
    """Says which byte strings are a piece of a possible syllable: ` ngư`, `ường`, ` Vi`, ` t` + the first byte of `ế`.

    A piece that begins with a space is the beginning of a syllable, one without may lie anywhere in it.
    A piece may end inside an accented letter, never begin there.
    """

    def __init__(self, syllables: Iterable[str]):
        syllables = set(syllables)
        self._beginnings = {syllable[:end] for syllable in syllables for end in range(1, len(syllable) + 1)}
        self._parts = {beginning[start:] for beginning in self._beginnings for start in range(len(beginning))}
        self.allows = lru_cache(maxsize=None)(self._allows)

    @cached_property
    def _letters_by_start(self) -> dict[bytes, list[str]]:
        starts: dict[bytes, list[str]] = {}
        for letter in accented_letters():
            for end in range(1, len(letter.encode())):
                starts.setdefault(letter.encode()[:end], []).append(letter)
        return starts

    def _allows(self, piece: bytes) -> bool:
        spaced = piece.startswith(b" ")
        letters = piece[1:] if spaced else piece
        text = letters.decode("utf-8", errors="ignore")
        tail = letters[len(text.encode()) :]
        if not tail:
            return self._fits(text, spaced)
        return any(self._fits(text + letter, spaced) for letter in self._letters_by_start.get(tail, ()))

    def _fits(self, text: str, spaced: bool) -> bool:
        return text.lower() in (self._beginnings if spaced else self._parts) and is_written_form(text)
