"""The real hub clients against a hub on loopback: what it asks for, and what it does when the hub fails."""

import io
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy
import pyarrow
import pyarrow.parquet
import pytest

from commands.rehearsal.hub_server import Fault, Repository, serve
from stages import fetch
from stages.errors import BadInput
from stages.hub.source import Columns, Source
from stages.text.documents import read_documents

CARD = """---
configs:
- config_name: vi
  data_files:
  - split: train
    path: vi/train-*
---
"""


def parquet(first: int, rows: int, width: int = 4) -> bytes:
    """A shard of row groups of 100; `width` is the number of values in a column that nobody asks for."""
    numbers = range(first, first + rows)
    values = pyarrow.array(numpy.random.default_rng(0).random(rows * width))
    table = pyarrow.table(
        {
            "id": [str(n) for n in numbers],
            "text": [f"Bài thứ {n}: phở bò Hà Nội. " * 20 for n in numbers],
            "embedding": pyarrow.FixedSizeListArray.from_arrays(values, width),
            "url": [f"https://vi.example/{n}" for n in numbers],
            "score": [float(n % 5) for n in numbers],
        }
    )
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, row_group_size=100)
    return sink.getvalue()


def repository(name: str, files: dict[str, bytes] | None = None, **changes) -> Repository:
    shards = {f"vi/train-0000{n}-of-00002.parquet": parquet(n * 200, 200) for n in range(2)}
    return Repository(name, "datasets", {"README.md": CARD.encode()} | (files or shards), **changes)


def source(of: Repository, **changes) -> Source:
    values = {
        "shuffle_seed": 1,
        "shuffle_buffer_documents": 50,
        "max_attempts": 3,
        "first_wait_seconds": 0.01,
        "kind": "hub",
        "corpus": "vi",
        "input": "stages/hub",
        "licence": "CC-BY-SA-3.0",
        "repository": of.name,
        "revision": of.commit,
        "config": "vi",
        "split": "train",
        "columns": Columns(text="text", id="id", url="url", date=None, metadata=("score",)),
        "minimum_scores": {},
        "gated": False,
        "bytes_per_document": 500,
        "max_documents": 1000,
        "max_megabytes": 10.0,
    }
    return Source(**values | changes)


GOOD = repository("lab/good")
WIDE = repository("lab/wide", {"vi/train-00000-of-00001.parquet": parquet(0, 200, width=20_000)})
OTHER = {
    "gated": repository("lab/gated", gated=True, tokens=frozenset({"hf_accepted"})),
    "slow": repository("lab/slow"),
    "down": repository("lab/down"),
    "cut": repository("lab/cut"),
    "torn": repository("lab/torn", {"vi/train-00000-of-00001.parquet": parquet(0, 200)[:-100]}),
    "empty": repository("lab/empty", {"vi/train-00000-of-00001.parquet": b""}),
}


@pytest.fixture(scope="module")
def hub():
    with serve([GOOD, WIDE, *OTHER.values()]) as running:
        yield running


def enter(environment: dict[str, str]) -> None:
    # The clients read these once, when they are imported, so they live in a process of their own.
    os.environ.update(environment, HF_HUB_OFFLINE="0", HF_DATASETS_OFFLINE="0")
    import datasets

    datasets.config.SLEEP_TIME_ON_THREADS_SHUTDOWN = 0  # 2.5 s for each reader, against a fault of older pyarrow


@pytest.fixture(scope="module")
def process(hub, tmp_path_factory):
    with clients(hub.environment | {"HF_HOME": str(tmp_path_factory.mktemp("huggingface"))}) as pool:
        yield pool


def clients(environment: dict[str, str]) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=enter, initargs=(environment,))


@pytest.fixture
def run(hub, process, tmp_path):
    """Fetch a source through the real clients; returns metrics and documents."""
    hub.faults.clear()
    hub.requests.clear()

    def fetched(wanted: Source, out: str = "out"):
        metrics = process.submit(fetch.run, "web-vi", wanted, Path("stages/hub"), tmp_path / out).result(timeout=60)
        return metrics, list(read_documents(tmp_path / out))

    return fetched


def message(run, wanted: Source) -> str:
    with pytest.raises(BadInput) as error:
        run(wanted)
    return str(error.value)


def test_every_row_arrives_once_with_its_origin(run, hub):
    metrics, found = run(source(GOOD))
    assert metrics["documents"] == len(found) == 400
    assert metrics["revision"] == GOOD.commit
    assert len({document.id for document in found}) == 400
    assert {document.url for document in found} == {f"https://vi.example/{n}" for n in range(400)}
    first = next(document for document in found if document.url.endswith("/7"))
    assert first.text.startswith("Bài thứ 7: phở bò")
    assert (first.licence, first.metadata) == ("CC-BY-SA-3.0", {"score": "2.0"})
    assert all(GOOD.commit in request for request in hub.requests), "asked for something else than the pin"
    assert not hub.asked_elsewhere


