"""Passages that several documents share, found exactly and cut at the borders of syllables.

Three steps, none of which needs the whole corpus in memory. `winnow` keeps a few hashes of each document
(Schleimer et al. 2003), chosen so that two documents that share N syllables in a row keep the same hash at the same
place of them. `shared_by_several` tells which hashes several documents have; nearly all text drops out here. `copies`
puts what is around those into a suffix array (Manber and Myers 1990), which gives the true repeats. Whatever blocks of
hashes the last two are called with, together they find every repeat: a passage stands whole in the block of its hash.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np

from stages.text.vietnamese import syllable_spans
from stages.text.words import Words, mixed

# A place in the corpus: of a document (its id as a number) and a syllable in it. `hash` is that of the run there.
FINGERPRINT = np.dtype([("hash", np.uint64), ("document", np.uint64), ("place", np.uint32)])
# Syllables `start` to `end` (not included) of a document.
SPAN = np.dtype([("document", np.uint64), ("start", np.uint32), ("end", np.uint32)])
# Measured, in bytes: the sorting of fingerprints, and a suffix array with what it is made from, a syllable.
BYTES_PER_FINGERPRINT = 100
BYTES_PER_SYLLABLE = 70
_OPENING = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
_MARKS = re.compile(f"[{re.escape(''.join(_OPENING) + ''.join(_OPENING.values()))}\n]")


@dataclass(frozen=True)
class Winnowing:
    """What is looked for: runs of `passage` syllables, by hashes of half as many."""

    passage: int

    @property
    def run(self) -> int:
        """Syllables of a hashed run."""
        return (self.passage + 1) // 2

    @property
    def window(self) -> int:
        """Runs that begin in a passage and end in it: the smallest of their hashes is kept."""
        return self.passage - self.run + 1


def winnow(words: Words, document: int, winnowing: Winnowing) -> np.ndarray:
    """The fingerprints of a document, given its words: about two in `window` + 1 syllables."""
    if len(words) < winnowing.passage:
        return np.empty(0, dtype=FINGERPRINT)
    hashes = mixed(words.run_hashes(winnowing.run))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, winnowing.window)
    places = np.unique(windows.argmin(axis=1) + np.arange(len(windows)))
    found = np.empty(len(places), dtype=FINGERPRINT)
    found["hash"], found["document"], found["place"] = hashes[places], document, places
    return found


def by_block(fingerprints: np.ndarray) -> np.ndarray:
    """The fingerprints in an order in which those of a block, whatever the number of blocks, stand together."""
    return fingerprints[np.argsort(_low_half(fingerprints["hash"]), kind="stable")]


def of_block(ordered: np.ndarray, block: int, blocks: int) -> np.ndarray:
    """The part of what `by_block` ordered that belongs to a block; of a mapped file only that part is read."""

    def begin_of(number: int) -> int:
        return bisect_left(ordered, number * 2**32 // blocks, key=lambda fingerprint: _low_half(fingerprint["hash"]))

    return ordered[begin_of(block) : begin_of(block + 1)]


def _low_half(hashes: np.ndarray) -> np.ndarray:
    # Winnowing keeps small hashes, so their upper halves are not spread evenly.
    return hashes & np.uint64(2**32 - 1)


def shared_by_several(fingerprints: np.ndarray) -> np.ndarray:
    """The fingerprints whose hash several documents have, sorted by hash, document and place."""
    ordered = np.sort(fingerprints, order=("hash", "document", "place"))
    if len(ordered) == 0:
        return ordered
    group = np.concatenate([[0], np.cumsum(ordered["hash"][1:] != ordered["hash"][:-1])])
    first = np.searchsorted(group, np.arange(group[-1] + 1))
    last = np.append(first[1:], len(group)) - 1
    several = ordered["document"][first] != ordered["document"][last]
    return ordered[several[group]]


def spans_around(fingerprints: np.ndarray, length: int, winnowing: Winnowing) -> np.ndarray:
    """The stretches of a document of `length` syllables that hold all passages with these fingerprints of it."""
    if len(fingerprints) == 0:
        return np.empty(0, dtype=SPAN)
    places = np.unique(fingerprints["place"].astype(np.int64))
    starts = np.maximum(places - (winnowing.passage - winnowing.run), 0)
    ends = np.minimum(places + winnowing.passage, length)
    return _joined(_spans(np.full(len(places), fingerprints["document"][0]), starts, ends))


def copies(spans: np.ndarray, codes: np.ndarray, winnowing: Winnowing) -> np.ndarray:
    """Of each passage that stands in several documents all but the one with the smallest id: where the others have it.

    `spans` are stretches of documents, `codes` the hashes of their syllables one after the other. Returns spans.
    """
    import pydivsufsort

    lengths = spans["end"].astype(np.int64) - spans["start"]
    if lengths.sum() == 0:
        return np.empty(0, dtype=SPAN)
    # Dense numbers, as the suffix array wants them; each stretch ends in one that occurs nowhere else, so that no
    # repeat reaches over its end.
    numbers = np.unique(codes, return_inverse=True)[1]
    ends = np.cumsum(lengths)
    sequence = np.insert(numbers, ends, numbers.max() + 1 + np.arange(len(spans))).astype(np.uint32)
    stretch = np.insert(np.repeat(np.arange(len(spans)), lengths), ends, -1)
    suffixes = pydivsufsort.divsufsort(sequence)
    shared = pydivsufsort.kasai(sequence, suffixes)  # syllables that a suffix shares with the next one
    group = np.concatenate([[0], np.cumsum(shared[: len(suffixes) - 1] < winnowing.passage)])
    is_text = stretch[suffixes] >= 0
    document = np.where(is_text, spans["document"][stretch[suffixes]], np.uint64(2**64 - 1))
    keeper = np.full(group[-1] + 1, 2**64 - 1, dtype=np.uint64)
    np.minimum.at(keeper, group, document)
    later = np.sort(suffixes[is_text & (document > keeper[group])].astype(np.int64))
    begins = np.concatenate([[0], ends[:-1]]) + np.arange(len(spans))  # of the stretches in the sequence
    of = stretch[later]
    starts = spans["start"][of].astype(np.int64) + later - begins[of]
    return merged([_spans(spans["document"][of], starts, starts + winnowing.passage)])


def merged(found: Iterable[np.ndarray]) -> np.ndarray:
    """All these spans, those of a document that overlap or touch as one, sorted by document and start."""
    spans = np.concatenate([np.empty(0, dtype=SPAN), *found])
    return _joined(np.sort(spans, order=("document", "start", "end")))


def remove(text: str, cuts: np.ndarray) -> str:
    """The text without these spans of its syllables, the marks that follow them, and the space between.

    Of a pair of brackets or quotation marks in one line both go if one does.

    >>> remove("Một, hai, ba. Bốn năm.", np.array([(0, 1, 3)], dtype=SPAN))
    'Một, Bốn năm.'
    >>> remove("Một (hai, ba, bốn). Năm.", np.array([(0, 2, 4)], dtype=SPAN))
    'Một hai, Năm.'
    """
    places = list(syllable_spans(text))
    kept = np.ones(len(text), dtype=bool)
    for start, end in zip(cuts["start"].tolist(), cuts["end"].tolist(), strict=True):
        kept[places[start][0] : places[end][0] if end < len(places) else len(text)] = False
    for pair in _paired_marks(text):
        kept[pair] = kept[pair].all()
    return "".join(compress(text, kept.tolist())).strip()


def _paired_marks(text: str) -> Iterator[list[int]]:
    """The places of each opening mark and of the one that closes it in the same line."""
    opened: list[int] = []
    for match in _MARKS.finditer(text):
        mark, place = match[0], match.start()
        if mark == "\n":
            opened.clear()
        elif mark in _OPENING.values():
            opened.append(place)
        elif opened and text[opened[-1]] == _OPENING[mark]:
            yield [opened.pop(), place]


def _spans(documents: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    spans = np.empty(len(starts), dtype=SPAN)
    spans["document"], spans["start"], spans["end"] = documents, starts, ends
    return spans


def _joined(spans: np.ndarray) -> np.ndarray:
    """Sorted spans, those that overlap or touch as one."""
    if len(spans) == 0:
        return spans
    # Spans of one document may lie within each other, so the furthest end so far counts.
    new_document = np.concatenate([[True], spans["document"][1:] != spans["document"][:-1]])
    number = np.cumsum(new_document)
    furthest = np.maximum.accumulate(spans["end"] + number * 2**32) - number * 2**32
    is_first = new_document | np.concatenate([[True], spans["start"][1:] > furthest[:-1]])
    firsts = np.flatnonzero(is_first)
    lasts = np.append(firsts[1:], len(spans)) - 1
    return _spans(spans["document"][firsts], spans["start"][firsts], furthest[lasts])
