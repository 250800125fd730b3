"""UTF-8 that was decoded as Latin-1 or Windows-1252: `Tiáº¿ng Viá»‡t` for `Tiếng Việt`."""

import re
from itertools import product

import ftfy
import ftfy.bad_codecs

from stages.text.vietnamese import is_syllable

ftfy.bad_codecs.ok()  # registers sloppy-windows-1252, whose holes are control characters as in browsers

_LOST = "\ufffd"
# What UTF-8's continuation bytes become when they are read as Latin-1 (controls, signs) or Windows-1252 (marks), or
# are lost ...
_CONTINUATION = (
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122\ufffd]"
)
# ... after a lead byte, as many as that one announces; a control character in place of Windows-1252's punctuation.
_BROKEN = re.compile(
    rf"[\u00c2-\u00df]{_CONTINUATION}|[\u00e0-\u00ef]{_CONTINUATION}{{2}}|[\u0080-\u0084\u0086-\u009f]"
)
_LINE = re.compile(r".+")
# Letters that Vietnamese has and English text never means to write: U+1EA0 to U+1EFF, ơ ư, đ, ũ.
_VIETNAMESE_LETTER = re.compile(
    f"\u00e1[\u00ba\u00bb]{_CONTINUATION}|\u00c6[\u00a0\u00a1\u00af\u00b0]|\u00c4[\u0090\u0091\u2018]|\u00c5[\u00a8\u00a9]"
)

# Windows-1252 leaves five bytes undefined, and many programs lose them: what may have stood for each lost sequence.
_UNDEFINED = ("\u0081", "\u008d", "\u008f", "\u0090", "\u009d")
_LOST_SEQUENCE = re.compile(f"(?:\u00e1\u00bb|\u00c3|\u00c4){_LOST}")
_WORD = re.compile(f"(?:[A-Za-z]|[\u00c2-\u00df]{_CONTINUATION}|[\u00e0-\u00ef]{_CONTINUATION}{{2}})+")
_MAX_LOST = 2  # in a word: 25 candidates


def repair(text: str) -> str:
    """The text with the lines mended that hold UTF-8 read as Latin-1 or Windows-1252.

    A letter that lost a byte comes back if only one makes its word a possible syllable.

    >>> repair("Tiáº¿ng Viá»‡t, miá»\\ufffdn nÃºi")
    'Tiếng Việt, miền núi'
    >>> repair("Mr Sá»\\u00adu has 3 mangoes")
    'Mr Sửu has 3 mangoes'
    """
    if not _BROKEN.search(text):
        return text
    return _LINE.sub(lambda line: _repaired(line[0]) if _BROKEN.search(line[0]) else line[0], text)


def _repaired(line: str) -> str:
    if _LOST in line:
        line = _WORD.sub(lambda word: _restored(word[0]) if _LOST in word[0] else word[0], line)
    line = ftfy.fix_encoding(line)
    # Single letters, which statistics over the line miss among good ones.
    return _VIETNAMESE_LETTER.sub(lambda letter: _decoded_anew(letter[0]), line)


def _restored(word: str) -> str:
    """The word with its lost bytes, if only one choice of them makes it a possible syllable."""
    losses = len(_LOST_SEQUENCE.findall(word))
    if losses != word.count(_LOST) or losses > _MAX_LOST:
        return word
    fitting = []
    for choice in product(_UNDEFINED, repeat=losses):
        bytes_left = iter(choice)
        candidate = _LOST_SEQUENCE.sub(lambda sequence: sequence[0][:-1] + next(bytes_left), word)  # noqa: B023
        decoded = _decoded_anew(candidate)
        if is_syllable(decoded) and (decoded.islower() or decoded.istitle() or decoded.isupper()):
            fitting.append(candidate)
    return fitting[0] if len(fitting) == 1 else word


def _decoded_anew(letters: str) -> str:
    try:
        return letters.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return letters
