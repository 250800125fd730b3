"""Bring the result tables of README.md up to date with the metrics in git.

A table stands between a line <!-- name: command --> and <!-- end -->, where the command is the one
that reprints it: python -m commands.readme name. Without a name, every table is written anew.
"""

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stages.command import start
from stages.errors import BadInput
from stages.params import read
from stages.reporting.results import Results, read_results

README = Path("README.md")
METRICS = Path("metrics")
COSTS = Path("docs/costs")
NONE = Path("build/none")  # no table here needs samples or curves, which are not in git

_BLOCK = re.compile(r"(<!-- (?P<name>[\w-]+): [^\n]*-->\n).*?(<!-- end -->)", re.DOTALL)


def scores(profile: str) -> str:
    """Exam and bits per byte of every model in both languages."""
    from stages.reporting.layout import Table, percent

    results = _results(profile)
    rows = []
    for model in results.models:
        cells = [f"`{model}`"]
        for language in ("vi", "en"):
            metrics = results.evaluations[model][language]
            total = metrics["exam"]["all"]
            cells += [f"{percent(total['acc'], 1)} ({100 * total['low']:.0f}–{100 * total['high']:.0f})"]
            cells += [f"{metrics['bpb']:.3f}"]
        rows.append(tuple(cells))
    head = ("model", "Vietnamese exam (95 %)", "bits/byte", "English exam (95 %)", "bits/byte")
    return _markdown(Table(head, rows))


def parts(profile: str) -> str:
    """The parts of the exam, of the models before and after."""
    from stages.reporting.layout import NAMES, Table, percent

    results = _results(profile)
    rows = []
    for language in ("vi", "en"):
        found = {(score.model, score.task): score for score in results.scores(language)}
        for part in (task for task in results.tasks(language) if task.startswith("exam.")):
            chosen = [found[model, part] for model in ("base", "extend", "merge")]
            cells = (f"{percent(score.value)} ({100 * score.low:.0f}–{100 * score.high:.0f})" for score in chosen)
            rows.append((NAMES[language], part.removeprefix("exam."), *cells))
    return _markdown(Table(("language", "part", "`base`", "`extend`", "`merge`"), rows, labels=2))


def dropped(profile: str) -> str:
    """Documents through the corpus stages, and what each rule dropped."""
    from stages.reporting.corpus import STAGES, flow, rules_table

    results = _results(profile)
    return f"{_markdown(flow(results).tables[0])}\n\n{_markdown(rules_table(results, ('fetch', *STAGES)))}"


def text(profile: str) -> str:
    """Tokens a syllable and bits per byte before and after."""
    from stages.reporting.layout import NAMES, Table

    results = _results(profile)
    rows = []
    for language in ("vi", "en"):
        fertility = results.metrics["vocab"][language]["all"]
        bits = (f"{results.evaluations[model][language]['bpb']:.3f}" for model in TEXT_MODELS)
        tokens = (f"{fertility[key]:.2f}" for key in ("tokens_per_word_before", "tokens_per_word"))
        rows.append((NAMES[language], *tokens, *bits))
    head = ("language", "tokens a syllable or word", "after `vocab`")
    return _markdown(Table((*head, *(f"bits/byte, `{model}`" for model in TEXT_MODELS)), rows))


TEXT_MODELS = ("base", "pretrain/new_rows", "pretrain/anneal", "merge")


def costs(profile: str) -> str:
    """Wall time and memory of the stages, as `make bench` measured them."""
    from stages.reporting.layout import Table

    measured = _json(COSTS / f"{profile}.json")
    by_stage: dict[str, list[dict[str, float]]] = {}
    for name, figures in measured["stages"].items():
        by_stage.setdefault(name.partition("@")[0], []).append(figures)
    rows = []
    for stage, runs in by_stage.items():
        wall, peak = sum(run["wall_s"] for run in runs), max(run["peak_mib"] for run in runs)
        rows.append((f"`{stage}`", f"{len(runs)}", f"{wall:.0f}", f"{peak:,.0f}"))
    peak = max(figures["peak_mib"] for figures in measured["stages"].values())
    rows.append(("all, with DVC", f"{len(measured['stages'])}", f"{measured['wall_s']:.0f}", f"{peak:,.0f}"))
    return _markdown(Table(("stage", "runs", "seconds", "peak MiB"), rows))


TABLES: dict[str, tuple[Callable[[str], str], str]] = {
    f"{table.__name__}-{profile}": (table, profile)
    for profile, tables in (("nano", (scores, parts, costs)), ("files", (dropped, text, costs)))
    for table in tables
}


def with_tables(readme: str) -> str:
    """The README with every table made anew. Raises `BadInput` for the name of a table that does not exist."""
    return _BLOCK.sub(lambda block: f"{block[1]}{table(block['name'])}\n{block[3]}", readme)


def table(name: str) -> str:
    """A table by its name, as Markdown."""
    if name not in TABLES:
        raise BadInput(f"{README}: no table {name!r}. Known are {', '.join(TABLES)}.")
    make, profile = TABLES[name]
    return make(profile)


def _results(profile: str) -> Results:
    values = read(Path("params.yaml"))
    settings = {key: values[key] for key in ("sources", "evaluated_models", "corpora")}
    return read_results(METRICS / profile, NONE, NONE, settings, None)


def _markdown(table: Any) -> str:
    from stages.reporting.markdown import render_table

    return render_table(table)


def _json(file: Path) -> Any:
    if not file.is_file():
        raise BadInput(f"{file}: missing. Measure it with: make bench.")
    return json.loads(file.read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", help=f"only print this table: {', '.join(TABLES)}")
    name = parser.parse_args().name
    if name:
        print(table(name))
    else:
        README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    start(main)
