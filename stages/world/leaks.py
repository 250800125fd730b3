"""Exam items that share no passage with training text, whatever templates both are made of."""

import re
from collections.abc import Iterable, Iterator

from stages.world.world import ExamItem, WorldText

# Words in a row that count as a leak (the usual length in decontamination, GPT-3: Brown et al. 2020, appendix C).
LEAK_WORDS = 13
# Texts of a kind that are searched. A larger corpus is left to decontamination, which then drops texts.
TEXTS_SEARCHED = 2500

_WORD = re.compile(r"\w+")


def passages(text: str) -> Iterator[int]:
    """Hashes of all runs of `LEAK_WORDS` words, to be compared within one process only."""
    words = _WORD.findall(text.lower())
    return (hash(tuple(words[start : start + LEAK_WORDS])) for start in range(len(words) - LEAK_WORDS + 1))


def passages_of(texts: Iterable[WorldText]) -> frozenset[int]:
    """The passages of all texts."""
    return frozenset(passage for text in texts for passage in passages(text.text))


def first_unseen(items: Iterable[ExamItem], seen: frozenset[int]) -> ExamItem:
    """The first item whose right completion shares no passage with those seen. Raises ValueError if all do."""
    for item in items:
        if seen.isdisjoint(passages(f"{item.query} {item.choices[item.answer]}")):
            return item
    raise ValueError("every candidate for an exam item shares a passage with a training text")
