"""Standard errors and intervals of scores, and whether two models differ.

Everything is over items or documents: what other items of the same kind would have given. What another seed of the
same training would give is seen only where there are several (`seeds_and_items_interval`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy

NORMAL_95 = 1.959964  # two-sided 95 % point of the normal distribution
DRAWN_AT_ONCE = 2**20  # numbers: 8 MiB, which stays in the cache of a processor


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the second score is above the first, its 95 % interval, and the p-value of there being none."""

    value: float
    low: float
    high: float
    p: float


def standard_error(outcomes: Sequence[float]) -> float:
    """Standard error of a mean over independent items (0 for fewer than two)."""
    if len(outcomes) < 2:
        return 0.0
    return float(numpy.std(outcomes, ddof=1) / math.sqrt(len(outcomes)))


def wilson_interval(correct: int, items: int, z: float = NORMAL_95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927): sound near 0 and 1, where the normal one leaves [0, 1].

    >>> [round(end, 3) for end in wilson_interval(8, 10)]
    [0.49, 0.943]
    """
    if items < 1:
        raise ValueError("an interval needs at least one item")
    share, shrink = correct / items, z * z / items
    middle = share + shrink / 2
    half = z * math.sqrt(share * (1 - share) / items + shrink / (4 * items))
    return max(0.0, (middle - half) / (1 + shrink)), min(1.0, (middle + half) / (1 + shrink))


def ratio_of_sums(numerators: Sequence[float], denominators: Sequence[float]) -> tuple[float, float]:
    """sum(numerators) / sum(denominators) and its standard error over units (linearised; 0 for fewer than two)."""
    above, below = numpy.asarray(numerators, float), numpy.asarray(denominators, float)
    ratio = above.sum() / below.sum()
    if len(above) < 2:
        return float(ratio), 0.0
    residuals = above - ratio * below
    variance = (residuals**2).sum() * len(above) / (len(above) - 1)
    return float(ratio), float(math.sqrt(variance) / below.sum())


def bootstrap_ratio_interval(
    numerators: Sequence[float], denominators: Sequence[float], resamples: int, seed: int
) -> tuple[float, float]:
    """95 % percentile interval of the ratio of sums, units drawn with replacement (Efron 1979)."""
    above, below = numpy.asarray(numerators, float), numpy.asarray(denominators, float)
    generator = numpy.random.default_rng(seed)

    def ratios(times: int) -> numpy.ndarray:
        drawn = generator.integers(len(above), size=(times, len(above)))
        return above[drawn].sum(axis=1) / below[drawn].sum(axis=1)

    low, high = numpy.quantile(_in_blocks(ratios, resamples, len(above)), [0.025, 0.975])
    return float(low), float(high)


def bootstrap_mean_interval(values: Sequence[float], resamples: int, seed: int) -> tuple[float, float]:
    """95 % percentile interval of a mean over items drawn with replacement: for F1, chrF, which are no proportions."""
    return bootstrap_ratio_interval(values, numpy.ones(len(values)), resamples, seed)


def paired_difference(
    first: Sequence[float], second: Sequence[float], resamples: int, seed: int, sizes: Sequence[float] | None = None
) -> Difference:
    """The difference of two models' means on the same items, or of their ratios of sums where items have `sizes`.

    Its interval is that of the paired bootstrap (Koehn 2004), p the exact McNemar test's for scores that are all 0 or
    1, else the sign-flip test's: without a difference, which of an item's two scores is whose is a matter of chance.
    Where no score of 0 to 1 moved, the interval is that of how many of other items might (Wilson's for none of these).
    """
    before, after = numpy.asarray(first, float), numpy.asarray(second, float)
    changes = after - before
    weights = numpy.ones(len(changes)) if sizes is None else numpy.asarray(sizes, float)
    low, high = bootstrap_ratio_interval(changes, weights, resamples, seed)
    if sizes is None and not changes.any():
        high = wilson_interval(0, len(changes))[1]
        low = -high
    if sizes is None and numpy.isin([before, after], (0, 1)).all():
        p = mcnemar_p(int((changes > 0).sum()), int((changes < 0).sum()))
    else:
        p = sign_flip_p(changes, resamples, seed)
    return Difference(float(changes.sum() / weights.sum()), low, high, p)


def mcnemar_p(won: int, lost: int) -> float:
    """Exact two-sided p-value (McNemar 1947) of items that only the second, and that only the first model got right.

    Each such item is a fair coin if the models are equally good; what both got right or wrong says nothing.

    >>> round(mcnemar_p(won=9, lost=2), 4)
    0.0654
    """
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(won, lost), won + lost, 0.5))) if won + lost else 1.0


def sign_flip_p(changes: Sequence[float], resamples: int, seed: int) -> float:
    """Two-sided p-value of paired changes (Fisher 1935): how often their sum with random signs is as far from 0.

    The observed signs count as one of the draws, so that p is never 0 and errs on the safe side (Phipson, Smyth 2010).
    """
    moved = numpy.asarray(changes, float)
    moved = moved[moved != 0]  # their sign does not matter
    if not len(moved):
        return 1.0
    generator = numpy.random.default_rng(seed)

    def sums(times: int) -> numpy.ndarray:
        return (2.0 * generator.integers(2, size=(times, len(moved)), dtype=numpy.int8) - 1) @ moved

    as_far = abs(moved.sum()) * (1 - 1e-9)  # equal sums, added up in another order
    return float((1 + (abs(_in_blocks(sums, resamples, len(moved))) >= as_far).sum()) / (1 + resamples))


def unpaired_difference(
    first: tuple[float, float, float], second: tuple[float, float, float], z: float = NORMAL_95
) -> Difference:
    """The difference of two independent scores, each with the ends of its 95 % interval: (score, low, high).

    The ends are combined by squaring and adding (Newcombe 1998, method 10, for Wilson's), p is that of the interval
    that would just reach 0. On the same items it is wider than the paired one, since it cannot see what they share.

    >>> found = unpaired_difference((0.70, 0.604, 0.781), (0.80, 0.711, 0.867))
    >>> round(found.low, 3), round(found.high, 3), round(found.p, 3)
    (-0.02, 0.217, 0.103)
    """
    from scipy.special import ndtr

    (before, before_low, before_high), (after, after_low, after_high) = first, second
    value = after - before
    below = math.hypot(after - after_low, before_high - before)
    above = math.hypot(after_high - after, before - before_low)
    toward_none = below if value > 0 else above
    p = 1.0 if not value else 2 * float(ndtr(-z * abs(value) / toward_none)) if toward_none else 0.0
    return Difference(value, value - below, value + above, p)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values as they are worth when so many are looked at: below 0.05 with a chance of 5 % for any error at all.

    Holm (1979), step down: the smallest counts as often as there are tests, the next once less.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def seeds_and_items_interval(scores: Sequence[Sequence[float]]) -> tuple[float, float]:
    """95 % interval of the mean of a table, a row a seed and a column an item, for other seeds and other items.

    Crossed random effects (Owen 2007): Student's interval over items' means, and that over seeds' means as far as they
    vary more than the scatter of the single scores brings, combined by squaring and adding. Of one seed it is the
    interval over items, and no more.
    """
    from scipy.special import stdtrit

    table = numpy.asarray(scores, float)
    seeds, items = table.shape
    over_items, over_seeds = (standard_error(table.mean(axis=axis)) for axis in (0, 1))
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    scatter = float((rest**2).sum() / max(1, (seeds - 1) * (items - 1)) / (seeds * items))
    of_seeds = math.sqrt(max(0.0, over_seeds**2 - scatter))
    errors = ((over_items, items), (of_seeds, seeds))
    half = math.hypot(*(stdtrit(count - 1, 0.975) * error for error, count in errors if error))
    return float(table.mean() - half), float(table.mean() + half)


def _in_blocks(draw: Callable[[int], numpy.ndarray], times: int, size: int) -> numpy.ndarray:
    """`times` figures of `size` random numbers each, of which so many are drawn at once."""
    block = max(1, DRAWN_AT_ONCE // size)
    return numpy.concatenate([draw(min(block, times - begun)) for begun in range(0, times, block)])
