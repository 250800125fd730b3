"""Plain text from word-segmented text, in which tools for Vietnamese join the syllables of a word by underscores
and set every mark apart: `Chủ_tịch tỉnh ( Hà_Giang ) nói : " Chúng_tôi làm được " .`
"""

import re

_JOINED = re.compile(r"_(?=[^\W_])(?<=[^\W_]_)")
_JOINED_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)+")
_COMMA = re.compile(r",(?=\s|$)")
_COMMA_APART = re.compile(r" ,(?=\s|$)")
# Joined pairs of all words: segmented news has 0.25, a few hashtags or snake_case names have less. A segmenter that was
# given decomposed letters joins few, but sets the marks apart (full stops of initials it does not).
_MIN_JOINED_SHARE = 0.1
_MIN_COMMAS_APART = 3
_MIN_COMMAS_APART_SHARE = 0.9

# Those of an abbreviation (TP._Vinh) and of initials go as well, those of an address stay.
_UNDERSCORE = re.compile(r"(?<=[\w.])_(?=[^\W_])")
_ADDRESS = re.compile(r"(?<!\S)\S*?(?://|www\.|@)\S*")
_ADDRESS_SIGN = re.compile(r"//|www\.|@")

# Literals go first and look back over themselves: a pattern that begins by looking back is tried at every character.
_SPACE_BEFORE_CLOSING = re.compile(r" (?=[,.;:!?…)\]}”’%])(?<=\S )(?!: \d(?<=\d : .))(?=(?:[^.]|\.+)(?:[\s\"”’)/]|$))")
_SPACE_AFTER_OPENING = re.compile(r"([(\[{“‘]) (?=\S)(?<![^\s(\[{“‘\"]..)")
_ELLIPSIS_AFTER_COMMA = re.compile(r", (?=…|\.\.)")
_LONE_QUOTE = re.compile(r"[\"'“](?!\S)(?<!\S.)")
_CLOSES = re.compile(r"(?: (?:[.,;:!?)…]|\.\.\.)(?=\s|$)|$)", re.MULTILINE)
_OPENS = re.compile(r"(?:^|[:(] )\Z", re.MULTILINE)
_APOSTROPHE = re.compile(r" ([’']) (?=[^\W\d_])(?<=\b[A-Z] . )")  # H’Mông, Cư M’gar

_MARK_APART = re.compile(r" (?=[\u0300\u0301\u0303\u0309\u0323])")  # of a letter, from decomposed text

_BETWEEN = (
    (re.compile(r" / (?=\w)(?<=[\w%)] / )"), "/"),  # ordinary news has 0.001 of its slashes between spaces, ...
    (re.compile(r" - (?=[A-ZĐ])(?<=/[A-ZĐ]{2} - )"), "-"),  # 2312/QĐ-UBND
    (re.compile(r" - (?=\d+(?! [=+:×-])\b)(?<=\d - )"), "-"),  # ... a quarter of the dashes of its number ranges, ...
    (re.compile(r" & (?=[A-ZĐ]{2}\b)(?<=\b[A-ZĐ]{2} & )"), "&"),  # ... and 2 of its 300 GD&ĐT
    (re.compile(r" ([gh]) (?=\d\d\b)(?<=\d . )"), r"\1"),
    (re.compile(r" \. (?=[A-ZĐ](?:\.| |$))(?<=\b[A-ZĐ] \. )"), "."),
    (re.compile(r" \. (?=\d{3}\b)(?<=\d{3} \. )"), "."),
)


def join_segmented(text: str) -> str:
    """Plain text from word-segmented text; other text as it is.

    >>> join_segmented('Chủ_tịch UBND ( tỉnh ) nói : " Hôm_nay , 5 % là đủ " .')
    'Chủ tịch UBND (tỉnh) nói: "Hôm nay, 5% là đủ".'
    """
    if not _is_segmented(text):
        return text
    text = _join_syllables(_MARK_APART.sub("", text))
    text = "\n\n".join(_attach_quotes(paragraph) for paragraph in text.split("\n\n"))
    text = _APOSTROPHE.sub(r"\1", text)
    for pattern, replacement in _BETWEEN:
        text = pattern.sub(replacement, text)
    text = _SPACE_AFTER_OPENING.sub(r"\1", _SPACE_BEFORE_CLOSING.sub("", text))
    return _ELLIPSIS_AFTER_COMMA.sub(",", text)


def _is_segmented(text: str) -> bool:
    if not _JOINED.search(text):
        return False
    commas, apart = len(_COMMA.findall(text)), len(_COMMA_APART.findall(text))
    if 2 * apart < commas:
        return False
    # Names of variables have underscores as well, but no diacritics.
    joined = sum(word.count("_") for word in _JOINED_WORD.findall(text) if not word.isascii())
    if joined >= _MIN_JOINED_SHARE * (text.count(" ") + 1):
        return joined > 0
    return joined > 0 and apart >= _MIN_COMMAS_APART and apart >= _MIN_COMMAS_APART_SHARE * commas


def _join_syllables(text: str) -> str:
    if not _ADDRESS_SIGN.search(text):
        return _UNDERSCORE.sub(" ", text)
    pieces, done = [], 0
    for address in _ADDRESS.finditer(text):
        pieces += [_UNDERSCORE.sub(" ", text[done : address.start()]), address[0]]
        done = address.end()
    return "".join(pieces) + _UNDERSCORE.sub(" ", text[done:])


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
