"""Writing the weights of a model folder as plain tensors, without building the model."""

from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from stages.outputs import write_json


def write_tensors(folder: Path, tensors: dict[str, Tensor], config: dict[str, Any]) -> None:
    """Write model.safetensors and config.json; `vocab_size` and `torch_dtype` are those of the embedding."""
    embedding = tensors["model.embed_tokens.weight"]
    sizes = {"vocab_size": len(embedding), "torch_dtype": str(embedding.dtype).removeprefix("torch.")}
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors", {"format": "pt"}
    )
    write_json(folder / "config.json", config | sizes)
