"""Which entries of a BPE stay, and why."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import regex
from pydantic import PositiveInt

from stages.errors import BadInput
from stages.params import section
from stages.pruning.overrides import Override
from stages.pruning.renumbering import ids_of_definition
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.pieces import accented_letters
from stages.tokenizer.scripts import Scripts, scripts_of

# Why a token is kept, in the order in which they are looked for, and why one is not.
KEPT = ("special", "byte", "override", "character", "script", "count", "parent")
DROPPED = ("override", "script", "count")

# What stays whatever the policy, with a space before it or without: a character that all languages share (punctuation,
# signs, emoji with what varies them), a Vietnamese or English letter, a combining mark, a number.
_CHARACTER = regex.compile(
    r" ?(?:[\p{Script=Common}\p{Emoji}][\p{Emoji_Modifier}\uFE0F\u20E3]*"
    rf"|[A-Za-z{''.join(accented_letters())}]|\p{{Script=Inherited}}|[0-9]+)"
)


@section
class Policy:
    """Which tokens stay beside those that always do."""

    policy: Literal["script", "count", "script_and_count"]
    scripts: tuple[str, ...]
    min_counts: dict[str, PositiveInt]


@dataclass(frozen=True)
class Decision:
    """Whether an entry stays, by which rule, and how often it occurs in each language of the policy."""

    id: int
    kept: bool
    reason: str
    counts: tuple[int, ...]


def decide(
    bpe: ByteBPE,
    policy: Policy,
    counts: Mapping[str, Mapping[int, int]],
    overrides: Iterable[Override] = (),
    named_ids: Collection[int] = (),
) -> list[Decision]:
    """Which entries stay and why, in the order of ids.

    Always kept: special (added) tokens, the ids that configs and post-processor name (`named_ids`), bytes, and single
    characters (see `_CHARACTER`). Then what the policy keeps: `script`, tokens all of whose characters, or parts of
    characters, belong to the scripts; `count`, tokens that occur in one of the languages as often as its threshold
    says; `script_and_count`, those of which both hold. And the parents of all that. An override goes before policy and
    characters. Raises `BadInput` for one that drops a byte, a special token or the parent of a kept one.
    """
    by_id = {override.id_in(bpe): override for override in overrides}
    reasons = dict.fromkeys([*bpe.special_ids, *ids_of_definition(bpe.definition()), *named_ids], "special")
    reasons |= {id_: "byte" for id_ in bpe.byte_ids() if id_ not in reasons}
    for id_, override in by_id.items():
        if not override.keep and id_ in reasons:
            raise BadInput(
                f"{override.place}: drops {override.entry}, a {reasons[id_]} token, without which text is lost or the "
                "model's own settings point nowhere. Remove the line."
            )
    passes = _passes(policy, counts)
    refused: dict[int, str] = {}
    for id_ in bpe.tokens:
        if id_ in reasons:
            continue
        data = bpe.bytes_of(id_)
        if id_ in by_id:
            kept, reason = by_id[id_].keep, "override"
        elif data is None:
            kept, reason = True, "special"  # a name of other characters than the tokenizer's: nothing merges to it
        elif _is_character(data):
            kept, reason = True, "character"
        else:
            kept, reason = passes(id_, data)
        (reasons if kept else refused)[id_] = reason
    _keep_parents(bpe, reasons, by_id)
    languages = list(policy.min_counts)
    return [
        Decision(
            id_,
            id_ in reasons,
            reasons.get(id_) or refused[id_],
            tuple(counts.get(language, {}).get(id_, 0) for language in languages),
        )
        for id_ in sorted({*bpe.tokens, *bpe.special_ids})
    ]


def _passes(policy: Policy, counts: Mapping[str, Mapping[int, int]]) -> Callable[[int, bytes], tuple[bool, str]]:
    """Whether the policy keeps a token, and the rule that said so."""
    scripts = Scripts(policy.scripts) if policy.policy != "count" else None
    thresholds = [(counts.get(language, {}), least) for language, least in policy.min_counts.items()]

    def passes(id_: int, data: bytes) -> tuple[bool, str]:
        if scripts and not scripts.allow(data):
            return False, "script"
        if policy.policy == "script":
            return True, "script"
        return any(found.get(id_, 0) >= least for found, least in thresholds), "count"

    return passes


def _is_character(data: bytes) -> bool:
    try:
        return _CHARACTER.fullmatch(data.decode()) is not None
    except UnicodeDecodeError:  # it holds a part of a character
        return False


def _keep_parents(bpe: ByteBPE, reasons: dict[int, str], overrides: Mapping[int, Override]) -> None:
    """Add the parents of all kept tokens, theirs, and so on, to what is kept."""
    waiting = list(reasons)
    while waiting:
        id_ = waiting.pop()
        for parent in bpe.parents(id_) or ():
            if parent in reasons:
                continue
            if parent in overrides:  # of those that are not kept yet only such as are to be dropped
                child = json.dumps(bpe.tokens[id_], ensure_ascii=False)
                raise BadInput(
                    f"{overrides[parent].place}: drops {overrides[parent].entry}, which BPE needs on the way to "
                    f"{child} (id {id_}, kept as {reasons[id_]}). Remove the line, or drop that token too."
                )
            reasons[parent] = "parent"
            waiting.append(parent)


def new_ids(decisions: Iterable[Decision]) -> dict[int, int]:
    """The new id of each kept one: 0, 1, 2, ... in the order of the old ones."""
    return {id_: new for new, id_ in enumerate(decision.id for decision in decisions if decision.kept)}


def tally(decisions: Iterable[Decision]) -> dict[str, dict[str, int]]:
    """How many entries are kept and dropped for which reason."""
    found = Counter((decision.kept, decision.reason) for decision in decisions)
    return {
        "kept": {reason: found[True, reason] for reason in KEPT},
        "dropped": {reason: found[False, reason] for reason in DROPPED},
    }


def table(bpe: ByteBPE, decisions: Iterable[Decision], languages: Iterable[str]) -> str:
    """The decisions as tab-separated lines with a head, for a reader and for `sort` and `grep`.

    Token and text are JSON strings, so that tabs, line breaks and digits stay apart from the rest; parts of characters
    are `\\xe1` in the text, which is empty for special tokens.
    """
    names = bpe.added_tokens | bpe.tokens
    head = ["id", "new_id", "kept", "reason", "scripts", *(f"count_{language}" for language in languages)]
    lines = ["\t".join([*head, "token", "text"])]
    new = 0
    for decision in decisions:
        data = None if decision.id in bpe.special_ids else bpe.bytes_of(decision.id)
        text = "" if data is None else json.dumps(data.decode("utf-8", "backslashreplace"), ensure_ascii=False)
        scripts = "+".join(scripts_of(data)) if data is not None else "special"
        row = [decision.id, new if decision.kept else "", "kept" if decision.kept else "dropped", decision.reason]
        token = json.dumps(names[decision.id], ensure_ascii=False)
        lines.append("\t".join(map(str, [*row, scripts, *decision.counts, token, text])))
        new += decision.kept
    return "\n".join(lines) + "\n"
