"""Which parameters of a model learn.

EEVE (Kim et al. 2024, arXiv 2402.14714, figure 2; its stage numbers in brackets) as one table. New rows are those
of the new tokens, in the input embedding and in the head; the body is the blocks and the final norm. Added blocks are
those that the stage `extend` put between the base's (Wu et al. 2024, arXiv 2401.02415).

| learns         | new input | new output | old output | old input | body | added blocks |
| ---            | ---       | ---        | ---        | ---       | ---  | ---          |
| `new_input`    | yes       |            |            |           |      |              | [1]
| `new_output`   |           | yes        |            |           |      |              | [2]
| `new_rows`     | yes       | yes        |            |           |      |              | [3]
| `output`       |           | yes        | yes        |           |      |              | [4]
| `embeddings`   | yes       | yes        | yes        |           |      |              | [5]
| `all`          | yes       | yes        | yes        | yes       | yes  | yes          | [6]
| `blocks`       |           |            |            |           | yes  | yes          | [7]
| `added_blocks` |           |            |            |           |      | yes          |

Where the head is the embedding, a row has two ends and learns where either does: 1 to 3 are the same, and so are 4 and 5.
What does not learn takes no part in the optimizer: no gradient, no weight decay, no moments.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from litgpt.model import GPT
from torch import Tensor, nn

from stages.errors import BadInput
from stages.model.expansion import added_places

Learns = Literal["new_input", "new_output", "new_rows", "output", "embeddings", "all", "blocks", "added_blocks"]

LEARNS: dict[Learns, frozenset[str]] = {
    "new_input": frozenset({"new input"}),
    "new_output": frozenset({"new output"}),
    "new_rows": frozenset({"new input", "new output"}),
    "output": frozenset({"new output", "old output"}),
    "embeddings": frozenset({"new input", "new output", "old output"}),
    "all": frozenset({"new input", "new output", "old output", "old input", "body", "added blocks"}),
    "blocks": frozenset({"body", "added blocks"}),
    "added_blocks": frozenset({"added blocks"}),
}
# What a stage named so goes through where the head is a matrix of its own; each ends with what learns most.
UNTIED_PHASES: dict[Learns, tuple[Learns, ...]] = {
    "new_rows": ("new_input", "new_output", "new_rows"),
    "embeddings": ("output", "embeddings"),
}
ENDS = {"transformer.wte.weight": "input", "lm_head.weight": "output"}


class SplitRows(nn.Module):
    """A matrix whose first rows are frozen: the learning rows are a tensor of their own.

    So gradient and optimizer state have the size of the new rows alone.
    """

    def __init__(self, weight: Tensor, old_rows: int):
        super().__init__()
        self.register_buffer("old", weight[:old_rows].detach().clone())
        self.new = nn.Parameter(weight[old_rows:].detach().clone())

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of all tokens, old ones first, without a weight gradient for the old rows."""
        return torch.cat((F.linear(hidden, self.old), F.linear(hidden, self.new)), dim=-1)

    def parts(self) -> list[Tensor]:
        """The matrices whose scores stand one beside the other in `logits`."""
        return [self.old, self.new]

    def joined(self) -> nn.Parameter:
        return nn.Parameter(torch.cat((self.old, self.new.detach())))


class SplitEmbedding(SplitRows):
    """An input embedding, or a tied one, of which the new rows learn."""

    def forward(self, tokens: Tensor) -> Tensor:
        """Rows of `tokens` (batch, length) -> (batch, length, width)."""
        place = tokens - len(self.old)
        old = F.embedding(tokens.clamp(max=len(self.old) - 1), self.old)
        return torch.where((place >= 0).unsqueeze(-1), F.embedding(place.clamp(min=0), self.new), old)


class SplitHead(SplitRows):
    """A head with a matrix of its own, of which the new rows learn."""

    def forward(self, hidden: Tensor) -> Tensor:
        return self.logits(hidden)


class TiedSplitHead(nn.Module):
    """The head of a tied `SplitEmbedding`; holds no tensor itself."""

    def __init__(self, embedding: SplitEmbedding):
        super().__init__()
        self._embedding = (embedding,)  # in a tuple, so that it is not registered a second time

    def forward(self, hidden: Tensor) -> Tensor:
        return self._embedding[0].logits(hidden)

    def parts(self) -> list[Tensor]:
        return self._embedding[0].parts()


