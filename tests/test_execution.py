"""Units of work: the same results wherever and however often they are computed."""

import os
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stages import params
from stages.errors import BadInput
from stages.execution.executors import SlurmExecutor, make_executor
from stages.execution.settings import Execution, Ray, Slurm
from stages.execution.units import map_units, resumable_folder

HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
SLURM = Slurm(
    partition="cpu",
    qos="normal",
    time="01:30:00",
    cpus_per_task=2,
    memory_gb_per_cpu=3,
    max_array_size=1000,
    poll_seconds=0,
)


@dataclass(frozen=True)
class Shout:
    """Gives each word in capitals, and counts in a file how often it was asked."""

    calls: Path

    def __call__(self, word: str) -> str:
        with self.calls.open("a") as lines:
            lines.write(f"{word}\n")
        if word == "hỏng":
            raise BadInput("hỏng: this word is broken. Mend it.")
        if word == "chết":
            os.kill(os.getpid(), signal.SIGKILL)
        return word.upper()


WORDS = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy"]


@pytest.mark.parametrize(("tasks", "workers"), [(1, 1), (3, 1), (2, 2), (100, 2)])
def test_results_come_in_order_whatever_the_tasks_and_workers(tmp_path, tasks, workers):
    execution = replace(HERE, tasks=tasks, workers=workers)
    found = map_units(Shout(tmp_path / "calls"), WORDS, execution, tmp_path / "scratch", "shout")
    assert list(found) == ["MỘT", "HAI", "BA", "BỐN", "NĂM", "SÁU", "BẢY"]


def test_no_units_give_no_results(tmp_path):
    assert list(map_units(Shout(tmp_path / "calls"), [], HERE, tmp_path / "scratch", "shout")) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_input_in_a_unit_stops_with_its_message(tmp_path, workers):
    execution = replace(HERE, tasks=3, workers=workers)
    with pytest.raises(BadInput, match="this word is broken"):
        map_units(Shout(tmp_path / "calls"), ["một", "hỏng", "ba"], execution, tmp_path / "scratch", "shout")


def test_a_killed_worker_is_an_error_and_the_next_run_goes_on(tmp_path):
    execution = replace(HERE, tasks=7, workers=2)
    shout = Shout(tmp_path / "calls")
    with pytest.raises(BadInput, match="a worker process was killed"):
        map_units(shout, [*WORDS[:5], "chết", "bảy"], execution, tmp_path / "scratch", "shout")
    finished = len(list((tmp_path / "scratch/results").glob("*.json")))
    (tmp_path / "calls").unlink()
    assert list(map_units(shout, WORDS, execution, tmp_path / "scratch", "shout"))[-2:] == ["SÁU", "BẢY"]
    assert len((tmp_path / "calls").read_text().split()) == len(WORDS) - finished


def test_a_folder_is_used_again_only_for_the_same_work(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "a").write_text("một")

    def interrupted(*depends_on: object) -> bool:
        """Whether what an interrupted run left was there."""
        with pytest.raises(KeyboardInterrupt), resumable_folder(tmp_path / "out", *depends_on) as (folder, scratch):
            found = (scratch / "left").exists() and (folder / "left").exists()
            (scratch / "left").touch()
            (folder / "left").touch()
            raise KeyboardInterrupt
        return found

    assert [interrupted(1, data), interrupted(1, data), interrupted(2, data)] == [False, True, False]
    (data / "a").write_text("hai")
    assert [interrupted(2, data), interrupted(2, data)] == [False, True]
    (data / "b").write_text("hai")
    assert [interrupted(2, data), interrupted(2, data)] == [False, True]
    assert not (tmp_path / "out").exists()
    with resumable_folder(tmp_path / "out", 2, data) as (folder, _):
        (folder / "new").touch()
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["left", "new"]
    assert not (tmp_path / "out.unfinished").exists()


