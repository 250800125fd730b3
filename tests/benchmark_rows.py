"""Items of the small files that stand for the benchmarks' own: see commands/rehearsal/benchmark_rows.py."""

import re
from pathlib import Path

from commands.rehearsal.benchmark_rows import ROWS, rows, write
from stages.items.making import Made, make
from stages.items.source import load_source

__all__ = ["ROWS", "TASKS", "made_of", "make_from", "rows"]

TASKS = Path(__file__).parent.parent / "stages" / "scoring" / "tasks"


def made_of(benchmark: str, folder: Path) -> Made:
    """The items that the stage makes of the benchmark's small files, which are written into the folder first."""
    return make_from(benchmark, write(benchmark, folder))


def make_from(benchmark: str, folder: Path) -> Made:
    """The items of the files as they lie in the folder, which are not those that the benchmark's hashes are of."""
    text = (TASKS / benchmark / "source.yaml").read_text(encoding="utf-8")
    file = folder / "source.yaml"
    file.write_text(re.sub(r"sha256: [0-9a-f]{64}", "sha256: null", text), encoding="utf-8")
    source = load_source(file)
    return make(source, file, 100, lambda part, data: folder / (source.place_of(part)[0] or "") / data.path)
