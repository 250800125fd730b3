"""Output invariance: does a model that reads a new token go on as it did after reading the old pieces?"""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from stages.readings.pairs import Pair


def kl_divergence(reference: Tensor, other: Tensor) -> Tensor:
    """KL(reference || other) in nats of log-probabilities (positions, entries), over the entries of `reference`.

    `other` may have further entries after those: both are compared as distributions over the common ones, brought
    back to a sum of one. So a model is not charged for the mass that it gives to new tokens.

    >>> half, other = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.375, 0.125, 0.5]])
    >>> kl_divergence(half.log(), other.log())  # 0.5 ln(0.5 / 0.75) + 0.5 ln(0.5 / 0.25)
    tensor([0.1438])
    """
    reference = torch.log_softmax(reference, dim=-1)
    other = torch.log_softmax(other[:, : reference.shape[1]], dim=-1)
    return (reference.exp() * (reference - other)).sum(dim=-1)


def word_ends(pair: Pair, old_size: int, begins_word: Sequence[bool]) -> np.ndarray:
    """Places of the new tokens (ids from `old_size`) that end a word: the next token begins one."""
    begins = np.array([begins_word[token] for token in pair.tokens[1:]], dtype=bool)
    return np.flatnonzero((pair.tokens[:-1] >= old_size) & begins)


def divergences(
    base: Iterable[Tensor],
    extended: Iterable[Tensor],
    pairs: Sequence[Pair],
    old_size: int,
    begins_word: Sequence[bool],
) -> np.ndarray:
    """KL in nats at the end of each word that a new token ends, of predictions along the pieces and the tokens."""
    found = []
    for after_pieces, after_tokens, pair in zip(base, extended, pairs, strict=True):
        places = word_ends(pair, old_size, begins_word)
        reference = after_pieces[torch.from_numpy(pair.ends[places] - 1), :old_size]
        found.append(kl_divergence(reference, after_tokens[torch.from_numpy(places)]).double().cpu().numpy())
    return np.concatenate(found)
