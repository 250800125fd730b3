"""Continued BPE: new merges, learnt from Vietnamese text, after those of an existing byte-level BPE.

The base's merges all rank before the new ones, so text is first cut as the base cuts it and then
merged further (cf. arXiv 2512.03989). New tokens are ordinary vocabulary entries, never added tokens.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import SYMBOLS, ByteBPE, Pair, to_bytes, to_symbols


@dataclass(frozen=True)
class NewToken:
    """`count` is how often the pair stood in the training text when it was merged; 0 for bytes and letters."""

    id: int
    token: str
    kind: Literal["byte", "letter", "merge"]
    parts: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Guard:
    """English whose encoding must stay: pre-tokens (in symbols) with their counts.

    A merge of ASCII text, such as ` tr` + `ong`, is allowed if its pair stands at most
    `max_per_million` times in a million of these pre-tokens.
    """

    words: Mapping[str, int]
    max_per_million: float


def extend(
    base: ByteBPE,
    words: Mapping[str, int],
    allows: Callable[[bytes], bool],
    letters: Iterable[str],
    new_tokens: int,
    min_count: int,
    guard: Guard | None,
) -> tuple[ByteBPE, list[NewToken]]:
    """Extend a tokenizer by at most `new_tokens` tokens; fewer if no pair occurs `min_count` times any more.

    `words` are the pre-tokens of the training text in symbols, with their counts; their order has no influence.
    First come the bytes that the base lacks, then one token for each of `letters`, then the most frequent
    pairs whose product `allows` (equal counts: the lower ids first). Without a `guard` each product also
    holds a byte of 0x80 or more, so ASCII text is encoded as before. Raises `BadInput` if bytes and letters
    alone need more than `new_tokens`.
    """
    bpe = base.copy()
    made = _add_bytes(bpe) + _add_letters(bpe, letters)
    if len(made) > new_tokens:
        raise BadInput(f"vocab.new_tokens: {new_tokens} is too few: bytes and accented letters need {len(made)}.")
    corpus = _Corpus(bpe, words, guard.words if guard else {})
    max_in_guard = guard.max_per_million * sum(guard.words.values()) / 1e6 if guard else 0.0

    def product(pair: Pair) -> bytes:
        return to_bytes(bpe.tokens[pair[0]] + bpe.tokens[pair[1]])

    def mergeable(pair: Pair) -> bool:
        piece = product(pair)
        return allows(piece) and (not piece.isascii() or (guard is not None and piece.startswith(b" ")))

    heap = [(-count, pair) for pair, count in corpus.counts.items() if mergeable(pair)]
    heapq.heapify(heap)
    while heap and len(made) < new_tokens:
        count, pair = -heap[0][0], heap[0][1]
        current = corpus.counts.get(pair, 0)
        if count != current:  # the entry is stale: neighbours were merged since it was pushed
            heapq.heapreplace(heap, (-current, pair))
            continue
        if count < min_count:
            break
        heapq.heappop(heap)
        if pair in bpe.merges or (product(pair).isascii() and corpus.guard_counts[pair] > max_in_guard):
            continue
        size, parts = bpe.size, (bpe.tokens[pair[0]], bpe.tokens[pair[1]])
        id_ = bpe.add_merge(pair)
        if bpe.size > size:  # a second pair may give the same token: that merge costs no entry
            made.append(NewToken(id_, bpe.tokens[id_], "merge", parts, count))
        for risen in sorted(corpus.merge(pair)):
            if mergeable(risen):
                heapq.heappush(heap, (-corpus.counts[risen], risen))
    return bpe, made


def _add_bytes(bpe: ByteBPE) -> list[NewToken]:
    missing = [symbol for symbol in SYMBOLS if symbol not in bpe.vocabulary]
    return [NewToken(bpe.add_token(symbol), symbol, "byte", (), 0) for symbol in missing]


def _add_letters(bpe: ByteBPE, letters: Iterable[str]) -> list[NewToken]:
    """Merge the pieces of each letter from the left until it is one token."""
    made = []
    for letter in letters:
        ids = bpe.segment([bpe.vocabulary[symbol] for symbol in to_symbols(letter.encode())])
        while len(ids) > 1:
            size, parts = bpe.size, (bpe.tokens[ids[0]], bpe.tokens[ids[1]])
            ids = bpe.segment([bpe.add_merge((ids[0], ids[1])), *ids[2:]])
            if bpe.size > size:
                made.append(NewToken(size, bpe.tokens[size], "letter", parts, 0))
    return made


class _Corpus:
    """The distinct words as they are segmented now, and what each pair of neighbours counts."""

    def __init__(self, bpe: ByteBPE, words: Mapping[str, int], guard_words: Mapping[str, int]):
        self._bpe = bpe
        segment = bpe.segmenter()
        texts = sorted(words.keys() | guard_words.keys())
        self._segments = [segment(text) for text in texts]
        self._weights = [(words.get(text, 0), guard_words.get(text, 0)) for text in texts]
        self.counts: Counter[Pair] = Counter()  # in the training text
        self.guard_counts: Counter[Pair] = Counter()
        self._holders: dict[Pair, set[int]] = {}
        for number in range(len(texts)):
            self._count(number, 1)

    def merge(self, pair: Pair) -> set[Pair]:
        """Segment the words that hold a newly merged pair again; returns the pairs that this makes more frequent."""
        before: Counter[Pair] = Counter()
        for number in self._holders.get(pair, set()).copy():
            for old in pairwise(self._segments[number]):
                before.setdefault(old, self.counts[old])
            self._count(number, -1)
            self._segments[number] = self._bpe.segment(self._segments[number])
            for new in pairwise(self._segments[number]):
                before.setdefault(new, self.counts[new])
            self._count(number, 1)
        return {changed for changed, count in before.items() if self.counts[changed] > count}

    def _count(self, number: int, sign: int) -> None:
        weight, guard_weight = self._weights[number]
        for pair in pairwise(self._segments[number]):
            self.counts[pair] += sign * weight
            self.guard_counts[pair] += sign * guard_weight
            if sign > 0:
                self._holders.setdefault(pair, set()).add(number)
            else:
                self._holders[pair].discard(number)


def base_pieces(base: ByteBPE, extended: ByteBPE) -> list[list[int]]:
    """For each new token, in the order of ids, the base's ids for the same bytes.

    A byte that the base lacks has no such ids: it stands for all of the base's single bytes.
    """
    segment = base.segmenter()
    bytes_of_base = [base.vocabulary[symbol] for symbol in SYMBOLS if symbol in base.vocabulary]
    return [segment(extended.tokens[id_]) or bytes_of_base for id_ in range(base.size, extended.size)]
