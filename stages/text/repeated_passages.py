"""Passages that several documents share, found exactly and cut at the borders of syllables.

Two searches follow each other. Hashes of all runs of N syllables, looked at in parts that fit the memory, tell
where a run occurs again anywhere in the corpus; nearly all text drops out here. A suffix array over what is
left (Manber and Myers 1990) then gives the true repeats, without the hashes' collisions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pydivsufsort

from stages.text.near_duplicates import rolling_hashes, word_code
from stages.text.vietnamese import syllable_spans, syllables

BYTES_PER_RUN = 40  # of memory, while one part is sorted


@dataclass(frozen=True)
class Cut:
    """Syllables `start` to `end` (not included) of the document with this id."""

    document: str
    start: int
    end: int


class Corpus:
    """Documents as word numbers. Of those that share a passage the first by id keeps it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._documents: list[np.ndarray] = []

    def add(self, document_id: str, text: str) -> None:
        """Add a document."""
        self._ids.append(document_id)
        numbers = self._numbers
        words = [numbers.setdefault(word.lower(), len(numbers)) for word in syllables(text)]
        self._documents.append(np.array(words, dtype=np.int32))

    def cuts(self, min_syllables: int, max_megabytes: float) -> list[Cut]:
        """What to cut so that no run of `min_syllables` stays in two documents."""
        lengths = np.array([len(document) for document in self._documents], dtype=np.int64)
        if len(lengths) == 0 or lengths.sum() < min_syllables:
            return []
        words = np.concatenate(self._documents)
        names = sorted(self._ids)
        rank = {name: position for position, name in enumerate(names)}
        owners = np.repeat(np.array([rank[name] for name in self._ids], dtype=np.int32), lengths)
        codes = np.array([word_code(word) for word in self._numbers], dtype=np.uint64)[words]
        starts = _repeated_runs(codes, owners, min_syllables, max_megabytes)
        if not starts.any():
            return []
        later = _later_copies(words, owners, starts, min_syllables)
        begins = np.concatenate([[0], np.cumsum(lengths)])
        return [
            Cut(names[owners[start]], int(start - begin), int(end - begin))
            for start, end in _runs(_covered(later, min_syllables), owners)
            for begin in [begins[np.searchsorted(begins, start, side="right") - 1]]
        ]


def remove(text: str, cuts: list[Cut]) -> str:
    """The text without these syllables, the marks that follow them, and the space between.

    >>> remove("Một, hai, ba. Bốn năm.", [Cut("a", 1, 3)])
    'Một, Bốn năm.'
    """
    spans = list(syllable_spans(text))
    kept, position = [], 0
    for cut in cuts:
        kept.append(text[position : spans[cut.start][0]])
        position = spans[cut.end][0] if cut.end < len(spans) else len(text)
    return "".join([*kept, text[position:]]).strip()


def _repeated_runs(codes: np.ndarray, owners: np.ndarray, n: int, max_megabytes: float) -> np.ndarray:
    """At which places a run of n words starts whose hash occurs in another document too."""
    hashes = rolling_hashes(codes, n)
    inside = owners[: len(hashes)] == owners[n - 1 :]
    parts = max(1, int(np.ceil(len(hashes) * BYTES_PER_RUN / (max_megabytes * 1e6))))
    repeated = np.zeros(len(codes), dtype=bool)
    for part in range(parts):
        places = np.flatnonzero(inside & (hashes % np.uint64(parts) == part))
        order = np.argsort(hashes[places], kind="stable")
        places = places[order]
        group = np.concatenate([[0], np.cumsum(hashes[places][1:] != hashes[places][:-1])]) if len(places) else places
        # A document's places are neighbours within a group: several owners if the first and last differ.
        first = np.searchsorted(group, np.arange(group[-1] + 1 if len(group) else 0))
        last = np.append(first[1:], len(group)) - 1
        several = owners[places[first]] != owners[places[last]] if len(group) else np.empty(0, dtype=bool)
        repeated[places[several[group]]] = True
    return repeated


def _later_copies(words: np.ndarray, owners: np.ndarray, starts: np.ndarray, n: int) -> np.ndarray:
    """At which places a run of n words starts that an earlier document has too."""
    places = np.flatnonzero(_covered(starts, n))
    # Stretches apart from each other, or of different documents, must not look like one text: a word that occurs
    # nowhere else goes between.
    new = np.flatnonzero((np.diff(places) > 1) | (np.diff(owners[places]) != 0)) + 1
    separators = words.max() + 1 + np.arange(len(new) + 1, dtype=np.int64)
    sequence = np.append(np.insert(words[places].astype(np.int64), new, separators[:-1]), separators[-1])
    origin = np.append(np.insert(places, new, -1), -1)
    # Dense numbers, as the suffix array wants them.
    sequence = np.unique(sequence, return_inverse=True)[1].astype(np.uint32)
    suffixes = pydivsufsort.divsufsort(sequence)
    shared = pydivsufsort.kasai(sequence, suffixes)  # words that a suffix shares with the next one
    group = np.concatenate([[0], np.cumsum(shared[: len(suffixes) - 1] < n)])
    owner = np.where(origin[suffixes] >= 0, owners[origin[suffixes]], np.iinfo(np.int32).max)
    keeper = np.full(group[-1] + 1, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(keeper, group, owner)
    later = np.zeros(len(words), dtype=bool)
    copies = (origin[suffixes] >= 0) & (owner > keeper[group])
    later[origin[suffixes[copies]]] = True
    return later


def _covered(starts: np.ndarray, n: int) -> np.ndarray:
    """Which words belong to a run of n words that starts at one of these places."""
    change = np.zeros(len(starts) + n + 1, dtype=np.int32)
    places = np.flatnonzero(starts)
    np.add.at(change, places, 1)
    np.add.at(change, places + n, -1)
    return np.cumsum(change)[: len(starts)] > 0


def _runs(covered: np.ndarray, owners: np.ndarray) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of covered words within one document."""
    places = np.flatnonzero(covered)
    if len(places) == 0:
        return
    breaks = np.flatnonzero((np.diff(places) > 1) | (np.diff(owners[places]) != 0)) + 1
    for stretch in np.split(places, breaks):
        yield int(stretch[0]), int(stretch[-1]) + 1
