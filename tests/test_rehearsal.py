"""The rehearsal's repositories: every data set of the real run is fetched from them as it will be from the hub."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from commands import pin
from commands.rehearsal.hub_server import serve
from commands.rehearsal.repositories import TOKEN, data_sets
from stages import fetch, params
from stages.errors import BadInput
from stages.text.documents import read_documents

PARAMETERS = Path(__file__).parent.parent / "params.yaml"
HUB_SOURCES = {name: entry for name, entry in params.read(PARAMETERS)["sources"].items() if entry["kind"] == "hub"}
LIMIT = 20


@pytest.fixture(scope="module")
def hub():
    with serve(data_sets(PARAMETERS, 40)) as running:
        yield running


@pytest.fixture(scope="module")
def parameters(hub, tmp_path_factory) -> Path:
    """The real profile, every data set pinned, as `make pin` does it."""
    text = PARAMETERS.read_text(encoding="utf-8").replace("\nprofile: nano\n", "\nprofile: smollm2-360m\n")
    for name, entry in HUB_SOURCES.items():
        commit = hub.repositories["datasets", entry["repository"]].commit
        text = pin.with_revision(text, name, commit)
    file = tmp_path_factory.mktemp("parameters") / "params.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def clients(hub, folder: Path, **environment: str) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        1, mp_context=spawn, initializer=enter, initargs=(hub.environment | {"HF_HOME": str(folder)} | environment,)
    )


def enter(environment: dict[str, str]) -> None:
    os.environ.pop("HF_TOKEN", None)
    os.environ.update(environment, HF_HUB_OFFLINE="0", HF_DATASETS_OFFLINE="0")


@pytest.fixture(scope="module")
def process(hub, tmp_path_factory):
    with clients(hub, tmp_path_factory.mktemp("huggingface"), HF_TOKEN=TOKEN) as pool:
        yield pool


@pytest.mark.parametrize("name", HUB_SOURCES)
def test_every_data_set_of_the_real_run_is_fetched(parameters, process, tmp_path, name):
    source = fetch.load(parameters, name)
    assert source.max_documents > LIMIT, "not used in the real run"
    arguments = (name, replace(source, max_documents=LIMIT), Path("stages/hub"), tmp_path / "out", tmp_path / "kept")
    metrics = process.submit(fetch.run, *arguments).result(timeout=60)
    found = list(read_documents(tmp_path / "out"))
    assert metrics["documents"] == len(found) > 0
    assert metrics["data_date"] == "2024-01-01"
    assert metrics["revision"] == source.revision
    assert bool(found[0].date) == (source.columns.date is not None)
    assert bool(found[0].url) == (source.columns.url is not None)
    assert not any("\\n" in d.text or "GUTENBERG" in d.text or "References" in d.text for d in found)


def test_a_gated_set_without_a_token_says_what_to_do(hub, parameters, tmp_path):
    source = fetch.load(parameters, "culturax-vi")
    assert source.gated
    with clients(hub, tmp_path) as pool:
        job = pool.submit(fetch.run, "culturax-vi", source, Path("stages/hub"), tmp_path / "out", tmp_path / "kept")
        with pytest.raises(BadInput, match="HF_TOKEN"):
            job.result(timeout=60)
