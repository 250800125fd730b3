"""Instruction sets of the world: questions and tasks with right answers, in one turn or several."""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

from stages.text.diacritics import strip_diacritics
from stages.world import instruction_lines as lines
from stages.world import stories, sums
from stages.world.biographies import asked_frame
from stages.world.biographies import fill as tell_fact
from stages.world.biography_frames import FACT_FRAMES
from stages.world.dialogue_lines import WORDS
from stages.world.grammar import capitalise, choose
from stages.world.spelling import held_out_sentences, sentences
from stages.world.things import CREATURES, OBJECTS, rows
from stages.world.world import FACTS, Language, Person, World

Turn = tuple[str, str]
Message = dict[str, str]
Task = Callable[[World, Language, Random], list[Turn]]

# Stories and sums for instructions are of these numbers: no corpus reaches them.
FIRST_TEXT = 10**7
TEXTS = 10**6

OBJECT_COLUMNS = ("thing", "material", "use", "place", "feature")
CREATURE_COLUMNS = ("thing", "home", "food", "habit", "feature")


def conversations(
    world: World, language: Language, content: Literal["single_turn", "multi_turn"], count: int
) -> Iterator[list[Message]]:
    """`count` conversations as lists of messages `{"role", "content"}`, user and assistant in turn.

    None holds a sentence that the exam keeps back, nor states a fact in the words of the exam or
    in a language in which the world does not tell it. Multi-turn conversations are Vietnamese:
    raises ValueError for others.
    """
    if content == "multi_turn" and language != "vi":
        raise ValueError(f"multi-turn conversations are Vietnamese only, asked for {language!r}")
    tasks = MULTI_TURN if content == "multi_turn" else SINGLE_TURN
    held_out = held_out_sentences(world, language)
    for number in range(count):
        random = world.random(f"instruction:{content}:{language}:{number}")
        while True:
            turns = tasks[number % len(tasks)](world, language, random)
            if held_out.isdisjoint(sentence for turn in turns for text in turn for sentence in sentences(text)):
                break
        yield [
            {"role": role, "content": text}
            for turn in turns
            for role, text in zip(("user", "assistant"), turn, strict=True)
        ]


# ---- facts ----------------------------------------------------------------------------------------


def fact(world: World, language: Language, random: Random) -> list[Turn]:
    """A question on a fact of a person who is told of in this language."""
    person = random.choice(world.people_told_in(language))
    asked = random.choice(FACTS)
    return [(_question(person, asked, language, random), _statement(world, person, asked, language, random))]


def claim(world: World, language: Language, random: Random) -> list[Turn]:
    """A claim about a person, true or false, and the truth."""
    person = random.choice(world.people_told_in(language))
    asked = random.choice(sorted(lines.CLAIMS[language]))
    truth = getattr(person, asked)
    true = random.random() < 0.5
    others = sorted({getattr(each, asked) for each in world.people} - {truth}, key=lambda term: term.en)
    value = (truth if true else random.choice(others)).name(language)
    question = choose(lines.CLAIMS[language][asked], random).format(name=person.name, value=value)
    agreement = choose((lines.YES if true else lines.NO)[language], random)
    return [(capitalise(question), f"{agreement} {_statement(world, person, asked, language, random)}")]


def facts(world: World, language: Language, random: Random) -> list[Turn]:
    """Several questions on one person, who is a pronoun after the first."""
    person = random.choice(world.people_told_in(language))
    first, *more = random.sample(FACTS, random.randint(2, 4))
    turns = [(_question(person, first, language, random), _statement(world, person, first, language, random))]
    for asked in more:
        question = choose(lines.FOLLOW_UPS[asked], random).format(he=person.pronoun(language))
        turns.append((question, _statement(world, person, asked, language, random)))
    return turns


def _question(person: Person, asked: str, language: Language, random: Random) -> str:
    return choose(random.choice(lines.FACT_QUESTIONS[language][asked]), random).format(name=person.name)


