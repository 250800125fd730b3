"""Print what the syllable rules say of word lists and of English text, as Markdown.

Each folder's .txt files (plain text) and .jsonl.gz files (the key `text`) are read:

    python -m commands.syllable_report --words FOLDER --english FOLDER
"""

import argparse
import gzip
import json
import unicodedata
from collections import Counter
from pathlib import Path

from stages.cleaning.languages import accented_syllables
from stages.command import start
from stages.errors import BadInput
from stages.text.vietnamese import all_syllables, syllables

EXAMPLES = 12


def words_in(file: Path) -> Counter[str]:
    """How often each word of letters occurs in a file, in lower case."""
    try:
        if file.suffix == ".gz":
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                texts = [json.loads(line)["text"] for line in lines]
        else:
            texts = [file.read_text(encoding="utf-8")]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise BadInput(f"{file}: not readable ({error!r}). Give .txt in UTF-8, or .jsonl.gz with a key text.") from None
    found: Counter[str] = Counter()
    for text in texts:
        found.update(word for word in syllables(unicodedata.normalize("NFC", text).lower()) if word.isalpha())
    if not found:
        raise BadInput(f"{file}: no word of letters in it. Take it out of the folder.")
    return found


def files_in(folder: Path) -> list[Path]:
    """The files of a folder that can be read here, in the order of their names."""
    files = sorted([*folder.glob("*.txt"), *folder.glob("*.jsonl.gz")])
    if not files:
        raise BadInput(f"{folder}: no .txt or .jsonl.gz here. Give a folder with word lists or texts.")
    return files


def table(folder: Path, shows_possible: bool) -> list[str]:
    """Rows of a Markdown table, one a file; examples are of the possible syllables or of all others."""
    wanted = "possible" if shows_possible else "not possible"
    rows = [
        f"| file | different words | possible | with a mark | words | possible | with a mark | most often {wanted} |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    known, accented = all_syllables(), accented_syllables()
    for file in files_in(folder):
        words = words_in(file)
        figures = []
        for sizes in (dict.fromkeys(words, 1), words):
            total = sum(sizes.values())
            shares = [sum(size for word, size in sizes.items() if word in group) / total for group in (known, accented)]
            figures += [f"{total:,}", *(f"{share:.2%}" for share in shares)]
        examples = [word for word, _ in words.most_common() if (word in known) == shows_possible][:EXAMPLES]
        rows.append(f"| {file.name} | {' | '.join(figures)} | {', '.join(examples)} |")
    return rows


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--words", type=Path, metavar="FOLDER", help="Vietnamese word lists")
    arguments.add_argument("--english", type=Path, metavar="FOLDER", help="English texts")
    given = arguments.parse_args()
    if not given.words and not given.english:
        raise BadInput("no folder given. Run: python -m commands.syllable_report --words FOLDER --english FOLDER")
    print(f"{len(all_syllables()):,} possible syllables, {len(accented_syllables()):,} of them with a mark.")
    for folder, shows_possible in ((given.words, False), (given.english, True)):
        if folder:
            print("", *table(folder, shows_possible), sep="\n")


if __name__ == "__main__":
    start(main)
