"""A model folder as a model in LitGPT's layout, and back."""

from pathlib import Path
from typing import Any

import torch
from litgpt.model import GPT

from stages.errors import BadInput
from stages.model.conversion import from_huggingface, to_huggingface
from stages.model.files import (
    count_entries,
    read_config,
    read_tensors,
    with_padding,
    without_padding,
    write_tensors,
)


def load_model(folder: Path, dtype: torch.dtype | None = None, config: dict[str, Any] | None = None) -> GPT:
    """The model of a folder in LitGPT's layout, in its own precision or in `dtype`.

    Rows that pad the embedding stay behind, so that no loss counts them and no optimizer moves them.
    `config` stands in for the folder's own, for a longer context or another RoPE base.
    """
    config, tensors = config or read_config(folder), read_tensors(folder)
    if config.get("tie_word_embeddings", False):  # what a Llama's config leaves out is false
        tensors.pop("lm_head.weight", None)  # a stored copy of the embedding: one tensor here
    rows = len(tensors["model.embed_tokens.weight"])
    if rows != config["vocab_size"]:
        raise BadInput(f"{folder}: vocab_size is {config['vocab_size']} in config.json, the embedding has {rows} rows.")
    entries = count_entries(folder)
    if entries > rows:
        raise BadInput(f"{folder}: the tokenizer has {entries} entries, the embedding only {rows} rows.")
    tensors = without_padding(tensors, entries)
    return from_huggingface(
        config | {"vocab_size": entries}, {name: tensor.to(dtype) for name, tensor in tensors.items()}
    )


def save_model(model: GPT, config: dict[str, Any], folder: Path) -> None:
    """Write weights and config into an existing folder, as `stages.outputs.new_folder` gives it.

    The embedding is padded to the config's `vocab_size` again.
    """
    write_tensors(with_padding(to_huggingface(model), config["vocab_size"]), config, folder)
