"""What a report is made of: sections of tables, charts and samples, and how figures are written in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = {"vi": "Vietnamese", "en": "English", "code": "Code"}


class Poor(str):
    """A cell with a figure that is worse than the project asks for: it stands out."""

    __slots__ = ()
    is_poor = True


class Verbatim(str):
    """A cell or piece that may hold any characters and is shown as it is, also where they would be markup."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """Cells as text; the first `labels` columns are names, the others numbers. A folded one is too long for most."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str = ""
    labels: int = 1
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawing and what it shows; a wide one is scrolled on a narrow screen, not shrunk."""

    svg: str
    caption: str
    wide: bool = False


@dataclass(frozen=True)
class Sample:
    """What a model wrote after a prompt."""

    language: str
    kind: str
    prompt: str
    text: str


@dataclass(frozen=True)
class Cut:
    """The pieces that a tokenizer cuts a text into, before and after its extension."""

    language: str
    source: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """Another page of the report, beside this one."""

    address: str
    text: str


@dataclass(frozen=True)
class Section:
    """One part of the report; `samples` by model, `folded` for lists that few will read, `more` on another page.

    `warning` is what a user of the model has to know.
    """

    id: str
    title: str
    text: str = ""
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    samples: Mapping[str, list[Sample]] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    warning: str = ""
    folded: bool = False
    more: Link | None = None


@dataclass(frozen=True)
class Figure:
    """A number of the summary: what it was before, what it is now."""

    label: str
    value: str
    before: str


def percent(value: float | None, digits: int = 0) -> str:
    """A share as percent; empty for none."""
    return "" if value is None else f"{100 * value:.{digits}f} %"


def share(part: int, whole: int, digits: int = 2) -> str:
    """A part of a whole as percent; empty for a part of nothing."""
    return percent(part / whole, digits) if whole else ""


def megabytes(count_bytes: int) -> str:
    """Bytes as MB of 10^6, with more digits below one."""
    return f"{count_bytes / 1e6:,.{2 if abs(count_bytes) >= 1e6 else 3}f}"


def number(value: float | None, digits: int) -> str:
    """A number; empty for none."""
    return "" if value is None else f"{value:.{digits}f}"


def count(value: int | None) -> str:
    """A whole number with its thousands parted; empty for none."""
    return "" if value is None else f"{value:,}"
