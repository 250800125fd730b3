"""Have models answer the open questions of `answers` in params.yaml, where their answers are not stored already.

A model is named by its path under models/ (merge, instruct/vi); another folder can be linked there. Answers go to
data/answers/<model>.jsonl with the hash of the weights and the settings that made them. What is stored is kept, so a
killed run goes on where it was, and answers of a model that has changed since are made anew. `make judge` and
`make arena` do the same for the models that they compare.
"""

import argparse
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.judging.answers import (
    Answer,
    AnswerSettings,
    Origin,
    answer_line,
    answerer,
    find_origin,
    fresh_answers,
)
from stages.judging.appended_lines import appending, read_lines
from stages.judging.questions import Question, of_categories, read_questions

SECTIONS = ("answers", "profiles.{profile}.answers")

log = logging.getLogger("answers")


@dataclass(frozen=True)
class Answering:
    """Where models and their answers are, and how answers are made."""

    settings: AnswerSettings
    device: str
    dtype: str
    threads: int
    questions: list[Question]
    models: Path
    stored: Path

    def origin(self, model: str) -> Origin:
        """What would make the model's answers now."""
        if ".." in Path(model).parts or Path(model).is_absolute():
            raise BadInput(f"{model}: a model is named by its path below {self.models}/. Link it there.")
        return find_origin(self.models / model, model, self.dtype, self.settings)

    def open(self, model: str) -> Any:
        """The model, opened for asking."""
        os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported
        import torch

        from stages.scoring.language_model import open_model

        torch.set_num_threads(self.threads)
        return open_model(self.models / model, self.device, self.dtype)

    def answers(self, model: str) -> dict[str, Answer]:
        """The model's answers by question; those that are not stored, or are stale, are made first."""
        from tqdm import tqdm

        origin, file = self.origin(model), self.stored / f"{model}.jsonl"
        found = fresh_answers(read_lines(file), self.questions, origin)
        missing = [question for question in self.questions if question.id not in found]
        if missing:
            ask = answerer(self.open(model), model, self.settings)
            with appending(file) as append:
                for question in tqdm(missing, desc=f"{model} answers", unit=" questions", disable=None):
                    found[question.id] = ask(question.question)
                    append(answer_line(question, found[question.id], origin))
        cut = sum(not answer.complete for answer in found.values())
        log.info("%s: %d answers, %d of them made now; %d were cut at the limit", model, len(found), len(missing), cut)
        return found


def load_answering(file: Path, models: Path, stored: Path) -> Answering:
    """The settings of params.yaml; the device and its precision are those of the stage evaluate."""
    values = params.read(file)
    settings = params.load(AnswerSettings, file, *SECTIONS)
    computing = values["profiles"][params.profile_name(values, file)]["evaluate"]
    questions = of_categories(read_questions(Path(settings.questions)), settings.categories)
    return Answering(settings, computing["device"], computing["dtype"], computing["threads"], questions, models, stored)


def add_places(parser: argparse.ArgumentParser) -> None:
    """The options that `load_answering` takes."""
    parser.add_argument("--params", type=Path, default=Path("params.yaml"), metavar="PATH")
    parser.add_argument("--model-folder", type=Path, default=Path("models"), metavar="FOLDER", help="default: models")
    parser.add_argument("--answers", type=Path, default=Path("data/answers"), metavar="FOLDER",
                        help="where answers are stored (default: data/answers)")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="+", metavar="MODEL")
    add_places(parser)
    args = parser.parse_args()
    answering = load_answering(args.params, args.model_folder, args.answers)
    for model in args.model:
        answering.answers(model)


if __name__ == "__main__":
    start(main)
