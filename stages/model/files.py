"""The files of a Hugging Face model folder: config.json, weights as plain tensors, tokenizer. No model is built."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from stages.errors import BadInput
from stages.outputs import write_json

END_OF_TEXT = "<|endoftext|>"
EMBEDDING, HEAD = EMBEDDINGS = ("model.embed_tokens.weight", "lm_head.weight")  # a tied model has no HEAD

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


def read_optional(file: Path) -> dict[str, Any]:
    """A JSON file that not every model folder has; nothing where it lacks."""
    try:
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except ValueError as error:
        raise BadInput(f"{file}: not valid JSON ({error}). Delete {file.parent} and make it again.") from None


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


def count_entries(folder: Path) -> int:
    """The rows of a model's embedding that its tokenizer can name; what lies beyond them is padding."""
    file = folder / "tokenizer.json"
    try:
        definition = json.loads(file.read_text(encoding="utf-8"))
        return 1 + max([*definition["model"]["vocab"].values(), *(token["id"] for token in definition["added_tokens"])])
    except FileNotFoundError:
        raise BadInput(f"{file}: not found. {folder} is no model folder; run the stage that makes it.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{file}: not a BPE tokenizer ({error!r}). Delete {folder} and make it again.") from None


def end_of_text_id(folder: Path) -> int:
    """The id of the token that `pack` puts at the end of every document."""
    definition = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    ids = {token["content"]: token["id"] for token in definition["added_tokens"]}
    if END_OF_TEXT not in ids:
        raise BadInput(
            f"{folder / 'tokenizer.json'}: added_tokens: {END_OF_TEXT} is missing, so no document ends. "
            "Set training.document_mask: false, or choose a base that has it."
        )
    return ids[END_OF_TEXT]


def without_padding(tensors: dict[str, torch.Tensor], entries: int) -> dict[str, torch.Tensor]:
    """The tensors with the first `entries` rows of embedding and head only."""
    return tensors | {name: tensors[name][:entries] for name in EMBEDDINGS if name in tensors}


def with_padding(tensors: dict[str, torch.Tensor], rows: int) -> dict[str, torch.Tensor]:
    """The tensors with rows of zeros after those of embedding and head, until they have `rows`."""
    return tensors | {
        name: torch.nn.functional.pad(tensors[name], (0, 0, 0, rows - len(tensors[name])))
        for name in EMBEDDINGS
        if name in tensors
    }


def suppress(ids: range, folder: Path) -> None:
    """Have transformers never generate these ids, those of padding rows: `suppress_tokens` of the generation config."""
    file = folder / "generation_config.json"
    before = read_optional(file)
    write_json(file, before | {"suppress_tokens": sorted({*(before.get("suppress_tokens") or []), *ids})})


def write_tensors(tensors: dict[str, torch.Tensor], config: dict[str, Any], folder: Path) -> None:
    """Write weights and config into an existing folder; `vocab_size` and `torch_dtype` are those of the embedding."""
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    embedding = contiguous["model.embed_tokens.weight"]
    described = {"vocab_size": len(embedding), "torch_dtype": str(embedding.dtype).removeprefix("torch.")}
    save_file(contiguous, folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", config | described)


def copy_companions(source: Path, folder: Path) -> None:
    """Copy the tokenizer and generation files that `source` has."""
    for name in COMPANIONS:
        if (source / name).exists():
            shutil.copyfile(source / name, folder / name)
