"""When a step has gone wrong: a loss or gradient that is not finite, or a loss far above those before it."""

import math
from collections.abc import Sequence

from stages.errors import BadInput
from stages.training.settings import Divergence


def reason(loss: float, norm: float, before: Sequence[float], limits: Divergence) -> str:
    """Why a step of this loss (nats a token) and gradient norm must not be taken; nothing where it may.

    `before` are the losses of the steps before it; fewer than `window_steps` give no mean to compare with.
    """
    if not math.isfinite(loss):
        return f"the loss is {loss}"
    if not math.isfinite(norm):
        return f"the gradient norm is {norm}"
    window = before[-limits.window_steps :]
    if len(window) == limits.window_steps:
        mean = sum(window) / len(window)
        if loss > mean + limits.max_loss_rise:
            return f"the loss is {loss:.3f}, after {mean:.3f} on average over {len(window)} steps"
    return ""


def refuse(step: int, why: str, rate: float, step_backs: int, limits: Divergence) -> None:
    """Raise `BadInput` unless the policy still allows to step back."""
    if limits.policy == "stop":
        raise BadInput(
            f"training diverged at step {step}: {why}; learning rate {rate:.3g}. Lower the learning rate of this "
            "stage in params.yaml, or set training's divergence.policy: step_back to leave such data out."
        )
    if step_backs >= limits.max_step_backs:
        raise BadInput(
            f"training diverged at step {step}: {why}; learning rate {rate:.3g}. It has stepped back {step_backs} "
            "times already (divergence.max_step_backs). Lower the learning rate of this stage in params.yaml."
        )
