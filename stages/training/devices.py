"""The devices of a run: one, several or several nodes, by params; and what could make two runs differ, pinned down."""

import copy
import ctypes
import logging
import os
import sys
from typing import TypeVar

import torch
from lightning.fabric import Fabric
from lightning.fabric.plugins.environments import LightningEnvironment, SLURMEnvironment, TorchElasticEnvironment
from lightning.fabric.strategies import DDPStrategy, ModelParallelStrategy, Strategy
from torch import nn

from stages.errors import BadInput
from stages.training.settings import TrainingSettings

log = logging.getLogger(__name__)
T = TypeVar("T", bound=nn.Module)

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
SHUTDOWN_SECONDS = 120  # for the step at hand and its checkpoint, after SIGTERM; Slurm's own KillWait is 30 s
FIRST_PORT = 20_000  # of the rendezvous on the first node: one of 10,000 by the number of the job


def start_fabric(settings: TrainingSettings) -> Fabric:
    """Fabric on the configured devices, with everything that could make two runs differ pinned down.

    Where there are several, the process that calls this becomes torchrun, which starts the same command once for
    each device; so call it before any work. Raises `BadInput` for devices that cannot work together.
    """
    launched = torch.distributed.is_torchelastic_launched()
    if settings.devices * settings.nodes > 1 and not launched:
        _become_torchrun(settings)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is deterministic only with a fixed workspace
    _keep_freed_memory()
    if settings.accelerator == "cuda" and torch.cuda.device_count() < settings.devices:
        raise BadInput(
            f"params.yaml: training.accelerator: cuda with devices: {settings.devices}, but torch {torch.__version__} "
            f"sees {torch.cuda.device_count()} GPUs here. Set accelerator: cpu, fewer devices, or mend the driver."
        )
    # On a GPU an operation without a deterministic form is reported, not refused.
    torch.use_deterministic_algorithms(True, warn_only=settings.accelerator != "cpu")
    torch.utils.deterministic.fill_uninitialized_memory = False  # costs time, and nothing here reads such memory
    fabric = Fabric(
        accelerator=settings.accelerator,
        devices=settings.devices,
        num_nodes=settings.nodes,
        strategy=_strategy(settings),
        precision=settings.precision,
        # Named, because inside a Slurm job Fabric would take the job's tasks for the ranks.
        plugins=[TorchElasticEnvironment() if launched else LightningEnvironment()],
    )
    fabric.launch()
    torch.set_num_threads(settings.threads)  # after the launch, which sets another number
    torch.manual_seed(settings.seed)
    return fabric


def on_any_rank(fabric: Fabric, flag: bool) -> bool:
    """Whether the flag is up on any rank, the same answer on all: so all stop at the same step."""
    if fabric.world_size == 1:
        return flag
    return bool(fabric.all_reduce(torch.tensor(float(flag), device=fabric.device), reduce_op="sum") > 0)


def copy_to_split(fabric: Fabric, model: T) -> T:
    """The model that is set up for training: for FSDP, which splits it, a copy; else itself.

    So compile what it returns: a copy of a compiled module is not compiled.
    """
    return copy.deepcopy(model) if _is_sharded(fabric) else model


def gather(fabric: Fabric, model: nn.Module, trained: nn.Module) -> None:
    """Bring what became of a copy of `model` back into it after training, on every rank. All ranks take part."""
    if not _is_sharded(fabric):
        return
    from stages.training.sharding import whole

    with torch.no_grad():
        for own, part in zip(model.parameters(), trained.parameters(), strict=True):
            own.copy_(whole(part))


def leave_to_first_rank(fabric: Fabric) -> None:
    """End all processes but the first, which writes the outputs. No work that all share may follow."""
    fabric.barrier()
    if not fabric.is_global_zero:
        raise SystemExit(0)


def _strategy(settings: TrainingSettings) -> Strategy | str:
    devices = settings.devices * settings.nodes
    if settings.strategy == "fsdp":
        from stages.training.sharding import FullyShardedStrategy

        return FullyShardedStrategy(devices)
    if devices == 1:
        return "auto"
    # Buffers never change, so they need not be sent before each forward pass (the frozen rows are 190 MB of them).
    return DDPStrategy(forward_sync_buffers=False, gradient_as_bucket_view=True)


def _is_sharded(fabric: Fabric) -> bool:
    return isinstance(fabric.strategy, ModelParallelStrategy)


def _become_torchrun(settings: TrainingSettings) -> None:
    """Replace this process by torchrun with the same command; for several nodes by srun, with a torchrun on each."""
    spec = sys.modules["__main__"].__spec__
    # After the two dashes, because torchrun would take some options of a stage for short forms of its own.
    program = ["--module", "--", spec.name] if spec else ["--", sys.argv[0]]
    command = [sys.executable, "-m", "torch.distributed.run", f"--shutdown-timeout={SHUTDOWN_SECONDS}"]
    command += [f"--nproc-per-node={settings.devices}"]
    if settings.nodes == 1:
        command += ["--standalone"]
    else:
        if "SLURM_JOB_NODELIST" not in os.environ:
            raise BadInput(
                f"params.yaml: training.nodes: {settings.nodes}: this is no Slurm job. Start dvc repro in one, or this "
                "stage by torchrun on each node (docs/many_devices.md)."
            )
        first = SLURMEnvironment.resolve_root_node_address(os.environ["SLURM_JOB_NODELIST"])
        job = int(os.environ["SLURM_JOB_ID"])
        command += [f"--nnodes={settings.nodes}", "--rdzv-backend=c10d", f"--rdzv-id={job}"]
        command += [f"--rdzv-endpoint={first}:{FIRST_PORT + job % 10_000}"]
        each_node = [f"--nodes={settings.nodes}", f"--ntasks={settings.nodes}", "--ntasks-per-node=1"]
        command = ["srun", *each_node, "--kill-on-bad-exit=1", *command]
    log.info("%d processes on %d nodes, through torchrun", settings.devices * settings.nodes, settings.nodes)
    sys.stdout.flush()
    os.environ.setdefault("OMP_NUM_THREADS", str(settings.threads))
    os.execvp(command[0], [*command, *program, *sys.argv[1:]])


def _keep_freed_memory() -> None:
    """Let glibc reuse the memory of freed tensors; returning it to the system each time costs a fifth of a CPU step."""
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 2**30)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
