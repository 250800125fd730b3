"""Items of a benchmark from the rows of its files: which are usable, and in what form they are kept."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stages.errors import BadInput
from stages.items.expressions import Expression, NoValue
from stages.items.rows import Row, read_rows
from stages.items.source import Part, Pinned, Source

Item = dict[str, Any]
MIN_CHOICES = 2


@dataclass
class Made:
    """Items by the name of their file without suffix (`low-vi`, `low-vi.examples`), and what is to be told of them."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)


def make(source: Source, file: Path, max_items: int, local_copy: Callable[[Part, Pinned], Path]) -> Made:
    """All parts of a benchmark, at most `max_items` of each; `file` is its source.yaml, named in messages.

    `local_copy` gives the path of one of its files. A row that makes no usable item is dropped and counted by its
    reason. Raises `BadInput` for a file that is not what it was when it was pinned, an expression that fails, an id
    that stands there twice, and a part without any item.
    """
    made, dropped, sources = Made(), {}, {}
    counts: dict[str, dict[str, int]] = {"rows": {}, "left_out": {}, "not_nfc": {}, "items": {}, "examples": {}}
    for part in source.parts:
        place = f"{file}: {part.name}"
        for suffix, data in (("", part.test), (".examples", part.examples)):
            if data is None:
                continue
            rows, hashes = [], {}
            for one in filter(None, (data, data.beside)):
                local = local_copy(part, one)
                hashes[one.path] = checked_sha256(local, one, place)
                rows.append(read_rows(local, one.path))
            usable, reasons = usable_items(part, _side_by_side(rows, place), place, data.path, suffix)
            kept = usable if suffix else chosen(usable, max_items)
            made.items[part.name + suffix] = kept
            repository, revision = source.place_of(part)
            sources[part.name + suffix] = {
                "repository": repository,
                "revision": revision,
                "files": hashes,
            }
            dropped[part.name + suffix] = dict(reasons)
            counts["rows"][part.name + suffix] = len(rows[0])
            counts["examples" if suffix else "items"][part.name] = len(kept)
            if not suffix:
                counts["left_out"][part.name] = len(usable) - len(kept)
                counts["not_nfc"][part.name] = sum(not _is_nfc(item) for item in kept)
    made.metrics = counts | {"dropped": dropped, "sources": sources, "licence": source.licence}
    return made


def checked_sha256(local: Path, data: Pinned, place: str) -> str:
    """The SHA-256 of a file's bytes; raises `BadInput` if it was pinned to another."""
    with local.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if data.sha256 not in (None, found):
        raise BadInput(
            f"{place}: {data.path} has sha256 {found}, expected {data.sha256}. If it was fetched, delete {local} "
            "and run again; if it stays, look at what changed, then run `make pin` with the benchmark's name."
        )
    return found


def usable_items(
    part: Part, rows: list[Row], place: str, name: str, suffix: str = ""
) -> tuple[list[Item], Counter[str]]:
    """The items of a file's rows in its order, and how many rows were dropped by reason.

    An id gets the part's name (and `suffix`) before it, so that it is the benchmark's own: `low-vi/17`.
    """
    where = Expression(part.where, f"{place}.where") if part.where else None
    expressions = {key: Expression(text, f"{place}.item.{key}") for key, text in part.item.named().items()}
    items: dict[str, Item] = {}
    dropped: Counter[str] = Counter()
    for number, row in enumerate(rows):
        at = f"{name}, row {number}"
        if where and not where(row, number, at):
            dropped["where"] += 1
            continue
        found, reason = _item(expressions, row, number, at)
        if reason:
            dropped[reason] += 1
            continue
        found["id"] = f"{part.name}{suffix}/{found['id']}"
        if found["id"] in items:
            raise BadInput(
                f"{at}: the id {found['id']!r} stands there twice. Make it unique in {place}.item.id, "
                "for instance with ~ '-' ~ row_number."
            )
        items[found["id"]] = found | {"part": part.part, "language": part.language}
    if not items:
        raise BadInput(
            f"{place}: not one of {len(rows)} rows of {name} makes an item ({_told(dropped)}). Mend its expressions."
        )
    return list(items.values()), dropped


