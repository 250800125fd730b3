"""The base model with a smaller vocabulary, or the base as it is.

With `enabled: true` the tokens that the policy wants stay, the others go, and the rows of the embedding with them.
`decisions.tsv` in the output says of each token whether it stays and why; --overrides is a file with other decisions,
made by hand.
"""

import shutil
from pathlib import Path
from typing import Any

from stages.command import parser, start
from stages.outputs import new_folder, write_metrics, write_text
from stages.params import load, section
from stages.pruning.decisions import Policy, decide, new_ids, table, tally
from stages.pruning.overrides import read_overrides
from stages.pruning.price import price
from stages.pruning.renumbering import prune
from stages.text.documents import read_documents
from stages.tokenizer.encoding import tokens_of_texts
from stages.tokenizer.sentencepiece_bpe import read_either

SECTIONS = ("prune",)


@section
class Params(Policy):
    enabled: bool


def run(model_folder: Path, documents: Path, overrides: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write the smaller model, or a copy; returns how many entries stay for which reason, and what that costs."""
    if not params.enabled:
        with new_folder(out) as folder:
            shutil.copytree(model_folder, folder, dirs_exist_ok=True)
        return {"enabled": 0}

    from stages.model.vocabulary import ids_named_by, write_selection

    def texts(language: str, part: str):
        return (document.text for document in read_documents(documents / language / part))

    bpe = read_either(model_folder / "tokenizer.json")
    tokenizer = bpe.tokenizer()
    counts = {language: tokens_of_texts(texts(language, "train"), tokenizer) for language in params.min_counts}
    decisions = decide(bpe, params, counts, read_overrides(overrides, bpe), ids_named_by(model_folder))
    new_id = new_ids(decisions)
    smaller = prune(bpe, new_id)
    with new_folder(out) as folder:
        write_selection(model_folder, folder, smaller, new_id, multiple=1)
        write_text(folder / "decisions.tsv", table(bpe, decisions, params.min_counts))
    prices = {
        language: price(texts(language, "validation"), tokenizer, smaller.tokenizer(), new_id)
        for language in params.min_counts
    }
    return {
        "enabled": 1,
        "size_before": bpe.size,
        "size": smaller.size,
        **tally(decisions),
        "identical_documents": {language: found.identical_share for language, found in prices.items()},
        "length_change": {language: found.length_change for language, found in prices.items()},
    }


def main() -> None:
    arguments = parser(__doc__, "model", "documents", "overrides", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    given = (arguments.model, arguments.documents, arguments.overrides, arguments.out)
    write_metrics(arguments.metrics, run(*given, params))


if __name__ == "__main__":
    start(main)
