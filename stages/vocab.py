"""The tokenizer extended with Vietnamese entries, and its report.

Reads the base's tokenizer and the training text, adds entries after the base's own, and writes a
tokenizer that transformers, tokenizers and LitGPT read alike. The report lists each new token; the
metrics say what the held-out text costs in tokens before and after.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.command import parser, start
from stages.outputs import write_metrics
from stages.params import load
from stages.text.documents import read_documents
from stages.tokenizer.account import write_extension
from stages.tokenizer.settings import Extension as Params

SECTIONS = ("vocab", "profiles.{profile}.vocab")
LANGUAGES = ("vi", "en")
log = logging.getLogger("vocab")


def run(base: Path, documents: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write the extended tokenizer into `out`; returns the metrics. `documents` holds <language>/<part>."""

    def training_texts(language: str) -> Iterator[str]:
        return (document.text for document in read_documents(documents / language / "train"))

    metrics = write_extension(
        base,
        lambda: training_texts("vi"),
        lambda: training_texts("en"),
        {language: _texts_by_source(documents / language / "validation") for language in LANGUAGES},
        out,
        params,
    )
    if params.method == "added_tokens":
        log.warning("added tokens change English and break round trips: the metrics say how much; do not train on them")
    log.info("%d entries and %d new ones", metrics["base_size"], metrics["new_tokens"])
    return metrics


def _texts_by_source(folder: Path) -> dict[str, list[str]]:
    by_source: dict[str, list[str]] = {}
    for document in read_documents(folder):
        by_source.setdefault(document.source, []).append(document.text)
    return by_source


def main() -> None:
    arguments = parser(__doc__, "base", "documents", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(arguments.base, arguments.documents, arguments.out, params))


if __name__ == "__main__":
    start(main)
