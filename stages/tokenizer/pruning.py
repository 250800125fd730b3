"""A byte-level BPE with fewer entries, which encodes as before whatever needs only the kept ones."""

from collections.abc import Mapping
from typing import Any

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import ByteBPE, to_bytes

REASONS = ("special", "byte", "character", "count", "parent")  # in this order: the first that holds is given


def reasons(bpe: ByteBPE, counts: Mapping[int, int], min_count: int) -> dict[int, str]:
    """Why each kept id is kept; ids that are not kept are missing.

    Always: special tokens, single bytes, single characters (digits among them). Then what occurs
    `min_count` times in a text, and the parents of all these: the pairs that BPE merges on the way to
    a token. So a text whose old ids are all kept is encoded to exactly their new ids.
    """
    kept: dict[int, str] = dict.fromkeys(bpe.special_ids, "special")
    for id_, token in bpe.tokens.items():
        reason = _always(token) or ("count" if counts.get(id_, 0) >= min_count else "")
        if reason:
            kept.setdefault(id_, reason)
    waiting = list(kept)
    while waiting:
        id_ = waiting.pop()
        for parent in (bpe.parents(id_) or ()) if id_ not in bpe.special_ids else ():
            if parent not in kept:
                kept[parent] = "parent"
                waiting.append(parent)
    return dict(sorted(kept.items()))


def prune(bpe: ByteBPE, kept: list[int]) -> ByteBPE:
    """The tokenizer with the ids `kept` only, which become 0, 1, 2, ... in their order. They include all special ids.

    Raises `BadInput` for a tokenizer that puts ids of its own around a text.
    """
    definition = bpe.definition()
    processor = definition.get("post_processor") or {"type": "ByteLevel"}
    if processor["type"] != "ByteLevel":
        raise BadInput(f"tokenizer.json: post_processor {processor['type']} holds ids and cannot be pruned yet.")
    new_id = {old: new for new, old in enumerate(kept)}
    model = definition["model"] | {
        "vocab": {token: new_id[old] for token, old in bpe.vocabulary.items() if old in new_id},
        "merges": [
            [bpe.tokens[left], bpe.tokens[right]]
            for (left, right), (_, product) in sorted(bpe.merges.items(), key=lambda merge: merge[1][0])
            if {left, right, product} <= new_id.keys()
        ],
    }
    added = [token | {"id": new_id[token["id"]]} for token in definition["added_tokens"]]
    return ByteBPE(definition | {"model": model, "added_tokens": added})


def renumbered(config: Mapping[str, Any], kept: list[int]) -> dict[str, Any]:
    """A config.json or generation_config.json whose `*_token_id` values are the new ids."""
    new_id = {old: new for new, old in enumerate(kept)}

    def renumber(value: Any) -> Any:
        return [new_id[id_] for id_ in value] if isinstance(value, list) else new_id[value]

    return {
        key: renumber(value) if key.endswith("_token_id") and value is not None else value
        for key, value in config.items()
    }


def _always(token: str) -> str:
    """`byte` or `character` for a token that is kept whatever the text; else nothing."""
    if len(token) == 1:
        return "byte"
    try:
        text = to_bytes(token).decode()
    except (KeyError, UnicodeDecodeError):  # a special token's name, or a part of a character
        return ""
    return "character" if len(text.strip()) == 1 else ""
