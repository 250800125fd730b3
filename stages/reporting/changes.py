"""What became of each task from the first model to the last, over the same items and documents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from stages.reporting.results import LANGUAGES, Results
from stages.scoring.outcomes import SOURCES, Row
from stages.scoring.statistics import Difference, holm, paired_difference

SIGNIFICANT = 0.05
WHOLE = "all"  # every domain of a language


@dataclass(frozen=True)
class Change:
    """Of a task in points of 100, of a domain in bits per byte. `is_clear`: told apart from none among all tasks."""

    value: float
    low: float
    high: float
    p: float
    items: int
    is_clear: bool


def changes(results: Results) -> dict[tuple[str, str], Change]:
    """The change of each task's score by language and task (`exam.facts`); `exam.all` is over what counts in it.

    Whether one is clear is by its p-value as Holm adjusts it to the number of tasks that are looked at.
    """
    return _changes(results, _tasks, lambda row: row.score, 100)


def text_changes(results: Results) -> dict[tuple[str, str], Change]:
    """The change of bits per byte by language and domain, `all` for the whole of a language."""
    return _changes(results, _domains, lambda row: row.bits, 1, sized=True)


def _changes(
    results: Results, names: Callable[[Row], Iterable[str]], figure: Callable[[Row], float], unit: float, sized=False
) -> dict[tuple[str, str], Change]:
    settings = results.settings.get("evaluate", {})
    found: dict[tuple[str, str], tuple[Difference, int]] = {}
    for language in LANGUAGES:
        for name, pairs in _pairs(results, language, names).items():
            first, second = ([figure(row) for row in side] for side in zip(*pairs, strict=True))
            sizes = [row.bytes for row, _ in pairs] if sized else None
            difference = paired_difference(first, second, settings["resamples"], settings["seed"], sizes)
            found[language, name] = (difference, len(pairs))
    adjusted = holm([difference.p for difference, _ in found.values()])
    return {
        place: Change(unit * d.value, unit * d.low, unit * d.high, d.p, items, p < SIGNIFICANT)
        for (place, (d, items)), p in zip(found.items(), adjusted, strict=True)
    }


def _pairs(
    results: Results, language: str, names: Callable[[Row], Iterable[str]]
) -> Mapping[str, list[tuple[Row, Row]]]:
    """What the first and the last model both did, by each name that a row counts for."""
    tables = [results.outcomes.get((model, language), []) for model in (results.models[0], results.models[-1])]
    before, after = ({(row.benchmark, row.part, row.item, row.key): row for row in rows} for rows in tables)
    pairs: dict[str, list[tuple[Row, Row]]] = {}
    for place in sorted(set(before) & set(after)):
        for name in names(before[place]):
            pairs.setdefault(name, []).append((before[place], after[place]))
    return pairs


def _tasks(row: Row) -> list[str]:
    if row.benchmark == SOURCES:
        return []
    return [f"{row.benchmark}.{row.part}", *([f"{row.benchmark}.all"] if row.in_total else [])]


def _domains(row: Row) -> list[str]:
    return [WHOLE, row.part] if row.benchmark == SOURCES else []
