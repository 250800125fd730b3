"""Writing documents in the order of their ids without holding them all in memory."""

import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TextIO

from stages.text.documents import SCHEMA, Document, write_documents


class WriterInIdOrder:
    """A context to which documents are added in any order; it leaves them in `folder` sorted by id.

    Ids are hashes, so their first two digits cut the documents into 256 parts of about equal size.
    Parts wait in a temporary folder beside `folder`, and one at a time is in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, TextIO] = {}

    def __enter__(self) -> "WriterInIdOrder":
        self._folder.mkdir(parents=True, exist_ok=True)
        self._open = ExitStack()
        self._waiting = Path(self._open.enter_context(TemporaryDirectory(dir=self._folder.parent, prefix="sorting-")))
        return self

    def add(self, document: Document) -> None:
        """Take one document."""
        name = document.id[:2]
        if name not in self._parts:
            self._parts[name] = self._open.enter_context((self._waiting / name).open("w+", encoding="utf-8"))
        self._parts[name].write(json.dumps({name: getattr(document, name) for name in SCHEMA.names}) + "\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._open:
            if error is None:
                parts = (_sorted_part(self._parts[name]) for name in sorted(self._parts))
                write_documents(self._folder, (document for part in parts for document in part))


def _sorted_part(part: TextIO) -> list[Document]:
    part.seek(0)
    return sorted((Document(**json.loads(line)) for line in part), key=lambda document: document.id)