@pytest.mark.parametrize("name", ["slurm", "ray"])
def test_an_executor_without_its_settings_is_noticed_when_they_are_loaded(tmp_path, name):
    file = tmp_path / "params.yaml"
    execution = f"{{executor: {name}, tasks: 1, workers: 1, slurm: null, ray: null}}"
    file.write_text(f"profile: a\nprofiles: {{a: {{}}}}\nexecution: {execution}\n")
    with pytest.raises(BadInput, match=rf"executor: {name} needs the section {name}\. Add it, or choose local"):
        params.load(Execution, file, "execution")


def test_an_executor_whose_program_is_missing_stops(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="there is no sbatch on this machine"):
        make_executor(print, 1, "name", replace(HERE, executor="slurm", slurm=SLURM), tmp_path).run()


def write_program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def cluster(tmp_path, monkeypatch) -> Path:
    """Stand-ins for Slurm's commands that run a job array here and keep its script."""
    programs = tmp_path / "bin"
    programs.mkdir()
    write_program(
        programs / "sbatch",
        f"""#!/bin/bash
for script; do :; done  # the last argument
cp "$script" {tmp_path}/script
range=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "$script")
for task in $(seq 0 "$range"); do
  SLURM_ARRAY_TASK_ID=$task SLURM_NODELIST=here RUN_OFFSET=0 bash "$script" >> {tmp_path}/jobs.log 2>&1
done
echo Submitted batch job 17
""",
    )
    write_program(
        programs / "srun", '#!/bin/bash\nwhile [[ $1 == -* ]]; do [[ $1 == -n ]] && shift; shift; done\n"$@"\n'
    )
    write_program(programs / "squeue", "#!/bin/bash\n")
    write_program(programs / "scontrol", "#!/bin/bash\necho here\n")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path


def test_a_slurm_job_array_gives_the_same_results(cluster, repository, monkeypatch):
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PYTHONPATH", str(repository / "tests"))
    execution = replace(HERE, executor="slurm", tasks=3, workers=2, slurm=SLURM)
    found = map_units(len, WORDS, execution, cluster / "scratch", "count letters")
    assert list(found) == [len(word) for word in WORDS]
    script = (cluster / "script").read_text()
    for line in (
        "--partition=cpu",
        "--qos=normal",
        "--time=01:30:00",
        "--cpus-per-task=2",
        "--mem-per-cpu=3G",
        "--job-name=count-letters",
        "--array=0-2%2",
    ):
        assert f"#SBATCH {line}\n" in script
    assert f'export PYTHONPATH="{repository}"' in script
    assert "launch_pickled_pipeline" in script


def test_a_slurm_job_that_dies_is_told(cluster, repository, monkeypatch):
    monkeypatch.chdir(repository)
    write_program(cluster / "bin/srun", "#!/bin/bash\nexit 1\n")
    execution = replace(HERE, executor="slurm", tasks=3, workers=2, slurm=SLURM)
    with pytest.raises(BadInput, match="count: 7 of 7 parts did not finish"):
        map_units(len, WORDS, execution, cluster / "scratch", "count")


def test_slurm_waits_while_the_job_is_queued(cluster, tmp_path):
    write_program(cluster / "bin/sbatch", "#!/bin/bash\necho Submitted batch job 17\n")
    asked = tmp_path / "asked"
    write_program(
        cluster / "bin/squeue", f"#!/bin/bash\necho x >> {asked}\n[ $(wc -l < {asked}) -lt 4 ] && echo 17 running\n"
    )
    options = {"pipeline": [len], "tasks": 2, "time": "1:00:00", "partition": "cpu", "logging_dir": str(tmp_path / "l")}
    SlurmExecutor(**options, poll_seconds=0).run()
    assert len(asked.read_text().split()) == 4


RAY = """
from pathlib import Path
from stages.execution.settings import Execution, Ray
from stages.execution.units import map_units
execution = Execution("ray", 3, 2, None, Ray(None, 1, 0.2))
print(list(map_units(len, {words!r}, execution, Path({scratch!r}), "count")))
"""


@pytest.mark.campaign
def test_a_local_ray_with_two_workers_gives_the_same_results(tmp_path, repository):
    code = RAY.format(words=WORDS, scratch=str(tmp_path / "scratch"))
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().splitlines()[-1] == str([len(word) for word in WORDS])
    assert Ray(None, 1, 0.2).address is None
