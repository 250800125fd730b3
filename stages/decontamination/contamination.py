"""Documents that contain benchmark items, found by runs of syllables.

Runs are compared without case, punctuation, diacritics and what stands before options, so that an item is found
in either form; whether it also occurs with its diacritics is told apart. A short question is looked for with each of
its choices behind it, since a page may list them in any order, and a very short one with each two of them; a long one
gives itself away. A question that is answered in writing is looked for with each of its answers, a passage by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from stages.text.diacritics import strip_diacritics
from stages.text.words import mixed, words_of

# What a page writes before an option and an item does not hold. Numbers only at the beginning of a line or sentence,
# since elsewhere they may be what is asked for.
_BEFORE_OPTIONS = re.compile(
    r"""
      (?<!\w) [A-H] (?: \.(?=[\s*]|[^\W\d_]) | [ ]?[–-](?=\s) | [])] | [:/] )  # A.  b)  (c)  [D]  e/  F -  **G.**
    | (?: ^ | [?!.:;] ) [\s(]* [1-9] (?: [.–-](?=\s) | [):/](?!\d) )           # 1.  2)  (3)  4/
    | \b (?: đáp[ ]án | dap[ ]an | phương[ ]án | phuong[ ]an | trả[ ]lời | tra[ ]loi | lời[ ]giải | loi[ ]giai
      | chọn | chon | option | answer )                                          # Đáp án đúng là:  Chọn B.  Option C:
      (?: [ ] (?: đúng | dung ) )? (?: [ ] (?: là | la | is ) )? (?: [ ] [A-H] \b )? \s* [:.]
    | \b (?: đáp[ ]án | dap[ ]an | answer ) (?: [ ] (?: đúng | dung ) )? [ ] (?: là | la | is ) \b
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """A benchmark's question; `id` is its own among the benchmark's.

    With `choices`, `answer` says which is right, None where the public does not know; with `answers` any of them is.
    `context` is a passage that it is about; `contexts` are the beginnings, one a choice, of which `query` is the end.
    """

    benchmark: str
    id: str
    query: str
    choices: tuple[str, ...] = ()
    answer: int | None = None
    answers: tuple[str, ...] = ()
    context: str = ""
    contexts: tuple[str, ...] = ()

    def forms(self, run_syllables: int, min_syllables: int) -> Iterator[str]:
        """The texts that give the item away, in comparable form, of which runs of so many syllables are looked for."""
        for whole in self._texts():
            form = _comparable(whole)
            if len(words_of(form)) >= min_syllables:
                yield form
        if self.contexts:
            return
        is_short = len(words_of(self.query)) < run_syllables
        right = self.answer or 0  # where it is not known, a long question gives itself away with any choice
        for choice in self.choices if is_short else self.choices[right : right + 1]:
            form = _comparable(f"{self.query}\n{choice}")
            if len(words_of(form)) >= min_syllables:
                yield form
                continue
            for second in self.choices:
                both = _comparable(f"{self.query}\n{choice}\n{second}")
                if second != choice and len(words_of(both)) >= min_syllables:
                    yield both

    def _texts(self) -> Iterator[str]:
        if self.context:
            yield self.context
        for answer in self.answers:
            yield f"{self.query}\n{answer}"
        for number, beginning in enumerate(self.contexts):
            if self.answer in (None, number):
                yield f"{beginning} {self.query}"


@dataclass(frozen=True, order=True)
class Hit:
    """The id of an item that a document contains, and whether with the same diacritics."""

    benchmark: str
    item: str
    with_diacritics: bool


class Contamination:
    """Finds items in documents: any run of `run_syllables` of an item, or all of a shorter form of one."""

    def __init__(self, items: Iterable[Item], run_syllables: int, min_item_syllables: int) -> None:
        self._items: list[Item] = []
        # Length of the run -> hashes, and the item that each is of; without diacritics, then with them.
        bare: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        accented: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        for number, item in enumerate(items):
            self._items.append(item)
            for plain in item.forms(run_syllables, min_item_syllables):
                length = min(run_syllables, len(words_of(plain)))
                for runs, text in ((bare, strip_diacritics(plain)), (accented, plain)):
                    hashes = np.unique(_run_hashes(text, length))
                    runs.setdefault(length, []).append((hashes, np.full(len(hashes), number)))
        self._bare = {length: _sorted(runs) for length, runs in bare.items()}
        self._accented = {length: _sorted(runs) for length, runs in accented.items()}

    def hits(self, text: str) -> list[Hit]:
        """The items that the text contains, each once, by benchmark and id."""
        if not self._bare:
            return []
        plain = _comparable(text)
        found = _matches(strip_diacritics(plain), self._bare)
        if not found:
            return []
        accented = _matches(plain, self._accented)
        return sorted(
            Hit(self._items[number].benchmark, self._items[number].id, number in accented) for number in found
        )


def _comparable(text: str) -> str:
    return _BEFORE_OPTIONS.sub(" ", text).lower()


def _run_hashes(text: str, length: int) -> np.ndarray:
    return mixed(words_of(text).run_hashes(length))


def _sorted(runs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    hashes, items = (np.concatenate(arrays) for arrays in zip(*runs, strict=True))
    order = np.lexsort((items, hashes))
    return hashes[order], items[order]


def _matches(text: str, known: dict[int, tuple[np.ndarray, np.ndarray]]) -> set[int]:
    """The numbers of the items of which the text holds a run."""
    words, found = words_of(text), set()
    for length, (hashes, items) in known.items():
        runs = mixed(words.run_hashes(length))
        first = np.searchsorted(hashes, runs, "left")
        is_known = hashes[np.minimum(first, len(hashes) - 1)] == runs
        if is_known.any():
            last = np.searchsorted(hashes, runs[is_known], "right")
            for begin, end in zip(first[is_known].tolist(), last.tolist(), strict=True):
                found.update(items[begin:end].tolist())
    return found
