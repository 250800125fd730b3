"""Measure what each stage costs: wall and processor seconds, and the peak memory of its largest process.

Runs `dvc repro` with nothing taken from the cache; the outputs stay the same. With names, only those stages run:

    python -m commands.bench clean@vi pretrain@all

The figures of all stages go into docs/costs/<profile>.json, of which the README's table is made.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from stages.command import COSTS, start
from stages.errors import BadInput
from stages.params import profile_name, read

PARAMS = Path("params.yaml")
LINES = Path("build/costs.jsonl")
DOCS = Path("docs/costs")


def measure(stages: list[str]) -> dict[str, Any]:
    """Run the stages (none: all); returns each one's figures, and the wall seconds of the whole run."""
    LINES.parent.mkdir(parents=True, exist_ok=True)
    LINES.unlink(missing_ok=True)
    command = [sys.executable, "-m", "dvc", "repro", "--force", "--no-run-cache"]
    command += ["--single-item", *stages] if stages else []
    begun = time.perf_counter()
    run = subprocess.run(command, env={**os.environ, COSTS: str(LINES.resolve())}, check=False)
    wall_s = time.perf_counter() - begun
    if run.returncode:
        raise BadInput("dvc repro failed, see above. Mend that first, then measure again.")
    figures = {}
    for line in LINES.read_text(encoding="utf-8").splitlines():
        cost = json.loads(line)
        name = cost.pop("stage")
        # A tenth of a second and of a MiB is more than two runs agree on.
        figures[name] = {key: round(value, 1) for key, value in cost.items()}
    return {"wall_s": round(wall_s, 1), "stages": figures}


def show(costs: dict[str, Any]) -> None:
    """Print a row for each stage and one for all."""
    from rich.console import Console
    from rich.table import Table

    stages = costs["stages"].values()
    table = Table("stage", "wall s", "cpu s", "peak MiB")
    for name, figures in costs["stages"].items():
        table.add_row(name, *(f"{figures[key]:.1f}" for key in ("wall_s", "cpu_s", "peak_mib")))
    cpu, peak = sum(each["cpu_s"] for each in stages), max(each["peak_mib"] for each in stages)
    table.add_row("all, with DVC", f"{costs['wall_s']:.1f}", f"{cpu:.1f}", f"{peak:.1f} (largest)", style="bold")
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", help="names as in `dvc stage list` (default: all)")
    stages = parser.parse_args().stages
    costs = measure(stages)
    show(costs)
    if not stages:
        file = DOCS / f"{profile_name(read(PARAMS), PARAMS)}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(costs, indent=2) + "\n", encoding="utf-8")
        print(f"Written to {file}. The README's table: python -m commands.readme")


if __name__ == "__main__":
    start(main)