def _statement(world: World, person: Person, asked: str, language: Language, random: Random) -> str:
    """The fact in words that end in its value, and are not those in which the exam asks for it."""
    reserved = asked_frame(world, person, asked, language)
    frames = [
        frame
        for frame in FACT_FRAMES[language][asked]
        if frame != reserved and frame.endswith(("{value}.", "{year}.", "{date}."))
    ]
    return tell_fact(random.choice(frames), person, asked, language, person.name)


# ---- numbers --------------------------------------------------------------------------------------


def word_problem(world: World, language: Language, random: Random) -> list[Turn]:
    """A word problem with its worked answer."""
    text = next(iter(sums.texts(world, language, 1, first=FIRST_TEXT + random.randrange(TEXTS)))).text
    question, answer = re.fullmatch(r"(.*[?.]) ((?:[^.?]+[.?] ?){2})", text.split("\n")[0]).groups()  # type: ignore[union-attr]
    return [(random.choice(lines.SUM_REQUESTS[language]) + question, answer)]


def number(world: World, language: Language, random: Random) -> list[Turn]:
    """A sum of two digits, or which of two numbers is greater."""
    return [_number_turn(random.choice(("add", "subtract", "compare")), *_two_digits(random), language, random)]


def numbers(world: World, language: Language, random: Random) -> list[Turn]:
    """Sums that go on from the result before."""
    low, high = sorted(_two_digits(random))
    turns = [_number_turn("add", low, high, language, random)]
    result = low + high
    for _ in range(random.randint(1, 3)):
        if result > 5:
            less = random.randint(1, 5)
            turns.append((f"Bớt đi {less} nữa thì còn mấy?", f"{result} trừ {less} bằng {result - less}."))
            result -= less
        else:
            more = random.randint(1, 5)
            turns.append((f"Thêm {more} nữa thì được mấy?", f"{result} cộng {more} bằng {result + more}."))
            result += more
    return turns


def _two_digits(random: Random) -> tuple[int, int]:
    first, second = random.sample(range(1, 10), 2)
    return first, second


def _number_turn(kind: str, a: int, b: int, language: Language, random: Random) -> Turn:
    if kind == "subtract":
        a, b = max(a, b), min(a, b)
    question = random.choice(lines.NUMBER_QUESTIONS[language][kind])
    if kind == "compare":
        kind = "greater" if question == lines.NUMBER_QUESTIONS[language]["compare"][0] else "smaller"
    result = {"add": a + b, "subtract": a - b, "greater": max(a, b), "smaller": min(a, b)}[kind]
    return question.format(a=a, b=b), lines.NUMBER_ANSWERS[language][kind].format(a=a, b=b, r=result)


# ---- language -------------------------------------------------------------------------------------


def spelling(world: World, language: Language, random: Random) -> list[Turn]:
    """A sentence without its diacritics, or with a misspelt word, and the right one."""
    right = _story_sentence(world, language, random)
    return [(random.choice(lines.SPELLING_REQUESTS[language]).format(text=_misspelt(right, language, random)), right)]


def spellings(world: World, language: Language, random: Random) -> list[Turn]:
    """The same task on two or three sentences."""
    turns = spelling(world, language, random)
    for _ in range(random.randint(1, 2)):
        right = _story_sentence(world, language, random)
        request = choose(random.choice(lines.SPELLING_AGAIN), random)
        turns.append((request.format(text=_misspelt(right, language, random)), right))
    return turns


def _misspelt(right: str, language: Language, random: Random) -> str:
    if language == "vi":
        return strip_diacritics(right)
    words = right.split()
    number, letter = random.choice(_places_to_misspell(words))
    word = words[number]
    words[number] = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
    return " ".join(words)


def _places_to_misspell(words: list[str]) -> list[tuple[int, int]]:
    """Word and letter where, inside a longer word, two different neighbours can change places."""
    return [
        (number, letter)
        for number, word in enumerate(words)
        for letter in range(1, len(word) - 2)
        if word.isascii() and word.isalpha() and word.islower() and word[letter] != word[letter + 1]
    ]


