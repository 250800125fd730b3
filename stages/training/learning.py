"""Which parameters of a model learn.

EEVE for tied embeddings (Kim et al. 2024, arXiv 2402.14714, figure 2; its stage numbers in brackets):

| learns       | new rows of the embedding | old rows | blocks and final norm |
| ---          | ---                       | ---      | ---                   |
| `new_rows`   | yes                       |          |                       | [1-3]
| `embeddings` | yes                       | yes      |                       | [4-5]
| `all`        | yes                       | yes      | yes                   | [6]
| `blocks`     |                           |          | yes                   | [7]

What does not learn takes no part in the optimizer: no gradient, no weight decay, no moments.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from litgpt.model import GPT
from torch import Tensor, nn

from stages.errors import BadInput

Learns = Literal["new_rows", "embeddings", "all", "blocks"]


class SplitEmbedding(nn.Module):
    """A tied embedding whose first rows are frozen: the learning rows are a tensor of their own.

    So gradient and optimizer state have the size of the new rows alone.
    """

    def __init__(self, weight: Tensor, old_rows: int):
        super().__init__()
        self.register_buffer("old", weight[:old_rows].detach().clone())
        self.new = nn.Parameter(weight[old_rows:].detach().clone())

    def forward(self, tokens: Tensor) -> Tensor:
        """Rows of `tokens` (batch, length) -> (batch, length, width)."""
        place = tokens - len(self.old)
        old = F.embedding(tokens.clamp(max=len(self.old) - 1), self.old)
        return torch.where((place >= 0).unsqueeze(-1), F.embedding(place.clamp(min=0), self.new), old)

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of all tokens, old ones first, without a weight gradient for the old rows."""
        return torch.cat((F.linear(hidden, self.old), F.linear(hidden, self.new)), dim=-1)

    def joined(self) -> Tensor:
        return torch.cat((self.old, self.new.detach()))


class SplitHead(nn.Module):
    """The head of a `SplitEmbedding`; holds no tensor itself."""

    def __init__(self, embedding: SplitEmbedding):
        super().__init__()
        self._embedding = (embedding,)  # in a tuple, so that it is not registered a second time

    def forward(self, hidden: Tensor) -> Tensor:
        return self._embedding[0].logits(hidden)


def freeze(model: GPT, learns: Learns, old_rows: int) -> None:
    """Let only the chosen parameters of `model` learn. `old_rows` is the size of the base's vocabulary.

    Raises `BadInput` where there are no new rows, or the head is not the embedding.
    """
    if model.lm_head.weight is not model.transformer.wte.weight:
        raise BadInput("config.json: tie_word_embeddings: false is not supported in pretraining. Choose a tied model.")
    embedding = model.transformer.wte.weight
    if learns == "new_rows":
        if old_rows >= len(embedding):
            raise BadInput(f"learns: new_rows: the model has {len(embedding)} rows, the base {old_rows}: none is new.")
        model.requires_grad_(False)
        model.transformer.wte = SplitEmbedding(embedding, old_rows)
        model.lm_head = SplitHead(model.transformer.wte)
        return
    for parameter in model.parameters():
        of_embedding = parameter is embedding
        parameter.requires_grad_(learns == "all" or of_embedding == (learns == "embeddings"))


def unfreeze(model: GPT) -> None:
    """Bring a model from `freeze` back into LitGPT's layout, everything free to learn."""
    if isinstance(model.transformer.wte, SplitEmbedding):
        weight = nn.Parameter(model.transformer.wte.joined())
        rows, width = weight.shape
        with torch.device("meta"):
            model.transformer.wte = nn.Embedding(rows, width)
            model.lm_head = nn.Linear(width, rows, bias=False)
        model.transformer.wte.weight = model.lm_head.weight = weight
    model.requires_grad_(True)
