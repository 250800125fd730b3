"""Tokenizers side by side on the same texts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokenizers import Tokenizer

from stages.tokenizer.display import TokenTexts
from stages.tokenizer.encoding import batches
from stages.tokenizer.fertility import count_words


@dataclass
class Cost:
    """What texts cost in tokens. `words_cut_otherwise` compares with the first tokenizer, in the same words."""

    texts: int = 0
    words: int = 0
    bytes: int = 0
    tokens: int = 0
    texts_not_restored: int = 0
    words_cut_otherwise: int = 0

    @property
    def tokens_per_word(self) -> float:
        return self.tokens / max(self.words, 1)

    @property
    def bytes_per_token(self) -> float:
        return self.bytes / max(self.tokens, 1)


def compare(tokenizers: Mapping[str, Tokenizer], texts: Iterable[str]) -> dict[str, Cost]:
    """The cost of the texts with each tokenizer. Texts are encoded whole, read once and as a stream."""
    costs = {name: Cost() for name in tokenizers}
    words: Counter[str] = Counter()
    for batch in batches(texts):
        found = count_words(batch)
        words.update(found)
        for name, tokenizer in tokenizers.items():
            encoded = [each.ids for each in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]
            restored = tokenizer.decode_batch(encoded, skip_special_tokens=False)
            cost = costs[name]
            cost.texts += len(batch)
            cost.words += found.total()
            cost.bytes += sum(len(text.encode()) for text in batch)
            cost.tokens += sum(map(len, encoded))
            cost.texts_not_restored += sum(text != again for text, again in zip(batch, restored, strict=True))
    _compare_words(tokenizers, words, costs)
    return costs


def _compare_words(tokenizers: Mapping[str, Tokenizer], words: Mapping[str, int], costs: Mapping[str, Cost]) -> None:
    """Pieces are compared by their bytes: ids and symbols of two tokenizers mean different things."""
    bytes_of = {name: TokenTexts(tokenizer).bytes_of for name, tokenizer in tokenizers.items()}
    for batch in batches(words):
        first: list[tuple[bytes, ...]] = []
        for name, tokenizer in tokenizers.items():
            encoded = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            cut = [tuple(map(bytes_of[name], encoding.ids)) for encoding in encoded]
            first = first or cut
            costs[name].words_cut_otherwise += sum(
                words[word] for word, old, new in zip(batch, first, cut, strict=True) if old != new
            )