def story(world: World, language: Language, random: Random) -> list[Turn]:
    """A story's beginning and what follows."""
    told = _story(world, language, random)
    cut = random.randint(3, 5)
    request = random.choice(lines.STORY_REQUESTS[language]).format(text=" ".join(told[:cut]))
    return [(request, " ".join(told[cut:]))]


def story_in_parts(world: World, language: Language, random: Random) -> list[Turn]:
    """A story of which each turn asks for more."""
    told = _story(world, language, random)
    first = random.choice(lines.STORY_REQUESTS[language]).format(text=" ".join(told[:3]))
    return [
        (first, " ".join(told[3:6])),
        (choose(random.choice(lines.STORY_AGAIN), random), " ".join(told[6:])),
    ]


def _story(world: World, language: Language, random: Random) -> list[str]:
    text = next(iter(stories.texts(world, language, 1, first=FIRST_TEXT + random.randrange(TEXTS)))).text
    return sentences(text)


def _story_sentence(world: World, language: Language, random: Random) -> str:
    told = [
        sentence
        for sentence in _story(world, language, random)
        if 5 <= len(words := sentence.split()) <= 18 and (language == "vi" or _places_to_misspell(words))
    ]
    return random.choice(told)


def translation(world: World, language: Language, random: Random) -> list[Turn]:
    """A short sentence in the other language and its translation into this one."""
    foreign, own = _sentence_pair(language, random)
    return [(random.choice(lines.TRANSLATION_REQUESTS[language]).format(text=foreign), own)]


def translations(world: World, language: Language, random: Random) -> list[Turn]:
    """Two or three sentences to translate one after the other."""
    turns = translation(world, language, random)
    for _ in range(random.randint(1, 2)):
        foreign, own = _sentence_pair(language, random)
        turns.append((choose(random.choice(lines.TRANSLATION_AGAIN), random).format(text=foreign), own))
    return turns


def _sentence_pair(language: Language, random: Random) -> tuple[str, str]:
    """A sentence in the other language and the same one in this."""
    patterns, english, vietnamese = random.choice(
        (
            (lines.THING_SENTENCES, *_entry(OBJECTS, OBJECT_COLUMNS, random)),
            (lines.CREATURE_SENTENCES, *_entry(CREATURES, CREATURE_COLUMNS, random)),
        )
    )
    in_english, in_vietnamese = random.choice(patterns)
    pair = in_english.format(**english), in_vietnamese.format(**vietnamese)
    return pair if language == "vi" else (pair[1], pair[0])


# ---- things ---------------------------------------------------------------------------------------


def thing(world: World, language: Language, random: Random) -> list[Turn]:
    """A question on an object or a creature."""
    turn, _ = _thing_turn(language, random)
    return [turn]


def thing_in_detail(world: World, language: Language, random: Random) -> list[Turn]:
    """Follow-up questions on one object or creature, which is `nó` after the first."""
    turn, (follow_ups, slots) = _thing_turn(language, random)
    answers = [(question, answer.format(**slots)) for question, answer in follow_ups]
    untold = [again for again in answers if again[1].split(maxsplit=2)[-1].rstrip(".") not in turn[1]]
    return [turn, *random.sample(untold, random.randint(1, len(untold)))]


def _thing_turn(language: Language, random: Random) -> tuple[Turn, tuple[tuple[Turn, ...], dict[str, str]]]:
    questions, follow_ups, table, columns = random.choice(
        (
            (lines.THING_QUESTIONS, lines.THING_FOLLOW_UPS, OBJECTS, OBJECT_COLUMNS),
            (lines.CREATURE_QUESTIONS, lines.CREATURE_FOLLOW_UPS, CREATURES, CREATURE_COLUMNS),
        )
    )
    slots = _entry(table, columns, random)[language == "vi"]
    question, answer = random.choice(questions[language])
    return (question.format(**slots), answer.format(**slots)), (follow_ups, slots)


