"""Word-segmented text, in which the syllables of a word are joined and marks stand apart: `Chủ_tịch nói , hôm_nay .`"""

import re
from collections.abc import Iterator

from stages.account import Account
from stages.text.documents import Document

_JOINED_SYLLABLES = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_SPACE_BEFORE_MARK = re.compile(r"(?<=\S) ([,.;:!?…)\]}”%])(?=\s|$|[,.;:!?…)\]}”])")
_SPACE_AFTER_BRACKET = re.compile(r"(?:(?<=\s)|^)([(\[{“]) (?=\S)", re.MULTILINE)
_MIN_JOINED_SHARE = 0.1  # of the words; segmented news has 0.25, a few hashtags or snake_case names have less


def read(documents: Iterator[Document], _: Account) -> Iterator[Document]:
    """The documents as plain text."""
    for document in documents:
        document.text = join_segmented(document.text)
        yield document


def join_segmented(text: str) -> str:
    """Plain text from word-segmented text, in which words are joined by underscores and marks stand apart.

    >>> join_segmented("Chủ_tịch UBND ( tỉnh ) nói , hôm_nay .")
    'Chủ tịch UBND (tỉnh) nói, hôm nay.'
    """
    joined = len(_JOINED_SYLLABLES.findall(text))
    if joined == 0 or joined < _MIN_JOINED_SHARE * (text.count(" ") + 1):
        return text
    text = _JOINED_SYLLABLES.sub(" ", text)
    return _SPACE_AFTER_BRACKET.sub(r"\1", _SPACE_BEFORE_MARK.sub(r"\1", text))
