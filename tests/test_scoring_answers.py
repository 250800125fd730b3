"""Written answers: SQuAD's F1 and exact match in two languages, chrF against its definition and sacrebleu."""

import unicodedata
from collections import Counter

import pytest
from sacrebleu.metrics import CHRF
from transformers.data.metrics import squad_metrics

from stages.scoring.answers import chrf, corpus_chrf, exact_match, f1, normalise_answer

VIETNAMESE = ("Con mèo ngồi trên ghế.", "Con mèo nằm trên chiếc ghế dài.", "Sáng nay trời mưa to.", "Trời mưa.")


@pytest.mark.parametrize(
    ("answer", "right", "language", "score", "exact"),
    [
        # By SQuAD's rules: lower case, punctuation and English articles do not count, the best right answer does.
        ("the Denver Broncos!", ["Denver Broncos", "The Broncos"], "en", 1.0, 1.0),
        ("Broncos of Denver", ["Denver Broncos"], "en", 0.8, 0.0),
        ("Carolina Panthers", ["Denver Broncos"], "en", 0.0, 0.0),
        ("cat cat cat", ["cat"], "en", 0.5, 0.0),
        ("", ["Huế"], "vi", 0.0, 0.0),
        ("...", ["“?”"], "vi", 1.0, 1.0),
        ("Bộ Công an", ["bộ công an."], "vi", 1.0, 1.0),
        # "an" is a syllable here: dropped as an article, the answers would agree.
        ("công an", ["công"], "vi", 2 / 3, 0.0),
        ("công an", ["công"], "en", 1.0, 1.0),
        ("“Hà Nội” – thủ đô", ["Hà Nội, thủ đô"], "vi", 1.0, 1.0),
        ("ma", ["má"], "vi", 0.0, 0.0),
    ],
)
def test_f1_and_exact_match(answer, right, language, score, exact):
    assert f1(answer, right, language) == pytest.approx(score)
    assert exact_match(answer, right, language) == exact


def test_in_english_they_are_those_of_squads_own_script():
    texts = ("The Denver Broncos", "an old Bronco", "Denver, Colorado", "the", "A.D. 1066", "1066 AD", "It's a dog")
    texts += ("$5 + 3", "5 3")
    for answer in texts:
        for right in texts:
            assert f1(answer, [right], "en") == pytest.approx(squad_metrics.compute_f1(right, answer))
            assert exact_match(answer, [right], "en") == squad_metrics.compute_exact(right, answer)


def test_the_form_of_letters_does_not_count():
    composed = "Nguyễn Huệ đại phá quân Thanh"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    assert f1(decomposed, [composed], "vi") == exact_match(decomposed, [composed], "vi") == 1
    assert chrf(decomposed, [composed], "vi") == chrf(composed, [decomposed], "vi") == 1
    assert normalise_answer(decomposed, "vi") == normalise_answer(composed, "vi")


def chrf_by_definition(answer, right):
    """chrF2 of one sentence: the harmonic mean, recall twice as heavy, of mean n-gram precision and recall."""
    precisions, recalls = [], []
    for size in range(1, 7):
        ours, theirs = (
            Counter(text[i : i + size] for i in range(len(text) - size + 1))
            for text in ("".join(answer.split()), "".join(right.split()))
        )
        if ours and theirs:
            shared = (ours & theirs).total()
            precisions.append(shared / ours.total())
            recalls.append(shared / theirs.total())
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


def test_chrf_is_that_of_its_paper_and_of_sacrebleu():
    for answer in VIETNAMESE:
        for right in VIETNAMESE:
            assert chrf(answer, [right], "vi") == pytest.approx(chrf_by_definition(answer, right), abs=1e-6)
            assert chrf(answer, [right], "vi") == CHRF().sentence_score(answer, [right]).score / 100
    assert chrf(VIETNAMESE[0], VIETNAMESE, "vi") == 1 and chrf("", ["Trời mưa."], "vi") == 0


def test_corpus_chrf_weighs_long_sentences_more_and_takes_unequal_numbers_of_references():
    answers, right = VIETNAMESE[:2], [[VIETNAMESE[0]], [VIETNAMESE[2]]]
    assert corpus_chrf(answers, right) == pytest.approx(
        CHRF().corpus_score(list(answers), [[ones[0] for ones in right]]).score / 100
    )
    assert corpus_chrf(answers, [[VIETNAMESE[2], VIETNAMESE[0]], [VIETNAMESE[1]]]) == 1
