"""Where a benchmark's items come from: stages/scoring/tasks/<benchmark>/source.yaml as strictly checked dataclasses.

    licence: CC-BY-4.0
    reference: arXiv 2005.00333
    repository: cambridgeltl/xcopa          # on the hub; null for files of your own
    revision: 0123...                       # full hash of a commit; null: not pinned yet
    parts:
      - part: cause
        language: vi
        test: {path: data/test.vi.jsonl, sha256: 4567...}
        where: question == 'cause'          # optional: which rows
        item: {id: idx, query: premise, choices: "[choice1, choice2]", answer: label}

`where` and the values of `item` are expressions over a row's columns: see stages.items.expressions.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stages.errors import BadInput
from stages.items.expressions import Expression
from stages.items.rows import READERS, reader_of
from stages.params import load_whole, section

FILE_NAME = "source.yaml"
FULL_HASH = r"^[0-9a-f]{40}$"
SHA256 = r"^[0-9a-f]{64}$"


@section
class Pinned:
    """A file of a repository, or of your folder, and what it must be; `sha256` is null until `make pin`."""

    path: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern=SHA256)] | None


@section
class File(Pinned):
    """A file of rows; `beside`: another with as many, whose row of the same number expressions know as `beside`."""

    beside: Pinned | None = None


@section
class ItemExpressions:
    """What makes an item of a row; `answer` (with `choices`) of multiple choice, `answers` of generation.

    `contexts`: the beginnings of a text, one a choice, where the choices stand inside it and `query` is how it goes on.
    """

    id: str
    query: str
    context: str | None = None
    contexts: str | None = None
    choices: str | None = None
    answer: str | None = None
    answers: str | None = None
    subject: str | None = None

    def named(self) -> dict[str, str]:
        """The expressions that there are, by key of the item."""
        return {key: value for key, value in vars(self).items() if value is not None and not key.startswith("_")}


@section
class Part:
    """One file of items: its rows, which of them, and how they are read. Repository and revision may be its own."""

    part: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    language: Literal["vi", "en"]
    test: File
    item: ItemExpressions
    examples: File | None = None
    where: str | None = None
    repository: str | None = None
    revision: Annotated[str, Field(pattern=FULL_HASH)] | None = None

    def files(self) -> list[Pinned]:
        """All files that it is made from."""
        return [data for file in (self.test, self.examples) if file for data in (file, file.beside) if data]

    @property
    def name(self) -> str:
        """Of its items' file and its task: `<part>-<language>`."""
        return f"{self.part}-{self.language}"


@section
class Source:
    """A benchmark's source.yaml. `reference`: where the benchmark is described, an address or an arXiv id."""

    licence: str
    reference: str
    repository: str | None
    revision: Annotated[str, Field(pattern=FULL_HASH)] | None
    parts: tuple[Part, ...]

    def place_of(self, part: Part) -> tuple[str | None, str | None]:
        """Repository and revision of a part's files."""
        return (
            (part.repository, part.revision) if part.repository else (self.repository, part.revision or self.revision)
        )


def load_source(file: Path) -> Source:
    """Read and check a source.yaml: every key, every expression's syntax, and that each part is there once.

    Raises `BadInput` that names file, key, value and remedy.
    """
    source = load_whole(Source, file)
    if not source.parts:
        raise BadInput(f"{file}: parts is empty. Write one with its file and what makes an item of a row.")
    seen: set[str] = set()
    for number, part in enumerate(source.parts):
        place = f"{file}: parts.{number} ({part.name})"
        if part.name in seen:
            raise BadInput(f"{place}: stands there twice. Give each part and language one entry.")
        seen.add(part.name)
        if part.part in ("all", "clean"):
            raise BadInput(f"{place}: `all` and `clean` are the names of totals. Give the part another name.")
        given = set(part.item.named())
        if given & {"choices", "answer", "answers"} not in ({"choices", "answer"}, {"answers"}):
            raise BadInput(
                f"{place}.item: has {', '.join(sorted(given))}. An item needs `choices` and `answer` (multiple choice; "
                "answer: none where the public has none), or `answers` (generation)."
            )
        for key, text in {"where": part.where, **part.item.named()}.items():
            if text is not None:
                Expression(text, f"{place}.{key if key == 'where' else f'item.{key}'}")
        for data in part.files():
            if reader_of(data.path) is None:
                raise BadInput(f"{place}: {data.path!r} is none of {', '.join(READERS)}. Name a file that is.")
    return source
