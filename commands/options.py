"""What the options of commands accept, and the checks that are made before any text is read."""

import argparse
import functools
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.errors import BadInput


def at_least(least: int) -> Callable[[str], int]:
    """A type for `argparse`: whole numbers from `least` on."""

    def number(text: str) -> int:
        if not text.strip().lstrip("+-").isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r}, expected a whole number from {least} on")
        return int(text)

    return number


def amount(text: str) -> float:
    """A type for `argparse`: a finite number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}, expected a number above 0")
    return number


def check_new_folder(out: Path) -> None:
    """Raises `BadInput` unless a folder can be made at `out` and nothing is there yet."""
    try:
        taken = os.path.lexists(out) or out.resolve().exists()  # resolved: `none/..` is a folder that is there
        above = next(folder for folder in out.resolve().parents if os.path.lexists(folder))
    except OSError as error:
        raise BadInput(f"--out {out}: {error.strerror}. Give another name.") from None
    if taken:
        raise BadInput(f"--out {out}: exists already. Give a new folder, or move it away.")
    try:
        with tempfile.TemporaryDirectory(dir=above):
            pass
    except OSError as error:
        raise BadInput(
            f"--out {out}: no folder can be made in {above} ({error.strerror}). Give another place."
        ) from None


@contextmanager
def reading_tokenizer(path: Path) -> Iterator[None]:
    """Turns what a tokenizer.json that lacks a part raises into `BadInput`."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{path}: a tokenizer.json with a part missing or of another kind ({type(error).__name__}: {error}). "
            "Fetch it again, or save it anew with transformers: AutoTokenizer, save_pretrained."
        ) from None


def end_when_reader_leaves(main: Callable[..., None]) -> Callable[..., None]:
    """A `main` that ends without a word when what it prints is no longer read, as in `... | head`."""

    @functools.wraps(main)
    def run(*given: str) -> None:
        try:
            main(*given)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end of the process

    return run
