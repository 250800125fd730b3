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


def template_signatures(similarity: float, count: int) -> np.ndarray:
    """Signatures of texts of 200 syllables that begin alike and end in syllables of their own."""
    rng, signer, vocabulary = random.Random(similarity), Signer(CHECKED), sorted(all_syllables())
    shingles = 200 - CHECKED.shingle_syllables + 1
    common = round(2 * shingles * similarity / (1 + similarity)) + CHECKED.shingle_syllables - 1
    template = rng.choices(vocabulary, k=common)
    texts = (" ".join(template + rng.choices(vocabulary, k=200 - common)) for _ in range(count))
    return np.array([signer.signature(text) for text in texts])


def joined_transitively(signatures: np.ndarray) -> int:
    """How many groups there are if everything that is similar to a member of a group belongs to it."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = [], []
    for document, signature in enumerate(signatures):
        equal = signatures == signature
        met = equal.reshape(-1, CHECKED.bands, CHECKED.rows).all(axis=2).any(axis=1)
        found = np.flatnonzero(met & (equal.mean(axis=1) >= CHECKED.min_similarity))
        rows.append(np.full(len(found), document))
        columns.append(found)
    places = (np.concatenate(rows), np.concatenate(columns))
    return connected_components(csr_array((np.ones(len(places[0])), places), [len(signatures)] * 2))[0]


@pytest.mark.campaign
@pytest.mark.parametrize("similarity", [0.50, 0.54, 0.58, 0.62, 0.66, 0.70, 0.74, 0.78])
def test_the_texts_of_a_template_are_not_joined_by_each_other(similarity):
    """Prints a row of docs/deduplication.md: texts of 8,000 that remain."""
    signatures = template_signatures(similarity, 8000)
    kept = int(np.sum(clusters(signatures, CHECKED) == np.arange(len(signatures))))
    pairs = np.random.default_rng(1).permutation(len(signatures)).reshape(2, -1)
    alone = np.mean(np.mean(signatures[pairs[0]] == signatures[pairs[1]], axis=1) >= CHECKED.min_similarity)
    transitive = joined_transitively(signatures)
    print(f"| {similarity:.2f} | {alone:.4f} | {transitive:,} | {kept:,} |")
    assert kept >= transitive
    assert kept >= 7_500 or similarity >= 0.6


@pytest.mark.parametrize("own", [4, 12])
def test_copies_are_found_among_thousands_of_texts_of_one_template(own):
    """The last syllables but a few are the model's: the Jaccard similarity to it is 0.96 and 0.88."""
    signatures, rng, vocabulary = template_signatures(0.6, 2000), random.Random(1), sorted(all_syllables())
    shingles = 200 - CHECKED.shingle_syllables + 1
    rng_of_template = random.Random(0.6)
    common = round(2 * shingles * 0.6 / 1.6) + CHECKED.shingle_syllables - 1
    template = rng_of_template.choices(vocabulary, k=common)
    models = [template + rng_of_template.choices(vocabulary, k=200 - common) for _ in range(200)]
    copies = [" ".join(model[:-own] + rng.choices(vocabulary, k=own)) for model in models]
    signer = Signer(CHECKED)
    found = clusters(np.concatenate([signatures, [signer.signature(copy) for copy in copies]]), CHECKED)
    assert np.mean(found[len(signatures) :] < len(signatures)) >= 0.95
