"""Raw documents of one source: Parquet with licence, date and origin.

A source has a kind, and stages/<kind>/source.py reads it: `world` is generated, `files` are
your own documents, `hub` is a pinned data set on the Hugging Face hub. Here its documents are
checked, limited and written; nothing is cleaned yet.
"""

import hashlib
import importlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.text.documents import Document, write_documents

KINDS = ("world", "files", "hub")
SECTIONS = ("{kind}", "sources.{source}", "profiles.{profile}.fetch.{source}")
BYTES_PER_MEGABYTE = 1_000_000


class Source(Protocol):
    """What every kind's parameters hold beside its own: stages/<kind>/source.py has the dataclass `Source`."""

    kind: str
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
    sections = [place.format(kind=kind, source=source, profile="{profile}") for place in SECTIONS]
    return params.load(_room(kind).Source, file, *sections)


def run(name: str, source: Source, place: Path, out: Path) -> dict[str, Any]:
    """Write the documents of source `name`, read from `place`, into the folder `out`; returns the metrics."""
    dropped: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    legacy_encodings: Counter[str] = Counter()
    digest = hashlib.blake2b(digest_size=16)

    def checked() -> Iterator[Document]:
        if source.max_documents == 0:  # not used in this profile: not even opened
            return
        documents = _room(source.kind).documents(name, source, place, dropped)
        for document in tqdm(documents, desc=f"fetch {name}", unit=" documents", mininterval=1):
            data = _usable_bytes(document, dropped)
            if data is None:
                continue
            if kept["bytes"] + len(data) > source.max_megabytes * BYTES_PER_MEGABYTE:
                return
            kept.update(documents=1, bytes=len(data))
            digest.update(document.id.encode() + data)
            document.date = iso_date(document.date)
            if "legacy_encoding" in document.metadata:
                legacy_encodings[document.metadata["legacy_encoding"]] += 1
            yield document
            if kept["documents"] == source.max_documents:
                return

    with new_folder(out) as folder:
        write_documents(folder, checked())
        if source.max_documents > 0 and kept["documents"] == 0:
            raise BadInput(
                f"source {name}: no usable document in {place} (dropped: {dict(sorted(dropped.items()))}, limit: "
                f"{source.max_megabytes} MB). Look at what it holds, or set its max_documents to 0 in the profile."
            )
    return {
        "documents": kept["documents"],
        "bytes": kept["bytes"],
        "dropped": dict(dropped),
        "licence": source.licence,
        "revision": getattr(source, "revision", None) or "",  # of a data set on the hub
        "digest": digest.hexdigest(),
    } | ({"legacy_encodings": dict(legacy_encodings)} if legacy_encodings else {})


def iso_date(value: str) -> str:
    """The date as ISO 8601 if it can be read as that, else empty.

    >>> iso_date("2024-05-01T08:00:00Z"), iso_date("hôm qua")
    ('2024-05-01T08:00:00+00:00', '')
    """
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _usable_bytes(document: Document, dropped: Counter[str]) -> bytes | None:
    if not document.text.strip():
        dropped["empty_text"] += 1
        return None
    try:
        return document.text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a JSON escape
        dropped["invalid_utf8"] += 1
        return None


def _room(kind: str) -> Any:
    # By name, so that editing one kind's code does not fetch the sources of another again.
    return importlib.import_module(f"stages.{kind}.source")


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "input", "out", "metrics")
    arguments.add_argument("--source", required=True, help="its name under `sources` in the parameter file")
    given = arguments.parse_args()
    source = load(given.params, given.source)
    metrics = run(given.source, source, given.input, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
