"""Work on the parts of a corpus, wherever they are computed; a run that was killed goes on where it stopped.

A unit is a number and what it stands for. What it gives is a JSON value, written whole into a file of
its own, and that file says that the unit is finished. So neither the executor nor the number of tasks and
workers can change a result, and no message has to travel but through the file system.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, Generic, TypeVar

from tqdm import tqdm

from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.outputs import put_in_place, write_json, write_text

T = TypeVar("T")
WATCH_SECONDS = 0.5
FOOTER_BYTES = 65536  # the end of a Parquet file holds the sizes, places and extremes of all its columns


@dataclass(frozen=True)
class _Step(Generic[T]):
    """Datatrove's pipeline step: the units of one task, of which the finished ones are passed over."""

    work: Callable[[T], Any]
    units: Sequence[T]
    results: Path

    def __call__(self, data: object, rank: int, tasks: int) -> None:
        for number in range(rank, len(self.units), tasks):
            if _result(self.results, number).exists():
                continue
            try:
                write_json(_result(self.results, number), self.work(self.units[number]))
            except BadInput as error:
                write_text(_result(self.results, number).with_suffix(".error"), str(error))
                return


def map_units(
    work: Callable[[T], Any], units: Sequence[T], execution: Execution, scratch: Path, name: str
) -> Iterator[Any]:
    """What `work` returns for each unit, in their order, computed by the executor that the settings name.

    `work` must be picklable and return a JSON value; files that it writes must be whole before it returns.
    `scratch` is a folder of this step alone. Raises `BadInput` if a unit failed, with its message, or did
    not finish, with the folder of its log.
    """
    from stages.execution.executors import make_executor

    results, logs = scratch / "results", scratch / "logs"
    results.mkdir(parents=True, exist_ok=True)
    for failed in results.glob("*.error"):
        failed.unlink()
    shutil.rmtree(logs, ignore_errors=True)  # datatrove's own marks are for tasks, which may be cut otherwise now
    if units:
        tasks = min(execution.tasks, len(units))
        step = _Step(work, units, results.resolve())
        with _progress(results, len(units), name):
            make_executor(step, tasks, name.replace(" ", "-"), execution, logs).run()
    for error in sorted(results.glob("*.error")):
        raise BadInput(error.read_text(encoding="utf-8"))
    missing = [number for number in range(len(units)) if not _result(results, number).exists()]
    if missing:
        raise BadInput(
            f"{name}: {len(missing)} of {len(units)} parts did not finish; {logs} tells why. Mend that and run again: "
            "the others are kept."
        )
    return (json.loads(_result(results, number).read_bytes()) for number in range(len(units)))


@contextmanager
def resumable_folder(path: Path, *depends_on: object) -> Iterator[tuple[Path, Path]]:
    """Yield a folder for the output and one for scratch; the output takes the place of `path` at the end.

    What a killed run left in both is used again if `depends_on` (values; paths of files or folders of input)
    and the code are the same, else removed.
    """
    place = path.with_name(path.name + ".unfinished").resolve()
    mark, output, scratch = place / "fingerprint", place / "output", place / "scratch"
    fingerprint = _fingerprint(depends_on)
    if not mark.exists() or mark.read_text(encoding="utf-8") != fingerprint:
        shutil.rmtree(place, ignore_errors=True)
        write_text(mark, fingerprint)
    output.mkdir(exist_ok=True)
    scratch.mkdir(exist_ok=True)
    yield output, scratch
    put_in_place(output, path)
    shutil.rmtree(place)


def _result(results: Path, number: int) -> Path:
    return results / f"{number:06}.json"


@contextmanager
def _progress(results: Path, total: int, name: str) -> Iterator[None]:
    """A bar that counts finished units, which any process on any machine may finish."""
    finished = Event()

    def watch(bar: tqdm) -> None:
        while not finished.wait(WATCH_SECONDS):
            bar.update(len(list(results.glob("*.json"))) - bar.n)

    with tqdm(total=total, desc=name, unit=" parts", mininterval=1) as bar:
        watcher = Thread(target=watch, args=(bar,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()
            bar.update(len(list(results.glob("*.json"))) - bar.n)


def _fingerprint(depends_on: Sequence[object]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for value in depends_on:
        files = sorted(value.rglob("*")) if isinstance(value, Path) and value.is_dir() else [value]
        for one in files:
            digest.update(f"{one!r}\0".encode())
            if isinstance(one, Path) and one.is_file():
                digest.update(_end_of(one))
    for module in sorted(sys.modules):
        if module.split(".")[0] == "stages" and (file := getattr(sys.modules[module], "__file__", None)):
            digest.update(Path(file).read_bytes())
    return digest.hexdigest()


def _end_of(file: Path) -> bytes:
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - FOOTER_BYTES))
        return f"{size}\0".encode() + stream.read()
