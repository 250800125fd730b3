"""The exam of the world: four choices an item, of which the right one should be the likeliest.

A model that ignores the question scores a quarter: positions are even, right and wrong choices
are drawn from the same values, and none of the statements stands in a training text.
"""

from collections.abc import Iterator
from itertools import islice, zip_longest

from stages.world import spelling, stories, sums
from stages.world.biographies import asked_frame, fill
from stages.world.world import FACTS, ExamItem, Language, Person, World

# The corpora hold out so many items of each part (a multiple of 4, so that every position is right as often).
MAX_ITEMS_PER_PART = spelling.SENTENCES_HELD_OUT


def exam(world: World, language: Language, items_per_part: int) -> Iterator[ExamItem]:
    """Every part of the exam in one language, at most `items_per_part` items each.

    `facts` asks for what this language tells, `transfer` for what only the other one does.
    """
    yield from facts(world, language, items_per_part)
    yield from stories.exam_items(world, language, items_per_part)
    yield from sums.exam_items(world, language, items_per_part)
    yield from spelling.exam_items(world, language, items_per_part)
    yield from facts(world, language, items_per_part, part="transfer")


def facts(world: World, language: Language, count: int, part: str = "facts") -> Iterator[ExamItem]:
    """Statements to complete about the people whom this language tells of (`transfer`: does not tell of)."""
    random = world.random(f"exam {part}:{language}")
    asked = [person for person in world.people if (language in person.languages) == (part == "facts")]
    by_fact = []
    for fact in FACTS:
        random.shuffle(asked)
        by_fact.append([(person, fact) for person in asked])
    questions = [question for turn in zip_longest(*by_fact) for question in turn if question]
    for number, (person, fact) in enumerate(islice(questions, count)):
        right = answer_text(person, fact, language)
        # Values of other people: as many hold each value, so a common answer is no likelier to be right.
        values = sorted({answer_text(other, fact, language) for other in world.people} - {right})
        choices, answer = random.sample(values, 3), (number + number // len(FACTS)) % 4
        choices.insert(answer, right)
        yield ExamItem(
            id=f"{part}-{number:04}-{language}",
            part=part,
            language=language,
            query=query(world, person, fact, language),
            choices=tuple(choices),
            answer=answer,
            metadata={
                "fact": f"{person.id}.{fact}",
                "taught": "elsewhere" if part == "transfer" else "both" if len(person.languages) == 2 else "here",
            },
        )


def query(world: World, person: Person, fact: str, language: Language) -> str:
    """The statement up to its answer, in a frame that no training text uses for this person and fact."""
    statement = fill(asked_frame(world, person, fact, language), person, fact, language, person.name)
    return statement.removesuffix(f"{answer_text(person, fact, language)}.").rstrip()


def answer_text(person: Person, fact: str, language: Language) -> str:
    """The value of a fact as the exam offers it; of the date of birth, the year."""
    return str(person.birth_date.year) if fact == "birth_date" else getattr(person, fact).name(language)
