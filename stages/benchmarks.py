"""Evaluation items of one benchmark: one file of JSON lines for each part and language, fetched once and pinned.

The kind of a benchmark names the room that gets its items: stages/<kind>/benchmark.py. The items
are made once, before the corpus is split, so that what leaks into it can be found, and `evaluate` needs no network.
Beside `<part>-<language>.jsonl` stand the examples that a prompt may show, `<part>-<language>.examples.jsonl`, and
about.json: counts, licence and origin. With max_items: 0 nothing is fetched and there are no items.
"""

import importlib
from pathlib import Path
from typing import Any, Protocol

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.items.making import Made, as_lines
from stages.outputs import new_folder, write_json, write_metrics, write_text

KINDS = ("world", "hub", "files")
SECTIONS = ("{kind}", "benchmarks.{name}", "profiles.{profile}.benchmarks.{name}")


class Benchmark(Protocol):
    """What every kind's parameters hold beside its own: stages/<kind>/benchmark.py has the dataclass `Benchmark`.

    `input`: what the items are read from; `source`: the source.yaml that tells how (of `world`: its code).
    """

    kind: str
    input: str
    source: str


def load(file: Path, name: str) -> Benchmark:
    """The parameters of one benchmark, as the dataclass of its kind."""
    entry = params.read(file).get("benchmarks", {}).get(name)
    if not isinstance(entry, dict):
        raise BadInput(f"{file}: benchmarks.{name} is missing. Add it; the entries beside it show its keys.")
    kind = entry.get("kind")
    if kind not in KINDS:
        raise BadInput(f"{file}: benchmarks.{name}.kind: {kind!r} does not exist. Choose one of: {', '.join(KINDS)}.")
    sections = [place.format(kind=kind, name=name, profile="{profile}") for place in SECTIONS]
    return params.load(_room(kind).Benchmark, file, *sections)


def run(name: str, benchmark: Benchmark, input: Path, source: Path, out: Path) -> dict[str, Any]:
    """Write the items into `out`/<part>-<language>.jsonl; returns how many of each there are, and from where."""
    made = Made(metrics={"items": {}})
    if getattr(benchmark, "max_items", 1) > 0:
        made = _room(benchmark.kind).items(name, benchmark, input, source)
    with new_folder(out) as folder:
        for file, items in made.items.items():
            write_text(folder / f"{file}.jsonl", as_lines(items))
        write_json(folder / "about.json", made.metrics)
    return made.metrics


def _room(kind: str) -> Any:
    # By name, so that editing one kind's code does not make the benchmarks of another again.
    return importlib.import_module(f"stages.{kind}.benchmark")


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "input", "source", "out", "metrics")
    arguments.add_argument("--name", required=True, help="its name under `benchmarks` in the parameter file")
    given = arguments.parse_args()
    metrics = run(given.name, load(given.params, given.name), given.input, given.source, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
