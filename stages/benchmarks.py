"""Evaluation items of one benchmark: one file of JSON lines for each part and language.

The kind of a benchmark names the room that makes its items: stages/<kind>/benchmark.py. The items
are made once, before the corpus is split, so that what leaks into it can be found.
"""

import importlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Protocol

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics, write_text

KINDS = ("world",)
SECTIONS = ("{kind}", "benchmarks.{name}")


class Benchmark(Protocol):
    """What every kind's parameters hold beside its own: stages/<kind>/benchmark.py has the dataclass `Benchmark`."""

    kind: str


def load(file: Path, name: str) -> Benchmark:
    """The parameters of one benchmark, as the dataclass of its kind."""
    entry = params.read(file).get("benchmarks", {}).get(name)
    if not isinstance(entry, dict):
        raise BadInput(f"{file}: benchmarks.{name} is missing. Add it; the entries beside it show its keys.")
    kind = entry.get("kind")
    if kind not in KINDS:
        raise BadInput(f"{file}: benchmarks.{name}.kind: {kind!r} does not exist. Choose one of: {', '.join(KINDS)}.")
    return params.load(_room(kind).Benchmark, file, *(place.format(kind=kind, name=name) for place in SECTIONS))


def run(benchmark: Benchmark, out: Path) -> dict[str, Any]:
    """Write the items into `out/<part>-<language>.jsonl`; returns how many there are of each."""
    lines: dict[str, list[str]] = defaultdict(list)
    for item in _room(benchmark.kind).items(benchmark):
        lines[f"{item['part']}-{item['language']}"].append(json.dumps(item, ensure_ascii=False, sort_keys=True))
    with new_folder(out) as folder:
        for name, items in lines.items():
            write_text(folder / f"{name}.jsonl", "\n".join(items) + "\n")
    return {"items": {name: len(items) for name, items in lines.items()}}


def _room(kind: str) -> Any:
    # By name, so that editing one kind's code does not make the benchmarks of another again.
    return importlib.import_module(f"stages.{kind}.benchmark")


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "out", "metrics")
    arguments.add_argument("--name", required=True, help="its name under `benchmarks` in the parameter file")
    given = arguments.parse_args()
    metrics = run(load(given.params, given.name), given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
