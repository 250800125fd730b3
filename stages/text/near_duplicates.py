"""Near-duplicates by MinHash and banding (Broder 1997), on shingles of syllables.

What is found depends on the documents alone, neither on their order nor on how they are cut into files.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from stages.text.vietnamese import syllables

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


class Signer:
    """Makes MinHash signatures. Diacritics count: `má` and `ma` are different words."""

    def __init__(self, settings: MinHash) -> None:
        self._n = settings.shingle_syllables
        random = np.random.default_rng(settings.seed)
        size = settings.bands * settings.rows
        # Multiply-shift hashing (Dietzfelbinger et al. 1997): odd factors, the upper half of the product.
        self._factors = random.integers(0, 2**63, size, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._offsets = random.integers(0, 2**63, size, dtype=np.uint64)
        self._hashes: dict[str, int] = {}

    def codes(self, text: str) -> np.ndarray:
        """A 64-bit hash of each syllable, in order, without regard to case."""
        known = self._hashes
        words = syllables(text.lower())
        return np.array([known[word] if word in known else self._code(word) for word in words], dtype=np.uint64)

    def exact_key(self, codes: np.ndarray) -> bytes:
        """A key of 16 bytes that is equal for texts with the same syllables, given their hashes."""
        return hashlib.blake2b(codes.tobytes(), digest_size=16).digest()

    def signature(self, text: str) -> np.ndarray:
        """The signature of a text: (bands x rows,) uint32. A text shorter than a shingle is one shingle."""
        return self.signature_of(self.codes(text))

    def signature_of(self, codes: np.ndarray) -> np.ndarray:
        """The signature of a text, given the hashes of its syllables."""
        shingles = np.unique(rolling_hashes(codes, min(self._n, max(1, len(codes)))))
        signature = np.full(len(self._factors), 2**32 - 1, dtype=np.uint32)
        for start in range(0, len(shingles), 4096):  # bounds the memory that a book takes
            part = shingles[start : start + 4096, None] * self._factors + self._offsets
            np.minimum(signature, (part >> np.uint64(32)).min(axis=0).astype(np.uint32), out=signature)
        return signature

    def _code(self, word: str) -> int:
        code = self._hashes[word] = word_code(word)
        return code


def word_code(word: str) -> int:
    """A 64-bit hash of a word, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def rolling_hashes(codes: np.ndarray, n: int) -> np.ndarray:
    """A 64-bit hash of every run of n words, given the words' hashes; empty if there are fewer."""
    return rolling_hashes_of_lengths(codes, (n,))[n]


def rolling_hashes_of_lengths(codes: np.ndarray, lengths: Collection[int]) -> dict[int, np.ndarray]:
    """For each of these lengths a 64-bit hash of every run of so many words."""
    found = {}
    hashes = np.zeros(len(codes), dtype=np.uint64)
    for n in range(1, max(lengths, default=0) + 1):
        # Weyl constant of splitmix64; mixing at every step keeps the order of words in the hash.
        hashes = _mixed(hashes[: max(0, len(codes) - n + 1)] + np.uint64(0x9E3779B97F4A7C15) + codes[n - 1 :])
        if n in lengths:
            found[n] = hashes
    return found


def _mixed(values: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64 (Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def clusters(signatures: np.ndarray, settings: MinHash, chosen: np.ndarray) -> np.ndarray:
    """For each chosen document the place among them of the first of its near-duplicates, its own if it has none.

    `signatures` is (documents, bands x rows) and may lie on disk: one band at a time is read. Documents that share a
    band and are similar enough are joined; being near-duplicates is taken as transitive.
    """
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
        hashes = _mixed(hashes + np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64))
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
