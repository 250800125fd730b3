"""Compare values of params.yaml as DVC experiments: what a change does to the metrics of a stage.

A variant is a name and what it changes, nothing for the pipeline as it is committed. Each runs the pipeline up to
--stage in a copy of the last commit; stages that a change does not reach come from DVC's run cache. The result is a
table of metrics, FILE:KEY, a row a variant, each with its ratio to that of the first:

    python -m commands.ablation --stage pretrain@blocks \\
        --metrics vocab:vi.all.tokens_per_word pretrain/blocks:vi_bits_per_byte pretrain/blocks:en_bits_per_byte \\
        --variant syllables --variant superwords profiles.nano.vocab.superwords=512

FILE is below metrics/<profile>, without its .json. The experiments are called ablation-<name>: `dvc exp show` lists
them, `dvc exp remove` forgets them.
"""

import argparse
import logging
import re
from pathlib import Path
from typing import Any

from commands.experiments import (
    PARAMS,
    check_settings,
    check_values,
    check_workspace,
    digest,
    known_experiments,
    read_metrics,
    run_experiment,
)
from stages.command import start
from stages.errors import BadInput
from stages.params import profile_name, read

LOGS = Path("logs/ablation")

log = logging.getLogger("ablation")


def experiment_name(variant: str, stage: str, changes: list[str]) -> str:
    """Also its name as a git reference; other changes or another stage make it another experiment."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", variant).strip("-").lower()
    return f"ablation-{plain}-{digest([stage, *changes])}"


def value_at(metrics: dict[str, Any], place: str, key: str) -> float:
    """The number at a dotted key. Raises `BadInput` where there is none, naming what there is."""
    found: Any = metrics
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            known = ", ".join(sorted(found)[:12]) if isinstance(found, dict) else found
            raise BadInput(f"--metrics {place}:{key}: nothing at {part!r}; there is {known}.")
        found = found[part]
    if not isinstance(found, int | float):
        raise BadInput(f"--metrics {place}:{key}: holds {', '.join(sorted(found)[:12])}. Name one of these.")
    return float(found)


def table(metrics: list[str], rows: dict[str, list[float]]) -> str:
    """Markdown: a row a variant; in brackets the ratio to the first variant."""
    first = next(iter(rows.values()))
    lines = [f"| variant | {' | '.join(f'`{name}`' for name in metrics)} |", f"| --- |{' ---: |' * len(metrics)}"]
    for number, (variant, values) in enumerate(rows.items()):
        cells = [f"{value:.4g}" for value in values]
        if number:
            cells = [
                f"{cell} ({value / old:.3f})" if old else cell
                for cell, value, old in zip(cells, values, first, strict=True)
            ]
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", required=True, help="up to which stage the pipeline is run")
    parser.add_argument("--metrics", nargs="+", required=True, metavar="FILE:KEY", help="what to compare")
    parser.add_argument("--variant", nargs="+", action="append", required=True, metavar="WORD",
                        help="a name, then KEY=VALUE as often as needed; at least two variants")  # fmt: skip
    given = parser.parse_args()
    variants = {name: changes for name, *changes in given.variant}
    if not 1 < len(variants) == len(given.variant):
        raise BadInput("--variant: expected at least two, each with a name of its own.")
    for changes in variants.values():
        check_settings(changes)
    if wrong := [metric for metric in given.metrics if not all(metric.partition(":"))]:
        raise BadInput(f"--metrics {wrong[0]}: expected FILE:KEY, such as pretrain/blocks:vi_bits_per_byte.")
    check_workspace()
    profile = profile_name(read(PARAMS), PARAMS)
    known = known_experiments()
    names = {variant: experiment_name(variant, given.stage, changes) for variant, changes in variants.items()}
    for number, (variant, changes) in enumerate(variants.items(), start=1):
        if names[variant] not in known:
            log.info("%d of %d: %s, log in %s", number, len(variants), variant, LOGS / f"{names[variant]}.log")
            run_experiment(names[variant], given.stage, changes, LOGS)
    known = known_experiments()
    rows: dict[str, list[float]] = {}
    for variant, changes in variants.items():
        rows[variant] = []
        commit = known[names[variant]]
        check_values(names[variant], commit, changes)
        for file, _, key in (metric.partition(":") for metric in given.metrics):
            found = read_metrics(names[variant], commit, f"metrics/{profile}/{file}.json")
            rows[variant].append(value_at(found, file, key))
    print(table(given.metrics, rows))


if __name__ == "__main__":
    start(main)
