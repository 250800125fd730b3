"""The texts of any folder of files, by domain: for commands that measure, not for the corpus."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow
import pyarrow.parquet

from stages.errors import BadInput
from stages.files.reading import Record, Unreadable, read_parquet, read_whole
from stages.files.source import READERS, source_files, suffix_of


@dataclass
class Skipped:
    """The records that could not be taken: how many for which reason, and where the first one stands."""

    counts: Counter[str] = field(default_factory=Counter)
    first: str = ""

    def add(self, reason: str, place: str) -> None:
        self.counts[reason] += 1
        self.first = self.first or place

    def __str__(self) -> str:
        """A sentence for an error, with a space before it; empty if there are none."""
        if not self.counts:
            return ""
        reasons = ", ".join(f"{reason}: {count:,}" for reason, count in sorted(self.counts.items()))
        return f" {self.counts.total():,} records were left out ({reasons}), the first at {self.first}."


class TextFolder:
    """A file, or all files below a folder (txt, md, jsonl, also .gz and .zst, parquet), hidden ones left out.

    A domain is a folder right below it with all that it holds, or a file that lies in none. The text of JSON lines and
    Parquet stands under `column`. Each document is a text, but each line of a plain file: those are often a corpus in
    one file. `skipped` tells by file of the records of JSON lines and Parquet that could not be taken.
    """

    def __init__(self, path: Path, column: str):
        self._column = column
        self.skipped: dict[Path, Skipped] = {}
        files = text_files(path)
        self.domains: dict[str, list[Path]] = {}
        for file in files:
            inside = file.relative_to(path).parts if file != path else (file.name,)
            name = inside[0] if len(inside) > 1 else file.name.lower().removesuffix(suffix_of(file) or "")
            self.domains.setdefault(name, []).append(file)
        self.size_bytes = sum(file.stat().st_size for file in files)

    def texts(self, domain: str | None = None) -> Iterator[str]:
        """The texts of a domain, or of all, as a stream. Raises `BadInput` for a file that cannot be read."""
        for name, files in self.domains.items():
            if domain in (None, name):
                for file in files:
                    yield from self._texts_of(file)

    def left_out(self) -> Skipped:
        """The records that could not be taken from all files read so far."""
        first = next((skipped.first for skipped in self.skipped.values() if skipped.first), "")
        return Skipped(sum((skipped.counts for skipped in self.skipped.values()), Counter()), first)

    def _texts_of(self, file: Path) -> Iterator[str]:
        skipped = self.skipped[file] = Skipped()
        is_plain = READERS[suffix_of(file) or ""] is read_whole
        for text in read_texts(file, self._column, skipped):
            if is_plain:
                yield from (line for line in text.splitlines(keepends=True) if line.strip())
            else:
                yield text


def text_files(path: Path) -> list[Path]:
    """The file at `path`, or all below it. Raises `BadInput` for none, and for a kind of file that is unknown."""
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder. Give the path of texts.")
    if not path.is_dir():
        _reader_of(path)
        return [path]
    below = (file.relative_to(path).parts for file in path.rglob("*") if not file.is_dir())
    if all(any(part.startswith(".") for part in parts) for parts in below):
        raise BadInput(f"{path}: no file in it. Expected {', '.join(READERS)}; put texts there, or name their folder.")
    return source_files(path)


def _reader_of(file: Path) -> Callable[[Path, tuple[str, ...]], Iterator[tuple[str, Record]]]:
    suffix = suffix_of(file)
    if suffix is None:
        raise BadInput(f"{file}: unknown kind of file. Expected {', '.join(READERS)}; convert it.")
    return READERS[suffix]


def read_texts(file: Path, column: str, skipped: Skipped) -> Iterator[str]:
    """The documents of one file; the records that could not be taken are added to `skipped`.

    Raises `BadInput` for a kind of file that is unknown, a plain file that is no text, a record without the column.
    """
    read = _reader_of(file)
    if read is read_parquet:
        _check_column(file, column)
    for key, record in read(file, (column,)):
        if isinstance(record, Unreadable):
            if read is read_whole:
                raise BadInput(f"{file}: neither UTF-8 nor an older Vietnamese encoding. Convert or remove it.")
            skipped.add(record.reason, f"{file}, {key}")
        elif column not in record:
            raise BadInput(f"{file}, {key}: no {column!r}, found {sorted(record)}. Name it with --column.")
        elif not isinstance(record[column], str):
            skipped.add("text_not_a_string", f"{file}, {key}")
        else:
            yield record[column]


def _check_column(file: Path, column: str) -> None:
    """The reader names a parameter where a column lacks; these commands have an option."""
    try:
        names = pyarrow.parquet.read_schema(file).names
    except (OSError, pyarrow.ArrowException):
        return  # the reader tells
    if column not in names:
        raise BadInput(f"{file}: no column {column!r}, found {names}. Name it with --column.")
