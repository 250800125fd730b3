"""The benchmarks stage, run as dvc.yaml runs it, on a small exam."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stages import benchmarks
from stages.errors import BadInput
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


def test_an_unknown_benchmark_or_kind_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"benchmarks\.quiz is missing"):
        benchmarks.load(PARAMS, "quiz")
    changed = tmp_path / "params.yaml"
    changed.write_text("profile: nano\nprofiles: {nano: {}}\nbenchmarks: {exam: {kind: moon}}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"benchmarks\.exam\.kind: 'moon' does not exist"):
        benchmarks.load(changed, "exam")
