"""Is what a model writes text at all: its language, its repetitions, its bytes. Needs no right answer."""

from collections.abc import Callable, Sequence
from typing import Any

from stages.scoring.generation import Generated

# The language of a text: "vi", "en", or another label; "unknown" where the text does not tell.
Identify = Callable[[str], str]
NGRAM_WORDS = 4


def summarise_health(texts: Sequence[Generated], language: str, identify: Identify) -> dict[str, Any]:
    """Health of texts that were asked in a language.

    `language_consistency`: share of those whose language can be told that are in the one asked, left out if none can be
    told (short ones, numbers, foreign names). `repetition`: mean share of repeated word 4-grams, see `repeated_share`.
    `invalid_utf8`: share with bytes that are no character. `answer_bytes`: mean length.
    """
    labels = [identify(text.text) for text in texts]
    told = [label == language for label in labels if label != "unknown"]
    return ({"language_consistency": sum(told) / len(told)} if told else {}) | {
        "repetition": sum(repeated_share(text.text) for text in texts) / len(texts),
        "invalid_utf8": sum(not text.is_utf8 for text in texts) / len(texts),
        "answer_bytes": sum(len(text.text.encode()) for text in texts) / len(texts),
    }


def repeated_share(text: str) -> float:
    """Share of the word 4-grams that stood before in the text: seq-rep-4 of Welleck et al. 2020 (arXiv 1908.04319).

    On words between spaces, not tokens, so that models with other tokenizers compare. 0 of fewer than five words.

    >>> repeated_share("đi về nhà đi về nhà đi về nhà"), repeated_share("Sáng nay trời nắng và gió nhẹ.")
    (0.5, 0.0)
    """
    words = text.split()
    ngrams = list(zip(*(words[start:] for start in range(NGRAM_WORDS)), strict=False))
    return 1 - len(set(ngrams)) / len(ngrams) if ngrams else 0.0
