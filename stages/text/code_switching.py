"""Code-switching: words of a document replaced by their translation, as bilingual speakers mix their languages.

Text that switches between languages within a document aligns them in a model (Yoo et al. 2024, arXiv 2411.02460; Wang
et al. 2025, arXiv 2504.01801). Here it is made with a dictionary, word by word.
"""

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence

from stages.text.dictionary import in_case_of

# Letters, digits and the marks of decomposed text, so that a word never ends before its own diacritics.
_WORD = re.compile(r"[\w\u0300-\u036f]+")


def inverted(words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The dictionary for the other direction.

    >>> inverted({"anh": ["you", "older brother"], "bạn": ["you", "friend"]})["you"]
    ['anh', 'bạn']
    """
    other: dict[str, list[str]] = {}
    for word, equivalents in words.items():
        for equivalent in equivalents:
            other.setdefault(equivalent.lower(), []).append(word)
    return other


class CodeSwitching:
    """Replaces words by one of their equivalents, in a share of the documents and there at a rate.

    Which documents and which words depends on `seed` and a document's id alone.
    """

    def __init__(self, words: Mapping[str, Sequence[str]], document_share: float, word_rate: float, seed: int):
        """`words`: a word or several with a space between them, in lower case and NFC, and their equivalents."""
        self._words, self._share, self._rate, self._seed = words, document_share, word_rate, seed
        self._longest = max((word.count(" ") + 1 for word in words), default=0)

    def switch(self, text: str, id_: str) -> tuple[str, int]:
        """The text of document `id_` with words replaced, and how many were.

        Only whole words are: the longest entry that begins at a word, with single spaces between its syllables.

        >>> words = {"nước": ["water"], "nước mắt": ["tears"], "hoa": ["flower"]}
        >>> CodeSwitching(words, document_share=1.0, word_rate=1.0, seed=1).switch("Hoa uống nước, hoà nước mắt.", "1")
        ('Flower uống water, hoà tears.', 3)
        """
        draw = random.Random(f"{self._seed} {id_}")
        if draw.random() >= self._share:
            return text, 0
        found = list(_WORD.finditer(text))
        keys = [unicodedata.normalize("NFC", word.group().lower()) for word in found]
        parts, written, place, count = [], 0, 0, 0
        while place < len(found):
            length = self._entry(text, found, keys, place)
            if length and draw.random() < self._rate:
                begin, end = found[place].start(), found[place + length - 1].end()
                equivalent = draw.choice(self._words[" ".join(keys[place : place + length])])
                parts += [text[written:begin], in_case_of(text[begin:end], equivalent)]
                written, count = end, count + 1
            place += max(1, length)
        return "".join([*parts, text[written:]]), count

    def _entry(self, text: str, found: Sequence[re.Match[str]], keys: Sequence[str], place: int) -> int:
        """How many words the longest entry has that begins at a place; 0 if none does."""
        longest, end = 1, min(len(found), place + self._longest)
        while place + longest < end and text[found[place + longest - 1].end() : found[place + longest].start()] == " ":
            longest += 1
        lengths = range(min(longest, end - place), 0, -1)
        return next((length for length in lengths if " ".join(keys[place : place + length]) in self._words), 0)
