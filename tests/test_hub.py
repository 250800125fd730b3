"""The real hub clients against a hub on loopback: what it asks for, and what it does when the hub fails."""

import gzip
import io
import json
import multiprocessing
import os
import random
import time
from collections import Counter
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
from stages.hub import blocks
from stages.hub.source import Columns, Source
from stages.text.documents import read_documents

CARD = """---
configs:
- config_name: vi
  data_files:
  - split: train
    path: vi/train*
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
        "files_at_once": 2,
        "max_attempts": 3,
        "first_wait_seconds": 0.01,
        "kind": "hub",
        "corpus": "vi",
        "input": "stages/hub",
        "reader": "plain",
        "licence": "CC-BY-SA-3.0",
        "repository": of.name,
        "revision": of.commit,
        "config": "vi",
        "split": "train",
        "columns": Columns(text="text", counterpart=None, id="id", url="url", date=None, metadata=("score",)),
        "scores_above": {},
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
ROWS = 4_000


def text_of(number: int) -> str:
    # Random letters, which do not compress to nothing.
    letters = numpy.random.default_rng(number).choice(list("aăâbcdđeêghiklm noôơpqrstuưvxy"), 500)
    return f"Bài {number}: " + "".join(letters)


def json_lines(numbers: range) -> bytes:
    rows = ({"id": n, "text": text_of(n), "url": f"https://vi.example/{n}", "score": 1.0} for n in numbers)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def random_parquet(numbers: range) -> bytes:
    sink = io.BytesIO()
    rows = [{"id": n, "text": text_of(n), "url": f"https://vi.example/{n}", "score": 1.0} for n in numbers]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink, row_group_size=200)
    return sink.getvalue()


def nested_parquet() -> bytes:
    rows = [
        {
            "pair": {"vi": f"Có {n} mùa xuân.", "en": f"There are {n} springs."},
            "meta": {"url": f"https://vi.example/{n}", "date": "2/9/1945" if n % 2 else "1975/04/30 11:30:00"},
        }
        for n in range(200)
    ]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
    return sink.getvalue()


QUARTERS = [range(n, n + ROWS // 4) for n in range(0, ROWS, ROWS // 4)]
MANY = repository(
    "lab/many", {f"vi/train-0000{n}-of-00004.parquet": random_parquet(part) for n, part in enumerate(QUARTERS)}
)
LINES = repository("lab/lines", {f"vi/train-{n}.jsonl": json_lines(part) for n, part in enumerate(QUARTERS)})
PACKED = {
    "train.jsonl.gz": gzip.compress(json_lines(range(3_000)), mtime=0),
    "train.json": json.dumps([json.loads(line) for line in json_lines(range(3_000)).splitlines()]).encode(),
    "train.csv": (
        "id,text,url,score\n" + "".join(f"{n},{text_of(n)},https://vi.example/{n},1.0\n" for n in range(3_000))
    ).encode(),
}
PACKED = {name: repository(f"lab/{name.replace('.', '-')}", {f"vi/{name}": data}) for name, data in PACKED.items()}
OTHER["broken"] = repository("lab/broken", {"vi/train-0.jsonl": json_lines(range(9)) + b'{"text": \n'})
NESTED = repository("lab/nested", {"vi/train-0.parquet": nested_parquet()})


@pytest.fixture(scope="module")
def hub():
    with serve([GOOD, WIDE, MANY, LINES, NESTED, *PACKED.values(), *OTHER.values()]) as running:
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
        metrics = process.submit(
            fetch.run, "web-vi", wanted, Path("stages/hub"), tmp_path / out, tmp_path / "checkpoints" / out
        ).result(timeout=60)
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
    _, one_by_one = run(source(GOOD, files_at_once=1), "d")
    ids = [[document.id for document in found] for found in (first, again, other, one_by_one)]
    assert ids[0] == ids[1]
    assert ids[0] != ids[2] != ids[3]
    assert sorted(ids[0]) == sorted(ids[2]) == sorted(ids[3])


def test_limit_takes_no_more_than_asked(run, hub):
    metrics, _ = run(source(GOOD, max_documents=10))
    assert metrics["documents"] == 10
    asked = {request.split("/")[-1] for request in hub.requests if "GET" in request and "train-0000" in request}
    assert len(asked) == 1, "the second file was not needed"


def test_rows_whose_score_is_not_above_the_bound_are_dropped_and_kept_apart(run, tmp_path):
    metrics, found = run(source(GOOD, scores_above={"score": 3.0}))
    assert metrics["dropped"] == {"low_score": 320}
    assert {document.metadata["score"] for document in found} == {"4.0"}
    (folder,) = tmp_path.rglob("dropped")
    dropped = [document.metadata for document in read_documents(folder)]
    assert Counter((one["reason"], one["value"]) for one in dropped) == {("low_score", n): 80 for n in range(4)}


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
        job = pool.submit(
            fetch.run, "web-vi", source(OTHER["gated"]), Path("stages/hub"), tmp_path / "out", tmp_path / "checkpoints"
        )
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


@pytest.mark.parametrize(("of", "rows"), [(OTHER["cut"], 400), (LINES, ROWS)], ids=["parquet", "lines"])
def test_connection_cut_in_the_middle_of_a_file(run, hub, of, rows):
    hub.faults.append(Fault("GET .*vi/train-0", times=2))
    metrics, found = run(source(of, max_documents=rows))
    assert metrics["documents"] == rows
    assert len({document.id for document in found}) == rows
    assert hub.faults[0].times == 0


def fetch_alone(wanted: Source, out: Path, checkpoints: Path, environment: dict[str, str]) -> None:
    enter(environment)
    fetch.run("web-vi", wanted, Path("stages/hub"), out, checkpoints)


def killed(wanted: Source, out: Path, checkpoints: Path, hub, bytes_sent: float) -> None:
    """A fetch that gets SIGKILL when the hub has sent so many bytes."""
    started = hub.bytes_sent
    environment = hub.environment | {"HF_HOME": str(out.parent / "huggingface")}
    arguments = (wanted, out, checkpoints, environment)
    job = multiprocessing.get_context("spawn").Process(target=fetch_alone, args=arguments)
    job.start()
    while job.is_alive() and hub.bytes_sent - started < bytes_sent:
        time.sleep(0.001)
    job.kill()
    job.join()


@pytest.mark.parametrize("of", [MANY, pytest.param(LINES, marks=pytest.mark.campaign)], ids=["parquet", "lines"])
def test_a_killed_fetch_goes_on_and_ends_with_the_same_bytes(run, hub, tmp_path, of):
    """What was kept is not asked for again, and metrics and output are those of an undisturbed run."""
    wanted, checkpoints = source(of, max_documents=ROWS), tmp_path / "checkpoints" / "killed"
    started = hub.bytes_sent
    undisturbed, _ = run(wanted, "undisturbed")
    once = hub.bytes_sent - started
    assert (undisturbed["documents"], undisturbed["data_date"]) == (ROWS, "2024-01-01")
    killed(wanted, tmp_path / "killed", checkpoints, hub, once / 2)
    assert not (tmp_path / "killed").exists(), "it was done before it was killed"
    assert list(checkpoints.glob("*.zst"))
    started = hub.bytes_sent
    resumed, _ = run(wanted, "killed")
    assert resumed == undisturbed
    assert hub.bytes_sent - started < 0.8 * once
    files = [(tmp_path / name / "00000.parquet").read_bytes() for name in ("undisturbed", "killed")]
    assert files[0] == files[1]
    assert not checkpoints.exists(), "nothing is kept of what is done"


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(20))
def test_kills_at_random_points_change_nothing(run, hub, tmp_path, seed):
    """Each run is killed up to three times; the seed stands in the test's name."""
    draw = random.Random(seed)
    of = draw.choice([MANY, LINES])
    wanted = source(of, max_documents=draw.randint(1, ROWS), files_at_once=draw.randint(1, 4))
    undisturbed, _ = run(wanted, "undisturbed")
    size = sum(map(len, of.files.values()))
    for _ in range(draw.randint(1, 3)):
        killed(wanted, tmp_path / "killed", tmp_path / "checkpoints" / "killed", hub, draw.random() * size)
    resumed, _ = run(wanted, "killed")
    assert resumed == undisturbed
    files = [(tmp_path / name / "00000.parquet").read_bytes() for name in ("undisturbed", "killed")]
    assert files[0] == files[1]


