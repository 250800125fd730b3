"""A Llama in Hugging Face's layout <-> the same one in LitGPT's, in memory and bit for bit."""

from typing import Any

import torch
from litgpt.config import Config
from litgpt.model import GPT
from litgpt.scripts.convert_hf_checkpoint import copy_weights_hf_llama
from litgpt.scripts.convert_lit_checkpoint import copy_weights_llama

from stages.errors import BadInput

# What LitGPT's plain Llama cannot express. A config that asks for it would be converted to another function.
UNSUPPORTED = {"model_type": "llama", "hidden_act": "silu", "rope_scaling": None, "attention_bias": False}


def litgpt_config(config: dict[str, Any]) -> Config:
    """LitGPT's form of a Hugging Face Llama config. The vocabulary keeps its exact size (LitGPT would pad it).

    Raises `BadInput` for a config that is not a plain Llama.
    """
    for key, plain in UNSUPPORTED.items():
        if config.get(key, plain) != plain:
            raise BadInput(
                f"config.json: {key}: {config[key]!r} is not supported, only {plain!r}. Choose a plain Llama."
            )
    return Config(
        name="llama",
        block_size=config["max_position_embeddings"],
        vocab_size=config["vocab_size"],
        padded_vocab_size=config["vocab_size"],
        n_layer=config["num_hidden_layers"],
        n_head=config["num_attention_heads"],
        n_query_groups=config["num_key_value_heads"],
        head_size=config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"],
        n_embd=config["hidden_size"],
        intermediate_size=config["intermediate_size"],
        rope_base=int(config["rope_theta"]),
        norm_eps=config["rms_norm_eps"],
        rotary_percentage=1.0,
        parallel_residual=False,
        bias=False,
        norm_class_name="RMSNorm",
        mlp_class_name="LLaMAMLP",
    )


def from_huggingface(config: dict[str, Any], tensors: dict[str, torch.Tensor]) -> GPT:
    """A LitGPT model that holds these tensors (shared, not copied, where the layout is the same).

    Tied embeddings are one parameter: `model.lm_head.weight is model.transformer.wte.weight`.
    """
    shape = litgpt_config(config)
    state: dict[str, torch.Tensor] = {}
    copy_weights_hf_llama(shape, {}, state, tensors)
    with torch.device("meta"):  # no memory and no random numbers for weights that are replaced at once
        model = GPT(shape)
    model.load_state_dict(state, assign=True)
    model.cos, model.sin = model.rope_cache(device=torch.device("cpu"))
    if config.get("tie_word_embeddings", False):
        model.lm_head.weight = model.transformer.wte.weight
    return model


def to_huggingface(model: GPT) -> dict[str, torch.Tensor]:
    """The tensors of a LitGPT model under Hugging Face's names, without a head when it is the embedding."""
    tied = model.lm_head.weight is model.transformer.wte.weight
    tensors: dict[str, torch.Tensor] = {}
    copy_weights_llama(model.config, tensors, model.state_dict(), untie_weights=tied)
    return tensors


def random_model(config: dict[str, Any], seed: int) -> GPT:
    """An untrained model: normal weights of the config's `initializer_range`, norms at one (as transformers does)."""
    model = GPT(litgpt_config(config))
    if config["tie_word_embeddings"]:
        model.lm_head.weight = model.transformer.wte.weight
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=config["initializer_range"], generator=generator)
    return model
