"""Near-duplicates by MinHash and banding (Broder 1997), on shingles of syllables.

What is found depends on the documents alone, neither on their order nor on how they are cut into files.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stages.text.words import Words, mixed, words_of

# Shingles that are hashed at once: 112 hashes of each are 0.9 MB, which stays in a processor's second-level cache.
SHINGLES_AT_ONCE = 2048
# A document is compared with at most so many survivors of a bucket, the first in priority, so that one template that
# fills a bucket with millions of different texts does not cost the square of their number.
MAX_COMPARISONS = 50


@dataclass(frozen=True)
class MinHash:
    """How signatures are made and compared: `bands` x `rows` hashes of shingles of `shingle_syllables`."""

    shingle_syllables: int
    bands: int
    rows: int
    seed: int
    min_similarity: float


def exact_key(text: str) -> bytes:
    """A key that is equal for texts that differ in nothing but case, punctuation and space."""
    words = lowered_words(text)
    key = hashlib.blake2b(words.lengths.tobytes(), digest_size=16)
    key.update(words.characters.tobytes())
    return key.digest()


class Signer:
    """Makes MinHash signatures. Diacritics count: `má` and `ma` are different words."""

    def __init__(self, settings: MinHash) -> None:
        self._n = settings.shingle_syllables
        random = np.random.default_rng(settings.seed)
        size = (settings.bands * settings.rows, 1)
        # Permutations a x + b modulo 2^32 with odd a (Broder et al. 2000, linear permutations).
        self._factors = random.integers(0, 2**31, size, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
        self._offsets = random.integers(0, 2**32, size, dtype=np.uint32)

    def signature(self, text: str) -> np.ndarray:
        """The signature of a text: (bands x rows,) uint32. A text shorter than a shingle is one shingle."""
        shingles = (self.shingles(text) >> np.uint64(32)).astype(np.uint32)
        signature = np.full(len(self._factors), 2**32 - 1, dtype=np.uint32)
        for start in range(0, len(shingles), SHINGLES_AT_ONCE):
            part = self._factors * shingles[start : start + SHINGLES_AT_ONCE]
            part += self._offsets
            np.minimum(signature, part.min(axis=1), out=signature)
        return signature

    def shingles(self, text: str) -> np.ndarray:
        """A 64-bit hash of each shingle, in order."""
        words = lowered_words(text)
        return mixed(words.run_hashes(min(self._n, max(1, len(words)))))


@lru_cache(maxsize=1)  # a document's key and its signature are made one after the other
def lowered_words(text: str) -> Words:
    """The words of a text without regard to case."""
    return words_of(text.lower())


def clusters(
    signatures: np.ndarray, settings: MinHash, chosen: np.ndarray | None = None, references: int = 0
) -> np.ndarray:
    """For each chosen document (None: all) the place among them of the one that survives for it, its own if it does.

    `chosen` are rows of `signatures`, (documents, bands x rows) and perhaps on disk, in order of priority: whoever
    comes first survives, the first `references` of them in any case. A document gives way only to a survivor with which
    it shares a band and that it is itself similar to, the most similar one: being near-duplicates is not transitive.
    """
    chosen = np.arange(len(signatures)) if chosen is None else chosen
    members, buckets, starts = _buckets(signatures, settings, chosen)
    counts = np.zeros(len(starts), dtype=np.int64)  # survivors of a bucket: they stand first among its members
    survivor = np.arange(len(chosen))
    documents, first, lengths = np.unique(buckets["document"], return_index=True, return_counts=True)
    for document, begin, length in zip(documents.tolist(), first.tolist(), lengths.tolist(), strict=True):
        own = buckets["bucket"][begin : begin + length]
        held = counts[own]
        if document >= references and held.any():
            met = zip(starts[own].tolist(), held.tolist(), strict=True)
            others = np.unique(np.concatenate([members[start : start + count] for start, count in met]))
            similarity = np.mean(signatures[chosen[others]] == signatures[chosen[document]], axis=1)
            best = similarity.argmax()
            if similarity[best] >= settings.min_similarity:
                survivor[document] = others[best]
                continue
        own = own[held < MAX_COMPARISONS]
        members[starts[own] + counts[own]] = document
        counts[own] += 1
    return survivor


def _buckets(
    signatures: np.ndarray, settings: MinHash, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Documents with an equal band: bucket after bucket its members, each document's buckets, and where they start."""
    members, numbers, starts = [], [], []
    filled = bucket_count = 0
    for band in range(settings.bands):
        keys = rolling_hashes_of_rows(signatures[:, band * settings.rows : (band + 1) * settings.rows])[chosen]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        as_next = np.append(keys[1:] == keys[:-1], False)[: len(keys)]
        as_previous = np.roll(as_next, 1)
        shared = as_next | as_previous
        begins = ~as_previous[shared]
        members.append(order[shared])
        starts.append(filled + np.flatnonzero(begins))
        numbers.append(bucket_count + np.cumsum(begins) - 1)
        filled += len(begins)
        bucket_count += len(starts[-1])
    of = np.empty(filled, dtype=[("document", np.int64), ("bucket", np.int64)])
    of["document"], of["bucket"] = np.concatenate(members), np.concatenate(numbers)
    of = of[np.argsort(of["document"], kind="stable")]
    return np.concatenate(members), of, np.concatenate(starts)


def rolling_hashes_of_rows(rows: np.ndarray) -> np.ndarray:
    """One 64-bit hash of each row."""
    hashes = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        hashes = mixed(hashes + np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64))
    return hashes
