"""What pruning costs: how much longer texts become in tokens, and how many stay as they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokenizers import Tokenizer

from stages.tokenizer.encoding import batches


@dataclass
class Price:
    """What pruning costs on some documents."""

    documents: int = 0
    identical: int = 0  # documents whose tokens are the same as before
    tokens_before: int = 0
    tokens: int = 0

    @property
    def identical_share(self) -> float:
        return self.identical / max(self.documents, 1)

    @property
    def length_change(self) -> float:
        """How much longer the same text is in tokens: 0.01 is 1 %."""
        return self.tokens / max(self.tokens_before, 1) - 1


def price(texts: Iterable[str], before: Tokenizer, after: Tokenizer, new_id: Mapping[int, int]) -> Price:
    """Encode documents with both tokenizers and compare. Raises RuntimeError if a text whose tokens were all kept
    does not have exactly their new ids, which cannot happen."""
    found = Price()
    for batch in batches(texts):
        encoded = (tokenizer.encode_batch_fast(batch, add_special_tokens=False) for tokenizer in (before, after))
        for old, new in zip(*encoded, strict=True):
            expected = [new_id.get(id_) for id_ in old.ids]
            if None not in expected and expected != new.ids:
                raise RuntimeError("a text that needs only kept tokens is encoded in another way")
            found.documents += 1
            found.identical += expected == new.ids
            found.tokens_before += len(old.ids)
            found.tokens += len(new.ids)
    return found
