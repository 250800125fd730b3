"""Files of your own, in a folder, as a kind of benchmark for `stages.benchmarks`."""

from pathlib import Path
from typing import Literal

from pydantic import NonNegativeInt

from stages.errors import BadInput
from stages.files.settings import Settings
from stages.items.making import Made, make
from stages.items.source import Part, Pinned, load_source
from stages.params import section


@section
class Benchmark(Settings):
    """Parameters of a benchmark of kind `files`: the section `files`, the benchmark's entry, the profile's limit."""

    kind: Literal["files"]
    input: str
    source: str
    max_items: NonNegativeInt


def items(name: str, benchmark: Benchmark, folder: Path, source_file: Path) -> Made:
    """The items of every part; a file's sha256 is checked where its source.yaml has one (DVC keeps it anyway)."""

    def local_copy(part: Part, data: Pinned) -> Path:
        file = folder / data.path
        if not file.is_file():
            raise BadInput(
                f"{file}: no such file, though {source_file} names it for {part.name}. Put it there, or set max_items "
                f"of {name} to 0."
            )
        return file

    return make(load_source(source_file), source_file, benchmark.max_items, local_copy)
