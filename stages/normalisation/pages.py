"""Repairs of pages: markup, white space and lines that are not part of the text.

Each repair takes a text and returns a text, and leaves a text without that fault as it is. Those of letters and signs
have modules of their own: legacy_encodings, mojibake, tones, confusables, segmentation, punctuation.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

_HIDDEN = re.compile(r"<(script|style|noscript|template)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# Only real names, so that `a < b > c` and `<Lan>` stay: those that become a line break, and those that leave no trace.
_BLOCKS = (
    "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h1|h2|h3|"
    "h4|h5|h6|head|header|hr|html|iframe|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|tfoot|th|thead|title|"
    "tr|ul|video"
)
_INLINES = (
    "a|abbr|acronym|b|bdi|bdo|big|button|cite|code|del|dfn|em|embed|font|i|img|input|ins|kbd|label|link|mark|meta|nobr|"
    "o:p|object|param|q|s|samp|small|source|span|strike|strong|sub|sup|svg|time|tt|u|var|wbr"
)
_LEFT_BY_TAG = dict.fromkeys(_BLOCKS.split("|"), "\n") | dict.fromkeys(_INLINES.split("|"), "")
# After the name at once an attribute with a value or one of those that have none, so that `i<p và q>0` stays. A
# backtick beside it says that the tag is spoken of.
_TAG = re.compile(
    r"<(?<!`<)(/?)([a-z][a-z1-6:]{0,9})"
    r"(\s+(?:[\w:@.-]+\s*=|(?:checked|controls|disabled|hidden|multiple|nowrap|required|selected)\b)[^<>]*)?\s*/?>(?!`)",
    re.IGNORECASE,
)
# Of a number or a unit (10<sup>6</sup>, km<sup>2</sup>); behind a word stands the number of a note.
_POWER = re.compile(r"(?:(?<=\d)|(?<=\b[a-z])|(?<=\b[a-z]{2}))<sup>([+−-]?\d{1,4})</sup>", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789+−-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_NEVER_CLOSED = frozenset(("br", "hr", "wbr"))
_END_OPTIONAL = frozenset(
    ("body", "dd", "dt", "head", "html", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr")
)
# An ampersand may be escaped itself, and that one again: &amp;amp;lt;
_ENTITY = re.compile(r"&(?:(?:amp|AMP|#38|#[xX]26);)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")

_LINE_BREAK = re.compile(r"\r\n?|\x0b|\x0c|\u0085|\u2028|\u2029")
_SPACES = re.compile(r"[^\S\n]+")
_OTHER_SPACE = re.compile(r"[^\S \n]")
# Of a block of code: the line above it (`for i in range(10):`, `int main() {`), or the fence of Markdown. Other
# indentation is the page's, not the text's.
_OPENS_BLOCK = re.compile(r"\{$|^(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:$")
FENCE = "```"
_MAY_BE_CODE = re.compile(r"[{:]\s*\n[^\S\n]")
_TAB = 4  # spaces
_BLANK_LINES = re.compile(r"\n{3,}")


def remove_markup(text: str) -> str:
    """The text of what is left of an HTML page: scripts and comments go, blocks become lines, entities letters.

    >>> remove_markup("<p>Hà&nbsp;Nội<br/>a &lt; b</p><!-- hết -->").split()
    ['Hà', 'Nội', 'a', '<', 'b']
    """
    if "<" in text:
        text = _remove_tags(_HIDDEN.sub("\n", text))
    if "&" not in text:
        return text
    while (decoded := _ENTITY.sub(lambda match: html.unescape(f"&{match[1]}"), text)) != text:  # shorter each time
        text = decoded
    return text


def _remove_tags(text: str) -> str:
    """The text without its tags; blocks become lines.

    A name alone in angle brackets may be spoken of (`<b>` makes letters bold) or stand between two less-than signs
    (`x<s>y`): it is a tag if the text closes it as well, or if HTML does not ask for that and the text has other tags.
    """
    text = _POWER.sub(lambda power: power[1].translate(_SUPERSCRIPTS), text)
    closed, bare, is_html = set(), set(), False
    for end, name, attributes in _TAG.findall(text):
        name = name.lower()
        if end:
            closed.add(name)
        elif not attributes:
            bare.add(name)
        if name in _LEFT_BY_TAG and (end or attributes or name in _NEVER_CLOSED):
            is_html = True
    if not is_html:
        return text
    spoken_of = bare - closed - _NEVER_CLOSED - _END_OPTIONAL

    def left_by(tag: re.Match[str]) -> str:
        end, name, attributes = tag.groups()
        name = name.lower()
        return tag[0] if name in spoken_of and not end and not attributes else _LEFT_BY_TAG.get(name, tag[0])

    return _TAG.sub(left_by, text)


def compose(text: str) -> str:
    """The text in NFC.

    >>> len("Tiếng Việt"), len(unicodedata.normalize("NFD", "Tiếng Việt")), len(compose("Tiếng Việt"))
    (10, 14, 10)
    """
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def tidy_whitespace(text: str) -> str:
    """One kind of line break and of space, none at the ends of lines, at most one empty line in a row.

    Only code keeps the spaces before its lines.

    >>> tidy_whitespace("Ví  dụ:\\r\\n  def chao():\\n\\tprint(1) \\n  Hết.\\nXong.")
    'Ví dụ:\\ndef chao():\\n    print(1)\\n  Hết.\\nXong.'
    """
    if not _is_untidy(text):
        return text
    text = _LINE_BREAK.sub("\n", text)
    if FENCE in text or _MAY_BE_CODE.search(text):
        return join_lines(_tidy_lines_with_code(text.split("\n")))
    return join_lines(line.strip() for line in _SPACES.sub(" ", text).split("\n"))


def _tidy_lines_with_code(lines: Iterable[str]) -> Iterator[str]:
    is_fenced = is_block = False
    for line in lines:
        words = _SPACES.sub(" ", line).strip()
        indentation = len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))
        if words and not indentation:
            is_block = False
        yield " " * indentation + words if words and (is_fenced or is_block) else words
        if words.startswith(FENCE) and words.count(FENCE) == 1:
            is_fenced = not is_fenced
        is_block = is_block or _OPENS_BLOCK.search(words) is not None


def join_lines(lines: Iterable[str]) -> str:
    """A text of these lines, with at most one empty line in a row and none at its ends."""
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_untidy(text: str) -> bool:
    pieces = ("  ", " \n", "\n ", "\n\n\n")
    return text != text.strip() or any(piece in text for piece in pieces) or bool(_OTHER_SPACE.search(text))
