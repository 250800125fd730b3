"""Datatrove's executors, as the settings name them, with what a killed worker does to them mended."""

import importlib.metadata
import importlib.util
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

from datatrove.executor.base import PipelineExecutor
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.executor.slurm import SlurmPipelineExecutor

from stages.errors import BadInput
from stages.execution.settings import Execution

Step = Callable[[object, int, int], None]  # datatrove's: data, rank, number of tasks
CONSOLE_SILENT = 1  # datatrove prints the log of the task with local rank 0 to the console


class LocalExecutor(LocalPipelineExecutor):
    """Tasks in processes of this machine; one worker is this process itself.

    Datatrove's own waits for ever for a task whose process was killed, as happens when memory runs out.
    """

    def run(self) -> None:
        """Run the tasks. Raises `BadInput` if a process was killed."""
        ranks = self.get_incomplete_ranks()
        if self.workers == 1:
            for rank in ranks:
                self._run_for_rank(rank, CONSOLE_SILENT)
            return
        running: list[Future[None]] = []
        try:
            running += [_pool(self.workers).submit(self._run_for_rank, rank, CONSOLE_SILENT) for rank in ranks]
            for done in as_completed(running):
                done.result()
        except (BrokenProcessPool, EOFError):  # EOFError: of the server that starts the workers
            _pool.cache_clear()
            raise BadInput(
                "a worker process was killed, most likely for want of memory. Set fewer workers in "
                "profiles.<name>.execution; what the others finished is kept for the next run."
            ) from None
        finally:
            for one in running:
                one.cancel()


@cache  # a stage has several steps, and starting a process costs a second of imports
def _pool(workers: int) -> ProcessPoolExecutor:
    # forkserver: a fork of a process with threads (pyarrow's) may hang.
    context = get_context("forkserver")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_die_with, initargs=(os.getpid(),))


def _die_with(process: int) -> None:
    """Have this worker end when the stage's process does, even if that is killed.

    By itself it would not: its parent is the fork server, which waits for the end of a pipe that the workers hold, too.
    """
    if not sys.platform.startswith("linux"):
        return
    handle = os.pidfd_open(process)

    def wait() -> None:
        select.select([handle], [], [])
        os._exit(1)

    Thread(target=wait, daemon=True).start()


class SlurmExecutor(SlurmPipelineExecutor):
    """Tasks in a Slurm job array; `run` returns when none of them is left in the queue."""

    def __init__(self, *, poll_seconds: int, **options: object) -> None:
        super().__init__(**options)
        self.poll_seconds = poll_seconds

    def launch_job(self) -> None:
        """Submit the array and wait. Raises `BadInput` if Slurm is not installed here."""
        for program in ("sbatch", "squeue"):
            if shutil.which(program) is None:
                raise BadInput(
                    f"execution.executor: slurm: there is no {program} on this machine. Run from a login node of the "
                    "cluster, or choose local."
                )
        super().launch_job()
        while self.get_incomplete_ranks() and self._is_queued():
            time.sleep(self.poll_seconds)

    def launch_merge_stats(self) -> None:
        """Nothing: datatrove would submit one more job to add up statistics that nobody reads."""

    def _is_queued(self) -> bool:
        listed = subprocess.run(
            ["squeue", "--noheader", "--jobs", str(self.job_id)], capture_output=True, text=True, check=False
        )
        return bool(listed.stdout.strip())


def make_executor(step: Step, tasks: int, name: str, execution: Execution, logs: Path) -> PipelineExecutor:
    """The executor that runs `step` on so many tasks and writes its logs below `logs`.

    Raises `BadInput` if its library is missing.
    """
    common = {"pipeline": [step], "tasks": tasks, "logging_dir": str(logs.resolve())}
    match execution.executor:
        case "local":
            return LocalExecutor(**common, workers=min(execution.workers, tasks))
        case "slurm":
            settings = execution.slurm
            return SlurmExecutor(
                **common,
                workers=execution.workers,
                job_name=name,
                partition=settings.partition,
                qos=settings.qos,
                time=settings.time,
                cpus_per_task=settings.cpus_per_task,
                mem_per_cpu_gb=settings.memory_gb_per_cpu,
                max_array_size=settings.max_array_size,
                poll_seconds=settings.poll_seconds,
                # The job loads a pickled step that imports this project, with this Python's libraries.
                env_command=f'export PYTHONPATH="{Path.cwd()}" PATH="{Path(sys.executable).parent}:$PATH"',
            )
        case "ray":
            return _ray_executor(common, execution)


def _ray_executor(common: dict[str, object], execution: Execution) -> PipelineExecutor:
    settings = execution.ray
    if importlib.util.find_spec("ray") is None:
        raise BadInput(
            "execution.executor: ray: the library is not installed. Run: python commands/setup.py --with ray, "
            "or choose local."
        )
    import ray
    from datatrove.executor.ray import RayPipelineExecutor

    if not ray.is_initialized():
        environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}}
        size = {} if settings.address else {"num_cpus": execution.workers * settings.cpus_per_task}
        ray.init(address=settings.address, runtime_env=environment, log_to_driver=False, **size)
    return RayPipelineExecutor(
        **common,
        workers=execution.workers,
        cpus_per_task=settings.cpus_per_task,
        mem_per_cpu_gb=settings.memory_gb_per_cpu,
    )
