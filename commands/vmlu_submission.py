"""Answer VMLU's test, whose answers only its server has, and write the file that it takes.

    python -m commands.vmlu_submission models/merge vmlu.csv

A line a question, `id,answer` with a letter (https://github.com/ZaloAI-Jaist/VMLU, "How to submit"); upload it at
https://vmlu.ai/submit. `--by letter` (default) lists the options and takes the letter that the model finds likeliest,
as VMLU itself asks; `--by text` takes the option whose own text is likeliest a byte, which tells small models apart
better. The questions are those that the stage `benchmarks` made, all of them: max_items must not leave any out.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment, StrictUndefined
from ruamel.yaml import YAML

from stages import scoring
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text
from stages.params import load
from stages.scoring.settings import EvaluationSettings

if TYPE_CHECKING:
    from stages.scoring.language_model import LanguageModel

SECTIONS = ("evaluate", "languages", "profiles.{profile}.evaluate")
PART = "test-vi"
ITEMS = Path("data/benchmarks/vmlu")
TASKS = Path(scoring.__file__).parent / "tasks"
By = Literal["letter", "text"]


def read_questions(folder: Path) -> list[dict[str, Any]]:
    """The items of VMLU's test, each with the id that its server knows; all of them, or `BadInput`."""
    file, about = folder / f"{PART}.jsonl", folder / "about.json"
    remedy = "Set max_items of vmlu to 10000 in the profile and run `dvc repro benchmarks@vmlu`."
    if not file.is_file():
        raise BadInput(f"{file}: no such items. {remedy}")
    items = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    told = json.loads(about.read_text(encoding="utf-8"))
    if missing := told["rows"][PART] - len(items):
        raise BadInput(f"{file}: {missing} of {told['rows'][PART]} questions are missing. {remedy}")
    return [item | {"id": item["id"].removeprefix(f"{PART}/")} for item in items]


def answers(lm: "LanguageModel", items: Sequence[dict[str, Any]], by: By, batch_tokens: int) -> list[str]:
    """A letter for each item, in their order: the likeliest one, or that of the likeliest text (nats a byte)."""
    from stages.scoring.likelihood import score_pairs

    scores = iter(score_pairs(lm, list(asked(items, by)), batch_tokens, show_progress=True))
    chosen = []
    for item in items:
        sizes = [1 if by == "letter" else len(choice.encode()) for choice in item["choices"]]
        likely = [next(scores).log_likelihood / size for size in sizes]
        chosen.append(ascii_uppercase[likely.index(max(likely))])
    return chosen


def asked(items: Sequence[dict[str, Any]], by: By) -> Iterator[tuple[str, str]]:
    """Pairs of context and continuation, one for each choice of each item, as `evaluate` asks them."""
    task = TASKS / "letters.yml" if by == "letter" else TASKS / "vmlu/question-vi.yml"
    task_file = YAML(typ="safe", pure=True).load(task.read_text(encoding="utf-8"))
    text = (task_file["vi"] if by == "letter" else task_file)["doc_to_text"]
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # as the harness has it
    prompt = environment.from_string(text)
    for item in items:
        shown = item | {"question": item["query"], "context": ""}
        if by == "letter":
            letters = list(ascii_uppercase[: len(item["choices"])])
            shown |= {"options": item["choices"], "choices": letters}
        context = prompt.render(shown)
        yield from ((context, f" {choice}") for choice in shown["choices"])


def submission(items: Sequence[dict[str, Any]], chosen: Sequence[str]) -> str:
    """The file that VMLU's server takes: CSV with the columns id and answer."""
    return "id,answer\n" + "".join(f"{item['id']},{letter}\n" for item, letter in zip(items, chosen, strict=True))


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path, metavar="MODEL", help="a model folder, as models/merge")
    arguments.add_argument("out", type=Path, metavar="OUT", help="the CSV file to write")
    arguments.add_argument("--by", choices=("letter", "text"), default="letter")
    arguments.add_argument("--items", type=Path, default=ITEMS, help=f"folder of VMLU's items (default: {ITEMS})")
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    given = arguments.parse_args()
    settings = load(EvaluationSettings, given.params, *SECTIONS)
    items = read_questions(given.items)

    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    import torch

    from stages.scoring.language_model import open_model

    torch.set_num_threads(settings.threads)
    lm = open_model(given.model, settings.device, settings.dtype)
    chosen = answers(lm, items, given.by, settings.batch_tokens)
    write_text(given.out, submission(items, chosen))
    shares = ", ".join(f"{letter} {chosen.count(letter)}" for letter in sorted(set(chosen)))
    print(f"{given.out}: {len(items)} answers ({shares}). Upload it at https://vmlu.ai/submit.")


if __name__ == "__main__":
    start(main)
