"""Every task folder: a model that guesses scores chance, and one that knows everything: by text, by letter, written."""

import gzip
import json
import math
import random
import re
from pathlib import Path
from typing import Any

import pytest
import test_benchmark_tasks
from benchmark_rows import make_from
from lm_eval.tasks import TaskManager

from commands.rehearsal.benchmark_rows import contents
from stages.scoring.generation import Generated
from stages.scoring.harness import TASKS, run_tasks
from stages.scoring.letters import cyclic_orders
from stages.scoring.likelihood import Score

FOLDERS = sorted(folder.name for folder in TASKS.iterdir() if folder.is_dir())
LANGUAGES = ("vi", "en")
POINT_OF_999 = 3.2905  # two-sided 99.9 % point of the normal distribution

# Real files, by the paths on the hub that they are served from.
REAL = {
    "arc": {
        "allenai/ai2_arc/ARC-Easy/test-00000-of-00001.parquet": "en/ai2_arc_ARC-Easy",
        "allenai/ai2_arc/ARC-Challenge/test-00000-of-00001.parquet": "en/ai2_arc_ARC-Challenge",
        "alexandrainst/m_arc/data/vi/test.jsonl": "arc_challenge_vi/test",
    },
    "m3exam": {
        "chiayewken/m3exam/vietnamese/test-00000-of-00001-b0456f3217addaf5.parquet": "m3exam/vietnamese_test",
        "chiayewken/m3exam/english/test-00000-of-00001-8e3fdaa299e1d8f8.parquet": "m3exam/english_test",
    },
    "xcopa": {
        "cambridgeltl/xcopa/vi/test-00000-of-00001.parquet": "xcopa_vi/test.vi",
        "cambridgeltl/xcopa/vi/validation-00000-of-00001.parquet": "xcopa_vi/val.vi",
    },
}

# What stands in every text of an item: its number, and which choice it is.
MARK = re.compile(r"mục (\d+) chọn (\d+)")


def configs(benchmark: str) -> list[dict[str, Any]]:
    index = TaskManager(include_path=str(TASKS / benchmark), include_defaults=False).task_index
    return [entry.cfg for entry in index.values()]


def write_items(benchmark: str, folder: Path, count: int) -> dict[str, list[dict[str, Any]]]:
    """Items of each task's form, by the name of its file; real letters, choices of unequal length."""
    written = {}
    first = 0
    for config in configs(benchmark):
        for file in config["dataset_kwargs"]["data_files"].values():
            items = [item_of(config, number) for number in range(first, first + count)]
            first += count
            lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / Path(file).name).write_text(lines, encoding="utf-8")
            written[Path(file).name] = items
    return written


def item_of(config: dict[str, Any], number: int) -> dict[str, Any]:
    """Item `number` of a task: the right choice is known by it, so that whoever finds the mark knows the answer."""
    draw = random.Random(number)
    item = {"id": str(number), "query": f"Câu hỏi, mục {number} chọn 9, là gì", "context": f"Đoạn văn {number}."}
    if config["output_type"] != "multiple_choice":
        return item | {"answers": [f"lời đáp đúng của mục {number} chọn 0"]}
    has_contexts = config["doc_to_choice"] == "contexts"
    count = 2 if has_contexts else draw.choice((2, 3, 4, 5))
    longest = 0 if config["metric_list"][0]["metric"] == "acc" else 6  # dice a byte have no chance where sums count
    choices = [f"{'rất ' * draw.randint(0, longest)}hay, mục {number} chọn {choice}" for choice in range(count)]
    item |= {"choices": choices, "answer": right_choice(number, count)}
    return item | {"contexts": [f"{choice} thì" for choice in choices]} if has_contexts else item


