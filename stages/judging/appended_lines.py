"""A file of JSON lines that grows by a line at a time, and that a killed process leaves readable."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stages.errors import BadInput

Line = dict[str, Any]


def read_lines(file: Path) -> list[Line]:
    """The whole lines of a file; none where it is not there. What a kill left of a last line is passed over.

    Raises `BadInput` for a whole line that is not a JSON object.
    """
    if not file.exists():
        return []
    *whole, _unfinished = file.read_bytes().split(b"\n")
    return [_parsed(line, file, number) for number, line in enumerate(whole, start=1)]


@contextmanager
def appending(file: Path) -> Iterator[Callable[[Line], None]]:
    """Yield a function that writes a line to the disk before it returns. One process at a time.

    Raises `BadInput` where another process is appending to the file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(f"{file}: another run is writing to it. Wait for its end, or stop it.") from None
        stream.seek(0)
        stream.truncate(stream.read().rfind(b"\n") + 1)

        def append(line: Line) -> None:
            stream.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

        yield append


def _parsed(line: bytes, file: Path, number: int) -> Line:
    try:
        parsed = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{file}: line {number}: not valid JSON ({error}). Mend or delete the line.") from None
    if not isinstance(parsed, dict):
        raise BadInput(f"{file}: line {number}: expected an object, found {parsed!r}. Mend or delete the line.")
    return parsed
