"""Restarts of low-rank training: ReLoRA (Lialin et al. 2023, arXiv 2307.05695).

A sum of low-rank changes has a higher rank than each of them. So every so many steps the adapters are added
to the weights and begin anew, the moments that AdamW kept of the old ones are pruned, and the
learning rate warms up again (`stages.training.schedule.rewarmed`). All of it is a function of the step and of
what a checkpoint holds, so a run that is continued restarts as one that was never stopped.
"""

from collections.abc import Callable

import torch
from litgpt.model import GPT
from torch import nn

from stages.errors import BadInput
from stages.model.lora import adapters, merge_and_draw
from stages.training.settings import Restarts

BeforeStep = Callable[[int, torch.optim.Optimizer], None]


def restarts_before_steps(model: GPT, restarts: Restarts | None, seed: int) -> BeforeStep | None:
    """What `Plan.before_step` is to call: a restart after every `every_steps` steps. None without restarts.

    Raises `BadInput` where the learning rate would never be warm again.
    """
    if restarts is None:
        return None
    if restarts.warmup_steps >= restarts.every_steps:
        raise BadInput(
            f"low_rank.restarts: warmup_steps: {restarts.warmup_steps} is no less than every_steps: "
            f"{restarts.every_steps}, so the learning rate never reaches its schedule. Lower it."
        )

    def before_step(step: int, optimizer: torch.optim.Optimizer) -> None:
        number, since = divmod(step, restarts.every_steps)
        if since:
            return
        trained = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
        if not all(id(adapter.lora_A) in trained for adapter in adapters(model)):
            raise BadInput(
                "low_rank.restarts: what is trained here is a copy of the model that is split among devices, and its "
                "adapters cannot be merged. Set strategy: ddp, or restarts: null."
            )
        if number:
            merge_and_draw(model, seed, number)
            prune_moments(model, optimizer, restarts.kept_moments)

    return before_step


@torch.no_grad()
def prune_moments(model: nn.Module, optimizer: torch.optim.Optimizer, kept: float) -> None:
    """Keep both moments of the `kept` share of each adapter's entries with the largest first one; the others are zero.

    The same entries for both: a first moment over a second one of zero would be a step of any size. The count of
    steps stays, so that moments near zero are not scaled up.
    """
    for adapter in adapters(model):
        for parameter in (adapter.lora_A, adapter.lora_B):
            first, second = (optimizer.state[parameter][name] for name in ("exp_avg", "exp_avg_sq"))
            largest = first.abs().flatten().topk(round(kept * first.numel())).indices
            mask = torch.zeros_like(first).view(-1).index_fill_(0, largest, 1.0).view_as(first)
            first.mul_(mask)
            second.mul_(mask)
