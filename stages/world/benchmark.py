"""The world's exam as a kind of benchmark for `stages.benchmarks`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stages.items.making import Made
from stages.params import section
from stages.world.exam import MAX_ITEMS_PER_PART, exam
from stages.world.settings import WorldSettings
from stages.world.world import LANGUAGES, make_world


@section
class Benchmark(WorldSettings):
    """Parameters of a benchmark of kind `world`: the section `world`, the benchmark's entry, the profile's size."""

    kind: Literal["world"]
    input: str
    source: str
    items_per_part: Annotated[int, Field(ge=1, le=MAX_ITEMS_PER_PART)]


def items(name: str, benchmark: Benchmark, _: Path, __: Path) -> Made:
    """Every item by part and language."""
    world, made = make_world(benchmark.seed, benchmark.people), Made()
    for language in LANGUAGES:
        for item in exam(world, language, benchmark.items_per_part):
            line = asdict(item) | {"choices": [*item.choices]}
            made.items.setdefault(f"{item.part}-{item.language}", []).append(line)
    made.metrics = {"items": {part: len(found) for part, found in made.items.items()}}
    return made
