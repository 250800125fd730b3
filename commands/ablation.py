"""Compare variants of params.yaml as DVC experiments, each with several seeds, then write a page of results.

A file of the folder ablations says what is compared: up to which stage the pipeline runs, by which figures, over which
seeds, and what each variant changes. An experiment runs in a copy of the repository's last commit, so the workspace
stays as it is; stages that a change does not reach come from DVC's run cache, and so does what was run before:

    python -m commands.ablation
    python -m commands.ablation ablations/superwords.yaml --seeds 1 2
    python -m commands.ablation --variants plain eeve plain_equal_text --set profiles.nano.pretrain.all.tokens=200000

The experiments are called ablation-<file>-<variant>-<seed>: `dvc exp show` lists them, `dvc exp remove` forgets them.
"""

import argparse
import json
import logging
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.ablation_settings import Ablation, changes, check_variants, read_ablation, tokens_to_train
from commands.experiments import (
    PARAMS,
    check_settings,
    check_values,
    check_workspace,
    digest,
    known_experiments,
    read_metrics,
    read_outcomes_of,
    run_experiment,
)
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text
from stages.params import profile_name, read
from stages.reporting.ablation import Run, Runs, Score, text_bytes
from stages.scoring.comparison import BITS, item_scores, task_name
from stages.scoring.summary import MEASURES

LOGS = Path("logs/ablation")

log = logging.getLogger("ablation")


@dataclass(frozen=True)
class Experiment:
    """One variant with one seed; `settings` are KEY=VALUE."""

    variant: str
    seed: int
    name: str
    settings: list[str]
    tokens: int


