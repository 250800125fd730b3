"""A judge's verdicts on two models, counted with care for the order in which it saw the answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy
from scipy.stats import binomtest

from stages.judging.answers import Answer
from stages.judging.questions import Question
from stages.judging.verdicts import Choice, Request, parse_verdict
from stages.scoring.statistics import bootstrap_mean_interval, wilson_interval

Result = Literal["win", "tie", "loss", "unparsable"]  # of the first model
Interval = tuple[float, float]
RESULTS: tuple[Result, ...] = ("win", "tie", "loss")
SCORES = {"win": 1.0, "tie": 0.5, "loss": 0.0}


@dataclass(frozen=True)
class Judged:
    """What became of a question: the verdicts in the two orders, or none where both answers are the same text."""

    question: Question
    verdicts: tuple[Choice | None, Choice | None] | None

    @property
    def result(self) -> Result:
        """A win only where both orders agree; a verdict that could not be read makes no tie."""
        if self.verdicts is None:
            return "tie"
        if None in self.verdicts:
            return "unparsable"
        match self.verdicts:
            case ("first", "second"):
                return "win"
            case ("second", "first"):
                return "loss"
            case _:
                return "tie"

    @property
    def consistent(self) -> bool | None:
        """Whether both orders say the same; None where that cannot be told."""
        if self.verdicts is None or None in self.verdicts:
            return None
        return self.verdicts in {("first", "second"), ("second", "first"), ("tie", "tie")}


@dataclass(frozen=True)
class Tally:
    """Counts of some questions. Shares are of the questions with two readable verdicts; intervals are 95 %."""

    questions: int
    results: dict[Result, int]
    shares: dict[Result, float]
    intervals: dict[Result, Interval]
    score: float  # share of wins, ties counted half
    score_interval: Interval


@dataclass(frozen=True)
class Summary:
    """Two models compared."""

    all: Tally | None  # None where no question has two readable verdicts
    by_category: dict[str, Tally | None]
    identical: int  # questions with the same text from both
    asked: int  # questions that the judge saw
    consistency: float | None  # share of the readable ones where both orders agree
    consistency_interval: Interval | None
    both_first: int  # the judge preferred what it saw first, both times
    both_second: int
    replies: int
    unparsable_replies: int
    sign_test_p: float | None  # of as many wins as losses; None without any
    mean_characters: tuple[float, float]
    longer_won: int  # of `decided` wins and losses
    decided: int


def judged_questions(
    questions: Sequence[Question], asked: Sequence[Request], replies: Mapping[str, str]
) -> list[Judged]:
    """The verdicts of each question from the replies by key; a question that was not asked has identical answers."""
    verdicts: dict[str, list[Choice | None]] = defaultdict(list)
    for request in asked:  # in the order of ORDERS
        verdicts[request.question.id].append(parse_verdict(replies[request.key]))
    return [
        Judged(question, (of_question[0], of_question[1]) if (of_question := verdicts.get(question.id)) else None)
        for question in questions
    ]


def tally(judged: Sequence[Judged], resamples: int, seed: int) -> Tally | None:
    """Wins, ties and losses with intervals; None where nothing can be counted."""
    results = [each.result for each in judged]
    counts: dict[Result, int] = {result: results.count(result) for result in (*RESULTS, "unparsable")}
    counted = sum(counts[result] for result in RESULTS)
    if not counted:
        return None
    scores = [SCORES[result] for result in results if result in SCORES]
    return Tally(
        questions=len(judged),
        results=counts,
        shares={result: counts[result] / counted for result in RESULTS},
        intervals={result: wilson_interval(counts[result], counted) for result in RESULTS},
        score=float(numpy.mean(scores)),
        score_interval=score_interval(scores, resamples, seed),
    )


def score_interval(scores: Sequence[float], resamples: int, seed: int) -> Interval:
    """The 95 % bootstrap interval of a mean score; of scores all alike, Wilson's of how many others may differ.

    >>> [round(end, 2) for end in score_interval([0.5] * 20, resamples=100, seed=1)]
    [0.42, 0.58]
    """
    if len(set(scores)) > 1:
        return bootstrap_mean_interval(scores, resamples, seed)
    (alike,), (_, others) = set(scores), wilson_interval(0, len(scores))
    return alike - others * alike, alike + others * (1 - alike)


def summarise(
    judged: Sequence[Judged],
    answers: tuple[Mapping[str, Answer], Mapping[str, Answer]],
    resamples: int,
    seed: int,
) -> Summary:
    """All that is reported of two models; `answers` are theirs by question."""
    categories = list(dict.fromkeys(each.question.category for each in judged))
    seen = [each for each in judged if each.verdicts is not None]
    replies = [verdict for each in seen for verdict in each.verdicts or ()]
    consistent = [each.consistent for each in judged if each.consistent is not None]
    wins, losses = (sum(each.result == result for each in judged) for result in ("win", "loss"))
    lengths = {each.question.id: tuple(len(of_model[each.question.id].text) for of_model in answers) for each in judged}
    unequal = [
        (each.result == "win") == (lengths[each.question.id][0] > lengths[each.question.id][1])
        for each in judged
        if each.result in ("win", "loss") and lengths[each.question.id][0] != lengths[each.question.id][1]
    ]
    return Summary(
        all=tally(judged, resamples, seed),
        by_category={
            name: tally([each for each in judged if each.question.category == name], resamples, seed)
            for name in categories
        },
        identical=len(judged) - len(seen),
        asked=len(seen),
        consistency=sum(consistent) / len(consistent) if consistent else None,
        consistency_interval=wilson_interval(sum(consistent), len(consistent)) if consistent else None,
        both_first=sum(each.verdicts == ("first", "first") for each in seen),
        both_second=sum(each.verdicts == ("second", "second") for each in seen),
        replies=len(replies),
        unparsable_replies=replies.count(None),
        sign_test_p=float(binomtest(wins, wins + losses).pvalue) if wins + losses else None,
        mean_characters=tuple(float(numpy.mean([pair[side] for pair in lengths.values()])) for side in (0, 1)),
        longer_won=sum(unequal),
        decided=len(unequal),
    )


def as_markdown(summary: Summary, names: tuple[str, str], judge: str) -> str:
    """The comparison as a table and the lines that say how far to trust it."""
    first, second = names
    lines = [
        f"`{first}` against `{second}`, judged by {judge} in both orders",
        "",
        f"| questions | judged | `{first}` wins | ties | `{second}` wins | score of `{first}` |",
        "| :--- | ---: | ---: | ---: | ---: | ---: |",
        _row("all", summary.all),
        *(_row(name, counted) for name, counted in summary.by_category.items()),
        "",
        "In brackets 95 % intervals over questions. A win counts only where both orders agree; the score counts a tie "
        "half.",
        "",
    ]
    if summary.sign_test_p is not None:
        lines.append(
            f"- Wins and losses of equal models would be as uneven as these with p = {summary.sign_test_p:.3g}."
        )
    if summary.consistency is not None and summary.consistency_interval is not None:
        low, high = summary.consistency_interval
        lines.append(
            f"- Position consistency: {summary.consistency:.0%} ({low:.0%} to {high:.0%}) of the verdicts are the same "
            f"in both orders; {summary.both_first} times what stood first won twice, {summary.both_second} times what "
            "stood second."
        )
    if summary.replies:
        lines.append(
            f"- Unreadable: {summary.unparsable_replies} of {summary.replies} replies "
            f"({summary.unparsable_replies / summary.replies:.1%}); their questions are left out, not counted as ties."
        )
    if summary.identical:
        lines.append(f"- {summary.identical} questions have the same answer from both: ties, not asked.")
    a, b = summary.mean_characters
    lines.append(f"- Mean length of an answer: {a:.0f} and {b:.0f} characters.")
    if summary.decided:
        lines[-1] += f" The longer answer won {summary.longer_won} of {summary.decided}."
    return "\n".join(lines) + "\n"


def _row(name: str, counted: Tally | None) -> str:
    if counted is None:
        return f"| {name} | 0 | | | | |"
    cells = [
        f"{counted.results[result]} ({counted.intervals[result][0]:.0%}–{counted.intervals[result][1]:.0%})"
        for result in RESULTS
    ]
    score = f"{counted.score:.1%} ({counted.score_interval[0]:.0%}–{counted.score_interval[1]:.0%})"
    judged = counted.questions - counted.results["unparsable"]
    return f"| {name} | {judged} | {' | '.join(cells)} | {score} |"
