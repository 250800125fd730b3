"""Cross-entropy of a language model's head without the logits of all positions at once.

With a vocabulary of 55,936 the logits of 32,768 positions take 7.3 GB in float32, and their gradient as much again. So
scores, loss and gradients are computed for a few positions at a time, and the gradients in the forward pass, where the
scores are at hand (as in Wijmans et al. 2024, arXiv 2411.09009, and Hsu et al. 2024, arXiv 2410.10989).
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.utils.checkpoint import checkpoint

IGNORED = -100  # a target that is not learned
# Positions whose logits exist at once. A processor wants them in its cache (256 x 5,632 are 6 MB); a GPU wants large
# products, and has the memory (4,096 x 55,936 are 0.9 GB).
CHUNK_POSITIONS = {"cpu": 256, "cuda": 4096}


def head_weights(head: nn.Module) -> list[Tensor] | None:
    """The matrices (rows, width) whose scores, one beside the other, are the head's; None if it computes otherwise.

    A head of several matrices, of which some may be frozen, tells them by a method `parts`.
    """
    if hasattr(head, "parts"):
        return head.parts()
    return [head.weight] if type(head) is nn.Linear and head.bias is None else None


def summed_cross_entropy(head: nn.Module, hidden: Tensor, targets: Tensor, chunk: int | None = None) -> Tensor:
    """The summed cross-entropy, in nats, of targets (positions,) that are not ignored, given hidden (positions, width).

    Equal to that of `head(hidden)` but for rounding. It can be differentiated once. The products are computed in
    autocast's precision, softmax and sums in float32 at least.
    """
    chunk = chunk or CHUNK_POSITIONS[hidden.device.type]
    weights = head_weights(head)
    if weights is None:
        parts = zip(hidden.split(chunk), targets.split(chunk), strict=True)
        return torch.stack([checkpoint(_plain, head, *part, use_reentrant=False) for part in parts]).sum()
    device = hidden.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else hidden.dtype
    with torch.autocast(device, enabled=False):
        if torch.is_grad_enabled():
            return _ChunkedCrossEntropy.apply(hidden, targets, chunk, dtype, *weights)
        return _by_chunks(hidden, targets, chunk, dtype, weights, False, [False] * len(weights))[0]


def _plain(head: nn.Module, hidden: Tensor, targets: Tensor) -> Tensor:
    logits = head(hidden)
    return F.cross_entropy(logits.to(_accurate(logits.dtype)), targets, ignore_index=IGNORED, reduction="sum")


def _accurate(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)


class _ChunkedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, targets: Tensor, chunk: int, dtype: torch.dtype, *weights: Tensor) -> Tensor:
        learns_hidden, _, _, _, *learn = ctx.needs_input_grad
        total, *ctx.gradients = _by_chunks(hidden, targets, chunk, dtype, weights, learns_hidden, learn)
        ctx.dtype = weights[0].dtype
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor | None, ...]:
        of_hidden, of_weights = ctx.gradients
        del ctx.gradients  # they are scaled in place, so a second backward pass would be wrong: it fails here
        scaled = [gradient if gradient is None else gradient.mul_(scale) for gradient in (of_hidden, *of_weights)]
        own = [gradient if gradient is None else gradient.to(ctx.dtype) for gradient in scaled[1:]]
        return scaled[0], None, None, None, *own


def _by_chunks(
    hidden: Tensor,
    targets: Tensor,
    chunk: int,
    dtype: torch.dtype,
    weights: Sequence[Tensor],
    learns_hidden: bool,
    learn: Sequence[bool],
) -> tuple[Tensor, Tensor | None, list[Tensor | None]]:
    """The loss, and its gradients for `hidden` and for each of the weights that learn."""
    learned = targets != IGNORED
    # Positions without a target are zeroed here, so that they add nothing to the weights' gradients below.
    inputs = (hidden * learned.unsqueeze(1)).to(dtype)
    places = targets.where(learned, 0).unsqueeze(1)
    factors = [weight.to(dtype) for weight in weights]
    ends = torch.tensor([len(weight) for weight in weights]).cumsum(0).tolist()
    columns = [slice(end - len(weight), end) for end, weight in zip(ends, weights, strict=True)]

    total = torch.zeros((), dtype=_accurate(dtype), device=hidden.device)
    of_hidden = torch.empty_like(hidden) if learns_hidden else None
    of_weights = [
        torch.zeros_like(weight, dtype=_accurate(weight.dtype)) if own else None
        for weight, own in zip(weights, learn, strict=True)
    ]
    scores = inputs.new_empty(min(chunk, len(inputs)), ends[-1])
    for begin in range(0, len(inputs), chunk):
        rows = slice(begin, begin + chunk)
        part, place = inputs[rows], places[rows]
        logits = scores[: len(part)]
        for factor, column in zip(factors, columns, strict=True):
            torch.mm(part, factor.t(), out=logits[:, column])
        log_probabilities = torch.log_softmax(logits, dim=-1, dtype=_accurate(dtype))
        at_target = log_probabilities.gather(1, place)
        total -= at_target.squeeze(1).where(learned[rows], 0).sum()
        if not (learns_hidden or any(learn)):
            continue
        # The gradient of a position's logits: its probabilities, less one at the target.
        gradient = log_probabilities.exp_().scatter_(1, place, at_target.exp() - 1).to(dtype)
        if of_hidden is not None:
            of_hidden[rows] = sum(gradient[:, c] @ factor for c, factor in zip(columns, factors, strict=True))
            of_hidden[rows] *= learned[rows].unsqueeze(1)
        for of_weight, column in zip(of_weights, columns, strict=True):
            if of_weight is not None and of_weight.dtype == dtype:
                of_weight.addmm_(gradient[:, column].t(), part)
            elif of_weight is not None:
                of_weight += gradient[:, column].t() @ part  # a product of low precision, added in a high one
    return total, of_hidden, of_weights
