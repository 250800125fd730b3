"""Files of pinned data sets on the Hugging Face hub as a kind of benchmark for `stages.benchmarks`."""

from pathlib import Path
from typing import Literal

from pydantic import NonNegativeInt

from stages.errors import BadInput
from stages.hub.settings import Settings
from stages.items.making import Made, make
from stages.items.source import Part, Pinned, load_source
from stages.params import section


@section
class Benchmark(Settings):
    """Parameters of a benchmark of kind `hub`: the section `hub`, the benchmark's entry, the profile's limit."""

    kind: Literal["hub"]
    input: str
    source: str
    max_items: NonNegativeInt


def items(name: str, benchmark: Benchmark, _: Path, source_file: Path) -> Made:
    """The items of every part, from exactly the files that its source.yaml pins."""
    source = load_source(source_file)

    def local_copy(part: Part, data: Pinned) -> Path:
        from stages.hub import client  # it needs the `datasets` library, which takes seconds to import

        repository, revision = source.place_of(part)
        if repository is None:
            raise BadInput(f"{source_file}: {part.name}: repository is null. Name one on the hub, or use kind: files.")
        if revision is None or data.sha256 is None:
            missing = "revision" if revision is None else f"sha256 of {data.path}"
            raise BadInput(
                f"{source_file}: {part.name}: {missing} is null: {repository} is not pinned. Run `make pin`, which "
                f"asks the hub and writes it there, and commit that; or set max_items of {name} to 0."
            )
        return client.download(repository, revision, data.path, benchmark.max_attempts, benchmark.first_wait_seconds)

    return make(source, source_file, benchmark.max_items, local_copy)
