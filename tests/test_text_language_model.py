"""Modified Kneser-Ney: a corpus worked by hand, sums to one, and what KenLM reads back."""

import math
import random
from pathlib import Path

import kenlm
import numpy as np
import pytest

from stages.document_quality import language_model
from stages.document_quality.language_model import BEGIN, FALLBACK_DISCOUNTS, Scorer, Text, sentences, train
from stages.errors import BadInput

POEM = """Trăm năm trong cõi người ta
Chữ tài chữ mệnh khéo là ghét nhau
Trải qua một cuộc bể dâu
Những điều trông thấy mà đau đớn lòng
Lạ gì bỉ sắc tư phong
Trời xanh quen thói má hồng đánh ghen
Trong cõi người ta chữ tài chữ mệnh
Một cuộc bể dâu trăm năm trông thấy"""


def text_of(*texts: str) -> Text:
    text = Text()
    for one in texts:
        text.add(one)
    return text


def estimated(
    tmp_path: Path, text: Text, order: int, max_memory_mb: float = 10
) -> list[dict[str, tuple[float, float]]]:
    """For each length the n-grams of the ARPA file with their probability and backoff weight (1: none)."""
    train(text, order, "numpy", tmp_path / "model.arpa", max_memory_mb)
    sections = (tmp_path / "model.arpa").read_text().split("-grams:\n")[1:]
    return [
        {
            words: (10 ** float(p), 10 ** float(*backoff or ["0"]))
            for p, words, *backoff in (line.split("\t") for line in section.splitlines() if "\t" in line)
        }
        for section in sections
    ]


def trained(tmp_path: Path, text: Text, order: int = 3) -> kenlm.Model:
    train(text, order, "numpy", tmp_path / "model.arpa", 10)
    return kenlm.Model(str(tmp_path / "model.arpa"))


def test_sentences_keep_diacritics_and_lose_case_marks_and_digits():
    assert sentences("Năm 1975, Bà\n\n…\nMá – ma") == [["năm", "0000", "bà"], ["má", "ma"]]


def test_a_corpus_worked_by_hand(tmp_path):
    """Twice `a b`, once `a c`; every count of counts has a gap, so the discounts are 0.5, 1 and 1.5."""
    assert FALLBACK_DISCOUNTS == (0.5, 1.0, 1.5)
    unigrams, bigrams = estimated(tmp_path, text_of("a b", "a b", "a c"), 2)
    # a, b, c follow one word each, </s> two: (1 - 0.5) / 5 and (2 - 1) / 5, and 2.5 / 5 freed, shared among five.
    single = {word: p for word, (p, _) in unigrams.items()}
    assert single == pytest.approx({"<unk>": 0.1, "<s>": 0.0, "</s>": 0.3, "a": 0.2, "b": 0.2, "c": 0.2}, abs=1e-6)
    # After a: b twice, c once; 1.5 of 3 freed. After the begin mark: a three times, 1.5 of 3 freed.
    assert bigrams["a b"][0] == pytest.approx((2 - 1) / 3 + 0.5 * 0.2, rel=1e-6)
    assert bigrams["a c"][0] == pytest.approx((1 - 0.5) / 3 + 0.5 * 0.2, rel=1e-6)
    assert bigrams["<s> a"][0] == pytest.approx((3 - 1.5) / 3 + 0.5 * 0.2, rel=1e-6)
    assert unigrams["a"][1] == pytest.approx(0.5, rel=1e-6)


def test_discounts_follow_the_counts_of_counts():
    """n1 = 6, n2 = 3, n3 = 2, n4 = 1, so y = 6 / 12."""
    counts = np.array([7, 6, 3, 2, 1])
    expected = (1 - 2 * 0.5 * 3 / 6, 2 - 3 * 0.5 * 2 / 3, 3 - 4 * 0.5 * 1 / 2)
    assert language_model._discounts(counts, 1) == pytest.approx(expected)


@pytest.mark.parametrize("order", [2, 3, 5])
def test_probabilities_sum_to_one_after_every_history(tmp_path, order):
    text = text_of(POEM)
    model = trained(tmp_path, text, order)
    words = [word for number, word in enumerate(text.words) if number != BEGIN]
    for history in (["trong", "cõi", "người", "ta"], ["chữ"], ["lạ", "lắm"], []):
        state, after = kenlm.State(), kenlm.State()
        model.BeginSentenceWrite(state)
        for word in history:
            model.BaseScore(state, word, after)
            state, after = after, kenlm.State()
        total = sum(10 ** model.BaseScore(state, word, kenlm.State()) for word in words)
        assert total == pytest.approx(1.0, abs=1e-4)


def test_an_n_gram_never_crosses_a_line(tmp_path):
    _, bigrams = estimated(tmp_path, text_of("một hai", "ba bốn"), 2)
    assert "hai ba" not in bigrams and "</s> <s>" not in bigrams
    assert "<s> ba" in bigrams


@pytest.mark.parametrize("order", [2, 4])
def test_memory_for_a_few_words_at_a_time_gives_the_same_model(tmp_path, order):
    rng = random.Random(order)
    words = POEM.split()
    text = text_of(*(" ".join(rng.choices(words, k=rng.randint(1, 12))) for _ in range(300)))
    whole = estimated(tmp_path, text, order)
    fixed = language_model.BYTES_PER_WORD_OF_TEXT * len(text.ids) / 1e6
    little = fixed + 100 * language_model.BYTES_PER_PLACE_OF_BLOCK / 1e6
    assert len(list(language_model._Text(text.ids, len(text.words), little).blocks)) > 10
    assert estimated(tmp_path, text, order, little) == whole
    with pytest.raises(BadInput, match=r"max_memory_mb.*does not hold"):
        estimated(tmp_path, text, order, fixed)


def test_text_like_the_training_text_is_less_perplexing(tmp_path):
    train(text_of(POEM), 3, "numpy", tmp_path / "model.arpa", 10)
    scorer = Scorer(tmp_path / "model.arpa")
    known, mixed, strange = (
        scorer.perplexity(text)
        for text in ("Trăm năm trong cõi người ta", "ta người cõi trong năm trăm", "giá vàng hôm nay tăng mạnh")
    )
    assert known < mixed < strange
    assert scorer.perplexity("TRĂM NĂM, trong cõi người ta!") == known
    assert scorer.perplexity("…") == math.inf


def test_perplexity_is_the_inverse_mean_probability(tmp_path):
    text = text_of("a b", "a b", "a c")
    train(text, 2, "numpy", tmp_path / "model.arpa", 10)
    # <s> a: 0.6, a b: 1.3 / 3, b </s>: (2 - 1) / 2 + 1 / 2 * 0.3
    expected = (0.6 * 1.3 / 3 * 0.65) ** (-1 / 3)
    assert Scorer(tmp_path / "model.arpa").perplexity("a b") == pytest.approx(expected, rel=1e-5)


def test_the_same_text_gives_the_same_file(tmp_path):
    for name in ("one", "two"):
        train(text_of(POEM), 3, "numpy", tmp_path / name, 10)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_missing_lmplz_is_an_error_not_a_fallback(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match=r"lmplz.*choose numpy"):
        train(text_of(POEM), 3, "lmplz", tmp_path / "model.arpa", 10)
