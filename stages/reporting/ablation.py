"""Variants side by side: means over seeds, what they differ by, and what can be said of it."""

import math
import statistics
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Protocol

SAME_TOKENS = 0.005  # relative: stages end at whole steps


@dataclass(frozen=True)
class Score:
    """A figure of one run, with the ends of its 95 % interval over items or texts, where it has one."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Run:
    """One seed of a variant: scores by the name of the metric, tokens trained on, bytes of text by language.

    `items` has each item's part of a score, by metric and item, where the outcomes of items are in git.
    """

    scores: Mapping[str, Score]
    tokens: int
    text_bytes: Mapping[str, float]
    items: Mapping[str, Mapping[Hashable, float]] = field(default_factory=dict)


Runs = Mapping[str, Sequence[Run]]  # by variant, all with the same seeds in the same order


class Metric(Protocol):
    """What is known of a figure: its name, which way is better (lower or higher), how it is printed."""

    name: str
    better: str
    format: str


@dataclass(frozen=True)
class Interval:
    """A mean over seeds and its 95 % interval; with one seed the ends are not numbers."""

    mean: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        return not math.isnan(self.low)


def mean_interval(values: Sequence[float]) -> Interval:
    """Mean and Student's 95 % interval.

    Three seeds give the mean plus and minus 4.303 standard errors:

    >>> found = mean_interval([1.0, 2.0, 3.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    mean = statistics.fmean(values)
    if len(values) < 2:
        return Interval(mean, math.nan, math.nan)
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, 0.975)) * statistics.stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def over_seeds(runs: Runs, variant: str, metric: str) -> Interval:
    """A variant's mean and its interval over seeds."""
    return mean_interval([run.scores[metric].value for run in runs[variant]])


def difference(runs: Runs, later: str, earlier: str, metric: str) -> Interval:
    """By how much one variant is above another: the mean over seeds of the differences at equal seed."""
    pairs = zip(runs[later], runs[earlier], strict=True)
    return mean_interval([one.scores[metric].value - other.scores[metric].value for one, other in pairs])


def over_items(runs: Runs, variant: str, metric: str) -> tuple[float, float] | None:
    """The 95 % interval over items, its ends as the mean over seeds: more seeds answer no other items."""
    scores = [run.scores[metric] for run in runs[variant]]
    lows, highs = [score.low for score in scores], [score.high for score in scores]
    if None in lows or None in highs:
        return None
    return statistics.fmean(lows), statistics.fmean(highs)


def joint_difference(runs: Runs, later: str, earlier: str, metric: str) -> Interval | None:
    """As `difference`, for other seeds and other items at once; nothing where a run lacks the outcomes of items."""
    from stages.scoring.statistics import seeds_and_items_interval

    found = [[run.items.get(metric, {}) for run in runs[variant]] for variant in (later, earlier)]
    common = sorted(set.intersection(*(set(items) for side in found for items in side)))
    if not common or len(found[0]) < 2:
        return None
    table = [[one[item] - other[item] for item in common] for one, other in zip(*found, strict=True)]
    mean = statistics.fmean(statistics.fmean(row) for row in table)
    return Interval(mean, *seeds_and_items_interval(table))


def pairs(variants: Sequence[str]) -> list[tuple[str, str]]:
    """Each variant with all before it: (later, earlier).

    >>> pairs(["plain", "extension", "eeve"])
    [('extension', 'plain'), ('eeve', 'plain'), ('eeve', 'extension')]
    """
    return sorted(
        ((later, earlier) for earlier, later in combinations(variants, 2)),
        key=lambda pair: (variants.index(pair[0]), variants.index(pair[1])),
    )


