"""A comparison of two commits as Markdown and as drawings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stages.reporting.layout import NAMES, Table
from stages.reporting.markdown import render_table
from stages.scoring.comparison import Change, Comparison, Forgetting, Pairing, Score

MAX_PARAMS = 60  # rows; a comment on a pull request holds 65,536 characters
MAX_VALUE = 80  # characters of a param's value
ABSENT = "–"
STRIP = 21  # characters, of which the middle one is no change
PANELS = ("bits per byte, change in % (left is better)", "score, change in points (right is better)")
VERDICT_COLOURS = {"better": "#3aa17e", "worse": "#e4572e", "not significant": "#7f8c8d"}


@dataclass(frozen=True)
class Commit:
    """One side as it is shown: how it was called, its short hash and subject, and what makes its scores doubtful."""

    name: str
    hash: str
    subject: str
    stale: Sequence[str]


@dataclass(frozen=True)
class ParamChange:
    """A dotted key of params.yaml with its value in both commits, as text."""

    key: str
    before: str
    after: str


def changed_params(before: Mapping[str, Any], after: Mapping[str, Any], place: str = "") -> list[ParamChange]:
    """The keys whose values differ; of a section that only one side has, the section.

    >>> for change in changed_params({"a": {"b": 1, "c": [2]}}, {"a": {"b": 1.5, "c": [2]}, "d": {"e": 1, "f": 2}}):
    ...     print(change.key, change.before, change.after)
    a.b 1 1.5
    d – {2 keys}
    """
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += changed_params(old, new, f"{place}{key}.")
        elif key not in before or key not in after or old != new or type(old) is not type(new):
            cells = (_value(side, key) for side in (before, after))
            found.append(ParamChange(f"{place}{key}", *cells))
    return found


def _value(side: Mapping[str, Any], key: str) -> str:
    if key not in side:
        return ABSENT
    if isinstance(side[key], Mapping):
        return f"{{{len(side[key])} keys}}"
    text = json.dumps(side[key], ensure_ascii=False)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def render(
    commits: tuple[Commit, Commit],
    profile: str,
    params: Sequence[ParamChange],
    comparisons: Sequence[Comparison],
    forgotten: Forgetting,
    significance: float,
    asked_otherwise: Sequence[str] = (),
) -> str:
    """The page: forgetting first, then the scores of each model and language, what could not be paired, params.

    `asked_otherwise` names the benchmarks whose tasks differ in the two commits.
    """
    before, after = commits
    lines = [f"# `{before.name}` → `{after.name}`, profile `{profile}`", "", _commits(commits), ""]
    for commit in commits:
        lines += [f"> **The scores of `{commit.name}` may not be its own:** {reason}\n" for reason in commit.stale]
    if asked_otherwise:
        names = ", ".join(f"`{name}`" for name in asked_otherwise)
        lines += [f"> **Not asked alike:** the task files of {names} differ. A change there may be the question's.\n"]
    lines += [_forgetting_line(forgotten), "", _base_table(forgotten), ""]
    for comparison in comparisons:
        lines += [f"## {_title(comparison)}", "", summary(comparison, significance), ""]
        lines += [render_table(_changes_table(comparison, significance)), ""]
    lines += ["## What was paired", "", *_pairing_lines(comparisons, commits), ""]
    lines += [f"## Changed params: {len(params)}", "", _params(params)]
    return "\n".join(lines).rstrip() + "\n"


def _commits(commits: tuple[Commit, Commit]) -> str:
    rows = [
        (side, f"`{commit.name}`", f"`{commit.hash}`", commit.subject)
        for side, commit in zip("AB", commits, strict=True)
    ]
    return render_table(Table(("", "revision", "commit", "subject"), rows, labels=4))


def _forgetting_line(forgotten: Forgetting) -> str:
    bits, found = forgotten.bits, forgotten.bits.difference
    where = f"paired over {bits.pairs} documents" if bits.pairs else "unpaired"
    if forgotten.rise <= forgotten.limit:
        verdict = f"within the gate's {_percent(forgotten.limit)}"
    elif not forgotten.is_beyond_noise:
        verdict = f"beyond the gate's {_percent(forgotten.limit)}, but not beyond noise"
    else:
        verdict = f"**beyond the gate's {_percent(forgotten.limit)}, and beyond noise**"
    first, last = (side.model for side in forgotten.against_base)
    other = "" if first == last else f"`{last}` "
    return (
        f"**English forgetting:** `{first}` needs {bits.before.value:.4f} bits per byte of English in A, "
        f"{other}{bits.after.value:.4f} in B: {_signed(found.value, 4)} ({_signed(found.low, 4)} to "
        f"{_signed(found.high, 4)}; {where}), {_percent(forgotten.rise)}; {verdict}."
    )


def _base_table(forgotten: Forgetting) -> str:
    """English of the final model less that of its own base in each commit: text, and the total of each benchmark."""
    sides = forgotten.against_base
    tasks = dict.fromkeys(change.task for side in sides for change in side.changes if not _is_part(change.task))
    rows = [(task, *(_with_interval(side.change(task)) for side in sides)) for task in tasks]
    finals = ", ".join(dict.fromkeys(f"`{side.model}`" for side in sides))
    name = f"English, {finals} − its `{sides[0].against}`"
    return render_table(Table((name, "A (95 %)", "B (95 %)"), rows))


def _is_part(task: str) -> bool:
    return any(sign in task for sign in (".", ","))


def _with_interval(change: Change | None) -> str:
    if change is None or change.difference is None:
        return ABSENT
    found = change.difference
    return f"{_difference(change)} ({_end(change, found.low)} to {_end(change, found.high)})"


def _title(comparison: Comparison) -> str:
    against = "" if comparison.against == comparison.model else f" against `{comparison.against}`"
    return f"{NAMES[comparison.language]}, `{comparison.model}`{against}"


def refusal(forgotten: Forgetting) -> str:
    """Why the gate refuses the second commit, in one line."""
    return (
        f"English forgetting: {_percent(forgotten.rise)} bits per byte, more than compare.max_english_bpb_rise allows "
        f"({_percent(forgotten.limit)}), and beyond noise."
    )


def summary(comparison: Comparison, significance: float) -> str:
    """What is significant, in a sentence."""
    groups: dict[str, list[str]] = {"better": [], "worse": []}
    for change in comparison.changes:
        if verdict := change.verdict(significance):
            groups[verdict].append(f"{change.task} ({_difference(change)})")
    told = [f"{verdict} in {', '.join(names)}" for verdict, names in groups.items() if names]
    return f"Significantly {'; '.join(told)}." if told else "No significant change."


def strip(low: float, value: float, high: float, widest: float) -> str:
    """An interval as a line of characters from -`widest` to `widest`, none as the bar in the middle.

    >>> strip(0.5, 2.3, 3.1, widest=10)
    '··········│─●─·······'
    >>> strip(-1, 0, 1, widest=10)
    '·········─●─·········'
    """
    middle = STRIP // 2
    first, dot, last = (middle + round(middle * end / widest) if widest else middle for end in (low, value, high))
    marks = ["─" if first <= place <= last else "·" for place in range(STRIP)]
    marks[middle] = "│"
    marks[dot] = "●"
    return "".join(marks)


def _changes_table(comparison: Comparison, significance: float) -> Table:
    rows = []
    told = [change for change in comparison.changes if change.difference]
    widest = {
        is_bits: max(
            (max(abs(c.difference.low), abs(c.difference.high)) for c in told if c.is_bits == is_bits), default=0
        )
        for is_bits in (True, False)
    }
    for change in comparison.changes:
        found, verdict = change.difference, change.verdict(significance)
        cells = (_score(change, change.before), _score(change, change.after))
        if found is None:
            rows.append((change.task, *cells, *[ABSENT] * 5, ""))
            continue
        pairs = f"{change.pairs} (+{change.better} −{change.worse})" if change.pairs else "unpaired"
        interval = f"{_end(change, found.low)} to {_end(change, found.high)}"
        drawn = f"`{strip(found.low, found.value, found.high, widest[change.is_bits])}`"
        marked = verdict and f"**{verdict}**"
        rows.append((change.task, *cells, _difference(change), interval, drawn, pairs, _p(change.p), marked))
    head = ("", "A (95 %)", "B (95 %)", "B − A", "95 %", "− 0 +", "pairs (better, worse)", "p (Holm)", "")
    return Table(head, rows)


def _pairing_lines(comparisons: Sequence[Comparison], commits: tuple[Commit, Commit]) -> list[str]:
    lines = []
    for comparison in comparisons:
        name = _title(comparison)
        if comparison.without_outcomes:
            lacking = " and ".join(f"`{commits[number].name}`" for number in comparison.without_outcomes)
            lines.append(
                f"- {name}: nothing, since {lacking} {'has' if len(comparison.without_outcomes) == 1 else 'have'} no "
                "outcomes of items in git; the differences are those of independent samples, with wider intervals."
            )
        else:
            lines.append(f"- {name}: {'; '.join(map(_pairing, comparison.pairings))}.")
    return lines


def _pairing(pairing: Pairing) -> str:
    reasons = {
        "with other content (their hashes differ)": pairing.changed,
        "only in A": pairing.only_before,
        "only in B": pairing.only_after,
    }
    left = ", ".join(f"{count} {reason}" for reason, count in reasons.items() if count)
    what = "documents" if pairing.benchmark == "sources" else f"items of {pairing.benchmark}"
    return f"{pairing.paired} {what}, {f'not {left}' if left else 'all'}"


def _params(changes: Sequence[ParamChange]) -> str:
    if not changes:
        return "None."
    rows = [(f"`{change.key}`", change.before, change.after) for change in changes[:MAX_PARAMS]]
    rest = len(changes) - len(rows)
    note = f"And {rest} more: `dvc params diff`." if rest else ""
    return render_table(Table(("key", "A", "B"), rows, note, labels=3))


def _score(change: Change, score: Score | None) -> str:
    if score is None:
        return ABSENT
    if change.is_bits:
        return f"{score.value:.4f} ({score.low:.4f}–{score.high:.4f})"
    return f"{100 * score.value:.1f} % ({100 * score.low:.1f}–{100 * score.high:.1f})"


def _difference(change: Change) -> str:
    return _end(change, change.difference.value)


def _end(change: Change, value: float) -> str:
    return _signed(value, 4) if change.is_bits else _signed(100 * value, 1)


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def _percent(share: float) -> str:
    return f"{_signed(100 * share, 1)} %"


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}"


def change_rows(comparison: Comparison, significance: float) -> list[dict[str, Any]]:
    """Rows for a drawing: panel, task, value, low, high (points, or % of A's bits per byte) and verdict."""
    rows = []
    for change in comparison.changes:
        if change.difference is not None:
            panel, scale = (PANELS[0], 100 / change.before.value) if change.is_bits else (PANELS[1], 100)
            ends = {name: scale * getattr(change.difference, name) for name in ("value", "low", "high")}
            verdict = change.verdict(significance) or "not significant"
            rows.append({"panel": panel, "task": change.task, "verdict": verdict} | ends)
    return rows


def changes_chart(rows: Sequence[Mapping[str, Any]], title: str, ink: str) -> dict[str, Any]:
    """Each task's change as a dot with its interval, none as a line at 0 (a forest plot). Rows of `change_rows`."""
    x = {"type": "quantitative", "axis": {"tickCount": 6}}
    colour = {
        "field": "verdict",
        "scale": {"domain": list(VERDICT_COLOURS), "range": list(VERDICT_COLOURS.values())},
        "title": None,
    }
    zero = {"type": "rule", "strokeDash": [4, 4], "color": ink, "opacity": 0.6}
    panels = []
    for panel in PANELS:
        shown = [row for row in rows if row["panel"] == panel]
        y = {"field": "task", "type": "nominal", "sort": [row["task"] for row in shown], "title": None}
        across = {**x, "title": panel}
        panels.append(
            {
                "data": {"values": shown},
                "width": 420,
                "height": {"step": 22},
                "layer": [
                    {
                        "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.4},
                        "encoding": {"y": y, "x": {**across, "field": "low"}, "x2": {"field": "high"}, "color": colour},
                    },
                    {
                        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                        "encoding": {"y": y, "x": {**across, "field": "value"}, "color": colour},
                    },
                    {"data": {"values": [{"zero": 0}]}, "mark": zero, "encoding": {"x": {**x, "field": "zero"}}},
                ],
            }
        )
    return {"title": title, "vconcat": [panel for panel in panels if panel["data"]["values"]]}
