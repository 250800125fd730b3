"""First values of the rows of new tokens: one pure function a method, and the registry of all.

A method takes the base's rows (entries, width) and what is known of the new tokens; it gives their rows
(tokens, width) in the precision of the base's. Sums are in float32. The rows are those of the embedding
or, where the head is not tied to it, those of the head.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_REACHED = 1e-4  # the share of a vector that is left to rounding errors in float32

Mixture = Mapping[int, float]  # base id -> weight; the weights add up to 1, or there are none


@dataclass(frozen=True)
class Donor:
    """Rows of another model, re-expressed on our vocabulary, which a row of ours is transplanted from.

    `base_rows` (entries, donor width) stand for the base's tokens and `new_rows` (tokens, donor width) for the new
    ones. `known` holds the base ids whose row in `base_rows` means something, `new_known` marks such new tokens.
    `atoms` is how many base tokens a new one is put together from.
    """

    base_rows: Tensor
    known: Tensor
    new_rows: Tensor
    new_known: Tensor
    atoms: int


@dataclass(frozen=True)
class NewTokens:
    """What the methods know of the new tokens. Each sequence has one entry a token, in the order of ids.

    `pieces`: the base ids of the same bytes. `is_byte`: whether it is a byte that the base lacks; its pieces are all
    of the base's single bytes then. The others are read by one method each and may be left out: `piece_ratio`,
    the weight of a piece over that of the piece before it; `equivalents`, English words as base ids, of
    `equivalent_weight` in all; `neighbours`; `donor`. A token without them is initialised by `mean`.
    """

    pieces: Sequence[Sequence[int]]
    is_byte: Sequence[bool]
    seed: int
    piece_ratio: float = 1.0
    equivalents: Sequence[Mixture] = ()
    equivalent_weight: float = 0.0
    neighbours: Sequence[Mixture] = ()
    donor: Donor | None = None


Initialisation = Callable[[Tensor, NewTokens], Tensor]


def first_values(rows: Tensor, tokens: NewTokens, method: str, base_norm: bool) -> Tensor:
    """The new rows by a method of the registry; a byte that the base lacks gets the mean of the byte rows by each.

    With `base_norm` each new row is given the mean norm of the base's rows; its direction stays.
    """
    is_byte = torch.tensor(list(tokens.is_byte), dtype=torch.bool)
    made = torch.where(is_byte[:, None], mean(rows, tokens), INITIALISATIONS[method](rows, tokens))
    if base_norm:
        norm = rows.float().norm(dim=1).mean()
        made = (torch.nn.functional.normalize(made.float(), dim=1) * norm).to(rows.dtype)
    return made


def fallbacks(tokens: NewTokens, method: str) -> int:
    """How many new tokens the method knows nothing of, so that they got the mean of their pieces (bytes aside)."""
    match method:
        case "translation":
            known = [bool(mixture) for mixture in tokens.equivalents]
        case "neighbours":
            known = [bool(mixture) for mixture in tokens.neighbours]
        case "transplant":
            known = tokens.donor.new_known.tolist()
        case _:
            return 0
    return sum(not (knows or byte) for knows, byte in zip(known, tokens.is_byte, strict=True))


def mean(rows: Tensor, tokens: NewTokens) -> Tensor:
    """The mean of the rows of a token's pieces, vector by vector (Kim et al. 2024, arXiv 2402.14714, EEVE).

    >>> mean(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), NewTokens(pieces=[[0, 1]], is_byte=[False], seed=0))
    tensor([[2., 4.]])
    """
    return _means(rows, tokens.pieces).to(rows.dtype)


def first_piece(rows: Tensor, tokens: NewTokens) -> Tensor:
    """The row of the first piece: the output rule of EEVE, since that piece is what the head used to predict there."""
    return rows[[ids[0] for ids in tokens.pieces]].clone()


def weighted(rows: Tensor, tokens: NewTokens) -> Tensor:
    """The mean with weights by position, so that `ác` and `cá`, made of the same pieces, start apart.

    Piece i, counted from 0, weighs `piece_ratio`**i: above 1 the last piece weighs most, below 1 the first.
    """
    weights = [[tokens.piece_ratio**place for place in range(len(ids))] for ids in tokens.pieces]
    return _averages(rows, tokens.pieces, weights).to(rows.dtype)


def translation(rows: Tensor, tokens: NewTokens) -> Tensor:
    """The mean of the pieces, mixed with the rows of English equivalents where a dictionary knows some."""
    made = _means(rows, tokens.pieces)
    known = _known(tokens.equivalents)
    share = tokens.equivalent_weight
    made[known] = (1 - share) * made[known] + share * _mixed(rows, tokens.equivalents, known)
    return made.to(rows.dtype)


def neighbours(rows: Tensor, tokens: NewTokens) -> Tensor:
    """Weighted means of the rows of the base tokens that stand nearest in a space of static vectors.

    Minixhofer et al. 2022 (arXiv 2112.06598, WECHSEL) and Dobler & de Melo 2023 (arXiv 2305.14481, FOCUS).
    """
    made = mean(rows, tokens)
    known = _known(tokens.neighbours)
    made[known] = _mixed(rows, tokens.neighbours, known).to(rows.dtype)
    return made


def transplant(rows: Tensor, tokens: NewTokens) -> Tensor:
    """What orthogonal matching pursuit finds in a donor's space, done with the base's rows.

    The donor's row of a new token is approximated by `atoms` of the donor's rows of base tokens; the coefficients
    are applied to the base's own rows of those tokens (Goddard & Fernandes Neto 2025, arXiv 2506.06607).
    The pursuit is mergekit's function, not its command mergekit-tokensurgeon: the command reads and writes whole
    models, copies the special ids of the donor's config into ours, and pairs tokens by their strings only, so a
    donor would first have to be written to disk with our tokenizer. The sums are the same where the pursuit needs
    all its atoms.
    """
    from mergekit.tokensurgeon.omp import batch_omp

    donor = tokens.donor
    made = mean(rows, tokens)
    candidates, ours = donor.base_rows[donor.known].float(), rows[donor.known].float()
    atoms = min(donor.atoms, *candidates.shape)
    for batch in donor.new_known.nonzero().flatten().split(512):  # the command's own batch; bounds memory
        targets = donor.new_rows[batch].float()
        chosen, _ = batch_omp(targets, candidates, atoms)
        made[batch] = torch.einsum("tk,tkw->tw", _coefficients(candidates[chosen], targets), ours[chosen]).to(
            rows.dtype
        )
    return made


def _coefficients(atoms: Tensor, targets: Tensor) -> Tensor:
    """The least-squares coefficients of atoms (tokens, atoms, width) for targets (tokens, width), (tokens, atoms).

    Only the first atoms count, until they reach the target: a new token may be the mean of two base tokens' rows
    exactly. What the pursuit chooses after that depends on those before it, and its own coefficients for the two
    grow to 10^7 and cancel out in the donor's space only.
    """
    q, r = torch.linalg.qr(atoms.double().mT)
    along = torch.einsum("twk,tw->tk", q, targets.double())
    before = targets.double().square().sum(dim=1, keepdim=True) - along.square().cumsum(dim=1) + along.square()
    left = before.clamp(min=0).sqrt() > _REACHED * targets.norm(dim=1, keepdim=True)
    independent = r.diagonal(dim1=1, dim2=2).abs() > _REACHED * atoms.norm(dim=2)
    counts = (left & independent).cumprod(dim=1).double()
    triangle = r * counts[:, :, None] * counts[:, None, :] + torch.diag_embed(1 - counts)
    return torch.linalg.solve_triangular(triangle, (along * counts)[..., None], upper=True)[..., 0].float()


def random(rows: Tensor, tokens: NewTokens) -> Tensor:
    """Normal values with the mean and standard deviation that the base's rows have in each dimension."""
    base = rows.float()
    generator = torch.Generator().manual_seed(tokens.seed)
    noise = torch.randn(len(tokens.pieces), rows.shape[1], generator=generator)
    return (base.mean(dim=0) + noise * base.std(dim=0)).to(rows.dtype)


