"""Order: a sentence against the same with one of two pairs of neighbours exchanged, with the other, and with both.

The neighbours are syllables in Vietnamese and words in English. All four sentences hold the same ones, so their bytes,
frequencies and mostly their tokens are the same.
"""

from random import Random

from stages.probing.choosing import Probe, probe_of_two_changes
from stages.probing.counts import Counts
from stages.probing.sentences import Sentence


class Order:
    """Makes probes of sentences, one after the other.

    A pair is exchanged only where the training text has it `min_count` times and the other way round at most
    1 / `ratio` as often: many pairs stand in either order (`hôm nay tôi`, `tôi hôm nay`).
    """

    def __init__(self, counts: Counts, min_count: int, ratio: float) -> None:
        self._pairs = counts.pairs
        self._min_count = min_count
        self._ratio = ratio

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if not two of its pairs have one order only."""
        places = [place for place in range(len(sentence.words) - 1) if self._has_one_order(sentence, place)]
        apart = [(first, second) for first in places for second in places if second - first > 1]
        if not apart:
            return None
        first, second = (self._exchanged(sentence, place) for place in random.choice(apart))
        return probe_of_two_changes(sentence, first, second)

    def _has_one_order(self, sentence: Sentence, place: int) -> bool:
        if not sentence.is_joined(place):
            return False
        first, second = sentence.words[place : place + 2]
        count = self._pairs[first, second]
        return count >= self._min_count and self._pairs[second, first] * self._ratio <= count

    @staticmethod
    def _exchanged(sentence: Sentence, place: int) -> dict[int, str]:
        first, second = sentence.words[place : place + 2]
        return {place: second, place + 1: first}
