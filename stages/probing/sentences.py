"""Sentences that probes are made of: whole, plain, of one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from stages.text.vietnamese import is_syllable

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
# Letters only, and commas: whatever has digits, quotes or brackets may be a list, a table or a part of something.
_PLAIN = {
    "vi": re.compile(r"[^\W\d_]+(?:,? [^\W\d_]+)*[.?!]"),
    "en": re.compile(r"[A-Za-z]+(?:['’-][a-z]+)*(?:,? [A-Za-z]+(?:['’-][a-z]+)*)*[.?!]"),
}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
MAX_CAPITALISED_SHARE = 1 / 3  # of the words: above it a headline or a list of names
MIN_ACCENTED_SHARE = 1 / 3  # of the words of a Vietnamese sentence; five sixths of running text have more


@dataclass(frozen=True)
class Sentence:
    """A sentence and the id of the document that it stands in."""

    text: str
    document: str

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each word."""
        return tuple(match.span() for match in _WORD.finditer(self.text))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as written."""
        return tuple(self.text[start:end] for start, end in self.spans)

    def with_words(self, changed: dict[int, str]) -> str:
        """The text with other words at some places.

        >>> Sentence("Mẹ đi chợ, con ở nhà.", "").with_words({2: "chờ", 4: "ỡ"})
        'Mẹ đi chờ, con ỡ nhà.'
        """
        pieces, done = [], 0
        for place in sorted(changed):
            start, end = self.spans[place]
            pieces += [self.text[done:start], changed[place]]
            done = end
        return "".join(pieces) + self.text[done:]

    def is_joined(self, place: int) -> bool:
        """Whether the word there and the next one are written in small letters with nothing but a space between."""
        (_, end), (start, _) = self.spans[place : place + 2]
        return self.text[end:start] == " " and self.words[place].islower() and self.words[place + 1].islower()


def all_sentences(text: str) -> Iterator[str]:
    """Every sentence of a text, plain or not; headings and the like count as one."""
    return (sentence for line in _lines(text) for sentence in line)


def _lines(text: str) -> Iterator[list[str]]:
    return (_SENTENCE_END.split(line.strip()) for line in text.split("\n"))


def plain_sentences(text: str, language: str, least: int, most: int) -> Iterator[str]:
    """The sentences of `least` to `most` words that hold letters and commas only, and only words of the language.

    Vietnamese ones consist of possible syllables; English ones of words in ASCII. What an abbreviation may have cut
    off is left out, and what is mostly in capitals.

    >>> text = "Sáng nay mẹ đi chợ ở Hà Nội. Giá 20.000 đồng một cân! The cat sat."
    >>> list(plain_sentences(text, "vi", 3, 10))
    ['Sáng nay mẹ đi chợ ở Hà Nội.']
    """
    for line in _lines(text):
        is_cut = False
        for sentence in line:
            was_cut, is_cut = is_cut, _is_abbreviated(sentence, language)
            if was_cut or is_cut or not sentence[:1].isupper() or not _PLAIN[language].fullmatch(sentence):
                continue
            words = _WORD.findall(sentence)
            if least <= len(words) <= most and _is_running_text(words, language):
                yield sentence


def _is_abbreviated(sentence: str, language: str) -> bool:
    """Whether it ends in something like `TP.`, `Mr.`: no possible syllable; in English, a short word with a capital."""
    last = _LAST_WORD.search(sentence)
    if not last:
        return False
    return not is_syllable(last[1]) if language == "vi" else len(last[1]) <= 4 and not last[1].islower()


def _is_running_text(words: list[str], language: str) -> bool:
    if sum(not word.islower() for word in words[1:]) > MAX_CAPITALISED_SHARE * len(words):
        return False
    if language != "vi":
        return True
    accented = sum(not word.isascii() for word in words)
    return accented >= MIN_ACCENTED_SHARE * len(words) and all(map(is_syllable, words))
