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


@torch.no_grad()
def mean_loss(fabric: Fabric, model: nn.Module, blocks: np.ndarray, micro_batch: int) -> float:
    """Mean next-token loss, in nats, over blocks of tokens (sequences, length), at least one."""
    model.eval()
    tokens, targets = next_token_batch(blocks)
    parts = zip(tokens.split(micro_batch), targets.split(micro_batch), strict=True)
    total = sum(float(loss_sum(fabric, model, *part)) for part in parts)
    model.train()
    return total / int((targets != IGNORED).sum())
