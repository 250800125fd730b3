"""How well a written answer agrees with the right ones: shared words (SQuAD's F1), exact match, chrF."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from string import punctuation  # of ASCII, with signs that are none to Unicode: $ + < = > ^ ` | ~
from typing import Any

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalise_answer(text: str, language: str) -> str:
    """Lower case, NFC, without punctuation and doubled spaces; of English also without articles.

    As SQuAD's own script does (Rajpurkar et al. 2016, arXiv 1606.05250), but with Unicode's punctuation too, and
    articles only where they are some: "an" and "the" are syllables of Vietnamese (an ninh, the thé).

    >>> normalise_answer("  Bộ Công  an, (Hà Nội).", "vi"), normalise_answer("The Tower, an old one", "en")
    ('bộ công an hà nội', 'tower old one')
    """
    text = unicodedata.normalize("NFC", text).lower()
    text = "".join(sign for sign in text if sign not in punctuation and unicodedata.category(sign)[0] != "P")
    return " ".join((_ARTICLES.sub(" ", text) if language == "en" else text).split())


def exact_match(answer: str, right: Sequence[str], language: str) -> float:
    """1 if the answer is one of the right ones once both are normalised, else 0.

    >>> exact_match("Hà Nội.", ["Huế", "hà nội"], "vi")
    1.0
    """
    return float(normalise_answer(answer, language) in {normalise_answer(one, language) for one in right})


def f1(answer: str, right: Sequence[str], language: str) -> float:
    """Harmonic mean of precision and recall of the answer's words, against the right answer that gives the most.

    Words are those between spaces: in Vietnamese, syllables. Against an answer without words only another one is right.

    >>> f1("ở thành phố Huế", ["Huế", "cố đô Huế"], "vi")  # against "cố đô Huế": 1 of 4 and 1 of 3
    0.4
    """
    words = normalise_answer(answer, language).split()
    return max(_shared(words, normalise_answer(one, language).split()) for one in right)


def _shared(words: list[str], right: list[str]) -> float:
    if not words or not right:
        return float(words == right)
    return 2 * (Counter(words) & Counter(right)).total() / (len(words) + len(right))


def chrf(answer: str, right: Sequence[str], language: str) -> float:
    """chrF2 of one sentence, 0 to 1 (Popović 2015, W15-3049): n-grams of 1 to 6 characters, by sacrebleu.

    >>> round(chrf("Con mèo ngồi trên ghế.", ["Con mèo nằm trên ghế."], "vi"), 3)
    0.662
    """
    return _sacrebleu().sentence_score(*_in_nfc(answer, right)).score / 100


def corpus_chrf(answers: Sequence[str], right: Sequence[Sequence[str]]) -> float:
    """chrF2 over all sentences at once, 0 to 1, as papers on translation report it: long ones weigh more."""
    pairs = [_in_nfc(answer, ones) for answer, ones in zip(answers, right, strict=True)]
    most = max(len(ones) for _, ones in pairs)
    # sacrebleu wants as many references for each sentence; None stands for none.
    references = [[ones[i] if i < len(ones) else None for _, ones in pairs] for i in range(most)]
    return _sacrebleu().corpus_score([answer for answer, _ in pairs], references).score / 100


SCORES = {"f1": f1, "chrf": chrf}


def _in_nfc(answer: str, right: Sequence[str]) -> tuple[str, list[str]]:
    return unicodedata.normalize("NFC", answer), [unicodedata.normalize("NFC", one) for one in right]


@cache
def _sacrebleu() -> Any:
    from sacrebleu.metrics import CHRF

    return CHRF()
