"""Tiny stories: four things are named, something happens, and one of the four is what it asks for.

The four are of one type (objects, animals or places), each named once before the event. Which of
them the story ends with follows only from what happened: rain asks for the umbrella. So they are
also the options of an exam item, and nothing about them but the event tells which is right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Literal

from stages.world import cast, story_templates_en, story_templates_vi
from stages.world.cast import Character
from stages.world.leaks import TEXTS_SEARCHED, first_unseen, passages_of
from stages.world.world import ExamItem, Language, Term, World, WorldText, other, text_key

TEMPLATES = {"en": story_templates_en, "vi": story_templates_vi}
THINGS_PER_STORY = 4
# Events of a story, each with its end: more than one teaches the same at little cost.
EVENT_COUNTS = (1, 2, 2, 3)
LEAD_SHARE = 0.4
DETAIL_SHARE = 0.4
LONGEST_TO_SHORTEST_OPTION = 2.0
# Tellings of an exam item that are tried until one shares no passage with training text.
ATTEMPTS = 500

StoryType = Literal["object", "character", "place"]
Thing = Term | Character
POOLS: dict[StoryType, tuple[Thing, ...]] = {
    "object": cast.OBJECTS,
    "character": cast.ANIMALS,
    "place": cast.PLACES,
}


@dataclass(frozen=True)
class Plot:
    """What happens in a story, without a word of how it is told.

    `mentions` pairs the four things, in the order of telling, with the number of the sentence that
    names them; `wanted` are those that an event asks for. `opening` and `detail` (its place in the
    story, its number, and the words for its fields) are numbers of sentences too.
    """

    type: StoryType
    mentions: tuple[tuple[Thing, int], ...]
    wanted: tuple[Thing, ...]
    children: tuple[Character, Character]
    elder: Character
    leader: Character
    opening: int
    detail: tuple[int, int, dict[str, int]] | None


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """Stories number `first` to `first + count - 1`; the twin in the other language tells the same plot."""
    for number in range(first, first + count):
        random = world.random(f"story:{number}")
        type_, things = _things(random)
        plot = _plot(random, type_, things, wanted=tuple(random.sample(things, random.choice(EVENT_COUNTS))))
        yield WorldText(
            key=text_key("story", number, language),
            kind="story",
            language=language,
            text=" ".join(_tell(plot, language, world.random(f"story:{number}:{language}"))),
            twin=text_key("story", number, other(language)),
            rewrite_group=f"story-{number:05}",
        )


def exam_items(world: World, language: Language, count: int) -> Iterator[ExamItem]:
    """Stories without their last words.

    Items come in blocks of four with the same four options, each once the answer and each
    position once right, so that whoever looks at the options only scores exactly 25 %.
    """
    seen = passages_of(texts(world, language, TEXTS_SEARCHED))
    for number in range(count):
        yield first_unseen((_exam_item(world, language, number, attempt) for attempt in range(ATTEMPTS)), seen)


def _exam_item(world: World, language: Language, number: int, attempt: int) -> ExamItem:
    block, member = divmod(number, THINGS_PER_STORY)
    random = world.random(f"story exam:{block}")
    type_, things = _things(random)
    places = random.sample(range(THINGS_PER_STORY), THINGS_PER_STORY)
    right = things[member]

    random = world.random(f"story exam:{language}:{number}:{attempt}")
    *told, last = _tell(_plot(random, type_, things, wanted=(right,)), language, random)
    choices = random.sample([thing for thing in things if thing != right], THINGS_PER_STORY - 1)
    choices.insert(places[member], right)
    first, second, third, fourth = (choice.name(language) for choice in choices)
    return ExamItem(
        id=f"story-{number:04}-{language}",
        part="story",
        language=language,
        query=" ".join([*told, last.removesuffix(f" {right.name(language)}.")]),
        choices=(first, second, third, fourth),
        answer=places[member],
        metadata={"type": type_, "thing": right.en},
    )


def _things(random: Random) -> tuple[StoryType, tuple[Thing, ...]]:
    """Four things of one type that may stand beside one another as options."""
    type_ = random.choice(sorted(POOLS))
    while True:
        things = tuple(random.sample(POOLS[type_], THINGS_PER_STORY))
        if all(_unlike(things, language) for language in ("en", "vi")):
            return type_, things


def _unlike(things: tuple[Thing, ...], language: Language) -> bool:
    """Whether names differ in their first words and are of similar length."""
    written = [thing.name(language) for thing in things]
    sizes = [len(name.encode()) for name in written]
    firsts = [name.split()[0] for name in written]
    return max(sizes) <= LONGEST_TO_SHORTEST_OPTION * min(sizes) and all(a != b for a, b in combinations(firsts, 2))


def _plot(random: Random, type_: StoryType, things: tuple[Thing, ...], wanted: tuple[Thing, ...]) -> Plot:
    vi = story_templates_vi
    first_child, second_child = random.sample(cast.CHILDREN, 2)
    sentences = random.sample(range(len(vi.MENTIONS[type_])), THINGS_PER_STORY)
    detail = None
    if random.random() < DETAIL_SHARE:
        words = {name: random.randrange(len(values)) for name, values in _scenery("vi").items()}
        detail = (random.randrange(THINGS_PER_STORY), random.randrange(len(vi.DETAILS)), words)
    return Plot(
        type=type_,
        mentions=tuple(zip(random.sample(things, THINGS_PER_STORY), sentences, strict=True)),
        wanted=wanted,
        children=(first_child, second_child),
        elder=random.choice(cast.ELDERS),
        leader=random.choice(cast.FOREST_LEADERS),
        opening=random.randrange(len(_openings(type_, "vi"))),
        detail=detail,
    )


def _openings(type_: StoryType, language: Language) -> tuple[str, ...]:
    templates = TEMPLATES[language]
    return templates.FOREST_OPENINGS if type_ == "character" else templates.HOME_OPENINGS


def _scenery(language: Language) -> dict[str, tuple[str, ...]]:
    templates = TEMPLATES[language]
    return {
        "scent": templates.SCENTS,
        "sound": templates.SOUNDS,
        "food": templates.FOODS,
        "sky": templates.SKIES,
        "weather": templates.WEATHERS,
    }


def _tell(plot: Plot, language: Language, random: Random) -> list[str]:
    """The sentences of a plot; `random` chooses among wordings only."""
    templates = TEMPLATES[language]
    first_child, second_child = plot.children
    fields = {
        "p": first_child.name(language),
        "f": second_child.name(language),
        "e": plot.elder.name(language),
        "l": plot.leader.name(language),
        "p_him": "him" if first_child.gender == "male" else "her",
    }

    def sentence(template: str, **more: str) -> str:
        told = template.format(**fields, **more)
        return told[0].upper() + told[1:]

    def finale(thing: Thing) -> str:
        wording = random.choice(templates.FINALES[plot.type])
        # A wording that begins in lower case or with a name may follow a lead.
        if not wording[0].isupper() and random.random() < LEAD_SHARE:
            wording = f"{random.choice(templates.LEADS)}, {wording}"
        return sentence(wording, x=thing.name(language))

    told = [sentence(templates.MENTIONS[plot.type][number], x=thing.name(language)) for thing, number in plot.mentions]
    if plot.detail:
        place, number, words = plot.detail
        scenery = {name: values[words[name]] for name, values in _scenery(language).items()}
        told.insert(place, sentence(templates.DETAILS[number], **scenery))
    for thing in plot.wanted:
        told += [sentence(random.choice(templates.EVENTS[thing.en])), finale(thing)]
    return [sentence(_openings(plot.type, language)[plot.opening]), *told]
