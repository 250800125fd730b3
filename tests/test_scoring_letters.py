"""Choices by letter: scorers of known bias, the prompts as a model sees them, their tokens."""

import math
import random

import pytest

from stages.scoring.letters import chosen_items, cyclic_orders, letter_outcomes, summarise_letters

WORDS = ("trời", "mưa", "nắng", "gió", "sông", "núi", "biển", "đường", "nhà", "trường")


def items(count, choices=4):
    return [
        {
            "id": f"câu-{number}",
            "question": f"Câu {number}",
            "choices": [f"{word} {number}" for word in random.Random(number).sample(WORDS, choices)],
            "answer": number % choices,
        }
        for number in range(count)
    ]


def summarise(asked, likelihoods):
    """`likelihoods` gives those of the letters of one order of an item."""
    orders = [order for item in asked for order in cyclic_orders(item)]
    return summarise_letters(letter_outcomes([(order, likelihoods(order)) for order in orders]), 200, 1)


def test_the_right_option_stands_once_at_each_position_and_keeps_its_text():
    for item in [*items(5), *items(3, choices=5), *items(2, choices=2)]:
        right = item["choices"][item["answer"]]
        orders = cyclic_orders(item)
        assert [order["answer"] for order in orders] == list(range(len(item["choices"])))
        assert all(order["options"][order["answer"]] == right for order in orders)
        for option in item["choices"]:
            assert sorted(order["options"].index(option) for order in orders) == list(range(len(orders)))


@pytest.mark.parametrize("position", range(4))
def test_a_model_that_always_says_one_letter_has_chance_and_all_the_bias(position):
    scores = summarise(items(12), lambda order: [0.0 if place == position else -1.0 for place in range(4)])
    assert (scores["letter_acc"], scores["option_bias"]) == (0.25, 1.0)
    assert scores["letter_low"] == scores["letter_high"] == 0.25  # of every item alike


def test_a_model_that_says_nothing_at_all_counts_as_saying_the_first():
    assert summarise(items(8), lambda order: [-math.log(4)] * 4)["option_bias"] == 1


def test_an_oracle_has_everything_right_and_no_bias():
    scores = summarise(items(12), lambda order: [-float(place != order["answer"]) for place in range(4)])
    assert (scores["letter_acc"], scores["option_bias"], scores["letter_se"]) == (1.0, 0.0, 0.0)
    assert scores["letter_items"] == 12


def test_a_model_that_knows_half_and_else_says_the_last_letter():
    def half(order):
        known = int(order["id"].removeprefix("câu-")) % 2
        return [-float(place != (order["answer"] if known else 3)) for place in range(4)]

    scores = summarise(items(40), half)
    assert scores["letter_acc"] == pytest.approx((1 + 0.25) / 2)
    assert scores["option_bias"] == pytest.approx(0.5)  # 1.0 at the last position, 0.5 elsewhere
    assert scores["letter_low"] < scores["letter_acc"] < scores["letter_high"]


def test_chance_alone_has_the_bias_that_params_yaml_tells_of():
    found = []
    for seed in range(60):
        draw = random.Random(seed)
        found.append(summarise(items(100), lambda order, draw=draw: [draw.random() for _ in range(4)])["option_bias"])
    assert sum(found) / len(found) == pytest.approx(0.9 / math.sqrt(100), rel=0.1)


def test_items_with_other_numbers_of_options_are_taken_together():
    asked = items(6) + [item | {"id": f"{item['id']}-two"} for item in items(4, choices=2)]
    scores = summarise(asked, lambda order: [-float(place != 0) for place in range(len(order["choices"]))])
    assert scores["letter_acc"] == pytest.approx((6 / 4 + 4 / 2) / 10) and scores["option_bias"] == 1


def test_a_position_that_few_items_have_is_no_bias():
    asked = items(20) + [item | {"id": f"{item['id']}-five"} for item in items(1, choices=5)]

    def all_but_the_fifth(order):
        return [-float(place != order["answer"] % 4) for place in range(len(order["choices"]))]

    scores = summarise(asked, all_but_the_fifth)
    assert scores["option_bias"] == 0 and scores["letter_acc"] == pytest.approx((20 + 4 / 5) / 21)


def test_the_chosen_items_do_not_depend_on_their_order():
    asked = items(30)
    chosen = {item["id"] for item in chosen_items(asked, 10)}
    assert chosen == {item["id"] for item in chosen_items(asked[::-1], 10)} and len(chosen) == 10
    assert chosen < {item["id"] for item in chosen_items(asked, 11)}
    assert chosen != {item["id"] for item in asked[:10]}
