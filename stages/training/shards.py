"""Token shards: a corpus as litdata chunks, and as blocks of tokens for training.

A folder of shards holds one folder for each source, in it `train`, `long` (the long ones of these once more) and
`validation`, those that have tokens, and `sources.json`: how many documents, tokens and bytes each of them has.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from litdata import TokensLoader
from litdata.streaming.writer import BinaryWriter
from tokenizers import Tokenizer

from stages.errors import BadInput
from stages.outputs import write_json
from stages.text.documents import Document

DOCUMENTS_PER_CALL = 1_000
LENGTHS = (256, 2048, 8192)  # of blocks, of which is told what they lose: nano's, SmolLM2's, and its long ones
END_OF_TEXT = "<|endoftext|>"
DTYPES = {"no_header_numpy:5": np.uint16, "no_header_numpy:6": np.uint32}  # as litdata writes them into index.json


class Blocks(Protocol):
    """Token sequences of equal length that can be read in any order."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> np.ndarray: ...


def encode(
    tokenizer: Tokenizer, documents: Iterable[Document], markup: bool = False
) -> Iterator[tuple[Document, np.ndarray]]:
    """Each document with its token ids, which end in the end-of-text token.

    A special token's name inside a text is text: only the end that is put here ends a document. With `markup` it is
    the token, as in ChatML.
    """
    tokenizer.encode_special_tokens = not markup
    end = tokenizer.token_to_id(END_OF_TEXT)
    stream = iter(documents)
    while some := list(islice(stream, DOCUMENTS_PER_CALL)):
        encodings = tokenizer.encode_batch_fast([document.text for document in some], add_special_tokens=False)
        for document, encoding in zip(some, encodings, strict=True):
            yield document, np.array([*encoding.ids, end])


class ShardWriter:
    """Writes a stream of tokens as litdata chunks of exactly `chunk_tokens` tokens, the last one shorter.

    Chunks of a multiple of the training sequence length lose nothing where they meet. The bytes
    depend on the tokens only. Two bytes a token where the vocabulary allows it.
    """

    def __init__(self, folder: Path, vocabulary_size: int, chunk_tokens: int):
        self._dtype = np.uint16 if vocabulary_size <= 2**16 else np.uint32
        self._index = folder / "index.json"
        self._writer = BinaryWriter(str(folder), chunk_size=1, item_loader=TokensLoader())
        self._chunk_tokens, self._chunks = chunk_tokens, 0
        self._waiting: list[np.ndarray] = []
        self._waiting_tokens = 0

    def write(self, tokens: np.ndarray) -> None:
        self._waiting.append(tokens)
        self._waiting_tokens += len(tokens)
        while self._waiting_tokens >= self._chunk_tokens:
            self._flush()

    def close(self) -> None:
        if self._waiting_tokens:
            self._flush()
        self._writer.done()
        self._writer.merge()
        index = json.loads(self._index.read_text(encoding="utf-8"))
        write_json(self._index, index | {"updated_at": "0"})  # litdata writes the time of day here

    def _flush(self) -> None:
        tokens = np.concatenate(self._waiting)
        chunk, rest = tokens[: self._chunk_tokens], tokens[self._chunk_tokens :]
        self._writer.add_item(self._chunks, chunk.astype(self._dtype))
        self._chunks += 1
        self._waiting, self._waiting_tokens = [rest], len(rest)


class PartWriter:
    """Writes the documents of one source and part into shards, and counts them."""

    def __init__(self, folder: Path, vocabulary_size: int, chunk_tokens: int):
        self._writer = ShardWriter(folder, vocabulary_size, chunk_tokens)
        self.counts = {"documents": 0, "tokens": 0, "bytes": 0}
        self._cut = dict.fromkeys(LENGTHS, 0)

    def write(self, document: Document, tokens: np.ndarray) -> None:
        begin, end = self.counts["tokens"], self.counts["tokens"] + len(tokens)
        for length in LENGTHS:
            self._cut[length] += begin // length != (end - 1) // length
        self._writer.write(tokens)
        self.counts = {
            "documents": self.counts["documents"] + 1,
            "tokens": end,
            "bytes": self.counts["bytes"] + len(document.text.encode()),
        }

    def close(self) -> None:
        self._writer.close()

    def shares(self) -> dict[str, Any]:
        """Tokens a byte; for blocks of each length, which share of the documents is cut and of the tokens left out.

        Left out is only what follows the last whole block.
        """
        documents, tokens, size = self.counts["documents"], self.counts["tokens"], self.counts["bytes"]
        return {
            "tokens_per_byte": tokens / max(1, size),
            "cut_documents": {str(length): cut / documents for length, cut in self._cut.items()},
            "left_out_tokens": {str(length): tokens % length / tokens for length in LENGTHS},
        }


def read_sources(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """`{source: {part: {documents, tokens, bytes}}}` of a folder of shards."""
    file = folder / "sources.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise BadInput(f"{file}: not readable ({error}). Run the stage pack (dvc repro).") from None


def open_blocks(folder: Path, sequence_length: int) -> Blocks:
    """The shards of one source and part, cut into blocks of `sequence_length` tokens, by random access.

    Only the last, incomplete block is left out. Raises `BadInput` for a missing, damaged or truncated file.
    """
    index = folder / "index.json"
    try:
        chunks = json.loads(index.read_text(encoding="utf-8"))
        dtype = DTYPES[chunks["config"]["data_format"][0]]
        tokens = [_map_chunk(folder / chunk["filename"], dtype, chunk["dim"]) for chunk in chunks["chunks"]]
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"{index}: no readable token shards ({error}). Run the stage pack again (dvc repro).") from None
    return ChunkedBlocks(tokens, sequence_length)


class ChunkedBlocks:
    """Blocks of a stream of tokens that lies in chunks; a block may begin in one and end in the next.

    litdata's own reader leaves out the rest of each chunk that does not fill a block, and its state is not made for
    threads. This one has no state.
    """

    def __init__(self, chunks: Sequence[np.ndarray], length: int):
        self._chunks, self._length = chunks, length
        self._starts = np.cumsum([0, *map(len, chunks)])

    def __len__(self) -> int:
        return int(self._starts[-1]) // self._length

    def __getitem__(self, index: int) -> np.ndarray:
        if not 0 <= index < len(self):
            raise IndexError(index)
        begin, end = index * self._length, (index + 1) * self._length
        first = int(np.searchsorted(self._starts, begin, side="right")) - 1
        last = int(np.searchsorted(self._starts, end, side="left"))
        parts = [
            self._chunks[chunk][max(0, begin - self._starts[chunk]) : end - self._starts[chunk]]
            for chunk in range(first, last)
        ]
        return np.concatenate(parts)


def _map_chunk(file: Path, dtype: type, tokens: int) -> np.ndarray:
    # Before its tokens, a chunk says in uint32 that it holds one item, where that begins and where it ends.
    return np.memmap(file, dtype=dtype, mode="r", offset=3 * 4, shape=(tokens,))


def cut_blocks(encoded: Iterable[tuple[Document, np.ndarray]], sequence_length: int) -> tuple[np.ndarray, float]:
    """The same in memory, (blocks, sequence_length) int64 without the last incomplete block, and tokens per byte."""
    tokens, text_bytes = [np.zeros(0, dtype=np.int64)], 0
    for document, ids in encoded:
        tokens.append(ids)
        text_bytes += len(document.text.encode())
    stream = np.concatenate(tokens)
    whole = len(stream) // sequence_length
    return stream[: whole * sequence_length].reshape(whole, sequence_length), len(stream) / max(1, text_bytes)
