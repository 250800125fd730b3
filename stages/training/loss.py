"""The next-token loss: of a batch to learn from, and of held-out blocks."""

import numpy as np
import torch
import torch.nn.functional as F
from lightning.fabric import Fabric
from litgpt.model import GPT
from torch import Tensor, nn

from stages.training.cross_entropy import IGNORED, summed_cross_entropy
from stages.training.documents_in_blocks import document_ids

Batch = tuple[Tensor, Tensor]  # tokens and targets, both (sequences, length), int64


class NextTokenModel(nn.Module):
    """A model of LitGPT's that computes its own loss, so that the logits of all positions need never exist at once.

    This is the module that Fabric sets up: the head's weights are used in its forward pass, where every strategy has
    them. With `end_of_text`, that token's id, attention does not cross the border of a document.
    """

    def __init__(self, model: GPT, end_of_text: int | None = None):
        super().__init__()
        self.model, self.end_of_text = model, end_of_text

    def forward(self, tokens: Tensor, targets: Tensor | None = None) -> Tensor:
        """The summed loss, in nats, of targets (batch, length) that are not ignored; without any, all logits."""
        hidden = self._hidden(tokens)
        if targets is None:
            return self.model.lm_head(hidden)
        return summed_cross_entropy(self.model.lm_head, hidden.flatten(0, 1), targets.flatten())

    def _hidden(self, tokens: Tensor) -> Tensor:
        """What the head reads: (batch, length, width). The model's own forward takes no mask and ends in the logits."""
        model, length = self.model, tokens.shape[1]
        if length > model.max_seq_length:
            raise ValueError(f"sequence of {length} tokens, but the model's context is {model.max_seq_length}")
        mask = None if self.end_of_text is None else within_documents(document_ids(tokens, self.end_of_text))
        cos, sin = model.cos[:length].unsqueeze(0), model.sin[:length].unsqueeze(0)
        hidden = model.transformer.wte(tokens)
        for block in model.transformer.h:
            hidden = block(hidden, cos, sin, mask)
        return model.transformer.ln_f(hidden)


def within_documents(documents: Tensor) -> Tensor:
    """Which positions attend to which: causal, and within a document. Ids (batch, length) -> (batch, 1, length, length)."""
    same = documents.unsqueeze(2) == documents.unsqueeze(1)
    return same.tril().unsqueeze(1)


def loss_sum(fabric: Fabric, model: nn.Module, tokens: Tensor, targets: Tensor) -> Tensor:
    """The summed cross-entropy of the targets that are not ignored, in nats, of a `NextTokenModel` or a bare GPT."""
    if isinstance(model, GPT):
        model = NextTokenModel(model)
    return model(fabric.to_device(tokens), fabric.to_device(targets))


def next_token_batch(blocks: np.ndarray, end_of_text: int | None = None) -> Batch:
    """Blocks of tokens (sequences, length) with each token's successor as its target; the last has none.

    With `end_of_text`, that token's id, it has none either: what follows it is another document.
    """
    tokens = torch.from_numpy(blocks)
    targets = F.pad(tokens[:, 1:], (0, 1), value=IGNORED)
    return tokens, targets if end_of_text is None else targets.masked_fill(tokens == end_of_text, IGNORED)


@torch.no_grad()
def mean_loss(fabric: Fabric, model: nn.Module, blocks: np.ndarray, micro_batch: int) -> float:
    """Mean next-token loss, in nats, over blocks of tokens (sequences, length), at least one."""
    model.eval()
    tokens, targets = next_token_batch(blocks, getattr(model, "end_of_text", None))
    parts = zip(tokens.split(micro_batch), targets.split(micro_batch), strict=True)
    total = sum(float(loss_sum(fabric, model, *part)) for part in parts)
    model.train()
    return total / int((targets != IGNORED).sum())
