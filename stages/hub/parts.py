"""What a fetch has read so far, kept on disk block by block, so that one that was cut goes on where it stood.

A part holds one block of rows as they came, and the place in the data set after it. Whoever reads
the rows cannot tell those of the disk from those of the hub, so the result is the same to the bit.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow

from stages.errors import BadInput

Row = dict[str, Any]
Place = dict[str, Any]


class Parts:
    """The blocks below a folder that was made for exactly this reading, else they are removed."""

    def __init__(self, folder: Path, reading: dict[str, Any]):
        """`reading` is all that fixes the order of the rows; JSON-able."""
        self._folder = folder
        described = json.dumps(reading, ensure_ascii=False, sort_keys=True)
        note = folder / "reading.json"
        if not note.is_file() or note.read_text(encoding="utf-8") != described:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _write_whole(note, described.encode())
        self._count = 0
        self.place: Place | None = None  # after the last block that was replayed or added

    def replay(self) -> Iterator[list[Row]]:
        """The blocks that are there, in order."""
        while (file := self._file(self._count)).exists():
            try:
                with pyarrow.input_stream(str(file), compression="zstd") as stream:
                    place, *rows = (json.loads(line) for line in stream.read().splitlines())
            except (OSError, ValueError) as error:
                raise BadInput(f"{file}: not as it was written ({error}). Delete its folder and run again.") from None
            self._count += 1
            self.place = place
            yield rows

    def add(self, rows: list[Row], place: Place) -> None:
        """Keep the next block and the place after it."""
        lines = "\n".join(json.dumps(value) for value in (place, *rows))
        _write_whole(self._file(self._count), pyarrow.compress(lines.encode(), codec="zstd", asbytes=True))
        self._count += 1
        self.place = place

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06}.jsonl.zst"


def _write_whole(file: Path, data: bytes) -> None:
    unfinished = file.with_name(file.name + ".unfinished")
    with unfinished.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(file)
