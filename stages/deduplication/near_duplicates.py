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
# A document is compared with so many earlier ones of its bucket; fuller buckets join through their members.
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


def clusters(signatures: np.ndarray, settings: MinHash, chosen: np.ndarray | None = None) -> np.ndarray:
    """For each chosen document (None: all) the place among them of the first near-duplicate, its own if it has none.

    `signatures` is (documents, bands x rows) and may lie on disk: one band at a time is read. Documents that share a
    band and are similar enough are joined; being near-duplicates is taken as transitive.
    """
    chosen = np.arange(len(signatures)) if chosen is None else chosen
    parents = np.arange(len(chosen))
    for band in range(settings.bands):
        keys = rolling_hashes_of_rows(signatures[:, band * settings.rows : (band + 1) * settings.rows])[chosen]
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        for place in same.tolist():
            _join_similar(parents, signatures, chosen, order, keys, place, settings.min_similarity)
    return np.array([_root(parents, position) for position in range(len(parents))], dtype=np.int64)


def rolling_hashes_of_rows(rows: np.ndarray) -> np.ndarray:
    """One 64-bit hash of each row."""
    hashes = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        hashes = mixed(hashes + np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64))
    return hashes


def _join_similar(
    parents: np.ndarray,
    signatures: np.ndarray,
    chosen: np.ndarray,
    order: np.ndarray,
    keys: np.ndarray,
    place: int,
    min_similarity: float,
) -> None:
    """Join the document after `place` with those before it in the same bucket that it is similar to."""
    later = order[place + 1]
    root = _root(parents, later)
    for earlier_place in range(place, max(-1, place - MAX_COMPARISONS), -1):
        earlier = order[earlier_place]
        if keys[earlier] != keys[later]:
            return
        other = _root(parents, earlier)
        if other == root:
            continue
        if np.mean(signatures[chosen[earlier]] == signatures[chosen[later]]) >= min_similarity:
            parents[max(root, other)] = root = min(root, other)


def _root(parents: np.ndarray, position: int) -> int:
    while parents[position] != position:
        parents[position] = parents[parents[position]]
        position = parents[position]
    return int(position)
