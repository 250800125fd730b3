"""Order: a sentence against three in which neighbouring syllables (in English, words) have changed places.

All four hold the same syllables, so their bytes, frequencies and mostly their tokens are the same.
"""

from itertools import combinations
from random import Random

from stages.probing.choosing import WRONG_CHOICES, Probe
from stages.probing.counts import Counts
from stages.probing.sentences import Sentence


class Order:
    """Makes probes of sentences, one after the other.

    A pair changes places only where the training text has it `min_count` times and the other way round at most
    1 / `ratio` as often: many pairs stand in either order (`hôm nay tôi`, `tôi hôm nay`).
    """

    def __init__(self, counts: Counts, min_count: int, ratio: float, swaps: int) -> None:
        self._counts = counts
        self._min_count = min_count
        self._ratio = ratio
        self._swaps = swaps

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if too few of its pairs have one order only."""
        places = [place for place in range(len(sentence.words) - 1) if self._has_one_order(sentence, place)]
        apart = [
            chosen
            for chosen in combinations(places, self._swaps)
            if all(later - earlier > 1 for earlier, later in zip(chosen, chosen[1:], strict=False))
        ]
        if len(apart) < WRONG_CHOICES:
            return None
        wrong = (self._swapped(sentence, chosen) for chosen in random.sample(apart, WRONG_CHOICES))
        return Probe("", sentence.text, tuple(wrong))

    def _has_one_order(self, sentence: Sentence, place: int) -> bool:
        if not sentence.is_joined(place):
            return False
        first, second = sentence.words[place : place + 2]
        count = self._counts.pairs[first, second]
        return count >= self._min_count and self._counts.pairs[second, first] * self._ratio <= count

    @staticmethod
    def _swapped(sentence: Sentence, places: tuple[int, ...]) -> str:
        changed = {}
        for place in places:
            changed[place], changed[place + 1] = sentence.words[place + 1], sentence.words[place]
        return sentence.with_words(changed)
