"""Raw documents of one source: Parquet with licence, date and origin.

A source has a kind, and stages/<kind>/source.py reads it: `world` is generated, `files` are
your own documents, `hub` is a pinned data set on the Hugging Face hub. Its reader,
stages/formats/<reader>.py, makes plain text of their format. Here the documents are checked,
limited and written, dropped ones into <out>/dropped; nothing is cleaned yet. What a killed fetch read
from the hub is kept below --checkpoints until it is done.
"""

import hashlib
import importlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.formats.account import Account
from stages.outputs import new_folder, write_metrics
from stages.text.documents import DOCUMENTS_PER_FILE, GROUP_CHARACTERS, Document, write_documents, write_file

KINDS = ("world", "files", "hub")
READERS = ("plain", "headed", "wiki", "gutenberg", "law", "pairs", "questions", "escaped", "segmented")
SECTIONS = ("{kind}", "sources.{source}", "profiles.{profile}.fetch.{source}")
BYTES_PER_MEGABYTE = 1_000_000
BAR = "{desc}: {percentage:3.0f}% of the limit |{bar}| {elapsed}<{remaining}{postfix}"

_YEAR_FIRST = re.compile(r"^(\d{4})/(\d\d)/(\d\d)")
_DAY_FIRST = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")


class Source(Protocol):
    """What every kind's parameters hold beside its own: stages/<kind>/source.py has the dataclass `Source`."""

    kind: str
    corpus: str
    reader: str
    licence: str
    max_documents: int
    max_megabytes: float


def load(file: Path, source: str) -> Source:
    """The parameters of one source, as the dataclass of its kind."""
    entry = params.read(file).get("sources", {}).get(source)
    if not isinstance(entry, dict):
        raise BadInput(f"{file}: sources.{source} is missing. Add it; the entries beside it show its keys.")
    kind = entry.get("kind")
    if kind not in KINDS:
        raise BadInput(f"{file}: sources.{source}.kind: {kind!r} does not exist. Choose one of: {', '.join(KINDS)}.")
    if (reader := entry.get("reader")) not in READERS:
        raise BadInput(
            f"{file}: sources.{source}.reader: {reader!r} does not exist. Choose one of: {', '.join(READERS)}."
        )
    sections = [place.format(kind=kind, source=source, profile="{profile}") for place in SECTIONS]
    return params.load(_module(f"{kind}.source").Source, file, *sections)


def run(name: str, source: Source, place: Path, out: Path, checkpoints: Path) -> dict[str, Any]:
    """Write the documents of source `name`, read from `place`, into the folder `out`; returns the metrics."""
    account = Account()
    kept: Counter[str] = Counter()
    legacy_encodings: Counter[str] = Counter()
    years: Counter[str] = Counter()
    digest = hashlib.blake2b(digest_size=16)

    def checked() -> Iterator[Document]:
        if source.max_documents == 0:  # not used in this profile: not even opened
            return
        raw = _module(f"{source.kind}.source").documents(name, source, place, checkpoints, account)
        with tqdm(desc=f"fetch {name}", total=1.0, bar_format=BAR, mininterval=1) as progress:
            for document in _module(f"formats.{source.reader}").read(raw, account):
                if not document.text.strip():
                    account.drop(document, "empty_text")
                    continue
                try:
                    data = document.text.encode()
                except UnicodeEncodeError:  # half a surrogate pair, from a JSON escape
                    account.drop(document, "invalid_utf8")
                    continue
                if kept["bytes"] + len(data) > source.max_megabytes * BYTES_PER_MEGABYTE:
                    return
                kept.update(documents=1, bytes=len(data))
                digest.update(document.id.encode() + data)
                document.date = iso_date(document.date, day_first=source.corpus == "vi")
                years[document.date[:4] or "none"] += 1
                if "legacy_encoding" in document.metadata:
                    legacy_encodings[document.metadata["legacy_encoding"]] += 1
                megabytes = kept["bytes"] / BYTES_PER_MEGABYTE
                nearer = max(kept["documents"] / source.max_documents, megabytes / source.max_megabytes)
                progress.set_postfix_str(f"{kept['documents']:,} documents, {megabytes:,.1f} MB", refresh=False)
                progress.update(nearer - progress.n)
                yield document
                if kept["documents"] == source.max_documents:
                    return

    with new_folder(out) as folder:
        with _dropped_below(folder / "dropped") as account.keep_dropped:
            write_documents(folder, checked())
        if source.max_documents > 0 and kept["documents"] == 0:
            raise BadInput(
                f"source {name}: no usable document in {place} (dropped: {dict(sorted(account.dropped.items()))}, "
                f"limit: {source.max_megabytes} MB). Look at what it holds, or set max_documents to 0 in the profile."
            )
    shutil.rmtree(checkpoints, ignore_errors=True)
    return {
        "documents": kept["documents"],
        "bytes": kept["bytes"],
        "dropped": dict(account.dropped),
        "years": dict(years),
        "licence": source.licence,
        "revision": getattr(source, "revision", None) or "",  # of a data set on the hub
        "data_date": account.data_date,
        "digest": digest.hexdigest(),
    } | ({"legacy_encodings": dict(legacy_encodings)} if legacy_encodings else {})


def iso_date(value: str, day_first: bool = False) -> str:
    """The date as ISO 8601 if it can be read as that, else empty; `day_first`: also 31/12/2024, as Vietnamese has it.

    >>> iso_date("2024-05-01T08:00:00Z"), iso_date("2024/05/01 08:00:00"), iso_date("hôm qua")
    ('2024-05-01T08:00:00+00:00', '2024-05-01T08:00:00', '')
    >>> iso_date("1/5/2024", day_first=True), iso_date("1/5/2024")
    ('2024-05-01', '')
    """
    value = _YEAR_FIRST.sub(r"\1-\2-\3", value.strip())
    if day_first and (match := _DAY_FIRST.fullmatch(value)):
        day, month, year = match.groups()
        value = f"{year}-{month:0>2}-{day:0>2}"
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(value).isoformat()
        except ValueError:
            continue
    return ""


@contextmanager
def _dropped_below(folder: Path) -> Iterator[Callable[[Document], None]]:
    """Yield what writes documents into numbered files of a folder, one at a time."""
    waiting: list[Document] = []
    numbers = count()
    characters = 0

    def write() -> None:
        nonlocal characters
        write_file(folder / f"{next(numbers):05}.parquet", waiting)
        waiting.clear()
        characters = 0

    def keep(document: Document) -> None:
        nonlocal characters
        document.text = document.text.encode(errors="backslashreplace").decode()
        waiting.append(document)
        characters += len(document.text)
        if len(waiting) == DOCUMENTS_PER_FILE or characters >= GROUP_CHARACTERS:
            write()

    yield keep
    write()


def _module(name: str) -> Any:
    # By name, so that editing the code of one kind or reader does not fetch the sources of another again.
    return importlib.import_module(f"stages.{name}")


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "input", "out", "metrics", "checkpoints")
    arguments.add_argument("--source", required=True, help="its name under `sources` in the parameter file")
    given = arguments.parse_args()
    source = load(given.params, given.source)
    metrics = run(given.source, source, given.input, given.out, given.checkpoints)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
