"""A model as a Hugging Face folder: config.json, model.safetensors and the tokenizer's files."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from litgpt.model import GPT
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from stages.errors import BadInput
from stages.model.conversion import from_huggingface, to_huggingface
from stages.outputs import write_json

# Everything beside the weights and their config that makes a folder usable; not every model has all.
COMPANIONS = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
              "generation_config.json")  # fmt: skip


def read_config(folder: Path) -> dict[str, Any]:
    """config.json of a model folder. Raises `BadInput` when there is none or it is not JSON."""
    file = folder / "config.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{file}: not found. {folder} is no model folder; run the stage that makes it.") from None
    except ValueError as error:
        raise BadInput(f"{file}: not valid JSON ({error}). Delete {folder} and make it again.") from None


def read_tensors(folder: Path) -> dict[str, torch.Tensor]:
    """Every tensor of a model folder, from one safetensors file or several."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BadInput(f"{folder}: no *.safetensors file. Run the stage that makes this model.")
    tensors: dict[str, torch.Tensor] = {}
    for file in files:
        try:
            tensors |= load_file(file)
        except SafetensorError as error:
            raise BadInput(
                f"{file}: not a whole safetensors file ({error}). Delete {folder} and make it again."
            ) from None
    return tensors


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
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in to_huggingface(model).items()}
    dtype = str(tensors["model.embed_tokens.weight"].dtype).removeprefix("torch.")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", config | {"torch_dtype": dtype})


def copy_companions(source: Path, folder: Path) -> None:
    """Copy the tokenizer and generation files that `source` has."""
    for name in COMPANIONS:
        if (source / name).exists():
            shutil.copyfile(source / name, folder / name)
