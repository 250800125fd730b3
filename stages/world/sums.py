"""Word problems with one-digit arithmetic, each with its worked answer.

Most answers stand right after the question, the equation after them: the exam asks for the
answer alone, and an equation before it would only ask to copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from stages.world import cast, sum_templates_en, sum_templates_vi
from stages.world.cast import Character, Item
from stages.world.leaks import TEXTS_SEARCHED, first_unseen, passages_of
from stages.world.sum_problems import DIGITS, Sum, all_sums, draw_sum
from stages.world.world import ExamItem, Language, World, WorldText, other, text_key

TEMPLATES = {"en": sum_templates_en, "vi": sum_templates_vi}
OPTIONS = 4
# Problems in a text, as they would follow one another in a pupil's book.
PROBLEM_COUNTS = (1, 2, 2, 3)
SCENE_SHARE = 0.6
ANSWER_FIRST_SHARE = 0.6
# The widest gap between the smallest and the largest option, so that wrong ones are near misses.
WIDEST_OPTIONS = 6
# Tellings of an exam item that are tried until one shares no passage with training text.
ATTEMPTS = 500


@dataclass(frozen=True)
class Problem:
    """What a word problem says, without a word of how; `scene` is an index, `aside` a number of no matter."""

    sum: Sum
    item: Item
    person: Character
    friend: Character
    scene: int | None
    aside: int


@dataclass(frozen=True)
class Told:
    """The sentences of a problem; `answer` is cut where the result stands."""

    statement: str
    before_result: str
    after_result: str
    equation: str

    def worked(self, result: int, answer_first: bool) -> str:
        answer = f"{self.before_result}{result}{self.after_result}"
        solution = (answer, self.equation) if answer_first else (self.equation, answer)
        return " ".join((self.statement, *solution))


def texts(world: World, language: Language, count: int, first: int = 0) -> Iterator[WorldText]:
    """Problem texts number `first` to `first + count - 1`; the twin in the other language asks the same."""
    for number in range(first, first + count):
        content, wording = world.random(f"sum:{number}"), world.random(f"sum:{number}:{language}")
        problems = [_problem(content, draw_sum(content, _sums())) for _ in range(content.choice(PROBLEM_COUNTS))]
        yield WorldText(
            key=text_key("sum", number, language),
            kind="sum",
            language=language,
            text="\n".join(
                _tell(problem, language, wording).worked(
                    problem.sum.result, answer_first=wording.random() < ANSWER_FIRST_SHARE
                )
                for problem in problems
            ),
            twin=text_key("sum", number, other(language)),
            rewrite_group=f"sum-{number:05}",
        )


def exam_items(world: World, language: Language, count: int) -> Iterator[ExamItem]:
    """Problems up to the result of the answer.

    Items come in blocks of four with the same four numbers to choose from, each once the answer
    and each position once right: who looks at the options only scores exactly 25 %. One wrong
    option is a number of the problem, the others are near misses.
    """
    seen = passages_of(texts(world, language, TEXTS_SEARCHED))
    for number in range(count):
        yield first_unseen((_exam_item(world, language, number, attempt) for attempt in range(ATTEMPTS)), seen)


def _exam_item(world: World, language: Language, number: int, attempt: int) -> ExamItem:
    block, member = divmod(number, OPTIONS)
    random = world.random(f"sum exam:{block}")
    values, candidates = _options(random)
    places = random.sample(range(OPTIONS), OPTIONS)
    right = values[member]

    random = world.random(f"sum exam:{language}:{number}:{attempt}")
    problem = _problem(random, draw_sum(random, candidates[member]))
    told = _tell(problem, language, random)
    choices = random.sample([value for value in values if value != right], OPTIONS - 1)
    choices.insert(places[member], right)
    first, second, third, fourth = map(str, choices)
    return ExamItem(
        id=f"sums-{number:04}-{language}",
        part="sums",
        language=language,
        query=f"{told.statement} {told.before_result}".rstrip(),
        choices=(first, second, third, fourth),
        answer=places[member],
        metadata={"operation": problem.sum.operation},
    )


@cache
def _sums() -> tuple[Sum, ...]:
    return all_sums()


def _options(random: Random) -> tuple[tuple[int, ...], tuple[tuple[Sum, ...], ...]]:
    """Four numbers, and for each the sums that have it as result and exactly one other of the four as a number."""
    while True:
        values = tuple(random.sample(DIGITS, OPTIONS))
        candidates = tuple(
            tuple(
                each for each in _sums() if each.result == value and len({each.a, each.b} & set(values) - {value}) == 1
            )
            for value in values
        )
        if max(values) - min(values) <= WIDEST_OPTIONS and all(candidates):
            return values, candidates


def _problem(random: Random, sum_: Sum) -> Problem:
    person, friend = random.sample(cast.CHILDREN, 2)
    scenes = range(len(sum_templates_vi.SCENES))
    return Problem(
        sum=sum_,
        item=random.choice(cast.ITEMS),
        person=person,
        friend=friend,
        scene=random.choice(scenes) if random.random() < SCENE_SHARE else None,
        aside=random.choice(DIGITS),
    )


def _tell(problem: Problem, language: Language, random: Random) -> Told:
    """A problem in words; `random` chooses among wordings only."""
    templates = TEMPLATES[language]
    wording = templates.PROBLEMS[problem.sum.operation]
    a, b, result = problem.sum.a, problem.sum.b, problem.sum.result
    item = problem.item
    fields = {
        "p": problem.person.name(language),
        "f": problem.friend.name(language),
        "a": str(a),
        "b": str(b),
        "n": str(problem.aside),
        "c": item.classifier,
        "item": f"{item.classifier} {item.noun}",
        "noun": item.noun,
        "items": item.plural,
        "a_items": _counted(a, item),
        "b_items": _counted(b, item),
        "eq": f"{a} {templates.SIGNS[problem.sum.operation]} {b} = {result}",
    }
    statement = [
        random.choice(sentences).format(**fields) for sentences in (wording.givens, wording.changes, wording.questions)
    ]
    if problem.scene is not None:
        statement.insert(0, templates.SCENES[problem.scene].format(**fields))
    answer = random.choice(wording.answers).replace("{r_items}", f"{{r}} {_noun(result, item)}")
    before, after = answer.split("{r}")
    return Told(
        statement=" ".join(statement),
        before_result=before.format(**fields),
        after_result=after.format(**fields),
        equation=random.choice(templates.EQUATIONS).format(**fields),
    )


def _noun(number: int, item: Item) -> str:
    return item.singular if number == 1 else item.plural


def _counted(number: int, item: Item) -> str:
    return f"{number} {_noun(number, item)}"
