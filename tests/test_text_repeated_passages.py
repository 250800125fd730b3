"""Repeated passages: found across documents, whatever the blocks, and cut at the borders of syllables."""

import random

import numpy as np
import pytest

from stages.deduplication.near_duplicates import lowered_words
from stages.deduplication.repeated_passages import (
    SPAN,
    Winnowing,
    by_block,
    copies,
    merged,
    of_block,
    remove,
    shared_by_several,
    spans_around,
    winnow,
)
from stages.text.vietnamese import syllables

PASSAGE = "Tủ sách mở cửa từ sáng đến tối, ai cũng có thể vào đọc mà không phải trả tiền."
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


def noise(seed: object, words: int) -> str:
    rng = random.Random(f"{seed}")
    return " ".join("".join(rng.choice(LETTERS) for _ in range(4)) for _ in range(words))


def cuts_of(texts: dict[int, str], passage: int, blocks: int = 1) -> list[tuple[int, int, int]]:
    """(document, start, end) of what is cut, as the stage finds it with so many blocks."""
    winnowing = Winnowing(passage)
    codes = {number: lowered_words(text).run_hashes(1) for number, text in texts.items()}
    fingerprints = by_block(
        np.concatenate([winnow(lowered_words(text), number, winnowing) for number, text in texts.items()])
    )
    found = []
    for block in range(blocks):
        shared = shared_by_several(of_block(fingerprints, block, blocks))
        spans = [
            spans_around(shared[shared["document"] == number], len(codes[number]), winnowing)
            for number in sorted(texts)
        ]
        around = np.concatenate(spans)
        words = [codes[int(span["document"])][span["start"] : span["end"]] for span in around]
        found.append(copies(around, np.concatenate([np.empty(0, dtype=np.uint64), *words]), winnowing))
    return [tuple(map(int, cut)) for cut in merged(found)]


def cuts_by_definition(texts: dict[int, str], passage: int) -> set[tuple[int, int]]:
    """(document, syllable) of every run of so many syllables that a document with a smaller id has too."""
    words = {number: syllables(text.lower()) for number, text in texts.items()}
    first: dict[tuple[str, ...], int] = {}
    for number in sorted(texts):
        for start in range(len(words[number]) - passage + 1):
            first.setdefault(tuple(words[number][start : start + passage]), number)
    return {
        (number, place)
        for number in texts
        for start in range(len(words[number]) - passage + 1)
        if first[tuple(words[number][start : start + passage])] != number
        for place in range(start, start + passage)
    }


def test_a_shared_passage_stays_in_the_first_document_and_is_cut_from_the_others():
    texts = {0: f"{noise(1, 30)}. {PASSAGE}", 1: f"{noise(2, 5)}. {PASSAGE} {noise(3, 7)}", 2: noise(4, 40), 3: PASSAGE}
    cuts = cuts_of(texts, 10)
    assert cuts == [(1, 5, 24), (3, 0, 19)]
    assert remove(texts[1], np.array(cuts[:1], dtype=SPAN)) == f"{noise(2, 5)}. {noise(3, 7)}"
    assert remove(texts[3], np.array(cuts[1:], dtype=SPAN)) == ""


def test_the_first_by_id_keeps_the_passage_whatever_the_order():
    assert cuts_of({7: f"b {PASSAGE}", 9: f"c {PASSAGE}", 2: f"a {PASSAGE}"}, 10) == [(7, 1, 20), (9, 1, 20)]


def test_ids_above_half_of_their_range_are_told_apart():
    low, high = 2**63 + 1, 2**63 + 2  # equal as floats
    assert cuts_of({high: f"b {PASSAGE}", low: f"a {PASSAGE}"}, 10) == [(high, 1, 20)]


def test_case_and_marks_do_not_hide_a_passage():
    assert cuts_of({0: PASSAGE, 1: PASSAGE.upper().replace(",", " –")}, 10) == [(1, 0, 19)]


