"""The world's exam as a kind of benchmark for `stages.benchmarks`."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal

from pydantic import PositiveInt

from stages.params import section
from stages.world.exam import exam
from stages.world.settings import WorldSettings
from stages.world.world import LANGUAGES, make_world


@section
class Benchmark(WorldSettings):
    """Parameters of a benchmark of kind `world`: the section `world` and the benchmark's entry."""

    kind: Literal["world"]
    items_per_part: PositiveInt


def items(benchmark: Benchmark) -> Iterator[dict[str, Any]]:
    """Every item, with its part and language."""
    world = make_world(benchmark.seed, benchmark.people)
    for language in LANGUAGES:
        for item in exam(world, language, benchmark.items_per_part):
            yield asdict(item) | {"choices": [*item.choices]}
