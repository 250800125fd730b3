"""A BPE with fewer entries, which encodes as before whatever needs only the kept ones.

Why that holds: BPE never merges across the border of two tokens that it leaves standing, so within one it does what it
does with that token's string alone. If the pairs merged on the way there (the token's parents, theirs, and so on) are
all kept, the same merges come next in the same order, for those that are left out could not come earlier.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import regex
from pydantic import PositiveInt
from tokenizers import Tokenizer

from stages.errors import BadInput
from stages.params import section
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.encoding import batches
from stages.tokenizer.overrides import Override
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
    reasons = dict.fromkeys([*bpe.special_ids, *_ids_of_definition(bpe.definition()), *named_ids], "special")
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


def prune(bpe: ByteBPE, new_id: Mapping[int, int]) -> ByteBPE:
    """The tokenizer with the kept ids only, under their new numbers. They include all special ids and bytes."""
    definition = bpe.definition()
    model = definition["model"] | {
        "vocab": {token: new_id[old] for token, old in bpe.vocabulary.items() if old in new_id},
        "merges": [
            [bpe.tokens[left], bpe.tokens[right]]
            for (left, right), (_, product) in sorted(bpe.merges.items(), key=lambda merge: merge[1][0])
            if left in new_id and right in new_id and product in new_id
        ],
    }
    added = [token | {"id": new_id[token["id"]]} for token in definition["added_tokens"]]
    changed = {"model": model, "added_tokens": added}
    if definition.get("post_processor"):
        changed["post_processor"] = _processor(definition["post_processor"], lambda id_: new_id[id_])
    if definition.get("padding"):
        changed["padding"] = definition["padding"] | {"pad_id": new_id[definition["padding"]["pad_id"]]}
    return type(bpe)(definition | changed)


def _processor(processor: dict[str, Any], number: Callable[[int], int]) -> dict[str, Any]:
    """A post-processor with other ids. Raises `BadInput` for a kind of which it is not known where its ids stand."""
    match processor["type"]:
        case "Sequence":
            return processor | {"processors": [_processor(part, number) for part in processor["processors"]]}
        case "TemplateProcessing":
            tokens = {
                name: token | {"ids": [number(id_) for id_ in token["ids"]]}
                for name, token in processor["special_tokens"].items()
            }
            return processor | {"special_tokens": tokens}
        case "BertProcessing" | "RobertaProcessing":
            return processor | {key: [processor[key][0], number(processor[key][1])] for key in ("sep", "cls")}
        case "ByteLevel":
            return processor
        case kind:
            raise BadInput(f"tokenizer.json: post_processor {kind!r} is not known, so its ids cannot be renumbered.")


def _ids_of_definition(definition: Mapping[str, Any]) -> set[int]:
    """The ids that post-processor, padding and unknown token name."""
    found: set[int] = set()

    def note(id_: int) -> int:
        found.add(id_)
        return id_

    if definition.get("post_processor"):
        _processor(definition["post_processor"], note)
    if definition.get("padding"):
        note(definition["padding"]["pad_id"])
    unknown = definition["model"].get("unk_token")
    if unknown in definition["model"]["vocab"]:
        note(definition["model"]["vocab"][unknown])
    return found


_ID = re.compile(r".*_token_(id|ids|index)")
_LISTS = ("suppress_tokens", "begin_suppress_tokens", "bad_words_ids")


def named_ids(config: Any) -> set[int]:
    """The ids that a config.json or generation_config.json names as its special tokens, at any depth."""
    if not isinstance(config, Mapping):
        return set()
    found = set().union(*(named_ids(value) for value in config.values()))
    return found.union(*(_flat(value) for key, value in config.items() if _ID.fullmatch(key)))


def renumbered(config: Mapping[str, Any], new_id: Mapping[int, int]) -> dict[str, Any]:
    """A config.json or generation_config.json with the new ids, at any depth.

    `*_token_id` and the like: single ids, or lists. Ids below 0, which mean none, stay. From the lists of what is not
    to be generated fall the ids that are gone. Raises `BadInput` for another id that the tokenizer does not have.
    """

    def number(key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [number(key, id_) for id_ in value]
        if value is None or value < 0:
            return value
        if value not in new_id:
            raise BadInput(f"{key}: {value} is no id of tokenizer.json. Mend it in the model's config.")
        return new_id[value]

    made = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            made[key] = renumbered(value, new_id)
        elif _ID.fullmatch(key):
            made[key] = number(key, value)
        elif key in _LISTS and value is not None:
            made[key] = [number(key, part) for part in value if _flat(part) <= new_id.keys()]
        else:
            made[key] = value
    return made


def _flat(value: Any) -> set[int]:
    """The ids in a value that is one or holds lists of them; without those below 0."""
    if isinstance(value, list):
        return set().union(*map(_flat, value))
    return {value} if isinstance(value, int) and value >= 0 else set()


@dataclass
class Price:
    """What pruning costs on some documents."""

    documents: int = 0
    identical: int = 0  # documents whose tokens are the same as before
    tokens_before: int = 0
    tokens: int = 0

    @property
    def identical_share(self) -> float:
        return self.identical / max(self.documents, 1)

    @property
    def length_change(self) -> float:
        """How much longer the same text is in tokens: 0.01 is 1 %."""
        return self.tokens / max(self.tokens_before, 1) - 1


def price(texts: Iterable[str], before: Tokenizer, after: Tokenizer, new_id: Mapping[int, int]) -> Price:
    """Encode documents with both tokenizers and compare. Raises RuntimeError if a text whose tokens were all kept
    does not have exactly their new ids, which cannot happen."""
    found = Price()
    for batch in batches(texts):
        encoded = (tokenizer.encode_batch_fast(batch, add_special_tokens=False) for tokenizer in (before, after))
        for old, new in zip(*encoded, strict=True):
            expected = [new_id.get(id_) for id_ in old.ids]
            if None not in expected and expected != new.ids:
                raise RuntimeError("a text that needs only kept tokens is encoded in another way")
            found.documents += 1
            found.identical += expected == new.ids
            found.tokens_before += len(old.ids)
            found.tokens += len(new.ids)
    return found


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
