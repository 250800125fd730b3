"""Texts encoded as a stream, a batch at a time: memory is bounded however many there are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tokenizers import Encoding, Tokenizer

BATCH_CHARACTERS = 1_000_000
BATCH_TEXTS = 20_000  # an encoding of a single word takes memory, too


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in lists of about BATCH_CHARACTERS, and of BATCH_TEXTS at most."""
    batch, characters = [], 0
    for text in texts:
        batch.append(text)
        characters += len(text)
        if characters >= BATCH_CHARACTERS or len(batch) == BATCH_TEXTS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def encode(texts: Iterable[str], tokenizer: Tokenizer) -> Iterator[Encoding]:
    """Each text's tokens, without those that are put around a text and without their places in it."""
    for batch in batches(texts):
        yield from tokenizer.encode_batch_fast(batch, add_special_tokens=False)


def tokens_of_texts(texts: Iterable[str], tokenizer: Tokenizer) -> Counter[int]:
    """How often each id occurs in whole texts, with the spaces and line breaks between words."""
    counts: Counter[int] = Counter()
    for encoding in encode(texts, tokenizer):
        counts.update(encoding.ids)
    return counts


def tokens_of_words(words: Mapping[str, int], tokenizer: Tokenizer) -> Counter[int]:
    """How often each id occurs in counted words."""
    counts: Counter[int] = Counter()
    for encoding, count in zip(encode(words, tokenizer), words.values(), strict=True):
        for id_ in encoding.ids:
            counts[id_] += count
    return counts
