"""Deduplication of a corpus part by part: what is computed of each document, and what is decided from that.

Documents are known by their ids as numbers. What the parts give each other stands in files of numpy arrays
below a scratch folder, so that any process on any machine may compute a part.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from stages.deduplication.near_duplicates import MinHash, Signer, clusters, exact_key, lowered_words
from stages.deduplication.repeated_passages import (
    FINGERPRINT,
    SPAN,
    Winnowing,
    by_block,
    copies,
    merged,
    of_block,
    remove,
    shared_by_several,
    spans_around,
    winnow,
)
from stages.errors import BadInput
from stages.text.accounts import Accounts
from stages.text.arrays import save_array
from stages.text.documents import Document, Part, number_of, read_part, write_file
from stages.text.vietnamese import syllables

KEPT, EXACT_DUPLICATE, NEAR_DUPLICATE, INSTRUCTION_DUPLICATE = range(4)
RULES = ("", "exact_duplicate", "near_duplicate", "instruction_duplicate")
REFERENCE = -1  # rank of a document that stands for its copies and is not part of the corpus
DOCUMENT = np.dtype([("id", np.uint64), ("rank", np.int32), ("length", np.int64), ("key", "V16")])
FATE = np.dtype([("id", np.uint64), ("survivor", np.uint64), ("rule", np.uint8), ("cluster_size", np.uint32)])


@dataclass(frozen=True)
class Sign:
    """Computes of each document of a part its entry, its signature and its fingerprints."""

    minhash: MinHash
    winnowing: Winnowing
    preferred_sources: tuple[str, ...]
    references: bool
    folder: Path

    def __call__(self, part: Part) -> dict[str, int]:
        """Write the three arrays; returns their lengths."""
        signer = Signer(self.minhash)
        entries, signatures, fingerprints = [], [], []
        for document in read_part(part):
            number = number_of(document.id)
            entries.append((number, self._rank(document), len(document.text), exact_key(document.text)))
            signatures.append(signer.signature(document.text))
            if not self.references:
                fingerprints.append(winnow(lowered_words(document.text), number, self.winnowing))
        size = self.minhash.bands * self.minhash.rows
        save_array(self.folder / f"{part.number:06}.documents.npy", np.array(entries, dtype=DOCUMENT))
        matrix = np.array(signatures, dtype=np.uint32).reshape(-1, size)
        save_array(self.folder / f"{part.number:06}.signatures.npy", matrix)
        found = by_block(_concatenated(fingerprints, FINGERPRINT))
        save_array(self.folder / f"{part.number:06}.fingerprints.npy", found)
        return {"documents": len(entries), "fingerprints": len(found)}

    def _rank(self, document: Document) -> int:
        if self.references:
            return REFERENCE
        names = self.preferred_sources
        return names.index(document.source) if document.source in names else len(names)


def decide(documents: np.ndarray, signatures: np.ndarray, minhash: MinHash) -> np.ndarray:
    """Who stands for whom: an array of `FATE`, sorted by id, references left out.

    `documents` are entries, `signatures` (documents, bands x rows) their signatures. Of equal or similar documents a
    reference stays, else the one of the most preferred source, of these the longest, of these the first by id.
    Raises `BadInput` if two documents have the same id.
    """
    by_id = np.argsort(documents["id"], kind="stable")
    documents = documents[by_id]
    if (same := documents["id"][1:] == documents["id"][:-1]).any():
        raise BadInput(f"two documents have the id {documents['id'][1:][same][0]:016x}. Look at what fetch gave them.")
    order = np.lexsort((documents["id"], -documents["length"], documents["rank"]))
    everyone = np.arange(len(documents))
    _, first, key = np.unique(documents["key"][order], return_index=True, return_inverse=True)
    exact = np.empty_like(order)
    exact[order] = order[first[key]]
    unique = order[np.sort(first)]
    references = np.count_nonzero(documents["rank"][unique] == REFERENCE)
    near = everyone.copy()
    near[unique] = unique[clusters(signatures, minhash, by_id[unique], references)]
    survivor = near[exact]
    fate = np.zeros(len(documents), dtype=FATE)
    fate["id"], fate["survivor"] = documents["id"], documents["id"][survivor]
    fate["rule"] = np.where(survivor == everyone, KEPT, np.where(exact != everyone, EXACT_DUPLICATE, NEAR_DUPLICATE))
    fate["rule"][(survivor != everyone) & (documents["rank"][survivor] == REFERENCE)] = INSTRUCTION_DUPLICATE
    fate["cluster_size"] = np.bincount(survivor, minlength=len(documents))[survivor]
    return fate[documents["rank"] != REFERENCE]


@dataclass(frozen=True)
class FindShared:
    """Finds the fingerprints that several survivors have, of one block of hashes."""

    signed: tuple[Path, ...]
    fate: Path
    blocks: int
    folder: Path

    def __call__(self, block: int) -> int:
        """Write them; returns how many there are."""
        fate = np.load(self.fate)
        survivors = fate["id"][fate["rule"] == KEPT]
        found = []
        for file in self.signed:
            fingerprints = of_block(np.load(file, mmap_mode="r"), block, self.blocks)
            found.append(fingerprints[_among(fingerprints["document"], survivors)])
        shared = shared_by_several(_concatenated(found, FINGERPRINT))
        save_array(self.folder / f"{block:06}.npy", np.sort(shared, order=("document", "place")))
        return len(shared)


@dataclass(frozen=True)
class TakeStretches:
    """Takes from the documents of a part what is around shared fingerprints, one array for each block of those."""

    winnowing: Winnowing
    shared: tuple[Path, ...]
    folder: Path

    def __call__(self, part: Part) -> list[int]:
        """Write spans and the hashes of their syllables; returns the syllables of each block."""
        documents = list(read_part(part))
        blocks = [Rows(file, "document", documents) for file in self.shared]
        spans: list[list[np.ndarray]] = [[] for _ in blocks]
        codes: list[list[np.ndarray]] = [[] for _ in blocks]
        for document in documents:
            number, of_document = number_of(document.id), None
            for block, rows in enumerate(blocks):
                fingerprints = rows.of(number)
                if len(fingerprints) == 0:
                    continue
                if of_document is None:
                    of_document = lowered_words(document.text).run_hashes(1)
                around = spans_around(fingerprints, len(of_document), self.winnowing)
                spans[block].append(around)
                codes[block].extend(of_document[span["start"] : span["end"]] for span in around)
        for block, (block_spans, block_codes) in enumerate(zip(spans, codes, strict=True)):
            save_array(self.folder / f"{block:06}/{part.number:06}.spans.npy", _concatenated(block_spans, SPAN))
            save_array(self.folder / f"{block:06}/{part.number:06}.codes.npy", _concatenated(block_codes, np.uint64))
        return [sum(map(len, block_codes)) for block_codes in codes]


@dataclass(frozen=True)
class FindCopies:
    """Finds the passages of one block that an earlier document has too."""

    winnowing: Winnowing
    stretches: Path
    folder: Path

    def __call__(self, block: int) -> int:
        """Write their spans; returns how many there are."""
        place = self.stretches / f"{block:06}"
        spans = np.concatenate([np.load(file) for file in sorted(place.glob("*.spans.npy"))])
        codes = np.concatenate([np.load(file) for file in sorted(place.glob("*.codes.npy"))])
        found = copies(spans, codes, self.winnowing)
        save_array(self.folder / f"{block:06}.npy", found)
        return len(found)


@dataclass(frozen=True)
class Write:
    """Writes the documents of a part that stay, shortened by what is cut, and those that go."""

    fate: Path
    cuts: Path
    min_words: int
    out: Path

    def __call__(self, part: Part) -> dict[str, Any]:
        """Write both files; returns the accounts, what was cut, and how many clusters of which size were found."""
        documents = list(read_part(part))
        fates, cuts = Rows(self.fate, "id", documents), Rows(self.cuts, "document", documents)
        accounts, dropped = Accounts(), []
        figures = {"documents_with_cuts": 0, "cut_syllables": 0}
        sizes: Counter[str] = Counter()

        def kept() -> Iterator[Document]:
            for document in documents:
                accounts.came_in(document)
                number = number_of(document.id)
                own = fates.of(number)[0]
                if own["rule"] != KEPT:
                    document.metadata["duplicate_of"] = f"{own['survivor']:016x}"
                    accounts.was_dropped(document, RULES[own["rule"]])
                    dropped.append(document)
                    continue
                if own["cluster_size"] > 1:
                    document.metadata["cluster_size"] = int(own["cluster_size"])
                    sizes[size_range(own["cluster_size"])] += 1
                spans = cuts.of(number)
                if len(spans):
                    shorter = remove(document.text, spans)
                    count = int((spans["end"] - spans["start"]).sum())
                    figures["documents_with_cuts"] += 1
                    figures["cut_syllables"] += count
                    document.metadata["cut_syllables"] = count
                    if (left := len(syllables(shorter))) < self.min_words:
                        accounts.was_dropped(document, "repeated_passage", left)
                        dropped.append(document)
                        continue
                    document.text = shorter
                accounts.was_kept(document)
                yield document

        write_file(self.out / f"kept/{part.number:05}.parquet", kept())
        write_file(self.out / f"dropped/{part.number:05}.parquet", dropped)
        return {"accounts": accounts.as_json(), **figures, "clusters": sizes}


class Rows:
    """The rows of a saved table, sorted by a column, that concern some documents; no more of the file is read."""

    def __init__(self, file: Path, column: str, documents: Collection[Document]) -> None:
        table = np.load(file, mmap_mode="r")
        numbers = [number_of(document.id) for document in documents]
        first = bisect_left(table, min(numbers, default=0), key=itemgetter(column))
        end = bisect_right(table, max(numbers, default=0), key=itemgetter(column))
        self._rows = np.array(table[first:end])
        self._numbers = self._rows[column].copy()  # one after the other, as np.searchsorted wants them

    def of(self, number: int) -> np.ndarray:
        """The rows of one document."""
        # As np.uint64, since a list of Python's integers would be compared as floats.
        first, end = (np.searchsorted(self._numbers, np.uint64(number), side) for side in ("left", "right"))
        return self._rows[first:end]


def size_range(size: int) -> str:
    """The sizes from one power of two to the next that a cluster's belongs to.

    >>> [size_range(size) for size in (2, 3, 4, 5, 100)]
    ['2', '3-4', '3-4', '5-8', '65-128']
    """
    highest = 2 ** int(size - 1).bit_length()
    return "2" if highest == 2 else f"{highest // 2 + 1}-{highest}"


def merged_cuts(files: list[Path]) -> np.ndarray:
    """The cuts of all blocks, sorted by document and start."""
    return merged(np.load(file) for file in files)


def _among(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    if len(known) == 0:
        return np.zeros(len(values), dtype=bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


def _concatenated(arrays: list[np.ndarray], kind: Any) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=kind)
