"""The benchmarks stage, run as dvc.yaml runs it, on a small exam."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands.rehearsal import benchmark_rows
from stages import benchmarks, params
from stages.errors import BadInput
from stages.files import benchmark as files
from stages.world.benchmark import Benchmark

PARAMS = Path("params.yaml")
PARTS = [
    *(f"{part}-en" for part in ("facts", "spelling", "story", "sums", "transfer")),
    *(f"{part}-vi" for part in ("diacritics", "facts", "story", "sums", "transfer")),
]


SMALL = Benchmark(
    seed=1,
    people=36,
    shares={},
    defect_rates={},
    kind="world",
    content="exam",
    input="stages/world",
    source="stages/world",
    items_per_part=20,
)
WORLD = Path("stages/world")
ARC_EASY = Path("stages/scoring/tasks/arc_easy_vi/source.yaml")


@pytest.fixture(scope="module")
def exam(tmp_path_factory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("benchmarks") / "exam"
    return out, benchmarks.run("exam", SMALL, WORLD, WORLD, out)


def test_every_part_is_written_in_both_languages(exam):
    out, metrics = exam
    assert metrics == {"items": dict.fromkeys(PARTS, 20)}
    assert sorted(file.stem for file in out.glob("*.jsonl")) == sorted(PARTS)
    assert json.loads((out / "about.json").read_text(encoding="utf-8")) == metrics
    for file in out.glob("*.jsonl"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for line in lines:
            item = json.loads(line)
            assert f"{item['part']}-{item['language']}" == file.stem
            assert {"id", "query", "choices", "answer", "metadata"} <= set(item) and len(item["choices"]) == 4
        assert len(lines) == 20
    assert re.search("[ăâđêôơư]", (out / "facts-vi.jsonl").read_text(encoding="utf-8"))


def test_another_process_writes_the_same_bytes(exam, tmp_path):
    # Another seed of Python's string hashes, so that no order of a set can leak into the items.
    code = (
        "import sys; from pathlib import Path; from stages import benchmarks;"
        "from tests.test_benchmarks import SMALL, WORLD;"
        "benchmarks.run('exam', SMALL, WORLD, WORLD, Path(sys.argv[1]))"
    )
    again = tmp_path / "exam"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(again)], check=True, env=environment)
    for file in exam[0].iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes()


def test_the_project_s_own_parameters_load():
    assert benchmarks.load(PARAMS, "exam").items_per_part >= 300
    assert benchmarks.load(PARAMS, "arc").kind == "hub" and benchmarks.load(PARAMS, "arc_easy_vi").kind == "files"


def own(max_items: int) -> files.Benchmark:
    return files.Benchmark(
        text_column="text", url_column="url", date_column="date", counterpart_column="counterpart", metadata_columns=(),
        max_malformed_share=0, kind="files", input="", source="", max_items=max_items,
    )  # fmt: skip


def test_files_of_your_own_become_items(tmp_path):
    benchmark_rows.write("arc_easy_vi", tmp_path / "in")
    metrics = benchmarks.run("arc_easy_vi", own(5), tmp_path / "in", ARC_EASY, tmp_path / "out")
    assert (metrics["rows"], metrics["items"], metrics["left_out"]) == ({"easy-vi": 7}, {"easy-vi": 5}, {"easy-vi": 2})
    assert metrics["licence"] == "CC-BY-NC-4.0"
    lines = (tmp_path / "out/easy-vi.jsonl").read_text(encoding="utf-8").splitlines()
    assert [len(json.loads(line)["choices"]) for line in lines].count(5) <= 1 and len(lines) == 5


def test_a_file_of_your_own_that_is_not_there_stops_with_the_remedy(tmp_path):
    with pytest.raises(BadInput, match=r"test\.jsonl\.gz: no such file.*set max_items of arc_easy_vi to 0"):
        benchmarks.run("arc_easy_vi", own(5), tmp_path, ARC_EASY, tmp_path / "out")


def test_a_benchmark_that_is_left_out_has_a_folder_without_items(tmp_path):
    assert benchmarks.run("arc_easy_vi", own(0), tmp_path, ARC_EASY, tmp_path / "out") == {"items": {}}
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["about.json"]


def test_every_benchmark_has_an_entry_and_every_entry_its_folder():
    entries = params.read(PARAMS)["benchmarks"]
    sources = {file.parent.name: str(file) for file in Path("stages/scoring/tasks").glob("*/source.yaml")}
    assert {name: entry["source"] for name, entry in entries.items() if entry["kind"] != "world"} == sources


def test_an_unknown_benchmark_or_kind_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"benchmarks\.quiz is missing"):
        benchmarks.load(PARAMS, "quiz")
    changed = tmp_path / "params.yaml"
    changed.write_text("profile: nano\nprofiles: {nano: {}}\nbenchmarks: {exam: {kind: moon}}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"benchmarks\.exam\.kind: 'moon' does not exist"):
        benchmarks.load(changed, "exam")
