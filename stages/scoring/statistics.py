"""Standard errors and intervals of scores."""

import math
from collections.abc import Sequence

import numpy

NORMAL_95 = 1.959964  # two-sided 95 % point of the normal distribution


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
    ratios = numpy.empty(resamples)
    for i in range(resamples):  # one resample at a time: memory stays that of the data
        drawn = generator.integers(len(above), size=len(above))
        ratios[i] = above[drawn].sum() / below[drawn].sum()
    low, high = numpy.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)
