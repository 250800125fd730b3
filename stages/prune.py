"""The base model with a smaller vocabulary, or the base as it is.

With `enabled: true` the tokens that the chosen languages need stay, the others go, and the rows of
the embedding with them. `decisions.json` in the output says of each token whether it stays and why.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from pydantic import PositiveInt

from stages.command import parser, start
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.text.documents import read_documents
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.pruning import REASONS, prune, reasons, renumbered

SECTIONS = ("prune",)
EMBEDDINGS = ("model.embed_tokens.weight", "lm_head.weight")  # the second one only where the head is not tied


@section
class Params:
    enabled: bool
    languages: tuple[str, ...]
    min_count: PositiveInt


def run(model_folder: Path, documents: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write the smaller model, or a copy; returns how many entries stay for which reason, and what that costs."""
    if not params.enabled:
        with new_folder(out) as folder:
            shutil.copytree(model_folder, folder, dirs_exist_ok=True)
        return {"enabled": 0}

    from stages.model.files import copy_companions, read_config, read_tensors, write_tensors

    bpe = byte_bpe.read(model_folder / "tokenizer.json")
    tokenizer = bpe.tokenizer()
    folders = [documents / language / "train" for language in params.languages]
    words = fertility.count_words(document.text for folder in folders for document in read_documents(folder))
    counts = fertility.token_counts(words, tokenizer)
    why = reasons(bpe, counts, params.min_count)
    kept = list(why)
    smaller = prune(bpe, kept)

    config, tensors = read_config(model_folder), read_tensors(model_folder)
    with new_folder(out) as folder:
        rows = {name: tensors[name][kept] for name in EMBEDDINGS if name in tensors}
        write_tensors(tensors | rows, renumbered(config, kept), folder)
        copy_companions(model_folder, folder)
        write_tokenizer(folder, smaller, model_folder)
        if (folder / "generation_config.json").exists():
            generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
            write_json(folder / "generation_config.json", renumbered(generation, kept))
        decisions = [
            {"id": id_, "token": token, "count": counts[id_], "kept": id_ in why, "reason": why.get(id_, "")}
            for id_, token in sorted(bpe.tokens.items())
        ]
        write_json(folder / "decisions.json", decisions)
    before, after = fertility.measure(words, tokenizer), fertility.measure(words, smaller.tokenizer())
    return {
        "enabled": 1,
        "size_before": bpe.size,
        "size": smaller.size,
        "kept": {reason: sum(given == reason for given in why.values()) for reason in REASONS},
        "tokens_per_word_before": before.tokens_per_word,
        "tokens_per_word": after.tokens_per_word,
    }


def main() -> None:
    arguments = parser(__doc__, "model", "documents", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(arguments.model, arguments.documents, arguments.out, params))


if __name__ == "__main__":
    start(main)
