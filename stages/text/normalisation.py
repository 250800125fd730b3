"""Repairs of text: what a page, a crawler or an encoding left in it is taken out, the text stays.

Each repair takes a text and returns a text, and leaves a text without that fault as it is.
"""

import html
import re
import unicodedata

import ftfy.bad_codecs

ftfy.bad_codecs.ok()  # registers sloppy-windows-1252, whose holes are control characters as in browsers

_HIDDEN = re.compile(r"<(script|style|noscript|template)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# Only real tag names, so that `a < b > c` and `<Lan>` stay.
_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    r"h[1-6]|head|header|hr|html|iframe|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|tfoot|th|thead|title|"
    r"tr|ul|video)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|button|cite|code|del|dfn|em|embed|font|i|img|input|ins|kbd|label|link|mark|meta|"
    r"nobr|o:p|object|param|q|s|samp|small|source|span|strike|strong|sub|sup|svg|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# What UTF-8's continuation bytes become when they are read as Latin-1 (controls, signs) or Windows-1252 (marks) ...
_CONTINUATION = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
# ... after any lead byte, and after those of the letters that Vietnamese has and English text never means to write:
# U+1EA0 to U+1EFF, ơ ư, đ, ũ.
_MOJIBAKE = re.compile(f"[\u00c2-\u00f4]{_CONTINUATION}")
_VIETNAMESE_MOJIBAKE = re.compile(
    f"\u00e1[\u00ba\u00bb]{_CONTINUATION}|\u00c6[\u00a0\u00a1\u00af\u00b0]|\u00c4[\u0090\u0091\u2018]|\u00c5[\u00a8\u00a9]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffc]")
_LINE_BREAK = re.compile(r"\r\n?|\x0b|\x0c|\u0085|\u2028|\u2029")
_OTHER_SPACE = re.compile(r"[^\S\n ]")
_SPACES = re.compile(r" {2,}")
_BLANK_LINES = re.compile(r"\n{3,}")

_JOINED_SYLLABLES = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_SPACE_BEFORE_MARK = re.compile(r"(?<=\S) ([,.;:!?…)\]}”%])(?=\s|$|[,.;:!?…)\]}”])")
_SPACE_AFTER_BRACKET = re.compile(r"(?:(?<=\s)|^)([(\[{“]) (?=\S)", re.MULTILINE)
_MIN_JOINED_SHARE = 0.1  # of the words; segmented news has 0.25, a few hashtags or snake_case names have less


def remove_markup(text: str) -> str:
    """The text of what is left of an HTML page: scripts and comments go, blocks become lines, entities letters.

    >>> remove_markup("<p>Hà&nbsp;Nội<br/>a &lt; b</p><!-- hết -->").split()
    ['Hà', 'Nội', 'a', '<', 'b']
    """
    if "<" in text:
        text = _HIDDEN.sub("\n", text)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def looks_broken(text: str) -> bool:
    """Whether some letters of the text look like bytes that were decoded wrongly, so that a repair is worth trying."""
    return bool(_MOJIBAKE.search(text) or _CONTROLS.search(text))


def repair_vietnamese_letters(text: str) -> str:
    """The text with single Vietnamese letters decoded anew, which a statistical repair misses among good ones.

    >>> repair_vietnamese_letters("Mr Sá»\u00adu has 3 mangoes")
    'Mr Sửu has 3 mangoes'
    """
    return _VIETNAMESE_MOJIBAKE.sub(lambda match: _decoded_anew(match[0]), text)


def _decoded_anew(letters: str) -> str:
    try:
        return letters.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return letters


def compose(text: str) -> str:
    """The text in NFC.

    >>> len("Tiếng Việt"), len(unicodedata.normalize("NFD", "Tiếng Việt")), len(compose("Tiếng Việt"))
    (10, 14, 10)
    """
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def join_segmented(text: str) -> str:
    """Plain text from word-segmented text, in which words are joined by underscores and marks stand apart.

    >>> join_segmented("Chủ_tịch UBND ( tỉnh ) nói , hôm_nay .")
    'Chủ tịch UBND (tỉnh) nói, hôm nay.'
    """
    joined = len(_JOINED_SYLLABLES.findall(text)) if "_" in text else 0
    if joined == 0 or joined < _MIN_JOINED_SHARE * (text.count(" ") + 1):
        return text
    text = _JOINED_SYLLABLES.sub(" ", text)
    return _SPACE_AFTER_BRACKET.sub(r"\1", _SPACE_BEFORE_MARK.sub(r"\1", text))


def tidy_whitespace(text: str) -> str:
    """One kind of line break and of space, no invisible characters, at most one empty line in a row."""
    text = _single_spaces(_INVISIBLE.sub("", _LINE_BREAK.sub("\n", text)))
    lines = (line.strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _single_spaces(text: str) -> str:
    """The text with one space for every run of spaces; two patterns, since the first alone would match every space."""
    return _SPACES.sub(" ", _OTHER_SPACE.sub(" ", text))
