"""What a judge is asked about a pair of answers, in which order, and what its reply says."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, UndefinedError

from stages.errors import BadInput
from stages.judging.answers import Answer
from stages.judging.questions import Question

Choice = Literal["first", "second", "tie"]
ORDERS = ((0, 1), (1, 0))  # which of the two models' answers stands first

VERDICT = re.compile(r"KẾT LUẬN\s*:\s*(A|B|HÒA|HOÀ)", re.IGNORECASE)
CHOICES: dict[str, Choice] = {"A": "first", "B": "second", "HÒA": "tie", "HOÀ": "tie"}
EMPHASIS = re.compile(r"[*_`]")  # judges make all of the line bold, its beginning, or the letter
AROUND = " \t#>.[]\"'"


@dataclass(frozen=True)
class Request:
    """One question to the judge. `key` is the hash of all that decides the reply, so equal requests are asked once."""

    question: Question
    order: tuple[int, int]
    prompt: str
    key: str


def parse_verdict(reply: str) -> Choice | None:
    """What the reply's last line concludes; None where that line is not exactly one of the three conclusions.

    >>> parse_verdict("Bài A đúng hơn.\\n\\n**KẾT LUẬN: A**"), parse_verdict("**KẾT LUẬN:** B")
    ('first', 'second')
    >>> parse_verdict("KẾT LUẬN: A\\nNhưng bài B cũng hay.") is None
    True
    """
    lines = unicodedata.normalize("NFC", reply).strip().splitlines()
    match = VERDICT.fullmatch(EMPHASIS.sub("", lines[-1]).strip(AROUND)) if lines else None
    return CHOICES[match[1].upper()] if match else None


def requests(
    questions: Sequence[Question], answers: tuple[Mapping[str, Answer], Mapping[str, Answer]], template: str, judge: Any
) -> Iterator[Request]:
    """Each question in both orders; nothing where both answers are the same text, which no judge need compare.

    `answers` are those of the two models by question, `judge` is what is sent beside the prompt (any JSON value).
    Raises `BadInput` for a template that Jinja does not take.
    """
    try:
        prompt = Environment(undefined=StrictUndefined, keep_trailing_newline=False).from_string(template)
        for question in questions:
            texts = [of_model[question.id].text for of_model in answers]
            if texts[0] == texts[1]:
                continue
            # A mark that no answer can hold, since it is the hash of both: what is between marks cannot pose as a mark.
            mark = _digest([question.question, sorted(texts)])[:8]
            for order in ORDERS:
                first, second = (texts[model] for model in order)
                filled = prompt.render(
                    mark=mark, question=question.question, reference=question.reference, first=first, second=second
                )
                yield Request(question, order, filled, _digest([judge, filled]))
    except (TemplateSyntaxError, UndefinedError) as error:
        raise BadInput(f"judge.prompt: {error}. It may use mark, question, reference, first and second.") from None


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
