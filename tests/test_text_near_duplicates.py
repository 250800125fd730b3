"""MinHash: what is found, how often, and that order does not matter."""

import random
import time
from dataclasses import replace

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


def chain(signer: Signer) -> np.ndarray:
    """Signatures of three texts, of which the second is nearly like the other two, and these are not so alike."""
    words = [f"từ{number}" for number in range(200)]
    texts = [words, [*words[:185], *"abcdefghijklmno"], [*words[:170], *"ABC", *words[173:185], *"abcdefghijklmno"]]
    assert len({len(text) for text in texts}) == 1
    return np.array([signer.signature(" ".join(text)) for text in texts])


def test_a_document_gives_way_only_to_one_that_it_is_similar_to():
    signatures = chain(Signer(SETTINGS))
    alike = [np.mean(signatures[one] == signatures[other]) for one, other in ((0, 1), (1, 2), (0, 2))]
    settings = replace(SETTINGS, min_similarity=(max(alike[2], 0.5) + min(alike[:2])) / 2)
    assert alike[2] < settings.min_similarity < min(alike[:2])
    assert clusters(signatures, settings).tolist() == [
        0,
        0,
        2,
    ]  # the first two texts, and what is like neither survivor
    assert clusters(signatures[[1, 0, 2]], settings).tolist() == [0, 0, 0]


def test_references_stay_even_if_they_are_alike():
    signatures = np.repeat(Signer(SETTINGS).signature(TEXT)[None], 4, axis=0)
    assert clusters(signatures, SETTINGS, references=2).tolist() == [0, 1, 0, 0]


def test_one_template_of_many_texts_costs_no_square_of_them():
    """All 20,000 share bands and none is similar to another: each is compared with a bounded number."""
    rng = np.random.default_rng(1)
    signatures = rng.integers(0, 2**32, (20_000, 112), dtype=np.uint32)
    signatures[:, :56] = 1  # 7 of 14 bands
    begun = time.process_time()
    assert clusters(signatures, SETTINGS).tolist() == list(range(20_000))
    assert time.process_time() - begun < 10


def test_none_are_clustered():
    assert len(clusters(np.empty((0, 112), dtype=np.uint32), SETTINGS)) == 0
