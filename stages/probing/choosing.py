"""Probes as items, and wrong answers that no count of words tells from the right one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

WRONG_CHOICES = 3
MAX_LEAD = 1  # probes by which a rank may be ahead of the one least taken


@dataclass(frozen=True)
class Probe:
    """A right answer among wrong ones, after a query (empty: the answers are whole sentences)."""

    query: str
    right: str
    wrong: tuple[str, ...]


@dataclass
class Balance:
    """Chooses wrong answers so that over all probes the right one takes every rank of a measure as often.

    A model that goes by that measure alone is then at chance. `taken` counts how often the right answer stood below
    none, one, two and three of the wrong ones.
    """

    taken: list[int] = field(default_factory=lambda: [0] * (WRONG_CHOICES + 1))

    def choose(self, right: float, candidates: Sequence[tuple[str, float]], random: Random) -> tuple[str, ...] | None:
        """Three of the (wrong answer, its measure) that give the right one a rank seldom taken; None if none do.

        Equal measures count as below or above by a coin.
        """
        above, below = [], []
        for text, value in candidates:
            (above if value > right or (value == right and random.random() < 0.5) else below).append(text)
        ranks = [rank for rank in range(WRONG_CHOICES + 1) if rank <= len(above) and WRONG_CHOICES - rank <= len(below)]
        rank = min(ranks, key=self.taken.__getitem__, default=None)
        if rank is None or self.taken[rank] > min(self.taken) + MAX_LEAD:
            return None
        self.taken[rank] += 1
        return (*random.sample(above, rank), *random.sample(below, WRONG_CHOICES - rank))
