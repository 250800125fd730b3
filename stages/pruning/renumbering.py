"""A BPE with fewer entries, which encodes as before whatever needs only the kept ones.

Why that holds: BPE never merges across the border of two tokens that it leaves standing, so within one it does what it
does with that token's string alone. If the pairs merged on the way there (the token's parents, theirs, and so on) are
all kept, the same merges come next in the same order, for those that are left out could not come earlier.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import ByteBPE


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


def ids_of_definition(definition: Mapping[str, Any]) -> set[int]:
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
