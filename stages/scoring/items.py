"""The items of benchmarks: lines of JSON that say what is asked and what is right.

Every item holds `id` and `query`, and may hold a `context` that stands before the query and a `subject`. Of several
choices, `choices` are the options and `answer` is the index of the right one, or null where the public has none. Where
the options stand inside the text, `contexts` are its beginnings, one a choice, and `query` is how each goes on. Where
the answer is written, `answers` are the right ones, any of which will do.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from stages.errors import BadInput

Item = dict[str, Any]

ASKED = ("context", "contexts", "query", "choices", "answer", "answers")
KEY_DIGITS = 12  # of SHA-256: two of a million items share a key with a probability of 0.002


def item_key(item: Item) -> str:
    """What is asked, as a hash: an item that was changed has another key, whatever its id.

    >>> item_key({"id": "a", "query": "Thủ đô của Việt Nam là", "choices": ["Huế", "Hà Nội"], "answer": 1})
    '94881e720f2c'
    """
    asked = {name: item[name] for name in ASKED if item.get(name) not in (None, "")}
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


def read_items(file: Path) -> list[Item]:
    """The items of a file that have an answer, in its order, each with `question`: the context, a line and the query.

    Raises `BadInput` with file and line for what is no item, and for a file that is missing or empty.
    """
    try:
        lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except FileNotFoundError:
        raise BadInput(f"{file}: no such items, though a task names them. Run the stage that makes them.") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: not UTF-8 ({error}). Delete its folder and run its stage again.") from None
    if lines == [""]:
        raise BadInput(f"{file}: holds no item. Delete its folder and run its stage again.")
    items = [_read_item(f"{file}:{number}", line) for number, line in enumerate(lines, 1)]
    return [item for item in items if item.get("answer", 0) is not None]


def _read_item(place: str, line: str) -> Item:
    try:
        item = json.loads(line)
        kept = {key: item[key] for key in ("id", "query")}
        kept |= {key: item.get(key) or "" for key in ("context", "subject")}
        wanted = ("answers",) if "answers" in item else ("choices", "answer")
        kept |= {key: item[key] for key in wanted} | {key: item[key] for key in ("contexts",) if item.get(key)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{place}: expected a JSON object with id, query, and choices and answer or answers: {error!r}."
        ) from None
    if not all(isinstance(kept[key], str) for key in ("id", "query", "context", "subject")):
        raise BadInput(f"{place}: id, query, context and subject must be strings.")
    _check_answers(place, kept) if "answers" in kept else _check_choices(place, kept)
    return kept | {"question": "\n".join(filter(None, (kept["context"], kept["query"])))}


def _check_choices(place: str, item: Item) -> None:
    choices, right = item["choices"], item["answer"]
    if not _are_texts(choices) or len(choices) < 2:
        raise BadInput(f"{place}: at least two choices must be strings, and no choice empty.")
    if "contexts" in item and not (_are_texts(item["contexts"]) and len(item["contexts"]) == len(choices)):
        raise BadInput(f"{place}: contexts must be {len(choices)} strings, one for each choice, and none empty.")
    if right is not None and (type(right) is not int or not 0 <= right < len(choices)):
        raise BadInput(f"{place}: answer {right!r} is not the index of one of {len(choices)} choices.")


def _check_answers(place: str, item: Item) -> None:
    if not _are_texts(item["answers"]) or not item["answers"]:
        raise BadInput(f"{place}: at least one of answers must stand there, all strings, and none empty.")


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) and value for value in values)