def phases(model: GPT, learns: Learns) -> tuple[Learns, ...]:
    """What learns one after the other in a stage of which params.yaml says that `learns` does."""
    return (learns,) if is_tied(model) else UNTIED_PHASES.get(learns, (learns,))


def freeze(model: GPT, learns: Learns, old_rows: int, old_blocks: int | None = None) -> None:
    """Let only the chosen parameters of `model` learn. `old_rows` is the size of the base's vocabulary.

    `old_blocks` is the number of the base's blocks, None if as many. Raises `BadInput` where nothing would learn.
    """
    learning, tied = learning_rows(model, learns, old_rows, old_blocks), is_tied(model)
    if not any(learning.values()):
        raise BadInput(
            f"learns: {learns}: the model has {model.config.padded_vocab_size} rows, the base {old_rows}; "
            f"{model.config.n_layer} blocks, the base {old_blocks or model.config.n_layer}: none is new. "
            "Give this stage tokens: 0, or extend the base."
        )
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(learning[name] == len(parameter))
    embedding, head = model.transformer.wte.weight, model.lm_head.weight
    if 0 < learning["transformer.wte.weight"] < len(embedding):
        model.transformer.wte = SplitEmbedding(embedding, old_rows)
    if 0 < learning["lm_head.weight"] < len(head):
        model.lm_head = TiedSplitHead(model.transformer.wte) if tied else SplitHead(head, old_rows)


def unfreeze(model: GPT) -> None:
    """Bring a model from `freeze` back into LitGPT's layout, everything free to learn."""
    embedding, head = model.transformer.wte, model.lm_head
    with torch.device("meta"):  # no memory for weights that are replaced at once
        if isinstance(embedding, SplitRows):
            model.transformer.wte = nn.Embedding(model.config.padded_vocab_size, model.config.n_embd)
        if isinstance(head, SplitRows | TiedSplitHead):
            model.lm_head = nn.Linear(model.config.n_embd, model.config.padded_vocab_size, bias=False)
    if isinstance(embedding, SplitRows):
        model.transformer.wte.weight = embedding.joined()
    if isinstance(head, SplitRows):
        model.lm_head.weight = head.joined()
    if isinstance(head, TiedSplitHead):
        model.lm_head.weight = model.transformer.wte.weight
    model.requires_grad_(True)


def check_frozen(before: GPT, after: GPT, learns: Learns, old_rows: int, old_blocks: int | None = None) -> None:
    """Raise `RuntimeError` unless all that does not learn has in `after` the very bits that it had in `before`.

    Both are in LitGPT's layout. `before` is compared in the precision of `after`.
    """
    learning = learning_rows(after, learns, old_rows, old_blocks)
    origin = dict(before.named_parameters())
    moved = [
        name
        for name, parameter in after.named_parameters()
        if not _same_bits(origin[name], parameter, rows=len(parameter) - learning[name])
    ]
    if moved:
        raise RuntimeError(f"learns: {learns}: what is frozen moved in {', '.join(moved)}. Nothing was written.")


def learning_rows(model: GPT, learns: Learns, old_rows: int, old_blocks: int | None = None) -> dict[str, int]:
    """How many rows of each parameter learn, always its last ones: none, those of new tokens, or all."""
    parts, rows = LEARNS[learns], model.config.padded_vocab_size
    added = added_places(old_blocks or model.config.n_layer, model.config.n_layer)
    counts = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        if name in ENDS:
            ends = ENDS.values() if is_tied(model) else [ENDS[name]]
            new = max(0, rows - old_rows) if any(f"new {end}" in parts for end in ends) else 0
            counts[name] = rows if any(f"old {end}" in parts for end in ends) else new
        else:
            of_added = name.startswith(tuple(f"transformer.h.{place}." for place in added))
            counts[name] = len(parameter) if ("added blocks" if of_added else "body") in parts else 0
    return counts


def is_tied(model: GPT) -> bool:
    """Whether the head of a model in LitGPT's layout is its embedding."""
    return model.lm_head.weight is model.transformer.wte.weight


def _same_bits(before: Tensor, after: Tensor, rows: int) -> bool:
    one, other = before[:rows].detach().to(after.device, after.dtype), after[:rows].detach()
    return torch.equal(one.contiguous().view(torch.uint8), other.contiguous().view(torch.uint8))