def right_choice(number: int, count: int) -> int:
    return (7 * number + number // 3) % count


class Oracle:
    """Finds the mark of what is asked, and knows which choice of that item is right."""

    def __init__(self, items: list[dict[str, Any]]):
        self._right = {int(item["id"]): item.get("answer") for item in items}

    def score(self, pairs: list[tuple[str, str]]) -> list[Score]:
        found = []
        for context, continuation in pairs:
            listed = re.findall(rf"\n{re.escape(continuation.strip())}\. (.*)", context)
            said = MARK.search(listed[-1] if listed else continuation)
            # Where the choices stand in the contexts, what follows them holds the query's mark only.
            number, choice = map(int, (said if said[2] != "9" else MARK.search(context)).groups())
            right = self._right[number] in (choice, None)
            found.append(Score(-float(len(continuation.encode())) * (1 if right else 2), right))
        return found

    def write(self, prompts: list[str], max_tokens: int, until: list[str]) -> list[Generated]:
        numbers = [MARK.findall(prompt)[-1][0] for prompt in prompts]
        return [Generated(f" lời đáp đúng của mục {number} chọn 0", True) for number in numbers]


class Guesser:
    """Scores by dice: a number a byte, so that no length has the advantage."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)

    def score(self, pairs: list[tuple[str, str]]) -> list[Score]:
        return [Score(-self._random.random() * len(said.strip().encode()), False) for _, said in pairs]

    def write(self, prompts: list[str], max_tokens: int, until: list[str]) -> list[Generated]:
        return [Generated(" " + "".join(self._random.choices("bcdgh", k=12)), True) for _ in prompts]


@pytest.mark.parametrize("count", [16, pytest.param(400, marks=pytest.mark.campaign)])
@pytest.mark.parametrize("benchmark", FOLDERS)
def test_a_guess_scores_chance_and_knowledge_everything(benchmark, count, tmp_path):
    items = write_items(benchmark, tmp_path, count)
    oracle = Oracle([item for found in items.values() for item in found])
    asked, by_letter = set(), 0
    for language in LANGUAGES:
        known = run_tasks(benchmark, tmp_path, language, oracle.score, oracle.write, count // 4)
        guesser = Guesser(1)
        guessed = run_tasks(benchmark, tmp_path, language, guesser.score, guesser.write, count // 4)
        for name, part in known.items():
            place = f"{benchmark} {name}-{language}"
            asked.add(f"{name}-{language}.jsonl")
            by_letter += bool(part.letters)
            assert all(outcome.score == 1 for outcome in part.outcomes), place
            assert all(all(outcome.correct) for outcome in part.letters), place
            assert len(part.outcomes) == len(guessed[name].outcomes) == count
            of_task = items[f"{name}-{language}.jsonl"]
            if "answers" in of_task[0]:
                assert sum(outcome.score for outcome in guessed[name].outcomes) < count / 10, place
                continue
            chances = {item["id"]: 1 / len(item["choices"]) for item in of_task}
            assert_chance([(outcome.correct, chances[outcome.id]) for outcome in guessed[name].outcomes], place)
            orders = [(correct, chances[one.id]) for one in guessed[name].letters for correct in one.correct]
            assert_chance(orders, f"{place} by letter")
    assert asked == {name for name in items if not name.endswith(".examples.jsonl")}
    assert by_letter == sum(config["metadata"].get("letters", False) for config in configs(benchmark))


def assert_chance(outcomes: list[tuple[bool, float]], place: str) -> None:
    right, expected = sum(correct for correct, _ in outcomes), sum(chance for _, chance in outcomes)
    deviation = math.sqrt(sum(chance * (1 - chance) for _, chance in outcomes))
    assert abs(right - expected) <= POINT_OF_999 * deviation, f"{place}: {right} of {len(outcomes)} right"


class RealOracle(test_benchmark_tasks.Oracle):
    """Knows real items, whose options may have line breaks: by letter, those that the prompt ends with."""

    def __init__(self, items: list[dict[str, Any]]):
        super().__init__(items)
        self._letters = {}
        for item in items:
            question = "\n".join(filter(None, (item.get("context"), item["query"])))
            for order in cyclic_orders(item):
                listed = "".join(
                    f"{one}. {text}\n" for one, text in zip(order["choices"], order["options"], strict=True)
                )
                self._letters[f"{question}\n{listed}"] = order["choices"][order["answer"]]

    def _is_right(self, context: str, continuation: str) -> bool:
        shown = context[: context.rfind("\n") + 1]
        asked = {letter for listing, letter in self._letters.items() if shown.endswith(listing)}
        return continuation.strip() in asked if asked else super()._is_right(context, continuation)


@pytest.mark.real
@pytest.mark.parametrize("benchmark", sorted(REAL))
def test_real_items_give_chance_and_everything_too(real_data, benchmark, tmp_path):
    for name, file in REAL[benchmark].items():
        with gzip.open(real_data(f"benchmarks/{file}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        (tmp_path / "hub" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "hub" / name).write_bytes(contents(name, rows))
    made = make_from(benchmark, tmp_path / "hub")
    folder = test_benchmark_tasks.written(benchmark, tmp_path, made.items)
    oracle = RealOracle([item for items in made.items.values() for item in items])
    items = {item["id"]: item for found in made.items.values() for item in found}
    for language in LANGUAGES:
        known = run_tasks(benchmark, folder, language, oracle.score, oracle.write, 25)
        guesser = Guesser(1)
        guessed = run_tasks(benchmark, folder, language, guesser.score, guesser.write, 25)
        for name, part in known.items():
            assert all(outcome.correct for outcome in part.outcomes), name
            assert all(all(outcome.correct) for outcome in part.letters), name
            chances = {outcome.id: 1 / len(items[outcome.id]["choices"]) for outcome in part.outcomes}
            assert_chance([(outcome.correct, chances[outcome.id]) for outcome in guessed[name].outcomes], name)
            assert_chance(
                [(one, chances[outcome.id]) for outcome in guessed[name].letters for one in outcome.correct], name
            )
