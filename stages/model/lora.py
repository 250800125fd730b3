"""Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685) of a model in LitGPT's layout, and its merging back.

All matrices of the blocks are adapted. Embedding and head stay as they are: an adapted head would be
another tensor than the embedding, which a folder with tied embeddings cannot hold.
"""

from dataclasses import asdict

import torch
from litgpt.lora import GPT as LoRAGPT
from litgpt.lora import Config, mark_only_lora_as_trainable, merge_lora_weights
from litgpt.model import GPT


def with_lora(model: GPT, rank: int, alpha: int, seed: int) -> LoRAGPT:
    """The same function with adapters of `rank`, scaled by alpha / rank, of which only the adapters learn.

    A is drawn from `seed`, B is zero. The other weights are shared with `model`, which is not to be used further.
    """
    adapted = dict.fromkeys(("lora_query", "lora_key", "lora_value", "lora_projection", "lora_mlp"), True)
    torch.manual_seed(seed)
    lora = LoRAGPT(Config(**asdict(model.config), lora_r=rank, lora_alpha=alpha, **adapted))
    lora.load_state_dict(model.state_dict(), strict=False, assign=True)
    if model.lm_head.weight is model.transformer.wte.weight:
        lora.lm_head.linear.weight = lora.transformer.wte.weight
    mark_only_lora_as_trainable(lora)
    return lora


def merged(lora: LoRAGPT, model: GPT) -> GPT:
    """Add the adapters to the weights and load them into `model`, the one that `lora` was made from."""
    merge_lora_weights(lora)
    weights = {
        name.replace(".linear.", "."): value for name, value in lora.state_dict().items() if ".lora_" not in name
    }
    model.load_state_dict(weights)
    return model
