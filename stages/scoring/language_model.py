"""A model folder opened for scoring and generation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers.utils import import_utils

from stages.errors import BadInput

# transformers would load scikit-learn with every model, for a kind of generation that nothing here uses: a quarter of
# the start-up of evaluate (docs/evaluation_speed.md).
import_utils._sklearn_available = False
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

# Precedes every document in training. A tuned tokenizer may name another token as its end, so it is found by name.
END_OF_TEXT = "<|endoftext|>"
END_OF_TURN = "<|im_end|>"


@dataclass(frozen=True)
class LanguageModel:
    """A causal model in evaluation mode with its tokenizer."""

    model: Any
    tokenizer: Any
    start_token: int  # what stands before a text that has no context
    stop_tokens: frozenset[int]  # what ends a generated text
    base: Any = None  # the base's tokenizer, where this one has its entries and more

    @property
    def max_tokens(self) -> int:
        """The longest sequence that the model has positions for."""
        return self.model.config.max_position_embeddings

    @cached_property
    def base_entries(self) -> int:
        """Entries of the base's tokenizer, which come first in this one."""
        return len(self.base)

    @property
    def in_base_tokens(self) -> "LanguageModel":
        """The same model, which reads text in the base's tokens."""
        return replace(self, tokenizer=self.base)

    def have_new_tokens(self, texts: Sequence[str]) -> list[bool]:
        """Which texts are read with tokens that the base does not have."""
        return [max(ids, default=0) >= self.base_entries for ids in self.encode(list(texts))]

    def encode(self, texts: list[str]) -> list[list[int]]:
        """Token ids of each text, without any special token added."""
        encoded = self.tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False)
        return [one.ids for one in encoded]

    def decode(self, tokens: list[int]) -> str:
        """The text of tokens without special ones; what is not whole UTF-8 becomes U+FFFD."""
        return self.tokenizer.backend_tokenizer.decode(tokens, skip_special_tokens=True)


def open_model(folder: Path, device: str = "cpu", dtype: str = "float32", base: Path | None = None) -> LanguageModel:
    """Open a Hugging Face folder without touching the network. `base` holds the tokenizer that it may extend.

    Raises `BadInput` where the folder is missing, unreadable or names no token to start a text with, and for a model
    whose tokens do not see all before them.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise BadInput("device: cuda, but no usable GPU was found. Choose device: cpu in params.yaml.")
    if not (folder / "config.json").is_file():
        raise BadInput(f"{folder}: no model here (config.json is missing). Run the stage that makes it (dvc repro).")
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        old = AutoTokenizer.from_pretrained(base, local_files_only=True) if base else tokenizer
        model, loaded = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, dtype=getattr(torch, dtype), output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BadInput(f"{folder}: not a readable model ({error}). Delete it and run its stage again.") from None
    if loaded["missing_keys"]:  # the library would fill them with random numbers
        raise BadInput(f"{folder}: weights are missing: {', '.join(sorted(loaded['missing_keys'])[:5])}.")
    kinds = set(getattr(model.config, "layer_types", None) or ["full_attention"])
    if kinds != {"full_attention"} or getattr(model.config, "sliding_window", None):
        # stages.scoring.likelihood says itself which token sees which.
        raise BadInput(f"{folder}: attention over a window is not supported; expected a model with full attention.")
    rows = model.get_input_embeddings().num_embeddings
    if len(tokenizer) > rows:
        raise BadInput(f"{folder}: the tokenizer has {len(tokenizer)} entries, the embedding only {rows} rows.")
    if len(tokenizer) < rows:  # padding: no token's row, so no part of any probability
        model.resize_token_embeddings(len(tokenizer))
    vocabulary = tokenizer.get_vocab()
    start = vocabulary.get(END_OF_TEXT, tokenizer.eos_token_id)
    if start is None:
        raise BadInput(f"{folder}: the tokenizer has neither {END_OF_TEXT} nor an end token; a text has no start.")
    stops = {start, tokenizer.eos_token_id, vocabulary.get(END_OF_TURN)} - {None}
    extended = old if len(old) < len(tokenizer) else None
    return LanguageModel(model.eval().to(device), tokenizer, start, frozenset(stops), extended)
