"""Weights as a network has them before it learns."""

from collections.abc import Mapping

import torch


def random_tensors(like: Mapping[str, torch.Tensor], deviation: float, seed: int) -> dict[str, torch.Tensor]:
    """Tensors of the same names, shapes and precision: matrices normal with mean 0, norms 1, biases 0.

    Each is drawn from a generator of its own, by the seed and its place among the sorted names.
    """
    drawn = {}
    for place, (name, tensor) in enumerate(sorted(like.items())):
        if name.endswith(".bias"):
            drawn[name] = torch.zeros_like(tensor)
        elif tensor.ndim == 1:
            drawn[name] = torch.ones_like(tensor)
        else:
            generator = torch.Generator().manual_seed(seed * 2**20 + place)
            drawn[name] = (torch.randn(tensor.shape, generator=generator) * deviation).to(tensor.dtype)
    return drawn
