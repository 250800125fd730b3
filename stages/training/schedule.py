"""Learning-rate schedules: pure functions of the step."""

import math

from stages.training.settings import Restarts, Schedule


def learning_rate(step: int, steps: int, peak: float, schedule: Schedule) -> float:
    """The rate of step `step` (from 0) of `steps`.

    Warm-up is linear over the first `warmup` share of the steps and reaches `peak`. `cosine` then
    falls to `final` times the peak at the end of the run; `warmup_stable_decay` stays at the peak
    and falls in a straight line over the last `decay` share (Hu et al. 2024, arXiv 2404.06395).
    """
    warmup_steps = round(schedule.warmup * steps)
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    if schedule.kind == "cosine":
        done = (step - warmup_steps) / max(1, steps - warmup_steps)
        height = (1 + math.cos(math.pi * done)) / 2
    else:
        decay_steps = round(schedule.decay * steps)
        height = min(1.0, (steps - step) / decay_steps) if decay_steps else 1.0
    return peak * (schedule.final + (1 - schedule.final) * height)


def rewarmed(rate: float, step: int, restarts: Restarts | None) -> float:
    """The rate of step `step`, `rate` by its schedule, on its way up again after a restart of low-rank training.

    Linear over the `warmup_steps` that follow each restart, so the schedule is jagged (Lialin et al. 2023,
    arXiv 2307.05695, figure 2); the steps before the first restart have the schedule's own warm-up.
    """
    if restarts is None or step < restarts.every_steps:
        return rate
    since = step % restarts.every_steps
    return rate * min(1.0, (since + 1) / max(1, restarts.warmup_steps))
