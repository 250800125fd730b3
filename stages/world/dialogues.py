"""Short dialogues: everyday scenes, and talk about a person of the world."""

import re
from collections.abc import Iterator
from functools import cache, partial

from stages.world.biographies import MONTHS
from stages.world.dialogue_lines import FACT_LINES, MEETINGS, NAMES, RELATIONS, SCENES, WORDS, Exchange
from stages.world.grammar import capitalise, choose, fill
from stages.world.world import FACTS, Language, Person, World, WorldText, other, text_key

KIND = "dialogue"
ABOUT_A_PERSON = 0.25  # of the dialogues; the others are everyday scenes
EXCHANGES = 3

# What a dialogue comes back to stays the same in it; every other slot is drawn anew for each exchange.
LASTING = {"animal", "clothes", "dish", "kin", "lost", "name", "plant", "thing", "town"}


_VOWEL_AFTER_A = re.compile(r"\b([Aa]) (?=[aeiou])")


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """`count` dialogues from number `first` on; number i depends on the seed, the kind and i only.

    Where a dialogue is about a person who is not told of in this language, an everyday scene
    takes its place, so that the two numbers are not twins.
    """
    return (_text(world, number, language) for number in range(first, first + count))


def _text(world: World, number: int, language: Language) -> WorldText:
    content = world.random(f"{KIND}:{number}")
    person = content.choice(world.people) if content.random() < ABOUT_A_PERSON else None
    facts = sorted(content.sample(FACTS, EXCHANGES - 1))
    about = [content.choice(MEETINGS), *(content.choice(FACT_LINES[fact]) for fact in facts)]
    relation, pool = SCENES[content.choice(sorted(SCENES))]
    everyday = [pool[place] for place in sorted(content.sample(range(len(pool)), EXCHANGES))]

    told = person is not None and language in person.languages
    text = _Speech(world, number, language, "peers" if told else relation, person).text(about if told else everyday)
    has_twin = person is None or len(person.languages) == 2
    return WorldText(
        key=text_key(KIND, number, language),
        kind="dialogue",
        language=language,
        text=text,
        subjects=(person.id,) if person and told else (),
        facts=person.fact_ids(tuple(facts)) if person and told else (),
        twin=text_key(KIND, number, other(language)) if has_twin else "",
    )


class _Speech:
    """Fills the slots of one dialogue: the same things in both languages, alternatives drawn for each."""

    def __init__(self, world: World, number: int, language: Language, relation: str, person: Person | None) -> None:
        self.world, self.number, self.language = world, number, language
        content = world.random(f"{KIND}:{number}:speakers")
        senior, junior, title = content.choice(RELATIONS[relation])
        first, second, *self.others = content.sample(NAMES.split("|"), 5)
        if relation == "family":
            labels = (title if language == "en" else senior.capitalize(), second)
        elif relation == "peers":
            labels = (first, second)
        else:
            labels = (f"{title if language == 'en' else senior.capitalize()} {first}", second)
        self.labels = dict(zip("AB", labels, strict=True))
        self.fixed = {"S": senior, "J": junior, "I": senior, "you": junior, "A": labels[0], "B": second}
        if language == "vi" and relation != "family":
            self.fixed["A"] = first
        if person:
            self.fixed |= _person_slots(person, language)

    def text(self, exchanges: list[Exchange]) -> str:
        wording = self.world.random(f"{KIND}:{self.number}:{self.language}")
        turns: list[tuple[str, str]] = []
        for place, exchange in enumerate(exchanges):
            for line in choose(exchange[self.language == "en"], wording).split("\n"):
                speaker, pattern = line.split(": ", 1)
                said = fill(pattern, partial(self._slot, place))
                if turns and turns[-1][0] == speaker:
                    said = f"{turns.pop()[1]} {said}"
                turns.append((speaker, said))
        text = capitalise("\n".join(f"{self.labels[speaker]}: {said}" for speaker, said in turns))
        return _VOWEL_AFTER_A.sub(r"\1n ", text) if self.language == "en" else text

    def _slot(self, exchange: int, name: str, position: int) -> str:
        if name in self.fixed:
            return self.fixed[name]
        if name == "name":
            return self.others[position]
        topic = f"{KIND}:{self.number}:{name}" + ("" if name in LASTING else f":{exchange}")
        return self.world.random(topic).sample(_pairs(name), position + 1)[position][self.language == "en"]


@cache
def _pairs(name: str) -> list[tuple[str, str]]:
    return [tuple(pair.split(" = ")) for pair in WORDS[name].split("|")]  # type: ignore[misc]


def _person_slots(person: Person, language: Language) -> dict[str, str]:
    birth = person.birth_date
    english = language == "en"
    day_month = f"{birth.day} {MONTHS[birth.month - 1]}" if english else f"ngày {birth.day} tháng {birth.month}"
    male = person.gender == "male"
    return {
        "person": person.name,
        "short": person.short_name,
        "he": person.pronoun(language),
        "him": "him" if male else "her",
        "his": "his" if male else "her",
        "year": str(birth.year),
        "day_month": day_month,
        "birth_date": f"{day_month} {birth.year}" if english else f"{day_month} năm {birth.year}",
    } | {fact: getattr(person, fact).name(language) for fact in FACTS if fact != "birth_date"}
