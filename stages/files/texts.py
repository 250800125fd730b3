"""The texts of any folder of files, by domain: for commands that measure, not for the corpus."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from stages.errors import BadInput
from stages.files.reading import Unreadable, read_whole
from stages.files.source import READERS, source_files, suffix_of


class TextFolder:
    """A file, or all files below a folder (txt, md, jsonl, also .gz and .zst, parquet), hidden ones left out.

    A domain is a folder right below it with all that it holds, or a file that lies in none. The text of JSON lines and
    Parquet stands under `column`. Each document is a text, but each line of a plain file: those are often a corpus in
    one file. `skipped` counts by file and reason the records of JSON lines and Parquet that could not be taken.
    """

    def __init__(self, path: Path, column: str):
        if not path.exists():
            raise BadInput(f"{path}: no such file or folder. Give the path of texts.")
        self._column = column
        self.skipped: dict[Path, Counter[str]] = {}
        files = [path] if path.is_file() else source_files(path)
        self.domains: dict[str, list[Path]] = {}
        for file in files:
            if suffix_of(file) is None:
                raise BadInput(f"{file}: unknown kind of file. Expected {', '.join(READERS)}; convert it.")
            inside = file.relative_to(path).parts if file != path else (file.name,)
            name = inside[0] if len(inside) > 1 else file.name.lower().removesuffix(suffix_of(file) or "")
            self.domains.setdefault(name, []).append(file)
        self.size_bytes = sum(file.stat().st_size for file in files)

    def texts(self, domain: str | None = None) -> Iterator[str]:
        """The texts of a domain, or of all, as a stream. Raises `BadInput` for a file that cannot be read."""
        for name, files in self.domains.items():
            if domain in (None, name):
                for file in files:
                    yield from self._texts_of(file)

    def _texts_of(self, file: Path) -> Iterator[str]:
        skipped = self.skipped[file] = Counter()
        is_plain = READERS[suffix_of(file) or ""] is read_whole
        for text in read_texts(file, self._column, skipped):
            if is_plain:
                yield from (line for line in text.splitlines(keepends=True) if line.strip())
            else:
                yield text


def read_texts(file: Path, column: str, skipped: Counter[str]) -> Iterator[str]:
    """The documents of one file; the records that could not be taken are counted in `skipped` by their reason.

    Raises `BadInput` for a kind of file that is unknown, a plain file that is no text, a record without the column.
    """
    suffix = suffix_of(file)
    if suffix is None:
        raise BadInput(f"{file}: unknown kind of file. Expected {', '.join(READERS)}; convert it.")
    read = READERS[suffix]
    for key, record in read(file, (column,)):
        if isinstance(record, Unreadable):
            if read is read_whole:
                raise BadInput(f"{file}: neither UTF-8 nor an older Vietnamese encoding. Convert or remove it.")
            skipped[record.reason] += 1
        elif column not in record:
            raise BadInput(f"{file}, {key}: no {column!r}, found {sorted(record)}. Name it with --column.")
        elif not isinstance(record[column], str):
            skipped["text_not_a_string"] += 1
        else:
            yield record[column]
