"""Multiple-choice benchmarks through lm-evaluation-harness, on local files and with our own scoring.

A benchmark is a folder of the harness's task files, stages/scoring/tasks/<benchmark>/<part>-<language>.yaml, and
a folder of items, <benchmarks>/<benchmark>/<file named in the YAML>.jsonl. Adding one needs no code.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset
from lm_eval import evaluate
from lm_eval.api.instance import Instance
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

from stages.errors import BadInput
from stages.scoring.likelihood import Score

TASKS = Path(__file__).parent / "tasks"

# Scores (context, continuation) pairs, in the order given.
Scorer = Callable[[Sequence[tuple[str, str]]], Sequence[Score]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. `margin`: nats a byte by which the right answer leads the best wrong one."""

    id: str
    correct: bool
    margin: float


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a benchmark: its items, and whether they count in the benchmark's total."""

    outcomes: list[Outcome]
    in_total: bool


class LikelihoodModel(LM):
    """The harness's view of a model: something that scores a continuation given a context."""

    def __init__(self, score: Scorer):
        super().__init__()
        self._score = score

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        scores = self._score([request.args for request in requests])
        return [(score.log_likelihood, score.greedy) for score in scores]

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        raise NotImplementedError("bits per byte are measured in stages.scoring.bits_per_byte")

    def generate_until(self, requests: list[Instance]) -> list[str]:
        raise NotImplementedError("no benchmark here generates text")


def benchmark_names(benchmarks: Path) -> list[str]:
    """The benchmarks that have items below a folder, each of which must have task files."""
    if not benchmarks.is_dir():
        raise BadInput(f"{benchmarks}: no such folder of benchmarks. Run the stage that makes it (dvc repro).")
    names = sorted(folder.name for folder in benchmarks.iterdir() if folder.is_dir())
    for name in names:
        if not (TASKS / name).is_dir():
            raise BadInput(f"{benchmarks / name}: no task files for it. Write {TASKS / name}/<part>-<language>.yaml.")
    return names


def run_benchmark(benchmarks: Path, name: str, language: str, score: Scorer) -> dict[str, Part]:
    """Outcomes of a benchmark's items in one language, by part, in the order of the item files.

    An item counts as correct where the right answer has the highest log-likelihood a byte (the harness's acc_bytes).
    Raises `BadInput` for a missing file or an unusable item.
    """
    # The built-in tasks are thousands of files and seconds of reading.
    manager = TaskManager(include_path=str(TASKS / name), include_defaults=False)
    chosen, configs = {}, []
    for task, entry in sorted(manager.task_index.items()):
        if entry.cfg["metadata"]["language"] == language:
            chosen[task] = entry.cfg["metadata"]
            items = _read_items(benchmarks / name / Path(entry.cfg["dataset_kwargs"]["data_files"]["test"]).name)
            configs.append({**entry.cfg, "custom_dataset": lambda items=items, **_: {"test": Dataset.from_list(items)}})
    if not configs:
        return {}
    # evaluate, not simple_evaluate: the latter adds host, clock and installed packages to the results.
    results = _quietly(
        lambda: evaluate(LikelihoodModel(score), manager.load(configs), bootstrap_iters=0, log_samples=True)
    )
    return {
        chosen[task]["part"]: Part([_outcome(sample) for sample in samples], chosen[task]["in_total"])
        for task, samples in results["samples"].items()
    }


def _outcome(sample: dict[str, Any]) -> Outcome:
    item = sample["doc"]
    lead = [
        likelihood / len(choice.encode())
        for (likelihood, _), choice in zip(sample["filtered_resps"], item["choices"], strict=True)
    ]
    right = lead.pop(item["answer"])
    return Outcome(item["id"], bool(sample["acc_bytes"]), right - max(lead))


def _read_items(file: Path) -> list[dict[str, Any]]:
    """Items of a JSON-lines file: id, query, choices and the index of the answer; other keys are left out."""
    try:
        lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except FileNotFoundError:
        raise BadInput(f"{file}: no such items, though a task names them. Run the stage that makes them.") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: not UTF-8 ({error}). Delete its folder and run its stage again.") from None
    if lines == [""]:
        raise BadInput(f"{file}: holds no item. Delete its folder and run its stage again.")
    return [_read_item(f"{file}:{number}", line) for number, line in enumerate(lines, 1)]


def _read_item(place: str, line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
        kept = {key: item[key] for key in ("id", "query", "choices", "answer")}
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{place}: expected a JSON object with id, query, choices and answer: {error!r}.") from None
    choices, right = kept["choices"], kept["answer"]
    texts = [kept["id"], kept["query"], *(choices if isinstance(choices, list) else [None])]
    if not all(isinstance(text, str) for text in texts) or not all(choices) or len(choices) < 2:
        raise BadInput(f"{place}: id, query and at least two choices must be strings, and no choice empty.")
    if type(right) is not int or not 0 <= right < len(choices):
        raise BadInput(f"{place}: answer {right!r} is not the index of one of {len(choices)} choices.")
    return kept


def _quietly(call: Callable[[], Any]) -> Any:
    """The harness logs every task's settings, some of them as warnings that do not concern a local file."""
    logger = logging.getLogger("lm_eval")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return call()
    finally:
        logger.setLevel(level)
