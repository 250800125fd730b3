"""The base model with rows for the new tokens, each started by the method that params.yaml names, and added blocks.

Reads the base model's folder and the extended tokenizer; writes a model folder whose first rows are
the base's, bit for bit. The vocabulary has exactly the tokenizer's size, without padding rows, unless
`row_multiple` asks for some. Added blocks change no logit until they learn. Text, dictionary and donor
are read only by the methods that need them.
"""

import logging
from pathlib import Path
from typing import Any

from stages.command import parser, start
from stages.errors import BadInput
from stages.initialisation.settings import Settings as Params
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load

SECTIONS = ("extend",)
log = logging.getLogger("extend")


def run(
    base: Path, tokenizer: Path, documents: Path, dictionary: Path, donor: Path, out: Path, params: Params
) -> dict[str, Any]:
    """Write the extended model into `out`; returns its size and what the new rows are like, those of each tensor.

    `documents` holds <language>/<part>, `dictionary` is a file and `donor` a model folder.
    """
    import torch

    from stages.initialisation.methods import fallbacks, first_values
    from stages.initialisation.preparation import new_tokens
    from stages.initialisation.row_statistics import describe
    from stages.model.expansion import expand
    from stages.model.files import (
        EMBEDDING,
        HEAD,
        copy_companions,
        read_config,
        read_tensors,
        suppress,
        with_padding,
        write_tensors,
    )
    from stages.tokenizer import byte_bpe

    old, new = byte_bpe.read(base / "tokenizer.json"), byte_bpe.read(tokenizer / "tokenizer.json")
    if any(new.vocabulary.get(token) != id_ for token, id_ in old.vocabulary.items()):
        raise BadInput(f"{tokenizer}: its entries do not begin with those of {base}. Run the stage vocab on this base.")
    config, tensors = read_config(base), read_tensors(base)
    if config.get("tie_word_embeddings", False):  # what a Llama's config leaves out is false
        tensors.pop(HEAD, None)  # a stored copy of the embedding
    elif HEAD not in tensors:
        raise BadInput(f"{base}: tie_word_embeddings is not true, but the weights hold no {HEAD}. Make {base} again.")
    padding = -new.size % params.row_multiple
    metrics: dict[str, Any] = {"size": new.size, "new_rows": new.size - old.size, "padding_rows": padding}
    for part, name, method in (("input", EMBEDDING, params.input), ("output", HEAD, params.output)):
        if name not in tensors:
            continue
        if len(tensors[name]) < old.size:
            raise BadInput(
                f"{base}: {name} has {len(tensors[name])} rows, its tokenizer.json {old.size} entries. They belong to "
                "different models: fetch or make the base model again."
            )
        rows = tensors[name][: old.size]  # what may lie beyond them are padding rows
        known = new_tokens(method, old, new, name, documents, dictionary, donor, params)
        made = first_values(rows, known, method, params.base_norm) if known.pieces else rows[:0]
        log.info("%s: %d rows by %s", name, len(made), method)
        tensors[name] = torch.cat([rows, made])
        metrics["pieces_per_new_token"] = sum(map(len, known.pieces)) / max(len(known.pieces), 1)
        metrics[part] = {"method": method, "fallbacks": fallbacks(known, method)} | describe(rows, made)
    config, tensors = expand(config, tensors, params.added_blocks)
    metrics["blocks"] = config["num_hidden_layers"]
    with new_folder(out) as folder:
        write_tensors(with_padding(tensors, new.size + padding), config, folder)
        copy_companions(base, folder)  # the generation config
        copy_companions(tokenizer, folder)
        _allow_from(old.size, folder)
        if padding:
            suppress(range(new.size, new.size + padding), folder)
    return metrics


def _allow_from(first_id: int, folder: Path) -> None:
    """Let these ids be generated: the base's padding rows, which it suppresses, have given way to new tokens."""
    from stages.model.files import read_optional

    file = folder / "generation_config.json"
    generation = read_optional(file)
    suppressed = generation.get("suppress_tokens") or []
    if any(id_ >= first_id for id_ in suppressed):
        kept = [id_ for id_ in suppressed if id_ < first_id]
        write_json(file, generation | {"suppress_tokens": kept or None})


def main() -> None:
    names = ("base", "tokenizer", "documents", "dictionary", "donor", "out")
    arguments = parser(__doc__, *names, "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(*(getattr(arguments, name) for name in names), params))


if __name__ == "__main__":
    start(main)
