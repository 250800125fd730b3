"""Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685) of a model in LitGPT's layout, and its merging back.

A matrix W of the blocks becomes W + alpha / rank * B A with two thin matrices that learn; queries, keys and
values have a pair each. The layers are LitGPT's, put into the model in the places of its own: embedding, head
and norms stay what they are (an adapted head would be another tensor than the embedding, which a folder with
tied embeddings cannot hold), and so does every name that the rest of the training asks a model for.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from litgpt.config import Config
from litgpt.lora import LoRALinear, LoRAQKVLinear
from litgpt.model import GPT
from torch import nn

from stages.errors import BadInput


def adapt(model: GPT, rank: int, alpha: int, seed: int) -> None:
    """Give every matrix of the blocks that learns adapters of `rank`, which learn in its stead.

    A is drawn from `seed` and B is zero, so the function stays the same. Raises `BadInput` where no matrix learns.
    """
    for parent, name in _places(model):
        matrix = getattr(parent, name)
        if matrix.weight.requires_grad:
            setattr(parent, name, _beside(matrix, name, model.config, rank, alpha))
    if not any(True for _ in adapters(model)):
        raise BadInput("low_rank: no matrix of the blocks learns in this stage. Set low_rank: null.")
    _draw(adapters(model), seed, restart=0)


def adapters(model: nn.Module) -> Iterator[LoRALinear]:
    """The adapted matrices, in the order of the model."""
    return (module for module in model.modules() if isinstance(module, LoRALinear))


@torch.no_grad()
def merge_and_draw(model: nn.Module, seed: int, restart: int) -> None:
    """Add the adapters to their matrices and begin anew: B is zero and A drawn from (seed, restart).

    The function stays the same to rounding. In place, so that optimizer and compiled code keep their tensors.
    """
    for adapter in adapters(model):
        adapter.merge()
        adapter.merged = False
    _draw(adapters(model), seed, restart)


@torch.no_grad()
def merge(model: GPT) -> None:
    """Add the adapters to their matrices and leave the plain model; does nothing to one without adapters."""
    for parent, name in _places(model):
        adapter = getattr(parent, name)
        if isinstance(adapter, LoRALinear):
            adapter.merge()
            setattr(parent, name, adapter.linear)


def _places(model: GPT) -> Iterable[tuple[nn.Module, str]]:
    for block in model.transformer.h:
        yield from ((block.attn, "qkv"), (block.attn, "proj"))
        yield from ((block.mlp, "fc_1"), (block.mlp, "fc_2"), (block.mlp, "proj"))


def _beside(matrix: nn.Linear, name: str, config: Config, rank: int, alpha: int) -> LoRALinear:
    sizes = {"in_features": matrix.in_features, "out_features": matrix.out_features, "r": rank, "lora_alpha": alpha}
    with torch.device("meta"):  # no memory and no random numbers for a matrix that is replaced at once
        if name == "qkv":
            heads = {"head_size": config.head_size, "n_head": config.n_head, "n_query_groups": config.n_query_groups}
            adapter = LoRAQKVLinear(**sizes, **heads, enable_lora=(True, True, True), bias=False)
        else:
            adapter = LoRALinear(**sizes, bias=False)
    adapter.linear = matrix.requires_grad_(False)
    for thin in ("lora_A", "lora_B"):
        setattr(adapter, thin, nn.Parameter(torch.empty_like(getattr(adapter, thin), device=matrix.weight.device)))
    return adapter


@torch.no_grad()
def _draw(drawn: Iterable[LoRALinear], seed: int, restart: int) -> None:
    generator = np.random.default_rng((seed, restart))  # not torch's: the same numbers on every device
    for adapter in drawn:
        bound = adapter.lora_A.shape[1] ** -0.5  # uniform, as torch and LitGPT draw a linear layer
        adapter.lora_A.copy_(torch.from_numpy(generator.uniform(-bound, bound, tuple(adapter.lora_A.shape))))
        adapter.lora_B.zero_()