def _side_by_side(files: list[list[Row]], place: str) -> list[Row]:
    """The rows of the first file, each with that of the same number of the second, if there is one, as `beside`."""
    if len({len(rows) for rows in files}) > 1:
        raise BadInput(
            f"{place}: {' and '.join(str(len(rows)) for rows in files)} rows in files that stand beside each other. "
            "Pin files that belong together."
        )
    first, *second = files
    return [row | {"beside": other} for row, other in zip(first, second[0], strict=True)] if second else first


def chosen(items: list[Item], max_items: int) -> list[Item]:
    """At most so many items in their order, chosen by the hash of their ids: no mere beginning, the same each time."""
    if len(items) <= max_items:
        return items
    first = sorted(items, key=lambda item: hashlib.sha256(item["id"].encode()).digest())[:max_items]
    ids = {item["id"] for item in first}
    return [item for item in items if item["id"] in ids]


def as_lines(items: Iterable[Item]) -> str:
    """JSON lines with sorted keys."""
    return "".join(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n" for item in items)


def _item(expressions: dict[str, Expression], row: Row, number: int, at: str) -> tuple[Item, str | None]:
    """The item, and why it is unusable, if it is."""
    item: Item = {}
    for key, expression in expressions.items():
        try:
            item[key] = expression(row, number, at)
        except NoValue:
            return item, f"{key}_not_found"
    item["id"] = str(item["id"])
    for key in ("query", "context", "subject"):
        if key in item and item[key] is None:
            if key == "query":
                return item, "no_query"
            del item[key]
        elif key in item and not isinstance(item[key], str):
            raise _wrong_type(expressions[key], at, "a string", item[key])
    if not item["query"].strip():
        return item, "no_query"
    return item, _unusable_answers(item, expressions, at) if "answers" in item else _unusable_choices(
        item, expressions, at
    )


def _unusable_choices(item: Item, expressions: dict[str, Expression], at: str) -> str | None:
    choices, answer = item["choices"], item["answer"]
    if not isinstance(choices, list | tuple) or not all(isinstance(text, str | None) for text in choices):
        raise _wrong_type(expressions["choices"], at, "a list of strings", choices)
    item["choices"] = choices = list(choices)
    contexts = item.get("contexts", choices)
    if not isinstance(contexts, list | tuple) or len(contexts) != len(choices):
        raise _wrong_type(expressions["contexts"], at, f"a list of {len(choices)} strings", contexts)
    if "contexts" in item:
        item["contexts"] = list(contexts)
    if len(choices) < MIN_CHOICES:
        return "fewer_than_two_choices"
    if any(text is None or not text.strip() for text in choices):
        return "empty_choice"
    if expressions["answer"].text.strip() in ("none", "None"):  # the public has no answers: asked, never scored
        return None
    if isinstance(answer, bool) or not isinstance(answer, int | None):
        raise _wrong_type(expressions["answer"], at, "the index of a choice", answer)
    if answer is None or not 0 <= answer < len(choices):
        return "answer_out_of_range"
    return "right_choice_twice" if choices.count(choices[answer]) > 1 else None


def _unusable_answers(item: Item, expressions: dict[str, Expression], at: str) -> str | None:
    answers = item["answers"]
    if not isinstance(answers, list | tuple) or not all(isinstance(text, str | None) for text in answers):
        raise _wrong_type(expressions["answers"], at, "a list of strings", answers)
    item["answers"] = list(dict.fromkeys(text for text in answers if text and text.strip()))
    return None if item["answers"] else "no_answer"


def _wrong_type(expression: Expression, at: str, expected: str, found: Any) -> BadInput:
    return BadInput(
        f"{at}: {expression.place}: {expression.text!r} gives {found!r}, expected {expected}. Mend the expression."
    )


def _is_nfc(item: Item) -> bool:
    return unicodedata.is_normalized("NFC", json.dumps(item, ensure_ascii=False))


def _told(reasons: Counter[str]) -> str:
    return ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items())) or "no row"
