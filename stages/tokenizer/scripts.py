"""Unicode scripts of tokens: which bytes can stand in text of chosen scripts, parts of characters too.

The script of a character is its Unicode property Script (Unicode Standard Annex 24), so that digits, punctuation and
emoji are Common, combining marks Inherited.
"""

from collections.abc import Iterable
from functools import cache, lru_cache

import regex

from stages.errors import BadInput

# What a token is listed under for a reader; a script that is not among these is listed as Other.
NAMES = (
    "Latin", "Common", "Inherited", "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Cyrillic", "Greek", "Arabic",
    "Hebrew", "Thai", "Lao", "Khmer", "Myanmar", "Devanagari", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam",
    "Gujarati", "Gurmukhi", "Oriya", "Sinhala", "Tibetan", "Mongolian", "Georgian", "Armenian", "Ethiopic", "Cherokee",
    "Canadian_Aboriginal", "Syriac", "Thaana", "Javanese", "Braille", "Gothic", "Runic", "Tifinagh", "Nko", "Unknown",
)  # fmt: skip
_SURROGATES = range(0xD800, 0xE000)  # no characters: UTF-8 has no form of them


def cut(data: bytes) -> tuple[bytes, str, bytes]:
    """The end of a character that began earlier, whole characters, and the beginning of one that goes on.

    >>> cut("ế mộ".encode()[1:-1])
    (b'\\xba\\xbf', ' m', b'\\xe1\\xbb')
    """
    start = next((place for place, byte in enumerate(data) if not 0x80 <= byte < 0xC0), len(data))
    text = data[start:].decode("utf-8", errors="ignore")
    return data[:start], text, data[start + len(text.encode()) :]


class Scripts:
    """Says which bytes can stand in text that is written in these scripts only.

    Raises `BadInput` for a name that Unicode does not know.
    """

    def __init__(self, names: Iterable[str]):
        self._characters, self._parts = _characters_of(tuple(names))
        self.allow = lru_cache(maxsize=None)(self._allow)

    def _allow(self, data: bytes) -> bool:
        """Whether every character is in these scripts; a part of one, whether it is part of any that is.

        So the first two bytes of `中` are not allowed beside Latin, and those of `“` are.
        """
        head, text, tail = cut(data)
        return self._characters.issuperset(text) and all(part in self._parts for part in (head, tail) if part)


@cache
def _characters_of(names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[bytes]]:
    """All characters of some scripts, and every part of their UTF-8 forms."""
    classes = [rf"\p{{Script={name}}}" for name in names]
    for name, one in zip(names, classes, strict=True):
        try:
            regex.compile(one)
        except regex.error:
            raise BadInput(
                f"prune.scripts: {name!r} is no Unicode script. Take names such as Latin, Greek, Han, Common."
            ) from None
    if not classes:
        raise BadInput("prune.scripts: empty. Name the scripts that stay, such as Latin, Common, Inherited.")
    every = "".join(map(chr, [*range(_SURROGATES.start), *range(_SURROGATES.stop, 0x110000)]))
    characters = frozenset(regex.findall(f"[{''.join(classes)}]", every))
    parts = frozenset(
        encoded[start:end]
        for encoded in (character.encode() for character in characters)
        for start in range(len(encoded))
        for end in range(start + 1, len(encoded) + 1)
    )
    return characters, parts


def scripts_of(data: bytes) -> tuple[str, ...]:
    """Names of the scripts in some bytes, sorted; `partial` stands for parts of characters, spaces count only alone.

    >>> scripts_of(" việt中".encode()), scripts_of("中".encode()[:2]), scripts_of(b"  ")
    (('Han', 'Latin'), ('partial',), ('Common',))
    """
    head, text, tail = cut(data)
    names = {_script(character) for character in text.replace(" ", "") or text}
    return tuple(sorted(names | ({"partial"} if head or tail else set())))


_SCRIPT = regex.compile("|".join(rf"(?P<{name}>\p{{Script={name}}})" for name in NAMES))


@cache
def _script(character: str) -> str:
    found = _SCRIPT.match(character)
    return found.lastgroup if found else "Other"
