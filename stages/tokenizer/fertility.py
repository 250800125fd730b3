"""How finely a tokenizer cuts text: tokens per word, and what changes between two tokenizers.

A word is what stands between whitespace; in Vietnamese that is a syllable. Words are counted first and
each distinct one is encoded once, with the space before it where there is one. A span is a stretch of words with
single spaces between them: a superword lies within a span, never within a word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from tokenizers import Tokenizer

_WORD = re.compile(r" ?\S+")
_SPAN = re.compile(r" ?\S+(?: \S+)*")
_WORD_WITH_DIGIT = re.compile(r" ?\S*\d\S*")


@dataclass(frozen=True)
class Fertility:
    """Tokens of some words. `floor` is the pre-tokens per word: no merge crosses those, so none does better."""

    words: int
    tokens_per_word: float
    floor: float
    bytes_per_token: float


def count_words(texts: Iterable[str]) -> Counter[str]:
    """The words of the texts, each with its leading space, and how often they occur.

    >>> count_words(["một, hai", "một hai"])
    Counter({' hai': 2, 'một,': 1, 'một': 1})
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_WORD.findall(text))
    return counts


def count_spans(texts: Iterable[str]) -> Counter[str]:
    """The spans of the texts and how often they occur.

    >>> count_spans(["một, hai\\nba  bốn"])
    Counter({'một, hai': 1, 'ba': 1, ' bốn': 1})
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_SPAN.findall(text))
    return counts


def without_digits(spans: Mapping[str, int]) -> Counter[str]:
    """What is left of spans without the words that hold a digit; digits are one token each, which would hide the rest.

    >>> without_digits({"năm 2024 là năm nhuận": 1})
    Counter({'năm': 1, ' là năm nhuận': 1})
    """
    counts: Counter[str] = Counter()
    for span, count in spans.items():
        for part in _WORD_WITH_DIGIT.split(span):
            if part:
                counts[part] += count
    return counts


def count_pretokens(words: Mapping[str, int], tokenizer: Tokenizer) -> Counter[str]:
    """The pieces that the tokenizer splits words into before it merges, in symbols, with their counts."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for piece in _split(word, tokenizer):
            counts[piece] += count
    return counts


def measure(spans: Mapping[str, int], tokenizer: Tokenizer) -> Fertility:
    """Fertility on counted spans or words; zeros for none."""
    encodings = tokenizer.encode_batch_fast(list(spans), add_special_tokens=False)
    words = sum(len(span.split()) * count for span, count in spans.items())
    tokens = sum(len(encoding.ids) * count for encoding, count in zip(encodings, spans.values(), strict=True))
    pretokens = sum(len(_split(span, tokenizer)) * count for span, count in spans.items())
    size = sum(len(span.encode()) * count for span, count in spans.items())
    return Fertility(words, tokens / max(words, 1), pretokens / max(words, 1), size / max(tokens, 1))


def share_changed(spans: Mapping[str, int], before: Tokenizer, after: Tokenizer) -> float:
    """The share of the tokens `before` that `after` does not make at the same place of counted spans or words."""
    total = changed = 0
    encoded = (tokenizer.encode_batch(list(spans), add_special_tokens=False) for tokenizer in (before, after))
    for old, new, count in zip(*encoded, spans.values(), strict=True):
        kept = Counter(zip(old.ids, old.offsets, strict=True)) & Counter(zip(new.ids, new.offsets, strict=True))
        total += count * len(old.ids)
        changed += count * (len(old.ids) - kept.total())
    return changed / max(total, 1)


def token_counts(words: Mapping[str, int], tokenizer: Tokenizer) -> Counter[int]:
    """How often each id occurs in counted words."""
    counts: Counter[int] = Counter()
    encodings = tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
    for encoding, count in zip(encodings, words.values(), strict=True):
        for id_ in encoding.ids:
            counts[id_] += count
    return counts


def tokens_of_texts(texts: Iterable[str], tokenizer: Tokenizer) -> Counter[int]:
    """How often each id occurs in texts, read as a stream."""
    counts: Counter[int] = Counter()
    for batch in _batches(texts, 256):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def changed(texts: Iterable[str], before: Tokenizer, after: Tokenizer) -> list[str]:
    """The texts that the two tokenizers encode differently."""
    texts = list(texts)
    encoded = (tokenizer.encode_batch(texts, add_special_tokens=False) for tokenizer in (before, after))
    return [text for text, old, new in zip(texts, *encoded, strict=True) if old.ids != new.ids]


def not_restored(texts: Iterable[str], tokenizer: Tokenizer) -> list[str]:
    """The texts that do not come back from encoding and decoding as they were."""
    texts = list(texts)
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    decoded = tokenizer.decode_batch([encoding.ids for encoding in encoded], skip_special_tokens=False)
    return [text for text, restored in zip(texts, decoded, strict=True) if text != restored]


def _split(word: str, tokenizer: Tokenizer) -> list[str]:
    normalised = tokenizer.normalizer.normalize_str(word) if tokenizer.normalizer else word
    return [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalised)]


def _batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    texts = iter(texts)
    while batch := list(islice(texts, size)):
        yield batch
