"""Passkey retrieval: a number hidden in filler text, which a model has to repeat at its end.

After Mohtashami and Jaggi 2023 (arXiv 2305.16300), with sentences of our own in Vietnamese and English. It tells over
which distance a model still finds what it read, whatever else it knows.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from stages.errors import BadInput
from stages.scoring.language_model import LanguageModel

DIGITS = 5
FILLER = {
    "vi": (
        "Gió thổi qua đồng lúa.",
        "Con thuyền trôi chậm trên sông.",
        "Trẻ em chơi dưới gốc đa.",
        "Trời hôm nay nhiều mây.",
        "Bà ngồi kể chuyện bên bếp.",
        "Đàn chim bay về tổ.",
    ),
    "en": (
        "The wind blows over the field.",
        "A boat drifts slowly down the river.",
        "The children play under the old tree.",
        "There are many clouds in the sky today.",
        "Grandmother tells a story by the fire.",
        "The birds fly back to their nest.",
    ),
}
NEEDLE = {
    "vi": "Mật mã là {key}. Hãy nhớ kỹ: {key} là mật mã.",
    "en": "The passkey is {key}. Remember it well: {key} is the passkey.",
}
QUESTION = {"vi": "Mật mã là gì? Mật mã là", "en": "What is the passkey? The passkey is"}


def passkey_text(language: str, before: int, after: int, key: str, first: int = 0) -> str:
    """Text with `key` hidden between so many filler sentences, and the question for it at its end.

    `first` is the filler sentence that it begins with.

    >>> passkey_text("en", 1, 0, "71432")
    'The wind blows over the field. The passkey is 71432. Remember it well: 71432 is the passkey. \
What is the passkey? The passkey is'
    """
    filler = FILLER[language]
    sentences = [filler[(first + number) % len(filler)] for number in range(before + after)]
    sentences.insert(before, NEEDLE[language].format(key=key))
    return " ".join([*sentences, QUESTION[language]])


@dataclass(frozen=True)
class Retrieval:
    """How a model answered one prompt of `length` tokens at most, with the key at `depth` (0: first, 1: last)."""

    language: str
    length: int
    depth: float
    found: bool  # greedy decoding gives the key
    nats: float  # negative log-likelihood of the key; guessing its five digits costs 11.5


def retrievals(
    model: LanguageModel, languages: Sequence[str], lengths: Sequence[int], depths: Sequence[float], samples: int
) -> Iterator[Retrieval]:
    """`samples` prompts for each language, length and depth, with keys and fillers drawn from these alone."""
    for language in languages:
        filler = [len(ids) for ids in model.encode([f" {sentence}" for sentence in FILLER[language]])]
        for length in lengths:
            for depth in depths:
                draw = random.Random(f"{language} {length} {depth}")
                for _ in range(samples):
                    key, first = f"{draw.randrange(10**DIGITS):0{DIGITS}}", draw.randrange(len(filler))
                    empty = passkey_text(language, 0, 0, key)
                    [asked, answered] = model.encode([empty, f"{empty} {key}"])
                    if (room := length - len(answered) - 1) < 0:
                        raise BadInput(
                            f"passkey: {length} tokens cannot hold the {language} question and its key, which take "
                            f"{length - room}. Ask for longer prompts."
                        )
                    sentences = _fitting(filler, first, room)
                    before = round(depth * sentences)
                    text = passkey_text(language, before, sentences - before, key, first)
                    [prompt] = model.encode([text])
                    found, nats = _answer(model, [model.start_token, *prompt], answered[len(asked) :])
                    yield Retrieval(language, length, depth, found, nats)


def _fitting(lengths: Sequence[int], first: int, tokens: int) -> int:
    """How many sentences, in turn from the first, fit into so many tokens."""
    count = 0
    while (tokens := tokens - lengths[(first + count) % len(lengths)]) >= 0:
        count += 1
    return count


@torch.inference_mode()
def _answer(model: LanguageModel, prompt: list[int], answer: list[int]) -> tuple[bool, float]:
    tokens = torch.tensor([prompt + answer[:-1]], device=model.model.device)
    logits = model.model(tokens, logits_to_keep=len(answer)).logits[0].float()
    expected = torch.tensor(answer, device=logits.device)
    found = bool((logits.argmax(dim=-1) == expected).all())  # each token the likeliest: so greedy decoding says them
    return found, float(F.cross_entropy(logits, expected, reduction="sum"))
