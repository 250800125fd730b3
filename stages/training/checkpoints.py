"""Checkpoints of a run that is not finished: written whole, the last few kept, refused by another run."""

import hashlib
import inspect
import json
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from lightning.fabric.plugins import TorchCheckpointIO
from torch import Tensor

from stages.errors import BadInput
from stages.imports import reachable
from stages.outputs import put_in_place, write_json
from stages.training.settings import TrainingSettings

log = logging.getLogger(__name__)

Fingerprint = dict[str, str]
# What moves no weight. Not the interval of the checkpoints: it decides how far a diverged run steps back.
FREE_TO_CHANGE = {
    "accelerator",
    "devices",
    "nodes",
    "strategy",
    "threads",
    "loader_workers",
    "keep_checkpoints",
    "forgetting",
}
LIBRARIES = ("litdata", "litgpt", "lightning", "numpy", "tokenizers", "torch")
ON_REQUEST = "-on-request"  # in the name of a checkpoint that was not due: where it lies must not matter later


class Checkpoints:
    """The checkpoints of one run, in `folder/<digest of its fingerprint>/`.

    A run with other code, params or data has another digest: it says what differs, starts anew and
    leaves these alone, so that going back to the old values goes on where they stopped.
    """

    def __init__(self, folder: Path, fingerprint: Fingerprint, keep: int):
        digest = hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()[:16]
        self._all, self._mine = folder, folder / digest
        self._fingerprint, self._keep = fingerprint, keep

    def save(self, fabric: Fabric, step: int, state: dict[str, Any], due: bool = True) -> None:
        """Write the state after `step` steps and torch's random state, then remove what is beyond the number kept.

        Kept are the last ones that were due, and the newest. Those of later steps are of a course that the run has left
        by stepping back. Raises `OSError` where the disk is full: the older ones stay.
        """
        random = _random_state(fabric)
        unfinished = self._mine / "unfinished"
        if fabric.is_global_zero:
            if not (self._mine / "fingerprint.json").exists():
                write_json(self._mine / "fingerprint.json", self._fingerprint)
            unfinished.unlink(missing_ok=True)
        fabric.barrier()
        fabric.strategy.checkpoint_io = _InPlace()
        try:
            fabric.save(unfinished, {**state, "step": step, "random": random})
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise OSError(error.errno, error.strerror, str(self._mine)) from error
        fabric.barrier()
        if fabric.is_global_zero:
            with unfinished.open("rb") as stream:
                os.fsync(stream)
            for left in self._files():  # before the new one is in place, so that a kill in between repeats the same
                if _step(left) > step:
                    left.unlink()
            put_in_place(unfinished, self._mine / f"step-{step:08}{'' if due else ON_REQUEST}.ckpt")
            files = self._files()
            kept = [*[file for file in files if _was_due(file)][-self._keep :], files[-1]]
            for old in files:
                if old not in kept:
                    old.unlink()
        fabric.barrier()

    def restore(self, fabric: Fabric, state: dict[str, Any]) -> int:
        """Load the newest readable checkpoint into `state`; returns how many steps it has behind it (0: none)."""
        self._tell_differences()
        return self._load(fabric, state, reversed(self._files())) or 0

    def step_back(self, fabric: Fabric, state: dict[str, Any]) -> int:
        """Load the newest readable checkpoint that was due into `state`; returns how many steps it has behind it.

        One that was saved on request serves only where there is no other: so a run steps back to the
        same place whether or not it was ever stopped. Raises `BadInput` where there is none at all.
        """
        step = self._load(
            fabric, state, sorted(self._files(), key=lambda file: (_was_due(file), file.name), reverse=True)
        )
        if step is None:
            raise BadInput(f"{self._mine}: no readable checkpoint to step back to. Run again: it starts anew.")
        return step

    def _load(self, fabric: Fabric, state: dict[str, Any], files: Iterable[Path]) -> int | None:
        for file in files:
            if damage := _damage(file):
                log.warning("%s is not readable (%s); the one before it is tried", file, damage)
                continue
            rest = fabric.load(file, state, weights_only=True)
            _set_random_state(fabric, rest["random"])
            log.info("going on from %s", file)
            return rest["step"]
        return None

    def part(self, name: str) -> "Checkpoints":
        """The checkpoints of a part of the run, in a folder of that name."""
        return Checkpoints(self._all / name, self._fingerprint, self._keep)

    def remove(self) -> None:
        """The run is finished: no checkpoint of it, or of its other versions, is of use any more."""
        shutil.rmtree(self._all, ignore_errors=True)

    def _files(self) -> list[Path]:
        return sorted(self._mine.glob("step-*.ckpt"))

    def _tell_differences(self) -> None:
        for file in sorted(self._all.glob("*/fingerprint.json")):
            other = json.loads(file.read_text(encoding="utf-8"))
            differing = [
                key for key in sorted({*other, *self._fingerprint}) if other.get(key) != self._fingerprint.get(key)
            ]
            if differing:
                changes = "; ".join(
                    f"{key}: {other.get(key)} then, {self._fingerprint.get(key)} now" for key in differing
                )
                log.warning("the checkpoints in %s are not used: %s", file.parent, changes)


