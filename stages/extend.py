"""The base model with rows for the new tokens, each started from the base pieces that it replaces.

Reads the base model's folder and the extended tokenizer; writes a model folder whose first rows are
the base's, bit for bit. The vocabulary has exactly the tokenizer's size, without padding rows.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import NonNegativeInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import load, section

SECTIONS = ("extend",)
EMBEDDINGS = ("model.embed_tokens.weight", "lm_head.weight")  # the second one only where the head is not tied


@section
class Params:
    initialisation: Literal["mean", "random"]
    seed: NonNegativeInt


def run(base: Path, tokenizer: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write the extended model into `out`; returns its size and the mean norms of old and new rows."""
    import torch

    from stages.model.files import copy_companions, read_config, read_tensors, write_tensors
    from stages.model.initialisation import INITIALISATIONS
    from stages.tokenizer import byte_bpe
    from stages.tokenizer.extension import base_pieces

    old, new = byte_bpe.read(base / "tokenizer.json"), byte_bpe.read(tokenizer / "tokenizer.json")
    if any(new.vocabulary.get(token) != id_ for token, id_ in old.vocabulary.items()):
        raise BadInput(f"{tokenizer}: its entries do not begin with those of {base}. Run the stage vocab on this base.")
    config, tensors = read_config(base), read_tensors(base)
    if config["tie_word_embeddings"]:
        tensors.pop("lm_head.weight", None)  # a stored copy of the embedding
    pieces = base_pieces(old, new)
    first_values = INITIALISATIONS[params.initialisation]
    for name in EMBEDDINGS:
        if name in tensors:
            rows = tensors[name][: old.size]  # what may lie beyond them are padding rows
            tensors[name] = torch.cat([rows, first_values(rows, pieces, params.seed)])
    with new_folder(out) as folder:
        write_tensors(tensors, config, folder)
        copy_companions(base, folder)  # the generation config
        copy_companions(tokenizer, folder)
    norms = tensors[EMBEDDINGS[0]].float().norm(dim=1)
    return {
        "size": new.size,
        "new_rows": new.size - old.size,
        "pieces_per_new_token": sum(map(len, pieces)) / max(len(pieces), 1),
        "norm_of_base_rows": float(norms[: old.size].mean()),
        "norm_of_new_rows": float(norms[old.size :].mean()),
    }


def main() -> None:
    arguments = parser(__doc__, "base", "tokenizer", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(arguments.base, arguments.tokenizer, arguments.out, params))


if __name__ == "__main__":
    start(main)
