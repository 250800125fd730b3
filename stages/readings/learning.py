"""The learning curve of new tokens: what they cost beyond their pieces, by how often training has shown them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from stages.readings.pairs import Pair

# Lower ends of the buckets of occurrences: two a decade, and none yet.
BUCKETS = (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


class Occurrences:
    """Counts how often training has shown each token: wraps the function that gives the batch of a step.

    `counts` (entries) holds what all steps so far have shown, also after a run was killed and went on.
    """

    def __init__(self, tokens_of: Callable[[int], np.ndarray], size: int):
        self._tokens_of, self._steps = tokens_of, 0
        self.counts = np.zeros(size, dtype=np.int64)

    def batch(self, step: int) -> np.ndarray:
        """The tokens of this step, counted."""
        for earlier in range(self._steps, step):
            self._count(self._tokens_of(earlier))
        tokens = self._tokens_of(step)
        if self._steps <= step:
            self._count(tokens)
        self._steps = max(self._steps, step + 1)
        return tokens

    def _count(self, tokens: np.ndarray) -> None:
        self.counts += np.bincount(tokens.ravel(), minlength=len(self.counts))


def excess_nats(token_costs: np.ndarray, piece_costs: np.ndarray, pair: Pair) -> np.ndarray:
    """For each token of a text, its cost in nats beyond the sum of its pieces' costs.

    >>> pair = Pair(np.array([1, 3]), np.array([1, 0, 2]), np.array([1, 3]))
    >>> excess_nats(np.array([0.0, 5.0]), np.array([0.0, 1.0, 1.5]), pair)
    array([0. , 2.5])
    """
    upto = np.cumsum(piece_costs)[pair.ends - 1]
    return token_costs - np.diff(upto, prepend=0.0)


def by_occurrences(
    token_costs: Sequence[np.ndarray],
    piece_costs: Sequence[np.ndarray],
    pairs: Sequence[Pair],
    counts: np.ndarray,
    old_size: int,
) -> dict[str, float]:
    """Sums over the new tokens of all texts, `{kind}_{bucket}` by the bucket that `counts` puts a token in.

    Kinds: tokens (how many stand there), nats (what they cost), excess (that beyond their pieces), and following,
    the excess of the token after each. The first token of a text is not predicted and the last has none after
    it: neither counts.
    """
    sums: dict[str, float] = {}
    for nats, old_nats, pair in zip(token_costs, piece_costs, pairs, strict=True):
        excess = excess_nats(nats, old_nats, pair)
        places = np.flatnonzero(pair.tokens[1:-1] >= old_size) + 1
        buckets = np.searchsorted(BUCKETS, counts[pair.tokens[places]], side="right") - 1
        for number in np.unique(buckets):
            here = places[buckets == number]
            values = {
                "tokens": len(here),
                "nats": nats[here].sum(),
                "excess": excess[here].sum(),
                "following": excess[here + 1].sum(),
            }
            for kind, value in values.items():
                key = f"{kind}_{BUCKETS[number]}"
                sums[key] = sums.get(key, 0.0) + float(value)
    return sums


def learning_curve(measured: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """All measurements of a run as one curve: `{bucket: {tokens, nats, excess, following}}`, in mean nats a token.

    >>> first = {"tokens_0": 1, "nats_0": 9.0, "excess_0": 4.0, "following_0": 1.0}
    >>> learning_curve([first, {"tokens_0": 3, "nats_0": 3.0, "excess_0": 0.0, "following_0": 1.0}])
    {'0': {'tokens': 4, 'nats': 3.0, 'excess': 1.0, 'following': 0.5}}
    """
    curve = {}
    for bucket in BUCKETS:
        if tokens := sum(row.get(f"tokens_{bucket}", 0) for row in measured):
            means = {
                kind: sum(row.get(f"{kind}_{bucket}", 0.0) for row in measured) / tokens
                for kind in ("nats", "excess", "following")
            }
            curve[str(bucket)] = {"tokens": int(tokens)} | means
    return curve
