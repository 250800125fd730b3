"""What no training text may hold: the items of the exam."""

import re
from collections.abc import Iterable
from functools import lru_cache

from stages.text.diacritics import strip_diacritics
from stages.world.exam import MAX_ITEMS_PER_PART, exam
from stages.world.world import ExamItem, Language, World

# A run of so many words of a question and its answer counts as the item (Brown et al. 2020, appendix C).
RUN_WORDS = 13


class HeldOut:
    """Finds runs of an item's words in texts, without case, punctuation and diacritics; short items as a whole."""

    def __init__(self, items: Iterable[ExamItem]) -> None:
        self._runs: dict[int, set[tuple[str, ...]]] = {}
        for item in items:
            words = _words(f"{item.query} {item.choices[item.answer]}")
            length = min(RUN_WORDS, len(words))
            self._runs.setdefault(length, set()).update(_runs(words, length))

    def is_in(self, text: str) -> bool:
        """Whether a text holds a run of any item."""
        words = _words(text)
        return any(not runs.isdisjoint(_runs(words, length)) for length, runs in self._runs.items())


@lru_cache(maxsize=4)
def held_out(world: World, language: Language) -> HeldOut:
    """All that the exam of a language may ask, however many items of it are used."""
    return HeldOut(exam(world, language, MAX_ITEMS_PER_PART))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", strip_diacritics(text).lower())


def _runs(words: list[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(length)), strict=False)
