"""BPE tokenizers in SentencePiece's manner (Llama-2, Gemma): over characters, with bytes for those it lacks.

A token is a string of characters, in which `▁` stands for a space; a character without a token is written with the
tokens `<0x00>` to `<0xFF>`, one a byte (Kudo & Richardson 2018, arXiv 1808.06226; `byte_fallback`).
"""

import re
from collections.abc import Container
from pathlib import Path

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import ByteBPE, is_byte_level
from stages.tokenizer.opening import read_definition

SPACE = "▁"
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


def _byte_token(byte: int, vocabulary: Container[str]) -> str | None:
    """The token of a byte; for Gemma's tab, which has no `<0x09>`, the character."""
    names = [f"<0x{byte:02X}>", chr(byte)] if byte < 0x80 else [f"<0x{byte:02X}>"]
    return next((name for name in names if name in vocabulary), None)


class SentencePieceBPE(ByteBPE):
    """A BPE over characters; what it is made of and how it merges is as in `ByteBPE`."""

    def bytes_of(self, id_: int) -> bytes | None:
        """The text of a token as bytes, with real spaces; None for the names of special tokens."""
        token = self.tokens.get(id_)
        if token is None:
            return None
        byte = _BYTE.fullmatch(token)
        return bytes([int(byte[1], 16)]) if byte else token.replace(SPACE, " ").encode()

    def byte_ids(self) -> frozenset[int]:
        tokens = (_byte_token(byte, self.vocabulary) for byte in range(256))
        return frozenset(self.vocabulary[token] for token in tokens if token)


def read_either(path: Path) -> ByteBPE:
    """Read the tokenizer.json that `path` is or holds, of a BPE, byte-level or in SentencePiece's manner.

    Raises `BadInput` for one that is neither, or that has no bytes for characters that it lacks.
    """
    definition = read_definition(path)
    if is_byte_level(definition):
        return ByteBPE(definition)
    model = definition.get("model") or {}
    if model.get("type") != "BPE":
        raise BadInput(f"{path}: a {model.get('type')} tokenizer. Only BPE can be pruned, so take a model that has it.")
    if not model.get("byte_fallback") or not all(_byte_token(byte, model["vocab"]) for byte in range(256)):
        raise BadInput(
            f"{path}: neither byte-level nor with byte_fallback and the tokens <0x00> to <0xFF>. "
            "Without bytes removed characters would be lost, so this tokenizer is not pruned."
        )
    return SentencePieceBPE(definition)
