"""The rows of a pinned data set, read with the hub's own clients, their failures told in plain words."""

import contextlib
import hashlib
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import datasets
import huggingface_hub
import pyarrow
import requests
import urllib3
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from stages.errors import BadInput
from stages.hub.blocks import Blocks, Row, example_blocks, line_blocks, parquet_blocks

Place = dict[str, Any]  # in a data set: the files that are open, what was given of each, and the next one
PARQUET = ".parquet"
BY_RANGE = (PARQUET, ".jsonl", ".ndjson")
CUT_CONNECTION = (requests.exceptions.ChunkedEncodingError, requests.ConnectionError, requests.Timeout)
STATUSES_WORTH_ANOTHER_ATTEMPT = (408, 429, 500, 502, 503, 504)
MAX_WAIT_SECONDS = 120
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class DataFile:
    """A file of a data set at one revision: `changed` is the date of the commit that wrote it (ISO 8601, or empty)."""

    path: str
    size: int
    changed: str


class DataSet:
    """One split of a data set, read in blocks of rows in an order that revision, seed and `files_at_once` fix.

    The transport asks again up to `max_attempts` times, waiting twice as long each time or as long
    as the hub's Retry-After says. Raises `BadInput` as `stages.hub.source.documents` says.
    """

    def __init__(
        self,
        repository: str,
        revision: str,
        config: str | None,
        split: str,
        max_attempts: int,
        first_wait_seconds: float,
    ):
        self.repository, self.revision = repository, revision
        self._config, self._split = config, split
        self._max_attempts, self._first_wait_seconds = max_attempts, first_wait_seconds
        _be_patient(max_attempts, first_wait_seconds)

    def blocks(
        self, columns: list[str], seed: int, files_at_once: int, place: Place | None
    ) -> Iterator[tuple[list[Row], Place]]:
        """Blocks of rows after `place` (None: all), each with the place after it.

        The files come in an order drawn with the seed, `files_at_once` of them in turns.
        """
        with _plain_errors(self.repository, self.revision):
            check_revision(self.repository, self.revision)
            paths = self._paths()
            random.Random(f"{seed} {self.repository}").shuffle(paths)
            place = place or {"next": 0, "open": [], "changed": ""}
            following, changed = place["next"], place["changed"]
            turns = deque((path, given, None) for path, given in place["open"])
            while turns or following < len(paths):
                if len(turns) < files_at_once and following < len(paths):
                    path, given, blocks = paths[following], 0, None
                    following += 1
                else:
                    path, given, blocks = turns.popleft()
                if blocks is None:
                    file = self._data_file(path)
                    changed = max(changed, file.changed)
                    blocks = self._patient(file, columns, seed, given)
                if (block := next(blocks, None)) is not None:
                    rows, given = block
                    turns.append((path, given, blocks))
                    yield rows, {"next": following, "open": [[p, g] for p, g, _ in turns], "changed": changed}

    def _paths(self) -> list[str]:
        # The prefix keeps a local folder of that name from being read instead.
        found = datasets.load_dataset_builder(
            f"hf://datasets/{self.repository}", self._config, revision=self.revision
        ).config.data_files
        if self._split not in found:
            raise BadInput(
                f"{self.repository}: no split {self._split!r}, found {', '.join(map(str, found))}. "
                "Mend its entry in params.yaml."
            )
        prefix = f"hf://datasets/{self.repository}@{self.revision}/"
        return sorted(path.removeprefix(prefix) for path in found[self._split])

    def _data_file(self, path: str) -> DataFile:
        api = huggingface_hub.HfApi()
        (info,) = api.get_paths_info(self.repository, path, expand=True, revision=self.revision, repo_type="dataset")
        return DataFile(path, info.size, info.last_commit.date.date().isoformat() if info.last_commit else "")

    def _patient(self, file: DataFile, columns: list[str], seed: int, given: int) -> Blocks:
        """The file's blocks; after a connection that was cut it goes on with the block that was not whole."""
        failures = 0
        while True:
            try:
                for rows, after in self._opened(file, columns, seed, given):
                    failures, given = 0, after
                    yield rows, given
                return
            except CUT_CONNECTION as error:
                failures += 1
                if failures == self._max_attempts:
                    raise ConnectionError(str(error)) from None
                time.sleep(min(self._first_wait_seconds * 2 ** (failures - 1), MAX_WAIT_SECONDS))

    def _opened(self, file: DataFile, columns: list[str], seed: int, given: int) -> Blocks:
        name = f"datasets/{self.repository}@{self.revision}/{file.path}"
        kind = PurePosixPath(file.path).suffix.lower()
        if kind not in BY_RANGE:
            builder = datasets.load_dataset_builder(
                f"hf://datasets/{self.repository}", revision=self.revision, data_files=file.path
            )
            (split,) = builder.config.data_files
            yield from example_blocks(iter(builder.as_streaming_dataset(split=split)), file.path, columns, given)
            return
        with huggingface_hub.HfFileSystem().open(name, cache_type="none") as stream:
            if kind == PARQUET:
                yield from parquet_blocks(stream, file.path, columns, seed, given)
            else:
                yield from line_blocks(partial(_read, stream), file.size, file.path, columns, seed, given)


def _read(stream: BinaryIO, begin: int, end: int) -> bytes:
    stream.seek(begin)
    data = stream.read(end - begin)
    if len(data) != end - begin:
        raise pyarrow.ArrowInvalid(f"bytes {begin} to {end} were asked for, {len(data)} came")
    return data


