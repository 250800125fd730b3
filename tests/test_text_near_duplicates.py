"""MinHash: what is found, how often, and that order does not matter."""

import random

import numpy as np
import pytest

from stages.deduplication.near_duplicates import MinHash, Signer, clusters, exact_key

SETTINGS = MinHash(shingle_syllables=5, bands=14, rows=8, seed=1, min_similarity=0.7)
TEXT = """Bà cụ bán bánh đa ngồi dưới gốc đa đầu làng từ sáng đến chiều, ai qua cũng chào, trẻ con xúm lại nghe kể
chuyện ngày xưa, khi con sông còn trong và cá nhảy lên bờ mỗi mùa nước nổi, cả làng ra xem rồi cùng nhau nấu canh."""


def test_equal_but_for_case_and_marks_is_exactly_equal():
    assert exact_key("Bà cụ, bán bánh!") == exact_key("bà cụ bán – BÁNH")
    assert exact_key("bà cụ") != exact_key("ba cụ")


def test_diacritics_tell_texts_apart():
    signer = Signer(SETTINGS)
    bare = signer.signature("ma ma ma ma ma ba ba ba ba ba")
    accented = signer.signature("má mà mã mạ mả bá bà bã bạ bả")
    assert not np.any(bare == accented)


def test_the_order_of_words_counts():
    words = [f"từ{number}" for number in range(10)]
    forwards, backwards = (Signer(SETTINGS).shingles(" ".join(order)) for order in (words, words[::-1]))
    assert len(forwards) == 6 and not set(forwards.tolist()) & set(backwards.tolist())


def test_a_text_shorter_than_a_shingle_still_has_a_signature():
    signer = Signer(SETTINGS)
    assert np.array_equal(signer.signature("Hà Nội"), signer.signature("hà nội."))
    assert not np.array_equal(signer.signature("Hà Nội"), signer.signature("Hà Tiên"))
    assert len(signer.signature("")) == 112


def test_an_edited_copy_joins_its_model_and_another_text_does_not():
    edited = TEXT.replace("gốc đa đầu làng", "gốc đa già đầu làng")
    other = TEXT[: len(TEXT) // 3] + " " + " ".join(f"chuyện khác hẳn số {n} rất dài" for n in range(12))
    signer = Signer(SETTINGS)
    signatures = np.array([signer.signature(text) for text in (other, TEXT, edited)])
    assert clusters(signatures, SETTINGS).tolist() == [0, 1, 1]


def pair(similarity: float, rng: random.Random) -> tuple[list[int], list[int]]:
    """Two sets of 300 shingles in all with this Jaccard similarity."""
    numbers = rng.sample(range(2**40), 300)
    shared = round(similarity * 300)
    half = (300 - shared) // 2
    return numbers[: shared + half], numbers[:shared] + numbers[shared + half :]


@pytest.mark.parametrize("similarity", [0.5, 0.6, 0.7, 0.8, 0.9])
def test_the_signatures_agree_as_often_as_the_sets(similarity):
    rng, signer = random.Random(similarity), Signer(SETTINGS)
    signer.shingles = lambda shingles: np.array(shingles, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    agreements = [np.mean(np.equal(*map(signer.signature, pair(similarity, rng)))) for _ in range(100)]
    assert np.mean(agreements) == pytest.approx(similarity, abs=0.02)


def test_the_same_documents_in_another_order_give_the_same_clusters():
    rng = random.Random(1)
    words = TEXT.split()
    texts = []
    for base in range(20):
        own = rng.sample(words, len(words)) * 2
        texts += [" ".join(own), " ".join([*own, f"hết {base}"])]
    signer = Signer(SETTINGS)
    signatures = np.array([signer.signature(text) for text in texts])

    def groups(order: list[int]) -> set[frozenset[int]]:
        found: dict[int, set[int]] = {}
        for position, root in enumerate(clusters(signatures[order], SETTINGS).tolist()):
            found.setdefault(root, set()).add(order[position])
        return {frozenset(group) for group in found.values()}

    straight = list(range(len(texts)))
    assert len(groups(straight)) == 20
    for _ in range(3):
        assert groups(rng.sample(straight, len(straight))) == groups(straight)
