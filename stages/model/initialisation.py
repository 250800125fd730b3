"""First values of the embedding rows of new tokens.

Each function takes the base's rows (entries, width), for each new token the base ids of the pieces
that it replaces, and a seed; it gives the new rows (tokens, width) in the precision of the base's.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Initialisation = Callable[[Tensor, Sequence[Sequence[int]], int], Tensor]


def mean(rows: Tensor, pieces: Sequence[Sequence[int]], seed: int) -> Tensor:
    """The mean of the rows of a token's pieces, vector by vector, summed in float32.

    >>> mean(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), [[0, 1]], seed=0)
    tensor([[2., 4.]])
    """
    lengths = torch.tensor([len(ids) for ids in pieces])
    flat = torch.tensor([id_ for ids in pieces for id_ in ids])
    owners = torch.repeat_interleave(torch.arange(len(pieces)), lengths)
    sums = torch.zeros(len(pieces), rows.shape[1]).index_add_(0, owners, rows[flat].float())
    return (sums / lengths[:, None]).to(rows.dtype)


def random(rows: Tensor, pieces: Sequence[Sequence[int]], seed: int) -> Tensor:
    """Normal values with the mean and standard deviation that the base's rows have in each dimension."""
    base = rows.float()
    noise = torch.randn(len(pieces), rows.shape[1], generator=torch.Generator().manual_seed(seed))
    return (base.mean(dim=0) + noise * base.std(dim=0)).to(rows.dtype)


INITIALISATIONS: dict[str, Initialisation] = {"mean": mean, "random": random}
