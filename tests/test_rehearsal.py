"""The rehearsal's repositories: every data set and benchmark of the real run is had from them as from the hub."""

import hashlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from commands import pin
from commands.rehearsal.hub_server import Fault, Repository, serve
from commands.rehearsal.repositories import TOKEN, benchmark_sets, data_sets, unpinned
from stages import benchmarks, fetch, params
from stages.errors import BadInput
from stages.hub.benchmark import Benchmark
from stages.items.source import load_source
from stages.text.documents import read_documents

PARAMETERS = Path(__file__).parent.parent / "params.yaml"
HUB_SOURCES = {name: entry for name, entry in params.read(PARAMETERS)["sources"].items() if entry["kind"] == "hub"}
HUB_BENCHMARKS = [n for n, entry in params.read(PARAMETERS)["benchmarks"].items() if entry["kind"] == "hub"]
PATIENCE = {"max_attempts": 3, "first_wait_seconds": 0.01}
LIMIT = 20


@pytest.fixture(scope="module")
def hub():
    with serve([*data_sets(PARAMETERS, 40), *benchmark_sets(PARAMETERS), OWN]) as running:
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


def source_file(name: str, folder: Path) -> Path:
    """A benchmark's source.yaml without the hashes of the real files."""
    file = folder / "source.yaml"
    text = (PARAMETERS.parent / "stages/scoring/tasks" / name / "source.yaml").read_text(encoding="utf-8")
    file.write_text(unpinned(text), encoding="utf-8")
    return file


@pytest.fixture
def run(process, tmp_path):
    """Get the items of a benchmark in the process of the clients; returns the metrics. `pinned`: pin it first."""

    def call(name: str, file: Path, pinned: bool = True) -> dict:
        if pinned:
            process.submit(pin.pin_benchmark, file, PATIENCE, False).result(timeout=60)
        benchmark = Benchmark(
            shuffle_seed=1, files_at_once=1, kind="hub", input="", source="", max_items=LIMIT, **PATIENCE
        )
        return process.submit(benchmarks.run, name, benchmark, file, file, tmp_path / "out").result(timeout=60)

    return call


def message(call, *arguments, **named) -> str:
    with pytest.raises(BadInput) as caught:
        call(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize("name", HUB_BENCHMARKS)
def test_every_benchmark_of_the_real_run_is_pinned_and_had(run, tmp_path, name):
    file = source_file(name, tmp_path)
    before = file.read_text(encoding="utf-8")
    metrics = run(name, file)
    source = load_source(file)
    assert set(metrics["items"]) == {part.name for part in source.parts} and all(metrics["items"].values())
    for part in source.parts:
        told = metrics["sources"][part.name]
        assert (told["repository"], told["revision"]) == source.place_of(part)
        assert told["files"][part.test.path] == part.test.sha256
        assert (tmp_path / f"out/{part.name}.jsonl").read_text(encoding="utf-8").count("\n") == metrics["items"][
            part.name
        ]
    kept = [line for line in before.splitlines() if "sha256" not in line and "revision" not in line]
    assert not [line for line in kept if line not in file.read_text(encoding="utf-8").splitlines()]


def test_an_unpinned_benchmark_is_refused_before_any_request(hub, run, tmp_path):
    before = len(hub.requests)
    text = message(run, "xcopa", source_file("xcopa", tmp_path), pinned=False)
    assert "cause-vi: sha256 of vi/test-00000-of-00001.parquet is null" in text and "make pin" in text
    assert len(hub.requests) == before


def test_a_file_with_another_hash_is_refused(run, tmp_path):
    file = source_file("boolq", tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("sha256: null", f"sha256: {'ab' * 32}"), encoding="utf-8")
    assert "expected abab" in message(run, "boolq", file)
    assert not (tmp_path / "out").exists()


def test_a_moved_revision_and_a_missing_file_say_what_to_do(run, tmp_path):
    file = source_file("boolq", tmp_path)
    whole = file.read_text(encoding="utf-8").replace("sha256: null", f"sha256: {'ab' * 32}")
    file.write_text(whole.replace("35b264d0", "00000000"), encoding="utf-8")
    assert "has no revision 00000000" in message(run, "boolq", file)
    file.write_text(whole.replace("data/validation-", "data/valid-"), encoding="utf-8")
    text = message(run, "boolq", file)
    assert "no such file" in text and "data/valid-00000-of-00001.parquet" in text


OWN = Repository("lang/rieng", "datasets", {"t.jsonl": '{"q": "Ai?", "a": "Nội"}\n'.encode() * 2_000})
OWN_SOURCE = """\
# Của riêng.
licence: CC0-1.0
reference: ours
repository: lang/rieng
revision: null
parts:
  - {part: t, language: vi, test: {path: t.jsonl, sha256: null}, item: {id: row_number, query: q, answers: "[a]"}}
"""


def test_a_connection_that_is_cut_is_taken_up_again(hub, process, run, tmp_path):
    file = tmp_path / "source.yaml"
    file.write_text(OWN_SOURCE, encoding="utf-8")
    hub.faults += [Fault(r"GET .*resolve.*t\.jsonl", times=2), Fault(r"GET /api/datasets/", status=503)]
    metrics = run("own", file)
    assert (metrics["rows"], metrics["items"]) == ({"t-vi": 2_000}, {"t-vi": LIMIT})
    assert not [fault for fault in hub.faults if fault.times]


def test_pinning_again_takes_the_newest_commit_and_its_files(hub, process, tmp_path):
    file = tmp_path / "source.yaml"
    old = OWN_SOURCE.replace("revision: null", f"revision: {'ab' * 20}").replace("256: null", f"256: {'cd' * 32}")
    file.write_text(old, encoding="utf-8")
    assert process.submit(pin.pin_benchmark, file, PATIENCE, False).result(timeout=60) == {}
    assert file.read_text(encoding="utf-8") == old
    written = process.submit(pin.pin_benchmark, file, PATIENCE, True).result(timeout=60)
    data = OWN.files["t.jsonl"]
    assert written == {OWN.name: OWN.commit, f"{OWN.name}/t.jsonl": hashlib.sha256(data).hexdigest()}
    pinned = load_source(file)
    assert (pinned.revision, pinned.parts[0].test.sha256) == tuple(written.values())
    assert file.read_text(encoding="utf-8").startswith("# Của riêng.\n")
