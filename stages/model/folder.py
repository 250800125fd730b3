"""A model folder as a model in LitGPT's layout, and back."""

from pathlib import Path
from typing import Any

import torch
from litgpt.model import GPT

from stages.errors import BadInput
from stages.model.conversion import from_huggingface, to_huggingface
from stages.model.files import read_config, read_tensors, write_tensors


def load_model(folder: Path, dtype: torch.dtype | None = None, config: dict[str, Any] | None = None) -> GPT:
    """The model of a folder in LitGPT's layout, in its own precision or in `dtype`.

    `config` stands in for the folder's own, for a longer context or another RoPE base.
    """
    config, tensors = config or read_config(folder), read_tensors(folder)
    if config["tie_word_embeddings"]:
        tensors.pop("lm_head.weight", None)  # a stored copy of the embedding: one tensor here
    rows = len(tensors["model.embed_tokens.weight"])
    if rows != config["vocab_size"]:
        raise BadInput(f"{folder}: vocab_size is {config['vocab_size']} in config.json, the embedding has {rows} rows.")
    return from_huggingface(config, {name: tensor.to(dtype) for name, tensor in tensors.items()})


def save_model(model: GPT, config: dict[str, Any], folder: Path) -> None:
    """Write weights and config into an existing folder, as `stages.outputs.new_folder` gives it."""
    write_tensors(to_huggingface(model), config, folder)
