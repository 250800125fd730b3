"""The ways to extend a vocabulary, behind one function."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stages.errors import BadInput
from stages.text.vietnamese import all_syllables
from stages.tokenizer import fertility
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.extension import Guard, NewToken, extend
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from stages.tokenizer.settings import Extension

Texts = Callable[[], Iterator[str]]  # a stream of texts that can be read again


@dataclass(frozen=True)
class Extended:
    """A tokenizer and what it has beyond its base, in the order of ids."""

    bpe: ByteBPE
    made: list[NewToken]


def extend_tokenizer(base: ByteBPE, vietnamese: Texts, english: Texts, settings: Extension) -> Extended:
    """Extend a tokenizer by entries for Vietnamese. The order of the texts has no influence.

    `english` is the text whose encoding has to stay (read with guard `guarded` only). Raises `BadInput` if there is
    no Vietnamese text, or if the settings leave too little room.
    """
    tokenizer = base.tokenizer()
    words = fertility.count_words(vietnamese())
    if not words:
        raise BadInput("no words in the Vietnamese training text. Add text, or see what clean has dropped.")
    guard = None
    if settings.guard == "guarded":
        pretokens = fertility.count_pretokens(fertility.count_words(english()), tokenizer)
        guard = Guard(pretokens, settings.max_guard_per_million)
    bpe, made = extend(
        base,
        fertility.count_pretokens(words, tokenizer),
        SyllablePieces(all_syllables()).allows,
        accented_letters(),
        settings.new_tokens,
        settings.min_count,
        guard,
    )
    return Extended(bpe, made)
