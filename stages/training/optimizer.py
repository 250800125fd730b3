"""The learning parameters of a model as groups of the optimizer."""

from typing import Any

from torch import nn

from stages.training.learning import SplitEmbedding


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """The learning parameters as two groups for AdamW: matrices decay; embeddings and norms do not."""
    embeddings = {
        id(parameter)
        for module in model.modules()
        if isinstance(module, nn.Embedding | SplitEmbedding)
        for parameter in module.parameters()
    }
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decays = [parameter for parameter in learning if parameter.dim() > 1 and id(parameter) not in embeddings]
    rest = [parameter for parameter in learning if not any(parameter is other for other in decays)]
    groups = [{"params": decays, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]