def mean_resizing(rows: Tensor, tokens: NewTokens) -> Tensor:
    """What transformers does by itself: `resize_token_embeddings(mean_resizing=True)` on a model with these rows.

    It samples around the mean of all rows with 1e-9 of their covariance, so that the new rows hardly differ.
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    entries, width = rows.shape
    config = LlamaConfig(
        vocab_size=entries,
        hidden_size=width,
        intermediate_size=1,
        num_hidden_layers=0,
        num_attention_heads=1,
        tie_word_embeddings=True,
        torch_dtype=rows.dtype,
    )
    with torch.random.fork_rng(devices=[]):  # transformers draws from the global state
        torch.manual_seed(tokens.seed)
        model = LlamaForCausalLM(config).to(rows.dtype)
        model.model.embed_tokens.weight.data.copy_(rows)
        model.resize_token_embeddings(entries + len(tokens.pieces), mean_resizing=True)
    return model.model.embed_tokens.weight.detach()[entries:].clone()


INITIALISATIONS: dict[str, Initialisation] = {
    "mean": mean,
    "first_piece": first_piece,
    "weighted": weighted,
    "translation": translation,
    "neighbours": neighbours,
    "transplant": transplant,
    "random": random,
    "mean_resizing": mean_resizing,
}


def _means(rows: Tensor, pieces: Sequence[Sequence[int]]) -> Tensor:
    """Means of rows in float32; by the order of ids, so that the same pieces in another order give the same bits."""
    return _averages(rows, [sorted(ids) for ids in pieces], [[1.0] * len(ids) for ids in pieces])


def _known(mixtures: Sequence[Mixture]) -> list[int]:
    return [number for number, mixture in enumerate(mixtures) if mixture]


def _mixed(rows: Tensor, mixtures: Sequence[Mixture], known: list[int]) -> Tensor:
    chosen = [mixtures[number] for number in known]
    return _averages(rows, [list(mixture) for mixture in chosen], [list(mixture.values()) for mixture in chosen])


def _averages(rows: Tensor, ids: Sequence[Sequence[int]], weights: Sequence[Sequence[float]]) -> Tensor:
    """Weighted means of rows, (len(ids), width) in float32."""
    flat = torch.tensor([id_ for each in ids for id_ in each], dtype=torch.long)
    flat_weights = torch.tensor([weight for each in weights for weight in each])
    owners = torch.repeat_interleave(
        torch.arange(len(ids)), torch.tensor([len(each) for each in ids], dtype=torch.long)
    )
    sums = torch.zeros(len(ids), rows.shape[1]).index_add_(0, owners, rows[flat].float() * flat_weights[:, None])
    totals = torch.zeros(len(ids)).index_add_(0, owners, flat_weights)
    return sums / totals[:, None]
