"""Log-likelihood of continuations: exact, in batches sorted by length, whatever beginnings share computed once."""

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tqdm import tqdm

from stages.scoring.language_model import LanguageModel

log = logging.getLogger(__name__)

LOGITS_AT_ONCE = 256  # positions whose logits over the vocabulary are held at once
TREE_TOKENS = 2048  # of a row with branches, unless two sequences take more: attention grows with its square


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
    groups, too_long = [], 0
    for ids, group_members in zip(context_ids, members, strict=True):
        wholes = [whole_ids[member] for member in group_members]
        cut = min(_shared_prefix(ids, whole) for whole in wholes)
        context = (lm.start_token, *wholes[0][:cut])
        continuations = tuple(tuple(whole[cut:]) for whole in wholes)
        room = lm.max_tokens - max(map(len, continuations))
        if room < 1:
            raise ValueError(f"a continuation is longer than the model's {lm.max_tokens} positions")
        too_long += len(context) > room
        groups.append(Group(context[-room:], continuations))
    if too_long:
        log.warning("%d of %d contexts are longer than the model's %d positions; what is read is their end",
                    too_long, len(groups), lm.max_tokens)  # fmt: skip
    return groups, members


def _shared_prefix(context: Sequence[int], whole: Sequence[int]) -> int:
    # At least one token is left to score: a continuation may vanish into the context's last token.
    limit = min(len(context), len(whole) - 1)
    return next((i for i in range(limit) if context[i] != whole[i]), limit)


def score_groups(
    lm: LanguageModel, groups: Sequence[Group], batch_tokens: int, show_progress: bool = False
) -> list[list[Score]]:
    """Score every continuation of every group; lists in the order given.

    What sequences have in common at their beginning (a question's choices, the examples before every question) runs
    once: they become a tree, whose branches do not see each other. A batch holds trees of similar size, at most
    `batch_tokens` tokens with padding, unless two long sequences take more. Padding stands on the right, where a
    causal model cannot see it.
    """
    sequences = sorted(
        _Sequence((*group.context, *continuation), len(group.context), number, member)
        for number, group in enumerate(groups)
        for member, continuation in enumerate(group.continuations)
    )
    trees = sorted(_trees(sequences, min(TREE_TOKENS, batch_tokens)), key=len)
    results: list[list[Score | None]] = [[None] * len(group.continuations) for group in groups]
    with tqdm(total=len(sequences), desc="likelihood", disable=not show_progress) as progress:
        for batch in _batches(trees, batch_tokens):
            scored = [sequence for tree in batch for sequence in tree.sequences]
            for sequence, score in zip(scored, _score_batch(lm, batch), strict=True):
                results[sequence.group][sequence.member] = score
            progress.update(len(scored))
    return results


@dataclass(frozen=True, slots=True, order=True)
class _Sequence:
    """Tokens of a context and one of its continuations, which begins at `scored_from`; whose it is."""

    tokens: tuple[int, ...]
    scored_from: int
    group: int
    member: int


class _Tree:
    """Sequences in one row of a batch: each token with its depth, each sequence with the places of its tokens.

    A sequence's last token is only predicted, so it has no place.
    """

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.depths: list[int] = []
        self.sequences: list[_Sequence] = []
        self.paths: list[list[int]] = []
        self.shared: list[int] = []  # how many places of each path are those of the path before

    def __len__(self) -> int:
        return len(self.tokens)

    def add(self, sequence: _Sequence, shared: int) -> None:
        """Branch off the last sequence after `shared` tokens."""
        new = sequence.tokens[shared:-1]
        path = (self.paths[-1][:shared] if shared else []) + list(range(len(self), len(self) + len(new)))
        self.depths += range(shared, shared + len(new))
        self.tokens += new
        self.sequences.append(sequence)
        self.paths.append(path)
        self.shared.append(shared)

    def has_branches(self) -> bool:
        return self.depths[-1] + 1 < len(self)

    def draw_attention(self, sees: torch.Tensor) -> None:
        """Set in `sees` (places x places) where a token sees another: those before it on its path, and itself."""
        for path, shared in zip(self.paths, self.shared, strict=True):
            new = path[shared:]
            if new:
                sees[new[0] : new[-1] + 1, path[:shared]] = True
                sees[new[0] : new[-1] + 1, new[0] : new[-1] + 1].fill_(True).tril_()


def _trees(sequences: Sequence[_Sequence], max_tokens: int) -> Iterator[_Tree]:
    """Trees of sorted sequences: one joins those before it where it shares at least half of its tokens."""
    tree, last = _Tree(), ()
    for sequence in sequences:
        tokens = sequence.tokens[:-1]
        shared = next((i for i, (one, other) in enumerate(zip(last, tokens, strict=False)) if one != other), None)
        shared = min(len(last), len(tokens)) if shared is None else shared
        new = len(tokens) - shared
        if last and (new > shared or len(tree) + new > max(max_tokens, 2 * len(tokens))):
            yield tree
            tree, shared = _Tree(), 0
        tree.add(sequence, shared)
        last = tokens
    if last:
        yield tree


