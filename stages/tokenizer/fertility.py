"""How finely a tokenizer cuts text: tokens per word, and what changes between two tokenizers.

A word is what stands between whitespace; in Vietnamese that is a syllable. Words are counted first and
each distinct one is encoded once, with the space before it where there is one. A span is a stretch of words with
single spaces between them: a superword lies within a span, never within a word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokenizers import Tokenizer

from stages.tokenizer.encoding import batches, encode

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
    words = sum(len(span.split()) * count for span, count in spans.items())
    tokens = sum(
        len(encoding.ids) * count for encoding, count in zip(encode(spans, tokenizer), spans.values(), strict=True)
    )
    pretokens = sum(len(_split(span, tokenizer)) * count for span, count in spans.items())
    size = sum(len(span.encode()) * count for span, count in spans.items())
    return Fertility(words, tokens / max(words, 1), pretokens / max(words, 1), size / max(tokens, 1))


def share_changed(spans: Mapping[str, int], before: Tokenizer, after: Tokenizer) -> float:
    """The share of the tokens `before` that `after` does not make at the same place of counted spans or words."""
    total = changed = 0
    for batch in batches(spans):
        encoded = (tokenizer.encode_batch(batch, add_special_tokens=False) for tokenizer in (before, after))
        for span, old, new in zip(batch, *encoded, strict=True):
            kept = Counter(zip(old.ids, old.offsets, strict=True)) & Counter(zip(new.ids, new.offsets, strict=True))
            total += spans[span] * len(old.ids)
            changed += spans[span] * (len(old.ids) - kept.total())
    return changed / max(total, 1)


def changed(texts: Iterable[str], before: Tokenizer, after: Tokenizer) -> list[str]:
    """The texts that the two tokenizers encode differently."""
    found = []
    for batch in batches(texts):
        encoded = (tokenizer.encode_batch_fast(batch, add_special_tokens=False) for tokenizer in (before, after))
        found += [text for text, old, new in zip(batch, *encoded, strict=True) if old.ids != new.ids]
    return found


def not_restored(texts: Iterable[str], tokenizer: Tokenizer) -> list[str]:
    """The texts that do not come back from encoding and decoding as they were."""
    found = []
    for batch in batches(texts):
        ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
        decoded = tokenizer.decode_batch(ids, skip_special_tokens=False)
        found += [text for text, restored in zip(batch, decoded, strict=True) if text != restored]
    return found


def _split(word: str, tokenizer: Tokenizer) -> list[str]:
    normalised = tokenizer.normalizer.normalize_str(word) if tokenizer.normalizer else word
    return [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalised)]
