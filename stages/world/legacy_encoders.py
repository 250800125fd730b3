"""Encoders for Vietnamese as it was written before Unicode, to make what the decoders must read.

Tables by letter and tone, from the standards (TCVN 5712:1993, RFC 1456, VNI's own), apart from those of the decoders.
"""

import unicodedata

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # in the order of the tables: à ả ã á ạ
_VOWELS = "aăâeêioôơuưy"
_TONE_MARKS = frozenset(_TONES)


def _rows(table: str) -> dict[str, bytes]:
    """By vowel, the bytes of its five tones."""
    return {vowel: bytes.fromhex(row) for vowel, row in zip(_VOWELS, table.split(), strict=True)}


_TCVN_SMALL = _rows(
    "b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 "
    "f5f6f7f8f9 fafbfcfdfe"
)
_TCVN_CAPITAL = _rows(
    "8081828384 afbabfc085 c1c2c3c486 8788898a8b c5cdd9da8c 8d8e8f9091 9293949596 dbe0f0ff97 98999a9b9c 9d9e9f0102 "
    "0405061112 1314151617"
)
_TCVN_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", bytes.fromhex("a1a2a3a4a5a6a7a8a9aaabacadae"), strict=True))
_VISCII_SMALL = _rows(
    "e0e4e3e1d5 a2c6c7a1a3 a5a6e7a4a7 e8eba8e9a9 abacadaaae ecefeeedb8 f2f6f5f3f7 b0b1b2afb5 b6b7debefe f9fcfbfaf8 "
    "d7d8e6d1f1 cfd6dbfddc"
)
_VISCII_CAPITAL = _rows(
    "c0c4c3c180 8202058183 8586068487 c8cb88c989 8b8c8d8a8e cc9bcecd98 d299a0d39a 9091928f93 9697b39594 d99c9dda9e "
    "bbbcffbab9 9f1419dd1e"
)
_VISCII_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", bytes.fromhex("c5c2cad4b4bfd0e5e2eaf4bddff0"), strict=True))

_VNI_MARKS = {"": "øûõùï", "\u0302": "àåãáä", "\u0306": "èúüéë"}  # after the vowel; circumflex, breve
_VNI_SINGLE = dict(zip("đơưìỉĩíịỵĐƠƯÌỈĨÍỊỴ", "ñôöìæóíòîÑÔÖÌÆÓÍÒÎ", strict=True))


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text in one of ENCODINGS; raises KeyError for a letter that it lacks."""
    return b"".join(
        character.encode() if character.isascii() else _ENCODERS[encoding](character)
        for character in unicodedata.normalize("NFC", text)
    )


def _tcvn5712(character: str) -> bytes:
    return _by_tone(character, _TCVN_SMALL, _TCVN_CAPITAL, _TCVN_PLAIN)


def _tcvn3(character: str) -> bytes:
    """As in .VnTime: no capitals with a tone (a font of capitals shows the small ones), Windows-1252's quotes."""
    if character in "“”‘’–—…":
        return character.encode("cp1252")
    return _by_tone(character if character in "ĂÂÊÔƠƯĐ" else character.lower(), _TCVN_SMALL, {}, _TCVN_PLAIN)


def _viscii(character: str) -> bytes:
    return _by_tone(character, _VISCII_SMALL, _VISCII_CAPITAL, _VISCII_PLAIN)


def _vni(character: str) -> bytes:
    if character in "“”‘’–—…":
        return character.encode("cp1252")
    if character in _VNI_SINGLE:
        return _VNI_SINGLE[character].encode("latin-1")
    vowel, tone = _split(character)
    base, *marks = unicodedata.normalize("NFD", vowel)
    if "\u031b" in marks:  # the horn of ơ and ư is a letter of its own
        base, marks = _VNI_SINGLE[vowel], []
    mark = "".join(marks)
    encoded = {"": "", "\u0302": "â", "\u0306": "ê"}[mark] if not tone else _VNI_MARKS[mark][_TONES.index(tone)]
    return (base + (encoded.upper() if base.isupper() else encoded)).encode("latin-1")


def _windows_1258(character: str) -> bytes:
    try:
        return character.encode("cp1258")
    except UnicodeEncodeError:
        vowel, tone = _split(character)
        return (vowel + tone).encode("cp1258")


def _split(character: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", character)
    tone = "".join(mark for mark in decomposed if mark in _TONE_MARKS)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONE_MARKS)), tone


def _by_tone(character: str, small: dict[str, bytes], capital: dict[str, bytes], plain: dict[str, int]) -> bytes:
    if character in plain:
        return bytes([plain[character]])
    vowel, tone = _split(character)
    row = small[vowel] if vowel in small else capital[vowel.lower()]
    return bytes([row[_TONES.index(tone)]])


_ENCODERS = {"tcvn3": _tcvn3, "tcvn5712": _tcvn5712, "vni": _vni, "viscii": _viscii, "cp1258": _windows_1258}
ENCODINGS = tuple(_ENCODERS)
