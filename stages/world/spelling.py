"""The spelling part of the exam: which of four spellings of a sentence is right.

Vietnamese asks for the diacritics: a wrong syllable has the letters of the right one and other
marks. English asks for the letters: a wrong word is one letter away. Wrong words are words of the
training text, and in a quarter of the items each the right sentence holds the commonest, second,
third and rarest words, and likewise is the longest to the shortest: neither word frequency nor
length nor the tokenizer knows the answer.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

from stages.text.vietnamese import strip_diacritics
from stages.world.mixture import FIRST_EXAM_TEXT, sample
from stages.world.world import ExamItem, Language, World, WorldText

PARTS = {"vi": "diacritics", "en": "spelling"}

SENTENCES_HELD_OUT = 512
TEXTS_SAMPLED_PER_KIND = 400
TEXTS_SEARCHED_PER_KIND = 1500
WORDS_PER_SENTENCE = (6, 12)  # below the 13 words by which decontamination finds a leak: whole sentences are held out
MIN_OCCURRENCES = 5  # in the sample, so that the tokenizer knows the wrong words as well as the right ones
WORDS_CHANGED = (2, 3)
MIN_LETTERS = 3
CORRUPTIONS_TRIED = 60
CHOICES_TRIED = 150

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Question:
    """A right sentence, three wrong ones, and how many of them hold commoner words and are longer."""

    right: str
    wrong: tuple[str, str, str]
    commoner: int
    longer: int


def exam_items(world: World, language: Language, count: int) -> Iterator[ExamItem]:
    """The first `count` items of the part `diacritics` or `spelling`, with an empty query."""
    questions = _questions(world, language)
    if count > len(questions):
        raise ValueError(f"{PARTS[language]}: {count} items asked for, {len(questions)} sentences are held out")
    for number, question in enumerate(questions[:count]):
        answer = number % 4
        choices = [*question.wrong]
        choices.insert(answer, question.right)
        yield ExamItem(
            id=f"{PARTS[language]}-{number:04}-{language}",
            part=PARTS[language],
            language=language,
            query="",
            choices=tuple(choices),
            answer=answer,
        )


def held_out_sentences(world: World, language: Language) -> frozenset[str]:
    """The sentences that no training text may hold."""
    return frozenset(question.right for question in _questions(world, language))


def sentences(text: str) -> list[str]:
    """Sentences of a text, split after a full stop, question or exclamation mark."""
    return re.split(r"(?<=[.?!])\s+", text)


def words(texts: Iterable[WorldText]) -> Counter[str]:
    """How often each word occurs, names and first words of sentences left out."""
    return Counter(word for text in texts for word in _WORD.findall(text.text) if word.islower())


def confusable(language: Language, known: Iterable[str]) -> dict[str, list[str]]:
    """For each word the others it may be mistaken for: other marks in Vietnamese, one letter away in English.

    >>> confusable("vi", ["bán", "bạn", "ban"])
    {'bán': ['bạn'], 'bạn': ['bán']}
    """
    alike: dict[str, set[str]] = defaultdict(set)
    for word in known:
        for key in [strip_diacritics(word)] if language == "vi" else _one_letter_masked(word):
            alike[key].add(word)
    found: dict[str, set[str]] = defaultdict(set)
    for group in alike.values():
        for word, sibling in product(group, group):
            if word != sibling and _may_stand_for(language, word, sibling):
                found[word].add(sibling)
    return {word: sorted(siblings) for word, siblings in sorted(found.items())}


def _may_stand_for(language: Language, word: str, sibling: str) -> bool:
    if language == "vi":  # a bare syllable is shorter and known from English: it would stand out
        return not word.isascii() and not sibling.isascii()
    shorter, longer = sorted((word, sibling), key=len)
    inflected = longer in (f"{shorter}s", f"{shorter}d", f"{shorter}n", f"{shorter}r", f"{shorter}y")
    return min(len(word), len(sibling)) >= MIN_LETTERS and not inflected


def _one_letter_masked(word: str) -> Iterator[str]:
    """Keys that two words share when one letter is replaced, added, dropped or two neighbours are swapped."""
    for place in range(len(word)):
        yield f"{word[:place]}*{word[place + 1 :]}"
        yield f"{word[:place]}*{word[place:]}"
        if place + 1 < len(word):
            pair = "".join(sorted(word[place : place + 2]))
            yield f"{word[:place]}<{pair}>{word[place + 2 :]}"
    yield f"{word}*"


@lru_cache(maxsize=4)
def _questions(world: World, language: Language) -> tuple[Question, ...]:
    trained = [*sample(world, language, TEXTS_SAMPLED_PER_KIND)]
    counts = words(trained)
    siblings = confusable(language, (word for word, count in counts.items() if count >= MIN_OCCURRENCES))
    known = {sentence for text in trained for sentence in sentences(text.text)}
    random = world.random(f"{PARTS[language]}")
    candidates = {
        sentence: None
        for text in sample(world, language, TEXTS_SEARCHED_PER_KIND, first=FIRST_EXAM_TEXT)
        for sentence in sentences(text.text)
        if sentence not in known and _is_plain(sentence)
    }
    pool = [*candidates]
    random.shuffle(pool)

    # One list of questions for each place of the right sentence by word frequency and by length, all filled evenly.
    filled: dict[tuple[int, int], list[Question]] = {places: [] for places in product(range(4), range(4))}
    wanted = SENTENCES_HELD_OUT // len(filled)
    for sentence in pool:
        open_places = sorted((p for p in filled if len(filled[p]) < wanted), key=lambda p: (len(filled[p]), p))
        if not open_places:
            break
        question = _question(sentence, siblings, counts, open_places, random)
        if question:
            filled[question.commoner, question.longer].append(question)
    # In turns, so that any beginning of the list is even too, in an order that positions of answers do not follow.
    rounds = [[*turn] for turn in zip(*filled.values(), strict=False)]
    for turn in rounds:
        random.shuffle(turn)
    return tuple(question for turn in rounds for question in turn)


def _is_plain(sentence: str) -> bool:
    least, most = WORDS_PER_SENTENCE
    return least <= len(sentence.split()) <= most and not re.search(r"[\d\"“”:;\n]", sentence) and sentence[-1] in ".?!"


def _question(
    sentence: str,
    siblings: dict[str, list[str]],
    counts: Counter[str],
    open_places: list[tuple[int, int]],
    random: Random,
) -> Question | None:
    """Three corruptions of a sentence that put it at one of the open places, the first by preference."""
    tokens = re.split(r"([^\W\d_]+)", sentence)
    places = [place for place, token in enumerate(tokens) if token in siblings]
    if len(places) < WORDS_CHANGED[0]:
        return None
    corruptions: dict[str, tuple[float, int]] = {}
    for _ in range(CORRUPTIONS_TRIED):
        changed, frequency = [*tokens], 0.0
        for place in random.sample(places, min(len(places), random.randint(*WORDS_CHANGED))):
            changed[place] = random.choice(siblings[tokens[place]])
            frequency += math.log(counts[changed[place]] / counts[tokens[place]])
        wrong = "".join(changed)
        corruptions[wrong] = (frequency, len(wrong.encode()) - len(sentence.encode()))
    if len(corruptions) < 3:
        return None
    wanted, best = {places: rank for rank, places in enumerate(open_places)}, None
    for _ in range(CHOICES_TRIED):
        chosen = random.sample([*corruptions], 3)
        measured = [corruptions[wrong] for wrong in chosen]
        if any(frequency == 0 for frequency, _ in measured):
            continue
        commoner = sum(frequency > 0 for frequency, _ in measured)
        # Of equal length half count as longer, by a coin.
        longer = sum(length > 0 or (length == 0 and random.random() < 0.5) for _, length in measured)
        rank = wanted.get((commoner, longer))
        if rank is not None and (best is None or rank < best[0]):
            best = (rank, Question(sentence, tuple(chosen), commoner, longer))
    return best[1] if best else None
