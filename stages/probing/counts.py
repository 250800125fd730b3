"""How often words and pairs of neighbouring words occur in training text, as they are written."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

# Words with single spaces between: no pair goes over a punctuation mark.
_RUN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*)*")


@dataclass
class Counts:
    """Counts of words, of pairs of neighbours, and of all words."""

    words: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count one text.

        >>> counts = Counts()
        >>> counts.add("Mẹ đi chợ. Con đi học, mẹ đi làm.")
        >>> counts.words["đi"], counts.pairs["mẹ", "đi"], counts.pairs["học", "mẹ"]
        (3, 1, 0)
        """
        for run in _RUN.findall(text):
            words = run.split(" ")
            self.words.update(words)
            self.pairs.update(pairwise(words))

    @property
    def total(self) -> int:
        """How many words there are."""
        return self.words.total()

    def log_frequency(self, words: Iterable[str]) -> float:
        """Sum of the logarithms of the words' counts (add-one, so that an unseen word has one)."""
        return sum(math.log(self.words[word] + 1) for word in words)


def log_likelihood_ratio(both: int, first: int, second: int, total: int) -> float:
    """Dunning's G2 of a pair: how far its count lies from that of independent words (Dunning 1993), signed.

    `both`: count of the pair; `first`, `second`: of its words; `total`: of all words.

    >>> round(log_likelihood_ratio(20, 30, 40, 10_000), 1), round(log_likelihood_ratio(1, 100, 100, 10_000), 1)
    (194.9, 0.0)
    """
    table = ((both, first - both), (second - both, total - first - second + both))
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    found = 2 * sum(
        cell * math.log(cell * total / (row * column))
        for cells, row in zip(table, rows, strict=True)
        for cell, column in zip(cells, columns, strict=True)
        if cell > 0
    )
    return found if both * total >= first * second else -found
