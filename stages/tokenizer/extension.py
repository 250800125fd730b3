"""Continued BPE: new merges, learnt from Vietnamese text, after those of an existing byte-level BPE.

The base's merges all rank before the new ones, so text is first cut as the base cuts it and then
merged further (cf. arXiv 2512.03989). New tokens are ordinary vocabulary entries, never added tokens.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import SYMBOLS, ByteBPE, Pair, to_bytes, to_symbols


@dataclass(frozen=True)
class NewToken:
    """An entry that the base lacks. `count` is how often it stood in the training text when it was made; 0 if unknown.

    `parts` are the tokens that are merged into it, none for a byte or an added token.
    """

    id: int
    token: str
    kind: Literal["byte", "letter", "merge", "superword", "added"]
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


def begin(
    base: ByteBPE,
    words: Mapping[str, int],
    allows: Callable[[bytes], bool],
    letters: Iterable[str],
    new_tokens: int,
    guard: Guard | None,
) -> "Growth":
    """A copy of the base with what every extension has, to grow from: all bytes, and one token for each of `letters`.

    `words` are the pre-tokens of the training text in symbols, with their counts; their order has no influence.
    `allows` says of bytes whether they may be a token. Without a `guard` each new one also holds a byte of 0x80 or
    more, so ASCII text is encoded as before. Raises `BadInput` if bytes and letters alone need more than `new_tokens`.
    """
    bpe = base.copy()
    made = _add_bytes(bpe) + _add_letters(bpe, letters)
    if len(made) > new_tokens:
        raise BadInput(
            f"vocab.new_tokens: {new_tokens} is too few beside superwords: bytes and accented letters need {len(made)}."
        )
    return Growth(bpe, made, words, allows, guard)


class Growth:
    """A tokenizer that grows by merges, and the words that tell which: each merge is applied to all of them.

    `bpe` is changed, `made` appended to. `words`, `allows` and `guard` as in `begin`.
    """

    def __init__(
        self,
        bpe: ByteBPE,
        made: list[NewToken],
        words: Mapping[str, int],
        allows: Callable[[bytes], bool],
        guard: Guard | None,
    ):
        self.bpe = bpe
        self.made = made
        self.allows = allows
        self._guarded = guard is not None
        self._max_in_guard = guard.max_per_million * sum(guard.words.values()) / 1e6 if guard else 0.0
        self._corpus = _Corpus(bpe, words, guard.words if guard else {})

    def count(self, pair: Pair) -> int:
        """How often the pair stands in the training words as they are cut now."""
        return self._corpus.counts[pair]

    def permits(self, pair: Pair) -> bool:
        """Whether this pair may be merged now."""
        return self._may_merge(pair) and not (
            self._product(pair).isascii() and self._corpus.guard_counts[pair] > self._max_in_guard
        )

    def merge(self, pair: Pair, kind: Literal["merge", "superword"], count: int) -> set[Pair]:
        """Merge a pair from now on; returns the pairs of the training words that this makes more frequent."""
        size, parts = self.bpe.size, (self.bpe.tokens[pair[0]], self.bpe.tokens[pair[1]])
        id_ = self.bpe.add_merge(pair)
        if self.bpe.size > size:  # a second pair may give the same token: that merge costs no entry
            self.made.append(NewToken(id_, self.bpe.tokens[id_], kind, parts, count))
        return self._corpus.merge(pair)

    def merge_most_frequent(self, kind: Literal["merge", "superword"], max_made: int, min_count: int) -> None:
        """Go on merging the most frequent pair until `max_made` tokens are made, or it is rarer than `min_count`.

        Of equally frequent pairs the one with the lower ids comes first.
        """
        counts = self._corpus.counts
        heap = [(-count, pair) for pair, count in counts.items() if self._may_merge(pair)]
        heapq.heapify(heap)
        while heap and len(self.made) < max_made:
            count, pair = -heap[0][0], heap[0][1]
            current = counts.get(pair, 0)
            if count != current:  # the entry is stale: neighbours were merged since it was pushed
                heapq.heapreplace(heap, (-current, pair))
                continue
            if count < min_count:
                break
            heapq.heappop(heap)
            if pair in self.bpe.merges or not self.permits(pair):
                continue
            for risen in sorted(self.merge(pair, kind, count)):
                if self._may_merge(risen):
                    heapq.heappush(heap, (-counts[risen], risen))

    def _product(self, pair: Pair) -> bytes:
        return to_bytes(self.bpe.tokens[pair[0]] + self.bpe.tokens[pair[1]])

    def _may_merge(self, pair: Pair) -> bool:
        """What of `permits` never changes."""
        piece = self._product(pair)
        return self.allows(piece) and (not piece.isascii() or (self._guarded and piece.startswith(b" ")))


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
        self._holders: dict[Pair, set[int]] = {}  # the words in which a pair stands or once stood
        for number, ids in enumerate(self._segments):
            self._add(number, ids)

    def merge(self, pair: Pair) -> set[Pair]:
        """Segment the words that hold a newly merged pair again; returns the pairs that this makes more frequent."""
        gone: Counter[Pair] = Counter()
        come: Counter[Pair] = Counter()
        for number in self._holders.pop(pair, ()):
            weight, guard_weight = self._weights[number]
            old = self._segments[number]
            new = self._segments[number] = self._bpe.segment(old)
            first, last = _difference(old, new)
            for left in pairwise(old[first : len(old) - last]):
                gone[left] += weight
                self.counts[left] -= weight
                self.guard_counts[left] -= guard_weight
            made = new[first : len(new) - last]
            for right in pairwise(made):
                come[right] += weight
            self._add(number, made)
        return {changed for changed, count in come.items() if count > gone[changed]}

    def _add(self, number: int, ids: list[int]) -> None:
        weight, guard_weight = self._weights[number]
        for pair in pairwise(ids):
            self.counts[pair] += weight
            self.guard_counts[pair] += guard_weight
            self._holders.setdefault(pair, set()).add(number)


def _difference(old: list[int], new: list[int]) -> tuple[int, int]:
    """How many ids at the beginning and at the end of both stay, less the ones next to what changes."""
    shorter = min(len(old), len(new))
    first = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - first
    last = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    return max(first - 1, 0), max(last - 1, 0)


def base_pieces(base: ByteBPE, extended: ByteBPE) -> list[list[int]]:
    """For each new token, in the order of ids, the base's ids for the same bytes.

    A byte that the base lacks has no such ids: it stands for all of the base's single bytes.
    """
    segment = base.segmenter()
    bytes_of_base = [base.vocabulary[symbol] for symbol in SYMBOLS if symbol in base.vocabulary]
    texts = extended.symbols
    # A space within a token (a superword) is the beginning of its next word.
    words = (re.findall("Ġ?[^Ġ]+|Ġ", texts[id_]) for id_ in range(base.size, extended.size))
    return [[id_ for word in token for id_ in segment(word)] or bytes_of_base for token in words]
