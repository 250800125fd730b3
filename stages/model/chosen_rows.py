"""A few tokens' rows of embedding and head that learn while all others keep their bits.

For tokens that the base has but never saw, as those of a chat format, beside adapters that leave the embedding alone.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from litgpt.model import GPT
from torch import Tensor, nn


class ChosenRows(nn.Module):
    """A matrix of which some rows are a tensor of their own, so that gradient and moments have their size alone."""

    def __init__(self, weight: Tensor, ids: Sequence[int]):
        super().__init__()
        self.register_buffer("ids", torch.tensor(ids, device=weight.device))
        self.register_buffer("frozen", weight.detach())
        self.rows = nn.Parameter(weight.detach()[self.ids].clone())

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of all tokens, without a weight gradient for the frozen rows."""
        return F.linear(hidden, self.frozen).index_copy(-1, self.ids, F.linear(hidden, self.rows))

    def joined(self) -> nn.Parameter:
        return nn.Parameter(self.frozen.index_copy(0, self.ids, self.rows.detach()))


class ChosenEmbedding(ChosenRows):
    """An input embedding, or a tied one."""

    def forward(self, tokens: Tensor) -> Tensor:
        """Rows of `tokens` (batch, length) -> (batch, length, width)."""
        places = tokens.unsqueeze(-1) == self.ids
        chosen = F.embedding(places.int().argmax(-1), self.rows)
        return torch.where(places.any(-1, keepdim=True), chosen, F.embedding(tokens, self.frozen))


class ChosenHead(ChosenRows):
    """A head with a matrix of its own."""

    def forward(self, hidden: Tensor) -> Tensor:
        return self.logits(hidden)


class TiedChosenHead(nn.Module):
    """The head of a tied `ChosenEmbedding`; holds no tensor itself."""

    def __init__(self, embedding: ChosenEmbedding):
        super().__init__()
        self._embedding = (embedding,)  # in a tuple, so that it is not registered a second time

    def forward(self, hidden: Tensor) -> Tensor:
        return self._embedding[0].logits(hidden)


def learn_rows(model: GPT, ids: Sequence[int]) -> None:
    """Let the rows of these tokens learn, at both ends of the model, and freeze the other rows."""
    embedding, head = model.transformer.wte.weight, model.lm_head.weight
    model.transformer.wte = ChosenEmbedding(embedding, ids)
    model.lm_head = TiedChosenHead(model.transformer.wte) if head is embedding else ChosenHead(head, ids)


def join_rows(model: GPT) -> None:
    """Bring a model from `learn_rows` back into LitGPT's layout; does nothing to one in it."""
    embedding, head = model.transformer.wte, model.lm_head
    if not isinstance(embedding, ChosenEmbedding):
        return
    rows, width = embedding.frozen.shape
    with torch.device("meta"):  # no memory for weights that are replaced at once
        model.transformer.wte, model.lm_head = nn.Embedding(rows, width), nn.Linear(width, rows, bias=False)
    model.transformer.wte.weight = embedding.joined()
    model.lm_head.weight = model.transformer.wte.weight if isinstance(head, TiedChosenHead) else head.joined()