def _batches(trees: Sequence[_Tree], batch_tokens: int) -> Iterator[list[_Tree]]:
    """Batches of trees that are sorted by size."""
    batch: list[_Tree] = []
    for tree in trees:
        if batch and (len(batch) + 1) * len(tree) > batch_tokens:
            yield batch
            batch = []
        batch.append(tree)
    if batch:
        yield batch


@torch.inference_mode()
def _score_batch(lm: LanguageModel, trees: Sequence[_Tree]) -> list[Score]:
    """Scores of all sequences, those of the first tree first."""
    device, width = lm.model.device, max(map(len, trees))
    inputs = torch.tensor([tree.tokens + [0] * (width - len(tree)) for tree in trees], device=device)
    places: dict[str, torch.Tensor] = {}
    if any(tree.has_branches() for tree in trees):
        sees = torch.eye(width, dtype=torch.bool).repeat(len(trees), 1, 1)
        for tree, its_sees in zip(trees, sees, strict=True):
            tree.draw_attention(its_sees)
        depths = torch.tensor([tree.depths + [0] * (width - len(tree)) for tree in trees], device=device)
        places = {"attention_mask": sees[:, None].to(device), "position_ids": depths}
    hidden = lm.model.model(inputs, use_cache=False, **places).last_hidden_state

    predicting, targets, lengths = [], [], []
    for row, tree in enumerate(trees):
        for sequence, path in zip(tree.sequences, tree.paths, strict=True):
            predicting += [row * width + place for place in path[sequence.scored_from - 1 :]]
            targets += sequence.tokens[sequence.scored_from :]
            lengths.append(len(sequence.tokens) - sequence.scored_from)
    states, owners = torch.tensor(predicting, device=device).unique(return_inverse=True)
    log_likelihoods, first_choices, in_base = _score_tokens(
        lm, hidden.flatten(0, 1)[states], owners, torch.tensor(targets, device=device)
    )
    sums, sums_in_base = (
        [part.sum().item() for part in nats.double().split(lengths)] for nats in (log_likelihoods, in_base)
    )
    greedy = [part.all().item() for part in first_choices.split(lengths)]
    return list(map(Score, sums, greedy, sums_in_base))


def _score_tokens(
    lm: LanguageModel, states: torch.Tensor, owners: torch.Tensor, targets: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """Log-likelihood of each target after the state that `owners` names; whether it is the first choice; in base."""
    # Only scored positions meet the vocabulary, which is most of a small model's work, and only a few at a time:
    # logits of a whole batch would leave the processor's cache (and, for a large vocabulary, the memory).
    found, order = [], owners.argsort(stable=True)
    counts = (owners // LOGITS_AT_ONCE).bincount().tolist()
    for some, here in zip(states.split(LOGITS_AT_ONCE), order.split(counts), strict=True):
        parts, chosen, rows = _logits(lm, some), targets[here], owners[here] % LOGITS_AT_ONCE
        right = _at(parts, rows, chosen)
        highest = [logits.amax(-1) for logits in parts]
        # In place: a second buffer costs more than the sum.
        totals = [logits.sub_(top[:, None]).exp_().sum(-1) for logits, top in zip(parts, highest, strict=True)]
        in_base = right - highest[0][rows] - totals[0].log()[rows]
        in_base.masked_fill_(chosen >= parts[0].shape[-1], -math.inf)
        top = torch.stack(highest).amax(0)
        total = sum(part * (its_top - top).exp() for part, its_top in zip(totals, highest, strict=True))
        found.append((right - top[rows] - total.log()[rows], right == top[rows], in_base))
    back = order.argsort()
    return tuple(torch.cat(column)[back].cpu() for column in zip(*found, strict=True))


def _logits(lm: LanguageModel, states: torch.Tensor) -> list[torch.Tensor]:
    """The scores of all entries; those of the base's apart, by the very product that the base computes."""
    if lm.base is None:
        return [lm.model.lm_head(states).float()]
    weight, old = lm.model.lm_head.weight, lm.base_entries
    return [F.linear(states, rows).float() for rows in (weight[:old], weight[old:])]


def _at(parts: list[torch.Tensor], rows: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    first = parts[0].shape[-1]
    found = parts[0][rows, ids.clamp(max=first - 1)]
    if len(parts) == 1:
        return found
    return torch.where(ids < first, found, parts[1][rows, (ids - first).clamp(min=0)])
