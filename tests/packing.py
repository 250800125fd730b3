"""Packing small documents in tests as the pipeline does."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from stages import pack
from stages.params import load

ROOT = Path(__file__).resolve().parent.parent
DICTIONARY = ROOT / "data/dictionaries/vi-en.tsv"


def pack_documents(
    documents: Path, tokenizer: Path, out: Path, chunk_tokens: int = 4096, language: str = "vi", **changes: Any
) -> dict[str, Any]:
    """Run the stage pack with the repository's params, but for the chunk's size and the fields in `changes`."""
    params = replace(_params(language), chunk_tokens=chunk_tokens, **changes)
    return pack.run(documents, tokenizer, DICTIONARY, out, language, params)


@cache
def _params(language: str) -> pack.Params:
    return load(pack.Params, ROOT / "params.yaml", *pack.SECTIONS, language=language)
