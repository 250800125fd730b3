"""Training, validation and test documents of one language, without those that contain benchmark items.

A document's part depends on its id alone, so it stays when others come or go. OUT holds folders of
documents: train, validation, test, and dropped with metadata.benchmark.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt, PositiveInt
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import section
from stages.text.accounts import Accounts
from stages.text.contamination import Contamination, Item
from stages.text.documents import Document, read_documents
from stages.text.id_order import WriterInIdOrder

SECTIONS = ("split", "profiles.{profile}.split")
PARTS = ("train", "validation", "test")
Share = Annotated[float, Field(ge=0, le=0.5)]


@section
class Params:
    """How documents are shared out, and what counts as containing a benchmark item."""

    contamination_syllables: PositiveInt
    min_item_syllables: NonNegativeInt
    seed: int
    validation_share: Share
    test_share: Share


def run(settings: Params, documents: Path, benchmarks: Path, out: Path) -> dict[str, Any]:
    """Share out the documents of `documents`/kept over the folders of `out`; returns the metrics."""
    contamination = Contamination(read_items(benchmarks), settings.contamination_syllables, settings.min_item_syllables)
    accounts = Accounts()
    parts: Counter[str] = Counter(dict.fromkeys(PARTS, 0))
    hits: Counter[str] = Counter()
    with new_folder(out) as folder:
        with ExitStack() as stack:
            writers = {name: stack.enter_context(WriterInIdOrder(folder / name)) for name in (*PARTS, "dropped")}
            for document in tqdm(read_documents(documents / "kept"), desc="split", unit=" documents", mininterval=1):
                accounts.came_in(document)
                if hit := contamination.hit(document.text):
                    hits[f"{hit.benchmark}.{'as_written' if hit.with_diacritics else 'without_diacritics'}"] += 1
                    document.metadata["benchmark"] = hit.benchmark
                    accounts.was_dropped(document, "contamination")
                    writers["dropped"].add(document)
                else:
                    part = part_of(document, settings)
                    parts[part] += 1
                    accounts.was_kept(document)
                    writers[part].add(document)
        accounts.refuse_empty("split")
    return accounts.metrics() | {"parts": dict(parts), "contaminated": dict(hits)}


def part_of(document: Document, settings: Params) -> str:
    """The part that a document belongs to: validation, test or train."""
    digest = hashlib.blake2b(f"{settings.seed} {document.id}".encode(), digest_size=8).digest()
    point = int.from_bytes(digest, "big") / 2**64
    if point < settings.validation_share:
        return "validation"
    return "test" if point < settings.validation_share + settings.test_share else "train"


def read_items(benchmarks: Path) -> Iterator[Item]:
    """The items of all benchmarks: JSON lines in a folder each, with `query`, `choices` and `answer`, its position."""
    if not benchmarks.is_dir():
        raise BadInput(f"{benchmarks}: no such folder. Run the stage benchmarks (dvc repro).")
    for file in sorted(benchmarks.glob("*/*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    item = json.loads(line)
                    answer = item["choices"][item["answer"]]
                    yield Item(file.parent.name, f"{item['query']} {answer}")
                except (ValueError, KeyError, IndexError, TypeError) as error:
                    raise BadInput(
                        f"{file}:{number}: not an item with query, choices and the answer's position ({error!r}). "
                        "Mend the line, or run the stage benchmarks again."
                    ) from None


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "benchmarks", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    metrics = run(settings, given.documents, given.benchmarks, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
