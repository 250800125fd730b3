"""Which question is asked, and whose answers stand left and right."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from stages.errors import BadInput
from stages.judging.answers import Answer
from stages.judging.questions import Question

Identity = tuple[str, str]  # name of a model and the hash of its weights


@dataclass(frozen=True)
class Contender:
    """A model in the arena with its stored answers by question."""

    model: str
    sha256: str
    answers: Mapping[str, Answer]

    @property
    def identity(self) -> Identity:
        """What its votes are counted under: a model that was trained again is another one."""
        return self.model, self.sha256


def choose_pair(
    contenders: Sequence[Contender], votes: Mapping[frozenset[Identity], int], random: Random
) -> tuple[Contender, Contender]:
    """A pair among those with the fewest votes so far, in random order."""
    pairs = list(itertools.combinations(contenders, 2))
    counts = [votes.get(frozenset(each.identity for each in pair), 0) for pair in pairs]
    chosen = list(random.choice([pair for pair, count in zip(pairs, counts, strict=True) if count == min(counts)]))
    random.shuffle(chosen)
    return chosen[0], chosen[1]


def choose_duel(
    contenders: Sequence[Contender],
    questions: Sequence[Question],
    votes: Mapping[frozenset[Identity], int],
    random: Random,
) -> tuple[Question, Contender, Contender]:
    """A question whose two answers differ, for a pair with few votes."""
    different = {
        frozenset(each.identity for each in pair): [q for q in questions if _differ(pair, q)]
        for pair in itertools.combinations(contenders, 2)
    }
    left, right = choose_pair(
        contenders, {pair: votes.get(pair, 0) if asked else 2**62 for pair, asked in different.items()}, random
    )
    return random.choice(different[frozenset({left.identity, right.identity})]), left, right


def check_contenders(contenders: Sequence[Contender], questions: Sequence[Question]) -> None:
    """Raises `BadInput` unless there are two models with different answers, and no two with the same weights."""
    if len({each.identity[1] for each in contenders}) < len(contenders) or len(contenders) < 2:
        named = ", ".join(each.model for each in contenders)
        raise BadInput(f"arena.models: {named}: expected two or more models of different weights. Name others.")
    if not any(_differ(pair, q) for pair in itertools.combinations(contenders, 2) for q in questions):
        raise BadInput("arena.models: all of them answer every question alike. Name others.")


def _differ(pair: tuple[Contender, Contender], question: Question) -> bool:
    return pair[0].answers[question.id].text != pair[1].answers[question.id].text
