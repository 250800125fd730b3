"""Log-likelihood of continuations: exact, in batches sorted by length, a shared context computed once."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tqdm import tqdm
from transformers import DynamicCache

from stages.scoring.language_model import LanguageModel

LOGITS_AT_ONCE = 256  # positions whose logits over the vocabulary are held at once


@dataclass(frozen=True, slots=True)
class Score:
    """Log-likelihood in nats of the scored tokens, and whether each was the model's first choice.

    `in_base` is the log-likelihood with the scores renormalised over the base's entries: minus infinity where a token
    is none of them, the same where the model has no others.
    """

    log_likelihood: float
    greedy: bool
    in_base: float = math.nan


@dataclass(frozen=True, slots=True)
class Group:
    """Continuations of one context (token ids). Context and continuations hold at least one token each."""

    context: tuple[int, ...]
    continuations: tuple[tuple[int, ...], ...]


def score_pairs(
    lm: LanguageModel, pairs: Sequence[tuple[str, str]], batch_tokens: int, show_progress: bool = False
) -> list[Score]:
    """Score each (context, continuation) of text, as `group_pairs` cuts them; scores in the order given."""
    groups, members = group_pairs(lm, pairs)
    scores: list[Score | None] = [None] * len(pairs)
    for group_members, group_scores in zip(members, score_groups(lm, groups, batch_tokens, show_progress), strict=True):
        for member, score in zip(group_members, group_scores, strict=True):
            scores[member] = score
    return scores


def group_pairs(lm: LanguageModel, pairs: Sequence[tuple[str, str]]) -> tuple[list[Group], list[list[int]]]:
    """Tokenise (context, continuation) pairs and group those of equal context; returns the members of each group too.

    Each whole text is encoded, then cut where the context's own tokens end, because a token may span the
    boundary ("ng" + "ay" as one token). Where it does for one continuation, all continuations of that context are
    scored from the last token that they share with it, so that their likelihoods stay comparable. An empty
    context is the start token alone. A context too long for the model loses its oldest tokens.
    """
    contexts = sorted({context for context, _ in pairs})
    index = {context: number for number, context in enumerate(contexts)}
    members: list[list[int]] = [[] for _ in contexts]
    for number, (context, continuation) in enumerate(pairs):
        if not continuation:
            raise ValueError(f"empty continuation after {context[-80:]!r}: it has no likelihood")
        members[index[context]].append(number)
    context_ids = lm.encode(contexts)
    whole_ids = lm.encode([context + continuation for context, continuation in pairs])
    groups = []
    for ids, group_members in zip(context_ids, members, strict=True):
        wholes = [whole_ids[member] for member in group_members]
        cut = min(_shared_prefix(ids, whole) for whole in wholes)
        context = (lm.start_token, *wholes[0][:cut])
        continuations = tuple(tuple(whole[cut:]) for whole in wholes)
        room = lm.max_tokens - max(map(len, continuations))
        if room < 1:
            raise ValueError(f"a continuation is longer than the model's {lm.max_tokens} positions")
        groups.append(Group(context[-room:], continuations))
    return groups, members


def _shared_prefix(context: Sequence[int], whole: Sequence[int]) -> int:
    # At least one token is left to score: a continuation may vanish into the context's last token.
    limit = min(len(context), len(whole) - 1)
    return next((i for i in range(limit) if context[i] != whole[i]), limit)


def score_groups(
    lm: LanguageModel, groups: Sequence[Group], batch_tokens: int, show_progress: bool = False
) -> list[list[Score]]:
    """Score every continuation of every group; lists in the order given.

    A batch holds groups of similar context length, at most `batch_tokens` tokens with padding. Contexts of
    several continuations run once, up to the length of the batch's shortest; rows are padded on the right
    only, where a causal model cannot see it, so no attention mask is needed.
    """
    results: list[list[Score | None]] = [[None] * len(group.continuations) for group in groups]
    pieces = sorted(_pieces(groups, batch_tokens), key=lambda piece: (*piece.size, piece.number, piece.members))
    with tqdm(total=len(pieces), desc="likelihood", disable=not show_progress) as progress:
        for batch in _batches(pieces, batch_tokens):
            scores = iter(_score_batch(lm, [piece.group for piece in batch]))
            for piece in batch:
                for member in piece.members:
                    results[piece.number][member] = next(scores)
            progress.update(len(batch))
    return results


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some continuations of a group: as many as fit into a batch."""

    number: int
    members: tuple[int, ...]
    group: Group

    @property
    def size(self) -> tuple[int, int]:
        return len(self.group.context), max(map(len, self.group.continuations))

    @property
    def rows(self) -> int:
        return len(self.members)


