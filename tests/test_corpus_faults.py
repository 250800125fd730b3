"""What may happen to a corpus stage in its long run: kills, a full disk, a damaged file, a dead worker.

After each of them a rerun gives the bytes of an undisturbed run, and nothing unfinished was taken for finished.
"""

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
import pytest
from ruamel.yaml import YAML

from stages.text.documents import read_documents, write_documents
from stages.world.corpus import documents
from stages.world.settings import WorldSettings

pytestmark = pytest.mark.campaign

POINTS = 20
SEED = int(os.environ.get("FAULT_SEED", "1"))
DOCUMENTS, FILES = 600, 6


@dataclass(frozen=True)
class Run:
    """A stage as DVC runs it: its module, its options, and the environment that its executor needs."""

    stage: str
    root: Path
    params: Path
    inputs: dict[str, Path]
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, out: Path) -> list[str]:
        places = {**self.inputs, "params": self.params, "out": out, "metrics": out.with_suffix(".json")}
        words = [word for name, place in places.items() for word in (f"--{name}", str(place))]
        return [sys.executable, "-m", f"stages.{self.stage}", "--language", "vi", *words]

    def start(self, out: Path, **options: object) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(out),
            cwd=self.root,
            env=os.environ | self.environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def finish(self, out: Path, **options: object) -> tuple[int, str]:
        process = self.start(out, **options)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed


def contents(out: Path) -> dict[str, bytes]:
    """Every file of an output and its metrics, by name."""
    files = [*out.rglob("*"), out.with_suffix(".json")]
    return {str(file.relative_to(out.parent)).partition("/")[2]: file.read_bytes() for file in files if file.is_file()}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def parameters(place, repository) -> Path:
    """params.yaml with work for two workers."""
    yaml = YAML()
    values = yaml.load(repository / "params.yaml")
    values["profiles"]["nano"]["execution"].update(tasks=FILES, workers=2)
    yaml.dump(values, place / "params.yaml")
    return place / "params.yaml"


