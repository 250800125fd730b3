"""Signs between the words: variants of the same sign, what is invisible, sentences without a space between them."""

import re
import unicodedata

from stages.text.diacritics import strip_diacritics
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
_GLUE = re.compile(rf"[.!?…](?=[\"“”‘’()\[\]]?[{_UPPER}])(?<=[\w%)\]”’\".!?…].)")
_WORD_BEFORE = re.compile(r"(\bv\.v|[^\W\d_]+|[\d%])[)\]”’\"]*[.!?…]+$")
_YEAR = re.compile(r"(?<!\w)(?:1\d|20)\d\d\.$")
_WORD_AFTER = re.compile(r"[\"“”‘’()\[\]]?([^\W_]+)")
_ADDRESS = re.compile(r"://|www\.|[@\\=]|\w\.\w+/")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
# Abbreviations that a name follows, those that a rule would take for words (a vowel or three capitals).
_TITLE = re.compile(
    "bscki{0,2}|bsnt|clb|col|cty|dept|dsck|gen|hlv|kts|mrs|ngnd|ng[uư]t|nsnd|ns[uư]t|nxb|pgs|prof|pts|ths|tskh|ttnd|"
    "tt[uư]t|univ|vđv",
    re.IGNORECASE,
)
# What ends sentences without being a syllable or having a vowel: units and "and so on".
_UNITS = frozenset(("cm", "kg", "km", "mg", "ml", "mm", "v.v"))
_UNIT_AFTER_NUMBER = re.compile(r"(?<=[\d/])[ghlm]")
# Words of one letter; others are initials, signs of lists (a, e, i) and short forms of address (a for anh, ô for ông).
_WORDS_OF_ONE_LETTER = frozenset("uyàáạơờồủừýÁÝ")
_CLASSIFIERS = ("cái ", "chiếc ", "cây ")  # `chiếc ô` is an umbrella
# Beginnings of sentences without diacritics that are no names and no ends of addresses.
_OPENINGS = frozenset(("Khi", "Sau", "Theo", "Trong", "Tuy"))
# Of names of products, domains and files.
_NAME_ENDING = re.compile(
    "net|com|vn|org|edu|gov|info|io|js|us|me|tv|csv|docx?|exe|gif|html?|jpe?g|mp[34]|pdf|php|png|pptx?|rar|txt|xlsx?|"
    "xml|zip",
    re.IGNORECASE,
)
_NAME_AHEAD = re.compile(rf"[^\s@]{{0,64}}@|[\w-]{{1,64}}\.(?:{_NAME_ENDING.pattern})\b", re.IGNORECASE)
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

    Names of files and sites, numbers and abbreviations stay: before the full stop must be a word, a number or an
    acronym, after it a word that can begin a Vietnamese sentence.

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
    is_name = _ADDRESS.search(text, start, place) or _NAME_AHEAD.match(text, place)
    if not before or not after or is_name or _NAME_ENDING.fullmatch(after[1]):
        return False
    left, right = before[1], after[1]
    if len(left) > 1 and not left.isascii() and not left.isupper() and is_syllable(left):  # most, so asked first
        return True
    is_vietnamese = is_syllable(right)
    if (left.islower() and text[place - 1] in "!?…") or (_YEAR.search(text, start, place) and right[1:].islower()):
        return True  # also before a foreign name
    begins_sentence = is_vietnamese and (right[1:].islower() or (len(right) == 1 and not right.isascii()))
    if left.isdigit() or left == "%" or left in _UNITS or _UNIT_AFTER_NUMBER.fullmatch(text, *before.span(1)):
        return begins_sentence
    if len(left) == 1:
        return left in _WORDS_OF_ONE_LETTER or text.endswith(_CLASSIFIERS, 0, before.start())
    if _TITLE.fullmatch(left):
        return False
    if left.isupper():  # UBND; after TP, TS and after several (GS.TSKH) stands a name
        return begins_sentence and len(left) > 2 and not text[start : before.start()].endswith(".")
    if is_syllable(left):
        return is_vietnamese if left.islower() else begins_sentence
    # Before a name stand tp, ThS and Dr, which have no vowel.
    is_word = _VOWEL.search(strip_diacritics(left)) or _NAME_ENDING.fullmatch(left)
    return bool(is_word) and begins_sentence and (not right.isascii() or right in _OPENINGS)


def _is_inside_quotes(text: str, place: int) -> bool:
    """Whether an odd number of straight quotes stands before this place in its line."""
    return text.count('"', text.rfind("\n", 0, place) + 1, place) % 2 == 1