def check_revision(repository: str, revision: str) -> None:
    """Ask the hub for exactly this commit, and whether this user may read it."""
    api = huggingface_hub.HfApi()
    info = api.dataset_info(repository, revision=revision, timeout=TIMEOUT_SECONDS)
    if info.sha != revision:
        raise BadInput(
            f"{repository}: asked for revision {revision}, the hub answered with {info.sha}. "
            "Pin the full hash of a commit: run `make pin`."
        )
    if info.gated:
        api.auth_check(repository, repo_type="dataset")


def download(repository: str, revision: str, path: str, max_attempts: int, first_wait_seconds: float) -> Path:
    """A local copy, in the client's own cache, of one file of a data set at exactly this commit.

    A connection that is cut is taken up again. Raises `BadInput` as a data set does, and for a file that is not there.
    """
    _be_patient(max_attempts, first_wait_seconds)
    with _plain_errors(repository, revision):
        _check_revision_once(repository, revision)
        for attempt in range(1, max_attempts + 1):
            try:
                found = huggingface_hub.hf_hub_download(repository, path, repo_type="dataset", revision=revision)
                return Path(found)
            except CUT_CONNECTION as error:
                if attempt == max_attempts:
                    raise ConnectionError(str(error)) from None
                time.sleep(min(first_wait_seconds * 2 ** (attempt - 1), MAX_WAIT_SECONDS))
    raise AssertionError("max_attempts is at least 1")


def file_sha256(repository: str, revision: str, path: str, max_attempts: int, first_wait_seconds: float) -> str:
    """The SHA-256 of a file's bytes: what the hub stores it under, or, of a small one, that of a copy."""
    _be_patient(max_attempts, first_wait_seconds)
    with _plain_errors(repository, revision):
        found = huggingface_hub.HfApi().get_paths_info(repository, path, revision=revision, repo_type="dataset")
        if not found:
            raise _no_file(repository, revision, path)
        if found[0].lfs:
            return found[0].lfs.sha256
    local = download(repository, revision, path, max_attempts, first_wait_seconds)
    return hashlib.sha256(local.read_bytes()).hexdigest()


@cache
def _check_revision_once(repository: str, revision: str) -> None:
    check_revision(repository, revision)


def newest_revision(repository: str, kind: str = "dataset") -> str:
    """The full hash of the newest commit, to be pinned. `kind` is `dataset` or `model`."""
    with _plain_errors(repository, "main"):
        return huggingface_hub.HfApi().repo_info(repository, repo_type=kind, timeout=TIMEOUT_SECONDS).sha


@contextlib.contextmanager
def _plain_errors(repository: str, revision: str) -> Iterator[None]:
    page = f"{huggingface_hub.constants.ENDPOINT}/datasets/{repository}"
    try:
        yield
    except GatedRepoError:
        raise BadInput(
            f"{repository} is gated: its terms must be accepted first. Open {page} with your account, accept them, "
            "then set HF_TOKEN to a token of that account (`huggingface-cli login` stores one)."
        ) from None
    except EntryNotFoundError as error:
        raise _no_file(repository, revision, str(error)) from None
    except RevisionNotFoundError:
        raise BadInput(
            f"{repository} has no revision {revision}: it was removed or rewritten. "
            "Look at what changed, then run `make pin` for the newest commit."
        ) from None
    except RepositoryNotFoundError:
        raise BadInput(
            f"{repository} does not exist at {page}, or may not be read with this HF_TOKEN. "
            "Mend its name in params.yaml, or set the token of an account that may."
        ) from None
    except datasets.exceptions.DatasetNotFoundError as error:
        raise BadInput(f"{repository}: {error} Mend its entry in params.yaml.") from None
    except (requests.RequestException, HfHubHTTPError, ConnectionError) as error:
        raise BadInput(
            f"{repository}: the hub at {huggingface_hub.constants.ENDPOINT} does not answer ({error}). "
            "Look at the network and run again: it goes on with what was read so far."
        ) from None
    except (pyarrow.ArrowException, OSError) as error:
        raise BadInput(
            f"{repository} at {revision}: a file of it is truncated or not what its name says ({error}). "
            "Run again; if it stays, pin another revision."
        ) from None
    except ValueError as error:  # unknown configuration, split or file pattern
        raise BadInput(f"{repository} at {revision}: {error}. Mend its entry in params.yaml.") from None


def _no_file(repository: str, revision: str, path: str) -> BadInput:
    return BadInput(
        f"{repository} at {revision}: no such file: {path}. Look at its files there, and mend the path or pin another "
        "revision."
    )


def _be_patient(max_attempts: int, first_wait_seconds: float) -> None:
    """Have every request of the client retried on the same terms, and its own second layer of retries agree."""
    waits = urllib3.Retry(
        total=max_attempts - 1,
        backoff_factor=first_wait_seconds / 2,
        backoff_max=MAX_WAIT_SECONDS,
        status_forcelist=STATUSES_WORTH_ANOTHER_ATTEMPT,
        allowed_methods=None,
        respect_retry_after_header=True,
        raise_on_status=False,
    )

    def session() -> requests.Session:
        made = requests.Session()
        made.mount("http://", requests.adapters.HTTPAdapter(max_retries=waits))
        made.mount("https://", requests.adapters.HTTPAdapter(max_retries=waits))
        return made

    huggingface_hub.configure_http_backend(session)
    datasets.config.STREAMING_READ_MAX_RETRIES = max_attempts
    datasets.config.STREAMING_OPEN_MAX_RETRIES = max_attempts
    datasets.config.STREAMING_READ_RETRY_INTERVAL = first_wait_seconds
    datasets.config.STREAMING_OPEN_RETRY_INTERVAL = first_wait_seconds
    datasets.config.HF_UPDATE_DOWNLOAD_COUNTS = False  # a request to another host at every load
    datasets.disable_progress_bars()