@pytest.fixture(scope="module")
def runs(place, parameters, repository) -> dict[str, Run]:
    """The corpus stages one after the other, each with the undisturbed output of the one before."""
    values = YAML(typ="safe").load(parameters)
    made = list(documents("world-vi", "vi", "corpus", WorldSettings(**values["world"]), DOCUMENTS, "CC0-1.0"))
    for number in range(FILES):
        write_documents(place / f"fetch/world-vi-{number}", made[number::FILES])
    write_documents(place / "instructions", [])
    (place / "benchmarks/exam").mkdir(parents=True)
    item = '{"id": "1", "query": "Hà Nội là thủ đô của nước nào ở châu Á?", "choices": ["Lào", "Việt"], "answer": 1}\n'
    (place / "benchmarks/exam/a.jsonl").write_text(item, encoding="utf-8")
    inputs = {
        "clean": {"documents": place / "fetch"},
        "perplexity": {"documents": place / "clean-in-parts"},
        "dedup": {"documents": place / "perplexity-in-parts", "instructions": place / "instructions"},
        "split": {"documents": place / "dedup-in-parts", "benchmarks": place / "benchmarks"},
    }
    made_runs = {stage: Run(stage, repository, parameters, these) for stage, these in inputs.items()}
    for stage, run in made_runs.items():
        status, printed = run.finish(place / stage)
        assert status == 0, printed
        if stage != "split":
            kept = list(read_documents(place / stage / "kept"))
            for number in range(FILES):
                these = kept[number * len(kept) // FILES : (number + 1) * len(kept) // FILES]
                write_documents(place / f"{stage}-in-parts/kept/{number}", these)
    return made_runs


STAGES = ("clean", "perplexity", "dedup", "split")


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_point_a_rerun_gives_the_same_bytes(stage, runs, place, tmp_path):
    run, expected = runs[stage], contents(place / stage)
    begun = time.monotonic()
    assert run.finish(tmp_path / "out")[0] == 0
    duration = time.monotonic() - begun
    rng, unfinished = random.Random(f"{SEED}/{stage}"), 0
    print(f"FAULT_SEED={SEED}")
    for point in range(POINTS):
        out = tmp_path / f"{point}" / "out"
        out.parent.mkdir()
        for _ in range(rng.choice([1, 1, 1, 2])):  # a rerun may be killed, too
            process = run.start(out)
            time.sleep(rng.uniform(0.05, 1.0) * duration)
            if rng.random() < 0.5:
                os.killpg(process.pid, signal.SIGKILL)
            else:  # its workers must not live on
                workers = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
                process.kill()
                assert not psutil.wait_procs(workers, timeout=10)[1]
            process.wait()
            if out.exists():
                files = [file for file in out.rglob("*") if file.is_file()]
                assert {str(file.relative_to(out)): file.read_bytes() for file in files} == {
                    name: data for name, data in expected.items() if name
                }
            else:
                unfinished += 1
        status, printed = run.finish(out)
        assert status == 0, printed
        assert contents(out) == expected, f"killed with FAULT_SEED={SEED}, point {point}"
        assert sorted(entry.name for entry in out.parent.iterdir()) == ["out", "out.json"]
        shutil.rmtree(out.parent)
    assert unfinished >= POINTS / 4


@pytest.mark.parametrize("stage", STAGES)
def test_a_limit_of_file_sizes_stops_with_a_clear_message_and_a_rerun_goes_on(stage, runs, place, tmp_path):
    run, expected = runs[stage], contents(place / stage)
    largest = max(map(len, expected.values()))
    rng = random.Random(f"{SEED}/{stage}/disk")
    for _ in range(3):
        limit = rng.randint(1_000, largest - 1)
        status, printed = run.finish(
            tmp_path / "out", preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
        )
        assert status == 1 and "error: " in printed and "Free some space" in printed, printed[-2000:]
        assert not (tmp_path / "out").exists()
    assert run.finish(tmp_path / "out")[0] == 0
    assert contents(tmp_path / "out") == expected


# In namespaces of its own, so that the small disk is seen by these processes alone and goes with them: $1 is where it
# is mounted, $2 its size in bytes, $3 where the whole output is copied in the end, the rest the stage's command.
ON_A_SMALL_DISK = """
set -u; disk=$1; size=$2; copy=$3; shift 3
mount -t tmpfs -o size="$size" tmpfs "$disk" || exit 90
"$@"; echo "status of the full disk: $?"
if [ -e "$disk/out" ] || [ -e "$disk/out.json" ]; then echo "something looks finished"; exit 91; fi
mount -o remount,size=1g "$disk" || exit 92
"$@" || exit 93
cp -r "$disk/." "$copy"
"""


@pytest.mark.parametrize("stage", STAGES)
def test_on_a_full_disk_it_stops_with_a_clear_message_and_goes_on_when_there_is_space(stage, runs, place, tmp_path):
    namespaces = ["unshare", "--map-root-user", "--mount"]
    (tmp_path / "disk").mkdir()
    try:
        probe = [*namespaces, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "disk")]
        allowed = subprocess.run(probe, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("unshare (util-linux) is not installed, so no small disk can be mounted")
    if allowed.returncode:
        pytest.skip(f"no small disk can be mounted here: {allowed.stderr.strip()}")
    run, expected = runs[stage], contents(place / stage)
    whole = sum(map(len, expected.values()))
    rng = random.Random(f"{SEED}/{stage}/full disk")
    for size in (4096, rng.randint(4096, whole // 2), rng.randint(whole // 2, whole)):
        copy = tmp_path / f"copy-{size}"
        copy.mkdir()
        words = [str(tmp_path / "disk"), str(size), str(copy), *run.command(tmp_path / "disk/out")]
        done = subprocess.run(
            [*namespaces, "sh", "-c", ON_A_SMALL_DISK, "sh", *words],
            cwd=run.root,
            env=os.environ | run.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        where = f"FAULT_SEED={SEED}, {size} bytes: {done.stdout[-3000:]}"
        assert done.returncode == 0 and "status of the full disk: 1\n" in done.stdout, where
        assert "error: " in done.stdout and "Free some space" in done.stdout, where
        assert contents(copy / "out") == expected, where


@pytest.mark.parametrize("stage", STAGES)
def test_a_damaged_file_is_named_or_harmless(stage, runs, place, tmp_path):
    run, expected = runs[stage], contents(place / stage)
    rng, named = random.Random(f"{SEED}/{stage}/damage"), 0
    documents_at = tmp_path / "documents"
    for point in range(POINTS // 2):
        shutil.copytree(run.inputs["documents"], documents_at)
        file = rng.choice([file for file in sorted(documents_at.rglob("*.parquet")) if "dropped" not in file.parts])
        data = bytearray(file.read_bytes())
        if point % 5 == 0:
            del data[rng.randrange(len(data)) :]
        else:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        file.write_bytes(data)
        changed = Run(run.stage, run.root, run.params, run.inputs | {"documents": documents_at})
        status, printed = changed.finish(tmp_path / "out")
        if status:
            named += 1
            assert status == 1 and f"error: {file}" in printed, f"FAULT_SEED={SEED}, point {point}: {printed[-2000:]}"
            assert not (tmp_path / "out").exists()
        else:
            assert contents(tmp_path / "out") == expected
            shutil.rmtree(tmp_path / "out")
        shutil.rmtree(documents_at)
        shutil.rmtree(tmp_path / "out.unfinished", ignore_errors=True)
    assert named >= POINTS / 4


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes that compute for this one: its children's, which are multiprocessing's own and compute nothing."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
        return [child.pid for child in children if child.ppid() != process.pid]
    except psutil.Error:
        return []


@pytest.mark.parametrize("stage", STAGES)
def test_a_dead_worker_stops_the_stage_and_a_rerun_goes_on(stage, runs, place, tmp_path):
    run, expected, killed = runs[stage], contents(place / stage), 0
    rng = random.Random(f"{SEED}/{stage}/worker")
    for point in range(5):
        process = run.start(tmp_path / "out")
        while not workers_of(process) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.5))
        if workers := workers_of(process):  # those of now: each step of a stage has its own
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
        printed, _ = process.communicate(timeout=120)
        where = f"FAULT_SEED={SEED}, point {point}: {printed[-3000:]}"
        if process.returncode:
            killed += 1
            assert process.returncode == 1 and "error: " in printed, where
            assert "Traceback" not in printed.split("error: ")[-1], where
            assert not (tmp_path / "out").exists()
            assert run.finish(tmp_path / "out")[0] == 0
        assert contents(tmp_path / "out") == expected, where
        shutil.rmtree(tmp_path / "out")
    assert killed


EXECUTIONS = {
    "one task": {"tasks": 1, "workers": 1},
    "many tasks": {"tasks": 100, "workers": 2},
    "ray": {"executor": "ray", "ray": {"address": None, "cpus_per_task": 1, "memory_gb_per_cpu": 0.5}},
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", EXECUTIONS)
def test_the_bytes_do_not_depend_on_where_they_are_computed(stage, name, runs, place, tmp_path):
    run, yaml = runs[stage], YAML()
    values = yaml.load(run.params)
    values["profiles"]["nano"]["execution"].update(EXECUTIONS[name])
    yaml.dump(values, tmp_path / "params.yaml")
    changed = Run(run.stage, run.root, tmp_path / "params.yaml", run.inputs)
    status, printed = changed.finish(tmp_path / "out")
    assert status == 0, printed[-3000:]
    assert contents(tmp_path / "out") == contents(place / stage)
    assert all(document.text for document in read_documents(tmp_path / "out"))