def test_diacritics_do():
    other = PASSAGE.replace("ó", "o").replace("á", "a").replace("ế", "ê").replace("ả", "a")
    assert cuts_of({0: PASSAGE, 1: other}, 10) == []


def test_shorter_passages_and_repeats_within_a_document_stay():
    assert cuts_of({0: PASSAGE, 1: f"{noise(1, 9)} {PASSAGE}"}, 20) == []
    assert cuts_of({0: f"{PASSAGE} {noise(1, 9)} {PASSAGE}", 1: noise(2, 30)}, 10) == []


def test_a_passage_of_exactly_the_length_is_found():
    assert cuts_of({0: f"{PASSAGE} x", 1: f"y {PASSAGE}"}, 19) == [(1, 1, 20)]


def test_no_run_is_found_across_the_border_of_two_documents():
    first, second = PASSAGE.split(", ")
    assert cuts_of({0: first, 1: second, 2: f"{noise(1, 3)} {first} {second}"}, 19) == []


@pytest.mark.parametrize("blocks", [1, 3, 16])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_cut_is_what_the_definition_says_whatever_the_blocks(seed, blocks):
    rng = random.Random(seed)
    pool = [noise(f"{seed}/{number}", rng.randint(3, 40)) for number in range(12)]
    few = noise(seed, 3).split()  # words that follow each other in every order, so that hashes repeat
    texts = {}
    for _ in range(12):
        pieces = [
            rng.choice([*pool, " ".join(rng.choices(few, k=rng.randint(1, 30)))]) for _ in range(rng.randint(1, 6))
        ]
        texts[rng.getrandbits(64)] = " ".join(pieces)
    for passage in (5, 12, 25):
        found = {
            (number, place) for number, start, end in cuts_of(texts, passage, blocks) for place in range(start, end)
        }
        assert found == cuts_by_definition(texts, passage)


@pytest.mark.parametrize("seed", range(5))
def test_cutting_never_splits_a_syllable(seed):
    rng = random.Random(seed)
    sentence = "Nghiêng nghiêng mái ngói, tiếng gà gáy vang khắp xóm; ngoài đồng, lúa chín vàng ươm!"
    words = syllables(sentence)
    start = rng.randrange(len(words) - 3)
    end = rng.randint(start + 1, len(words))
    left = remove(sentence, np.array([(0, start, end)], dtype=SPAN))
    assert syllables(left) == words[:start] + words[end:]


def test_fingerprints_are_few():
    words = lowered_words(noise("few", 20_000))
    winnowing = Winnowing(50)
    assert len(winnow(words, 1, winnowing)) < 1.1 * 2 / (winnowing.window + 1) * len(words)


def test_nothing_in_nothing_out():
    assert cuts_of({0: "", 1: "một hai"}, 10) == []


def test_letters_that_change_length_in_lower_case_do_not_shift_a_cut():
    text = f"İİİİ İstanbul {PASSAGE} Hết."
    assert remove(text, np.array(cuts_of({0: PASSAGE, 1: text}, 10), dtype=SPAN)) == "İİİİ İstanbul Hết."


@pytest.mark.parametrize(
    ("text", "start", "end", "left"),
    [
        ("Quả (cuối mùa, rất ngọt) đã chín.", 2, 5, "Quả cuối đã chín."),
        ("Bà bảo “cháu ăn đi” rồi cười.", 1, 2, "Bà cháu ăn đi rồi cười."),
        ("Một [hai (ba) bốn] năm", 2, 3, "Một [hai bốn] năm"),
        ("Chọn a) xoài hoặc b) mít", 2, 4, "Chọn a) b) mít"),
        ("Trước (một câu không đóng\nrồi câu khác) sau.", 5, 7, "Trước (một câu không đóng\nkhác) sau."),
    ],
)
def test_no_bracket_is_left_without_its_other_half(text, start, end, left):
    assert remove(text, np.array([(0, start, end)], dtype=SPAN)) == left
