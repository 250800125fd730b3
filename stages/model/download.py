"""A model folder from the Hugging Face hub, pinned by its full commit hash."""

import logging
import shutil
from pathlib import Path
from typing import Any

import requests
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

from stages.errors import BadInput
from stages.model.conversion import litgpt_config
from stages.model.files import COMPANIONS, HEAD, read_config, read_tensors

log = logging.getLogger(__name__)

ATTEMPTS = 5
PATTERNS = ("config.json", "*.safetensors", "model.safetensors.index.json", *COMPANIONS)


def download_model(repository: str, revision: str, folder: Path) -> dict[str, Any]:
    """Copy the snapshot `revision` (40 hex digits) of a model repository into `folder`; returns its config.

    The endpoint is the client's own (HF_ENDPOINT). Raises `BadInput` where the snapshot cannot be
    had, is another revision, or is no plain Llama with whole weights.
    """
    try:
        snapshot = _download(repository, revision)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise BadInput(
            f"{repository} at {revision}: not downloaded ({error}). Check base.repository, base.revision, the network, "
            "and for a gated model the login (hf auth login)."
        ) from None
    if snapshot.name != revision:  # the client names the snapshot's folder after the commit that it resolved
        raise BadInput(f"{repository}: revision {revision} resolved to {snapshot.name}. Pin a commit, not a name.")
    for file in sorted(snapshot.iterdir()):
        shutil.copyfile(file, folder / file.name)
    config = read_config(folder)
    litgpt_config(config)
    if HEAD not in read_tensors(folder) and not config.get("tie_word_embeddings", False):
        raise BadInput(
            f"{repository}: tie_word_embeddings is not true, but the weights hold no {HEAD}. Choose another."
        )
    return config


def _download(repository: str, revision: str) -> Path:
    """The client goes on with a half-fetched file, but gives up at the first connection that is cut."""
    for attempt in range(1, ATTEMPTS):
        try:
            return Path(snapshot_download(repository, revision=revision, allow_patterns=list(PATTERNS)))
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            log.warning("%s: attempt %d of %d was cut off (%s)", repository, attempt, ATTEMPTS, error)
    return Path(snapshot_download(repository, revision=revision, allow_patterns=list(PATTERNS)))
