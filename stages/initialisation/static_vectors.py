"""Static vectors of tokens from their neighbours in text, and the nearest base tokens of each new one.

Positive pointwise mutual information, factorised by a truncated singular value decomposition: what skip-gram
with negative sampling does implicitly (Levy & Goldberg 2014).
It gives the same vectors each time, which training by several threads does not.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import scipy.sparse
from sklearn.utils.extmath import randomized_svd
from tokenizers import Tokenizer

from stages.initialisation.methods import Mixture
from stages.tokenizer.encoding import encode

_BLOCK_TOKENS = 2_000_000  # bounds the memory of counting


def token_stream(texts: Iterable[str], tokenizer: Tokenizer, gap: int, max_tokens: int) -> Iterator[np.ndarray]:
    """The ids of the texts in blocks, -1 standing `gap` times after each text; ends after `max_tokens` ids."""
    block: list[int] = []
    left = max_tokens
    for encoding in encode(texts, tokenizer):
        ids = encoding.ids[:left]
        left -= len(ids)
        block += ids + [-1] * gap
        if len(block) >= _BLOCK_TOKENS:
            yield np.array(block)
            block = []
        if left == 0:
            break
    if block:
        yield np.array(block)


def count_neighbours(blocks: Iterable[np.ndarray], entries: int, window: int) -> scipy.sparse.csr_array:
    """How often each id stands at most `window` tokens before or after each other, (entries, entries)."""
    counts = scipy.sparse.csr_array((entries, entries), dtype=np.float64)
    for ids in blocks:
        pairs = np.concatenate([np.stack((ids[:-step], ids[step:])) for step in range(1, window + 1)], axis=1)
        pairs = pairs[:, (pairs >= 0).all(axis=0)]
        counts = counts + scipy.sparse.coo_array((np.ones(pairs.shape[1]), tuple(pairs)), counts.shape).tocsr()
    return (counts + counts.T).tocsr()


def static_vectors(
    counts: scipy.sparse.csr_array, occurrences: np.ndarray, min_count: int, dimensions: int, context_exponent: float
) -> np.ndarray:
    """Vectors of unit length, (entries, at most `dimensions`), from symmetric counts of neighbours.

    PPMI(w, c) = max(0, log(p(w, c) / (p(w) p'(c)))), p' being counts to the power `context_exponent`; the vectors are
    U S^0.5. A token that occurs fewer than `min_count` times, or has no neighbours, has a vector of zeros.
    """
    common = np.flatnonzero(occurrences >= min_count)
    counts = counts[common][:, common]
    totals = counts.sum(axis=1)
    smoothed = totals**context_exponent
    pairs = counts.tocoo()
    rows, columns = pairs.coords
    ratio = pairs.data * smoothed.sum() / (totals[rows] * smoothed[columns])
    positive = ratio > 1
    ppmi = scipy.sparse.csr_array((np.log(ratio[positive]), (rows[positive], columns[positive])), counts.shape)
    rank = min(dimensions, len(common) - 1)
    vectors = np.zeros((len(occurrences), max(rank, 0)))
    if rank > 0:
        # Not ARPACK (scipy's svds): even from a fixed start its vectors of equal singular values differ by the call.
        u, s, _ = randomized_svd(ppmi, rank, n_iter=4, random_state=0)
        made = u * np.sqrt(s)
        norms = np.linalg.norm(made, axis=1, keepdims=True)
        vectors[common] = np.divide(made, norms, out=np.zeros_like(made), where=norms > 1e-6)
    return vectors


def nearest(vectors: np.ndarray, base_size: int, neighbours: int, temperature: float) -> list[Mixture]:
    """For each new token, the base tokens nearest by cosine, weighted by softmax(cosine / temperature).

    Rows below `base_size` are base tokens. A token without a vector has no neighbours and is none.
    """
    usable = np.abs(vectors).sum(axis=1) > 0
    candidates = np.flatnonzero(usable[:base_size])
    among = vectors[candidates]
    made: list[Mixture] = []
    for id_ in range(base_size, len(vectors)):
        if not usable[id_] or not len(candidates):
            made.append({})
            continue
        cosines = among @ vectors[id_]
        best = np.argsort(-cosines, kind="stable")[:neighbours]  # equal ones: the lower ids first
        weights = np.exp((cosines[best] - cosines[best[0]]) / temperature)
        made.append(dict(zip(candidates[best].tolist(), (weights / weights.sum()).tolist(), strict=True)))
    return made
