"""The world's exam and its translations as a kind of benchmark for `stages.benchmarks`."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from stages.items.making import Made
from stages.params import section
from stages.world import translation
from stages.world.exam import MAX_ITEMS_PER_PART, exam
from stages.world.settings import WorldSettings
from stages.world.world import LANGUAGES, Language, World, make_world


@section
class Benchmark(WorldSettings):
    """Parameters of a benchmark of kind `world`: the section `world`, the benchmark's entry, the profile's size."""

    kind: Literal["world"]
    content: Literal["exam", "translation"]
    input: str
    source: str
    items_per_part: Annotated[int, Field(ge=1, le=MAX_ITEMS_PER_PART)]


def items(name: str, benchmark: Benchmark, _: Path, __: Path) -> Made:
    """Every item by part and language."""
    world, made = make_world(benchmark.seed, benchmark.people), Made()
    asked = _exam if benchmark.content == "exam" else _translations
    for language in LANGUAGES:
        for file, line in asked(world, language, benchmark.items_per_part):
            made.items.setdefault(file, []).append(line)
    made.metrics = {"items": {part: len(found) for part, found in made.items.items()}}
    return made


def _exam(world: World, language: Language, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in exam(world, language, count):
        yield f"{item.part}-{item.language}", asdict(item) | {"choices": [*item.choices]}


def _translations(world: World, language: Language, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, item in enumerate(translation.items(world, language, translation.EXAMPLES + count)):
        is_example = number < translation.EXAMPLES
        yield f"{item['part']}-{language}{'.examples' if is_example else ''}", item
