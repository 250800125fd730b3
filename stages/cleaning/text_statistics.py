"""What the rules need to know of a text: each fact is computed when it is first asked for, and once for all rules."""

import re
from collections import Counter
from functools import cached_property

import numpy as np

from stages.text.vietnamese import syllables
from stages.text.words import SYMBOL, Words, characters, classes, find_words

_SPACE = re.compile(r"\s+")
_LINE_BREAKS = re.compile(r"\n+")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")


class TextStatistics:
    """A text with its words and lines.

    >>> statistics = TextStatistics("Ông An, 45 tuổi.\\nLàm nghề mộc.")
    >>> len(statistics.words), statistics.lowered_words[:2], len(statistics.lines)
    (7, ['ông', 'an'], 2)
    """

    def __init__(self, text: str, words: Words | None = None) -> None:
        self.text = text
        if words is not None:
            self.words = words

    @cached_property
    def words(self) -> Words:
        """The words, as arrays."""
        return find_words(self._points, self._classes)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case."""
        return self.text.lower()

    @cached_property
    def lowered_words(self) -> list[str]:
        """The words of the text in lower case."""
        return syllables(self.lowered)

    @cached_property
    def lowered_counts(self) -> Counter[str]:
        """How often each word of the text in lower case occurs: a rule on words looks at each once."""
        return Counter(self.lowered_words)

    @cached_property
    def lines(self) -> list[str]:
        """What stands between single line breaks, empty lines included."""
        return self.text.split("\n")

    @cached_property
    def line_blocks(self) -> list[str]:
        """What stands between one or more line breaks."""
        return _LINE_BREAKS.split(self.text) if "\n\n" in self.text else self.lines

    @cached_property
    def paragraphs(self) -> list[str]:
        """What stands between empty lines."""
        text = self.text.strip()
        return _PARAGRAPH_BREAK.split(text) if "\n\n" in text else [text]

    @cached_property
    def symbols(self) -> int:
        """How many characters are neither letters, digits, spaces nor marks of a sentence."""
        return int(np.count_nonzero(self._classes & SYMBOL))

    def pieces(self, piece_characters: int) -> "list[TextStatistics]":
        """The text cut at the first space after every so many characters, the words cut along with it.

        A last short piece stays with the one before.
        """
        cuts = [0]
        size = len(self.text)
        while size - cuts[-1] >= 2 * piece_characters and (
            space := _SPACE.search(self.text, cuts[-1] + piece_characters)
        ):
            cuts.append(space.end())
        ends = [*cuts[1:], size]
        first_words = np.searchsorted(self.words.starts, [*cuts, size]).tolist()
        return [
            TextStatistics(self.text[start:end], self.words[first:last])
            for start, end, first, last in zip(cuts, ends, first_words, first_words[1:], strict=False)
            if start < end
        ]

    @cached_property
    def _points(self) -> np.ndarray:
        return characters(self.text)

    @cached_property
    def _classes(self) -> np.ndarray:
        return classes(self._points)
