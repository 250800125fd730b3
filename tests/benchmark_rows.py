"""Items of the small files that stand for the benchmarks' own: see commands/rehearsal/benchmark_rows.py."""

from pathlib import Path

from commands.rehearsal.benchmark_rows import ROWS, rows, write
from stages.items.making import Made, make
from stages.items.source import load_source

__all__ = ["ROWS", "TASKS", "made_of", "rows"]

TASKS = Path(__file__).parent.parent / "stages" / "scoring" / "tasks"


def made_of(benchmark: str, folder: Path) -> Made:
    """The items that the stage makes of the benchmark's small files, which are written into the folder first."""
    write(benchmark, folder)
    file = TASKS / benchmark / "source.yaml"
    source = load_source(file)
    return make(source, file, 100, lambda part, data: folder / (source.place_of(part)[0] or "") / data.path)
