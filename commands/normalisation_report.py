"""What the repairs of letters and signs bring back: python -m commands.normalisation_report DATA

DATA holds noise/: one text in nine forms, of which `clean_utf8_nfc` is the truth; and corpus/vi/: texts whose sentences
are joined here and are to be separated again. Printed as the tables of docs/normalisation.md; the tests on real files
hold the same figures to their limits.
"""

import argparse
import gzip
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from stages.normalisation import legacy_encodings, mojibake, pages, punctuation
from stages.text.vietnamese import all_syllables, is_syllable

TRUTH = "clean_utf8_nfc.txt.gz"
_UNDEFINED_IN_WINDOWS_1252 = b"\x81\x8d\x8f\x90\x9d"

_JOINED_SOURCES = ("news", "viwiki", "health_crawl")
_JOINED_DOCUMENTS = 400  # of each, from its beginning
_BETWEEN_SENTENCES = re.compile(r"(\S+ (\S+)[.!?]) ([^\W\d_]\S* \S+)")


@dataclass(frozen=True)
class Restored:
    """Characters of the truth: all, those that this form of the text still holds, and how many of each came back."""

    form: str
    characters: int
    recoverable: int
    recovered: int
    restored: int

    @property
    def share(self) -> float:
        """Of the recoverable characters."""
        return self.recovered / self.recoverable


def measure(folder: Path) -> list[Restored]:
    """Every form of the text below `folder`, repaired as in the stage clean but for the place of tone marks."""
    truth = _read(folder / TRUTH).decode()
    return [
        compare(form, truth, restore(_read(folder / file).decode(encoding)), is_recoverable)
        for form, file, encoding, is_recoverable in (
            ("NFD", "nfd_utf8.txt.gz", "utf-8", _always),
            ("UTF-8 read as Latin-1", "mojibake_utf8_as_latin1.txt.gz", "utf-8", _always),
            ("UTF-8 read as Windows-1252", "mojibake_utf8_as_cp1252.txt.gz", "utf-8", survives_windows_1252),
            ("TCVN 5712", "tcvn5712_bytes.txt.gz", "latin-1", _is_vietnamese),
            ("VISCII", "viscii_bytes.txt.gz", "latin-1", _is_vietnamese),
            ("Windows-1258", "cp1258_bytes.txt.gz", "latin-1", _is_in_windows_1258),
            ("HTML entities", "html_entities.html.gz", "utf-8", _always),
        )
    ]


def restore(text: str) -> str:
    """The text after the repairs of encoding and composition."""
    for repair in (pages.remove_markup, legacy_encodings.repair, mojibake.repair, pages.compose):
        text = repair(text)
    return text


def compare(form: str, truth: str, restored: str, is_recoverable: Callable[[str], bool]) -> Restored:
    """Count the characters, white space apart, that came back, line by line; raises ValueError if lines got lost."""
    true_lines, lines = _lines(truth), _lines(restored)
    if len(true_lines) != len(lines):
        raise ValueError(f"{form}: {len(lines)} lines came back of {len(true_lines)}")
    characters = recoverable = recovered = same = 0
    for true, line in zip(true_lines, lines, strict=True):
        blocks = [(0, 0, len(true))] if true == line else _matching(true, line)
        matched = {place for start, _, size in blocks for place in range(start, start + size)}
        could = [is_recoverable(character) for character in true]
        characters += len(true)
        recoverable += sum(could)
        recovered += sum(could[place] for place in matched)
        same += len(matched)
    return Restored(form, characters, recoverable, recovered, same)


@dataclass(frozen=True)
class Separated:
    """Places where a full stop and a capital were joined, and how many the repair separated again.

    After abbreviations (TP, TS, an initial) the next word mostly belongs to them: these should stay joined. `as_found`
    are places of the text itself that the repair changes.
    """

    source: str
    sentences: int
    separated: int
    abbreviations: int
    separated_abbreviations: int
    as_found: int


def measure_separation(folder: Path) -> list[Separated]:
    """Sentences of the texts below `folder`, joined one by one and repaired."""
    return [_separation(source, folder / f"{source}.jsonl.gz") for source in _JOINED_SOURCES]


def _separation(source: str, file: Path) -> Separated:
    sentences = separated = abbreviations = separated_abbreviations = as_found = 0
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [pages.compose(json.loads(line)["text"]) for line in islice(lines, _JOINED_DOCUMENTS)]
    for text in texts:
        as_found += len(punctuation.separate_sentences(text)) - len(text)
        for match in _BETWEEN_SENTENCES.finditer(text):
            before, word, after = match.groups()
            if not after[0].isupper():
                continue
            is_separated = punctuation.separate_sentences(before + after) == match[0]
            if _is_abbreviation(word):
                abbreviations += 1
                separated_abbreviations += is_separated
            else:
                sentences += 1
                separated += is_separated
    return Separated(source, sentences, separated, abbreviations, separated_abbreviations, as_found)


def _is_abbreviation(word: str) -> bool:
    letters = word.strip("()“”\"'.…")
    is_short = letters.isalpha() and len(letters) <= 2 and not is_syllable(letters)
    return letters[:1].isupper() and ("." in letters or is_short)


def survives_windows_1252(character: str) -> bool:
    """Whether none of the character's UTF-8 bytes is one of the five that Windows-1252 leaves undefined."""
    return not any(byte in _UNDEFINED_IN_WINDOWS_1252 for byte in character.encode())


def _always(character: str) -> bool:
    return True


_VIETNAMESE = frozenset("".join(all_syllables()) + "".join(all_syllables()).upper())


def _is_vietnamese(character: str) -> bool:
    return character.isascii() or character in _VIETNAMESE


def _is_in_windows_1258(character: str) -> bool:
    if character in _VIETNAMESE:
        return True
    try:
        return character.encode("cp1258").decode("cp1258") == character
    except UnicodeEncodeError:
        return False


def _matching(true: str, line: str) -> list[tuple[int, int, int]]:
    if len(true) == len(line):  # far quicker, and exact where letters were replaced
        return [(place, place, 1) for place in range(len(true)) if true[place] == line[place]]
    return [tuple(block) for block in SequenceMatcher(None, true, line, autojunk=False).get_matching_blocks()]


def _lines(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text.replace("\u00a0", " "))
    return [stripped for line in composed.split("\n") if (stripped := "".join(line.split()))]


def _read(file: Path) -> bytes:
    with gzip.open(file) as stream:
        return stream.read()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with noise and corpus/vi")
    data = parser.parse_args().data
    print("| form | characters | recoverable | of these restored | all restored |")
    print("| --- | --: | --: | --: | --: |")
    for row in measure(data / "noise"):
        print(
            f"| {row.form} | {row.characters:,} | {row.recoverable:,} | {row.share:.3%} | "
            f"{row.restored / row.characters:.3%} |"
        )
    print("\n| source | joined sentences | separated | after abbreviations | separated | separated as found |")
    print("| --- | --: | --: | --: | --: | --: |")
    for place in measure_separation(data / "corpus" / "vi"):
        print(
            f"| {place.source} | {place.sentences:,} | {place.separated / place.sentences:.1%} | "
            f"{place.abbreviations:,} | {place.separated_abbreviations:,} | {place.as_found:,} |"
        )


if __name__ == "__main__":
    main()
