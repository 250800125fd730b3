"""Cleaning part by part of a corpus, and bringing what was cleaned into the order of the ids.

A part is cleaned and cut into ranges of ids; then each range is gathered from all parts and sorted. How many ranges
there are depends on the size of the corpus alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from stages.cleaning.boilerplate import line_to_count
from stages.cleaning.cleaner import Cleaner, before_boilerplate
from stages.cleaning.settings import Boilerplate, Rules
from stages.text.accounts import Accounts
from stages.text.documents import (
    Document,
    Part,
    number_of,
    read_group,
    read_part,
    write_file,
    write_groups,
)

ID_BITS = 64
RANGE_BYTES = 64_000_000  # of text, that one worker sorts in memory


@dataclass(frozen=True)
class CountLines:
    """Counts in how many documents of a part each line stands that is no sentence, in a sample of the documents.

    The lines are counted as `boilerplate` will meet them, after the repairs before it: the same footer may come with
    either tone placement, in an old encoding or with entities.
    """

    settings: Rules
    share: float

    def __call__(self, part: Part) -> dict[str, Any]:
        """Documents and lines by source."""
        documents: Counter[str] = Counter()
        lines: dict[str, Counter[str]] = {}
        for document in read_part(part):
            if number_of(document.id) < self.share * 2**ID_BITS:
                documents[document.source] += 1
                found = {line_to_count(line) for line in self.repair(document.text).split("\n")} - {""}
                lines.setdefault(document.source, Counter()).update(found)
        return {"documents": documents, "lines": lines}

    @cached_property
    def repair(self) -> Callable[[str], str]:
        """What gives a text as `boilerplate` sees it; made once a process."""
        return before_boilerplate(self.settings)


def repeated_lines(counted: Iterator[dict[str, Any]], settings: Boilerplate) -> frozenset[str]:
    """Lines that a given share of a source's documents have: its menus and notices."""
    documents: Counter[str] = Counter()
    lines: dict[str, Counter[str]] = {}
    for part in counted:
        documents.update(part["documents"])
        for source, counts in part["lines"].items():
            lines.setdefault(source, Counter()).update(counts)
    return frozenset(
        line
        for source, counts in lines.items()
        for line, count in counts.items()
        if count >= max(settings.repeated_line_min_documents, settings.repeated_line_min_share * documents[source])
    )


@dataclass(frozen=True)
class Clean:
    """Cleans the documents of a part and writes them sorted, one row group for each range of ids that occurs."""

    settings: Rules
    repeated_lines: frozenset[str]
    blocked_domains: frozenset[str]
    range_bits: int
    folder: Path

    def __call__(self, part: Part) -> dict[str, Any]:
        """Write both files; returns the accounts, the ranges of each file's row groups, and whether any is labelled."""
        accounts, kept, dropped = Accounts(), [], []
        labelled = False
        for document in read_part(part):
            accounts.came_in(document)
            labelled |= "defect" in document.metadata
            cleaned = self.cleaner.clean(document.text, document.url)
            document.text = cleaned.text
            if cleaned.repairs:
                document.metadata["repairs"] = list(cleaned.repairs)
            if cleaned.fault:
                accounts.was_dropped(document, cleaned.fault.reason, cleaned.fault.value)
                dropped.append(document)
            else:
                accounts.was_kept(document)
                kept.append(document)
        return {
            "accounts": accounts.as_json(),
            "labelled": labelled,
            "kept": self._write(part, "kept", kept),
            "dropped": self._write(part, "dropped", dropped),
        }

    @cached_property
    def cleaner(self) -> Cleaner:
        """What cleans; made once a process."""
        return Cleaner(self.settings, self.repeated_lines, self.blocked_domains)

    def _write(self, part: Part, name: str, documents: list[Document]) -> list[int]:
        documents.sort(key=lambda document: document.id)
        ranges = [
            (number, list(these))
            for number, these in groupby(documents, lambda document: range_of(document.id, self.range_bits))
        ]
        write_groups(part_file(self.folder, name, part.number), (these for _, these in ranges))
        return [number for number, _ in ranges]


def part_file(folder: Path, name: str, number: int) -> Path:
    """Where `Clean` writes a part."""
    return folder / f"{name}/{number:06}.parquet"


def range_bits(text_bytes: int) -> int:
    """How many leading bits of the ids cut a corpus into ranges small enough to sort."""
    return max(0, -(-text_bytes // RANGE_BYTES) - 1).bit_length()


def range_of(document_id: str, bits: int) -> int:
    """The range that an id belongs to."""
    return number_of(document_id) >> (ID_BITS - bits)


@dataclass(frozen=True)
class Gather:
    """Gathers a range of ids from all parts, sorted."""

    name: str
    row_groups: tuple[tuple[int, ...], ...]  # of each part: the range of each row group of its file
    folder: Path
    out: Path

    def __call__(self, number: int) -> int:
        """Write the file of this range; returns how many documents are in it."""
        documents = []
        for part, ranges in enumerate(self.row_groups):
            if number in ranges:
                documents += read_group(part_file(self.folder, self.name, part), ranges.index(number))
        documents.sort(key=lambda document: document.id)
        return write_file(self.out / f"{self.name}/{number:05}.parquet", documents)