def test_what_was_kept_is_not_used_for_another_reading(run, hub, tmp_path):
    hub.faults.append(Fault("GET .*train-00000", status=404, times=1000))  # the second in the order drawn
    with pytest.raises(BadInput):
        run(source(GOOD))
    kept = tmp_path / "checkpoints" / "out"
    assert list(kept.glob("*.zst")), "what came before the failure stays"
    hub.faults.clear()
    hub.requests.clear()
    metrics, found = run(source(GOOD, shuffle_seed=2))
    assert metrics["documents"] == len({document.id for document in found}) == 400


@pytest.mark.parametrize("stretch", [1, 7, 64, 1000, 10**6])
@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_every_line_lies_in_one_stretch(monkeypatch, stretch, ending):
    monkeypatch.setattr(blocks, "BYTES_PER_STRETCH", stretch)
    monkeypatch.setattr(blocks, "BYTES_BEYOND", 5)
    data = ("\n".join(json.dumps({"text": "ơ" * n}, ensure_ascii=False) for n in range(30)) + ending).encode()
    read = lambda begin, end: data[begin:end]  # noqa: E731
    found = [row for rows, _ in blocks.line_blocks(read, len(data), "a", ["text"], 1, 0) for row in rows]
    assert sorted(len(row["text"]) for row in found) == list(range(30))
    assert len({row[blocks.KEY] for row in found}) == 30
    rest = [row for rows, _ in blocks.line_blocks(read, len(data), "a", ["text"], 1, 3) for row in rows]
    assert rest == found[len(found) - len(rest) :]


