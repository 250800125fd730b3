"""Sentence patterns with slots and alternatives, expanded with a seeded generator.

>>> expand("[Chào|Xin chào] {friend}, {friend2} đâu?", {"friend": "Lan|Nam"}, Random(3))
'Chào Lan, Nam đâu?'
"""

import re
from collections.abc import Mapping
from random import Random

_INNERMOST_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+?)(\d*)\}")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?…]\s)|(?<=[.!?…]\s[\"“'])|(?<=\n)|(?<=: ))([\"“']?)(\w)")


def expand(pattern: str, words: Mapping[str, str], random: Random) -> str:
    """Fill a pattern: `[a|b]` is one of its parts (may nest), `{name}` one of `words[name]`, parts between bars too.

    The same slot has the same value throughout a pattern; `{name2}` is another value of the same list.
    """
    while choice := _INNERMOST_CHOICE.search(pattern):
        pattern = pattern[: choice.start()] + random.choice(choice[1].split("|")) + pattern[choice.end() :]
    filled: dict[str, str] = {}
    for name, number in _SLOT.findall(pattern):
        if name + number not in filled:
            taken = {value for slot, value in filled.items() if slot.rstrip("0123456789") == name}
            filled[name + number] = random.choice([value for value in words[name].split("|") if value not in taken])
    return _SLOT.sub(lambda slot: filled[slot[1] + slot[2]], pattern)


def capitalise(text: str) -> str:
    """Raise the first letter of each sentence, line and quoted speech after a colon."""
    return _SENTENCE_START.sub(lambda start: start[1] + start[2].upper(), text)
