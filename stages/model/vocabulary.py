"""A model whose vocabulary is a selection of another's: the rows, and the ids that its configs name."""

from collections.abc import Mapping
from pathlib import Path

import torch

from stages.errors import BadInput
from stages.model.files import (
    EMBEDDING,
    EMBEDDINGS,
    copy_companions,
    read_config,
    read_optional,
    read_tensors,
    suppress,
    write_tensors,
)
from stages.outputs import write_json
from stages.pruning.renumbering import named_ids, renumbered
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.folder import write_tokenizer

BY_TOKEN = (*EMBEDDINGS, "lm_head.bias")
GENERATION_CONFIG = "generation_config.json"


def ids_named_by(folder: Path) -> set[int]:
    """The ids that the configs of a model folder name as special tokens."""
    return named_ids(read_config(folder)) | named_ids(read_optional(folder / GENERATION_CONFIG))


def keep_rows(tensors: Mapping[str, torch.Tensor], kept: list[int], size: int) -> dict[str, torch.Tensor]:
    """The tensors with the rows of the kept ids only, and rows of zeros after them up to `size`.

    Padding rows of the base lie beyond its tokenizer's ids, so they go. Raises `BadInput` for fewer rows than ids.
    """
    if EMBEDDING not in tensors:
        raise BadInput(f"no tensor {EMBEDDING!r} among the weights. Take a model of Llama's layout.")
    made = dict(tensors)
    for name in BY_TOKEN:
        if name not in tensors:
            continue
        if len(tensors[name]) <= kept[-1]:
            raise BadInput(f"{name}: {len(tensors[name])} rows, but tokenizer.json has the id {kept[-1]}. They belong "
                           "to different models: fetch or make the base model again.")  # fmt: skip
        rows = tensors[name][kept]
        made[name] = torch.cat([rows, rows.new_zeros(size - len(kept), *rows.shape[1:])])
    return made


def write_selection(source: Path, folder: Path, tokenizer: ByteBPE, new_id: Mapping[int, int], multiple: int) -> int:
    """Write the model in `source` with the ids of `new_id` only into an existing folder; returns its rows.

    Their number is a multiple of `multiple`. The rows that this takes beyond the tokenizer are zero and listed in the
    generation config's `suppress_tokens`, so that transformers never generates them.
    """
    size = -(-len(new_id) // multiple) * multiple
    write_tensors(keep_rows(read_tensors(source), list(new_id), size), renumbered(read_config(source), new_id), folder)
    copy_companions(source, folder)
    write_tokenizer(folder, tokenizer, source)
    generation = renumbered(read_optional(source / GENERATION_CONFIG), new_id)
    if generation:
        write_json(folder / GENERATION_CONFIG, generation)
    if size > len(new_id):
        suppress(range(len(new_id), size), folder)
    return size
