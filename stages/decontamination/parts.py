"""Splitting part by part of a corpus: what contains benchmark items goes, the rest is shared out by the ids."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stages.decontamination.contamination import Contamination, Item
from stages.text.accounts import Accounts
from stages.text.documents import Document, Part, read_part, write_file

FOLDERS = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Writes the documents of a part into the folders that they belong to."""

    items: tuple[Item, ...]
    contamination_syllables: int
    min_item_syllables: int
    seed: int
    validation_share: float
    test_share: float
    out: Path

    def __call__(self, part: Part) -> dict[str, Any]:
        """Write one file a folder; returns the accounts, documents by folder, and what was found of each benchmark."""
        accounts = Accounts()
        chosen: dict[str, list[Document]] = {name: [] for name in (*FOLDERS, "dropped")}
        documents: Counter[str] = Counter()
        items: dict[str, set[str]] = {}
        for document in read_part(part):
            accounts.came_in(document)
            if hits := self._contamination.hits(document.text):
                for benchmark in sorted({hit.benchmark for hit in hits}):
                    of_benchmark = [hit for hit in hits if hit.benchmark == benchmark]
                    as_written = any(hit.with_diacritics for hit in of_benchmark)
                    documents[f"{benchmark}.{'as_written' if as_written else 'without_diacritics'}"] += 1
                    items.setdefault(benchmark, set()).update(hit.item for hit in of_benchmark)
                document.metadata["benchmark"] = hits[0].benchmark
                accounts.was_dropped(document, "contamination", len(hits))
                chosen["dropped"].append(document)
            else:
                accounts.was_kept(document)
                chosen[self._folder(document)].append(document)
        for name, these in chosen.items():
            write_file(self.out / f"{name}/{part.number:05}.parquet", these)
        return {
            "accounts": accounts.as_json(),
            "parts": {name: len(chosen[name]) for name in FOLDERS},
            "documents": dict(documents),
            "items": {benchmark: sorted(keys) for benchmark, keys in items.items()},
        }

    @cached_property
    def _contamination(self) -> Contamination:
        return Contamination(self.items, self.contamination_syllables, self.min_item_syllables)

    def _folder(self, document: Document) -> str:
        digest = hashlib.blake2b(f"{self.seed} {document.id}".encode(), digest_size=8).digest()
        point = int.from_bytes(digest, "big") / 2**64
        if point < self.validation_share:
            return "validation"
        return "test" if point < self.validation_share + self.test_share else "train"
