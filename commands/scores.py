"""Print the Vietnamese and English scores of every evaluated model, and where the report page lies."""

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stages.command import start
from stages.errors import BadInput
from stages.params import profile_name, read

LANGUAGES = {"vi": "Vietnamese", "en": "English"}
MISSING = "-"


def scores(params: Path, metrics: Path | None) -> tuple[str, dict[str, dict[str, dict[str, Any]]]]:
    """The folder read, and the metrics of each evaluated model by language, in the order of the pipeline.

    A model without metrics has an empty entry. Raises `BadInput` where there are none at all.
    """
    values = read(params)
    metrics = metrics or Path("metrics") / profile_name(values, params)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in values["evaluated_models"].values():
        model = entry["model"]
        files = {language: metrics / "evaluate" / f"{model}-{language}.json" for language in LANGUAGES}
        found[model] = {language: _read_metrics(file) for language, file in files.items() if file.is_file()}
    if not any(found.values()):
        raise BadInput(f"{metrics}/evaluate: no scores here yet. Run `dvc repro`.")
    return str(metrics), found


def _read_metrics(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{file}: not valid JSON ({error}). Restore it, or run `dvc repro -f evaluate`.") from None


def language_table(language: str, models: dict[str, dict[str, dict[str, Any]]]) -> Table:
    """One language: a row a model, a column a part of each benchmark in percent, bits per byte last."""
    present = {model: by_language[language] for model, by_language in models.items() if language in by_language}
    columns = dict.fromkeys(
        (benchmark, part)
        for metrics in present.values()
        for benchmark, scored in _benchmarks(metrics).items()
        for part in sorted(scored, key=lambda part: (part != "all", part))
    )
    table = Table(
        title=f"{LANGUAGES[language]}: accuracy in % with its 95 % interval, bits per byte", title_justify="left"
    )
    table.add_column("model", no_wrap=True)
    for benchmark, part in columns:
        table.add_column(benchmark if part == "all" else part, justify="right", no_wrap=True)
    table.add_column("bits/byte", justify="right", no_wrap=True)
    for model in models:
        metrics = present.get(model, {})
        cells = [_accuracy(_benchmarks(metrics).get(benchmark, {}).get(part), part) for benchmark, part in columns]
        bits = f"{metrics['bpb']:.3f} ± {1.96 * metrics['bpb_se']:.3f}" if metrics else MISSING
        table.add_row(model, *cells, bits)
    return table


def _benchmarks(metrics: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: value for name, value in metrics.items() if isinstance(value, dict) and "all" in value}


def _accuracy(score: dict[str, Any] | None, part: str) -> str:
    if score is None:
        return MISSING
    share, low, high = (100 * score[key] for key in ("acc", "low", "high"))
    # Only the total has room for its interval; a part's half width is about twice as large.
    return f"{share:.1f} ({low:.0f}-{high:.0f})" if part == "all" else f"{share:.0f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"))
    arguments.add_argument("--metrics", type=Path, help="metrics folder of a profile (default: the active profile's)")
    arguments.add_argument("--report", type=Path, default=Path("data/report/index.html"))
    args = arguments.parse_args()
    folder, models = scores(args.params, args.metrics)
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    for language in LANGUAGES:
        console.print(language_table(language, models))
    state = args.report.resolve() if args.report.is_file() else f"{args.report} (not made yet: dvc repro report)"
    console.print(f"Scores: {folder}/evaluate\nReport: {state}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    start(main)
