"""A run in several phases: each lets other parameters learn, with an optimizer and a schedule of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lightning.fabric import Fabric
from litgpt.model import GPT

from stages.training.checkpoints import Checkpoints
from stages.training.learning import Learns, unfreeze
from stages.training.loop import Measurements, Plan, train
from stages.training.settings import TrainingSettings


def train_phases(
    fabric: Fabric,
    model: GPT,
    phases: Sequence[Learns],
    freeze: Callable[[Learns], None],
    steps: int,
    plan: Callable[[int, int], Plan],
    settings: TrainingSettings,
    saved: Checkpoints,
    logs: Path,
) -> list[Measurements]:
    """Train `model` in place, `steps` divided evenly among the phases; returns one curve, whose steps count on.

    `plan` makes a phase's plan of its first place in the data, behind all that earlier phases read or left out, and of
    its steps. After each phase but the last the model is saved, so that a killed run goes on in the phase at hand. The
    model is left frozen as in the last.
    """
    if len(phases) == 1:
        freeze(phases[0])
        return train(fabric, model, plan(0, steps), settings, saved, logs)
    state: dict[str, Any] = {"model": model, "curve": []}
    done = saved.restore(fabric, state)  # counted in phases here, in steps within each
    for number in range(done, len(phases)):
        first, end = (steps * part // len(phases) for part in (number, number + 1))
        freeze(phases[number])
        within = saved.part(phases[number])
        skipped = state["curve"][-1]["skipped_batches"] if state["curve"] else 0
        curve = train(fabric, model, plan(first + skipped, end - first), settings, within, logs / phases[number])
        state["curve"] += [
            row | {"step": first + row["step"], "skipped_batches": skipped + row["skipped_batches"]} for row in curve
        ]
        if number + 1 < len(phases):
            unfreeze(model)
            saved.save(fabric, number + 1, state)
            within.remove()
    return state["curve"]
