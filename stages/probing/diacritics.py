"""Diacritics: a sentence against three in which some syllables have other tone marks.

What replaces a syllable is one that the training text holds often enough to be a token of its own as well; the wrong
sentences have as many bytes as the right one, and frequent syllables as often. So neither length, frequency nor the way
in which a tokenizer cuts them tells which is right.
"""

import re
import unicodedata
from collections import defaultdict
from random import Random

from stages.probing.choosing import Balance, Probe
from stages.probing.counts import Counts
from stages.probing.sentences import Sentence
from stages.text.vietnamese import is_syllable

CORRUPTIONS_TRIED = 150

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def without_tone(syllable: str) -> str:
    """The syllable in the level tone; vowel marks stay.

    >>> [without_tone(syllable) for syllable in ("đường", "tiếng", "bạn")]
    ['đương', 'tiêng', 'ban']
    """
    return unicodedata.normalize("NFC", _TONE.sub("", unicodedata.normalize("NFD", syllable)))


def tone_siblings(counts: Counts, min_count: int) -> dict[str, list[str]]:
    """For each syllable those that differ from it in the tone only, both with `min_count` occurrences or more.

    Syllables without any mark are left out: they are known from other languages and shorter.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for word, count in sorted(counts.words.items()):
        if count >= min_count and not word.isascii() and is_syllable(word):
            alike[without_tone(word)].append(word)
    return {word: [sibling for sibling in group if sibling != word] for group in alike.values() for word in group}


class Diacritics:
    """Makes probes of sentences, one after the other."""

    def __init__(self, counts: Counts, min_count: int, changes: tuple[int, int]) -> None:
        self._counts = counts
        self._siblings = tone_siblings(counts, min_count)
        self._changes = changes
        self._balance = Balance()

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if too few of its syllables have siblings, or no choice is fair."""
        places = [place for place, word in enumerate(sentence.words) if self._siblings.get(word)]
        fewest, most = self._changes
        if len(places) < fewest:
            return None
        size, found = len(sentence.text.encode()), {}
        for _ in range(CORRUPTIONS_TRIED):
            chosen = random.sample(places, min(len(places), random.randint(fewest, most)))
            changed = {place: random.choice(self._siblings[sentence.words[place]]) for place in chosen}
            wrong = sentence.with_words(changed)
            if len(wrong.encode()) == size:
                gained = self._counts.log_frequency(changed.values())
                found[wrong] = gained - self._counts.log_frequency(sentence.words[place] for place in changed)
        wrong_three = self._balance.choose(0.0, sorted(found.items()), random)
        return Probe("", sentence.text, wrong_three) if wrong_three else None
