"""Descriptions of two things, creatures, dishes or towns: what each is like, always the same in every telling."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from stages.world import names, things
from stages.world.description_frames import KIN, MEMORIES, OPENINGS, PROPERTY_FRAMES
from stages.world.world import Language, Term, World, WorldText, other, text_key

KIND = "description"
THINGS_DESCRIBED = 2
PROPERTIES_TOLD = (3, 4)
MEMORY_SHARE = 0.6


@dataclass(frozen=True)
class Thing:
    """Something with a name and four lasting properties; `id` such as `object-003`."""

    id: str
    name: Term
    properties: tuple[tuple[str, Term], ...]

    @property
    def kind(self) -> str:
        return self.id.split("-")[0]


@cache
def all_things() -> tuple[Thing, ...]:
    """Every thing of the world; they are the same for every seed."""
    made = []
    for kind, table in (("object", things.OBJECTS), ("creature", things.CREATURES), ("dish", things.DISHES)):
        for number, (name, *values) in enumerate(things.rows(table)):
            made.append(_thing(kind, number, name, values))
    for number, (name, values) in enumerate(zip(names.BIRTHPLACES, things.rows(things.TOWNS), strict=True)):
        made.append(_thing("town", number, name, values))
    return tuple(made)


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """`count` descriptions from number `first` on."""
    for number in range(first, first + count):
        yield _text(world, number, language)


def _text(world: World, number: int, language: Language) -> WorldText:
    content = world.random(f"{KIND}:{number}")
    described = content.sample(all_things(), THINGS_DESCRIBED)
    told = [content.sample(thing.properties, content.randint(*PROPERTIES_TOLD)) for thing in described]
    memories = [content.random() < MEMORY_SHARE for _ in described]
    memory = Random(content.random())

    wording = world.random(f"{KIND}:{number}:{language}")
    sentences = []
    for thing, properties, remembered in zip(described, told, memories, strict=True):
        sentences.append(_fill(wording.choice(OPENINGS[language][thing.kind]), thing, language))
        for position, (property_name, value) in enumerate(properties):
            frames = PROPERTY_FRAMES[language][thing.kind][property_name]
            # The first sentence after the opening names the thing, so that "it" has something to refer to.
            usable = frames if position else [frame for frame in frames if "{the}" in frame]
            sentences.append(_fill(wording.choice(usable), thing, language, value.name(language)))
        if remembered and thing.kind == "object":
            kin, year, price = memory.choice(KIN), memory.randint(1985, 2019), memory.randint(2, 90)
            frame = wording.choice(MEMORIES[language])
            kin_name = kin[0] if language == "en" else kin[1]
            sentence = frame.format(kin=kin_name, year=year, price=price, age=2024 - year)
            sentences.append(sentence[0].upper() + sentence[1:])
    return WorldText(
        key=text_key(KIND, number, language),
        kind="description",
        language=language,
        text=" ".join(sentences),
        subjects=tuple(thing.id for thing in described),
        facts=tuple(
            f"{thing.id}.{property_name}"
            for thing, properties in zip(described, told, strict=True)
            for property_name, _ in properties
        ),
        twin=text_key(KIND, number, other(language)),
    )


def _fill(frame: str, thing: Thing, language: Language, value: str = "") -> str:
    name = thing.name.name(language)
    known = name
    if language == "en":
        known = f"the {name.removeprefix('a ').removeprefix('an ')}" if thing.kind != "town" else name
    sentence = frame.format(thing=name, the=known, value=value)
    return sentence[0].upper() + sentence[1:]


def _thing(kind: str, number: int, name: tuple[str, str], values: list[tuple[str, str]]) -> Thing:
    properties = zip(PROPERTY_FRAMES["en"][kind], values, strict=True)
    return Thing(f"{kind}-{number:03}", Term(*name), tuple((key, Term(*value)) for key, value in properties))
