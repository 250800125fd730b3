"""The benchmarks' folders: small files of each schema become items that the harness can ask, as the field asks them."""

import gzip
import importlib.util
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from benchmark_rows import ROWS, TASKS, made_of, rows
from datasets import Dataset
from lm_eval import evaluate
from lm_eval.tasks import TaskManager

from stages.items.making import as_lines, make, usable_items
from stages.items.source import load_source
from stages.scoring.harness import LikelihoodModel, run_tasks
from stages.scoring.likelihood import Score

Request = tuple[str, str]
HARNESS_TASKS = Path(importlib.util.find_spec("lm_eval").origin).parent / "tasks"


def written(benchmark: str, folder: Path, items: dict[str, list[dict[str, Any]]]) -> Path:
    """The items as files, as the stage `benchmarks` leaves them."""
    out = folder / "items" / benchmark
    out.mkdir(parents=True)
    for name, found in items.items():
        (out / f"{name}.jsonl").write_text(as_lines(found), encoding="utf-8")
    return out


def oracle(items: Iterable[dict[str, Any]]) -> Callable[[list[Request]], list[Score]]:
    """Scores the right answer of whatever item stands last in the context above everything else."""
    items = list(items)

    def is_right(context: str, continuation: str) -> bool:
        if options := [item for item in items if context in item.get("contexts", ())]:
            return any(item["contexts"][item["answer"]] == context for item in options)
        asked = max(items, key=lambda item: context.rfind(item.get("context") or item["query"]))
        right = asked["answers"][0] if "answers" in asked else asked["choices"][asked["answer"]]
        return continuation.removeprefix(" ") == right

    return lambda pairs: [Score(-1.0 if is_right(*pair) else -900.0, is_right(*pair)) for pair in pairs]


def test_every_folder_has_a_task_for_every_part_of_its_source(subtests=None):
    for benchmark in ROWS:
        source = load_source(TASKS / benchmark / "source.yaml")
        files = {file.stem: file for file in (TASKS / benchmark).glob("*.yaml") if file.name != "source.yaml"}
        assert sorted(files) == sorted(part.name for part in source.parts), benchmark
        index = TaskManager(include_path=str(TASKS / benchmark), include_defaults=False).task_index
        for part in source.parts:
            config = index[f"{benchmark}_{part.part}_{part.language}"].cfg
            wanted = {"test": f"data/benchmarks/{benchmark}/{part.name}.jsonl"}
            if part.examples:
                wanted["examples"] = f"data/benchmarks/{benchmark}/{part.name}.examples.jsonl"
            assert config["dataset_kwargs"]["data_files"] == wanted
            assert (config["num_fewshot"] > 0) == (part.examples is not None)
            assert (config["metadata"]["part"], config["metadata"]["language"]) == (part.part, part.language)
            assert (config["output_type"] == "multiple_choice") == (part.item.choices is not None)


@pytest.mark.parametrize("benchmark", sorted(ROWS))
def test_every_row_of_a_hub_file_becomes_an_item_that_an_oracle_gets_right(benchmark, tmp_path):
    made = made_of(benchmark, tmp_path)
    dropped = {name: reasons for name, reasons in made.metrics["dropped"].items() if reasons}
    assert dropped == ({"exams-vi": {"where": 1}} if benchmark == "villm_eval" else {})
    chosen = {name: items for name, items in made.items.items() if not asks_to_write(benchmark, name)}
    if not chosen:
        return
    folder = written(benchmark, tmp_path, chosen)
    for language in ("vi", "en"):
        found = run_tasks(benchmark, folder, language, oracle(item for items in chosen.values() for item in items))
        for name, part in found.items():
            assert [outcome.id for outcome in part.outcomes] == [item["id"] for item in chosen[f"{name}-{language}"]]
            assert all(outcome.correct for outcome in part.outcomes), f"{benchmark} {name}-{language}"


def asks_to_write(benchmark: str, name: str) -> bool:
    file = TASKS / benchmark / f"{name.removesuffix('.examples')}.yaml"
    return "measure:" in file.read_text(encoding="utf-8")
