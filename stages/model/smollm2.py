"""The config of a model of SmolLM2's kind: a Llama with tied embeddings and grouped queries."""

from typing import Any

END_OF_TEXT_ID = 0


def smollm2_config(shape: dict[str, int], vocabulary_size: int) -> dict[str, Any]:
    """config.json of a SmolLM2 of another size. `shape` has Hugging Face's keys (hidden_size, ...).

    Constants: SmolLM2-360M's own config.json; Allal et al. 2025, arXiv 2502.02737.
    """
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": END_OF_TEXT_ID,
        "eos_token_id": END_OF_TEXT_ID,
        "hidden_act": "silu",
        # SmolLM2's 0.02 suits a width of 960; at 128 attention starts so flat that it learns three times as slowly.
        "initializer_range": round(shape["hidden_size"] ** -0.5, 4),
        "mlp_bias": False,
        "model_type": "llama",
        "rms_norm_eps": 1e-05,
        "rope_scaling": None,
        "tie_word_embeddings": True,
        "use_cache": True,
        "vocab_size": vocabulary_size,
        **shape,
    }


def generation_config() -> dict[str, Any]:
    """generation_config.json of a base model: text ends with the end-of-text token."""
    return {"bos_token_id": END_OF_TEXT_ID, "eos_token_id": END_OF_TEXT_ID}
