"""What became of each task and domain from the first model to the last, as `make compare` compares two commits."""

from stages.reporting.results import TOTALS, Results
from stages.scoring.comparison import BITS, Change

WHOLE = "all"  # every domain of a language


def task_change(results: Results, language: str, task: str) -> Change | None:
    """The change of a task (`exam.facts`, `exam.all`) over the same items; None where there are no outcomes of it."""
    benchmark, part = task.split(".", 1)
    parts = {score.part for score in results.scores(language) if score.benchmark == benchmark} - set(TOTALS)
    return _paired(results, language, benchmark if part == WHOLE or len(parts) == 1 else task)


def domain_change(results: Results, language: str, domain: str) -> Change | None:
    """The change of a domain's bits per byte over the same documents, `all`: of the whole language."""
    sources = results.evaluations[results.models[-1]].get(language, {}).get("sources", {})
    return _paired(results, language, BITS if domain == WHOLE or len(sources) < 2 else f"{BITS}, {domain}")


def is_clear(results: Results, change: Change) -> bool:
    """Whether a change is told apart from none, at the level that params.yaml sets for comparisons."""
    return bool(change.verdict(results.settings["compare"]["significance"]))


def _paired(results: Results, language: str, name: str) -> Change | None:
    comparison = results.comparisons.get(language)
    change = comparison.change(name) if comparison else None
    return change if change and change.pairs else None
