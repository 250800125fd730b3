"""Defects of letters and signs in Vietnamese text: encodings from before Unicode, tones, look-alikes, spaces.

Each returns the spoilt text and the text that a perfect repair gives back (None: no repair can), or None
where the text offers no hold. English has none of them.
"""

import re
import unicodedata
from random import Random

from stages.text.diacritics import strip_diacritics
from stages.text.vietnamese import is_syllable
from stages.world.legacy_encoders import encode

# TCVN 5712, the standard that TCVN3's fonts follow, is rare outside of archives.
LEGACY_ENCODINGS = ("tcvn3", "vni", "viscii", "cp1258")
UNDER_ACCENTED_TEXT = 0.2  # share of the unaccented passages that stand below the same text with its diacritics
KEY_ORDER_SHARE = 0.3  # of the syllables that somebody mistypes who sets the tone too early or too late
JOINED_SHARE = 0.3  # of the pairs of neighbours that are a word of two syllables; segmented news has 0.25

_WORD = re.compile(r"[^\W\d_]+")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_OPEN_PAIR = re.compile("(?:oa|oe|(?<!q)uy)$", re.IGNORECASE)
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
_TONED_CAPITAL = re.compile("(?![ĂÂÊÔƠƯĐ])[À-ÖØ-ÞĨŨẠ-ỹ]")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=([^\W\d_]))")
# Words, numbers with their marks, and every other sign alone.
_TOKEN = re.compile(r"\w+(?:[-/:.,]\w+)*|[^\w\s]")

# What stands for which letters, and in which share of the words that have one.
_LOOKALIKES = (
    ({"Đ": "Ð"}, 1.0),
    ({"Đ": "Ð", "đ": "ð"}, 1.0),
    ({"ư": "ƣ", "Ư": "Ƣ"}, 1.0),
    ({"ă": "ǎ", "Ă": "Ǎ"}, 1.0),
    ({"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у"}, 0.3),  # Cyrillic
)


def legacy_encoding(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Bytes of TCVN3, VNI, VISCII or Windows-1258, read as Windows-1252 or as Latin-1."""
    encoding = random.choice(LEGACY_ENCODINGS)
    try:
        encoded = encode(text, encoding)
    except KeyError:  # a sign that this encoding lacks
        return None
    as_latin_1 = random.random() < 0.5  # programs do either
    spoilt = "".join(_read(byte, as_latin_1) for byte in encoded)
    # TCVN3 has no capitals with a tone: its bytes no longer tell that these were some.
    original = _TONED_CAPITAL.sub(lambda letter: letter[0].lower(), text) if encoding == "tcvn3" else text
    return None if text.isascii() or language != "vi" else (spoilt, original)


def _read(byte: int, as_latin_1: bool) -> str:
    """The letter of a byte in Latin-1, or in Windows-1252 with its five holes as Latin-1."""
    if as_latin_1:
        return chr(byte)
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)


def tone_placement(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Tones of open oa, oe, uy in the old place, everywhere or here and there, or on wrong letters (`cuả, hòan`)."""
    if language != "vi":
        return None
    old_share, misplaced_share = random.choice([(1.0, 0.0), (0.5, 0.0), (1.0, KEY_ORDER_SHARE), (0.0, KEY_ORDER_SHARE)])
    for shares in ((old_share, misplaced_share), (1.0, 1.0)):
        spoilt = _WORD.sub(lambda word: _with_moved_tone(word[0], *shares, random), text)  # noqa: B023
        if spoilt != text:
            return spoilt, text
    return None


def _with_moved_tone(word: str, old_share: float, misplaced_share: float, random: Random) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(decomposed)
    if len(tones) != 1 or not is_syllable(word):
        return word
    bare = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    forms = {
        place: unicodedata.normalize("NFC", bare[: place + 1] + tones[0] + bare[place + 1 :])
        for place, letter in enumerate(bare)
        if letter in _VOWELS
    }
    if _OPEN_PAIR.search(bare):
        return forms[len(bare) - 1] if random.random() < old_share else word
    # A form that is a syllable of its own (gìa for già) is another word, which nothing could tell.
    wrong = [form for form in forms.values() if not is_syllable(form)]
    return random.choice(wrong) if wrong and random.random() < misplaced_share else word


def confusables(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Letters that only look like the right ones: Icelandic Ð, ƣ of PDF files, Cyrillic within words."""
    if language != "vi":
        return None
    for lookalikes, share in random.sample(_LOOKALIKES, len(_LOOKALIKES)):
        spoilt = _WORD.sub(lambda word: _with_lookalike(word[0], lookalikes, share, random), text)  # noqa: B023
        if spoilt != text:
            return spoilt, text
    return None


def _with_lookalike(word: str, lookalikes: dict[str, str], share: float, random: Random) -> str:
    """The word with all of those letters replaced, or one of them where only some words are touched."""
    places = [place for place, letter in enumerate(word) if letter in lookalikes]
    if not places or random.random() >= share or (share < 1 and len(word) == 1):
        return word
    chosen = places if share == 1 else [random.choice(places)]
    return "".join(lookalikes[letter] if place in chosen else letter for place, letter in enumerate(word))


def glued_sentences(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Sentences without a space between them, some or all of them."""
    share = random.choice([0.5, 1.0])
    spoilt = _SENTENCE_END.sub(lambda end: "" if end[1].isupper() and random.random() < share else " ", text)
    return None if spoilt == text or language != "vi" else (spoilt, text)


def segmented(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Syllables of a word joined by underscores and every mark set apart, as tools for Vietnamese write it."""
    if language != "vi":
        return None
    spoilt = "\n".join(_segmented_line(line) for line in text.split("\n"))
    return None if "_" not in spoilt else (spoilt, text)


def _segmented_line(line: str) -> str:
    pieces: list[str] = []
    for token in _TOKEN.findall(line):
        if pieces and _are_one_word(pieces[-1], token):
            pieces[-1] += f"_{token}"
        else:
            pieces.append(token)
    return " ".join(pieces)


def _are_one_word(before: str, syllable: str) -> bool:
    """Whether a syllable belongs to what is before it: in names, and in a share of other pairs, the same everywhere."""
    if not all(map(is_syllable, (*before.split("_"), syllable))):
        return False
    if syllable.istitle():
        return before.istitle()
    return "_" not in before and Random(f"word {before} {syllable}".lower()).random() < JOINED_SHARE


def unaccented(text: str, language: str, random: Random) -> tuple[str, str | None] | None:
    """Vietnamese typed without diacritics, sometimes below the text itself. Nothing gives them back: it has to go."""
    if language != "vi":
        return None
    bare = strip_diacritics(text)
    return (f"{text}\n{bare}", text) if random.random() < UNDER_ACCENTED_TEXT else (bare, None)
