"""params.yaml as frozen, strictly checked dataclasses.

A stage declares its parameters as a dataclass decorated with `section` and the places in
params.yaml that they come from:

    SECTIONS = ("clean.{language}", "profiles.{profile}.clean")

`load` merges those places and refuses an unknown, missing, doubled or wrongly typed key with
file, key, value and remedy. No field has a default: every value stands in params.yaml, once.
"""

import json
from pathlib import Path
from typing import Any, TypeVar

import pydantic
from pydantic.dataclasses import dataclass as pydantic_dataclass
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from stages.errors import BadInput

T = TypeVar("T")

section = pydantic_dataclass(frozen=True, config=pydantic.ConfigDict(extra="forbid", strict=True))


def read(file: Path) -> dict[str, Any]:
    """Parse params.yaml as YAML 1.2, as DVC does (PyYAML reads 1.1, where 1e-3 is a string)."""
    try:
        values = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{file}: not found. Run from the repository's root, or give --params.") from None
    except MarkedYAMLError as error:
        raise BadInput(f"{file}: not valid YAML: {error}") from None
    if not isinstance(values, dict):
        raise BadInput(f"{file}: expected keys and values at the top, found {type(values).__name__}.")
    return values


def load(kind: type[T], file: Path, *sections: str, **names: str) -> T:
    """The parameters of one stage.

    `sections` are dotted places in the file; `{profile}` in them stands for the file's own
    `profile`, any other `{name}` for the keyword of that name. A key may stand in one place only.
    Raises `BadInput` for anything that is not exactly the fields of `kind`.
    """
    values = read(file)
    places = [place.format(profile=profile_name(values, file), **names) for place in sections]
    merged: dict[str, Any] = {}
    found_in: dict[str, str] = {}
    for place in places:
        for key, value in _descend(values, place, file).items():
            if key in merged:
                raise BadInput(f"{file}: {key!r} stands in both {found_in[key]} and {place}. Keep one of them.")
            merged[key], found_in[key] = value, place
    return _build(kind, merged, found_in, places, file)


def load_whole(kind: type[T], file: Path) -> T:
    """A YAML file of its own, not params.yaml, as one dataclass; as strict as `load`."""
    values = read(file)
    return _build(kind, values, {}, [], file)


def profile_name(values: dict[str, Any], file: Path) -> str:
    """The chosen profile, checked against the ones that the file defines."""
    name, known = values.get("profile"), sorted(values.get("profiles") or {})
    if name not in known:
        raise BadInput(f"{file}: profile: {name!r} does not exist. Choose one of: {', '.join(known)}.")
    return name


def _descend(values: dict[str, Any], place: str, file: Path) -> dict[str, Any]:
    node: Any = values
    for depth, key in enumerate(parts := place.split(".")):
        if not isinstance(node, dict) or key not in node:
            missing = ".".join(parts[: depth + 1])
            raise BadInput(f"{file}: {missing} is missing. Add the section; other entries beside it show its keys.")
        node = node[key]
    if not isinstance(node, dict):
        raise BadInput(f"{file}: {place}: expected keys and values, found {node!r}.")
    return node


def _build(kind: type[T], merged: dict[str, Any], found_in: dict[str, str], places: list[str], file: Path) -> T:
    # JSON mode: the strict rules for a file (a list may become a tuple, a string never a number).
    try:
        return pydantic.TypeAdapter(kind).validate_json(json.dumps(merged))
    except pydantic.ValidationError as error:
        lines, first = [], next(iter(places), "")
        for problem in error.errors():
            path = [str(part) for part in problem["loc"]]
            place = found_in.get(path[0], first) if path else first
            lines.append(f"{file}: {'.'.join(filter(None, [place, *path]))}: {_explain(problem)}")
        raise BadInput("\n".join(lines)) from None


def _explain(problem: Any) -> str:
    match problem["type"]:
        case "missing" | "missing_argument" | "missing_keyword_only_argument":
            return "missing. Add it; the other profiles or the comments beside it show a value."
        case "unexpected_keyword_argument" | "extra_forbidden":
            return f"unknown key (value {problem['input']!r}). Remove it, or mend its spelling."
        case _:
            return f"{problem['msg']}, found {problem['input']!r}."