def experiment_name(ablation: str, variant: str, seed: int, stage: str, settings: Sequence[str]) -> str:
    """Also its name as a git reference; other settings or another stage make it another experiment."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{ablation}-{variant}").strip("-").lower()
    return f"ablation-{plain}-{seed}-{digest([stage, *settings])}"


def plan(
    file: Path,
    ablation: Ablation,
    variants: Sequence[str],
    seeds: Sequence[int],
    settings: list[str],
    params: dict[str, Any],
) -> list[Experiment]:
    """The experiments, seed by seed, so that what is finished early can be compared."""
    profile = profile_name(params, PARAMS)
    planned = []
    for seed in seeds:
        for variant in variants:
            changed = changes(ablation, variant, seed, settings, params, profile)
            values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in changed.items()}
            words = [f"{key}={value}" for key, value in values.items()]
            name = experiment_name(file.stem, variant, seed, ablation.stage, words)
            planned.append(Experiment(variant, seed, name, words, tokens_to_train(ablation, changed, params, profile)))
    return planned


def run_missing(planned: Sequence[Experiment], stage: str) -> set[str]:
    """Run what has not been run on this commit; returns the variants of which a run failed, which it tells of."""
    known = known_experiments()
    missing = [experiment for experiment in planned if experiment.name not in known]
    waiting = sum(experiment.tokens for experiment in missing)
    log.info("%d experiments, %d of them not run yet, with %s tokens", len(planned), len(missing), f"{waiting:,}")
    failed: set[str] = set()
    begun, done = time.perf_counter(), 0
    for number, experiment in enumerate(missing, start=1):
        log.info("%d of %d: %s, log in %s", number, len(missing), experiment.name, LOGS / f"{experiment.name}.log")
        waiting -= experiment.tokens
        try:
            run_experiment(experiment.name, stage, experiment.settings, LOGS)
        except BadInput as error:
            failed.add(experiment.variant)
            log.warning("%s: %s", experiment.variant, error)
            continue
        done += experiment.tokens
        minutes = (time.perf_counter() - begun) / 60
        left = minutes * waiting / done if done else minutes / number * (len(missing) - number)
        log.info("%.1f minutes, about %.0f left", minutes, left)
    return failed


def read_runs(
    planned: Sequence[Experiment], ablation: Ablation, profile: str, languages: Sequence[str]
) -> dict[str, list[Run]]:
    """What came of finished experiments, by variant, in the order of seeds."""
    known = known_experiments()
    if any(experiment.name not in known for experiment in planned):
        raise BadInput("a commit was made while the experiments ran. Run again: DVC's run cache has what is finished.")
    runs: dict[str, list[Run]] = {}
    for experiment in planned:
        name, commit = experiment.name, known[experiment.name]
        check_values(name, commit, experiment.settings)

        def metrics(file: str, name: str = name, commit: str = commit) -> dict[str, Any]:
            return read_metrics(name, commit, f"metrics/{profile}/{file}.json")

        scores, items = {}, {}
        for metric in ablation.metrics:
            found = metrics(metric.file)
            low, high = (key and value_at(found, metric.file, key) for key in (metric.low, metric.high))
            scores[metric.name] = Score(value_at(found, metric.file, metric.value), low, high)
            if task := task_of(metric.file, metric.value):
                file = f"metrics/{profile}/{metric.file.replace('evaluate/', 'outcomes/', 1)}.csv"
                items[metric.name] = item_scores(read_outcomes_of(commit, file), task)
        stages = [metrics(f"pretrain/{stage}") for stage in ablation.pretrain_stages]
        packed = {language: metrics(f"pack/{language}") for language in languages} if stages else {}
        tokens = sum(stage["tokens"] for stage in stages)
        runs.setdefault(experiment.variant, []).append(Run(scores, tokens, text_bytes(stages, packed), items))
    return runs


def task_of(file: str, value: str) -> str:
    """The task that a figure of an evaluation is the score of, by which its items are known; empty for other figures.

    >>> task_of("evaluate/merge-vi", "exam.all.acc"), task_of("evaluate/merge-vi", "bpb"), task_of("vocab", "vi.all")
    ('exam', 'bits per byte', '')
    """
    if not file.startswith("evaluate/"):
        return ""
    if value == "bpb":
        return BITS
    benchmark, _, rest = value.partition(".")
    part, _, measure = rest.partition(".")
    return task_name(benchmark, part) if measure in MEASURES else ""


def value_at(metrics: dict[str, Any], place: str, key: str) -> float:
    """The number at a dotted key. Raises `BadInput` where there is none, naming what there is."""
    found: Any = metrics
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            known = ", ".join(sorted(found)[:12]) if isinstance(found, dict) else found
            raise BadInput(f"metrics: {place}: {key}: nothing at {part!r}; there is {known}.")
        found = found[part]
    if not isinstance(found, int | float):
        raise BadInput(f"metrics: {place}: {key}: holds {', '.join(sorted(found)[:12])}. Name one of these.")
    return float(found)


def page(
    runs: Runs, ablation: Ablation, file: Path, seeds: Sequence[int], settings: list[str], profile: str, plot: str
) -> str:
    """The results as Markdown; `plot` is the file of the drawing, beside the page."""
    from stages.reporting.ablation import difference_table, item_table, joint_table, judgement, score_table

    changed = f" with {', '.join(f'`{setting}`' for setting in settings)}" if settings else ""
    abouts = "\n".join(f"- `{name}`: {ablation.variants[name].about}" for name in runs)
    items = item_table(runs, ablation.metrics)
    over_items = f"""
The intervals above are over seeds. Other items and texts of the same kind would also give other figures; the interval
over them, as the mean over seeds of each run's ends:

{_markdown(items)}
"""
    joint = joint_table(runs, ablation.metrics)
    both = f"""
The differences again, with intervals for other seeds and other items at once (crossed random effects):

{_markdown(joint) if joint else ""}
"""
    tokens = sum(run.tokens for found in runs.values() for run in found)
    chosen = "" if tuple(runs) == ablation.standard else f' OPTIONS="--variants {" ".join(runs)}"'
    return f"""# {ablation.title}

Made by `python -m commands.ablation {file}`: profile `{profile}`{changed}, seeds {", ".join(map(str, seeds))} of
{", ".join(f"`{key}`" for key in ablation.seeds.keys)}, each variant run up to `{ablation.stage}`.

