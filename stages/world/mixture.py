"""The kinds of text of the world, and a stream that mixes them."""

from collections.abc import Iterator
from itertools import islice

from stages.world import biographies, descriptions, dialogues, stories, sums
from stages.world.world import Language, Texts, World, WorldText

KINDS: dict[str, Texts] = {
    "biography": biographies.texts,
    "story": stories.texts,
    "sum": sums.texts,
    "description": descriptions.texts,
    "dialogue": dialogues.texts,
}
ENDLESS = 10**9

# Texts from this number on are never training text: what the exam needs of the same making comes from there.
FIRST_EXAM_TEXT = 10**8


def mixed(world: World, language: Language, shares: dict[str, float]) -> Iterator[WorldText]:
    """An endless stream of texts, of each kind its share. Raises ValueError for an unknown kind or no share at all."""
    if unknown := sorted(set(shares) - set(KINDS)):
        raise ValueError(f"unknown kind of text {unknown[0]!r}; known are {', '.join(KINDS)}")
    kinds, weights = zip(*sorted(shares.items()), strict=True)
    if sum(weights) <= 0:
        raise ValueError("the shares of the kinds of text sum to 0")
    streams = {kind: KINDS[kind](world, language, ENDLESS) for kind in kinds}
    # The order of kinds is the same in both languages, so that two corpora of one size hold each other's twins.
    random = world.random("order of kinds")
    while True:
        yield next(streams[random.choices(kinds, weights)[0]])


def sample(world: World, language: Language, texts_per_kind: int, first: int = 0) -> Iterator[WorldText]:
    """As many texts of each kind, from number `first` on."""
    for make in KINDS.values():
        yield from islice(make(world, language, texts_per_kind, first=first), texts_per_kind)
