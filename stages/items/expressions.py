"""Jinja expressions over the columns of one row, as source.yaml writes them: no braces, native Python values.

Beside the columns an expression knows `row` (all columns, for names that are no identifiers: `row['câu hỏi']`),
`row_number` (from 0, for files without ids) and `beside` (the row of the file beside it, if there is one); beside
Jinja's filters it has those in `FILTERS`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from stages.errors import BadInput

# (A)  (1)  A.  B)  C:  and a letter that only a space follows, as typing errors leave it. A digit needs its bracket,
# or "1.5 m" would lose its 1; Cyrillic letters that look Latin occur too.
_LABEL = re.compile(r"\s*(?:\(\s*[A-Z0-9]\s*\)|[0-9]\)|[A-ZА-Я]\s*[.):](?!\w[.])|[A-H](?=\s))\s*")
_NAME = re.compile(r"\W*(\w)\W*")


def bare_option(option: str) -> str:
    """An option without the letter or number before it.

    >>> [bare_option(text) for text in ("A. Hà Nội", "(2) Huế", "D.Đà Lạt", "4,5 m", "Anh Hai")]
    ['Hà Nội', 'Huế', 'Đà Lạt', '4,5 m', 'Anh Hai']
    """
    return _LABEL.sub("", option, count=1) if _LABEL.match(option) else option


def option_index(label: str) -> int | None:
    """The position that an option's letter or number (from 1) stands for; None for anything else, such as two letters.

    >>> [option_index(text) for text in ("A", "(D)", "3", "b.", "", "AB")]
    [0, 3, 2, 1, None, None]
    """
    match = _NAME.fullmatch(str(label))
    if not match:
        return None
    name = match[1].upper()
    if name.isdecimal():
        return int(name) - 1
    return ord(name) - ord("A") if "A" <= name <= "Z" else None


def option_labelled(options: Sequence[str], label: str) -> int | None:
    """The position of the only option with this letter or number before it; failing that, the one that it stands for.

    >>> option_labelled(["A. Ba Bể", "C. Dầu Tiếng", "B. Yaly", "D. Thác Bà"], "C")
    1
    >>> option_labelled(["A. 24π", "B. 192π", "C. 48π", "C. 64π"], "C")
    2
    """
    names = [match and option_index(match[0]) for match in map(_LABEL.match, options)]
    wanted = option_index(label)
    return names.index(wanted) if names.count(wanted) == 1 else wanted


def regex_replace(text: str, pattern: str, replacement: str) -> str:
    """The text with every match of a regular expression replaced, as the harness's filter of this name does.

    >>> regex_replace("Rửa tay [step] bằng nước.", r"\\[.*?\\] ", "")
    'Rửa tay bằng nước.'
    """
    return re.sub(pattern, replacement, text)


FILTERS = {
    "bare_option": bare_option,
    "option_index": option_index,
    "option_labelled": option_labelled,
    "regex_replace": regex_replace,
}


class NoValue(Exception):
    """An expression looks for something that this row does not hold: the row is unusable, not the expression."""


class Expression:
    """One expression; `place` is where it stands (file and key), for messages. Raises `BadInput` for bad syntax."""

    def __init__(self, text: str, place: str):
        self.text, self.place = text, place
        try:
            self._call = _environment().compile_expression(text, undefined_to_none=False)
        except TemplateSyntaxError as error:
            raise BadInput(
                f"{place}: {text!r} is not a Jinja expression ({error.message}). "
                "Mend it; braces are not written, and a text stands in quotes of its own."
            ) from None

    def __call__(self, row: Mapping[str, Any], row_number: int, where: str) -> Any:
        """Its value for a row; `where` names file and row in messages.

        Raises `BadInput` for a column that is not there, and `NoValue` for a look-up that finds nothing in this row.
        """
        try:
            value = self._call({"row": row, "row_number": row_number} | row)
            _refuse_undefined(value)
            return value
        except UndefinedError as error:
            raise BadInput(
                f"{where}: {self.place}: {self.text!r}: {error.message}; the columns are {', '.join(row)}. "
                "Mend the expression, or pin a revision that has the column."
            ) from None
        except (ValueError, IndexError, KeyError) as error:
            raise NoValue(str(error)) from None
        except (SecurityError, TemplateError, TypeError, AttributeError, ArithmeticError) as error:
            raise BadInput(f"{where}: {self.place}: {self.text!r} fails: {error}. Mend the expression.") from None


def _refuse_undefined(value: Any) -> None:
    if isinstance(value, Undefined):
        str(value)  # raises with the name of what is missing
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_undefined(part)


@cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    environment.filters.update(FILTERS)
    return environment
