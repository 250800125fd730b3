"""Benchmarks through lm-evaluation-harness, on local files and with our own scoring.

A benchmark is a folder of the harness's task files, stages/scoring/tasks/<benchmark>/<part>-<language>.yaml, and
a folder of items, <benchmarks>/<benchmark>/<file named in the YAML>.jsonl. Adding one needs no code.
"""

import json
import logging
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from datasets import Dataset
from jinja2 import TemplateError
from lm_eval import evaluate
from lm_eval.api.instance import Instance
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

from stages.errors import BadInput
from stages.scoring.answers import SCORES
from stages.scoring.generation import Generated
from stages.scoring.items import Item, item_key, read_items
from stages.scoring.letters import LetterOutcome, as_listed, chosen_items, cyclic_orders, letter_outcomes
from stages.scoring.likelihood import Score

TASKS = Path(__file__).parent / "tasks"

# Scores (context, continuation) pairs, in the order given.
Scorer = Callable[[Sequence[tuple[str, str]]], Sequence[Score]]
# Writes a text after each prompt: at most so many tokens, and up to the first of some strings.
Writer = Callable[[Sequence[str], int, Sequence[str]], Sequence[Generated]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. `key`: the hash of what was asked (`item_key`).

    `score` is 1 or 0 of a choice, 0 to 1 of a written answer. `log_likelihood` is that of the right answer in nats,
    over its `bytes`, and `margin` the nats a byte by which it leads the best wrong one; neither is a number where the
    model wrote the answer. `choices`: how many there were, 0 if none were given.
    """

    id: str
    key: str
    score: float
    log_likelihood: float
    bytes: int
    margin: float
    choices: int = 0

    @property
    def correct(self) -> bool:
        return self.score == 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote for an item, and the right answers."""

    id: str
    written: Generated
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a benchmark: its items, whether they count in the benchmark's total, and what they are scored by.

    `letters` are items that were also asked by letter, `answers` what the model wrote where it was to write.
    """

    outcomes: list[Outcome]
    in_total: bool
    measure: str = "acc"  # one of stages/scoring/summary.py's MEASURES
    letters: tuple[LetterOutcome, ...] = ()
    answers: tuple[Answer, ...] = ()


class HarnessModel(LM):
    """The harness's view of a model: something that scores a continuation given a context, and writes one."""

    def __init__(self, score: Scorer, write: Writer | None):
        super().__init__()
        self._score = score
        self._write = write

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        scores = self._score([request.args for request in requests])
        return [(score.log_likelihood, score.greedy) for score in scores]

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        raise NotImplementedError("bits per byte are measured in stages.scoring.bits_per_byte")

    def generate_until(self, requests: list[Instance]) -> list[Generated]:
        alike: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for number, request in enumerate(requests):
            settings = request.args[1]
            alike[settings["max_gen_toks"], tuple(settings["until"])].append(number)
        found = {}
        for settings, numbers in alike.items():
            found |= zip(numbers, self._write([requests[i].args[0] for i in numbers], *settings), strict=True)
        return [found[number] for number in range(len(requests))]


def benchmark_names(benchmarks: Path) -> list[str]:
    """The benchmarks that have a folder of items below this one, each of which must have task files."""
    if not benchmarks.is_dir():
        raise BadInput(f"{benchmarks}: no such folder of benchmarks. Run the stage that makes it (dvc repro).")
    names = sorted(folder.name for folder in benchmarks.iterdir() if folder.is_dir())
    for name in names:
        if not (TASKS / name).is_dir():
            raise BadInput(f"{benchmarks / name}: no task files for it. Write {TASKS / name}/<part>-<language>.yaml.")
    return names


def run_benchmark(benchmarks: Path, name: str, *args: Any, **settings: Any) -> dict[str, Part]:
    """Outcomes of the items in the folder `<benchmarks>/<name>`: see `run_tasks`."""
    return run_tasks(name, benchmarks / name, *args, **settings)


def run_tasks(
    name: str, folder: Path, language: str, score: Scorer, write: Writer | None = None, max_letter_items: int = 0
) -> dict[str, Part]:
    """Outcomes of a benchmark's items in one language, by part, in the order of the files in the folder.

    An item counts as correct where the right answer has the highest log-likelihood a byte (the harness's acc_bytes), or
    the highest of all where the task's metric is the harness's acc (labels.yml).
    Without `write`, tasks whose answers are written are left out. Where a task says `letters`, so many of its items
    are also asked by letter. A folder without any items gives no parts, nor does a part whose items have no answers,
    nor one that is `optional` (not every corpus yields its items) and has no file.
    Raises `BadInput` for a missing file or an unusable item.
    """
    if not any(folder.glob("*.jsonl")):
        return {}
    configs: dict[str, dict[str, Any]] = {}
    for config in _task_files(name, language):
        if config["output_type"] == "generate_until" and not write:
            continue
        if config["metadata"].get("optional") and not _item_file(config, folder, "test").exists():
            continue
        items, examples = _read_split(config, folder, "test"), _read_split(config, folder, "examples")
        if (shots := config.get("num_fewshot") or 0) > len(examples):
            raise BadInput(f"{config['task']}: num_fewshot is {shots}, but there are {len(examples)} examples.")
        if not items:
            continue
        task = config["task"]
        if (wanted := "choices" if config["output_type"] == "multiple_choice" else "answers") not in items[0]:
            raise BadInput(
                f"{task}: output_type {config['output_type']} needs items with {wanted}, which those of "
                f"{_item_file(config, folder, 'test')} have not. Include choice.yml for choices, generation.yml else."
            )
        configs[task] = config | {"custom_dataset": _dataset(items, examples)}
        if config["metadata"].get("letters") and max_letter_items:
            orders = [order for item in chosen_items(items, max_letter_items) for order in cyclic_orders(item)]
            dataset = _dataset(orders, [as_listed(example) for example in examples])
            by_letter = {"task": _letter_task(task), "custom_dataset": dataset}
            configs[_letter_task(task)] = config | _letter_prompts()[language] | by_letter
    samples = _samples(configs, HarnessModel(score, write))
    return {
        config["metadata"]["part"]: _part(config, samples[task], samples.get(_letter_task(task), []))
        for task, config in configs.items()
        if not task.endswith(_letter_task(""))
    }


def _read_split(config: dict[str, Any], folder: Path, split: str) -> list[Item]:
    return read_items(_item_file(config, folder, split)) if split in config["dataset_kwargs"]["data_files"] else []


def _item_file(config: dict[str, Any], folder: Path, split: str) -> Path:
    return folder / Path(config["dataset_kwargs"]["data_files"][split]).name


def _letter_task(task: str) -> str:
    return f"{task}_by_letter"


def _letter_prompts() -> dict[str, dict[str, str]]:
    return yaml.safe_load((TASKS / "letters.yml").read_text(encoding="utf-8"))


def _samples(configs: dict[str, dict[str, Any]], model: HarnessModel) -> dict[str, list[dict[str, Any]]]:
    if not configs:
        return {}

    def run() -> dict[str, Any]:
        tasks = TaskManager(include_defaults=False).load([*configs.values()])
        # evaluate, not simple_evaluate: the latter adds host, clock and installed packages to the results.
        return evaluate(model, tasks, bootstrap_iters=0, log_samples=True)["samples"]

    try:
        return _quietly(run)
    except TemplateError as error:
        raise BadInput(
            f"{', '.join(configs)}: a prompt cannot be written: {error}. Mend doc_to_text, doc_to_choice or "
            "doc_to_target in the task file; it knows the keys of an item (stages/scoring/items.py)."
        ) from None


def _part(config: dict[str, Any], samples: list[dict[str, Any]], by_letter: list[dict[str, Any]]) -> Part:
    metadata, by_sum = config["metadata"], config["metric_list"][0]["metric"] == "acc"
    orders = [(sample["doc"], [nats for nats, _ in sample["filtered_resps"]]) for sample in by_letter]
    if measure := metadata.get("measure"):
        answers = tuple(
            Answer(sample["doc"]["id"], sample["filtered_resps"][0], tuple(sample["doc"]["answers"]))
            for sample in samples
        )
        outcomes = [_written(sample, measure, metadata["language"]) for sample in samples]
        return Part(outcomes, metadata["in_total"], measure, answers=answers)
    letters = tuple(letter_outcomes(orders))
    return Part([_outcome(sample, by_sum) for sample in samples], metadata["in_total"], letters=letters)


def _task_files(name: str, language: str) -> list[dict[str, Any]]:
    """The benchmark's tasks in a language; the harness itself passes over a file that it cannot read."""
    # The built-in tasks are thousands of files and seconds of reading.
    index = TaskManager(include_path=str(TASKS / name), include_defaults=False).task_index
    read = {entry.yaml_path.name: entry.cfg for entry in index.values()}
    files = sorted(file.name for file in (TASKS / name).glob(f"*-{language}.yaml"))
    if unread := [file for file in files if file not in read]:
        raise BadInput(f"{TASKS / name / unread[0]}: no task that the harness can read. Look at what it includes.")
    for file in files:
        _check_metadata(TASKS / name / file, language, read[file])
    return [read[file] for file in files]


def _check_metadata(file: Path, language: str, config: dict[str, Any]) -> None:
    metadata = config.get("metadata") or {}
    wanted = {"language": (language,), "part": (file.stem.removesuffix(f"-{language}"),), "in_total": (True, False)}
    if config["output_type"] == "generate_until":
        wanted["measure"] = tuple(SCORES)
    for key, values in wanted.items():
        if (found := metadata.get(key)) not in values:
            expected = " or ".join(json.dumps(value) for value in values)
            raise BadInput(f"{file}: metadata.{key} is {json.dumps(found)}, expected {expected}. Mend it there.")


def _dataset(items: list[Item], examples: list[Item]) -> Callable[..., dict[str, Dataset]]:
    return lambda **_: {"test": Dataset.from_list(items), "examples": Dataset.from_list(examples)}


def _written(sample: dict[str, Any], measure: str, language: str) -> Outcome:
    item, (generated,) = sample["doc"], sample["filtered_resps"]
    score = SCORES[measure](generated.text, item["answers"], language)
    size = len(item["answers"][0].encode())
    return Outcome(item["id"], item_key(item), score, math.nan, size, math.nan)


def _outcome(sample: dict[str, Any], by_sum: bool) -> Outcome:
    item, responses = sample["doc"], sample["filtered_resps"]
    if "answers" in item:  # whether the model would have said it; nothing stands against it
        ((nats, greedy),) = responses
        return Outcome(item["id"], item_key(item), float(greedy), nats, len(item["answers"][0].encode()), math.nan)
    scored = item["choices"] if not item.get("contexts") else [item["query"]] * len(item["choices"])
    sizes = [len(text.encode()) for text in scored]
    nats, right = [log_likelihood for log_likelihood, _ in responses], item["answer"]
    weighed = [value / (sizes[right] if by_sum else size) for value, size in zip(nats, sizes, strict=True)]
    lead = weighed[right] - max(weighed[:right] + weighed[right + 1 :])
    score = float(weighed.index(max(weighed)) == right)  # of equal ones the first is chosen, as the harness does
    return Outcome(item["id"], item_key(item), score, nats[right], sizes[right], lead, len(sizes))


def _quietly(call: Callable[[], Any]) -> Any:
    """The harness logs every task's settings, some of them as warnings that do not concern a local file."""
    logger = logging.getLogger("lm_eval")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return call()
    finally:
        logger.setLevel(level)
