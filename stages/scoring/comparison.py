"""Two commits' scores of the same models: what can be paired, by how much they differ, whether English is forgotten.

Items and held-out documents are paired where both commits have their outcome under one id and one key, which says that
the same was asked. Where they cannot be, the scores are compared as if other items had been drawn for each.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from stages.params import section
from stages.scoring.outcomes import SOURCES, Row
from stages.scoring.statistics import NORMAL_95, Difference, holm, paired_difference, unpaired_difference
from stages.scoring.summary import main_measure

BITS = "bits per byte"
ENGLISH = "en"
# Below this share of pairs on the smaller side the pairs stand for too little of what was asked.
LEAST_PAIRED = 0.5


@dataclass(frozen=True)
class Side:
    """What one commit holds: the metrics of each model by language, and the outcomes where it has them."""

    metrics: Mapping[str, Mapping[str, Mapping[str, Any]]]
    outcomes: Mapping[str, Mapping[str, Sequence[Row]]]


@section
class Settings:
    """The section `compare` of params.yaml, which explains each."""

    resamples: PositiveInt
    seed: NonNegativeInt
    significance: Annotated[float, Field(gt=0, lt=1)]
    max_english_bpb_rise: NonNegativeFloat


@dataclass(frozen=True)
class Score:
    """A score of one commit with the ends of its 95 % interval, over so many items or documents."""

    value: float
    low: float
    high: float
    items: int


@dataclass(frozen=True)
class Change:
    """A task in both commits; one that only one of them has differs by nothing that could be told.

    `pairs` are the items or documents that the difference is over, 0 where it is unpaired; `better` and `worse` are how
    many of them have a better or worse score in the second commit. `p` is Holm's over a model's changes in a language.
    """

    task: str
    is_bits: bool
    before: Score | None
    after: Score | None
    difference: Difference | None = None
    pairs: int = 0
    better: int = 0
    worse: int = 0
    p: float = 1.0

    def verdict(self, significance: float) -> str:
        """`better`, `worse`, or nothing where the change is not significant."""
        if self.difference is None or self.p >= significance:
            return ""
        return "better" if (self.difference.value < 0) == self.is_bits else "worse"


@dataclass(frozen=True)
class Pairing:
    """How many items of a benchmark, or documents, are in both commits, with other content, or in one only."""

    benchmark: str
    paired: int
    changed: int
    only_before: int
    only_after: int


@dataclass(frozen=True)
class Comparison:
    """One model, against the same or another one, in one language.

    `without_outcomes` are the sides (0, 1) whose outcomes are not in git.
    """

    model: str
    against: str
    language: str
    changes: list[Change]
    pairings: list[Pairing]
    without_outcomes: tuple[int, ...]

    def change(self, task: str) -> Change | None:
        return next((change for change in self.changes if change.task == task), None)


@dataclass(frozen=True)
class Forgetting:
    """English of the final model: its bits per byte in both commits, and in each of them all against its own base.

    `rise` is relative to the first commit's; beyond the limit it `is_too_much` only where it is also beyond noise,
    which is to say that the whole 95 % interval of the difference is above 0.
    """

    bits: Change
    against_base: tuple[Comparison, Comparison]
    rise: float
    limit: float

    @property
    def is_beyond_noise(self) -> bool:
        return self.bits.difference.low > 0

    @property
    def is_too_much(self) -> bool:
        return self.rise > self.limit and self.is_beyond_noise


def compare(before: Side, after: Side, model: str, language: str, settings: Settings, against: str = "") -> Comparison:
    """All tasks of a model in a language that either commit has; `against` another model of the first, where given."""
    names = (against or model, model)
    sides = [
        (side.metrics.get(name, {}).get(language, {}), side.outcomes.get(name, {}).get(language))
        for side, name in zip((before, after), names, strict=True)
    ]
    tasks = [_tasks(metrics) for metrics, _ in sides]
    without = tuple(number for number, (_, table) in enumerate(sides) if table is None)
    rows = [{(row.benchmark, row.part, row.item): row for row in table or ()} for _, table in sides]
    changes = [
        _change(task, *(side.get(task) for side in tasks), *rows, settings)
        for task in sorted(_each_once({*tasks[0], *tasks[1]}), key=_in_order)
    ]
    tested = [change for change in changes if change.difference]
    adjusted = iter(holm([change.difference.p for change in tested]))
    changes = [replace(change, p=next(adjusted)) if change.difference else change for change in changes]
    return Comparison(model, names[0], language, changes, [] if without else _pairings(*rows), without)


def forgetting(before: Side, after: Side, finals: tuple[str, str], base: str, settings: Settings) -> Forgetting | None:
    """What became of English in the final models of the two; nothing where one has no English bits per byte."""
    first, last = finals
    bits = compare(before, after, last, ENGLISH, settings, first).change(BITS)
    if bits is None or bits.difference is None:
        return None
    against_base = (
        compare(before, before, first, ENGLISH, settings, base),
        compare(after, after, last, ENGLISH, settings, base),
    )
    rise = bits.difference.value / bits.before.value
    return Forgetting(bits, against_base, rise, settings.max_english_bpb_rise)


def _tasks(metrics: Mapping[str, Any]) -> dict[str, Score]:
    """The scores in a metrics file that have an interval: text, its sources, benchmarks and their parts."""
    found = {}
    if "bpb" in metrics:
        found[BITS] = Score(metrics["bpb"], metrics["bpb_low"], metrics["bpb_high"], metrics["documents"])
    sources = metrics.get(SOURCES, {})
    for name, source in sources.items() if len(sources) > 1 else ():
        value, half = source["bpb"], NORMAL_95 * source["bpb_se"]
        found[f"{BITS}, {name}"] = Score(value, value - half, value + half, source["documents"])
    for benchmark, parts in metrics.items():
        if not isinstance(parts, dict) or "all" not in parts:
            continue
        for part, scores in parts.items():
            if part != "clean":  # the same items as `all`, but for a few
                value = scores[main_measure(scores)]
                found[task_name(benchmark, part)] = Score(value, scores["low"], scores["high"], scores["items"])
        if "letter_acc" in (total := parts["all"]):
            ends = (total[f"letter_{key}"] for key in ("acc", "low", "high", "items"))
            found[f"{benchmark}, by letter"] = Score(*ends)
    return found


def _each_once(tasks: Collection[str]) -> list[str]:
    """Without the parts that are all of their benchmark: they would count twice, as its total and as a part."""
    parts = {task: task.split(".")[0] for task in tasks if "." in task and not task.startswith(BITS)}
    siblings = Counter(parts.values())
    return [task for task in tasks if siblings[parts.get(task)] != 1 or parts[task] not in tasks]


def task_name(benchmark: str, part: str) -> str:
    """How a part of a benchmark is called here.

    >>> task_name("exam", "all"), task_name("exam", "facts")
    ('exam', 'exam.facts')
    """
    return benchmark if part == "all" else f"{benchmark}.{part}"


def _in_order(task: str) -> tuple[bool, str]:
    return not task.startswith(BITS), task


Rows = Mapping[tuple[str, str, str], Row]


def _change(
    task: str, before: Score | None, after: Score | None, first: Rows, second: Rows, settings: Settings
) -> Change:
    is_bits = task.startswith(BITS)
    change = Change(task, is_bits, before, after)
    if before is None or after is None:
        return change
    pairs = [(first[place], second[place]) for place in sorted(first.keys() & second.keys())]
    pairs = [pair for pair in pairs if pair[0].key == pair[1].key and all(task in _tasks_of(row) for row in pair)]
    if len(pairs) < max(1, LEAST_PAIRED * min(before.items, after.items)):
        ends = ((score.value, score.low, score.high) for score in (before, after))
        return replace(change, difference=unpaired_difference(*ends))
    if is_bits:
        scores = [[row.bits for row in side] for side in zip(*pairs, strict=True)]
        sizes = [row.bytes for row, _ in pairs]
    else:
        scores, sizes = [[row.score for row in side] for side in zip(*pairs, strict=True)], None
    found = paired_difference(*scores, settings.resamples, settings.seed, sizes)
    moved = [b - a if not is_bits else a - b for a, b in zip(*scores, strict=True)]
    better, worse = sum(by > 0 for by in moved), sum(by < 0 for by in moved)
    return replace(change, difference=found, pairs=len(pairs), better=better, worse=worse)


def _tasks_of(row: Row) -> tuple[str, ...]:
    if row.benchmark == SOURCES:
        return BITS, f"{BITS}, {row.part}"
    return (f"{row.benchmark}.{row.part}", *([row.benchmark] if row.in_total else []))


def item_scores(rows: Sequence[Row], task: str) -> dict[tuple[str, ...], float]:
    """Each item's or document's part of a task's score by its id and key: their mean is the score.

    Bits per byte are a ratio; a document's part is the ratio, and what its own bits add to that over a mean document.
    """
    chosen = {(row.benchmark, row.part, row.item, row.key): row for row in rows if task in _tasks_of(row)}
    if not task.startswith(BITS):
        return {place: row.score for place, row in chosen.items()}
    size = sum(row.bytes for row in chosen.values())
    ratio = sum(row.bits for row in chosen.values()) / max(1, size)
    return {place: ratio + (row.bits - ratio * row.bytes) * len(chosen) / size for place, row in chosen.items()}


def _pairings(first: Rows, second: Rows) -> list[Pairing]:
    found = []
    for benchmark in sorted({place[0] for place in (*first, *second)}):
        before, after = (
            {place: row for place, row in side.items() if place[0] == benchmark} for side in (first, second)
        )
        both = before.keys() & after.keys()
        paired = sum(before[place].key == after[place].key for place in both)
        counts = (paired, len(both) - paired, len(before.keys() - both), len(after.keys() - both))
        found.append(Pairing(benchmark, *counts))
    return found
