"""What cleaning makes of your files: documents, bytes and syllables in, kept and dropped by rule, and samples to read.

PATH is a file or a folder of txt, md, jsonl (also .gz, .zst) and Parquet files; each file counts as a source. They
are fetched and cleaned in a temporary folder, as the source own-<language> of params.yaml. Printed as Markdown.
"""

import argparse
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands.own_text import take
from stages import clean, fetch, params
from stages.command import start
from stages.execution.settings import Execution
from stages.fetch import Source
from stages.files.source import source_files
from stages.reporting.content import Table
from stages.reporting.markdown import render_table
from stages.text.documents import Document, read_documents

LANGUAGES = ("vi", "en")
MEGA = 10**6


def report(
    given: Path, settings: clean.Params, execution: Execution, source: Source, samples: int, characters: int
) -> Iterator[str]:
    """The parts of the report on the documents of `given`, `samples` of each rule with their first `characters`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        take(given, folder / "files", copy=False)
        for file in source_files(folder / "files"):
            relative = file.relative_to(folder / "files")
            place = folder / "one_by_one" / relative
            place.mkdir(parents=True)
            (place / file.name).symlink_to(file.resolve())
            fetch.run(str(relative), source, place, folder / "documents" / relative, folder / "checkpoints")
        yield from _tables(clean.run(settings, execution, folder / "documents", folder / "out"))
        yield from _samples(folder / "out" / "dropped", samples, characters)


def _tables(metrics: dict[str, Any]) -> Iterator[str]:
    head = ("in", "kept", "dropped", "MB in", "MB kept", "syllables in", "syllables kept")
    rows = [
        (name, *_documents(values["in"], values["kept"]), *_sizes(values))
        for name, values in sorted(metrics["sources"].items())
    ]
    total = metrics["documents"]
    rows.append(("all", *_documents(total["in"], total["kept"]), *_sizes(metrics)))
    yield render_table(Table(("source", *head), rows))
    rows = []
    for name, values in sorted(metrics["sources"].items()):
        for rule, count in sorted(values["dropped"].items(), key=lambda pair: (-pair[1], pair[0])):
            share, size = f"{count / values['in']:.2%}", f"{values['dropped_bytes'][rule] / MEGA:.3f}"
            rows.append((name, rule, f"{count:,}", share, size, f"{values['dropped_syllables'][rule]:,}"))
    if rows:
        yield render_table(Table(("source", "rule", "documents", "share", "MB", "syllables"), rows, labels=2))


def _documents(came_in: int, kept: int) -> tuple[str, ...]:
    return f"{came_in:,}", f"{kept:,}", f"{1 - kept / came_in:.2%}" if came_in else "-"


def _sizes(values: dict[str, Any]) -> tuple[str, ...]:
    sizes, syllables = values["bytes"], values["syllables"]
    kept = f"{sizes['kept'] / MEGA:.2f}"
    return f"{sizes['in'] / MEGA:.2f}", kept, f"{syllables['in']:,}", f"{syllables['kept']:,}"


def _samples(dropped: Path, samples: int, characters: int) -> Iterator[str]:
    """The first documents of each rule by id, which is a hash: a sample that is the same every time."""
    by_rule: dict[str, list[Document]] = {}
    for document in read_documents(dropped):
        chosen = by_rule.setdefault(document.metadata["reason"], [])
        if len(chosen) < samples:
            chosen.append(document)
    for rule, chosen in sorted(by_rule.items()):
        yield "\n".join([f"## {rule}", "", *(f"- {_told(document, characters)}" for document in chosen)])


def _told(document: Document, characters: int) -> str:
    value = document.metadata.get("value")
    text = re.sub(r"\s*\n\s*", " ⏎ ", document.text)
    shown = text if len(text) <= characters else f"{text[:characters]} […]"
    told = [document.source, f"{len(document.text):,} characters", *([] if value is None else [f"value {value}"])]
    return f"{', '.join(told)}: {shown}"


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("path", type=Path, metavar="PATH", help="a file, or a folder of files")
    arguments.add_argument("--language", required=True, choices=LANGUAGES)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="default: params.yaml")
    arguments.add_argument("--samples", type=int, default=20, help="documents shown of each rule (default: 20)")
    arguments.add_argument("--characters", type=int, default=300, help="shown of each document (default: 300)")
    arguments.add_argument("--megabytes", type=float, default=10, help="of text read from each file (default: 10)")
    given = arguments.parse_args()
    settings = params.load(clean.Params, given.params, *clean.SECTIONS, language=given.language)
    source = fetch.load(given.params, f"own-{given.language}")
    execution = params.load(Execution, given.params, clean.EXECUTION)
    limited = replace(source, max_documents=10**9, max_megabytes=given.megabytes)
    for part in report(given.path.expanduser(), settings, execution, limited, given.samples, given.characters):
        print(f"{part}\n")


if __name__ == "__main__":
    start(main)