def fingerprint(settings: TrainingSettings, inputs: dict[str, Path]) -> Fingerprint:
    """What decides the outcome of a run: its params, the content of its input folders, code and libraries.

    The code is that of the stage whose params they are, and all that it imports. Devices, threads
    and how many checkpoints are kept are left out: a run may go on with others.
    """
    params = {key: repr(value) for key, value in asdict(settings).items() if key not in FREE_TO_CHANGE}
    # A run that stopped because it diverged may go on by the other policy: until there both do the same.
    params["divergence"] = repr((settings.divergence.max_loss_rise, settings.divergence.window_steps))
    folders = {name: _digest(folder, folder.rglob("*")) for name, folder in inputs.items()}
    root = Path(__file__).resolve().parents[2]
    stage = Path(inspect.getfile(type(settings))).resolve()
    code = _digest(root, reachable(root, stage, Path(__file__).resolve().with_name("loop.py")))
    # Without the build's name, so that a run may go on with another device.
    libraries = {name: version(name).split("+")[0] for name in LIBRARIES}
    return params | folders | libraries | {"code": code}


def _digest(root: Path, files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        if file.is_file():
            with file.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            total.update(f"{file.relative_to(root)} {content}\n".encode())
    return total.hexdigest()[:16]


def _damage(checkpoint: Path) -> str:
    """What is wrong with a checkpoint; nothing where it is whole. torch itself checks no sum of what it reads."""
    try:
        with zipfile.ZipFile(checkpoint) as archive:
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        return str(error)
    return f"{broken}: wrong check sum" if broken else ""


class _InPlace(TorchCheckpointIO):
    """Fabric's own writes a copy in memory, then one in the system's temporary folder, and moves that."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None) -> None:
        try:
            with Path(path).open("wb") as stream:
                torch.save(checkpoint, stream)
        except RuntimeError as error:  # torch's own, about the end of a file that the disk had no place for
            raise (error.__context__ if isinstance(error.__context__, OSError) else error) from None


def _random_state(fabric: Fabric) -> dict[str, Tensor]:
    """torch's random states of all processes, (processes, bytes); the order of the data has none."""
    own = {"cpu": torch.get_rng_state()}
    if fabric.device.type == "cuda":
        own["cuda"] = torch.cuda.get_rng_state(fabric.device)
    return {kind: fabric.all_gather(state).reshape(fabric.world_size, -1).cpu() for kind, state in own.items()}


def _set_random_state(fabric: Fabric, states: dict[str, Tensor]) -> None:
    """Each process takes its own again; where there are more processes than before, some take the same."""
    mine = {kind: rows[fabric.global_rank % len(rows)].clone() for kind, rows in states.items()}
    torch.set_rng_state(mine["cpu"])
    if fabric.device.type == "cuda" and "cuda" in mine:
        torch.cuda.set_rng_state(mine["cuda"], fabric.device)


def _was_due(file: Path) -> bool:
    return ON_REQUEST not in file.name


def _step(file: Path) -> int:
    return int(file.name.removeprefix("step-")[:8])
