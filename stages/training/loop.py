"""The training loop of all stages: a model, its data by step, and what is measured on the way.

Everything that a step depends on is in the checkpoint or a function of the step's number, so a run
that was killed and started again ends with the same bits as one that was not.
"""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from stages.training import divergence
from stages.training.checkpoints import Checkpoints
from stages.training.compiled import compile_blocks
from stages.training.devices import copy_to_split, gather, on_any_rank
from stages.training.flops import model_flops_per_token
from stages.training.lean import make_lean
from stages.training.loss import IGNORED, Batch, NextTokenModel, loss_sum, rows_of_rank
from stages.training.optimizer import parameter_groups
from stages.training.settings import TrainingSettings
from stages.training.watching import Watch

log = logging.getLogger(__name__)

Measurements = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """How long to train, on what, at which rate, and what to measure."""

    steps: int
    batch: Callable[[int], Batch]  # the global batch at a place in the data, a pure function of its number
    learning_rate: Callable[[int], float]
    measure: Callable[[nn.Module], Measurements]
    # What a row of measurements gives cause to say in the progress line. It may stop the run.
    judge: Callable[[Measurements], str] = lambda row: ""
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
    before (nats a token), the learning rate, the largest gradient norm, how many batches were left
    out so far because the run diverged on them, and what `plan.measure` gives. Speed, memory and
    TensorBoard go to `logs`. Raises `BadInput` where a run diverges that may not step back.
    """
    limits, window = settings.divergence, settings.divergence.window_steps
    flops = model_flops_per_token(model, settings.sequence_length)
    trained = copy_to_split(fabric, model)
    (compile_blocks if settings.compile else make_lean)(trained)
    wrapped = fabric.setup_module(NextTokenModel(trained, plan.end_of_text))
    groups = parameter_groups(wrapped.module, settings.weight_decay)
    optimizer = fabric.setup_optimizers(torch.optim.AdamW(groups, lr=0.0, betas=settings.betas, fused=True))
    # The losses since the last row, those that a loss is compared with, and the batches that were left out: (step, how
    # many) each time the run stepped back to that step.
    lists = {name: [] for name in ("curve", "losses", "norms", "recent", "skips")}
    state = {"model": wrapped, "optimizer": optimizer, **lists}
    step = checkpoints.restore(fabric, state)
    if step == 0 and limits.policy == "step_back":
        checkpoints.save(fabric, 0, state)
    with _termination() as terminated, Watch(fabric, logs, plan.steps, step, flops) as watch:
        while step < plan.steps:
            rate = plan.learning_rate(step)
            for group in optimizer.param_groups:
                group["lr"] = rate
            if plan.before_step:
                plan.before_step(step, optimizer)
            skipped = sum(batches for _, batches in state["skips"])
            tokens, targets = plan.batch(step + skipped)
            loss = _backward(fabric, wrapped, tokens, targets, settings.micro_batch_sequences)
            norm = float(
                fabric.clip_gradients(wrapped, optimizer, max_norm=settings.gradient_clip, error_if_nonfinite=False)
            )
            if why := divergence.reason(loss, norm, state["recent"], limits):
                divergence.refuse(step, why, rate, len(state["skips"]), limits)
                optimizer.zero_grad(set_to_none=True)
                back = checkpoints.step_back(fabric, state)
                batches = step + 1 - back
                log.warning("step %d: %s; going on from step %d without these %d batches", step, why, back, batches)
                state["skips"].append((back, batches))
                checkpoints.save(fabric, back, state)
                watch.rewind(back)
                step = back
                continue
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            state["losses"].append(loss)
            state["norms"].append(norm)
            state["recent"] = [*state["recent"], loss][-window:]
            watch.step(step, tokens.numel(), loss, rate, norm)

            if step == plan.steps or step % settings.measure_every_steps == 0:
                row = {"step": step, "learning_rate": rate, "gradient_norm": max(state["norms"])}
                row |= {"train_loss": sum(state["losses"]) / len(state["losses"]), "skipped_batches": skipped}
                row |= plan.measure(wrapped)
                state["curve"].append(row)
                state["losses"], state["norms"] = [], []
                watch.measured(row, plan.judge(row))
            stopping = on_any_rank(fabric, terminated())
            due = step % settings.checkpoint_every_steps == 0
            if stopping or (due and step < plan.steps):
                watch.saving()
                checkpoints.save(fabric, step, state, due)
            if stopping:
                raise SystemExit(f"stopped on request after step {step}; the next run goes on from here")
            watch.resume()
    gather(fabric, model, wrapped)
    return state["curve"]


def _backward(fabric: Fabric, model: nn.Module, tokens: Tensor, targets: Tensor, micro_batch: int) -> float:
    """Accumulate the gradient of the mean loss over a global batch; returns that loss."""
    learned = max(1, int((targets != IGNORED).sum()))
    tokens, targets = rows_of_rank(fabric, tokens, targets)
    parts = list(zip(tokens.split(micro_batch), targets.split(micro_batch), strict=True))
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
