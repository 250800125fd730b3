"""Conversations as batches of tokens and targets, in an order that depends on the step alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stages.training.loss import IGNORED


@dataclass(frozen=True)
class Example:
    """A conversation's ids and which of them are learnt."""

    ids: list[int]
    learnt: list[bool]


def cut(example: Example, max_tokens: int) -> Example | None:
    """The beginning of an example that is too long; None if nothing in it is learnt."""
    short = Example(example.ids[:max_tokens], example.learnt[:max_tokens])
    return short if any(short.learnt[1:]) else None


def collate(examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Tokens and targets (examples, longest length), int64. Each target is the next token, or ignored if not learnt.

    Padding stands at the end, where nothing that is learnt can see it.
    """
    length = max(len(example.ids) for example in examples)
    tokens = torch.zeros(len(examples), length, dtype=torch.int64)
    targets = torch.full((len(examples), length), IGNORED)
    for row, example in enumerate(examples):
        ids = torch.tensor(example.ids)
        learnt = torch.tensor(example.learnt)
        tokens[row, : len(ids)] = ids
        targets[row, : len(ids) - 1] = torch.where(learnt[1:], ids[1:], IGNORED)
    return tokens, targets


def chosen(examples: Sequence[Example], step: int, rows: int, seed: int) -> list[Example]:
    """The examples of a step: each epoch is a permutation of all, drawn from seed and epoch."""
    places = (divmod(number, len(examples)) for number in range(step * rows, (step + 1) * rows))
    return [examples[np.random.default_rng((seed, epoch)).permutation(len(examples))[place]] for epoch, place in places]
