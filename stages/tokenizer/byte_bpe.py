"""Byte-level BPE tokenizers: their `tokenizer.json` as values, and the merging itself.

A byte-level BPE writes each byte as one printable character (its symbol), so a token is a string of
symbols and any bytes can be a token, also part of a character. Radford et al. 2019, section 2.2.
"""

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from stages.errors import BadInput
from stages.tokenizer.opening import read_definition

Pair = tuple[int, int]


def _byte_symbols() -> list[str]:
    """The symbol of each byte: printable Latin-1 stands for itself, the others for U+0100 and on, in order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (chr(0x100 + number) for number in range(256))
    return [chr(byte) if byte in printable else next(others) for byte in range(256)]


SYMBOLS = _byte_symbols()
_BYTES = {symbol: byte for byte, symbol in enumerate(SYMBOLS)}


def to_symbols(data: bytes) -> str:
    """Bytes as symbols: `" ế".encode()` is `Ġáº¿`."""
    return "".join(SYMBOLS[byte] for byte in data)


def to_bytes(token: str) -> bytes:
    """The bytes of a token; the inverse of `to_symbols`. KeyError for what is not made of symbols."""
    return bytes(_BYTES[symbol] for symbol in token)


class ByteBPE:
    """A byte-level BPE tokenizer whose vocabulary and merges can grow.

    `vocabulary` maps tokens to ids; `merges` maps a pair of ids to (rank, id of the product);
    `special_ids` are those of `added_tokens`, which text is split at before any merging; `size` is the
    rows that an embedding needs: one more than the highest id, added tokens included.
    """

    def __init__(self, definition: dict[str, Any]):
        model = definition["model"]
        self._definition = definition
        self.vocabulary: dict[str, int] = dict(model["vocab"])
        self.tokens: dict[int, str] = {id_: token for token, id_ in self.vocabulary.items()}
        # Merges are ["a", "b"] in newer files and "a b" in older ones.
        merges = (merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"])
        self.merges: dict[Pair, tuple[int, int]] = {
            (self.vocabulary[left], self.vocabulary[right]): (rank, self.vocabulary[left + right])
            for rank, (left, right) in enumerate(merges)
        }
        self._next_rank = len(model["merges"])
        self.added_tokens: dict[int, str] = {token["id"]: token["content"] for token in definition["added_tokens"]}
        self.special_ids = frozenset(self.added_tokens)
        self.size = 1 + max([*self.tokens, *self.special_ids])

    @property
    def symbols(self) -> dict[int, str]:
        """Each entry in symbols by its id, added tokens as well."""
        return {id_: to_symbols(content.encode()) for id_, content in self.added_tokens.items()} | self.tokens

    def copy(self, **parts: Any) -> "ByteBPE":
        """The same tokenizer, with other `parts` of its definition where given (`normalizer`, `pre_tokenizer`, ...)."""
        return ByteBPE(self.definition() | parts)

    def without_last(self, count: int) -> "ByteBPE":
        """The same tokenizer without its last `count` entries, and without the merges that need them."""
        model = self.definition()["model"]
        first_gone = self.size - count
        vocabulary = {token: id_ for token, id_ in model["vocab"].items() if id_ < first_gone}
        merges = [pair for pair in model["merges"] if {*pair, "".join(pair)} <= vocabulary.keys()]
        added = [token for token in self._definition["added_tokens"] if token["id"] < first_gone]
        return self.copy(model=model | {"vocab": vocabulary, "merges": merges}, added_tokens=added)

    def add_token(self, token: str) -> int:
        """The token's id; the next free one if it is new."""
        if token not in self.vocabulary:
            id_ = self.vocabulary[token] = self.size
            self.tokens[id_] = token
            self.size += 1
        return self.vocabulary[token]

    def add_merge(self, pair: Pair) -> int:
        """Merge this pair from now on, after all earlier merges; returns the id of the product."""
        product = self.add_token(self.tokens[pair[0]] + self.tokens[pair[1]])
        self.merges[pair] = (self._next_rank, product)
        self._next_rank += 1
        return product

    def segment(self, ids: list[int]) -> list[int]:
        """Merge within a word until no merge fits: always the lowest rank, of equal ones the leftmost."""
        while place := self._next_merge(ids):
            ids = self._merged(ids, place[1])
        return ids

    def parents(self, id_: int) -> Pair | None:
        """The last pair that is merged when the token's own string is encoded; None for what no merge makes."""
        token = self.tokens.get(id_, "")
        ids = [self.vocabulary[symbol] for symbol in token if symbol in self.vocabulary]
        if len(ids) != len(token):  # a special token's name, of characters that are no symbols
            return None
        pair, merges = None, self.merges
        while len(ids) > 1:  # written out: a vocabulary of 256,000 entries asks for each of its tokens
            fitting = [(merges[two][0], place) for place, two in enumerate(pairwise(ids)) if two in merges]
            if not fitting:
                return None
            _, place = min(fitting)
            pair = (ids[place], ids[place + 1])
            ids[place : place + 2] = [merges[pair][1]]
        return pair if ids == [id_] else None

    def bytes_of(self, id_: int) -> bytes | None:
        """The bytes of a token; None for the names of special tokens, which are not made of symbols."""
        token = self.tokens.get(id_)
        return to_bytes(token) if token is not None and _BYTES.keys() >= set(token) else None

    def byte_ids(self) -> frozenset[int]:
        """The tokens of single bytes."""
        return frozenset(self.vocabulary[symbol] for symbol in SYMBOLS if symbol in self.vocabulary)

    def _next_merge(self, ids: list[int]) -> tuple[int, int] | None:
        """Rank and place of the merge that comes next in a word."""
        fitting = ((self.merges[pair][0], place) for place, pair in enumerate(pairwise(ids)) if pair in self.merges)
        return min(fitting, default=None)

    def _merged(self, ids: list[int], place: int) -> list[int]:
        return [*ids[:place], self.merges[ids[place], ids[place + 1]][1], *ids[place + 2 :]]

    def segmenter(self) -> Callable[[str], list[int]]:
        """A fast function from a pre-token in symbols to ids, for the merges as they are now.

        Symbols that the vocabulary lacks vanish, as they do in encoding where `unk` is null.
        """
        model = self.tokenizer().model
        return lambda word: [token.id for token in model.tokenize(word)]

    def tokenizer(self) -> Tokenizer:
        return Tokenizer.from_str(json.dumps(self.definition()))

    def definition(self) -> dict[str, Any]:
        """The content of its `tokenizer.json`: as it was read, with the vocabulary and merges of now."""
        merges = sorted(self.merges.items(), key=lambda merge: merge[1][0])
        # With the added tokens that entries come after; Qwen's and Llama-3's files leave them out. `tokenizers` numbers
        # those that it does not find here anew, from the number of entries on, whatever id the file gives them.
        last = max(self.tokens)
        vocabulary = self.vocabulary | {token: id_ for id_, token in self.added_tokens.items() if id_ < last}
        model = self._definition["model"] | {
            "vocab": dict(sorted(vocabulary.items(), key=lambda entry: entry[1])),
            "merges": [[self.tokens[left], self.tokens[right]] for (left, right), _ in merges],
        }
        return self._definition | {"model": model}

    def dump(self) -> str:
        """The text of its `tokenizer.json`."""
        return json.dumps(self.definition(), ensure_ascii=False, indent=2) + "\n"


def read(path: Path) -> ByteBPE:
    """Read the tokenizer.json that `path` is or holds. Raises `BadInput` if it is not that of a byte-level BPE."""
    definition = read_definition(path)
    if not is_byte_level(definition):
        kind = definition.get("model", {}).get("type")
        parts = sorted(map(str, _pre_tokenizers(definition)))
        raise BadInput(f"{path}: a {kind} tokenizer split by {parts}, expected a byte-level BPE.")
    return ByteBPE(definition)


def is_byte_level(definition: Mapping[str, Any]) -> bool:
    """Whether a `tokenizer.json` is that of a byte-level BPE."""
    return definition.get("model", {}).get("type") == "BPE" and "ByteLevel" in _pre_tokenizers(definition)


def _pre_tokenizers(definition: Mapping[str, Any]) -> set[str | None]:
    pre_tokenizer = definition.get("pre_tokenizer") or {}
    return {part.get("type") for part in [pre_tokenizer, *pre_tokenizer.get("pretokenizers", [])]}
