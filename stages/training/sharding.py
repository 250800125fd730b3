"""Fully sharded data parallel training (Zhao et al. 2023, arXiv 2304.11277): each device holds a part of every tensor.

Checkpoints are the same files as without it: whole, written by the first rank.
"""

from pathlib import Path
from typing import Any

import torch
from lightning.fabric.strategies import ModelParallelStrategy, Strategy
from litgpt.model import Block
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import Optimizer
from torch.utils._pytree import tree_map


class FullyShardedStrategy(ModelParallelStrategy):
    """PyTorch's FSDP2 over LitGPT's blocks, with the checkpoints that a single device writes.

    Parameters are sent in their own precision, and autocast chooses that of the arithmetic, as without FSDP.
    """

    def __init__(self, devices: int):
        super().__init__(_shard_blocks, data_parallel_size=devices, tensor_parallel_size=1)

    checkpoint_io = Strategy.checkpoint_io  # the parent has none, since it writes a folder

    def clip_gradients_norm(self, *args: Any, **kwargs: Any) -> Tensor:
        return whole(super().clip_gradients_norm(*args, **kwargs))

    def save_checkpoint(self, path: Path, state: dict[str, Any], *_: Any, **__: Any) -> None:
        """Write the state of modules and optimizers, and the rest of `state`, as one file of whole tensors."""
        states = {key: part.state_dict() if _has_state(part) else part for key, part in state.items()}
        gathered = tree_map(lambda leaf: whole(leaf).cpu() if isinstance(leaf, Tensor) else leaf, states)
        if self.global_rank == 0:
            self.checkpoint_io.save_checkpoint(gathered, path)

    def load_checkpoint(self, path: Path, state: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        """Load a checkpoint of any strategy into `state`; returns what it has besides."""
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        for key, part in state.items():
            value = found.pop(key)
            if isinstance(part, nn.Module):
                part.load_state_dict({name: _like(value[name], old) for name, old in part.state_dict().items()})
            elif isinstance(part, Optimizer):
                parameters = [parameter for group in part.param_groups for parameter in group["params"]]
                moments = {
                    number: {name: _like(tensor, parameters[number]) for name, tensor in moments.items()}
                    for number, moments in value["state"].items()
                }
                part.load_state_dict(value | {"state": moments})
            else:
                state[key] = value
        return found


def _shard_blocks(model: nn.Module, mesh: DeviceMesh) -> nn.Module:
    mesh = mesh["data_parallel"]
    for module in model.modules():
        if isinstance(module, Block):
            fully_shard(module, mesh=mesh)
    return fully_shard(model, mesh=mesh)


def whole(tensor: Tensor) -> Tensor:
    """A sharded tensor from all ranks, which all have to ask for it; any other as it is."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def _like(whole: Tensor, part: Tensor) -> Tensor:
    """A whole tensor split as `part` is; one of another shape, such as a count of steps, stays whole."""
    if isinstance(part, DTensor) and whole.shape == part.shape:
        return distribute_tensor(whole.to(part.device), part.device_mesh, part.placements)
    return whole


def _has_state(part: Any) -> bool:
    return isinstance(part, nn.Module | Optimizer)
