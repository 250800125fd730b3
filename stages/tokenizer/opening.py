"""Any tokenizer that the library `tokenizers` reads: a model's folder, a tokenizer.json, or one compressed by gzip."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from stages.errors import BadInput

FILE = "tokenizer.json"


def read_text(path: Path) -> str:
    """The text of the tokenizer.json that `path` is or holds. Raises `BadInput` where there is none."""
    file = path
    if path.is_dir():
        file = next((path / name for name in (FILE, f"{FILE}.gz") if (path / name).is_file()), path / FILE)
    if not file.is_file():
        there = sorted(entry.name for entry in path.iterdir())[:8] if path.is_dir() else []
        found = f", found {', '.join(there) or 'nothing'}" if path.is_dir() else ""
        raise BadInput(
            f"{file}: not found{found}. Give a model's folder with a {FILE}, or that file (also .json.gz). Where there "
            "is only a tokenizer.model or vocab.json, save it anew with transformers: AutoTokenizer, save_pretrained."
        )
    try:
        data = file.read_bytes()
        return (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: cannot be read ({error}). Fetch it again; expected JSON in UTF-8, or .gz.") from None


def read_definition(path: Path) -> dict[str, Any]:
    """The content of the tokenizer.json at `path`. Raises `BadInput` where there is none, or another file."""
    try:
        definition = json.loads(read_text(path))
    except ValueError as error:
        raise BadInput(f"{path}: not valid JSON ({error}). Fetch it again, or make its model again.") from None
    if not isinstance(definition, dict) or not isinstance(definition.get("model"), dict):
        raise BadInput(f"{path}: JSON, but no {FILE} of tokenizers: it has no model. Fetch it again.")
    return definition


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer at `path`. Raises `BadInput` where there is none, or none that can be read."""
    definition = read_text(path)
    try:
        return Tokenizer.from_str(definition)
    except Exception as error:  # the library raises nothing more exact
        raise BadInput(f"{path}: no tokenizer that can be read ({error}). Expected a {FILE} of tokenizers.") from None
