"""A small repository whose commits hold scores and outcomes, as the pipeline would have written them."""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from ruamel.yaml import YAML

from stages.outputs import write_metrics
from stages.scoring.outcomes import outcomes_table
from stages.scoring.summary import summarise_benchmark, summarise_text
from tests.test_scoring_outcomes import Cost, Item, Part, Text

IDENTITY = ("-c", "user.name=thử", "-c", "user.email=test@localhost")
PARAMS = {
    "profile": "nano",
    "profiles": {"nano": {"evaluate": {"max_bytes": 9000}}, "files": {"evaluate": {"max_bytes": 5}}},
    "evaluated_models": {"base": {"model": "base"}, "merge": {"model": "merge"}},
    "evaluate": {"seed": 1, "note": "câu hỏi"},
    "compare": {"resamples": 500, "seed": 1, "significance": 0.05, "max_english_bpb_rise": 0.02},
}


@dataclass
class Scores:
    """How good a model is: bits per byte, right answers among the items, and what is new about them.

    `items` are the numbers of the items asked; those of `changed` are asked otherwise than in other commits.
    `spread` is by how much documents differ from one another in what a change does to them.
    """

    bpb: float
    right: float
    items: range = range(300)
    changed: range = range(0)
    documents: int = 100
    spread: float = 0.01
    seed: int = 0
    sources: tuple[str, ...] = ("news",)
    outcomes: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)


class Compared:
    """A git repository with params.yaml, a dvc.lock and metrics; `write` and `commit` make a commit of scores."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.write_params(PARAMS)

    def git(self, *words: str) -> str:
        command = ["git", *IDENTITY, *words]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def write_params(self, values: Mapping[str, Any]) -> None:
        YAML().dump(dict(values), self.folder / "params.yaml")

    def commit(self, subject: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)

    def write(self, scores: Mapping[str, Scores], profile: str = "nano") -> None:
        """Metrics and outcomes of models; `scores` by model and language, as in `merge-vi`."""
        shutil.rmtree(self.folder / "metrics" / profile, ignore_errors=True)
        for name, of in scores.items():
            parts, texts, costs = outcomes_of(name.rpartition("-")[2], of)
            metrics = summarise_text(costs, [text.source for text in texts], 20, 1)
            metrics["exam"] = summarise_benchmark(parts, (), 20, 1) | dict(of.more)
            write_metrics(self.folder / f"metrics/{profile}/evaluate/{name}.json", metrics)
            table = self.folder / f"metrics/{profile}/outcomes/{name}.csv"
            if of.outcomes:
                table.parent.mkdir(parents=True, exist_ok=True)
                table.write_text(outcomes_table({"exam": parts}, texts, costs), encoding="utf-8")


def outcomes_of(language: str, scores: Scores) -> tuple[dict[str, Part], list[Text], list[Cost]]:
    """Items are as hard and texts as surprising in every commit; the seed makes what a change does to each."""
    world, own = numpy.random.default_rng(7), numpy.random.default_rng(scores.seed)
    hardness = world.random(1000)
    items = []
    for n in scores.items:
        asked = f"câu {n}{' (sửa)' if n in scores.changed else ''}"
        key = hashlib.sha256(asked.encode()).hexdigest()[:12]
        items.append(Item(f"facts-{n:04d}-{language}", key, float(hardness[n] < scores.right), -3.5, 9, 4))
    sizes, rates = world.integers(300, 3000, scores.documents), world.normal(1.0, 0.3, scores.documents)
    texts, costs = [], []
    for n, (size, rate) in enumerate(zip(sizes, rates, strict=True)):
        source = scores.sources[n % len(scores.sources)]
        texts.append(Text(f"{n:016x}", f"Buổi sáng thứ {n}.", source))
        costs.append(Cost(float(scores.bpb * rate * (1 + own.normal(0, scores.spread)) * size), int(size), 9, 5))
    return {"facts": Part(items)}, texts, costs
