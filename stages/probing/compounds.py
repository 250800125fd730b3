"""Compound completion: a sentence up to the first syllable of a compound; which syllable comes next?

Compounds are pairs of neighbouring syllables that the training text joins far more often than chance, by Dunning's
log-likelihood ratio, and whose parts hold on to each other. The wrong syllables end other compounds, never follow this
one in the training text, have as many bytes, and are as frequent.
"""

import math
from collections import defaultdict
from random import Random

from stages.probing.choosing import Balance, Probe
from stages.probing.counts import Counts, log_likelihood_ratio
from stages.probing.sentences import Sentence
from stages.text.vietnamese import is_syllable

WRONG_CHOICES = 3
CANDIDATES = 12  # of the nearest in frequency, so that choosing among them can even out the ranks
MIN_LETTERS = 2


def find_compounds(
    counts: Counts, min_count: int, min_log_likelihood_ratio: float, min_share: float
) -> set[tuple[str, str]]:
    """Pairs of syllables that are probably one word.

    `min_share`: how much of the occurrences of its rarer syllable a pair must be, so that frequent words which merely
    stand beside each other (`của một`) are none.
    """
    total = counts.total
    return {
        (first, second)
        for (first, second), count in counts.pairs.items()
        if count >= min_count
        and first != second
        and first.islower()
        and second.islower()
        and count >= min_share * min(counts.words[first], counts.words[second])
        and min(len(first), len(second)) >= MIN_LETTERS
        and is_syllable(first)
        and is_syllable(second)
        and log_likelihood_ratio(count, counts.words[first], counts.words[second], total) >= min_log_likelihood_ratio
    }


class Compounds:
    """Makes probes of sentences, one after the other; each compound once."""

    def __init__(
        self, counts: Counts, min_count: int, min_log_likelihood_ratio: float, min_share: float, min_words_before: int
    ) -> None:
        self._counts = counts
        self._compounds = find_compounds(counts, min_count, min_log_likelihood_ratio, min_share)
        self._min_words_before = min_words_before
        by_size: dict[int, set[str]] = defaultdict(set)
        for _, second in self._compounds:
            by_size[len(second.encode())].add(second)
        self._by_size = {size: sorted(seconds) for size, seconds in by_size.items()}
        self._asked: set[tuple[str, str]] = set()
        self._balance = Balance(range(WRONG_CHOICES + 1))

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if it holds no compound that was not asked yet, or no choice is fair."""
        places = [
            place
            for place in range(self._min_words_before, len(sentence.words) - 1)
            if sentence.is_joined(place)
            and (pair := sentence.words[place : place + 2]) in self._compounds
            and pair not in self._asked
        ]
        random.shuffle(places)
        for place in places:
            head, right = sentence.words[place : place + 2]
            frequency = math.log(self._counts.words[right])
            others = [
                (math.log(self._counts.words[other]) - frequency, other)
                for other in self._by_size[len(right.encode())]
                if other not in (right, head) and not self._counts.pairs[head, other]
            ]
            nearest = sorted(others, key=lambda other: (abs(other[0]), other[1]))[:CANDIDATES]
            # Of those as frequent half count as less frequent, by a coin.
            commoner = [other for lead, other in nearest if lead > 0 or (lead == 0 and random.random() < 0.5)]
            rarer = [other for _, other in nearest if other not in commoner]
            ranks = [
                rank
                for rank in range(WRONG_CHOICES + 1)
                if rank <= len(commoner) and WRONG_CHOICES - rank <= len(rarer)
            ]
            if (rank := self._balance.take(ranks)) is not None:
                self._asked.add((head, right))
                wrong = (*random.sample(commoner, rank), *random.sample(rarer, WRONG_CHOICES - rank))
                return Probe(sentence.text[: sentence.spans[place][1]], right, wrong)
        return None
