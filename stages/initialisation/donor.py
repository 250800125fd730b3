"""A donor model re-expressed on our vocabulary."""

import torch
from torch import Tensor

from stages.initialisation.methods import Donor, NewTokens, mean
from stages.tokenizer.byte_bpe import ByteBPE


def donor_on_our_vocabulary(rows: Tensor, donor: ByteBPE, base: ByteBPE, extended: ByteBPE, atoms: int) -> Donor:
    """For each of our tokens the mean of the donor's rows (donor entries, donor width) of its bytes.

    Our special tokens are unknown to it: another model's mean something else. So is a token with bytes that the
    donor lacks.
    """
    segment = donor.segmenter()

    def pieces(id_: int) -> list[int]:
        token = extended.tokens.get(id_, "")
        if id_ in extended.special_ids or not set(token) <= donor.vocabulary.keys():
            return []
        return segment(token)

    every = [pieces(id_) for id_ in range(extended.size)]
    known = [number for number, ids in enumerate(every) if ids]
    made = torch.zeros(len(every), rows.shape[1])
    made[known] = mean(rows.float(), NewTokens([every[number] for number in known], [False] * len(known), seed=0))
    is_known = torch.tensor([bool(ids) for ids in every])
    return Donor(
        base_rows=made[: base.size],
        known=is_known[: base.size].nonzero().flatten(),
        new_rows=made[base.size :],
        new_known=is_known[base.size :],
        atoms=atoms,
    )
