"""The base model from a hub on loopback, through the real client."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from commands.rehearsal.hub_server import Fault, Repository, serve
from stages.errors import BadInput


def enter(environment: dict[str, str]) -> None:
    os.environ.update(
        environment, HF_HUB_OFFLINE="0", HF_DATASETS_OFFLINE="0"
    )  # the client reads these when it is imported, so it lives in a process of its own


def download(repository: str, revision: str, folder) -> int:
    from stages.model.download import download_model

    return download_model(repository, revision, folder)["vocab_size"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    # Not at the top: the client's process imports this module before its environment is set.
    from tests.tiny_model import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def hub(model, tmp_path):
    files = {file.name: file.read_bytes() for file in sorted(model.iterdir())}
    torn = files | {"model.safetensors": files["model.safetensors"][:-100]}
    headless = files | {"config.json": files["config.json"].replace(b'embeddings": true', b'embeddings": false')}
    contents = {"lab/small": files, "lab/torn": torn, "lab/headless": headless}
    repositories = [Repository(name, "models", content) for name, content in contents.items()]
    with serve(repositories) as running:
        environment = running.environment | {"HF_HOME": str(tmp_path / "huggingface")}
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context, initializer=enter, initargs=(environment,)) as process:

            def get(name: str, revision: str | None = None) -> int:
                (tmp_path / "out").mkdir(exist_ok=True)
                pinned = revision or running.repositories["models", name].commit
                return process.submit(download, name, pinned, tmp_path / "out").result(timeout=120)

            running.get = get
            yield running


def test_a_cut_connection_is_taken_up_again_and_the_bytes_are_the_hubs(hub, model, tmp_path):
    hub.faults.append(Fault(r"GET .*model\.safetensors"))
    assert hub.get("lab/small") > 256
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        assert (tmp_path / "out" / name).read_bytes() == (model / name).read_bytes()
    assert sum("model.safetensors" in request and request.startswith("GET") for request in hub.requests) == 2
    assert not hub.asked_elsewhere


@pytest.mark.parametrize(
    ("name", "revision", "message"),
    [
        ("lab/small", "0" * 40, "(?s)lab/small at 0000.*not downloaded.*base.revision"),
        ("lab/torn", None, "model.safetensors"),
        ("lab/headless", None, "tie_word_embeddings is not true.*lm_head.weight"),
    ],
)
def test_what_cannot_be_had_is_named(hub, name, revision, message):
    with pytest.raises(BadInput, match=message):
        hub.get(name, revision)
