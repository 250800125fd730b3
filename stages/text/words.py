"""The words of a text as arrays: found in one pass over its characters, without making a string of each.

A word is what `stages.text.vietnamese.syllables` returns. Runs of words are compared by 64-bit hashes, polynomials
over their characters or words modulo 2^64 (Karp and Rabin 1987) taken from prefix sums, so that runs of any length
cost two operations on arrays. They are the same on every machine. Two runs that differ are taken for equal once in
about 10^19 pairs; only text made for that purpose does so more often.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

# Bits of a character's class.
ALPHANUMERIC, LETTER, COMBINING, SYMBOL = 1, 2, 4, 8
_IN_WORD = ALPHANUMERIC | COMBINING
_MARKS_OF_SENTENCES = ".,;:!?–—()\"'“”‘’…/%-_"

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse; 5 modulo 8, so that its powers repeat after 2^62 only
_BASE_INVERSE = pow(_BASE, -1, 2**64)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, or some that follow each other.

    `starts`: (words,), the place in the text of each word's first character. `offsets`: (words + 1,), how many
    characters of words precede each word, in the whole text. `character_sums`, `word_sums`: (words + 1,) uint64,
    prefix sums of the hashed characters and words. `characters`: uint32, those of all words of the whole text,
    joined. `first`: how many words of the text precede the first one.
    """

    starts: np.ndarray
    offsets: np.ndarray
    character_sums: np.ndarray
    word_sums: np.ndarray
    characters: np.ndarray
    first: int = 0

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, part: slice) -> "Words":
        first, last, _ = part.indices(len(self))
        return Words(
            self.starts[first:last],
            self.offsets[first : last + 1],
            self.character_sums[first : last + 1],
            self.word_sums[first : last + 1],
            self.characters,
            self.first + first,
        )

    @property
    def joined(self) -> np.ndarray:
        """(characters,) code points of these words, joined."""
        return self.characters[self.offsets[0] : self.offsets[-1]]

    @property
    def lengths(self) -> np.ndarray:
        """(words,) characters of each word."""
        return np.diff(self.offsets)

    def with_any(self, wanted: np.ndarray) -> np.ndarray:
        """(words,) bool: which words have any of the `wanted` of the joined characters."""
        return np.logical_or.reduceat(wanted, self.offsets[:-1] - self.offsets[0]) if len(self) else np.empty(0, bool)

    def run_hashes(self, n: int) -> np.ndarray:
        """(runs,) uint64: a hash of every run of n words; empty if there are fewer words."""
        runs = max(0, len(self) - n + 1)
        inverses = _powers(_BASE_INVERSE, self.first + runs)[self.first :]
        return (self.word_sums[n:] - self.word_sums[:runs]) * inverses

    def joined_run_hashes(self, n: int) -> np.ndarray:
        """(runs,) uint64: as `run_hashes`, but of the words joined: `ba con` and `bac on` are equal."""
        runs = max(0, len(self) - n + 1)
        inverses = _powers(_BASE_INVERSE, int(self.offsets[-1]) + 1)[self.offsets[:runs]]
        return (self.character_sums[n:] - self.character_sums[:runs]) * inverses


def characters(text: str) -> np.ndarray:
    """(characters,) uint32: the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def classes(points: np.ndarray) -> np.ndarray:
    """(characters,) uint8: the class bits of each code point."""
    return _class_table().take(points)


def find_words(points: np.ndarray, kinds: np.ndarray) -> Words:
    """The words of a text, given its code points and their classes.

    >>> points = characters("Ông Nguyễn_Văn An, 45 tuổi.")
    >>> words = find_words(points, classes(points))
    >>> words.starts.tolist(), words.lengths.tolist()
    ([0, 4, 11, 15, 19, 22], [3, 6, 3, 2, 2, 4])
    """
    inside = np.zeros(len(points) + 2, dtype=bool)
    np.not_equal(kinds & _IN_WORD, 0, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    if (kinds[starts] & COMBINING).any():  # a mark that follows no letter is no word's
        letters = np.append(np.flatnonzero(kinds & ALPHANUMERIC), len(points))
        begins = letters[np.searchsorted(letters, starts)]
        for start, begin, end in zip(starts.tolist(), begins.tolist(), ends.tolist(), strict=True):
            inside[start + 1 : min(begin, end) + 1] = False
        starts, ends = begins[begins < ends], ends[begins < ends]
    offsets = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(ends - starts, out=offsets[1:])
    character_sums, word_sums = np.zeros((2, len(starts) + 1), dtype=np.uint64)
    joined = points[inside[1:-1]]
    if len(starts):
        terms = joined * _powers(_BASE, int(offsets[-1]))
        of_words = np.add.reduceat(terms, offsets[:-1])
        np.cumsum(of_words, out=character_sums[1:])
        hashes = mixed(of_words * _powers(_BASE_INVERSE, int(offsets[-1]))[offsets[:-1]])
        np.cumsum(hashes * _powers(_BASE, len(starts)), out=word_sums[1:])
    return Words(starts, offsets, character_sums, word_sums, joined)


def words_of(text: str) -> Words:
    """The words of a text."""
    points = characters(text)
    return find_words(points, classes(points))


def mixed(values: np.ndarray) -> np.ndarray:
    """uint64 values with every bit depending on all: the finaliser of splitmix64 (Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@cache
def _class_table() -> np.ndarray:
    """(code points,) uint8. What is alphanumeric is what Python's patterns take for it."""
    every = range(0x110000)
    alphanumeric, letter = (
        np.frombuffer(bytes(map(test, map(chr, every))), dtype=bool) for test in (str.isalnum, str.isalpha)
    )
    table = np.zeros(len(every), dtype=np.uint8)
    table[alphanumeric] |= ALPHANUMERIC
    table[letter] |= LETTER
    symbol = ~alphanumeric
    spaces = [point for point in range(0x10000) if chr(point).isspace()]  # none lies above
    symbol[spaces + [ord(mark) for mark in _MARKS_OF_SENTENCES]] = False
    table[symbol] |= SYMBOL
    table[0x300:0x370] |= COMBINING
    return table


_tables: dict[int, np.ndarray] = {}


def _powers(base: int, count: int) -> np.ndarray:
    """(count,) uint64: the powers of the base from 0, kept for the longest text seen."""
    table = _tables.get(base)
    if table is None or len(table) < count:
        factors = np.full(max(2 * count, 1 << 16), base, dtype=np.uint64)
        factors[0] = 1
        table = _tables[base] = np.cumprod(factors, dtype=np.uint64)
    return table[:count]