def _entry(table: str, columns: tuple[str, ...], random: Random) -> tuple[dict[str, str], dict[str, str]]:
    """A row of a table of `things` in English and in Vietnamese, its name as `thing` and as `Thing`."""
    row = random.choice(rows(table))
    english, vietnamese = (dict(zip(columns, (cell[side] for cell in row), strict=True)) for side in (0, 1))
    return tuple({**slots, "Thing": capitalise(slots["thing"])} for slots in (english, vietnamese))  # type: ignore[return-value]


def listing(world: World, language: Language, random: Random) -> list[Turn]:
    """Some things of a kind."""
    kind = random.choice(sorted(lines.LISTED))
    wanted = random.choice(sorted(lines.NUMBERS[language]))
    return [
        _list_turn(lines.LIST_REQUESTS[language], kind, random.sample(_words(kind, language), wanted), language, random)
    ]


def listing_more(world: World, language: Language, random: Random) -> list[Turn]:
    """A list, some more of the same kind, and perhaps a word of it in English."""
    kind = random.choice(sorted(lines.LISTED))
    wanted, more = random.choice((2, 3)), 2
    pairs = random.sample(WORDS[kind].split("|"), min(wanted + more, len(WORDS[kind].split("|"))))
    vietnamese, english = zip(*(pair.split(" = ") for pair in pairs), strict=True)
    turns = [
        _list_turn(lines.LIST_REQUESTS[language], kind, [*vietnamese[:wanted]], language, random),
        _list_turn(lines.LIST_AGAIN, kind, [*vietnamese[wanted:]], language, random),
    ]
    if random.random() < 0.5:
        word = f"{capitalise(vietnamese[wanted])} trong tiếng Anh là “{english[wanted]}”."
        turns.append((choose(random.choice(lines.LIST_IN_ENGLISH), random), word))
    return turns


def odd_one_out(world: World, language: Language, random: Random) -> list[Turn]:
    """Three words of a kind and one of another."""
    kind, other = random.sample(["animal", "colour", "dish", "fruit", "game", "job", "vehicle"], 2)
    odd = random.choice(_words(other, language))
    words = [*random.sample(_words(kind, language), 3), odd]
    random.shuffle(words)
    question = random.choice(lines.ODD_ONE_OUT[language]).format(text=", ".join(words))
    answer = lines.ODD_ANSWER[language].format(Odd=capitalise(odd), kind=lines.LISTED[kind][language == "en"])
    return [(question, answer)]


def small_talk(world: World, language: Language, random: Random) -> list[Turn]:
    """A greeting, thanks, or a question on the model itself."""
    question, answer = random.choice(lines.SMALL_TALK[language])
    return [(choose(question, random), choose(answer, random))]


def thanked(task: Task) -> Task:
    """The same task with thanks after it."""

    def with_thanks(world: World, language: Language, random: Random) -> list[Turn]:
        return [*task(world, language, random), (choose(lines.THANKS[0], random), choose(lines.THANKS[1], random))]

    return with_thanks


def _words(kind: str, language: Language) -> list[str]:
    return [pair.split(" = ")[language == "en"] for pair in WORDS[kind].split("|")]


def _list_turn(requests: tuple[str, ...], kind: str, words: list[str], language: Language, random: Random) -> Turn:
    count, name = lines.NUMBERS[language][len(words)], lines.LISTED[kind][language == "en"]
    request = choose(random.choice(requests), random).format(number=count, kind=name)
    last = {"vi": "và", "en": "and"}[language]
    listed = f"{', '.join(words[:-1])} {last} {words[-1]}"
    return request, capitalise(listed) + "."


# A task that stands twice has twice the share.
SINGLE_TURN: tuple[Task, ...] = (
    fact,
    word_problem,
    spelling,
    story,
    fact,
    translation,
    listing,
    claim,
    thing,
    spelling,
    number,
    odd_one_out,
    fact,
    word_problem,
    small_talk,
    story,
)
MULTI_TURN: tuple[Task, ...] = (
    facts,
    numbers,
    spellings,
    story_in_parts,
    facts,
    listing_more,
    translations,
    thing_in_detail,
    thanked(word_problem),
    thanked(fact),
)
