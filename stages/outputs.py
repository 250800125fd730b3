"""Outputs that appear whole or not at all, and metrics that compare well across commits."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

METRIC_DIGITS = 4


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path` that takes its place when the block ends without an error.

    A killed process leaves at most `<name>.unfinished`, which the next run removes.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    put_in_place(unfinished, path)


def put_in_place(finished: Path, path: Path) -> None:
    """Give a folder that is written to its end its name, after its files have reached the disk."""
    for file in finished.rglob("*"):
        if file.is_file():
            _flush(file)
    shutil.rmtree(path, ignore_errors=True)
    finished.rename(path)
    _flush(path.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a path beside `path`; what is written there takes its place when the block ends without an error."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        yield unfinished
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _flush(unfinished)
    unfinished.rename(path)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whole: beside, flush, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys and real Vietnamese letters, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n")


def write_metrics(path: Path, metrics: dict[str, Any]) -> None:
    """Write a metrics file: JSON with sorted keys, numbers rounded to 4 digits (nested dicts allowed)."""
    write_json(path, _rounded(metrics))


def _rounded(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _rounded(part) for key, part in value.items()}
        case list() | tuple():
            return [_rounded(part) for part in value]
        case float():
            return round(value, METRIC_DIGITS)
        case _:
            return value


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
