"""The section `profiles.<name>.execution` of params.yaml: where the corpus stages compute.

No result depends on it, so no stage of dvc.yaml tracks it: moving to a cluster rebuilds nothing.
"""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.params import section


@section
class Slurm:
    """What sbatch is told about each job; the names are Slurm's."""

    partition: str
    qos: str
    time: Annotated[str, Field(pattern=r"^(\d+-)?\d{1,2}:\d\d:\d\d$")]
    cpus_per_task: PositiveInt
    memory_gb_per_cpu: PositiveInt
    max_array_size: PositiveInt
    poll_seconds: NonNegativeInt


@section
class Ray:
    """What each task reserves on a Ray cluster; `address` null starts one on this machine."""

    address: str | None
    cpus_per_task: PositiveInt
    memory_gb_per_cpu: Annotated[float, Field(gt=0)]


@section
class Execution:
    """One of datatrove's executors, into how many tasks the work is cut, and how many run at once."""

    executor: Literal["local", "slurm", "ray"]
    tasks: PositiveInt
    workers: PositiveInt
    slurm: Slurm | None
    ray: Ray | None

    def __post_init__(self) -> None:
        if self.executor != "local" and getattr(self, self.executor) is None:
            raise ValueError(f"executor: {self.executor} needs the section {self.executor}. Add it, or choose local")
