"""Initialisations side by side: means and spreads over seeds, and what can be said of them."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Metrics = Mapping[str, Any]  # of the stage new_tokens, by the names of its metrics file
Runs = Mapping[str, Sequence[Metrics]]  # by method, a run a seed


@dataclass(frozen=True)
class Figure:
    """One column of the table; lower is better in all of them."""

    title: str
    value: Callable[[Metrics], float]
    format: str


FIGURES = {
    "vi_before": Figure("vi bits a byte at step 0", lambda run: run["before"]["vi_bits_per_byte"], ".3f"),
    "vi_after": Figure("vi bits a byte after training", lambda run: run["after"]["vi_bits_per_byte"], ".4f"),
    "en_before": Figure("en bits a byte at step 0", lambda run: run["before"]["en_bits_per_byte"], ".4f"),
    "en_after": Figure("en bits a byte after training", lambda run: run["after"]["en_bits_per_byte"], ".4f"),
    "kl": Figure("KL, nats at a word's end", lambda run: run["invariance"]["kl_nats"], ".2f"),
}


def mean_and_spread(values: Sequence[float], format_: str) -> str:
    """Mean and standard deviation; of one value, which has no spread, the value.

    >>> mean_and_spread([1.0, 2.0, 3.0], ".1f"), mean_and_spread([1.0], ".1f")
    ('2.0 ± 1.0', '1.0')
    """
    mean = format(statistics.fmean(values), format_)
    return f"{mean} ± {statistics.stdev(values):{format_}}" if len(values) > 1 else mean


def buckets(curve: Mapping[str, Any]) -> list[int]:
    """The lower ends of a curve's buckets, in order."""
    return sorted(map(int, curve))


def parity(curve: Mapping[str, Mapping[str, float]], kind: str) -> int | None:
    """Occurrences from which on a new token costs no more than its pieces did; None if the run does not get there.

    >>> parity({"0": {"excess": 2.0}, "1": {"excess": -0.1}, "3": {"excess": 0.1}, "10": {"excess": 0.0}}, "excess")
    10
    """
    reached = None
    for bucket in reversed(buckets(curve)):
        if curve[str(bucket)][kind] > 0:
            break
        reached = bucket
    return reached


def table(runs: Runs) -> list[list[str]]:
    """Heads and a row a method, best after training first."""
    rows = [
        ["method", *(figure.title for figure in FIGURES.values()), "as good as the pieces from", "and what follows"]
    ]
    for method in ranking(runs, "vi_after"):
        cells = [
            mean_and_spread([figure.value(run) for run in runs[method]], figure.format) for figure in FIGURES.values()
        ]
        rows.append([f"`{method}`", *cells, *(_parities(runs[method], kind) for kind in ("excess", "following"))])
    return rows


def _parities(runs: Sequence[Metrics], kind: str) -> str:
    found = [parity(run["learning"], kind) for run in runs]
    if None in found:
        return f"not within {max(buckets(runs[0]['learning'])):,}"
    low, high = min(found), max(found)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def ranking(runs: Runs, figure: str) -> list[str]:
    """The methods by the mean of a figure, lowest first; of equal ones, by name."""
    value = FIGURES[figure].value
    return sorted(runs, key=lambda method: (statistics.fmean(map(value, runs[method])), method))


def alike(runs: Runs, figure: str) -> list[str]:
    """The methods whose range over seeds touches that of the best one, the best first.

    With few seeds a range is all that can be known; a method of one run has none, and touches only what it equals.
    """
    value = FIGURES[figure].value
    order = ranking(runs, figure)
    bound = max(map(value, runs[order[0]]))
    return [order[0], *(method for method in order[1:] if min(map(value, runs[method])) <= bound)]


def judgement(runs: Runs) -> str:
    """What the runs show, in words: which methods can be told from the best one, and which cannot."""
    if min(map(len, runs.values())) < 2:
        return "One seed shows no spread, so these methods cannot be told apart; run at least two (three are usual)."
    sentences = []
    for figure, subject in (
        ("vi_before", "Before any training"),
        ("vi_after", "After training"),
    ):
        best, *near = alike(runs, figure)
        far = [method for method in ranking(runs, figure) if method not in (best, *near)]
        text = f"{subject}, {_names([best])} has the lowest bits per byte of Vietnamese"
        if near:
            text += f", {_names(near)} cannot be told from it by these seeds"
        if far:
            text += f", and {_names(far)} {'is' if len(far) == 1 else 'are'} worse than its spread explains"
        sentences.append(text)
    best, *near = alike(runs, "en_after")
    end = "and the others are worse" if not near else f"beside {_names(near)} within the spread"
    sentences.append(f"English stays best with {_names([best])}, {end}" if len(runs) > 1 else "")
    best = ranking(runs, "kl")[0]
    least = statistics.fmean(FIGURES["kl"].value(run) for run in runs[best])
    sentences.append(f"The output after a new token is nearest to that after its pieces with {_names([best])}")
    text = ". ".join(filter(None, sentences)) + f" ({least:.2f} nats)."
    if all(parity(run["learning"], "excess") == 0 for found in runs.values() for run in found):
        text += (
            " With every method a new token costs less than its pieces before training has shown it once, so this base "
            "is too weak in Vietnamese to say after how many occurrences a new token is as good"
        )
        return text + "; the curves alone tell the methods apart."
    return text


def _names(methods: Sequence[str]) -> str:
    quoted = [f"`{method}`" for method in methods]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def curve_rows(runs: Runs, kind: str) -> list[dict[str, Any]]:
    """The learning curves as rows for a chart: method, occurrences (as text, in order), value: the mean over seeds."""
    rows = []
    for method in sorted(runs):
        curves = [run["learning"] for run in runs[method]]
        common = sorted(set.intersection(*(set(map(int, curve)) for curve in curves)))
        for bucket in common:
            value = statistics.fmean(curve[str(bucket)][kind] for curve in curves)
            rows.append({"method": method, "occurrences": f"{bucket:,}", "value": value})
    return rows


def range_rows(runs: Runs, figures: Mapping[str, str]) -> list[dict[str, Any]]:
    """Mean and range over seeds as rows for a chart: method, kind (what `figures` calls a figure), mean, low, high."""
    rows = []
    for method in ranking(runs, "vi_after"):
        for name, kind in figures.items():
            values = [FIGURES[name].value(run) for run in runs[method]]
            rows.append(
                {
                    "method": method,
                    "kind": kind,
                    "mean": statistics.fmean(values),
                    "low": min(values),
                    "high": max(values),
                }
            )
    return rows