def text_bytes(stages: Sequence[Mapping[str, Any]], packed: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Bytes of text of each language that training has read, epochs counted anew.

    `stages` are metrics of the stage pretrain (tokens, shares by source); `packed` those of pack by language.

    >>> packed = {"vi": {"báo": {"train": {"tokens_per_byte": 0.25}}}}
    >>> text_bytes([{"tokens": 1000, "shares": {"báo": 1.0}}, {"tokens": 0}], packed)
    {'vi': 4000.0}
    """
    return {
        language: sum(
            stage["tokens"] * stage["shares"].get(source, 0.0) / parts["train"]["tokens_per_byte"]
            for stage in stages
            if stage["tokens"]
            for source, parts in sources.items()
            if "train" in parts
        )
        for language, sources in packed.items()
    }


def score_table(runs: Runs, metrics: Sequence[Metric]) -> list[list[str]]:
    """Heads and a row a variant: means with their intervals over seeds, tokens, and text of each language."""
    languages = sorted({language for found in runs.values() for run in found for language in run.text_bytes})
    rows = [["variant", *(metric.name for metric in metrics), "tokens", *(f"{name} text, MB" for name in languages)]]
    for variant, found in runs.items():
        cells = [_with_interval(over_seeds(runs, variant, metric.name), metric.format) for metric in metrics]
        tokens = f"{statistics.fmean(run.tokens for run in found):,.0f}"
        text = [f"{statistics.fmean(run.text_bytes[name] for run in found) / 1e6:.2f}" for name in languages]
        rows.append([f"`{variant}`", *cells, tokens, *text])
    return rows


def item_table(runs: Runs, metrics: Sequence[Metric]) -> list[list[str]]:
    """Heads and a row a variant: the intervals over items of the metrics that have them."""
    having = [metric for metric in metrics if all(over_items(runs, variant, metric.name) for variant in runs)]
    rows = [["variant", *(metric.name for metric in having)]]
    for variant in runs:
        ends = [(over_items(runs, variant, metric.name), metric.format) for metric in having]
        rows.append([f"`{variant}`", *(f"{low:{format_}} to {high:{format_}}" for (low, high), format_ in ends)])
    return rows if having else []


def difference_table(runs: Runs, metrics: Sequence[Metric]) -> list[list[str]]:
    """Heads and a row a pair of variants."""
    rows = [["difference", *(metric.name for metric in metrics)]]
    for later, earlier in pairs(list(runs)):
        found = [(difference(runs, later, earlier, metric.name), metric.format) for metric in metrics]
        cells = [_with_interval(interval, f"+{format_}") for interval, format_ in found]
        rows.append([f"`{later}` − `{earlier}`", *cells])
    return rows


def joint_table(runs: Runs, metrics: Sequence[Metric]) -> list[list[str]]:
    """As `difference_table` with the intervals for other seeds and other items; empty where no metric has outcomes."""
    having = [
        metric for metric in metrics if all(joint_difference(runs, *pair, metric.name) for pair in pairs(list(runs)))
    ]
    rows = [["difference", *(metric.name for metric in having)]]
    for later, earlier in pairs(list(runs)):
        cells = [_with_interval(joint_difference(runs, later, earlier, m.name), f"+{m.format}") for m in having]
        rows.append([f"`{later}` − `{earlier}`", *cells])
    return rows if having else []


def _with_interval(interval: Interval, format_: str) -> str:
    mean = format(interval.mean, format_)
    return f"{mean} ({interval.low:{format_}} to {interval.high:{format_}})" if interval.known else mean


def judgement(runs: Runs, metrics: Sequence[Metric]) -> str:
    """What the runs show, in words, a line a pair: in which figures one is better, worse, not to be told apart."""
    if min(map(len, runs.values())) < 2:
        return "One seed shows no spread, so these variants cannot be told apart; run at least two (three are usual)."
    lines = []
    for later, earlier in pairs(list(runs)):
        groups: dict[str, list[str]] = {"better": [], "worse": [], "not to be told apart": []}
        for metric in metrics:
            found = difference(runs, later, earlier, metric.name)
            if found.low <= 0 <= found.high:
                groups["not to be told apart"].append(metric.name)
            else:
                verdict = "better" if (found.mean > 0) == (metric.better == "higher") else "worse"
                groups[verdict].append(f"{metric.name} (by {abs(found.mean):{metric.format}})")
        told = [f"{verdict} in {_listed(names)}" for verdict, names in groups.items() if names]
        lines.append(f"- `{later}` against `{earlier}`: {'; '.join(told)}.")
    return "\n".join([_tokens_in_words(runs), "", *lines])


def _tokens_in_words(runs: Runs) -> str:
    means = [statistics.fmean(run.tokens for run in found) for found in runs.values()]
    if not max(means):
        return "Over these seeds:"
    if max(means) - min(means) <= SAME_TOKENS * max(means):
        return f"All variants are trained with the same number of tokens, {max(means) / 1e6:.2f} million."
    return f"The variants are trained with {min(means) / 1e6:.2f} to {max(means) / 1e6:.2f} million tokens."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def range_rows(runs: Runs, metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    """Rows for a chart: method, kind, mean, and the interval over seeds (of one seed: its value) as low and high."""
    rows = []
    for variant in runs:
        for metric in metrics:
            found = over_seeds(runs, variant, metric.name)
            low, high = (found.low, found.high) if found.known else (found.mean, found.mean)
            rows.append({"method": variant, "kind": metric.name, "mean": found.mean, "low": low, "high": high})
    return rows
