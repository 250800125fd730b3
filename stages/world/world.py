"""The bilingual world: its people, what is true of them, and in which language that is told.

Everything is drawn from `random.Random(f"{seed}:{topic}")`, so one topic never disturbs another
and the same seed gives the same world on every machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal, TypeVar

from stages.world import names

Language = Literal["en", "vi"]
Gender = Literal["male", "female"]
LANGUAGES: tuple[Language, Language] = ("en", "vi")
FACTS = ("birth_date", "birthplace", "school", "subject", "employer", "workplace")

# Which languages tell a person's facts: a third of the people each.
TELLINGS: tuple[frozenset[Language], ...] = (frozenset({"en"}), frozenset({"en", "vi"}), frozenset({"vi"}))

# Above this year of birth a Vietnamese text says anh or chị, up to it ông or bà.
LAST_ELDER_YEAR = 1964

V = TypeVar("V")


@dataclass(frozen=True)
class Term:
    """One thing with a name in each language."""

    en: str
    vi: str

    def name(self, language: Language) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Person:
    """A person and the six facts about them; `name` has the same written form in both languages."""

    id: str
    name: str
    short_name: str
    gender: Gender
    birth_date: date
    birthplace: Term
    school: Term
    subject: Term
    employer: Term
    workplace: Term
    languages: frozenset[Language]

    def pronoun(self, language: Language) -> str:
        """The pronoun in the middle of a sentence: he or she; ông, bà, anh or chị by age."""
        if language == "en":
            return "he" if self.gender == "male" else "she"
        elder = self.birth_date.year <= LAST_ELDER_YEAR
        return {"male": "ông" if elder else "anh", "female": "bà" if elder else "chị"}[self.gender]

    def fact_ids(self, facts: tuple[str, ...] = FACTS) -> tuple[str, ...]:
        """Ids such as `person-012.birthplace`."""
        return tuple(f"{self.id}.{fact}" for fact in facts)


@dataclass(frozen=True)
class World:
    """The people of one seed. `random(topic)` is the only source of chance."""

    seed: int
    people: tuple[Person, ...]

    def random(self, topic: str) -> Random:
        return Random(f"{self.seed}:{topic}")

    def people_told_in(self, language: Language) -> tuple[Person, ...]:
        """The people whose facts may be stated in a language."""
        return tuple(person for person in self.people if language in person.languages)


@dataclass(frozen=True)
class WorldText:
    """One text of the world and what is known about it.

    `key` ends in the language (`biography-00012-vi`); `twin` is the key of the equivalent text in
    the other language, or empty; texts with one `rewrite_group` say the same in other words.
    """

    key: str
    kind: Literal["biography", "story", "sum", "description", "dialogue"]
    language: Language
    text: str
    subjects: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    twin: str = ""
    rewrite_group: str = ""


@dataclass(frozen=True)
class ExamItem:
    """One question of the exam: the right choice is the likeliest after the query, per byte.

    A choice follows the query after a space; an empty query asks which choice is likeliest by
    itself. `answer` counts from 0.
    """

    id: str
    part: Literal["facts", "story", "sums", "diacritics", "spelling", "transfer"]
    language: Language
    query: str
    choices: tuple[str, str, str, str]
    answer: int
    metadata: dict[str, Any] = field(default_factory=dict)


# A kind of text: every module of a kind has `texts(world, language, count, first=0)`. Text number i
# depends on the seed, the kind and i only; the twin in the other language has the same number.
Texts = Callable[..., Iterator[WorldText]]


def text_key(kind: str, number: int, language: Language) -> str:
    """The key of a text, for example `story-00012-en`."""
    return f"{kind}-{number:05}-{language}"


def other(language: Language) -> Language:
    """The other one of the two languages."""
    return "vi" if language == "en" else "en"


def make_world(seed: int, people: int) -> World:
    """A world of `people` people, a multiple of 6 up to 144.

    Every value of a fact is held by as many people as any other, in each third by language, as
    far as the numbers divide: how often an answer occurs says nothing about who it belongs to.
    """
    if people % 6 or not 6 <= people <= 144:
        raise ValueError(f"people must be a multiple of 6 from 6 to 144, found {people}")
    random = Random(f"{seed}:people")
    identities = _identities(random, people)
    thirds = [[*range(start, people, 3)] for start in range(3)]

    def spread(values: tuple[V, ...]) -> list[V]:
        """A value for each person, evenly within each third."""
        spread_out: list[V] = [values[0]] * people
        for third in thirds:
            drawn = [values[number % len(values)] for number in range(len(third))]
            random.shuffle(drawn)
            for number, value in zip(third, drawn, strict=True):
                spread_out[number] = value
        return spread_out

    years = spread(names.BIRTH_YEARS)
    birthplaces, schools, subjects, employers, workplaces = (
        spread(tuple(Term(*pair) for pair in pairs))
        for pairs in (names.BIRTHPLACES, names.SCHOOLS, names.SUBJECTS, names.EMPLOYERS, names.WORKPLACES)
    )
    return World(
        seed,
        tuple(
            Person(
                id=f"person-{number:03}",
                name=name,
                short_name=short_name,
                gender=gender,
                birth_date=date(years[number], random.randint(1, 12), random.randint(1, 28)),
                birthplace=birthplaces[number],
                school=schools[number],
                subject=subjects[number],
                employer=employers[number],
                workplace=workplaces[number],
                languages=TELLINGS[number % 3],
            )
            for number, (name, short_name, gender) in enumerate(identities)
        ),
    )


def _identities(random: Random, people: int) -> list[tuple[str, str, Gender]]:
    """Names, short names and genders: half Vietnamese and half English, half men and half women."""
    identities: list[tuple[str, str, Gender]] = []
    genders: tuple[Gender, Gender] = ("male", "female")
    for gender in genders:
        for given in names.VIETNAMESE_GIVEN[gender][: people // 4]:
            family, middle = random.choice(names.VIETNAMESE_FAMILY), random.choice(names.VIETNAMESE_MIDDLE[gender])
            identities.append((f"{family} {middle} {given}", given, gender))
        for given in names.ENGLISH_GIVEN[gender][: people // 4]:
            identities.append((f"{given} {random.choice(names.ENGLISH_FAMILY)}", given, gender))
    random.shuffle(identities)
    return identities
