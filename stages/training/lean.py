"""LitGPT's norm and attention for training without a compiler: the same functions with fewer passes over memory.

Written out in single operations, norm and rotation take a dozen tensors each to and fro; at a width of 128 that is a
tenth of a step on a processor. With `compile` these are left alone: the compiler fuses LitGPT's own.
"""

from types import MethodType
from typing import Any

import torch
import torch.nn.functional as F
from litgpt.model import CausalSelfAttention, RMSNorm
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


def make_lean(model: nn.Module) -> None:
    """Let the norms and attentions of a plain Llama compute as below. Parameters and their names stay as they are."""
    for module in model.modules():
        if isinstance(module, RMSNorm):
            module.forward = MethodType(_norm, module)
        elif isinstance(module, CausalSelfAttention):
            module.forward = MethodType(_attention, module)


def _norm(module: RMSNorm, hidden: Tensor) -> Tensor:
    return _RMSNorm.apply(hidden, module.weight, module.eps)


def _attention(
    module: CausalSelfAttention, hidden: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None, *_: Any
) -> Tensor:
    """Hidden (batch, length, width) -> the same; cos and sin (1, length, head size); mask as in `within_documents`."""
    config = module.config
    heads, groups, size = config.n_head, config.n_query_groups, config.head_size
    batch, length, _width = hidden.shape
    queries_keys, values = (
        module.qkv(hidden).view(batch, length, heads + 2 * groups, size).split((heads + groups, groups), dim=2)
    )
    turned = _Rotation.apply(queries_keys, cos.unsqueeze(2), sin.unsqueeze(2)).transpose(1, 2)
    queries, keys = turned.split((heads, groups), dim=1)
    values = values.transpose(1, 2)
    if mask is not None:  # with a mask, no kernel of a GPU but the slowest shares keys among heads
        keys, values = (each.repeat_interleave(heads // groups, dim=1) for each in (keys, values))
    mixed = F.scaled_dot_product_attention(
        queries, keys, values, attn_mask=mask, is_causal=mask is None, enable_gqa=mask is None
    )
    return module.proj(mixed.transpose(1, 2).reshape(batch, length, heads * size))


class _RMSNorm(torch.autograd.Function):
    """Zhang and Sennrich 2019 (arXiv 1910.07467), computed in float32 at least."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, eps: float) -> Tensor:
        wide = hidden.to(torch.promote_types(hidden.dtype, torch.float32))
        scale = torch.linalg.vector_norm(wide, dim=-1, keepdim=True).square_().div_(wide.shape[-1]).add_(eps).rsqrt_()
        normal = wide * scale
        ctx.save_for_backward(normal, scale, weight)
        return (normal * weight).to(hidden.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor | None, None]:
        normal, scale, weight = ctx.saved_tensors
        of_weight = None
        if ctx.needs_input_grad[1]:
            of_weight = (gradient * normal).flatten(0, -2).sum(0).to(weight.dtype)
        scaled = gradient * weight
        along = (scaled * normal).sum(-1, keepdim=True).div_(-normal.shape[-1])
        return (scaled.addcmul(normal, along)).mul_(scale).to(gradient.dtype), of_weight, None


class _Rotation(torch.autograd.Function):
    """Rotary positions (Su et al. 2021, arXiv 2104.09864): turned by an angle, and its gradient by the opposite one."""

    @staticmethod
    def forward(ctx: Any, heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        ctx.save_for_backward(cos, sin)
        return _turn(heads, cos, sin)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        cos, sin = ctx.saved_tensors
        return _turn(gradient, cos, -sin), None, None


def _turn(heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = heads.shape[-1] // 2
    turned = heads * cos
    turned[..., :half].addcmul_(heads[..., half:], sin[..., :half], value=-1)
    turned[..., half:].addcmul_(heads[..., :half], sin[..., half:])
    return turned.to(heads.dtype)
