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
    them. With `end_of_text`, that token's id, neither attention nor loss crosses the border of a document.
    """

    def __init__(self, model: GPT, end_of_text: int | None = None):
        super().__init__()
        self.model, self.end_of_text = model, end_of_text

    def forward(self, tokens: Tensor, targets: Tensor | None = None) -> Tensor:
        """The summed loss, in nats, of targets (batch, length) that are not ignored; without any, all logits."""
        mask = None
        if self.end_of_text is not None:
            documents = document_ids(tokens, self.end_of_text)
            mask = within_documents(documents)
            if targets is not None:
                targets = targets.masked_fill(tokens == self.end_of_text, IGNORED)  # their successor: another document
        hidden = self._hidden(tokens, mask)
        if targets is None:
            return self.model.lm_head(hidden)
        return summed_cross_entropy(self.model.lm_head, hidden.flatten(0, 1), targets.flatten())

    def _hidden(self, tokens: Tensor, mask: Tensor | None) -> Tensor:
        """What the head reads: (batch, length, width). The model's own forward takes no mask and ends in the logits."""
        model, length = self.model, tokens.shape[1]
        if length > model.max_seq_length:
            raise ValueError(f"sequence of {length} tokens, but the model's context is {model.max_seq_length}")
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


def learned_targets(model: nn.Module, tokens: Tensor, targets: Tensor) -> int:
    """How many targets the loss of a `NextTokenModel`, or of a bare GPT, counts."""
    learned = targets != IGNORED
    end_of_text = getattr(model, "end_of_text", None)
    return int((learned if end_of_text is None else learned & (tokens != end_of_text)).sum())


def next_token_batch(blocks: np.ndarray) -> Batch:
    """Blocks of tokens (sequences, length) with each token's successor as its target; the last has none."""
    tokens = torch.from_numpy(blocks)
    return tokens, F.pad(tokens[:, 1:], (0, 1), value=IGNORED)


def rows_of_rank(fabric: Fabric, tokens: Tensor, targets: Tensor) -> Batch:
    """This rank's rows of a global batch, equally many on all; what that takes beyond the batch has no targets."""
    missing = -len(tokens) % fabric.world_size
    if missing:
        tokens = torch.cat((tokens, tokens[:1].expand(missing, -1)))
        targets = F.pad(targets, (0, 0, 0, missing), value=IGNORED)
    mine = slice(fabric.global_rank, None, fabric.world_size)
    return tokens[mine], targets[mine]


@torch.no_grad()
def mean_loss(fabric: Fabric, model: nn.Module, blocks: np.ndarray, micro_batch: int) -> float:
    """Mean next-token loss, in nats, over blocks of tokens (sequences, length), at least one; all ranks take part."""
    model.eval()
    tokens, targets = next_token_batch(blocks)
    parts = zip(*(rows.split(micro_batch) for rows in rows_of_rank(fabric, tokens, targets)), strict=True)
    total = sum(loss_sum(fabric, model, *part).double() for part in parts)
    model.train()
    learned = max(1, learned_targets(model, tokens, targets))
    return float(fabric.all_reduce(total, reduce_op="sum")) / learned
