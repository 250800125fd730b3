"""The order of the data: a pure function of (seed, step), over several sources by weight.

Rows are dealt from decks of cards: each deck holds every source in exactly its share, spread over the deck, so that
the beginning of a deck has those shares, too. Within a source, each epoch is a permutation of its blocks. So any step
can be computed without those before it: for any number of loaders or devices, and after a restart, the data are the
same. docs/data_order.md says how exactly the shares are kept and what it takes.
"""

import zlib
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from stages.errors import BadInput
from stages.training.shards import Blocks

CARDS = 100_000  # so a share of 0.001 and more is kept to half a percent of itself


class Mixture:
    """Blocks of several sources mixed by weight, read by the number of the step."""

    def __init__(self, sources: Mapping[str, Blocks], weights: Mapping[str, float], seed: int):
        """`weights` need not add up to one; each source has at least one block.

        Raises `BadInput` if no source has a weight, or one so small a share that it would never come.
        """
        self._names = sorted(name for name in sources if weights[name] > 0)
        if not self._names:
            raise BadInput(f"mixture: none of {sorted(sources)} has both tokens and a weight. Nothing to train on.")
        self._sources = sources
        self._counts = _cards([weights[name] for name in self._names])
        for name, count in zip(self._names, self._counts, strict=True):
            if not count:
                raise BadInput(
                    f"mixture: source {name} has a share of less than {0.5 / CARDS:.6f} of the tokens and would never "
                    "come. Raise its weight in params.yaml, or set it to 0."
                )
        self._seed = seed
        self._deck = lru_cache(maxsize=2)(self._deck)  # a step's rows lie in at most a few decks
        self._epoch = lru_cache(maxsize=2 * len(self._names))(self._epoch)

    @property
    def shares(self) -> dict[str, float]:
        """The share of each source in the rows."""
        return {name: int(count) / CARDS for name, count in zip(self._names, self._counts, strict=True)}

    def batch(self, step: int, rows: int) -> np.ndarray:
        """The blocks of step `step`: (rows, sequence_length), int64."""
        return np.stack([self.row(step * rows + row) for row in range(rows)]).astype(np.int64)

    def row(self, number: int) -> np.ndarray:
        """Block number `number` of the whole run."""
        name, place = self.origin(number)
        return np.asarray(self._sources[name][place])

    def origin(self, number: int) -> tuple[str, int]:
        """Which source row `number` comes from, and which of its blocks it is."""
        deck, card = divmod(number, CARDS)
        sources, earlier = self._deck(deck)
        source = sources[card]
        name, drawn = self._names[source], deck * int(self._counts[source]) + int(earlier[card])
        epoch, place = divmod(drawn, len(self._sources[name]))
        return name, int(self._epoch(name, epoch)[place])

    def _deck(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """The source of each card of a deck, and how many of the same source lie before it in this deck.

        A source with n cards has one somewhere in each n-th of the deck, so no stretch has many more or fewer than its
        share.
        """
        sources = np.repeat(np.arange(len(self._counts)), self._counts)
        earlier = np.concatenate([np.arange(count) for count in self._counts])
        places = (earlier + np.random.default_rng((self._seed, number)).random(CARDS)) / self._counts[sources]
        order = np.argsort(places, kind="stable")
        return sources[order], earlier[order]

    def _epoch(self, name: str, number: int) -> np.ndarray:
        generator = np.random.default_rng((self._seed, zlib.crc32(name.encode()), number))
        return generator.permutation(len(self._sources[name]))


def source_weights(
    languages: Mapping[str, float], sources: Mapping[str, float], present: Mapping[str, str]
) -> dict[str, float]:
    """The share of each present source: its weight within its language, times the language's.

    `present` maps the sources that have tokens to their language. What is missing gives its share
    to the others in proportion. Raises `BadInput` for a source without a weight in a language that has one.
    """
    for source in sorted(present):
        if source not in sources and languages.get(present[source]):
            raise BadInput(f"params.yaml: mixture.sources.{source}: missing. Add the weight of source {source}.")
    shares = {}
    for source, language in present.items():
        within = sum(sources.get(other, 0.0) for other in present if present[other] == language)
        shares[source] = languages.get(language, 0.0) * sources.get(source, 0.0) / within if within else 0.0
    total = sum(shares.values())
    return {source: share / total for source, share in sorted(shares.items())} if total else shares


def annealing_weights(main: Mapping[str, float], main_share: float, sets: Mapping[str, float]) -> dict[str, float]:
    """The share of each present source of which `main` has the shares: `main_share` as there, the rest by `sets`.

    If none of the sets is present, all is as in `main`.
    """
    present = {source: sets.get(source, 0.0) for source in main}
    total = sum(present.values())
    if not total:
        return dict(main)
    return {source: main_share * main[source] + (1 - main_share) * present[source] / total for source in main}


def long_weights(weights: Mapping[str, float], long: Mapping[str, str], share: float) -> dict[str, float]:
    """The share of each source when `share` of the rows is of long documents, which are mixed as the sources are.

    `long` maps the long documents of a source to that source. If none of them has a weight, all is as in `weights`.
    """
    total = sum(weights[source] for source in long.values())
    if not (share and total):
        return dict(weights)
    short = {source: (1 - share) * weight for source, weight in weights.items()}
    return short | {name: share * weights[source] / total for name, source in long.items()}


def _cards(weights: list[float]) -> np.ndarray:
    """How many of the cards each source has: its share, by largest remainder."""
    exact = np.array(weights) / sum(weights) * CARDS
    counts = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(counts - exact, kind="stable")
    counts[by_remainder[: CARDS - counts.sum()]] += 1
    return counts
