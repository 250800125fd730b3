"""The tokenizer's part of a model folder: what transformers needs beside tokenizer.json."""

import json
import shutil
from pathlib import Path
from typing import Any

from stages.dialogue import chatml
from stages.errors import BadInput
from stages.outputs import write_json, write_text
from stages.tokenizer.byte_bpe import ByteBPE

_STALE = ("vocab_size", "add_prefix_space", "added_tokens_decoder")  # tokenizer.json has them, with the ids of now
_NAMED = ("bos_token", "eos_token", "unk_token", "pad_token", "additional_special_tokens")


def write_tokenizer(folder: Path, bpe: ByteBPE, base: Path) -> None:
    """Write a tokenizer made from that in `base`, with the base's special tokens and chat template.

    A base without a template gets ChatML's, if it has the tokens of that. The class is PreTrainedTokenizerFast:
    others rebuild the tokenizer from vocabulary and merges and lose the rule that splits digits. Only input_ids
    and attention_mask are inputs of a Llama.
    """
    write_text(folder / "tokenizer.json", bpe.dump())
    config = _read(base / "tokenizer_config.json")
    named = {key: config[key] for key in _NAMED if config.get(key) is not None}
    named |= _read(base / "special_tokens_map.json")
    config = {key: value for key, value in config.items() if key not in _STALE} | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
        **named,
    }
    if (base / "chat_template.jinja").exists():
        shutil.copy(base / "chat_template.jinja", folder / "chat_template.jinja")
    elif chatml.START in bpe.added_tokens.values():
        config.setdefault("chat_template", chatml.TEMPLATE)
    write_json(folder / "tokenizer_config.json", config)
    write_json(folder / "special_tokens_map.json", named)


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{file}: not valid JSON ({error}). Make its folder again.") from None
