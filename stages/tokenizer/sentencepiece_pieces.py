"""The pieces that SentencePiece learns from a text, and a byte-level BPE's merges that make them.

Kudo and Richardson 2018, arXiv 1808.06226; its BPE model, which ranks pieces by when they were merged.
"""

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice, pairwise

from stages.tokenizer.byte_bpe import to_symbols
from stages.tokenizer.extension import Growth

_SPACE = "\u2581"  # how SentencePiece writes a space
_META_PIECES = 3  # unknown, beginning and end


def train_pieces(words: Mapping[str, int], pieces: int) -> list[str]:
    """At most `pieces` pieces of counted words, by rank, with a leading space where a word begins.

    Words are given to SentencePiece with their counts, sorted, so that memory is bounded by the distinct ones, and
    order has no influence. All begin with a space for SentencePiece, as at the beginning of a line.
    """
    from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

    counts: Counter[str] = Counter()
    for word, count in words.items():
        if _SPACE not in word:
            counts[word.strip()] += count
    characters = {
        *_SPACE,
        *"".join(counts),
    }  # each takes an entry, after all pieces; it refuses fewer entries than that
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=(f"{word}\t{count}" for word, count in sorted(counts.items())),
        input_format="tsv",
        model_writer=model,
        model_type="bpe",
        vocab_size=pieces + len(characters) + _META_PIECES,
        hard_vocab_limit=False,  # fewer if the text holds no more
        character_coverage=1.0,
        normalization_rule_name="identity",
        split_digits=True,
        num_threads=1,
        minloglevel=2,
    )
    trained = SentencePieceProcessor(model_proto=model.getvalue())
    ids = (
        id_ for id_ in range(trained.get_piece_size()) if not trained.is_control(id_) and not trained.is_unknown(id_)
    )
    return [trained.id_to_piece(id_).replace(_SPACE, " ") for id_ in islice(ids, pieces)]


def merge_pieces(growth: Growth, pieces: Iterable[str], max_made: int, min_count: int) -> None:
    """Make each piece one token, as far as its merges are permitted, until `max_made` tokens are made.

    A piece is cut as the tokenizer cuts it now; then its most frequent permitted pair is merged, and so on. Left out
    is a piece that may be no token, and a pair that stands less than `min_count` times in the training text.
    """
    bpe = growth.bpe
    for piece in pieces:
        if not growth.allows(piece.encode()):
            continue
        ids = bpe.segment([bpe.vocabulary[symbol] for symbol in to_symbols(piece.encode())])
        while len(growth.made) < max_made:
            permitted = [pair for pair in pairwise(ids) if growth.permits(pair) and growth.count(pair) >= min_count]
            if not permitted:
                break
            pair = max(permitted, key=growth.count)
            growth.merge(pair, "merge", growth.count(pair))
            ids = bpe.segment(ids)
