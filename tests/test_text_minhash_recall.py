"""How many planted near-duplicates MinHash finds, against the theory: 1 - (1 - s^rows)^bands at similarity s."""

import random
from dataclasses import replace

import numpy as np
import pytest

from stages.deduplication.near_duplicates import MinHash, Signer, clusters
from stages.text.vietnamese import all_syllables

BANDING = MinHash(shingle_syllables=5, bands=14, rows=8, seed=1, min_similarity=0.0)
CHECKED = replace(BANDING, min_similarity=0.7)
SHINGLES = 400  # in each text
SIMILARITIES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def planted_pair(similarity: float, rng: random.Random, vocabulary: list[str]) -> tuple[str, str, float]:
    """Two texts of syllables that begin alike and end differently, and the Jaccard similarity of their shingles."""
    shared = round(2 * SHINGLES * similarity / (1 + similarity))
    n = BANDING.shingle_syllables

    def syllables(count: int) -> list[str]:
        return rng.choices(vocabulary, k=count)

    begin = syllables(shared + n - 1)
    texts = [[*begin, *syllables(SHINGLES - shared)] for _ in range(2)]
    sets = [{tuple(text[place : place + n]) for place in range(SHINGLES)} for text in texts]
    return " ".join(texts[0]), " ".join(texts[1]), len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def theory(similarity: float, settings: MinHash) -> float:
    """The probability that two texts share a band."""
    return 1 - (1 - similarity**settings.rows) ** settings.bands


def sign_pairs(similarity: float, pairs: int) -> tuple[np.ndarray, float]:
    """(2 x pairs, bands x rows) signatures, a pair side by side, and the mean similarity of the pairs."""
    rng, signer, vocabulary = random.Random(similarity), Signer(BANDING), sorted(all_syllables())
    signatures, exact = [], []
    for _ in range(pairs):
        *texts, jaccard = planted_pair(similarity, rng, vocabulary)
        signatures += map(signer.signature, texts)
        exact.append(jaccard)
    return np.array(signatures), float(np.mean(exact))


def recall(signatures: np.ndarray, settings: MinHash) -> float:
    """Share of the pairs that are joined."""
    found = clusters(signatures, settings)
    return float(np.mean(found[::2] == found[1::2]))


@pytest.mark.parametrize("similarity", [0.6, 0.7, 0.8, 0.9])
def test_recall_is_within_3_points_of_the_theory(similarity):
    signatures, exact = sign_pairs(similarity, 1500)
    assert exact == pytest.approx(similarity, abs=0.002)
    assert recall(signatures, BANDING) == pytest.approx(theory(exact, BANDING), abs=0.03)


@pytest.mark.campaign
def test_recall_at_all_similarities():
    """Prints the table of docs/deduplication.md; the standard error of a recall is at most 0.7 points."""
    for similarity in SIMILARITIES:
        signatures, exact = sign_pairs(similarity, 5000)
        banding, checked = recall(signatures, BANDING), recall(signatures, CHECKED)
        print(f"| {exact:.3f} | {theory(exact, BANDING):.3f} | {banding:.3f} | {checked:.3f} |")
        assert exact == pytest.approx(similarity, abs=0.002)
        assert banding == pytest.approx(theory(exact, BANDING), abs=0.03)
        assert checked <= banding
        assert checked >= 0.95 or similarity < 0.85


def test_the_survivors_of_shuffled_documents_are_the_same():
    signatures = np.concatenate([sign_pairs(similarity, 100)[0] for similarity in (0.6, 0.7, 0.8, 0.9)])

    def groups(order: np.ndarray) -> set[frozenset[int]]:
        found: dict[int, set[int]] = {}
        for document, root in zip(order.tolist(), clusters(signatures[order], CHECKED).tolist(), strict=True):
            found.setdefault(root, set()).add(document)
        return set(map(frozenset, found.values()))

    straight = groups(np.arange(len(signatures)))
    assert 100 < sum(len(group) == 2 for group in straight) < 400
    for seed in range(3):
        assert groups(np.random.default_rng(seed).permutation(len(signatures))) == straight
