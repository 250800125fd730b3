"""What is seen of a run while it trains: the progress line, and speed, memory and TensorBoard in its logs.

Nothing of it decides a result, and all of it is gone on from where a checkpoint goes on: no step is
missing from the logs of a run that was killed, and none stands there twice.
"""

import csv
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from stages.outputs import write_text
from stages.training.flops import peak_flops

COLUMNS = ("step", "seconds", "tokens", "tokens_per_second", "utilisation", "peak_mib")


class Watch:
    """Shows and logs the steps of a run, from step `done` of `steps` on; only the first process does.

    `speed.csv` in `logs` has a row a step: seconds, tokens of the global batch and their quotient;
    the share of the devices' peak that `flops_per_token` comes to (empty where the peak is not known),
    and the peak memory so far. Measuring and saving are not part of any step.
    """

    def __init__(self, fabric: Fabric, logs: Path, steps: int, done: int, flops_per_token: float):
        self._fabric, self._logs = fabric, logs
        self._flops_per_token = flops_per_token
        name = torch.cuda.get_device_name(fabric.device) if fabric.device.type == "cuda" else ""
        self._peak = (peak_flops(name) or 0.0) * fabric.world_size
        self._bar = tqdm(total=steps, unit="step", mininterval=1, disable=not fabric.is_global_zero)
        self._note = ""
        self._open(done)

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        self._close()

    def step(self, step: int, tokens: int, loss: float, rate: float, norm: float) -> None:
        """Log step `step` (from 1): the time since the one before, and what it learned from."""
        now = time.perf_counter()
        seconds, self._since = now - self._since, now
        speed = tokens / seconds
        values = {"loss": loss, "learning_rate": rate, "gradient_norm": norm, "tokens_per_second": speed}
        used = self._flops_per_token * speed / self._peak if self._peak else None
        if used is not None:
            values["utilisation"] = used
        if self._board:
            share = "" if used is None else f"{used:.4f}"
            self._rows.writerow([step, f"{seconds:.6f}", tokens, f"{speed:.1f}", share, f"{self._peak_mib():.1f}"])
            self._add(step, values)
        told = f", {100 * used:.0f} % of peak" if used is not None else ""
        self._bar.set_postfix_str(f"loss {loss:.3f}, {speed:,.0f} tokens/s{told}{self._note}", refresh=False)
        self._bar.update()

    def measured(self, row: Mapping[str, float], alarm: str) -> None:
        """Show the bits per byte of a measurement from now on, and what there is to say of it."""
        held_out = {name: value for name, value in row.items() if name.endswith("_bits_per_byte")}
        shown = " ".join(f"{name.removesuffix('_bits_per_byte')} {value:.3f}" for name, value in held_out.items())
        self._note = (f", bits per byte {shown}" if shown else "") + (f", {alarm}" if alarm else "")
        self._add(int(row["step"]), held_out)

    def saving(self) -> None:
        """Bring the logs to the disk, so that they reach as far as the checkpoint that follows."""
        if self._board:
            self._speed.flush()
            self._board.flush()

    def resume(self) -> None:
        """Start the clock of the next step: what was done since the last one is not training."""
        self._since = time.perf_counter()

    def rewind(self, done: int) -> None:
        """Forget the steps after `done`: the run has stepped back."""
        self._close()
        self._open(done)

    def _open(self, done: int) -> None:
        self._board = self._speed = None
        if self._fabric.is_global_zero:
            file = self._logs / "speed.csv"
            write_text(file, "".join(_rows_until(file, done)))
            self._speed = file.open("a", encoding="utf-8", newline="")
            self._rows: Any = csv.writer(self._speed, lineterminator="\n")
            self._board = SummaryWriter(self._logs, purge_step=done + 1)
        self._bar.initial = self._bar.n = done  # its rate and the time left are of the steps taken here
        self._bar.refresh()
        self.resume()

    def _close(self) -> None:
        if self._board:
            self._speed.close()
            self._board.close()

    def _add(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items() if self._board else ():
            self._board.add_scalar(name, value, step)

    def _peak_mib(self) -> float:
        if self._fabric.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._fabric.device) / 2**20
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _rows_until(file: Path, done: int) -> list[str]:
    """The lines of a log of speed up to step `done`; a line that was cut off is a later one."""
    before = file.read_text(encoding="utf-8").splitlines(keepends=True)[1:] if done and file.exists() else []
    return [",".join(COLUMNS) + "\n", *(line for line in before if line.endswith("\n") and _step(line) <= done)]


def _step(line: str) -> int:
    return int(line.split(",", 1)[0])
