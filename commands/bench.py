"""Measure what each stage costs: wall and processor seconds, peak memory.

Runs the stages' own commands from dvc.yaml on the data that lies here (so run `make repro` first),
writing into build/bench instead of data/, models/ and metrics/. With names, only those stages:

    python -m commands.bench clean@vi pretrain@all

The figures of a run of all stages go into docs/costs/<profile>.json, from which the README's table is made.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from stages.params import profile_name, read

PARAMS = Path("params.yaml")
ASIDE = Path("build/bench")
COSTS = Path("docs/costs")
WRITTEN = ("data/", "models/", "metrics/", "logs/", "checkpoints/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", help="names as in `dvc stage list` (default: all)")
    arguments = parser.parse_args()

    from dvc.repo import Repo
    from rich.console import Console
    from rich.table import Table

    with Repo() as repo:
        known = {stage.addressing: stage for stage in topological(repo)}
        unknown = sorted(set(arguments.stages) - set(known))
        if unknown:
            sys.exit(f"error: no such stage: {', '.join(unknown)}. `dvc stage list` names them.")
        chosen = [stage for name, stage in known.items() if not arguments.stages or name in arguments.stages]

    shutil.rmtree(ASIDE, ignore_errors=True)
    figures = {}
    for stage in chosen:
        print(f"{stage.addressing} ...", file=sys.stderr)
        figures[stage.addressing] = measure(aside(stage))

    table = Table("stage", *(f"{unit}" for unit in ("wall s", "cpu s", "peak MiB")))
    for name, figure in figures.items():
        table.add_row(name, *(f"{figure[key]:.1f}" for key in ("wall_s", "cpu_s", "peak_mib")))
    total = {key: sum(figure[key] for figure in figures.values()) for key in ("wall_s", "cpu_s")}
    peak = max(figure["peak_mib"] for figure in figures.values())
    table.add_row("all", f"{total['wall_s']:.1f}", f"{total['cpu_s']:.1f}", f"{peak:.1f} (largest)", style="bold")
    Console().print(table)
    if not arguments.stages:
        file = COSTS / f"{profile_name(read(PARAMS), PARAMS)}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rounded(figures), indent=2) + "\n", encoding="utf-8")
        print(f"Written to {file}. README.md: python -m commands.readme", file=sys.stderr)


def rounded(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """A tenth of a second and of a MiB is more than two runs agree on."""
    return {name: {key: round(value, 1) for key, value in figure.items()} for name, figure in figures.items()}


def topological(repo) -> list:
    """The stages in the order in which `dvc repro` runs them."""
    import networkx

    return [stage for stage in networkx.dfs_postorder_nodes(repo.index.graph) if stage.cmd]


def aside(stage) -> list[str]:
    """The stage's command with every path that it writes moved below build/bench."""
    outs = {out.def_path for out in stage.outs}
    words = shlex.split(stage.cmd)

    def writes(word: str) -> bool:
        is_untracked = word.startswith(("logs/", "checkpoints/"))
        return is_untracked or any(out == word or out.startswith((word + "/", word + "-")) for out in outs)

    return [str(ASIDE / word) if word.startswith(WRITTEN) and writes(word) else word for word in words]


def measure(command: list[str]) -> dict[str, float]:
    """Run a command to its end; its own accounting by the operating system. A failure ends the benchmark."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaints = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"error: {shlex.join(command)} failed:\n{complaints.decode(errors='replace')[-3000:]}")
    return {
        "wall_s": time.perf_counter() - begun,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
