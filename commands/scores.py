"""Print the Vietnamese and English scores of every evaluated model, and where the report page lies."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from stages.command import start
from stages.params import profile_name, read
from stages.reporting.layout import NAMES
from stages.reporting.results import LANGUAGES, MEASURE_NAMES, RANDOM, Results, Score, read_results

MISSING = "-"
WIDTH = 120  # columns, where the output is no terminal
NONE = Path("build/none")  # neither samples nor curves are printed
MAX_BENCHMARKS = 4  # that have room beside one another
LETTERS = ("letter_acc", "option_bias")
# What is printed of a task beside its score: the name, and how its value is written.
DETAILS = {
    **{f"clean_{measure}": ("without what the corpus held", "{:.1%}") for measure in MEASURE_NAMES},
    "letter_acc": ("by letter", "{:.1%}"),
    "option_bias": ("option bias, points", "{:.1%}"),
    "language_consistency": ("in the language", "{:.1%}"),
    "repetition": ("repetition", "{:.1%}"),
    "invalid_utf8": ("invalid UTF-8", "{:.1%}"),
    "answer_bytes": ("bytes an answer", "{:.0f}"),
}


def scores(params: Path, metrics: Path | None) -> tuple[Path, list[str], Results]:
    """The folder read, the models in the order of the pipeline, also those without scores yet, and what was found.

    Raises `BadInput` where there are no scores at all.
    """
    values = read(params)
    metrics = metrics or Path("metrics") / profile_name(values, params)
    results = read_results(metrics, NONE, NONE, {"evaluated_models": values["evaluated_models"]}, None)
    return metrics, [entry["model"] for entry in values["evaluated_models"].values()], results


def models_table(language: str, models: list[str], results: Results) -> Table:
    """One language: a row a model, a column a benchmark or the mean of many, bits per byte of held-out text last."""
    totals = {(s.model, s.benchmark): s for m in models for s in results.scores_of(m, language) if s.part == "all"}
    benchmarks = sorted({benchmark for _, benchmark in totals})
    table = Table(title=f"{NAMES[language]}: every model, in % with 95 % intervals", title_justify="left")
    table.add_column("model", no_wrap=True)
    if len(benchmarks) > MAX_BENCHMARKS:
        # Written answers have no chance level that guessing gives, so no place in a mean above it.
        chosen = sorted({name for (_, name), score in totals.items() if score.measure == "acc"})
        table.add_column(f"mean of {len(chosen)} benchmarks (0: chance, 100: best)", justify="right")
        table.add_column("bits/byte", justify="right", no_wrap=True)
        for model in models:
            points = [totals[model, name].above_chance for name in chosen if (model, name) in totals]
            mean = f"{sum(points) / len(points):.1f}" if points and len(points) == len(chosen) else MISSING
            table.add_row(model, mean, _bits(results, model, language))
        return table
    for benchmark in benchmarks:
        measures = {score.measure for (_, name), score in totals.items() if name == benchmark}
        named = ", ".join(MEASURE_NAMES[measure] for measure in sorted(measures - {"acc"}))
        table.add_column(f"{benchmark} ({named})" if named else benchmark, justify="right", overflow="fold")
    table.add_column("bits/byte", justify="right", no_wrap=True)
    for model in models:
        cells = [_score(totals.get((model, benchmark)), True) for benchmark in benchmarks]
        table.add_row(model, *cells, _bits(results, model, language))
    return table


def tasks_table(language: str, results: Results) -> Table:
    """One language: a row a task, a column each for chance, the random network and the main models."""
    from stages.reporting.scores import (
        OFF_CHANCE,
        asked_by_letter,
        chances,
        main_models,
        shown_tasks,
        task_name,
        tasks_off_chance,
    )  # fmt: skip

    by_letter = asked_by_letter(results, language)
    models, guessed, off = main_models(results), chances(results, language), tasks_off_chance(results, language)
    caption = f"{OFF_CHANCE} A network that learnt nothing is off chance: the options give something away."
    table = Table(
        title=f"{NAMES[language]}: every task, in % with 95 % intervals", title_justify="left",
        caption=caption if off else None, caption_justify="left",
    )  # fmt: skip
    table.add_column("task", overflow="fold")
    for name in ("items", "chance", "random", *models):
        table.add_column(name, justify="right", overflow="fold")
    by_model = {model: {s.task: s for s in results.scores_of(model, language)} for model in (RANDOM, *models)}
    for task in shown_tasks(results, language):
        found = {model: by_task.get(task) for model, by_task in by_model.items()}
        any_score = next((score for score in found.values() if score), None)
        if any_score is None:
            continue
        measure = "" if any_score.measure == "acc" else f" ({MEASURE_NAMES[any_score.measure]})"
        chance = f"{100 * guessed[task]:.1f}" if task in guessed else ""
        random = f"{OFF_CHANCE} {_score(found[RANDOM], False)}" if task in off else _score(found[RANDOM], False)
        cells = [random, *(_score(found[model], True) for model in models)]
        table.add_row(f"{task_name(task)}{measure}", f"{any_score.items:,}", chance, *cells)
        for key, (name, form) in DETAILS.items():
            if key in LETTERS and task not in by_letter:
                continue
            values = [score.values.get(key) if score else None for score in found.values()]
            if any(value is not None for value in values):
                table.add_row(f"  {name}", "", "", *(_detail(value, form) for value in values))
    return table


def _score(score: Score | None, with_interval: bool) -> str:
    if score is None:
        return MISSING
    share, low, high = (100 * value for value in (score.value, score.low, score.high))
    return f"{share:.1f} ({low:.0f}-{high:.0f})" if with_interval else f"{share:.1f}"


def _detail(value: float | None, form: str) -> str:
    return MISSING if value is None else form.format(value).removesuffix("%")


def _bits(results: Results, model: str, language: str) -> str:
    metrics = results.evaluations.get(model, {}).get(language, {})
    return f"{metrics['bpb']:.3f} ± {1.96 * metrics['bpb_se']:.3f}" if "bpb" in metrics else MISSING


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"))
    arguments.add_argument("--metrics", type=Path, help="metrics folder of a profile (default: the active profile's)")
    arguments.add_argument("--report", type=Path, default=Path("data/report/index.html"))
    args = arguments.parse_args()
    folder, models, results = scores(args.params, args.metrics)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    for language in LANGUAGES:
        console.print(tasks_table(language, results))
    for language in LANGUAGES:
        console.print(models_table(language, models, results))
    state = args.report.resolve() if args.report.is_file() else f"{args.report} (not made yet: dvc repro report)"
    console.print(f"Scores: {folder}/evaluate\nReport: {state}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    start(main)
