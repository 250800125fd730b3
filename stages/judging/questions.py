"""Open questions: what models are asked where no answer is the only right one."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from stages.errors import BadInput
from stages.judging.appended_lines import read_lines
from stages.params import section


@section
class Question:
    """A question, its kind, and where there is one a right answer that the judge is shown."""

    id: str
    category: str
    question: str
    reference: str | None = None


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of JSON lines, in its order.

    Raises `BadInput` for a file without questions, a line with other keys or values, an id that stands there twice.
    """
    found: dict[str, Question] = {}
    reader = TypeAdapter(Question)
    for number, line in enumerate(read_lines(file), start=1):
        try:
            question = reader.validate_json(json.dumps(line))  # JSON mode: the strict rules for a file
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(map(str, problem["loc"]))
            raise BadInput(
                f"{file}: line {number}: {key}: {problem['msg']}, found {problem['input']!r}. "
                "A line has id, category, question and, if there is one, reference."
            ) from None
        if question.id in found:
            raise BadInput(f"{file}: line {number}: id {question.id!r} stands there twice. Rename one of the two.")
        if not question.question.strip():
            raise BadInput(f"{file}: line {number}: question is empty. Write one, or delete the line.")
        found[question.id] = question
    if not found:
        raise BadInput(f"{file}: no questions here. Restore it from git, or name another file in answers.questions.")
    return list(found.values())


def of_categories(questions: Sequence[Question], categories: Sequence[str]) -> list[Question]:
    """The questions of these kinds. Raises `BadInput` for a kind that no question is of."""
    known = list(dict.fromkeys(question.category for question in questions))
    for category in categories:
        if category not in known:
            raise BadInput(f"answers.categories: {category!r}: no question is of it. Choose of: {', '.join(known)}.")
    return [question for question in questions if question.category in categories]