{abouts}

{judgement(runs, ablation.metrics)}

{_markdown(score_table(runs, ablation.metrics))}

Means over seeds, in brackets Student's 95 % interval. The text is counted as often as it is read.

![Mean and 95 % interval of each variant]({plot})

{_markdown(difference_table(runs, ablation.metrics))}

Differences at equal seed (of shares: in points), their mean and its 95 % interval; of many such intervals one in twenty
misses by chance. Over three seeds an interval is wide, 4.3 standard errors to either side, and may pass the ends of the
scale. Two variants that cannot be told apart are not shown to be equal.
{over_items if items else ""}{both if joint else ""}
## Run it again

```bash
make ablation FILE={file}{chosen}
```

It costs {sum(map(len, runs.values()))} runs with {tokens / 1e6:.1f} million tokens of pretraining in all; the speed is
what `make bench` measures. What is finished is found again. With `OPTIONS="..."`, `--set KEY=VALUE` changes all
variants, `--seeds` and `--variants` choose. A comparison of your own is a file like [{file.name}](../{file}).
"""


def _markdown(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_results(
    runs: Runs, ablation: Ablation, file: Path, seeds: Sequence[int], settings: list[str], profile: str, out: Path
) -> None:
    """Write the page and, beside it, its plot."""
    from stages.reporting import charts
    from stages.reporting.ablation import range_rows

    names = [metric.name for metric in ablation.metrics]
    drawn = charts.ranges(range_rows(runs, ablation.metrics), names, "mean and 95 % interval over seeds")
    plot = out.with_name(f"{out.stem}_scores.svg")
    write_text(plot, charts.svg({"background": "white"} | drawn, "ablation") + "\n")
    write_text(out, page(runs, ablation, file, seeds, settings, profile, plot.name))


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=Path("ablations/eeve.yaml"), metavar="FILE",
                        help="what is compared (default: ablations/eeve.yaml)")  # fmt: skip
    parser.add_argument("--variants", nargs="+", metavar="NAME", help="default: those that FILE calls standard")
    parser.add_argument("--seeds", nargs="+", type=int, metavar="SEED", help="default: those of FILE")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                        help="other values of params.yaml for all variants")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="PATH", help="the page (default: that of FILE)")
    given = parser.parse_args()
    ablation = read_ablation(given.file)
    variants = tuple(given.variants or ablation.standard)
    check_variants(ablation, variants, "--variants")
    seeds, settings = sorted(set(given.seeds or ablation.seeds.values)), sorted(given.set)
    check_settings(settings)
    if seeds[0] < 0:
        raise BadInput(f"--seeds: {seeds[0]} is negative. Give numbers from 0 on.")
    check_workspace()
    params = read(PARAMS)
    profile = profile_name(params, PARAMS)
    planned = plan(given.file, ablation, variants, seeds, settings, params)
    failed = run_missing(planned, ablation.stage)
    finished = [experiment for experiment in planned if experiment.variant not in failed]
    if len({experiment.variant for experiment in finished}) < 2:
        raise BadInput("fewer than two variants could be run; the messages above tell why.")
    runs = read_runs(finished, ablation, profile, params["corpora"])
    show(runs, ablation)
    if out := given.out or (ablation.page and Path(ablation.page)):
        write_results(runs, ablation, given.file, seeds, settings, profile, out)
        print(f"Written to {out}")
    if failed:
        sys.exit(f"error: left out, see above: {', '.join(sorted(failed))}")


def show(runs: Runs, ablation: Ablation) -> None:
    """Print the tables and what they show."""
    from stages.reporting.ablation import difference_table, judgement, score_table

    for rows in (score_table(runs, ablation.metrics), difference_table(runs, ablation.metrics)):
        print(_markdown(rows), end="\n\n")
    print(judgement(runs, ablation.metrics))


if __name__ == "__main__":
    start(main)
