"""A dictionary of Vietnamese words with English equivalents, and the new tokens that it knows."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from stages.errors import BadInput
from stages.initialisation.methods import Mixture
from stages.tokenizer.byte_bpe import ByteBPE, to_bytes

COLUMNS = ["vi", "en"]


def read_dictionary(file: Path) -> dict[str, list[str]]:
    """Vietnamese word -> English equivalents, in the order of the file: tab-separated, with the header `vi<TAB>en`.

    A word may stand on several lines. Raises `BadInput` where the file is missing or has other columns.
    """
    try:
        lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    except FileNotFoundError:
        raise BadInput(
            f"{file}: not found. extend.translation.dictionary must name a file of tab-separated vi, en."
        ) from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: not UTF-8 ({error}). Save it as UTF-8.") from None
    if not lines or lines[0] != COLUMNS:
        raise BadInput(f"{file}: line 1: columns {lines[:1]}, expected {COLUMNS}, tab-separated. Mend the header.")
    words: dict[str, list[str]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(COLUMNS) or not all(cell.strip() for cell in line):
            raise BadInput(f"{file}: line {number}: {line}, expected two cells, vi and en. Mend or remove the line.")
        word = unicodedata.normalize("NFC", line[0].strip().lower())  # as the tokens are
        words.setdefault(word, []).append(line[1].strip())
    return words


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
            pieces = tokenizer.encode(f" {_in_case_of(word, equivalent)}", add_special_tokens=False).ids
            for piece in pieces:
                mixture[piece] = mixture.get(piece, 0.0) + 1 / len(pieces) / len(english)
        made.append(mixture)
    return made


def _in_case_of(word: str, equivalent: str) -> str:
    """
    >>> _in_case_of("nước", "water"), _in_case_of("Nước", "water"), _in_case_of("NƯỚC", "water")
    ('water', 'Water', 'WATER')
    """
    if len(word) > 1 and word.isupper():
        return equivalent.upper()
    return equivalent[0].upper() + equivalent[1:] if word[0].isupper() else equivalent
