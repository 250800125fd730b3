"""Learning-rate schedules: pure functions of the step."""

import math

from stages.training.settings import Schedule


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
