"""Documents that contain benchmark items, found by runs of syllables.

Runs are compared without case, punctuation and diacritics, so that an item is found in either form;
whether it also occurs with its diacritics is told apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stages.text.diacritics import strip_diacritics
from stages.text.near_duplicates import rolling_hashes, rolling_hashes_of_lengths, word_code
from stages.text.vietnamese import syllables


@dataclass(frozen=True)
class Item:
    """A benchmark's question together with its right answer."""

    benchmark: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A benchmark of which a document contains an item, and whether with the same diacritics."""

    benchmark: str
    with_diacritics: bool


class Contamination:
    """Finds items in documents: any run of `run_syllables` of an item, or all of a shorter one."""

    def __init__(self, items: Iterable[Item], run_syllables: int, min_item_syllables: int) -> None:
        self._codes: dict[str, tuple[int, int]] = {}
        bare: dict[int, dict[int, str]] = {}
        accented: dict[int, list[np.ndarray]] = {}
        for item in items:
            plain_codes, bare_codes = self._word_codes(item.text)
            if len(plain_codes) < min_item_syllables:
                continue
            length = min(run_syllables, len(plain_codes))
            for run in rolling_hashes(bare_codes, length).tolist():
                # An item of two benchmarks counts for the first by name.
                known = bare.setdefault(length, {}).get(run, item.benchmark)
                bare[length][run] = min(known, item.benchmark)
            accented.setdefault(length, []).append(rolling_hashes(plain_codes, length))
        self._bare = bare
        self._bare_runs = {length: np.array(sorted(runs), dtype=np.uint64) for length, runs in bare.items()}
        self._accented_runs = {length: np.unique(np.concatenate(runs)) for length, runs in accented.items()}

    def hit(self, text: str) -> Hit | None:
        """The first benchmark (by name) of which the text contains an item; None if it contains none."""
        plain_codes, bare_codes = self._word_codes(text)
        found: set[str] = set()
        with_diacritics = False
        bare = rolling_hashes_of_lengths(bare_codes, self._bare)
        for length, hashes in bare.items():
            matches = _among(hashes, self._bare_runs[length])
            if matches.any():
                found.update(self._bare[length][run] for run in hashes[matches].tolist())
                plain = rolling_hashes(plain_codes, length)
                with_diacritics |= bool(_among(plain, self._accented_runs[length]).any())
        return Hit(min(found), with_diacritics) if found else None

    def _word_codes(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Hashes of the words, and of the words without diacritics."""
        words = syllables(text.lower())
        for word in set(words) - self._codes.keys():
            self._codes[word] = (word_code(word), word_code(strip_diacritics(word)))
        codes = np.array([self._codes[word] for word in words], dtype=np.uint64).reshape(-1, 2)
        return codes[:, 0], codes[:, 1]


def _among(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which values are among the sorted `known` ones; np.isin would sort all of them for every document."""
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return known[places] == values
