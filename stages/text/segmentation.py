"""Plain text from word-segmented text, in which tools for Vietnamese join the syllables of a word by underscores
and set every mark apart: `Chủ_tịch tỉnh ( Hà_Giang ) nói : " Chúng_tôi làm được " .`
"""

import re

_JOINED_SYLLABLES = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_MIN_JOINED_SHARE = 0.1  # of the words; segmented news has 0.25, a few hashtags or snake_case names have less

# Underscores of a name of a file or a site stay; those of an abbreviation (TP._Vinh) and of initials go.
_UNDERSCORE = re.compile(r"(?<=[^\W_])(\.?)_(?=[^\W_])(?![^\s]*[/@])(?<![/@])")
_ADDRESS = re.compile(r"\S*(?://|www\.|@)\S*")

_SPACE_BEFORE_CLOSING = re.compile(r"(?<=\S) (?=(?:[,;:!?…)\]}”’%]|\.+)(?:\s|$))")
_SPACE_AFTER_OPENING = re.compile(r"(?:(?<=[\s(\[{“‘\"])|^)([(\[{“‘]) (?=\S)", re.MULTILINE)
_ELLIPSIS_AFTER_COMMA = re.compile(r", (?=…|\.\.)")
_LONE_QUOTE = re.compile(r"(?<!\S)[\"'“](?!\S)")
_CLOSES = re.compile(r"(?: (?:[.,;:!?)…]|\.\.\.)(?=\s|$)|$)", re.MULTILINE)
_OPENS = re.compile(r"(?:^|[:(] )\Z", re.MULTILINE)
_APOSTROPHE = re.compile(r"((?<![^\W_])[^\W\d_a-zà-ỹ]) (['’]) (?=[^\W\d_])")

_BETWEEN = (
    (re.compile(r"(?<=\w) / (?=\w)"), "/"),  # ordinary news has 0.001 of its slashes between spaces, ...
    (re.compile(r"(?<=[%)]) / (?=\w)"), "/"),
    (re.compile(r"(?<=/[A-ZĐ]{2}) - (?=[A-ZĐ])"), "-"),  # 2312/QĐ-UBND
    (re.compile(r"(?<=\d) - (?=\d)"), "-"),  # ... a quarter of the dashes of its number ranges, ...
    (re.compile(r"(?<=\b[A-ZĐ]{2}) & (?=[A-ZĐ]{2}\b)"), "&"),  # ... and 2 of its 300 GD&ĐT
    (re.compile(r"(?<=\d) ([gh]) (?=\d\d\b)"), r"\1"),
    (re.compile(r"(?<=\b[A-ZĐ]) \. (?=[A-ZĐ](?:\.| |$))"), "."),
    (re.compile(r"(?<=\d{3}) \. (?=\d{3}\b)"), "."),
)


def join_segmented(text: str) -> str:
    """Plain text from word-segmented text; other text as it is.

    >>> join_segmented('Chủ_tịch UBND ( tỉnh ) nói : " Hôm_nay , 5 % là đủ " .')
    'Chủ tịch UBND (tỉnh) nói: "Hôm nay, 5% là đủ".'
    """
    joined = len(_JOINED_SYLLABLES.findall(text))
    if joined == 0 or joined < _MIN_JOINED_SHARE * (text.count(" ") + 1):
        return text
    text = _join_syllables(text)
    text = "\n\n".join(_attach_quotes(paragraph) for paragraph in text.split("\n\n"))
    text = _APOSTROPHE.sub(r"\1\2", text)
    for pattern, replacement in _BETWEEN:
        text = pattern.sub(replacement, text)
    text = _SPACE_AFTER_OPENING.sub(r"\1", _SPACE_BEFORE_CLOSING.sub("", text))
    return _ELLIPSIS_AFTER_COMMA.sub(",", text)


def _join_syllables(text: str) -> str:
    pieces, done = [], 0
    for address in _ADDRESS.finditer(text):
        pieces += [_UNDERSCORE.sub(r"\1 ", text[done : address.start()]), address[0]]
        done = address.end()
    return "".join(pieces) + _UNDERSCORE.sub(r"\1 ", text[done:])


def _attach_quotes(paragraph: str) -> str:
    """The paragraph with its straight quotes at the words that they belong to.

    Quoted speech goes on over sentences, and each is a line, so that a quote is opened in one line and closed in
    another. A mark or the end of the line after it closes, the beginning of a line or a colon before it opens; what
    is between words does by turns. A closing `“`, which segmenters make, becomes `”`.
    """
    pieces, done, is_open = [], 0, False
    for match in _LONE_QUOTE.finditer(paragraph):
        if _CLOSES.match(paragraph, match.end()):
            closes = match[0] != "“" or is_open
        elif match[0] == "“" or _OPENS.search(paragraph, 0, match.start()):
            closes = False
        else:
            closes = is_open
        before = paragraph[done : match.start()]
        if closes:
            pieces += [before.removesuffix(" "), match[0].replace("“", "”")]
            done = match.end()
        else:
            pieces += [before, match[0]]
            done = match.end() + paragraph.startswith(" ", match.end())
        is_open = not closes
    return "".join(pieces) + paragraph[done:]
