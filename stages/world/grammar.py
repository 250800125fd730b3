"""Sentence patterns with slots and alternatives, expanded with a seeded generator.

>>> expand("[Chào|Xin chào] {friend}, {friend2} đâu?", {"friend": "Lan|Nam"}, Random(3))
'Chào Lan, Nam đâu?'
"""

import re
from collections.abc import Callable, Mapping
from random import Random

_INNERMOST_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+?)(\d*)\}")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?…]\s)|(?<=[.!?…]\s[\"“'])|(?<=\n)|(?<=: ))([\"“']?)(\w)")


def expand(pattern: str, words: Mapping[str, str], random: Random) -> str:
    """Fill a pattern: `[a|b]` is one of its parts (may nest), `{name}` one of `words[name]`, parts between bars too.

    The same slot has the same value throughout a pattern; `{name2}` is another value of the same list.
    """
    lists = {name: random.sample(parts, len(parts)) for name, parts in _lists(pattern, words)}
    return fill(choose(pattern, random), lambda name, number: lists[name][number])


def choose(pattern: str, random: Random) -> str:
    """Settle the alternatives of a pattern and leave its slots."""
    while choice := _INNERMOST_CHOICE.search(pattern):
        pattern = pattern[: choice.start()] + random.choice(choice[1].split("|")) + pattern[choice.end() :]
    return pattern


def fill(pattern: str, value: Callable[[str, int], str]) -> str:
    """Fill the slots of a pattern: `{name}` is `value("name", 0)`, `{name2}` is `value("name", 1)`."""
    return _SLOT.sub(lambda slot: value(slot[1], int(slot[2] or 1) - 1), pattern)


def _lists(pattern: str, words: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    return [(name, words[name].split("|")) for name in dict.fromkeys(slot[1] for slot in _SLOT.finditer(pattern))]


def capitalise(text: str) -> str:
    """Raise the first letter of each sentence, line and quoted speech after a colon."""
    return _SENTENCE_START.sub(lambda start: start[1] + start[2].upper(), text)
