"""Repairs of pages: markup, white space and lines that are not part of the text.

Each repair takes a text and returns a text, and leaves a text without that fault as it is. Those of letters and signs
have modules of their own: legacy_encodings, mojibake, tones, confusables, segmentation, punctuation.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Collection

from stages.text.vietnamese import syllables

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

_LINE_BREAK = re.compile(r"\r\n?|\x0b|\x0c|\u0085|\u2028|\u2029")
_SPACES = re.compile(r"[^\S\n]+")
_OTHER_SPACE = re.compile(r"[^\S \n]")
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


def compose(text: str) -> str:
    """The text in NFC.

    >>> len("Tiếng Việt"), len(unicodedata.normalize("NFD", "Tiếng Việt")), len(compose("Tiếng Việt"))
    (10, 14, 10)
    """
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def tidy_whitespace(text: str) -> str:
    """One kind of line break and of space, none at the ends of lines, at most one empty line in a row."""
    if not _is_untidy(text):
        return text
    lines = (line.strip() for line in _SPACES.sub(" ", _LINE_BREAK.sub("\n", text)).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_untidy(text: str) -> bool:
    pieces = ("  ", " \n", "\n ", "\n\n\n")
    return text != text.strip() or any(piece in text for piece in pieces) or bool(_OTHER_SPACE.search(text))


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
