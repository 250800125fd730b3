"""Streaming rows of a pinned data set with the hub's own client, its failures told in plain words."""

import contextlib
from collections.abc import Iterator
from typing import Any

import datasets
import huggingface_hub
import pyarrow
import requests
import urllib3
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from stages.errors import BadInput

STATUSES_WORTH_ANOTHER_ATTEMPT = (408, 429, 500, 502, 503, 504)
MAX_WAIT_SECONDS = 120
TIMEOUT_SECONDS = 60


def stream(
    repository: str,
    revision: str,
    *,
    config: str | None,
    split: str,
    columns: list[str],
    shuffle_seed: int,
    shuffle_buffer: int,
    max_attempts: int,
    first_wait_seconds: float,
) -> Iterator[dict[str, Any]]:
    """Rows of one split with the given columns, in an order that revision, seed and buffer size fix.

    The transport asks again up to `max_attempts` times, waiting twice as long each time or as long
    as the hub's Retry-After says. Parquet files are read by range: only the row groups and columns
    that are needed travel. Raises `BadInput` as `stages.hub.source.documents` says.
    """
    _be_patient(max_attempts, first_wait_seconds)
    with _plain_errors(repository, revision):
        check_revision(repository, revision)
        # The prefix keeps a local folder of that name from being read instead.
        builder = datasets.load_dataset_builder(f"hf://datasets/{repository}", config, revision=revision)
        if hasattr(builder.config, "columns"):  # Parquet: the other columns are not downloaded
            builder.config.columns = columns
        rows = builder.as_streaming_dataset(split=split)
        _require(columns, rows.features, repository)
        if shuffle_buffer:
            rows = rows.shuffle(seed=shuffle_seed, buffer_size=shuffle_buffer)
        for row in rows:
            _require(columns, row, repository)
            yield row


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
            "Look at the network and run again; nothing unfinished was kept."
        ) from None
    except (pyarrow.ArrowException, OSError) as error:
        raise BadInput(
            f"{repository} at {revision}: a file of it is truncated or not Parquet ({error}). "
            "Run again; if it stays, pin another revision."
        ) from None
    except ValueError as error:  # unknown configuration, split or file pattern
        raise BadInput(f"{repository} at {revision}: {error}. Mend its entry in params.yaml.") from None


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


def _require(columns: list[str], found: Any, repository: str) -> None:
    if found is not None and (missing := [column for column in columns if column not in found]):
        raise BadInput(
            f"{repository}: no column {', '.join(missing)}, found {', '.join(sorted(found))}. "
            "Mend the columns of its entry in params.yaml."
        )
