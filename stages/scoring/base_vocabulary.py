"""What a model with new tokens makes of text in the base's vocabulary: its scores renormalised over the base's ids.

A model of which only new rows have learnt gives here what the base gives, so that any difference is what training
did to it, not what the new tokens take of the probability. Text without new tokens needs no pass of its own: the same
scores are renormalised. Text with some is read again, in the base's tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.scoring.bits_per_byte import TextCost, text_costs
from stages.scoring.language_model import LanguageModel
from stages.scoring.likelihood import Score, score_pairs

Pair = tuple[str, str]  # context and continuation


def costs_in_base(
    lm: LanguageModel,
    texts: Sequence[str],
    costs: Sequence[TextCost],
    window_tokens: int,
    stride_tokens: int,
    batch_tokens: int,
) -> tuple[list[TextCost], int]:
    """The costs of texts in the base's vocabulary, of their `costs` in the model's own; and the bytes read again."""
    changed = [number for number, new in enumerate(lm.have_new_tokens(texts)) if new]
    again = text_costs(lm.in_base_tokens, [texts[n] for n in changed], window_tokens, stride_tokens, batch_tokens)
    made = dict(enumerate(costs)) | dict(zip(changed, again, strict=True))
    return [replace(cost, bits=cost.bits_in_base) for cost in made.values()], sum(cost.bytes for cost in again)


def scores_in_base(
    lm: LanguageModel, pairs: Sequence[Pair], scores: Mapping[Pair, Score], batch_tokens: int
) -> list[Score]:
    """The scores of pairs in the base's vocabulary, of their `scores` in the model's own.

    A context is read again if one of its continuations has new tokens, since all are cut at the same place.
    """
    new = lm.have_new_tokens([context + continuation for context, continuation in pairs])
    contexts = {context for (context, _), has_new in zip(pairs, new, strict=True) if has_new}
    changed = [pair for pair in pairs if pair[0] in contexts]
    again = dict(zip(changed, score_pairs(lm.in_base_tokens, changed, batch_tokens), strict=True))
    found = [again.get(pair, scores[pair]) for pair in pairs]
    return [replace(score, log_likelihood=score.in_base) for score in found]
