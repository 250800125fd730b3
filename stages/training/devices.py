"""The devices of a run, and everything on them that could make two runs differ pinned down."""

import ctypes
import os
import sys

import torch
from lightning.fabric import Fabric

from stages.training.settings import TrainingSettings

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h


def start_fabric(settings: TrainingSettings) -> Fabric:
    """Fabric on the configured device, with everything that could make two runs differ pinned down."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is deterministic only with a fixed workspace
    _keep_freed_memory()
    torch.set_num_threads(settings.threads)
    # On a GPU an operation without a deterministic form is reported, not refused.
    torch.use_deterministic_algorithms(True, warn_only=settings.accelerator != "cpu")
    torch.utils.deterministic.fill_uninitialized_memory = False  # costs time, and nothing here reads such memory
    strategy = "auto" if settings.devices == 1 else "ddp"
    fabric = Fabric(
        accelerator=settings.accelerator, devices=settings.devices, strategy=strategy, precision=settings.precision
    )
    fabric.launch()
    torch.manual_seed(settings.seed)
    return fabric


def _keep_freed_memory() -> None:
    """Let glibc reuse the memory of freed tensors; returning it to the system each time costs a fifth of a CPU step."""
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 2**30)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
