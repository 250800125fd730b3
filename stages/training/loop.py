"""The training loop of all stages: a model, its data by step, and what is measured on the way.

Everything that a step depends on is in the checkpoint or a function of the step's number, so a run
that was killed and started again ends with the same bits as one that was not.
"""

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from stages.errors import BadInput
from stages.training.checkpoints import Checkpoints
from stages.training.compiled import compile_blocks
from stages.training.lean import make_lean
from stages.training.loss import IGNORED, Batch, NextTokenModel, loss_sum
from stages.training.optimizer import parameter_groups
from stages.training.settings import TrainingSettings

Measurements = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """How long to train, on what, at which rate, and what to measure."""

    steps: int
    batch: Callable[[int], Batch]  # the global batch of a step, a pure function of its number
    learning_rate: Callable[[int], float]
    measure: Callable[[nn.Module], Measurements]
    # What changes the model or the optimizer's state before a step is computed, as ReLoRA's restarts do. It may depend
    # on the number of the step and on what a checkpoint holds, and on nothing else.
    before_step: Callable[[int, torch.optim.Optimizer], None] | None = None
    # The id of the end-of-text token, if attention is to stop there; `batch` drops the targets that follow it.
    end_of_text: int | None = None


def train(
    fabric: Fabric, model: nn.Module, plan: Plan, settings: TrainingSettings, checkpoints: Checkpoints, logs: Path
) -> list[Measurements]:
    """Train the parameters of `model` that require a gradient, in place; returns the curve.

    The curve has a row every `measure_every_steps` and at the end: the training loss since the row
    before (nats a token), the learning rate, the largest gradient norm, and what `plan.measure`
    gives. Speed and TensorBoard go to `logs`. Raises `BadInput` when the loss is not finite.
    """
    clip, groups = settings.gradient_clip, parameter_groups(model, settings.weight_decay)
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=settings.betas, fused=True)
    (compile_blocks if settings.compile else make_lean)(model)
    wrapped, optimizer = fabric.setup(NextTokenModel(model, plan.end_of_text), optimizer)
    state = {"model": wrapped, "optimizer": optimizer, "curve": [], "losses": [], "norms": []}
    done = checkpoints.restore(fabric, state)
    bar = tqdm(total=plan.steps, initial=done, unit="step", mininterval=1, disable=not fabric.is_global_zero)
    with _termination() as terminated, SummaryWriter(logs) as board, bar:
        for step in range(done, plan.steps):
            began = time.perf_counter()
            rate = plan.learning_rate(step)
            for group in optimizer.param_groups:
                group["lr"] = rate
            if plan.before_step:
                plan.before_step(step, optimizer)
            tokens, targets = plan.batch(step)
            loss = _backward(fabric, wrapped, tokens, targets, settings.micro_batch_sequences)
            norm = float(fabric.clip_gradients(wrapped, optimizer, max_norm=clip, error_if_nonfinite=False))
            if not (math.isfinite(loss) and math.isfinite(norm)):
                raise BadInput(
                    f"training diverged at step {step}: loss {loss}, gradient norm {norm}, learning rate {rate}. "
                    "Lower the learning rate of this stage in params.yaml."
                )
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            state["losses"].append(loss)
            state["norms"].append(norm)

            speed = tokens.numel() / (time.perf_counter() - began)
            for name, value in {"loss": loss, "learning_rate": rate, "norm": norm, "tokens_per_second": speed}.items():
                board.add_scalar(name, value, step)
            bar.set_postfix_str(f"loss {loss:.3f}, {speed:,.0f} tokens/s", refresh=False)
            bar.update()

            last = step + 1 == plan.steps
            if last or (step + 1) % settings.measure_every_steps == 0:
                row = {"step": step + 1, "learning_rate": rate, "gradient_norm": max(state["norms"])}
                row["train_loss"] = sum(state["losses"]) / len(state["losses"])
                state["curve"].append(row | plan.measure(wrapped))
                state["losses"], state["norms"] = [], []
            if terminated() or (not last and (step + 1) % settings.checkpoint_every_steps == 0):
                checkpoints.save(fabric, step + 1, state)
            if terminated():
                raise SystemExit(f"stopped on request after step {step + 1}; the next run goes on from here")
    return state["curve"]


def _backward(fabric: Fabric, model: nn.Module, tokens: Tensor, targets: Tensor, micro_batch: int) -> float:
    """Accumulate the gradient of the mean loss over a global batch; returns that loss."""
    if len(tokens) % fabric.world_size:
        raise BadInput(f"batch_sequences: {len(tokens)} does not divide among {fabric.world_size} devices.")
    learned = max(1, int((targets != IGNORED).sum()))
    mine = slice(fabric.global_rank, None, fabric.world_size)
    parts = list(zip(tokens[mine].split(micro_batch), targets[mine].split(micro_batch), strict=True))
    total = torch.zeros((), device=fabric.device)
    for number, part in enumerate(parts, start=1):
        with fabric.no_backward_sync(model, enabled=number < len(parts)):
            loss = loss_sum(fabric, model, *part) / learned
            fabric.backward(loss * fabric.world_size)  # gradients are averaged over devices
        total += loss.detach()
    return float(fabric.all_reduce(total, reduce_op="sum"))


@contextmanager
def _termination() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM arrived: the step at hand is finished and saved first."""
    arrived: list[Any] = []
    before = signal.signal(signal.SIGTERM, lambda *_: arrived.append(True))
    try:
        yield lambda: bool(arrived)
    finally:
        signal.signal(signal.SIGTERM, before)
