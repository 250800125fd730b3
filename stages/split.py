"""Training, validation and test documents of one language, without those that contain benchmark items.

A document's part depends on its id alone, so it stays when others come or go. OUT holds folders of
documents: train, validation, test, and dropped with metadata.benchmark; and contaminated_items.json, the ids of the
items that were found, by benchmark: evaluate scores the others apart, as `clean`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, NonNegativeInt, PositiveInt

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.execution.units import map_units, resumable_folder
from stages.outputs import write_json, write_metrics
from stages.params import section

if TYPE_CHECKING:
    from stages.decontamination.contamination import Item

SECTIONS = ("split", "profiles.{profile}.split")
EXAMPLES = ".examples.jsonl"
EXECUTION = "profiles.{profile}.execution"
Share = Annotated[float, Field(ge=0, le=0.5)]


@section
class Params:
    """How documents are shared out, and what counts as containing a benchmark item."""

    contamination_syllables: PositiveInt
    min_item_syllables: NonNegativeInt
    seed: int
    validation_share: Share
    test_share: Share


def run(settings: Params, execution: Execution, documents: Path, benchmarks: Path, out: Path) -> dict[str, Any]:
    """Share out the documents of `documents`/kept over the folders of `out`; returns the metrics."""
    from stages.decontamination.parts import FOLDERS, Split
    from stages.text.accounts import Accounts
    from stages.text.documents import parts

    items = tuple(read_items(benchmarks))
    source = documents / "kept"
    with resumable_folder(out, settings, source, benchmarks) as (folder, scratch):
        split = Split(
            items,
            settings.contamination_syllables,
            settings.min_item_syllables,
            settings.seed,
            settings.validation_share,
            settings.test_share,
            folder,
        )
        written = list(map_units(split, parts(source), execution, scratch, "split"))
        accounts = Accounts.merged(part["accounts"] for part in written)
        accounts.refuse_empty("split")
        found: dict[str, set[str]] = {item.benchmark: set() for item in items}
        for part in written:
            for benchmark, ids in part["items"].items():
                found[benchmark].update(ids)
        write_json(folder / "contaminated_items.json", {name: sorted(ids) for name, ids in found.items()})
    hits = sum((Counter(part["documents"]) for part in written), Counter())
    shares = {name: sum(part["parts"][name] for part in written) for name in FOLDERS}
    contaminated = {
        name: {
            "items": len(ids),
            "as_written": hits[f"{name}.as_written"],
            "without_diacritics": hits[f"{name}.without_diacritics"],
        }
        for name, ids in found.items()
    }
    return accounts.metrics() | {"parts": shares, "contaminated": contaminated}


def read_items(benchmarks: Path) -> "Iterator[Item]":
    """The items of all benchmarks: JSON lines in a folder each, of several choices or answered in writing.

    The examples that a prompt may show are not looked for: nobody is scored on them.
    """
    if not benchmarks.is_dir():
        raise BadInput(f"{benchmarks}: no such folder. Run the stage benchmarks (dvc repro).")
    for file in sorted(benchmarks.glob("*/*.jsonl")):
        if file.name.endswith(EXAMPLES):
            continue
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield _item(file.parent.name, json.loads(line))
                except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
                    raise BadInput(
                        f"{file}:{number}: not an item with id, query, choices and the answer's position, or answers "
                        f"({error!r}). Mend the line, or run the stage benchmarks again."
                    ) from None


def _item(benchmark: str, line: dict[str, Any]) -> "Item":
    from stages.decontamination.contamination import Item

    choices, answers, contexts = (tuple(map(str, line.get(key) or ())) for key in ("choices", "answers", "contexts"))
    answer = None if answers else line["answer"]
    if not answers:
        choices[answer or 0]  # must exist
    context = str(line.get("context") or "")
    return Item(benchmark, str(line["id"]), str(line["query"]), choices, answer, answers, context, contexts)


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "benchmarks", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    execution = params.load(Execution, given.params, EXECUTION)
    metrics = run(settings, execution, given.documents, given.benchmarks, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
