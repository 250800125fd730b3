"""Biographies: some of a person's facts, worded and ordered anew each time, and a detail or two."""

from collections.abc import Iterator
from itertools import count as count_from
from itertools import islice
from random import Random

from stages.world.biography_frames import DETAILS, FACT_FRAMES, OPENINGS
from stages.world.world import FACTS, Language, Person, World, WorldText, other, text_key

KIND = "biography"
FACTS_STATED = (5, 6)
DETAILS_TOLD = (1, 3)
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """`count` biographies from number `first` on; people told in the other language only are passed over.

    Two rounds over all the people, one after the other, tell the same facts and details in other
    words: they form a rewrite group.
    """
    told = (_text(world, number, language) for number in count_from(first) if _is_told(world, number, language))
    return islice(told, count)


def asked_frame(world: World, person: Person, fact: str, language: Language) -> str:
    """The frame in which the exam asks for a fact: no training text uses it for this person and fact."""
    frames = [frame for frame in FACT_FRAMES[language][fact] if frame.endswith(("{value}.", "{year}."))]
    return world.random(f"asked frame:{person.id}.{fact}:{language}").choice(frames)


def fill(frame: str, person: Person, fact: str, language: Language, who: str) -> str:
    """A frame as a sentence; `who` is how the person is called as subject or possessor."""
    birth, value = person.birth_date, ""
    if fact in FACTS and fact != "birth_date":
        value = getattr(person, fact).name(language)
    if language == "en":
        day = f"{birth.day} {MONTHS[birth.month - 1]}"
        date = f"{day} {birth.year}"
        whose = {"he": "his", "she": "her"}.get(who) or f"{who}'s"
    else:
        day = f"ngày {birth.day} tháng {birth.month}"
        date = f"{day} năm {birth.year}"
        whose = who
    name = short_mention(person, language) if who == person.pronoun(language) else who
    sentence = frame.format(
        who=who, whose=whose, name=name, value=value, day=day, date=date, Date=_capitalised(date), year=birth.year
    )
    return _capitalised(sentence)


def _text(world: World, number: int, language: Language) -> WorldText:
    person, pair = _person(world, number), _round(world, number) // 2
    content = world.random(f"{KIND}:{person.id}:{pair}")
    facts = content.sample(FACTS, content.randint(*FACTS_STATED))
    details = content.sample(range(len(DETAILS)), content.randint(*DETAILS_TOLD))

    # The two rewrites of one content draw from disjoint halves of the frames.
    half = _round(world, number) % 2
    wording = world.random(f"{KIND}:{number}:{language}")
    frames: list[tuple[str, str]] = []
    for fact in facts:
        asked = asked_frame(world, person, fact, language)
        usable = [frame for frame in FACT_FRAMES[language][fact][half::2] if frame != asked]
        frames.append((wording.choice(usable), fact))
    side = 0 if language == "en" else 1
    wording.shuffle(frames)
    for detail in details:
        frames.insert(wording.randint(1, len(frames)), (DETAILS[detail][side][half], ""))
    opening = [(wording.choice(OPENINGS[language][half::2]), "")] if wording.random() < 0.5 else []

    sentences = []
    for position, (frame, fact) in enumerate(opening + frames):
        who = person.name if position == 0 else _mention(person, language, wording)
        sentences.append(fill(frame, person, fact, language, who))
    both = len(person.languages) == 2
    return WorldText(
        key=text_key(KIND, number, language),
        kind="biography",
        language=language,
        text=" ".join(sentences),
        subjects=(person.id,),
        facts=person.fact_ids(tuple(sorted(facts))),
        twin=text_key(KIND, number, other(language)) if both else "",
        rewrite_group=f"{KIND}-{person.id}-{pair}-{language}",
    )


def _mention(person: Person, language: Language, random: Random) -> str:
    """How a later sentence calls the person: by name as often as by pronoun, so that facts stay near the name."""
    return random.choices((person.name, short_mention(person, language), person.pronoun(language)), (3, 4, 3))[0]


def short_mention(person: Person, language: Language) -> str:
    """`Lan` in English, `bà Lan` or `chị Lan` in Vietnamese."""
    return person.short_name if language == "en" else f"{person.pronoun('vi')} {person.short_name}"


def _round(world: World, number: int) -> int:
    return number // len(world.people)


def _person(world: World, number: int) -> Person:
    """Each round goes over all the people in an order of its own, so that every fact is told about equally often."""
    order = [*range(len(world.people))]
    world.random(f"{KIND}:round {_round(world, number)}").shuffle(order)
    return world.people[order[number % len(order)]]


def _is_told(world: World, number: int, language: Language) -> bool:
    return language in _person(world, number).languages


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
