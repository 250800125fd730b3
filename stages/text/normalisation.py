"""Repairs of text: what a page, a crawler or an encoding left in it is taken out, the text stays.

Each repair takes a text and returns a text, and leaves a text without that fault as it is.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Collection

import ftfy.bad_codecs

from stages.formats.segmented import join_segmented as join_segmented
from stages.text.vietnamese import syllables

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
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_SEPARATOR = re.compile(r"\s[|»«›·•/>]\s|\s[|»«›·•]|[|»«›·•]\s")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HASHTAGS = re.compile(r"(?:#\w+\s*){2,}")
_WORD = re.compile(r"\w")
MAX_WORDS_PER_ENTRY = 4
_ENDS_SENTENCE = (".", "!", "?", "…", ".”", '."', ":", ";")

# datatrove's patterns for e-mail and IPv4 addresses are used through its PIIFormatter (see cleaning.py).
EMAIL_PLACEHOLDER, IP_PLACEHOLDER = "email@example.com", "192.0.2.1"  # RFC 2606, RFC 5737: nobody's


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


def tidy_whitespace(text: str) -> str:
    """One kind of line break and of space, no invisible characters, at most one empty line in a row."""
    text = _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def remove_boilerplate(text: str, is_boilerplate: Callable[[str], bool]) -> str:
    """The text without its boilerplate lines, and without lines of marks alone."""
    lines = text.split("\n")
    kept = [line for line in lines if not line or not (is_boilerplate(line) or not _WORD.search(line))]
    return text if len(kept) == len(lines) else _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()


def boilerplate_test(
    phrases: Collection[str], notices: Collection[str], max_words: int, repeated_lines: Collection[str]
) -> Callable[[str], bool]:
    """A function that says whether a line is navigation, advertising or a notice of the page around the text.

    Such a line is one of `repeated_lines`, or has at most `max_words` words and holds one of `notices`,
    or is little more than a link or hashtags, or is no sentence and begins with one of `phrases`, or is cut by
    separators into short entries.
    """
    phrase, notice = _phrases(phrases), _phrases(notices)

    def is_boilerplate(line: str) -> bool:
        if line in repeated_lines:
            return True
        if len(line) > 12 * max_words:  # cheaper than counting: no longer line has so few words
            return False
        words = len(syllables(line))
        if words > max_words:
            return False
        lowered = line.lower()
        if notice.search(lowered) or _is_address(line) or _HASHTAGS.fullmatch(line):
            return True
        if line.endswith(_ENDS_SENTENCE) or line.startswith("|"):  # a sentence, a row of a table
            return False
        entries = [entry for entry in _SEPARATOR.split(line) if entry.strip()]
        if len(entries) > 2 and words <= MAX_WORDS_PER_ENTRY * len(entries):
            return True
        found = phrase.search(lowered)
        return bool(found) and (len(entries) > 1 or line.count(" - ") > 1 or not _WORD.search(lowered[: found.start()]))

    return is_boilerplate


def _is_address(line: str) -> bool:
    """Whether a line is a link, with a few words before it at most (`url = https://...`)."""
    rest = _LINK.sub("", line)
    return rest != line and len(syllables(rest)) <= MAX_WORDS_PER_ENTRY


def _phrases(phrases: Collection[str]) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words; for none of them, one that never matches."""
    alternatives = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if phrases else r"(?!)")


def line_to_count(line: str) -> str:
    """The line as it counts for being repeated across documents; empty if it does not: it reads as a sentence."""
    line = _SPACES.sub(" ", compose(line)).strip()
    return "" if line.endswith(_ENDS_SENTENCE) or len(line) > 150 else line
