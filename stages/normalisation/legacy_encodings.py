"""Vietnamese text in the 8-bit encodings from before Unicode, which nothing in a file or page announces.

Such text reaches us as bytes, or as letters that some program made of the bytes by Latin-1 or Windows-1252
(`Vi÷t Nam`). Each encoding is tried, and one is believed if it turns nearly all words with letters outside
ASCII into possible Vietnamese syllables, which the letters as they stand are not.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from stages.text.vietnamese import is_syllable

# VISCII, RFC 1456: bytes 80 to FF, and six capitals in places of control characters.
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CONTROLS = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
# TCVN 5712:1993, set VN1: bytes 80 to FF (B0 to B4 are combining tone marks), and twelve capitals among the controls.
_TCVN_CAPITALS = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
_TCVN_LETTERS = (
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_TCVN_CONTROLS = dict(
    zip((0x01, 0x02, 0x04, 0x05, 0x06, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17), "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True)
)
# VNI Windows: a mark byte after the vowel (VNI Software; table of its fonts). Marks in the order of _TONES.
_VNI_TONES, _VNI_CIRCUMFLEX, _VNI_BREVE = "ùøûõï", "áàåãä", "éèúüë"
_VNI_LETTERS = dict(zip("ñôöæóòîÑÔÖÆÓÒÎ", "đơưỉĩịỵĐƠƯỈĨỊỴ", strict=True))
_TONES = "\u0301\u0300\u0309\u0303\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"

# What Windows-1252 makes of the bytes 80 to 9F; five of them it leaves undefined.
_WINDOWS_1252 = {
    byte: letter for byte in range(0x80, 0xA0) if (letter := bytes([byte]).decode("cp1252", errors="ignore"))
}
_TO_BYTES = {ord(letter): byte for byte, letter in _WINDOWS_1252.items()}

# A line of bytes read as letters has some of these ...
_BYTES_READ = "\x01-\x06\x11-\x1e\u0080-\u00ff" + "".join(_WINDOWS_1252.values())
# ... and none of these, which only Unicode Vietnamese has.
_VIETNAMESE = "ĂăĐđĨĩŨũƠơƯư\u0300-\u0323\u1ea0-\u1ef9"
_VIETNAMESE_LETTER = re.compile(f"[{_VIETNAMESE}]")
_SUSPICIOUS_LINE = re.compile(rf"^[^\n{_VIETNAMESE}{_BYTES_READ}]*[{_BYTES_READ}][^\n{_VIETNAMESE}]*$", re.MULTILINE)

# Evidence, in words with a letter outside ASCII. Three such syllables in a row are no accident: a French or German
# word is hardly ever one of them by any encoding.
_MIN_SYLLABLES = 3
_MAX_WRONG_SHARE = 0.1  # names and abbreviations; a wrong encoding makes more than half of the words impossible
_WEIGHT_OF_WRONG_WORD = 2
_MIN_GAIN = 6  # of score, over the text as it stands and over another encoding of the same document

_MAX_EVIDENCE_BYTES = 1_000_000  # of a file, from its beginning: a second of counting

_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTER_READ = "[\u0080-\u009f\u00a1-\u00ff]"
_ENOUGH_LETTERS = re.compile(rf"(?:{_LETTER_READ}[^\n]*?){{{_MIN_SYLLABLES}}}")
# A sign or control character between letters stands for a letter, unless it is an apostrophe, a dash or a dot; so does
# one that no text has standing alone.
_MISPLACED_SIGN = re.compile(
    "(?<=[^\\W\\d_])[\x01-\x06\x11-\x1e\u0080-\u00ac\u00ae-\u00b6\u00b8-\u00bf„†‡‰‹›“”€™](?=[^\\W\\d_])"
    "|(?<!\\S)[\x01-\x06\x11-\x1e\u0080-\u009fƒ†‡ˆ‰Š‹ŒŽ˜™š›œžŸ](?!\\S)"
)


def _decode_tcvn3(text: str) -> str:
    """TCVN3 (.VnTime fonts, ABC): VN1's letters, with Windows-1252's punctuation where VN1 has capitals.

    Its capitals are small letters in a font of capitals: a word or line has the case of its ASCII letters.
    """
    text = _WORD_OF_CAPITALS.sub(lambda match: match[0].upper(), text.translate(_TCVN3_TABLE))
    return _LINE_OF_CAPITALS.sub(lambda match: match[0].upper(), text)


_WORD_OF_CAPITALS = re.compile(r"\b(?:[A-Z]+[^\W\d_A-Za-z]+(?:[A-Z]+[^\W\d_A-Za-z]*)+|[A-Z]{2,}[^\W\d_A-Za-z]+)\b")
_LINE_OF_CAPITALS = re.compile(r"^(?=[^\na-z]*$)(?=(?:[^\nA-Z]*[A-Z]){4}).*$", re.MULTILINE)


def _decode_vni(text: str) -> str:
    return _VNI_PAIR_OR_LETTER.sub(lambda match: _VNI_TABLE[match[0]], text)


def _vni_table() -> dict[str, str]:
    """Vowel and mark byte, or single byte -> letter. The mark of a capital vowel may be a small one."""
    table = dict(_VNI_LETTERS)
    for vowels, marks, quality in (
        ("aeouyôö", _VNI_TONES, ""),
        ("aeo", "â" + _VNI_CIRCUMFLEX, _CIRCUMFLEX),
        ("a", "ê" + _VNI_BREVE, _BREVE),
    ):
        tones = ("", *_TONES) if quality else _TONES
        for vowel in vowels:
            for mark, tone in zip(marks, tones, strict=True):
                letter = unicodedata.normalize("NFC", _VNI_LETTERS.get(vowel, vowel) + quality + tone)
                table |= {vowel + mark: letter, vowel.upper() + mark: letter.upper()}
                table[vowel.upper() + mark.upper()] = letter.upper()
    return table


_VNI_TABLE = _vni_table()
_VNI_PAIR_OR_LETTER = re.compile("|".join(sorted(_VNI_TABLE, key=len, reverse=True)))
_VISCII_TABLE = _VISCII_CONTROLS | dict(enumerate(_VISCII, start=0x80))
_TCVN5712_TABLE = _TCVN_CONTROLS | dict(enumerate(_TCVN_CAPITALS + _TCVN_LETTERS, start=0x80))
_TCVN3_TABLE = _WINDOWS_1252 | dict(enumerate(_TCVN_LETTERS, start=0xA0))
_CP1258_TABLE = {byte: letter for byte in range(0x80, 256) if (letter := bytes([byte]).decode("cp1258", "ignore"))}

# By name: text in which each letter stands for one byte -> Vietnamese. Before NFC.
_DECODERS: dict[str, Callable[[str], str]] = {
    "tcvn3": _decode_tcvn3,
    "tcvn5712": lambda text: text.translate(_TCVN5712_TABLE),
    "vni": lambda text: _decode_vni(text.translate(_WINDOWS_1252)),
    "viscii": lambda text: text.translate(_VISCII_TABLE),
    "cp1258": lambda text: text.translate(_CP1258_TABLE),
}


@dataclass(slots=True)
class _Evidence:
    """Of the words with a letter outside ASCII, how many are possible syllables and how many are not."""

    syllables: int = 0
    wrong: int = 0

    @property
    def score(self) -> int:
        return self.syllables - _WEIGHT_OF_WRONG_WORD * self.wrong

    def add(self, other: "_Evidence") -> None:
        self.syllables += other.syllables
        self.wrong += other.wrong


def decode(data: bytes) -> tuple[str, str] | None:
    """The text (NFC) of bytes in a legacy Vietnamese encoding, and its name; None if no encoding fits.

    >>> decode("TiÕng nãi cña n­íc ViÖt Nam".encode("latin-1"))
    ('Tiếng nói của nước Việt Nam', 'tcvn3')
    >>> decode("Le café fermé à côté du théâtre".encode("latin-1")) is None
    True
    """
    text = data.decode("latin-1")
    encoding = _encoding_of(_weigh(text[:_MAX_EVIDENCE_BYTES]))
    return (_decoded(text, encoding), encoding) if encoding else None


def repair(text: str) -> str:
    """The text with those lines decoded anew that are a legacy encoding read as Latin-1 or Windows-1252.

    A line with evidence of its own is decoded by it, a shorter one by the encoding that most of these have.

    >>> repair("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    >>> repair("Der Bürgermeister grüßt höflich die schönen Mädchen.")
    'Der Bürgermeister grüßt höflich die schönen Mädchen.'
    """
    if text.isascii():
        return text
    # Lines with too few such letters for evidence of their own are looked at only if others have shown an encoding.
    lines, total = [], {name: _Evidence() for name in ("", *_DECODERS)}
    for match in _SUSPICIOUS_LINE.finditer(text):
        evidence = _weigh(match[0].translate(_TO_BYTES)) if _ENOUGH_LETTERS.search(match[0]) else None
        lines.append((match, evidence))
        for name, counted in (evidence or {}).items():
            total[name].add(counted)
    usual = _encoding_of(total)
    # Where nothing is Unicode Vietnamese, a line that could be either is in the encoding of the others.
    min_gain = 1 if _VIETNAMESE_LETTER.search(text) else 0
    pieces, done = [], 0
    for match, evidence in lines:
        encoding = _encoding_of(evidence) if evidence else ""
        if usual:
            evidence = evidence or _weigh(match[0].translate(_TO_BYTES))
            if not encoding or evidence[encoding].score < evidence[usual].score + _MIN_GAIN:
                encoding = usual if evidence[usual].score >= evidence[""].score + min_gain else ""
        if encoding:
            pieces += [text[done : match.start()], _decoded(match[0].translate(_TO_BYTES), encoding)]
            done = match.end()
    return "".join(pieces) + text[done:] if pieces else text


def _decoded(text: str, encoding: str) -> str:
    return unicodedata.normalize("NFC", _DECODERS[encoding](text))


def _weigh(text: str) -> dict[str, _Evidence]:
    """The evidence for each encoding, and under the empty name for the text as it stands."""
    return {"": _count(text.translate(_WINDOWS_1252))} | {name: _count(_decoded(text, name)) for name in _DECODERS}


def _encoding_of(evidence: dict[str, _Evidence]) -> str:
    """The encoding that the evidence is for; empty if none, or if it does not suffice."""
    best = max(_DECODERS, key=lambda name: evidence[name].score)
    found, as_it_stands = evidence[best], evidence[""]
    believed = (
        found.syllables >= _MIN_SYLLABLES
        and found.wrong <= _MAX_WRONG_SHARE * (found.syllables + found.wrong)
        and found.score >= as_it_stands.score + _MIN_GAIN
    )
    return best if believed else ""


def _count(text: str) -> _Evidence:
    evidence = _Evidence(wrong=len(_MISPLACED_SIGN.findall(text)))
    for word in _WORD.findall(text):
        if not word.isascii():
            if (word.islower() or word.istitle() or word.isupper()) and is_syllable(word):
                evidence.syllables += 1
            else:
                evidence.wrong += 1
    return evidence
