"""Bits per byte of held-out text: the measure that does not depend on the tokenizer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stages.scoring.language_model import LanguageModel
from stages.scoring.likelihood import Group, score_groups


@dataclass(frozen=True, slots=True)
class TextCost:
    """What it costs the model to predict one text: bits and tokens, over UTF-8 bytes and syllables.

    `bits_in_base` are those with the scores renormalised over the base's entries, infinite where the text has others.
    """

    bits: float
    bits_in_base: float
    tokens: int
    bytes: int
    syllables: int  # whitespace words, each of which is a syllable in Vietnamese


def text_costs(
    lm: LanguageModel,
    texts: Sequence[str],
    window_tokens: int,
    stride_tokens: int,
    batch_tokens: int,
    show_progress: bool = False,
) -> list[TextCost]:
    """Cost of each text after the start token, every token predicted once.

    A text longer than the window is cut as in `windows`.
    """
    encoded = lm.encode(list(texts))
    cut = [windows((lm.start_token, *ids), min(window_tokens, lm.max_tokens), stride_tokens) for ids in encoded]
    flat = [group for groups in cut for group in groups]
    scores = iter(score_groups(lm, flat, batch_tokens, show_progress))
    costs = []
    for text, ids, groups in zip(texts, encoded, cut, strict=True):
        own = [next(scores)[0] for _ in groups]
        nats, in_base = -sum(score.log_likelihood for score in own), -sum(score.in_base for score in own)
        sizes = (len(ids), len(text.encode()), len(text.split()))
        costs.append(TextCost(nats / math.log(2), in_base / math.log(2), *sizes))
    return costs


def windows(tokens: Sequence[int], window: int, stride: int) -> list[Group]:
    """Cut a sequence so that each token after the first is scored once.

    The first window scores all its tokens but the first; each later one scores the next `stride` tokens,
    given at least `window - stride` before them.

    >>> [(g.context, g.continuations[0]) for g in windows((0, 1, 2, 3, 4, 5, 6), window=4, stride=2)]
    [((0,), (1, 2, 3)), ((2, 3), (4, 5)), ((3, 4, 5), (6,))]
    """
    if not 0 < stride < window:
        raise ValueError(f"stride {stride} must lie between 0 and the window {window}")
    groups = [Group(tuple(tokens[:1]), (tuple(tokens[1:window]),))] if len(tokens) > 1 else []
    for begin in range(window, len(tokens), stride):
        scored = tuple(tokens[begin : begin + stride])
        groups.append(Group(tuple(tokens[begin + len(scored) - window : begin]), (scored,)))
    return groups
