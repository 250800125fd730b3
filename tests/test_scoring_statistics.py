"""Intervals, standard errors and p-values against simulation, worked numbers and scipy's own."""

import math

import numpy
import pytest

from stages.scoring.statistics import (
    bootstrap_mean_interval,
    bootstrap_ratio_interval,
    holm,
    mcnemar_p,
    paired_difference,
    ratio_of_sums,
    seeds_and_items_interval,
    sign_flip_p,
    standard_error,
    unpaired_difference,
    wilson_interval,
)


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


def test_the_bootstrap_gives_the_same_ends_however_much_is_drawn_at_once(monkeypatch):
    generator = numpy.random.default_rng(6)
    scores = generator.random(50)
    whole = bootstrap_mean_interval(scores, 300, seed=1)
    monkeypatch.setattr("stages.scoring.statistics.DRAWN_AT_ONCE", 1)
    assert bootstrap_mean_interval(scores, 300, seed=1) == whole


def skewed_scores(generator: numpy.random.Generator, items: int) -> numpy.ndarray:
    """Like F1 of short answers: many 0, many 1, some between."""
    return generator.choice([0.0, 0.4, 0.5, 2 / 3, 1.0], size=items, p=[0.4, 0.1, 0.1, 0.1, 0.3])


def test_the_bootstrap_of_a_mean_covers_as_often_as_it_says_and_agrees_with_scipy():
    from scipy.stats import bootstrap

    generator = numpy.random.default_rng(7)
    mean = 0.04 + 0.05 + 1 / 15 + 0.3
    intervals = [bootstrap_mean_interval(skewed_scores(generator, 150), 300, seed) for seed in range(400)]
    assert 0.92 < numpy.mean([low <= mean <= high for low, high in intervals]) < 0.975
    scores = skewed_scores(generator, 150)
    theirs = bootstrap((scores,), numpy.mean, n_resamples=5000, method="percentile", rng=1).confidence_interval
    assert bootstrap_mean_interval(scores, 5000, seed=1) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def planted(generator: numpy.random.Generator, items: int, only_first: float, only_second: float) -> numpy.ndarray:
    """0 or 1 of two models on the same items; 6 in 10 are right in both."""
    drawn = generator.random(items)
    first = (drawn < 0.6) | (drawn > 1 - only_first)
    return numpy.array([first, (drawn < 0.6 + only_second)], float)


def test_the_paired_interval_covers_the_planted_difference():
    generator = numpy.random.default_rng(8)
    found = [paired_difference(*planted(generator, 300, 0.03, 0.10), 300, seed) for seed in range(300)]
    assert numpy.mean([each.value for each in found]) == pytest.approx(0.07, abs=0.003)
    assert 0.92 < numpy.mean([each.low <= 0.07 <= each.high for each in found]) < 0.975
    assert numpy.mean([each.p < 0.05 for each in found]) > 0.85, "power"
    # The same shares without pairing: 0.63 and 0.70 of 300 items, of which nothing can be said.
    unpaired = unpaired_difference((0.63, *wilson_interval(189, 300)), (0.70, *wilson_interval(210, 300)))
    assert unpaired.value == pytest.approx(0.07) and unpaired.low < 0 < unpaired.p - 0.05


def test_items_that_did_not_move_do_not_show_that_none_would():
    found = paired_difference([1.0] * 200 + [0.0] * 100, [1.0] * 200 + [0.0] * 100, 100, seed=1)
    assert (found.value, found.p) == (0.0, 1.0) and -found.low == found.high == pytest.approx(0.0126, abs=1e-4)


def test_p_values_without_a_difference_are_uniform():
    from scipy.stats import kstest

    generator = numpy.random.default_rng(9)
    flips, coins = [], []
    for seed in range(400):
        difficulty = generator.random(60)
        scores = [numpy.clip(difficulty + generator.normal(0, 0.2, 60), 0, 1) for _ in range(2)]
        flips.append(paired_difference(*scores, 200, seed).p)
        coins.append(paired_difference(*planted(generator, 300, 0.08, 0.08), 2, seed).p)
    assert kstest(flips, "uniform").pvalue > 0.01
    # Of whole numbers of coins: never too small, and not far too large.
    assert all(0.5 * level < numpy.mean(numpy.array(coins) < level) <= 1.3 * level for level in (0.05, 0.2, 0.5))


