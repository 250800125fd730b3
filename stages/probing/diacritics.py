"""Diacritics: a sentence against the same with other marks on one of two syllables, on the other, and on both.

What replaces a syllable is one that the training text holds often enough to be a token of its own as well, has as many
bytes, and stands hardly ever beside its neighbour there. In half of all places it is the more frequent one. So neither
length, frequency nor the way in which a tokenizer cuts them tells which sentence is right.
"""

from collections import defaultdict
from itertools import combinations, product
from random import Random

from stages.probing.choosing import Balance, Probe, probe_of_two_changes
from stages.probing.counts import Counts
from stages.probing.sentences import Sentence
from stages.text.diacritics import strip_diacritics
from stages.text.vietnamese import is_syllable


def siblings(counts: Counts, min_count: int) -> dict[str, list[str]]:
    """For each syllable those of as many bytes that differ from it in marks only, all `min_count` times or more.

    Syllables without any mark are left out: they are known from other languages.

    >>> counts = Counts()
    >>> counts.add("Bạn bẩn vì bản đồ, bán bàn đó.")
    >>> siblings(counts, 1)["bản"], siblings(counts, 1)["đồ"]
    (['bẩn'], [])
    """
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word, count in sorted(counts.words.items()):
        if count >= min_count and word.islower() and not word.isascii() and is_syllable(word):
            alike[strip_diacritics(word), len(word.encode())].append(word)
    return {word: [sibling for sibling in group if sibling != word] for group in alike.values() for word in group}


class Diacritics:
    """Makes probes of sentences, one after the other.

    A syllable is replaced where the training text has it `min_count` times beside one of its neighbours, and what
    replaces it at most 1 / `ratio` as often there: `bán thân` is as right as `bạn thân`.
    """

    def __init__(self, counts: Counts, min_frequency: int, min_count: int, ratio: float) -> None:
        self._counts = counts
        self._siblings = siblings(counts, min_frequency)
        self._min_count = min_count
        self._ratio = ratio
        self._balance = Balance(product((False, True), repeat=2))

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if not two of its syllables can be replaced, or no choice is fair."""
        changes = [
            (place, sibling, self._is_commoner(sibling, word, random))
            for place, word in enumerate(sentence.words)
            for sibling in self._siblings.get(word, ())
            if self._is_wrong(sentence, place, sibling)
        ]
        pairs = defaultdict(list)
        for first, second in combinations(changes, 2):
            if second[0] - first[0] > 1:
                pairs[first[2], second[2]].append((first, second))
        if (key := self._balance.take(pairs.keys())) is None:
            return None
        first, second = random.choice(pairs[key])
        return probe_of_two_changes(sentence, {first[0]: first[1]}, {second[0]: second[1]})

    def _is_commoner(self, sibling: str, word: str, random: Random) -> bool:
        difference = self._counts.words[sibling] - self._counts.words[word]
        return difference > 0 or (difference == 0 and random.random() < 0.5)

    def _is_wrong(self, sentence: Sentence, place: int, sibling: str) -> bool:
        """Whether it hardly ever stands beside one of the neighbours that the right syllable is known beside."""
        pairs, word = self._counts.pairs, sentence.words[place]
        beside = []
        if place and sentence.is_joined(place - 1):
            before = sentence.words[place - 1]
            beside.append((pairs[before, word], pairs[before, sibling]))
        if place + 1 < len(sentence.words) and sentence.is_joined(place):
            after = sentence.words[place + 1]
            beside.append((pairs[word, after], pairs[sibling, after]))
        return any(right >= self._min_count and wrong * self._ratio <= right for right, wrong in beside)
