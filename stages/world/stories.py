"""Tiny stories: four threads open, something turns, and the end settles some of them.

The threads of one story concern four things of one type (objects, characters or places), each
named once before the end. Which of them belongs to the last sentence follows only from what
happened to it earlier, so the four are also the options of an exam item.
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
THREADS_PER_STORY = 4
LEAD_SHARE = 0.1
DETAIL_SHARE = 0.2
# How many threads the end settles: more than one teaches the same lesson again at little cost.
PAYOFF_COUNTS = (2, 3, 4, 4)
LONGEST_TO_SHORTEST_OPTION = 2.0
# Tellings of an exam item that are tried until one shares no passage with training text.
ATTEMPTS = 500

StoryType = Literal["object", "character", "place"]
STORY_TYPES: tuple[StoryType, ...] = ("object", "character", "place")


@dataclass(frozen=True)
class Plot:
    """What happens in a story, without a word of how it is told.

    `threads` are (name of the thread, what it concerns) in the order of telling, `settled` the
    numbers of those that the end settles. `opening`, `turn` and
    `details` are indexes into the sentences of the scene.
    """

    type: StoryType
    threads: tuple[tuple[str, Term | Character], ...]
    settled: tuple[int, ...]
    children: tuple[Character, Character]
    elder: Character
    leader: Character
    preposition: Term
    in_forest: bool
    opening: int
    turn: tuple[int, int]
    details: tuple[tuple[int, dict[str, int]], ...]


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """Stories number `first` to `first + count - 1`; the twin in the other language tells the same plot."""
    for number in range(first, first + count):
        key = text_key("story", number, language)
        random = world.random(f"story:{number}")
        plot = _plot(random, _things(random), settled=random.choice(PAYOFF_COUNTS))
        sentences = _tell(plot, language, world.random(f"story:{number}:{language}"))
        yield WorldText(
            key=key,
            kind="story",
            language=language,
            text=" ".join(sentences),
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
    block, member = divmod(number, THREADS_PER_STORY)
    random = world.random(f"story exam:{block}")
    things, places = _things(random), random.sample(range(THREADS_PER_STORY), THREADS_PER_STORY)
    right = things.values[member]

    random = world.random(f"story exam:{language}:{number}:{attempt}")
    plot = _plot(random, things, settled=1, target=right)
    *told, last = _tell(plot, language, random)
    choices = random.sample([value for value in things.values if value != right], THREADS_PER_STORY - 1)
    choices.insert(places[member], right)
    first, second, third, fourth = (choice.name(language) for choice in choices)
    return ExamItem(
        id=f"story-{number:04}-{language}",
        part="story",
        language=language,
        query=" ".join([*told, last.removesuffix(f" {right.name(language)}.")]),
        choices=(first, second, third, fourth),
        answer=places[member],
        metadata={"type": plot.type, "thread": plot.threads[plot.settled[0]][0]},
    )


@dataclass(frozen=True)
class Things:
    """The four things of a story, all of one type; `setting` is the preposition of places."""

    type: StoryType
    values: tuple[Term | Character, ...]
    preposition: Term
    in_forest: bool


def _things(random: Random) -> Things:
    type_ = random.choice(STORY_TYPES)
    in_forest = random.random() < 0.5
    preposition = random.choice(tuple(cast.PLACES))
    pool: tuple[Term | Character, ...]
    match type_:
        case "object":
            pool = cast.OBJECTS
        case "character":
            pool = cast.ANIMALS if in_forest else cast.CHILDREN
        case "place":
            pool = cast.PLACES[preposition]
    while True:
        values = tuple(random.sample(pool, THREADS_PER_STORY))
        if all(_unlike(values, language) for language in ("en", "vi")):
            return Things(type_, values, preposition, in_forest)


def _unlike(values: tuple[Term | Character, ...], language: Language) -> bool:
    """Whether names differ in their first words and are of similar length."""
    written = [value.name(language) for value in values]
    sizes = [len(name.encode()) for name in written]
    firsts = [name.split()[0] for name in written]
    return max(sizes) <= LONGEST_TO_SHORTEST_OPTION * min(sizes) and all(a != b for a, b in combinations(firsts, 2))


def _plot(random: Random, things: Things, settled: int, target: Term | Character | None = None) -> Plot:
    """A plot about `things` whose end settles `settled` threads, the last of them that of `target`."""
    vi = TEMPLATES["vi"]
    names = random.sample(sorted(_threads(things.type, "vi")), THREADS_PER_STORY)
    threads = tuple(zip(names, random.sample(things.values, THREADS_PER_STORY), strict=True))
    chosen = random.sample(range(THREADS_PER_STORY), settled)
    if target is not None:
        chosen = [next(number for number, (_, value) in enumerate(threads) if value == target)]
    openings = _openings(things, "vi")
    first_child, second_child = random.sample(cast.CHILDREN, 2)
    details = random.sample(range(len(vi.DETAILS)), int(random.random() < DETAIL_SHARE))
    return Plot(
        type=things.type,
        threads=threads,
        settled=tuple(chosen),
        children=(first_child, second_child),
        elder=random.choice(cast.ELDERS),
        leader=random.choice(cast.FOREST_LEADERS if things.in_forest else cast.SCHOOL_LEADERS),
        preposition=things.preposition,
        in_forest=things.in_forest,
        opening=random.randrange(len(openings)),
        turn=(random.randrange(len(vi.TURN_CAUSES)), random.randrange(len(vi.TURN_REACTIONS))),
        details=tuple(
            (detail, {name: random.randrange(len(words)) for name, words in _scenery("vi").items()})
            for detail in details
        ),
    )


def _threads(type_: StoryType, language: Language) -> dict:
    return getattr(TEMPLATES[language], f"{type_.upper()}_THREADS")


def _openings(things: Things | Plot, language: Language) -> tuple[str, ...]:
    templates = TEMPLATES[language]
    if things.type != "character":
        return templates.HOME_OPENINGS
    return templates.FOREST_OPENINGS if things.in_forest else templates.SCHOOL_OPENINGS


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
    templates, threads = TEMPLATES[language], _threads(plot.type, language)
    first_child, second_child = plot.children
    fields = {
        "p": first_child.name(language),
        "f": second_child.name(language),
        "e": plot.elder.name(language),
        "l": plot.leader.name(language),
        "at": plot.preposition.name(language),
        "friend": "cậu bé" if second_child.gender == "male" else "cô bé",
        "p_he": "he" if first_child.gender == "male" else "she",
        "p_him": "him" if first_child.gender == "male" else "her",
        "p_his": "his" if first_child.gender == "male" else "her",
        "f_he": "he" if second_child.gender == "male" else "she",
    }

    def sentence(template: str, **more: str) -> str:
        return _capitalised(template.format(**fields, **more))

    def led(wordings: tuple[str, ...], leads: tuple[str, ...], thing: Term | Character) -> str:
        wording = random.choice(wordings)
        # A wording that begins in lower case or with a name may follow a lead.
        if leads and not wording[0].isupper() and random.random() < LEAD_SHARE:
            wording = f"{random.choice(leads)}, {wording}"
        return sentence(wording, x=thing.name(language))

    def detail(number: int, choices: dict[str, int]) -> str:
        words = {name: values[choices[name]] for name, values in _scenery(language).items()}
        return sentence(templates.DETAILS[number], **words)

    # A lead such as "meanwhile" needs something before it.
    setups = [
        led(threads[name].setups, templates.SETUP_LEADS if number else (), thing)
        for number, (name, thing) in enumerate(plot.threads)
    ]
    for number, choices in plot.details:
        setups.insert(random.randrange(len(setups)), detail(number, choices))
    payoffs = [
        led(threads[name].payoffs, templates.PAYOFF_LEADS, thing)
        for name, thing in (plot.threads[number] for number in plot.settled)
    ]
    opening = sentence(_openings(plot, language)[plot.opening])
    cause, reaction = plot.turn
    turn = sentence(f"{templates.TURN_CAUSES[cause]}, {templates.TURN_REACTIONS[reaction]}.")
    return [opening, *setups, turn, *payoffs]


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
