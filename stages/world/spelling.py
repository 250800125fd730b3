"""The spelling part of the exam: which of four spellings of a sentence is right.

Vietnamese asks for the diacritics: a wrong syllable has the letters of the right one and other
marks. English asks for the letters: a wrong word is one letter away. Wrong words are words of the
training text, and the right sentence has the commonest words of the four in a quarter of the items,
the second, third and rarest in a quarter each, and so for its length: neither word frequency nor
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

from stages.text.diacritics import strip_diacritics
from stages.world.mixture import FIRST_EXAM_TEXT, sample
from stages.world.world import ExamItem, Language, World

PARTS = {"vi": "diacritics", "en": "spelling"}

SENTENCES_HELD_OUT = 320
TEXTS_SAMPLED_PER_KIND = 400
TEXTS_SEARCHED_PER_KIND = 800
WORDS_PER_SENTENCE = (6, 12)  # below the 13 words by which decontamination finds a leak: whole sentences are held out
MIN_OCCURRENCES = 40  # in the sample, so that a wrong word is as much one token, after the extension, as the right one
WORDS_CHANGED = (2, 3)
MIN_LETTERS = 3
CORRUPTIONS_TRIED = 60
CHOICES_TRIED = 100
MEASURES = 3

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Question:
    """A right sentence, three wrong ones, and how many of the wrong ones exceed it in each of `MEASURES`."""

    right: str
    wrong: tuple[str, str, str]
    ranks: tuple[int, ...]


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
    written = Counter(word for text in trained for word in _WORD.findall(text.text))
    # Names, and words only seen at the start of a sentence, are not confused with anything.
    siblings = confusable(language, (word for word, n in written.items() if word.islower() and n >= MIN_OCCURRENCES))
    counts = Counter(word.lower() for word in written.elements())
    unseen = -math.log(counts.total())
    frequencies = defaultdict(lambda: unseen, {word: math.log(n + 1) + unseen for word, n in counts.items()})
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

    # How often the right sentence took each rank so far: every question takes the ranks least taken.
    taken = [[0] * 4 for _ in range(MEASURES)]
    questions: list[Question] = []
    for sentence in pool:
        question = _question(sentence, siblings, frequencies, taken, random)
        if question and _load(question.ranks, taken) <= MEASURES * len(questions) / 4 + 1:
            questions.append(question)
            for measure, rank in enumerate(question.ranks):
                taken[measure][rank] += 1
        if len(questions) == SENTENCES_HELD_OUT:
            break
    return tuple(questions)


def _load(ranks: tuple[int, ...], taken: list[list[int]]) -> int:
    return sum(taken[measure][rank] for measure, rank in enumerate(ranks))


def _measures(sentence: str, frequencies: dict[str, float]) -> tuple[float, float, int]:
    """What may not give the answer away: log-frequency of the words, the same a byte, and bytes."""
    size = len(sentence.encode())
    frequency = sum(frequencies[word] for word in _WORD.findall(sentence.lower()))
    return frequency, frequency / size, size


def _is_plain(sentence: str) -> bool:
    least, most = WORDS_PER_SENTENCE
    return least <= len(sentence.split()) <= most and not re.search(r"[\d\"“”:;\n]", sentence) and sentence[-1] in ".?!"


def _question(
    sentence: str,
    siblings: dict[str, list[str]],
    frequencies: dict[str, float],
    taken: list[list[int]],
    random: Random,
) -> Question | None:
    """Of many threes of corruptions of a sentence the one whose ranks are least taken; None if it offers no hold."""
    tokens = re.split(r"([^\W\d_]+)", sentence)
    places = [place for place, token in enumerate(tokens) if token in siblings]
    if len(places) < WORDS_CHANGED[0]:
        return None
    corruptions: dict[str, tuple[float, ...]] = {}
    for _ in range(CORRUPTIONS_TRIED):
        changed = [*tokens]
        for place in random.sample(places, min(len(places), random.randint(*WORDS_CHANGED))):
            changed[place] = random.choice(siblings[tokens[place]])
        wrong = "".join(changed)
        corruptions[wrong] = _measures(wrong, frequencies)
    if len(corruptions) < 3:
        return None
    own = _measures(sentence, frequencies)
    questions = []
    for _ in range(CHOICES_TRIED):
        wrong = tuple(random.sample([*corruptions], 3))
        ranks = tuple(
            # Of equal ones half count as exceeding, by a coin.
            sum(value > right or (value == right and random.random() < 0.5) for value in values)
            for right, *values in zip(own, *(corruptions[choice] for choice in wrong), strict=True)
        )
        questions.append(Question(sentence, wrong, ranks))
    return min(questions, key=lambda question: _load(question.ranks, taken))
