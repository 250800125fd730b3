"""Strengths of models from who was preferred to whom, after Bradley and Terry (1952).

Model i is preferred to model j with probability 1 / (1 + exp(s_j - s_i)). A tie counts as half a win of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy
from scipy.sparse.csgraph import connected_components

Vote = tuple[int, int, float]  # left model, right model, share of the win that is the left one's: 1, 0 or 0.5

POINTS_PER_NAT = 400 / numpy.log(10)  # Elo's scale: 400 points are odds of 10 to 1
AVERAGE_POINTS = 1000
MAX_STEP = 1.0  # nats; keeps Newton's method from jumping past a far maximum
TOLERANCE = 1e-9
MAX_STEPS = 1000


class Standing(Enum):
    """How far a model's place can be believed."""

    RANKED = "ranked"
    ONE_SIDED = "one_sided"  # has won, or lost, all there is to win or lose: only the prior keeps it finite
    FEW_VOTES = "few_votes"
    NOT_CONNECTED = "not_connected"  # never compared with the others, not even through a third

    @property
    def placed(self) -> bool:
        """Whether the votes say where the model stands."""
        return self in (Standing.RANKED, Standing.ONE_SIDED)


@dataclass(frozen=True)
class Place:
    """One model on the leaderboard. Points are Elo's; `low` and `high` are a 95 % bootstrap interval."""

    model: int
    points: float
    low: float
    high: float
    best_rank: int
    worst_rank: int
    votes: int
    wins: int
    ties: int
    losses: int
    standing: Standing


def strengths(wins: numpy.ndarray, prior: float) -> numpy.ndarray:
    """Strengths in nats, of mean 0, that make the wins likeliest; `wins[..., i, j]` is how often i was preferred to j.

    Leading axes are independent sets of votes (resamples). `prior` draws of each model against an opponent of strength
    0 make every strength finite, also that of a model that never won (Ford 1957 says when it would not be); it
    must be above 0. Newton's method on the penalised logistic likelihood, which is concave.

    >>> [round(float(s), 2) for s in strengths(numpy.array([[0.0, 30.0], [10.0, 0.0]]), 1e-6)]
    [0.55, -0.55]
    """
    if prior <= 0:
        raise ValueError(f"prior {prior}: must be above 0, else a model that never won has no strength")
    wins = numpy.asarray(wins, float)
    models = wins.shape[-1]
    duels = wins + wins.swapaxes(-1, -2)
    found = numpy.zeros(wins.shape[:-1])
    identity = numpy.eye(models)
    for _ in range(MAX_STEPS):
        expected = 1 / (1 + numpy.exp(found[..., None, :] - found[..., :, None]))
        against_average = 1 / (1 + numpy.exp(-found))
        slope = (wins - duels * expected).sum(-1) + prior * (1 - 2 * against_average)
        weights = duels * expected * (1 - expected)
        own = weights.sum(-1) + 2 * prior * against_average * (1 - against_average)
        curvature = own[..., None] * identity - weights
        step = numpy.linalg.solve(curvature, slope[..., None])[..., 0]
        longest = numpy.abs(step).max(-1, keepdims=True)
        found += step * numpy.minimum(1, MAX_STEP / numpy.maximum(longest, TOLERANCE))
        if longest.max() < TOLERANCE:
            return found - found.mean(-1, keepdims=True)
    raise ArithmeticError("the strengths did not converge")


def leaderboard(
    votes: Sequence[Vote], models: int, prior: float, min_votes: int, resamples: int, seed: int
) -> list[Place]:
    """The models by their strength, with 95 % percentile intervals over votes drawn with replacement (Efron 1979).

    A rank is a range among the models that are placed: from 1 + the number of those that are better in 97.5 % of the
    resamples, to the number of those that are not worse in as many. The others come last. Empty where nobody has voted.
    """
    if not votes:
        return []
    kinds, counts = numpy.unique(numpy.asarray(votes, float), axis=0, return_counts=True)
    resampled = numpy.random.default_rng(seed).multinomial(len(votes), counts / len(votes), size=resamples)
    wins = _win_matrices(kinds, counts[None], models)[0]
    found = strengths(wins, prior)
    drawn = strengths(_win_matrices(kinds, resampled, models), prior)
    low, high = numpy.quantile(drawn, [0.025, 0.975], axis=0)
    # An interval holds its estimate, also where the resamples of few votes all lie on one side of it.
    low, high = numpy.minimum(low, found), numpy.maximum(high, found)
    standings = _standings(wins, min_votes)
    placed = numpy.array([standing.placed for standing in standings])
    surely_better = (drawn[:, :, None] > drawn[:, None, :]).mean(0) >= 0.975
    surely_better &= placed & placed[:, None]
    places = []
    for model in numpy.lexsort((-found, ~placed)):
        own = [(kind, count) for kind, count in zip(kinds, counts, strict=True) if model in kind[:2]]
        gained = {1.0: 0, 0.5: 0, 0.0: 0}
        for (left, _, share), count in own:
            gained[float(share if left == model else 1 - share)] += int(count)
        places.append(
            Place(
                model=int(model),
                points=_points(found[model]),
                low=_points(low[model]),
                high=_points(high[model]),
                best_rank=1 + int(surely_better[:, model].sum()),
                worst_rank=int(placed.sum() - surely_better[model].sum()),
                votes=sum(gained.values()),
                wins=gained[1.0],
                ties=gained[0.5],
                losses=gained[0.0],
                standing=standings[model],
            )
        )
    return places


def _points(strength: float) -> float:
    return float(AVERAGE_POINTS + POINTS_PER_NAT * strength)


def _win_matrices(kinds: numpy.ndarray, counts: numpy.ndarray, models: int) -> numpy.ndarray:
    """Wins of each over each, of shape (resamples, models, models)."""
    wins = numpy.zeros((len(counts), models, models))
    for (left, right, share), count in zip(kinds, counts.T, strict=True):
        wins[:, int(left), int(right)] += share * count
        wins[:, int(right), int(left)] += (1 - share) * count
    return wins


def _standings(wins: numpy.ndarray, min_votes: int) -> list[Standing]:
    duels = wins + wins.T
    _, groups = connected_components(duels > 0, directed=False)
    largest = numpy.bincount(groups).argmax()
    # The likelihood has a maximum where one can go from any model to any other along wins (Ford 1957).
    _, circles = connected_components(wins > 0, directed=True, connection="strong")
    main_circle = numpy.bincount(circles).argmax()
    standings = []
    for model in range(len(wins)):
        if duels[model].sum() < min_votes:
            standings.append(Standing.FEW_VOTES)
        elif groups[model] != largest:
            standings.append(Standing.NOT_CONNECTED)
        elif circles[model] != main_circle:
            standings.append(Standing.ONE_SIDED)
        else:
            standings.append(Standing.RANKED)
    return standings