def test_the_tests_of_pairs_agree_with_scipy():
    from scipy.stats import binomtest, permutation_test

    for won, lost in ((0, 0), (9, 2), (2, 9), (5, 5), (0, 40), (130, 171)):
        expected = binomtest(won, won + lost).pvalue if won + lost else 1.0
        assert mcnemar_p(won, lost) == pytest.approx(expected)
    generator = numpy.random.default_rng(10)
    first, second = skewed_scores(generator, 12), skewed_scores(generator, 12)
    exact = permutation_test(
        (first, second), lambda x, y: (y - x).mean(), permutation_type="samples", n_resamples=numpy.inf
    )
    assert sign_flip_p(second - first, 20_000, seed=1) == pytest.approx(exact.pvalue, abs=0.01)
    assert sign_flip_p([0.0, 0.0], 100, seed=1) == 1.0


def test_bits_per_byte_are_compared_as_ratios_of_sums_by_document():
    generator = numpy.random.default_rng(11)
    sizes = generator.integers(50, 5000, size=200).astype(float)
    before = sizes * generator.normal(1.4, 0.3, size=200)
    after = before * 1.01 + sizes * generator.normal(0, 0.02, size=200)
    found = paired_difference(before, after, 2000, 1, sizes)
    assert found.value == pytest.approx((after.sum() - before.sum()) / sizes.sum())
    _, error = ratio_of_sums(after - before, sizes)
    assert (found.low, found.high) == pytest.approx((found.value - 1.96 * error, found.value + 1.96 * error), abs=error)
    assert found.p < 0.001
    # Texts differ far more from one another than the models do on them: without the pairs nothing is seen.
    ends = [bootstrap_ratio_interval(bits, sizes, 1000, 1) for bits in (before, after)]
    ratios = [bits.sum() / sizes.sum() for bits in (before, after)]
    unpaired = unpaired_difference(*[(ratio, *interval) for ratio, interval in zip(ratios, ends, strict=True)])
    assert unpaired.p > 0.3 and unpaired.high - unpaired.low > 5 * (found.high - found.low)


def test_unpaired_differences_cover_as_often_as_they_say_and_have_a_matching_p():
    generator = numpy.random.default_rng(12)
    shares = generator.binomial(200, (0.9, 0.97), size=(3000, 2))
    found = [
        unpaired_difference(*[(correct / 200, *wilson_interval(int(correct), 200)) for correct in pair])
        for pair in shares
    ]
    assert 0.93 < numpy.mean([each.low <= 0.07 <= each.high for each in found]) < 0.98
    assert all((each.p < 0.05) == (each.low > 0 or each.high < 0) for each in found)
    assert unpaired_difference((0.5, 0.4, 0.6), (0.5, 0.3, 0.7)).p == 1.0
    assert unpaired_difference((0.5, 0.5, 0.5), (0.6, 0.6, 0.6)).p == 0.0


def test_holm_keeps_the_chance_of_any_error_at_5_percent():
    generator = numpy.random.default_rng(13)
    null = [min(holm(list(generator.random(20)))) < 0.05 for _ in range(3000)]
    assert numpy.mean(null) == pytest.approx(0.05, abs=0.015)
    assert holm([]) == [] and holm([0.03]) == [0.03]
    assert holm([0.001, 0.9, 0.004, 0.02]) == pytest.approx([0.004, 0.9, 0.012, 0.04])


@pytest.mark.parametrize("of_seeds", [0.0, 0.05, 0.2])
def test_the_interval_over_seeds_and_items_covers_other_seeds_and_items(of_seeds):
    generator = numpy.random.default_rng(14)
    covered, items_alone = [], []
    for _ in range(500):
        seeds, items = generator.normal(0, of_seeds, (3, 1)), generator.normal(0.5, 0.3, (1, 80))
        table = seeds + items + generator.normal(0, 0.2, (3, 80))
        low, high = seeds_and_items_interval(table)
        covered.append(low <= 0.5 <= high)
        half = 1.99 * standard_error(table.mean(axis=0))
        items_alone.append(abs(table.mean() - 0.5) <= half)
    assert 0.92 <= numpy.mean(covered) <= 0.99
    if of_seeds:
        assert numpy.mean(items_alone) < numpy.mean(covered) - 0.04, "items alone promise too much"


def test_of_one_seed_the_interval_is_that_over_items():
    scores = [0.0, 1.0, 1.0, 0.5] * 25
    mean, half = numpy.mean(scores), 1.984 * standard_error(scores)
    assert seeds_and_items_interval([scores]) == pytest.approx((mean - half, mean + half), abs=1e-4)
    assert seeds_and_items_interval([[0.5, 0.5], [0.5, 0.5]]) == (0.5, 0.5)
