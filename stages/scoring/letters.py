"""Choices asked by letter: the options are listed and the model names one, in every cyclic order of the options.

What a model says hangs on where the right option stands and on its letter. Zheng et al. 2023 (arXiv 2309.03882) find
that models like one letter more than the others, Pezeshkpour and Hruschka 2023 (arXiv 2308.11483) that accuracy moves
by tens of points with the order. In all cyclic orders together each option has each letter once, so a model that only
likes a letter scores chance.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from stages.scoring.items import Item
from stages.scoring.statistics import bootstrap_ratio_interval, standard_error


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """What became of one item: by the position of the right option, whether the model named its letter."""

    id: str
    correct: tuple[bool, ...]


def chosen_items(items: Sequence[Item], max_items: int) -> list[Item]:
    """So many of the items, whichever order they stand in: the first by a hash of their ids."""
    return sorted(items, key=lambda item: hashlib.sha256(item["id"].encode()).digest())[:max_items]


def cyclic_orders(item: Item) -> list[Item]:
    """The item with its `options` in every cyclic order and letters as its `choices`, right at A first, then at B.

    >>> item = {"id": "1", "question": "Thủ đô là", "choices": ["Huế", "Hà Nội", "Vinh"], "answer": 1}
    >>> for order in cyclic_orders(item):
    ...     print(order["options"], order["choices"][order["answer"]])
    ['Hà Nội', 'Vinh', 'Huế'] A
    ['Huế', 'Hà Nội', 'Vinh'] B
    ['Vinh', 'Huế', 'Hà Nội'] C
    """
    options, count = item["choices"], len(item["choices"])
    letters = list(ascii_uppercase[:count])
    firsts = [(item["answer"] - position) % count for position in range(count)]
    return [
        item | {"options": options[first:] + options[:first], "choices": letters, "answer": position}
        for position, first in enumerate(firsts)
    ]


def as_listed(item: Item) -> Item:
    """The item with its `options` in their own order and letters as its `choices`: as an example is shown."""
    return cyclic_orders(item)[item["answer"]]


def letter_outcomes(samples: Sequence[tuple[Mapping[str, Any], Sequence[float]]]) -> list[LetterOutcome]:
    """What became of each item, from its orders and the log-likelihoods of their letters; of equal ones the first."""
    found: dict[str, dict[int, bool]] = {}
    for order, nats in samples:
        found.setdefault(order["id"], {})[order["answer"]] = nats.index(max(nats)) == order["answer"]
    return [LetterOutcome(id_, tuple(right for _, right in sorted(by.items()))) for id_, by in found.items()]


def summarise_letters(outcomes: Sequence[LetterOutcome], resamples: int, seed: int) -> dict[str, Any]:
    """Accuracy over all orders with its interval over items, and `option_bias`; nothing of no items.

    `option_bias` is the accuracy when the right option stands at its best position minus at its worst, of the positions
    that at least half of the items have: 1 of a model that always says A. Chance alone gives some, the more the fewer
    items; a fifth position that three items have would be little else.
    """
    if not outcomes:
        return {}
    shares = [sum(outcome.correct) / len(outcome.correct) for outcome in outcomes]
    low, high = bootstrap_ratio_interval(shares, [1] * len(shares), resamples, seed)
    return {
        "letter_acc": sum(shares) / len(shares),
        "letter_se": standard_error(shares),
        "letter_low": low,
        "letter_high": high,
        "letter_items": len(outcomes),
        "option_bias": _option_bias(outcomes),
    }


def _option_bias(outcomes: Sequence[LetterOutcome]) -> float:
    positions = range(max(len(outcome.correct) for outcome in outcomes))
    at = [[outcome.correct[place] for outcome in outcomes if place < len(outcome.correct)] for place in positions]
    shares = [sum(correct) / len(correct) for correct in at if 2 * len(correct) >= len(outcomes)]
    return max(shares) - min(shares)
