"""Patterns that find any of many phrases, whatever their number in about the time that one takes."""

import re
from collections.abc import Collection


def phrase_pattern(phrases: Collection[str]) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words, the longest first; for none of them, one that never matches.

    A phrase that begins or ends with a mark may have a letter beside it there. Phrases that begin alike are tried
    together. That no letter stands before a phrase is looked at after its first letter, since a pattern that begins
    with letters is searched for at several times the speed.

    >>> phrase_pattern(["cá độ", "cá cược", "sex"]).findall("cá độ, cá cược và sextant")
    ['cá độ', 'cá cược']
    >>> phrase_pattern(["bình luận ("]).findall("bình luận (12)")
    ['bình luận (']
    """
    tree = _prefix_tree({phrase for phrase in phrases if phrase})
    alternatives = [
        re.escape(first) + (rf"(?<!\w{re.escape(first)})" if _WORD.match(first) else "") + _pattern(rest, first)
        for first, rest in tree.items()
    ]
    return re.compile("|".join(alternatives) if tree else r"(?!)")


_WORD = re.compile(r"\w")
_Tree = dict[str, "_Tree"]  # from a character to what may come next; "" is the end of a phrase


def _prefix_tree(phrases: Collection[str]) -> _Tree:
    tree: _Tree = {}
    for phrase in sorted(phrases):
        place = tree
        for character in phrase:
            place = place.setdefault(character, {})
        place[""] = {}
    return tree


def _pattern(tree: _Tree, last: str) -> str:
    """What may follow the character `last`."""
    alternatives = [re.escape(character) + _pattern(rest, character) for character, rest in tree.items() if character]
    if "" in tree:
        alternatives.append(r"(?!\w)" if _WORD.match(last) else "")
    return alternatives[0] if len(alternatives) == 1 else f"(?:{'|'.join(alternatives)})"
