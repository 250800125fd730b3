"""The next-token loss: of a batch to learn from, and of held-out blocks."""

import numpy as np
import torch
import torch.nn.functional as F
from lightning.fabric import Fabric
from torch import Tensor, nn

IGNORED = -100  # a target that is not learned
Batch = tuple[Tensor, Tensor]  # tokens and targets, both (sequences, length), int64


def loss_sum(fabric: Fabric, model: nn.Module, tokens: Tensor, targets: Tensor) -> Tensor:
    """The summed cross-entropy of the targets that are not ignored, in nats."""
    logits = model(fabric.to_device(tokens))
    targets = fabric.to_device(targets)
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED, reduction="sum")


def next_token_batch(blocks: np.ndarray) -> Batch:
    """Blocks of tokens (sequences, length) with each token's successor as its target; the last has none."""
    tokens = torch.from_numpy(blocks)
    return tokens, F.pad(tokens[:, 1:], (0, 1), value=IGNORED)


def rows_of_rank(fabric: Fabric, tokens: Tensor, targets: Tensor) -> Batch:
    """This rank's rows of a global batch, equally many on all; what that takes beyond the batch has no targets."""
    missing = -len(tokens) % fabric.world_size
    if missing:
        tokens = torch.cat((tokens, tokens[:1].expand(missing, -1)))
        targets = F.pad(targets, (0, 0, 0, missing), value=IGNORED)
    mine = slice(fabric.global_rank, None, fabric.world_size)
    return tokens[mine], targets[mine]


@torch.no_grad()
def mean_loss(fabric: Fabric, model: nn.Module, blocks: np.ndarray, micro_batch: int) -> float:
    """Mean next-token loss, in nats, over blocks of tokens (sequences, length), at least one; all ranks take part."""
    model.eval()
    tokens, targets = next_token_batch(blocks)
    parts = zip(*(rows.split(micro_batch) for rows in rows_of_rank(fabric, tokens, targets)), strict=True)
    total = sum(loss_sum(fabric, model, *part).double() for part in parts)
    model.train()
    return float(fabric.all_reduce(total, reduce_op="sum")) / int((targets != IGNORED).sum())
