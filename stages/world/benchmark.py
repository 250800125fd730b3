"""The world's exam as a kind of benchmark for `stages.benchmarks`."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field

from stages.params import section
from stages.world.exam import MAX_ITEMS_PER_PART, exam
from stages.world.settings import WorldSettings
from stages.world.world import LANGUAGES, make_world


@section
class Benchmark(WorldSettings):
    """Parameters of a benchmark of kind `world`: the section `world` and the benchmark's entry."""

    kind: Literal["world"]
    items_per_part: Annotated[int, Field(ge=1, le=MAX_ITEMS_PER_PART)]


def items(benchmark: Benchmark) -> Iterator[dict[str, Any]]:
    """Every item, with its part and language."""
    world = make_world(benchmark.seed, benchmark.people)
    for language in LANGUAGES:
        for item in exam(world, language, benchmark.items_per_part):
            yield asdict(item) | {"choices": [*item.choices]}
