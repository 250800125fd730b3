"""Signs between the words: variants of the same sign, what is invisible, sentences without a space between them."""

import re
import unicodedata

from stages.text.vietnamese import is_syllable

_VARIANTS = str.maketrans(
    {
        "‐": "-",  # hyphen and non-breaking hyphen: no keyboard has them
        "‑": "-",
        "˗": "-",
        "‒": "–",
        "―": "—",
        "‟": "“",
        "‛": "‘",
        "❝": "“",
        "❞": "”",
        "〝": "“",
        "〞": "”",
        "․": ".",
        "‥": "..",
        "\uf0b7": "•",  # the bullet of the font Symbol, as word processors export it
    }
)
_VARIANT = re.compile("[" + "".join(map(chr, _VARIANTS)) + "\uff01-\uff5e]")
# Runs of wide forms (U+FF01 to U+FF5E), unless an East Asian letter stands beside them.
_EAST_ASIAN = "\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_WIDE = re.compile(rf"(?<![{_EAST_ASIAN}\uff01-\uff5e])[\uff01-\uff5e]+(?![{_EAST_ASIAN}\uff01-\uff5e])")

# Control characters but for breaks of lines; soft hyphens, zero-width signs, directions. A joiner of emoji stays.
_INVISIBLE_CLASS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc"
)
_MAY_BE_INVISIBLE = re.compile(f"[{_INVISIBLE_CLASS}\u200d]")
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_INVISIBLE = re.compile(rf"[{_INVISIBLE_CLASS}]|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")

_UPPER = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))
_GLUE = re.compile(rf"[.!?…](?=[\"“”‘’()\[\]]?[{_UPPER}])(?<=[\w)\]”’\".!?…].)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+|\d)[)\]”’\"]*[.!?…]+$")
_WORD_AFTER = re.compile(r"[\"“”‘’()\[\]]?([^\W\d_]+)")
_ADDRESS = re.compile(r"://|www\.|[@\\=]|\w\.\w+/")
_VOWEL = re.compile(r"[aeiouyăâêôơư]", re.IGNORECASE)
# Titlecase abbreviations that a name follows, and endings of names of products and domains.
_TITLES = frozenset(("prof", "nxb", "mrs", "cty", "gen", "col", "dept", "univ"))
_NAME_ENDINGS = frozenset(("net", "com", "vn", "org", "edu", "gov", "info", "io", "js", "us", "me", "tv"))
_LONGEST_WORD = 30


def unify_punctuation(text: str) -> str:
    """The text with one sign for each kind of hyphen, quotation mark and full stop, and no wide forms.

    >>> unify_punctuation("Hà‑Nội, ‘‘đẹp’’ ！")
    'Hà-Nội, “đẹp” !'
    """
    if _VARIANT.search(text):
        text = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text.translate(_VARIANTS))
    return text.replace("‘‘", "“").replace("’’", "”")


def remove_invisible(text: str) -> str:
    """The text without what nobody sees: control characters, soft hyphens, zero-width and direction marks."""
    return _INVISIBLE.sub("", text) if _MAY_BE_INVISIBLE.search(text) else text


def separate_sentences(text: str) -> str:
    """The text with a space where one sentence ends and the next begins without one.

    Names of files and sites, numbers and abbreviations stay: the word before must be one in small letters, a
    name or a number, the one after a possible syllable in capitals or a name.

    >>> separate_sentences("ngoài cơ thể.Như vậy (xong).Hết. Ở TP.HCM, Th.S Lan dùng ASP.NET, Node.Js và U.S.A.")
    'ngoài cơ thể. Như vậy (xong). Hết. Ở TP.HCM, Th.S Lan dùng ASP.NET, Node.Js và U.S.A.'
    """
    pieces, done = [], 0
    for match in _GLUE.finditer(text):
        place = match.end()
        if not _is_glued(text, place):
            continue
        if text[place] in "”’)]" or (text[place] == '"' and _is_inside_quotes(text, place)):
            place += 1
        pieces += [text[done:place], " "]
        done = place
    return "".join(pieces) + text[done:] if pieces else text


def _is_glued(text: str, place: int) -> bool:
    start = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place), place - 100) + 1
    before, after = _WORD_BEFORE.search(text, start, place), _WORD_AFTER.match(text, place, place + _LONGEST_WORD)
    if not before or not after or after[1].lower() in _NAME_ENDINGS or _ADDRESS.search(text, start, place):
        return False
    left, right = before[1], after[1]
    starts_sentence = is_syllable(right) and not right.isascii()  # Theo, Trong: also names and ends of addresses
    if left.isdigit():
        return is_syllable(right) and right[1:].islower()
    if left.islower():
        if is_syllable(left):
            return not left.isascii() or is_syllable(right)
        return starts_sentence
    if left.istitle() and len(left) > 2 and _VOWEL.search(left) and left.lower() not in _TITLES:
        return right[1:].islower() and (starts_sentence or (is_syllable(left) and is_syllable(right)))
    return False


def _is_inside_quotes(text: str, place: int) -> bool:
    """Whether an odd number of straight quotes stands before this place in its line."""
    return text.count('"', text.rfind("\n", 0, place) + 1, place) % 2 == 1
