"""A dictionary of Vietnamese words with English equivalents."""

import csv
import unicodedata
from pathlib import Path

from stages.errors import BadInput

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


def in_case_of(word: str, equivalent: str) -> str:
    """The equivalent in the case of the word that it stands for.

    >>> in_case_of("nước", "water"), in_case_of("Nước", "water"), in_case_of("NƯỚC", "water")
    ('water', 'Water', 'WATER')
    """
    if len(word) > 1 and word.isupper():
        return equivalent.upper()
    return equivalent[0].upper() + equivalent[1:] if word[0].isupper() else equivalent
