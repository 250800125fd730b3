"""Floating-point operations that training takes, and how many a GPU can do in a second."""

import re

# Dense bfloat16 matrix FLOP/s, sums in float32, by the words of `torch.cuda.get_device_name`; the first match counts.
# From the makers' data sheets, most of which state the double (with 2:4 sparsity). `NVIDIA H100 80GB HBM3` is the SXM.
PEAK_FLOPS = {
    r"B200": 2250e12,
    r"H[12]00 NVL": 835e12,
    r"H100 PCIe": 756e12,
    r"GH200|H200|H100": 989e12,
    r"A100": 312e12,
    r"A40": 149.7e12,
    r"A30": 165e12,
    r"A10": 125e12,
    r"L40S": 362e12,
    r"L40": 181e12,
    r"L4": 121e12,
}


def flops_per_token(parameters: int, layers: int, width: int, sequence_length: int) -> int:
    """FLOP of a training step (forward and backward) a token: 6 N + 6 L d s.

    `parameters` N counts a tied embedding once. The second term is causal attention, of which half of the
    `sequence_length` s positions are seen on average: half of what Chowdhery et al. 2022 (PaLM, arXiv 2204.02311,
    appendix B) count. Without it: `layers` 0.

    >>> flops_per_token(368_333_760, layers=32, width=960, sequence_length=2048) / 1e9
    2.58748992
    """
    return 6 * parameters + 6 * layers * width * sequence_length


def peak_flops(device_name: str) -> float | None:
    """Dense bfloat16 FLOP/s of a GPU by the name that its driver gives; None for one that is not in the table.

    >>> peak_flops("NVIDIA H200"), peak_flops("NVIDIA A100-SXM4-80GB"), peak_flops("NVIDIA GeForce GTX 1080")
    (989000000000000.0, 312000000000000.0, None)
    """
    return next((flops for name, flops in PEAK_FLOPS.items() if re.search(rf"\b({name})\b", device_name)), None)
