"""Blocks added between those of a base (block expansion; Wu et al. 2024, arXiv 2401.02415, LLaMA Pro).

An added block is a copy of the one before it whose two ways out, the output of attention and that of the MLP, are
zero: what it adds to the residual stream is zero, so the model is the same function until it learns.
"""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from stages.errors import BadInput

WAYS_OUT = ("self_attn.o_proj.weight", "mlp.down_proj.weight")
BLOCK = re.compile(r"model\.layers\.(\d+)\.(.+)")


def added_places(old_blocks: int, blocks: int) -> list[int]:
    """The places of the added ones among `blocks`, at even distances, the last of them at the end.

    >>> added_places(4, 6)  # after the second and after the fourth
    [2, 5]
    >>> added_places(4, 4)
    []
    """
    added = blocks - old_blocks
    return [(number * old_blocks) // added + number - 1 for number in range(1, added + 1)]


def origins(old_blocks: int, blocks: int) -> list[int]:
    """For each place, which of the base's blocks stands there, or is copied there.

    >>> origins(4, 6)
    [0, 1, 1, 2, 3, 3]
    """
    added = set(added_places(old_blocks, blocks))
    old, found = -1, []
    for place in range(blocks):
        old += place not in added
        found.append(old)
    return found


def expand(
    config: Mapping[str, Any], tensors: Mapping[str, Tensor], added: int
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Config and tensors with `added` more blocks, the old ones in their new places.

    Raises `BadInput` for more added blocks than there are old ones.
    """
    old_blocks = config["num_hidden_layers"]
    if added > old_blocks:
        raise BadInput(f"extend.added_blocks: {added}, but the base has {old_blocks} blocks. Add at most as many.")
    blocks = old_blocks + added
    made = {name: tensor for name, tensor in tensors.items() if not BLOCK.fullmatch(name)}
    for place, old in enumerate(origins(old_blocks, blocks)):
        is_added = place in added_places(old_blocks, blocks)
        for name, tensor in _block(tensors, old).items():
            made[f"model.layers.{place}.{name}"] = _first_value(name, tensor) if is_added else tensor
    return dict(config) | {"num_hidden_layers": blocks}, made


def in_places(tensors: Mapping[str, Tensor], old_blocks: int, blocks: int) -> dict[str, Tensor]:
    """The tensors of a model of `old_blocks` under the names that `expand` gave them in one of `blocks`.

    Raises `BadInput` for fewer blocks than the base's.
    """
    if blocks < old_blocks:
        raise BadInput(f"config.json: num_hidden_layers: {blocks}, but the base has {old_blocks}. Extend that base.")
    made = {name: tensor for name, tensor in tensors.items() if not BLOCK.fullmatch(name)}
    added = added_places(old_blocks, blocks)
    for place, old in enumerate(origins(old_blocks, blocks)):
        if place not in added:
            made |= {f"model.layers.{place}.{name}": tensor for name, tensor in _block(tensors, old).items()}
    return made


def _block(tensors: Mapping[str, Tensor], number: int) -> dict[str, Tensor]:
    matches = {name: BLOCK.fullmatch(name) for name in tensors}
    return {found[2]: tensors[name] for name, found in matches.items() if found and int(found[1]) == number}


def _first_value(name: str, tensor: Tensor) -> Tensor:
    return torch.zeros_like(tensor) if name in WAYS_OUT else tensor.clone()
