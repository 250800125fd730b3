"""Passages that stand twice in a row, as crawls hold them that took a text from two versions of a page."""

import re
from collections.abc import Callable, Iterator

import numpy as np

from stages.text.words import Words, words_of

_SPACES = re.compile(r"\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…;\n]")


def doubled_passage_remover(min_words: int) -> Callable[[str], str]:
    """A function that takes a text and gives it back with one of the passages of `min_words` that follow themselves.

    Only the spaces may differ. The last copy must end a sentence or a line, so that a heading whose words the text
    below it takes up stays, as do all repeats that anything stands between: clauses of a law, refrains.

    >>> doubled_passage_remover(4)("Cà rốt rất tốt. Ăn nhiều rau xanh. Ăn nhiều rau xanh.Uống đủ nước.")
    'Cà rốt rất tốt. Ăn nhiều rau xanh.Uống đủ nước.'
    >>> doubled_passage_remover(4)("Quyền của người học\\nQuyền của người học do luật định.")
    'Quyền của người học\\nQuyền của người học do luật định.'
    """

    def remove(text: str) -> str:
        while copies := list(_copies(text, words_of(text), min_words)):
            kept, done = [], 0
            for start, end in copies:
                if start >= done:
                    kept.append(text[done:start])
                    done = end
            text = "".join(kept) + text[done:]
        return text

    return remove


def _copies(text: str, words: Words, min_words: int) -> Iterator[tuple[int, int]]:
    """Where in the text the second and further ones of equal passages in a row are, with the marks before them."""
    starts, ends = np.append(words.starts, len(text)), words.starts + words.lengths

    def ends_sentence(word: int) -> bool:
        following = starts[word + 1]
        return following == len(text) or _ENDS_SENTENCE.search(text, ends[word], following) is not None

    for first, period, length in _periodic(words, min_words):
        rest = length % period  # where a passage begins within a periodic stretch is open
        lasts = range(first + length - rest + period - 1, first + length + period)
        last = next(filter(ends_sentence, lasts), None)
        if last is None:
            continue
        passages = [(starts[word - period + 1], ends[word]) for word in range(last, first + period - 2, -period)]
        if len({_SPACES.sub("", text[start:end]) for start, end in passages}) == 1:
            yield int(passages[-1][1]), int(passages[0][1])


def _periodic(words: Words, min_words: int) -> Iterator[tuple[int, int, int]]:
    """Word, period and length of each stretch that is `length` words long and again `period` words later."""
    hashes = words.run_hashes(min_words)
    ordered = np.sort(hashes)
    if not (ordered[1:] == ordered[:-1]).any():  # most texts, in half of the time that finding the places takes
        return
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]])
    places, periods = order[same], order[same + 1] - order[same]
    by_place = np.argsort(places)
    places, periods = places[by_place], periods[by_place]
    begins = np.flatnonzero(np.append(True, (np.diff(places) != 1) | (np.diff(periods) != 0)))
    counts = np.diff(np.append(begins, len(places))).tolist()
    for place, period, count in zip(places[begins].tolist(), periods[begins].tolist(), counts, strict=True):
        if min_words <= period <= (length := count + min_words - 1):
            yield place, period, length
