"""Real benchmark files, served by a hub on loopback under their own paths: every row becomes an item or is told of."""

import gzip
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import pin
from commands.rehearsal import benchmark_rows
from commands.rehearsal.hub_server import Repository, serve
from commands.rehearsal.repositories import unpinned
from stages import benchmarks
from stages.hub.benchmark import Benchmark
from stages.items.making import usable_items
from stages.items.source import load_source
from tests.test_rehearsal import PATIENCE, clients

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parent.parent
# Where the rows of each file of a source.yaml are found below --data, and how many there are.
FILES = {
    "arc": {
        "allenai/ai2_arc/ARC-Easy/test-00000-of-00001.parquet": ("en/ai2_arc_ARC-Easy", 570),
        "allenai/ai2_arc/ARC-Challenge/test-00000-of-00001.parquet": ("en/ai2_arc_ARC-Challenge", 299),
        "alexandrainst/m_arc/data/vi/test.jsonl": ("arc_challenge_vi/test", 1170),
    },
    "m3exam": {
        "chiayewken/m3exam/vietnamese/test-00000-of-00001-b0456f3217addaf5.parquet": ("m3exam/vietnamese_test", 1789),
        "chiayewken/m3exam/english/test-00000-of-00001-8e3fdaa299e1d8f8.parquet": ("m3exam/english_test", 1911),
    },
    "vmlu": {"Hamana0509/VMLU/test.jsonl": ("vmlu/test", 9833)},
    "xcopa": {
        "cambridgeltl/xcopa/vi/test-00000-of-00001.parquet": ("xcopa_vi/test.vi", 500),
        "cambridgeltl/xcopa/vi/validation-00000-of-00001.parquet": ("xcopa_vi/val.vi", 100),
    },
}
# What is no item: two options of the same text, one of them right.
DROPPED = {"m3exam": 2}


def rows(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def written(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def hub(request):
    folder = Path(request.config.getoption("--data")) / "benchmarks"
    made: dict[str, Repository] = {}
    for files in FILES.values():
        for name, (file, _) in files.items():
            repository, path = re.fullmatch(r"([^/]+/[^/]+)/(.+)", name).groups()
            held = made.setdefault(repository, Repository(repository, "datasets", {}))
            held.files[path] = benchmark_rows.contents(path, rows(folder / f"{file}.jsonl.gz"))
    with serve([*made.values()]) as running:
        yield running


@pytest.fixture(scope="module")
def process(hub, tmp_path_factory):
    with clients(hub, tmp_path_factory.mktemp("huggingface")) as pool:
        yield pool


@pytest.fixture
def get(process, tmp_path) -> Callable[[str], dict[str, Any]]:
    """The metrics of a benchmark, pinned to this hub; VMLU without the parts whose files are not there."""

    def call(name: str) -> dict[str, Any]:
        text = unpinned((ROOT / f"stages/scoring/tasks/{name}/source.yaml").read_text(encoding="utf-8"))
        text = re.sub(r"revision: [0-9a-f]{40}", "revision: null", text)
        if name == "vmlu":
            text = text[: text.index("  - part: dev")] + text[text.index("  - part: test") :]
        file = tmp_path / "source.yaml"
        file.write_text(text, encoding="utf-8")
        process.submit(pin.pin_benchmark, file, PATIENCE, False).result(timeout=300)
        benchmark = Benchmark(
            shuffle_seed=1, files_at_once=1, kind="hub", input="", source="", max_items=10_000, **PATIENCE
        )
        out = tmp_path / "out"
        return process.submit(benchmarks.run, name, benchmark, file, file, out).result(timeout=300)

    return call


@pytest.mark.parametrize("name", FILES)
def test_every_row_becomes_an_item_or_is_told_of(get, tmp_path, name):
    told = get(name)
    found = {repository_file.split("/", 2)[2]: count for repository_file, (_, count) in FILES[name].items()}
    by_file: dict[str, int] = {}
    for part, count in told["rows"].items():
        (path,) = told["sources"][part]["files"]
        assert count == found[path]
        kept = told["examples" if part.endswith(".examples") else "items"][part.removesuffix(".examples")]
        assert count == kept + told["left_out"].get(part, 0) + sum(told["dropped"][part].values())
        others = sum(n for reason, n in told["dropped"][part].items() if reason != "where")
        by_file[path] = by_file.get(path, 0) + kept + others
    assert by_file == found, "the parts of a file have each of its rows once"
    unusable = sum(n for part in told["dropped"].values() for reason, n in part.items() if reason != "where")
    assert unusable == DROPPED.get(name, 0)
    ids = [
        json.loads(line)["id"] for file in (tmp_path / "out").glob("*.jsonl") for line in file.open(encoding="utf-8")
    ]
    assert len(ids) == len(set(ids)) == sum(told["items"].values()) + sum(told["examples"].values())


def test_no_letter_is_left_before_an_option(get, tmp_path):
    for name in ("m3exam", "vmlu"):
        get(name)
        for item in written(tmp_path / "out"):
            starts = [re.match(r"\(?([A-F]|[1-5])[.)]\s", choice) for choice in item["choices"]]
            labels = [start and start[1] for start in starts]
            assert labels not in (list("ABCD"), list("1234"), list("ABC")), item
            assert all(choice.strip() for choice in item["choices"])


def test_m3exam_answers_follow_the_letters_where_options_are_out_of_order(get, tmp_path):
    get("m3exam")
    (lakes,) = [item for item in written(tmp_path / "out") if "hồ thủy điện lớn nhất" in item["query"]]
    assert lakes["choices"][lakes["answer"]] == "Dầu Tiếng và Trị An."


def test_vmlu_has_no_answers_and_keeps_its_ids(get, tmp_path):
    assert get("vmlu")["items"] == {"test-vi": 9833}
    items = written(tmp_path / "out")
    assert {item["answer"] for item in items} == {None} and len({item["subject"] for item in items}) == 58
    assert {len(item["choices"]) for item in items} == {3, 4, 5}


def test_arc_easy_in_vietnamese_is_read_from_a_folder_of_your_own(real_data):
    found = rows(real_data("benchmarks/arc_easy_vi/test.jsonl.gz"))
    columns = dict.fromkeys(key for row in found for key in row)
    (part,) = load_source(ROOT / "stages/scoring/tasks/arc_easy_vi/source.yaml").parts
    items, dropped = usable_items(part, [columns | row for row in found], "source.yaml", part.test.path)
    assert len(found) == 2376 and len(items) + sum(dropped.values()) == 2376
    assert dict(dropped) == {"right_choice_twice": 1}
    assert sum(not unicodedata.is_normalized("NFC", json.dumps(item, ensure_ascii=False)) for item in items) < 20
