"""Held-out tokens of each language, and the loss on them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from lightning.fabric import Fabric
from torch import nn

from stages.training.loss import mean_loss


@dataclass(frozen=True)
class HeldOut:
    """Blocks (sequences, length) of one language, at least one, and how many tokens a byte of its text takes."""

    blocks: np.ndarray
    tokens_per_byte: float


def measure(fabric: Fabric, model: nn.Module, held_out: Mapping[str, HeldOut], micro_batch: int) -> dict[str, float]:
    """`<language>_loss` (nats a token) and `<language>_bits_per_byte` of each language."""
    measured = {}
    for language, part in sorted(held_out.items()):
        loss = mean_loss(fabric, model, part.blocks, micro_batch)
        measured[f"{language}_loss"] = loss
        measured[f"{language}_bits_per_byte"] = loss * part.tokens_per_byte / math.log(2)
    return measured


def choose(available: int, count: int, seed: int) -> list[int]:
    """At most `count` of `available` places, in order, drawn once and the same for every model."""
    return sorted(np.random.default_rng(seed).permutation(available)[:count].tolist())
