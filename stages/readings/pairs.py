"""A sequence of new tokens beside the base's pieces for the same bytes, and what a model makes of either."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from stages.model.files import count_entries

Pieces = Sequence[Sequence[int]]  # for each id of the extended vocabulary, the base's ids for its bytes
LogProbabilities = Callable[[Tensor], Tensor]  # tokens (texts, length) -> natural logarithms (texts, length, entries)


@dataclass(frozen=True)
class Pair:
    """Both readings of one text: `tokens`, `pieces`, and for each token how many pieces end where it ends."""

    tokens: np.ndarray
    pieces: np.ndarray
    ends: np.ndarray


def base_pieces(base: Path, extended: Path) -> list[list[int]]:
    """For each id of an extended model folder, the base's ids for its bytes: itself, where it is one of the base's."""
    segment, new = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (base, extended))
    old_size, names = count_entries(base), map(new.id_to_token, range(count_entries(extended)))
    return [
        [id_] if id_ < old_size else [piece.id for piece in segment.model.tokenize(name or "")]
        for id_, name in enumerate(names)
    ]


def read_both(tokens: np.ndarray, pieces: Pieces, max_pieces: int) -> Pair:
    """The longest beginning of `tokens` of at most `max_pieces` pieces, in both readings.

    It ends before a token that has no pieces (a byte that the base lacks).

    >>> pair = read_both(np.array([1, 3, 2]), [[0], [1], [2], [0, 2]], max_pieces=3)
    >>> pair.tokens.tolist(), pair.pieces.tolist(), pair.ends.tolist()
    ([1, 3], [1, 0, 2], [1, 3])
    """
    lengths = np.array([len(pieces[token]) for token in tokens])
    ends = np.cumsum(lengths)
    fits = np.logical_and.accumulate((lengths > 0) & (ends <= max_pieces))
    tokens = tokens[fits]
    flat = [piece for token in tokens for piece in pieces[token]]
    return Pair(tokens, np.array(flat, dtype=np.int64), ends[fits])


def predict(model: LogProbabilities, texts: Sequence[np.ndarray], batch: int) -> Iterator[Tensor]:
    """The model's log-probabilities (length, entries) along each text, `batch` texts at a time, in float32."""
    for begin in range(0, len(texts), batch):
        some = texts[begin : begin + batch]
        # Attention looks back only, so what fills a shorter text up changes nothing before it.
        padded = np.zeros((len(some), max(map(len, some))), dtype=np.int64)
        for row, text in zip(padded, some, strict=True):
            row[: len(text)] = text
        for text, found in zip(some, model(torch.from_numpy(padded)), strict=True):
            yield found[: len(text)].float()


def nats_along(predictions: Iterable[Tensor], texts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What each token of each text costs after those before it; of the first, which has none, 0."""
    costs = []
    for found, text in zip(predictions, texts, strict=True):
        targets = torch.from_numpy(text[1:]).to(found.device)
        chosen = found[:-1].gather(1, targets[:, None])[:, 0]
        costs.append(np.concatenate([[0.0], -chosen.double().cpu().numpy()]))
    return costs
