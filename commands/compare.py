"""Compare the scores of two commits, as Markdown: what changed significantly, and whether English is forgotten.

    python -m commands.compare main            # with the working tree
    python -m commands.compare main HEAD --out build/comparison.md --plots build/comparison

Everything is read from git: metrics/<profile>/evaluate, metrics/<profile>/outcomes, params.yaml and dvc.lock of both
commits, so it needs no data, no DVC cache and no run. Ends with 1 where the final model needs so many more bits per
byte of English in B that the section `compare` of params.yaml calls it forgetting. docs/comparing.md says how to read
it. Two models of one commit: `--models merge --against base`, with that commit as A and as B.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from commands.revisions import Revision, open_revision, stale_reasons
from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text
from stages.scoring.comparison import Comparison, Settings, Side, compare, forgetting
from stages.scoring.outcomes import read_outcomes

LANGUAGES = ("vi", "en")
BASE = "base"  # the model that the pipeline starts from
ALL = "all"
TASKS = "stages/scoring/tasks/"
SOURCE = "source.yaml"  # where items come from, which their keys tell


def read_side(revision: Revision, profile: str) -> Side:
    """The metrics and outcomes of every model in a revision. Raises `BadInput` if it has no metrics of the profile."""
    metrics: dict[str, dict[str, Any]] = {}
    outcomes: dict[str, dict[str, Any]] = {}
    for (model, language), (name, content) in _by_model(revision, f"metrics/{profile}/evaluate/", ".json").items():
        try:
            metrics.setdefault(model, {})[language] = json.loads(content)
        except ValueError as error:
            raise BadInput(f"{revision.name}: {name}: not JSON ({error}). Restore it, or run `dvc repro`.") from None
    for (model, language), (name, content) in _by_model(revision, f"metrics/{profile}/outcomes/", ".csv").items():
        outcomes.setdefault(model, {})[language] = read_outcomes(content.decode(), f"{revision.name}: {name}")
    if not metrics:
        known = sorted({name.split("/")[1] for name in revision.read("metrics/") if "/evaluate/" in name})
        raise BadInput(
            f"{revision.name}: no scores of profile {profile} in metrics/{profile}/evaluate. "
            + (f"Give --profile, one of: {', '.join(known)}." if known else "Run `dvc repro` and commit metrics.")
        )
    return Side(metrics, outcomes)


def _by_model(revision: Revision, folder: str, suffix: str) -> dict[tuple[str, str], tuple[str, bytes]]:
    """The files <folder><model>-<language><suffix> by model, which may hold a slash, and language."""
    found = {}
    for name, content in revision.read(folder).items():
        model, _, language = name.removeprefix(folder).removesuffix(suffix).rpartition("-")
        if name.endswith(suffix) and language in LANGUAGES:
            found[model, language] = (name, content)
    return found


def chosen_profile(revisions: tuple[Revision, Revision], values: tuple[dict[str, Any], ...], given: str | None) -> str:
    """The profile that is compared. Raises `BadInput` where the two commits have another and none is given."""
    names = [params.profile_name(side, Path("params.yaml")) for side in values]
    if given or names[0] == names[1]:
        return given or names[0]
    first, second = revisions
    raise BadInput(
        f"{first.name} has profile {names[0]}, {second.name} {names[1]}: their scores are of different experiments. "
        f"Compare one that both have metrics of: --profile {names[0]}, or --profile {names[1]}."
    )


def chosen_models(given: list[str], evaluated: list[str], side: Side) -> list[str]:
    """The models to compare, of which the last is the final one. Raises `BadInput` for one without scores in B."""
    models = evaluated if given == [ALL] else given or evaluated[-1:]
    for model in models:
        if model not in side.metrics:
            raise BadInput(f"{model}: no scores of it in B. Choose of: {', '.join(side.metrics)}, or {ALL}.")
    return models


def final_models(given: list[str], evaluated: list[list[str]], before: Side) -> tuple[str, str]:
    """The model of each commit whose English is compared: B's last one, in A too where it has scores of that.

    So a change that adds or renames the last model is compared with what was the last one before.
    """
    last = evaluated[1][-1] if not given or given == [ALL] else given[-1]
    return last if last in before.metrics else evaluated[0][-1], last


def asked_otherwise(revisions: tuple[Revision, Revision]) -> list[str]:
    """The benchmarks whose task files (prompt, examples, measure) differ, and the templates that several share."""
    before, after = (revision.read(TASKS) for revision in revisions)
    both = before.keys() & after.keys()
    shared = {name.removeprefix(TASKS).split("/")[0] for name in both}
    differ = (name for name in {*before, *after} if before.get(name) != after.get(name) and Path(name).name != SOURCE)
    return sorted({place for name in differ if (place := name.removeprefix(TASKS).split("/")[0]) in shared})


def without_other_profiles(values: dict[str, Any], profile: str) -> dict[str, Any]:
    """The parameters that a run of this profile sees."""
    return values | {"profiles": {profile: values["profiles"].get(profile, {})}}


def draw(comparisons: list[Comparison], significance: float, folder: Path) -> None:
    """A drawing of the changes of each model and language."""
    from stages.reporting import charts
    from stages.reporting.comparison import change_rows, changes_chart
    from stages.reporting.layout import NAMES

    for comparison in comparisons:
        rows = change_rows(comparison, significance)
        if rows:
            name = f"{comparison.model.replace('/', '-')}-{comparison.language}"
            chart = changes_chart(rows, f"{NAMES[comparison.language]}, {comparison.model}: B − A", charts.INK)
            write_text(folder / f"{name}.svg", charts.svg({"background": "white"} | chart, name) + "\n")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a", nargs="?", default="main", metavar="A", help="the revision before (default: main)")
    parser.add_argument("b", nargs="?", metavar="B", help="the revision after (default: the working tree)")
    parser.add_argument("--profile", metavar="NAME", help="whose metrics (default: the profile of both)")
    parser.add_argument("--models", nargs="+", default=[], metavar="NAME",
                        help="models, or all; the last is the final one (default: the last evaluated)")  # fmt: skip
    parser.add_argument("--against", default="", metavar="NAME", help="model of A (default: the same as of B)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the Markdown here instead of printing it")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw the changes into this folder (SVG)")
    given = parser.parse_args()
    revisions = (open_revision(given.a, Path.cwd()), open_revision(given.b, Path.cwd()))
    text, reason = run(revisions, given.profile, given.models, given.against, given.plots)
    if given.out:
        write_text(given.out, text)
    else:
        print(text)
    if reason:
        sys.exit(reason)


def run(
    revisions: tuple[Revision, Revision], profile: str | None, models: list[str], against: str, plots: Path | None
) -> tuple[str, str]:
    """The page, and the reason why the gate refuses B (empty where it does not)."""
    from stages.reporting.comparison import Commit, changed_params, refusal, render

    settings = params.load(Settings, revisions[1].root / "params.yaml", "compare")
    values = tuple(revision.yaml("params.yaml") for revision in revisions)
    profile = chosen_profile(revisions, values, profile)
    sides = tuple(read_side(revision, profile) for revision in revisions)
    evaluated = [[entry["model"] for entry in side["evaluated_models"].values()] for side in values]
    finals = final_models(models, evaluated, sides[0])
    if not models and finals[0] != finals[1]:
        against = against or finals[0]
    models = chosen_models(models, evaluated[1], sides[1])
    if against and against not in sides[0].metrics:
        raise BadInput(f"--against {against}: no scores of it in A. Choose of: {', '.join(sides[0].metrics)}.")
    comparisons = [compare(*sides, model, language, settings, against) for model in models for language in LANGUAGES]
    forgotten = forgetting(*sides, finals, BASE, settings)
    if forgotten is None:
        raise BadInput(
            f"{' and '.join(dict.fromkeys(finals))}: no English bits per byte in both commits, so forgetting cannot be "
            "judged. Name a model that both have, last, with --models."
        )
    commits = tuple(
        Commit(revision.name, revision.commit, revision.subject, stale_reasons(revision, profile))
        for revision in revisions
    )
    seen = (without_other_profiles(side, profile) for side in values)
    changed = changed_params(*seen)
    asked = asked_otherwise(revisions)
    text = render(commits, profile, changed, comparisons, forgotten, settings.significance, asked)
    if plots:
        draw(comparisons, settings.significance, plots)
    return text, refusal(forgotten) if forgotten.is_too_much else ""


if __name__ == "__main__":
    start(main)
