"""Probes, and wrong answers that nothing but the language tells from the right one."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from stages.probing.sentences import Sentence

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Probe:
    """A right answer among wrong ones, after a query (empty: the answers are whole sentences)."""

    query: str
    right: str
    wrong: tuple[str, ...]


def probe_of_two_changes(sentence: Sentence, first: dict[int, str], second: dict[int, str]) -> Probe:
    """A sentence against itself with one change, with the other, and with both.

    Three sentences with a change each would not do: to a model for which changes are noise the right one would be the
    likeliest in one case of eight only, where all three noises happen to be against the change. Here it is one in four,
    whatever the noise, as long as the two changes are apart.

    >>> probe_of_two_changes(Sentence("Mẹ đi chợ mua cá.", ""), {1: "đì"}, {3: "mùa"}).wrong
    ('Mẹ đì chợ mua cá.', 'Mẹ đi chợ mùa cá.', 'Mẹ đì chợ mùa cá.')
    """
    return Probe("", sentence.text, tuple(map(sentence.with_words, (first, second, first | second))))


class Balance(Generic[Key]):
    """Spreads probes evenly over keys that say how the right answer stands by some measure, such as its rank.

    A model that goes by that measure alone is then at chance.
    """

    def __init__(self, keys: Iterable[Key], max_lead: int = 1) -> None:
        """`max_lead`: probes by which a key may be ahead of the one least taken."""
        self.taken = dict.fromkeys(keys, 0)
        self._max_lead = max_lead

    def take(self, possible: Collection[Key]) -> Key | None:
        """Take the key of those possible that was taken least; None if all are too far ahead."""
        key = min(sorted(possible), key=self.taken.__getitem__, default=None)
        if key is None or self.taken[key] >= min(self.taken.values()) + self._max_lead:
            return None
        self.taken[key] += 1
        return key
