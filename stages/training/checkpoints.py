"""Checkpoints of a run that is not finished: written whole, the last few kept, refused by another run."""

import hashlib
import json
import logging
import pickle
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric

from stages.model import conversion
from stages.outputs import write_json
from stages.training.settings import TrainingSettings

log = logging.getLogger(__name__)

Fingerprint = dict[str, str]
FREE_TO_CHANGE = {
    "accelerator",
    "devices",
    "nodes",
    "strategy",
    "threads",
    "loader_workers",
    "keep_checkpoints",
    "checkpoint_every_steps",
}


class Checkpoints:
    """The checkpoints of one run, in `folder/<digest of its fingerprint>/`.

    A run with other code, params or data has another digest: it says what differs, starts anew and
    leaves these alone, so that going back to the old values goes on where they stopped.
    """

    def __init__(self, folder: Path, fingerprint: Fingerprint, keep: int):
        digest = hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()[:16]
        self._all, self._mine = folder, folder / digest
        self._fingerprint, self._keep = fingerprint, keep

    def save(self, fabric: Fabric, step: int, state: dict[str, Any]) -> None:
        """Write the state after `step` steps, then remove the oldest beyond the number kept."""
        if fabric.is_global_zero and not self._mine.exists():
            write_json(self._mine / "fingerprint.json", self._fingerprint)
        unfinished = self._mine / "unfinished"
        fabric.save(unfinished, {**state, "step": step})
        if fabric.is_global_zero:
            unfinished.rename(self._mine / f"step-{step:08}.ckpt")
            for old in self._files()[: -self._keep]:
                old.unlink()
        fabric.barrier()

    def restore(self, fabric: Fabric, state: dict[str, Any]) -> int:
        """Load the newest readable checkpoint into `state`; returns how many steps it has behind it (0: none)."""
        self._tell_differences()
        for file in reversed(self._files()):
            try:
                rest = fabric.load(file, state, weights_only=True)
            except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
                log.warning("%s is not readable (%s); the one before it is tried", file, error)
                continue
            log.info("going on from %s", file)
            return rest["step"]
        return 0

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
    """What decides the outcome of a run: its params, the content of its input folders, code and torch.

    Devices, threads and how often to save are left out: a run may go on with others.
    """
    params = {key: repr(value) for key, value in asdict(settings).items() if key not in FREE_TO_CHANGE}
    folders = {name: _digest(folder.rglob("*")) for name, folder in inputs.items()}
    code = _digest([*Path(__file__).parent.glob("*.py"), *Path(conversion.__file__).parent.glob("*.py")])
    return params | folders | {"code": code, "torch": torch.__version__}


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        if file.is_file():
            with file.open("rb") as stream:
                total.update(f"{file.name} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:16]