def _pieces(groups: Sequence[Group], batch_tokens: int) -> Iterator[_Piece]:
    for number, group in enumerate(groups):
        order = sorted(range(len(group.continuations)), key=lambda i: len(group.continuations[i]))
        # A context of one token leaves nothing to share: its continuations are packed freely.
        widest = len(group.context) + len(group.continuations[order[-1]])
        at_once = 1 if len(group.context) == 1 else max(1, batch_tokens // widest)
        for begin in range(0, len(order), at_once):
            members = tuple(order[begin : begin + at_once])
            yield _Piece(number, members, Group(group.context, tuple(group.continuations[i] for i in members)))


def _batches(pieces: Sequence[_Piece], batch_tokens: int) -> Iterator[list[_Piece]]:
    batch: list[_Piece] = []
    rows = longest = 0
    for piece in pieces:
        if batch and (rows + piece.rows) * max(longest, sum(piece.size)) > batch_tokens:
            yield batch
            batch, rows, longest = [], 0, 0
        batch.append(piece)
        rows += piece.rows
        longest = max(longest, sum(piece.size))
    if batch:
        yield batch


@torch.inference_mode()
def _score_batch(lm: LanguageModel, groups: Sequence[Group]) -> list[Score]:
    """Scores of all continuations, those of the first group first."""
    device = lm.model.device
    cache, shared = None, 0
    if any(len(group.continuations) > 1 for group in groups):
        # The context's last token stays out: its output predicts the first scored token.
        shared = min(len(group.context) for group in groups) - 1
    if shared:
        prefixes = torch.tensor([group.context[:shared] for group in groups], device=device)
        cache = lm.model.model(prefixes, past_key_values=DynamicCache(), use_cache=True).past_key_values
        owners = [i for i, group in enumerate(groups) for _ in group.continuations]
        cache.batch_select_indices(torch.tensor(owners, device=device))

    rows = [(group.context[shared:], continuation) for group in groups for continuation in group.continuations]
    width = max(len(context) + len(continuation) for context, continuation in rows) - 1
    inputs = torch.zeros((len(rows), width), dtype=torch.long)
    scored = torch.zeros((len(rows), width), dtype=torch.bool)
    for i, (context, continuation) in enumerate(rows):
        tokens = (*context, *continuation)[:-1]
        inputs[i, : len(tokens)] = torch.tensor(tokens)
        scored[i, len(context) - 1 : len(tokens)] = True
    hidden = lm.model.model(inputs.to(device), past_key_values=cache, use_cache=cache is not None).last_hidden_state
    targets = torch.tensor([token for _, continuation in rows for token in continuation], device=device)
    log_likelihoods, first_choices, in_base = _score_tokens(lm, hidden[scored.to(device)], targets)
    lengths = [len(continuation) for _, continuation in rows]
    sums, sums_in_base = (
        [part.double().sum().item() for part in nats.split(lengths)] for nats in (log_likelihoods, in_base)
    )
    greedy = [part.all().item() for part in first_choices.split(lengths)]
    return list(map(Score, sums, greedy, sums_in_base))


def _score_tokens(lm: LanguageModel, hidden: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, ...]:
    # Only scored positions meet the vocabulary, which is most of a small model's work, and only a few at a time:
    # logits of a whole batch would leave the processor's cache (and, for a large vocabulary, the memory).
    found = []
    for states, chosen in zip(hidden.split(LOGITS_AT_ONCE), targets.split(LOGITS_AT_ONCE), strict=True):
        parts = _logits(lm, states)
        right = _at(parts, chosen)
        highest = [logits.amax(-1) for logits in parts]
        # In place: a second buffer costs more than the sum.
        totals = [logits.sub_(top[:, None]).exp_().sum(-1) for logits, top in zip(parts, highest, strict=True)]
        in_base = (right - highest[0] - totals[0].log()).masked_fill(chosen >= parts[0].shape[-1], -math.inf)
        top = torch.stack(highest).amax(0)
        total = sum(part * (its_top - top).exp() for part, its_top in zip(totals, highest, strict=True))
        found.append(((right - top - total.log()).cpu(), (right == top).cpu(), in_base.cpu()))
    return tuple(torch.cat(column) for column in zip(*found, strict=True))


def _logits(lm: LanguageModel, states: torch.Tensor) -> list[torch.Tensor]:
    """The scores of all entries; those of the base's apart, by the very product that the base computes."""
    if lm.base is None:
        return [lm.model.lm_head(states).float()]
    weight, old = lm.model.lm_head.weight, len(lm.base)
    return [F.linear(states, rows).float() for rows in (weight[:old], weight[old:])]


def _at(parts: list[torch.Tensor], ids: torch.Tensor) -> torch.Tensor:
    first = parts[0].shape[-1]
    found = parts[0].gather(-1, ids.clamp(max=first - 1)[:, None]).squeeze(-1)
    if len(parts) == 1:
        return found
    beyond = parts[1].gather(-1, (ids - first).clamp(min=0)[:, None]).squeeze(-1)
    return torch.where(ids < first, found, beyond)