def test_json_lines_arrive_once_whatever_their_length(run):
    metrics, found = run(source(LINES, max_documents=ROWS))
    assert metrics["documents"] == ROWS
    assert {document.url for document in found} == {f"https://vi.example/{n}" for n in range(ROWS)}
    assert metrics["years"] == {"none": ROWS}


@pytest.mark.parametrize("name", ["train.jsonl.gz", "train.json", "train.csv"])
def test_what_else_the_library_reads_comes_in_the_order_of_the_file(run, name):
    metrics, found = run(source(PACKED[name], max_documents=2_500))
    assert metrics["documents"] == 2_500
    assert [document.url for document in found] == [f"https://vi.example/{n}" for n in range(2_500)]


def test_a_line_that_is_no_json_stops_with_its_place(run):
    assert "not a JSON object" in message(run, source(OTHER["broken"]))


def test_fields_of_a_column_and_dates_are_read(run):
    columns = Columns(text="pair.vi", counterpart="pair.en", id=None, url="meta.url", date="meta.date", metadata=())
    metrics, found = run(source(NESTED, columns=columns, reader="questions"))
    assert metrics["years"] == {"1945": 100, "1975": 100}
    assert found[0].url.startswith("https://vi.example/")
    assert "mùa xuân" in found[0].text
    assert "spring" in found[0].text
    assert "counterpart" not in found[0].metadata
    missing = replace(columns, text="pair.fr")
    assert "no column pair.fr" in message(run, source(NESTED, columns=missing))


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
        (
            {"columns": Columns(text="content", counterpart=None, id=None, url=None, date=None, metadata=())},
            "no column content",
        ),
        ({"scores_above": {"quality": 1.0}}, "no column quality"),
    ],
)
def test_wrong_entry_in_params_says_what_to_mend(run, changes, words):
    text = message(run, source(GOOD, **changes))
    assert words in text
    assert "params.yaml" in text
