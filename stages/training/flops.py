"""Floating-point operations that training takes, and how many a GPU can do in a second."""

import re

from litgpt.model import GPT
from torch import Tensor, nn

# Dense bfloat16 operations a second with float32 sums, from NVIDIA's data sheets (half of what they give "with
# sparsity"), by the words of the device's name that tell it from others.
PEAKS = {
    ("B200",): 2250e12,
    ("GH200",): 989e12,
    ("H200",): 989e12,
    ("H100", "PCIe"): 756e12,
    ("H100", "NVL"): 835e12,
    ("H100", "HBM3"): 989e12,  # the SXM module
    ("A100",): 312e12,
    ("L40S",): 362e12,
    ("L40",): 181e12,
    ("L4",): 121e12,
    ("A30",): 165e12,
    ("A40",): 149.7e12,
    ("A10",): 125e12,
    ("4090",): 165.2e12,
    ("3090",): 71e12,
}


def peak_flops(device_name: str) -> float | None:
    """Dense bfloat16 operations a second of a GPU by the name that its driver gives; unknown: None.

    >>> peak_flops("NVIDIA A100-SXM4-80GB") / 1e12
    312.0
    """
    words = set(re.split(r"[ -]", device_name))
    return next((peak for name, peak in PEAKS.items() if words.issuperset(name)), None)


def flops_per_token(parameters: int, layers: int, width: int, sequence_length: int) -> int:
    """FLOP of a training step (forward and backward) a token: 6 N + 6 L d s.

    `parameters` N counts a tied embedding once. The second term is causal attention, of which half of the
    `sequence_length` s positions are seen on average: half of what Chowdhery et al. 2022 (PaLM, arXiv 2204.02311,
    appendix B) count. Without it: `layers` 0.

    >>> flops_per_token(368_333_760, layers=32, width=960, sequence_length=2048) / 1e9
    2.58748992
    """
    return 6 * parameters + 6 * layers * width * sequence_length


def model_flops_per_token(model: GPT, sequence_length: int) -> int:
    """Operations that training on a token takes: 4 N + 2 N' + 6 L d s, with N' of N parameters learning.

    Two for each parameter forward, two for the gradient of what goes into it, two for its own where
    it learns; so 6 N where all do. Causal attention adds 2 L d s forward (L layers, heads of together
    d, sequences of s), twice that backward. N is that of matrices that are multiplied with: a tied
    embedding counts once, an input embedding beside a head of its own does not. What is computed a second
    time to save memory does not count.
    """
    embedding, head = model.transformer.wte, model.lm_head
    of_tokens = {id(parameter) for module in (embedding, head) for parameter in module.parameters()}
    body = [parameter for parameter in model.parameters() if id(parameter) not in of_tokens]
    multiplied = [*body, *(_matrices(head) or _matrices(embedding))]  # the head of a split, tied embedding holds none
    parameters = sum(tensor.numel() for tensor in multiplied)
    learning = sum(tensor.numel() for tensor in multiplied if tensor.requires_grad)
    shape = model.config
    attention = shape.n_layer * shape.n_head * shape.head_size * sequence_length
    return 4 * parameters + 2 * learning + 6 * attention


def _matrices(module: nn.Module) -> list[Tensor]:
    """What learns of a matrix of tokens, and the frozen rows beside it, which are a buffer."""
    return [tensor for tensor in (*module.parameters(), *module.buffers()) if tensor.is_floating_point()]
