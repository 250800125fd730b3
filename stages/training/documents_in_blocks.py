"""Which document each token of a block belongs to: what attention and loss need to stop at a document's border."""

from torch import Tensor


def document_ids(tokens: Tensor, end_of_text: int) -> Tensor:
    """The number of each token's document in its row: tokens and ids (batch, length), int64, from 0 in each row.

    The end-of-text token belongs to the document that it ends, so the ids never fall, and rise by one after each end.

    >>> import torch
    >>> document_ids(torch.tensor([[7, 7, 0, 8, 0, 0, 9], [5, 5, 5, 5, 5, 5, 0]]), end_of_text=0)
    tensor([[0, 0, 0, 1, 1, 2, 3],
            [0, 0, 0, 0, 0, 0, 0]])
    """
    ends = (tokens == end_of_text).long()
    return ends.cumsum(dim=-1) - ends
