"""Intervals and standard errors against simulation and worked numbers."""

import math

import numpy
import pytest

from stages.scoring.statistics import bootstrap_ratio_interval, ratio_of_sums, standard_error, wilson_interval


def test_wilson_interval_covers_as_often_as_it_says():
    generator = numpy.random.default_rng(5)
    for share in (0.05, 0.25, 0.9):
        drawn = generator.binomial(300, share, size=4000)
        covered = [low <= share <= high for low, high in (wilson_interval(int(k), 300) for k in drawn)]
        assert 0.93 < numpy.mean(covered) < 0.97


def test_wilson_interval_stays_between_0_and_1():
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson_interval(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)
    with pytest.raises(ValueError, match="item"):
        wilson_interval(0, 0)


def test_standard_error_of_a_share():
    outcomes = [True] * 30 + [False] * 70
    assert standard_error(outcomes) == pytest.approx(math.sqrt(0.3 * 0.7 / 99))
    assert standard_error([True]) == 0.0


def test_ratio_of_sums_and_its_error_match_the_spread_of_repeated_samples():
    generator = numpy.random.default_rng(3)
    ratios, errors = [], []
    for _ in range(800):
        sizes = generator.integers(50, 500, size=60).astype(float)
        bits = sizes * generator.normal(1.4, 0.2, size=60)
        ratio, error = ratio_of_sums(bits, sizes)
        ratios.append(ratio)
        errors.append(error)
    assert numpy.mean(ratios) == pytest.approx(1.4, abs=0.005)
    assert numpy.mean(errors) == pytest.approx(numpy.std(ratios), rel=0.1)
    assert ratio_of_sums([3.0], [2.0]) == (1.5, 0.0)


def test_bootstrap_interval_is_about_two_standard_errors_and_repeats():
    generator = numpy.random.default_rng(4)
    sizes = generator.integers(50, 500, size=200).astype(float)
    bits = sizes * generator.normal(1.4, 0.2, size=200)
    ratio, error = ratio_of_sums(bits, sizes)
    low, high = bootstrap_ratio_interval(bits, sizes, resamples=2000, seed=1)
    assert (low, high) == pytest.approx((ratio - 1.96 * error, ratio + 1.96 * error), abs=0.3 * error)
    assert bootstrap_ratio_interval(bits, sizes, 2000, 1) == (low, high)
    assert bootstrap_ratio_interval(bits, sizes, 2000, 2) != (low, high)