def test_unwanted_columns_do_not_travel(run, hub):
    size = sum(map(len, WIDE.files.values()))
    before = hub.bytes_sent
    metrics, _ = run(source(WIDE))
    assert metrics["documents"] == 200
    assert hub.bytes_sent - before < size / 2, "the embeddings, most of the file, are not needed"


def test_order_is_shuffled_and_repeatable(run):
    _, first = run(source(GOOD), "a")
    _, again = run(source(GOOD), "b")
    _, other = run(source(GOOD, shuffle_seed=2), "c")
    _, plain = run(source(GOOD, shuffle_buffer_documents=0), "d")
    ids = [[document.id for document in found] for found in (first, again, other, plain)]
    assert ids[0] == ids[1]
    assert ids[0] != ids[2] != ids[3]
    assert sorted(ids[0]) == sorted(ids[2]) == sorted(ids[3])


def test_limit_takes_no_more_than_asked(run, hub):
    metrics, _ = run(source(GOOD, max_documents=10, shuffle_buffer_documents=0))
    assert metrics["documents"] == 10
    assert not any("train-00001" in request for request in hub.requests), "the second file was not needed"


def test_rows_below_a_minimum_score_are_dropped_and_counted(run):
    metrics, found = run(source(GOOD, minimum_scores={"score": 3.0}))
    assert metrics["dropped"] == {"below_minimum_score": 240}
    assert {document.metadata["score"] for document in found} == {"3.0", "4.0"}


def test_rows_without_ids_get_distinct_ones(run):
    columns = replace(source(GOOD).columns, id=None)
    _, found = run(source(GOOD, columns=columns))
    assert len({document.id for document in found}) == 400


def test_unpinned_source_is_refused_before_any_request(run, hub):
    assert "make pin" in message(run, source(GOOD, revision=None))
    assert not hub.requests


def test_revision_that_is_gone(run):
    text = message(run, source(GOOD, revision="0" * 40))
    assert "has no revision" in text
    assert "make pin" in text


def test_repository_that_does_not_exist(run):
    assert "does not exist" in message(run, source(GOOD, repository="lab/nothing"))


def test_gated_set_tells_to_accept_its_terms(run, process, hub):
    text = message(run, source(OTHER["gated"]))
    assert "accept" in text
    assert "HF_TOKEN" in text
    assert f"{hub.endpoint}/datasets/lab/gated" in text


@pytest.mark.parametrize(("token", "opens"), [("hf_accepted", True), ("hf_stranger", False)])
def test_gated_set_opens_with_the_token_of_who_accepted(hub, tmp_path, token, opens):
    with clients(hub.environment | {"HF_HOME": str(tmp_path), "HF_TOKEN": token}) as pool:
        job = pool.submit(fetch.run, "web-vi", source(OTHER["gated"]), Path("stages/hub"), tmp_path / "out")
        if opens:
            assert job.result(timeout=60)["documents"] == 400
        else:
            with pytest.raises(BadInput, match="terms must be accepted"):
                job.result(timeout=60)


def test_busy_hub_is_asked_again_after_the_time_it_names(run, hub):
    hub.faults += [
        Fault("GET .*/revision/", status=503, headers={"Retry-After": "1"}),
        Fault("GET .*train-00000", status=503, headers={"Retry-After": "0"}),
        Fault("GET .*train-00001", status=429, headers={"Retry-After": "0"}),
    ]
    metrics, _ = run(source(OTHER["slow"]))
    assert metrics["documents"] == 400
    assert all(fault.times == 0 for fault in hub.faults)


def test_hub_that_stays_down_is_given_up_with_nothing_written(run, hub, tmp_path):
    hub.faults.append(Fault(".*lab/down", status=503, times=1000))
    text = message(run, source(OTHER["down"]))
    assert "does not answer" in text
    assert not (tmp_path / "out").exists()
    assert 1000 - hub.faults[0].times == 3, "one request, tried max_attempts times"


def test_connection_cut_in_the_middle_of_a_file(run, hub):
    hub.faults.append(Fault("GET .*train-0000", times=2))
    metrics, found = run(source(OTHER["cut"]))
    assert metrics["documents"] == 400
    assert len({document.id for document in found}) == 400
    assert hub.faults[0].times == 0


@pytest.mark.parametrize("name", ["torn", "empty"])
def test_truncated_parquet_is_named(run, name):
    text = message(run, source(OTHER[name]))
    assert f"lab/{name}" in text
    assert "truncated" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"config": "fr"}, "fr"),
        ({"split": "validation"}, "validation"),
        ({"columns": Columns(text="content", id=None, url=None, date=None, metadata=())}, "no column content"),
        ({"minimum_scores": {"quality": 1.0}}, "no column quality"),
    ],
)
def test_wrong_entry_in_params_says_what_to_mend(run, changes, words):
    text = message(run, source(GOOD, **changes))
    assert words in text
    assert "params.yaml" in text
