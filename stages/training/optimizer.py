"""The learning parameters of a model as groups of the optimizer."""

from typing import Any

from torch import nn

ROWS = ("wte", "lm_head")  # LitGPT's names of the embedding and the head


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """The learning parameters as two groups for AdamW: matrices decay; norms and rows of tokens, at either end, do not."""
    of_tokens = {
        id(parameter)
        for name, module in model.named_modules()
        if name.rpartition(".")[2] in ROWS
        for parameter in module.parameters()
    }
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decays = [parameter for parameter in learning if parameter.dim() > 1 and id(parameter) not in of_tokens]
    rest = [parameter for parameter in learning if not any(parameter is other for other in decays)]
    groups = [{"params": decays, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]
