"""The new tokens that a dictionary knows, as mixtures of old ones."""

from collections.abc import Mapping, Sequence

from stages.initialisation.methods import Mixture
from stages.text.dictionary import in_case_of
from stages.tokenizer.byte_bpe import ByteBPE, to_bytes


def equivalents(base: ByteBPE, extended: ByteBPE, words: Mapping[str, Sequence[str]]) -> list[Mixture]:
    """For each new token that is a whole word with its leading space, the base's pieces of its English equivalents.

    Each equivalent has the same weight, and so has each piece of one. English takes the case of the word
    (`nước`, `Nước`, `NƯỚC`). Empty for a token that is no word of the dictionary.
    """
    tokenizer, symbols = base.tokenizer(), extended.symbols
    made: list[Mixture] = []
    for id_ in range(base.size, extended.size):
        text = to_bytes(symbols[id_]).decode(errors="replace")
        word = text.removeprefix(" ")
        mixture: dict[int, float] = {}
        english = words.get(word.lower(), ()) if text != word else ()
        for equivalent in english:
            pieces = tokenizer.encode(f" {in_case_of(word, equivalent)}", add_special_tokens=False).ids
            for piece in pieces:
                mixture[piece] = mixture.get(piece, 0.0) + 1 / len(pieces) / len(english)
        made.append(mixture)
    return made
