"""What is written of scores: choices and written answers, the total, what the corpus held."""

import math

import pytest

from stages.errors import BadInput
from stages.scoring.summary import main_measure, summarise_benchmark, summarise_in_base
from tests.test_scoring_outcomes import Cost, Item, Part

BOOTSTRAP = (500, 1)  # resamples, seed


def part(scores: list[float], choices: int = 4, measure: str = "acc", in_total: bool = True, name: str = "câu") -> Part:
    items = [Item(f"{name}-{n}", f"{n:012x}", score, -4.5, 12, choices) for n, score in enumerate(scores)]
    return Part(items, in_total, measure)


def test_choices_have_a_wilson_interval_and_points_above_chance():
    parts = {"facts": part([1.0] * 5 + [0.0] * 3), "pairs": part([1.0, 1.0, 0.0, 1.0], choices=2)}
    scored = summarise_benchmark(parts, (), *BOOTSTRAP)
    assert sorted(scored) == ["all", "facts", "pairs"]
    facts = scored["facts"]
    assert (facts["acc"], facts["items"], facts["normalised"]) == (0.625, 8, pytest.approx(50.0))
    assert facts["low"] < 0.625 < facts["high"] and facts["se"] == pytest.approx(math.sqrt(0.625 * 0.375 / 7))
    assert scored["pairs"]["normalised"] == pytest.approx(50.0)
    # Of 12 items 8 have four options and 4 have two: chance is 1/3.
    assert scored["all"]["normalised"] == pytest.approx(100 * (8 / 12 - 1 / 3) / (2 / 3))


def test_a_word_that_is_guessed_without_options_has_no_chance():
    assert summarise_benchmark({"words": part([1.0, 0.0], choices=0)}, (), *BOOTSTRAP)["all"]["normalised"] == 50.0


def test_written_answers_have_the_bootstrap_s_interval_under_their_own_name():
    scores = [0.0, 1.0, 2 / 3, 0.5, 0.0, 1.0, 0.4, 0.8] * 10
    scored = summarise_benchmark({"answers": part(scores, 0, "f1")}, (), *BOOTSTRAP)["all"]
    assert sorted(scored) == ["f1", "high", "items", "low", "se"] and main_measure(scored) == "f1"
    mean = sum(scores) / len(scores)
    assert scored["f1"] == pytest.approx(mean)
    ends = (mean - 1.96 * scored["se"], mean + 1.96 * scored["se"])
    assert (scored["low"], scored["high"]) == pytest.approx(ends, abs=0.015)


def test_the_total_leaves_out_parts_apart_and_clean_leaves_out_what_the_corpus_held():
    parts = {"facts": part([1.0, 1.0, 0.0]), "transfer": part([0.0] * 9, in_total=False, name="chuyển")}
    scored = summarise_benchmark(parts, {"câu-0", "chuyển-1"}, *BOOTSTRAP)
    assert (scored["all"]["items"], scored["all"]["acc"]) == (3, pytest.approx(2 / 3))
    assert (scored["clean"]["items"], scored["clean"]["acc"]) == (2, 0.5)
    assert (scored["facts"]["clean_items"], scored["facts"]["clean_acc"], scored["transfer"]["clean_items"]) == (
        2,
        0.5,
        8,
    )
    assert scored["facts"]["clean_low"] < 0.5 < scored["facts"]["clean_high"] and "clean_acc" not in scored["all"]
    untouched = summarise_benchmark(parts, {"câu-0"}, *BOOTSTRAP)["transfer"]
    assert not [key for key in untouched if key.startswith("clean")]
    assert "clean" not in summarise_benchmark(parts, {"câu-0", "câu-1", "câu-2"}, *BOOTSTRAP), "none is left"


def test_a_total_of_unlike_measures_or_of_no_part_is_refused():
    mixed = {"facts": part([1.0]), "answers": part([0.5], 0, "f1")}
    with pytest.raises(BadInput, match=r"in_total of facts, answers: .*'acc', 'f1'"):
        summarise_benchmark(mixed, (), *BOOTSTRAP)
    with pytest.raises(BadInput, match="in_total of transfer"):
        summarise_benchmark({"transfer": part([1.0], in_total=False)}, (), *BOOTSTRAP)


def test_in_the_base_s_vocabulary_each_benchmark_is_compared_by_its_main_measure():
    parts = {"exam": {"facts": part([1.0, 0.0])}, "xquad": {"answers": part([0.5, 1.0], 0, "f1")}}
    own = {"bpb": 1.5, "exam": {"all": {"acc": 0.75}}, "xquad": {"all": {"f1": 0.5}}}
    found = summarise_in_base([Cost(bits=140.0, bytes=100)], 25, parts, own)
    assert found["exam"] == {"acc": 0.5, "acc_difference": 0.25}
    assert found["xquad"] == {"f1": 0.75, "f1_difference": -0.25}
    assert (found["bpb"], found["bpb_difference"], found["read_again"]) == (1.4, pytest.approx(0.1), 0.25)
