"""What models answer to open questions, stored with what made the answers, so that no stale one is ever compared."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from stages.errors import BadInput
from stages.judging.appended_lines import Line
from stages.judging.questions import Question
from stages.params import section

# Beside the weights, what decides how a question reaches the model and how its answer becomes text.
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


@section
class AnswerSettings:
    """How answers are made; params.yaml explains each."""

    questions: Annotated[str, Field(min_length=1)]
    temperature: NonNegativeFloat
    seed: NonNegativeInt
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    max_new_tokens: PositiveInt


@dataclass(frozen=True)
class Origin:
    """What made an answer. Two answers of one origin to one question are the same text."""

    model: str
    model_sha256: str
    tokenizer_sha256: str
    dtype: str
    temperature: float
    seed: int
    max_new_tokens: int


@dataclass(frozen=True)
class Answer:
    """A model's answer. `complete`: the model ended it, not the limit on its length."""

    text: str
    complete: bool


def find_origin(folder: Path, model: str, dtype: str, settings: AnswerSettings) -> Origin:
    """The origin that answers of the model in `folder` have now. Raises `BadInput` where there is no model."""
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise BadInput(f"{folder}: no model here (no *.safetensors). Run the stage that makes it (dvc repro).")
    tokenizer = [folder / name for name in TOKENIZER_FILES if (folder / name).is_file()]
    amounts = (settings.temperature, settings.seed, settings.max_new_tokens)
    return Origin(model, _sha256(weights), _sha256(tokenizer), dtype, *amounts)


def _sha256(files: Iterable[Path]) -> str:
    """Of one file its own hash, as `sha256sum` prints it; of several, of their bytes one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def fresh_answers(lines: Iterable[Line], questions: Iterable[Question], origin: Origin) -> dict[str, Answer]:
    """Of stored lines, by question, the answers of this origin to questions as they are worded now."""
    made_by, worded = asdict(origin), {question.id: question.question for question in questions}
    found = {}
    for line in lines:
        if line.get("origin") == made_by and worded.get(line.get("id")) == line.get("question"):
            found[line["id"]] = Answer(line["answer"], line["complete"])
    return found


def answer_line(question: Question, answer: Answer, origin: Origin) -> Line:
    """How an answer is stored."""
    return {
        "id": question.id,
        "question": question.question,
        "answer": answer.text,
        "complete": answer.complete,
        "origin": asdict(origin),
    }


def answerer(lm: Any, name: str, settings: AnswerSettings) -> Callable[[str], Answer]:
    """A function that asks an opened model one question through its chat template.

    Raises `BadInput` for a model without a chat template: it would go on from the question instead of answering it, and
    a comparison with an answer would say nothing. The function raises it for a question that is too long.
    """
    from stages.scoring.generation import chat_prompt, generate

    if not lm.tokenizer.chat_template:
        raise BadInput(f"{name}: has no chat template, so it cannot be asked. Choose a tuned model, such as merge.")

    def ask(question: str) -> Answer:
        prompt = chat_prompt(lm, [{"role": "user", "content": question}])
        room = lm.max_tokens - len(prompt)
        if room < settings.max_new_tokens:
            raise BadInput(
                f"{name}: the question has {len(prompt)} tokens, and {settings.max_new_tokens} are to be answered, but "
                f"the model has {lm.max_tokens} positions. Shorten the question, or lower answers.max_new_tokens."
            )
        ids = list(generate(lm, prompt, settings.max_new_tokens, settings.temperature, settings.seed))
        return Answer(lm.decode(ids).strip(), len(ids) < settings.max_new_tokens)

    return ask
