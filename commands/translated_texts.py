"""Real sentences in many languages: manual pages of Debian's translators, without what they left in English.

The packages come from the machine's own package index by `apt-get download` and are only unpacked, never installed.
"""

import gzip
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from stages.errors import BadInput

# Language -> the package with its manual pages.
TRANSLATIONS = {
    "vi": "manpages-vi",
    "cs": "manpages-cs",
    "da": "manpages-da",
    "de": "manpages-de",
    "es": "manpages-es",
    "fr": "manpages-fr",
    "id": "manpages-id",
    "it": "manpages-it",
    "ja": "manpages-ja",
    "nl": "manpages-nl",
    "pl": "manpages-pl",
    "pt": "manpages-pt-br",
    "ro": "manpages-ro",
    "ru": "manpages-ru",
    "sv": "manpages-sv",
    "tr": "manpages-tr",
    "zh": "manpages-zh",
}
# Where the originals of those pages are.
ORIGINALS = ("manpages", "manpages-dev", "coreutils", "util-linux", "man-db", "procps", "grub-common", "dpkg-dev")

MIN_WORDS, MIN_LETTERS_WITHOUT_SPACES = 5, 12

_FONT = re.compile(r"\\f(?:\[\w*\]|\(..|.)|\\s[+-]?\d|\\[,/&|^%:]|\\\*\([lr]q")
_CHARACTER = {r"\-": "-", r"\e": "\\", r"\ ": " ", r"\~": " ", r"\'": "'", r"\(co": "©", r"\(aq": "'", r"\(dq": '"'}
_SENTENCE_END = re.compile(r"(?<=[.!?:;…])\s+|(?<=[。！？；])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_SYNOPSIS = re.compile(r"[<>{}\[\]=|\\@#$]")
_CODE = re.compile(r"_|\w\(\w*\)|\d{3}|/\w")
_SKIPPED = {".nf": ".fi", ".EX": ".EE", ".ig": "..", ".TS": ".TE", ".SY": ".YS"}  # examples, comments, tables
_TEXT_MACRO = re.compile(r"\.(?:B|I|BR|IR|RB|BI|IB|RI|SM)\s+(.*)")


def download(packages: Sequence[str], folder: Path) -> None:
    """Unpack distribution packages into `folder`/NAME; those that are there already stay."""
    missing = [name for name in packages if not (folder / name).is_dir()]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(["apt-get", "download", "-q", *missing], cwd=folder, check=True, capture_output=True, text=True)
        for name in missing:
            archive = next(folder.glob(f"{name}_*.deb"))
            subprocess.run(
                ["dpkg-deb", "-x", archive.name, f"{name}.part"], cwd=folder, check=True, capture_output=True
            )
            (folder / f"{name}.part").rename(folder / name)
            archive.unlink()
    except FileNotFoundError as missing_program:
        raise BadInput(
            f"{missing_program.filename} is needed to fetch manual pages; run this on a Debian system"
        ) from None
    except subprocess.CalledProcessError as failure:
        reason = str(failure.stderr).strip().splitlines()[-1:]
        raise BadInput(
            f"apt-get could not fetch {' '.join(missing)}: {''.join(reason)}; it needs a network, and `apt-get update` "
            "to have been run"
        ) from None


def translated_sentences(folder: Path, language: str) -> list[str]:
    """The different sentences of a language's manual pages, in a stable order, without what is English or code in them.

    Translators leave paragraphs, options and examples as they are: a sentence counts only if at least half of its
    words do not occur in the English page of the same name; pages whose original is not at hand are passed over.
    """
    originals = {file.name: file for name in ORIGINALS for file in _page_files(folder / name, "man*")}
    sentences: dict[str, None] = {}
    for file in _page_files(folder / TRANSLATIONS[language]):
        if file.name not in originals:
            continue
        english = _words("\n".join(paragraphs(_read(originals[file.name]))))
        for paragraph in paragraphs(_read(file)):
            for sentence in sentences_of(paragraph):
                words = _words(sentence)
                if 2 * len(words - english) >= len(words):
                    sentences[sentence] = None
    return list(sentences)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def sentences(folder: Path, language: str) -> list[str]:
    """The sentences of a language, translated or English."""
    return english_sentences(folder) if language == "en" else translated_sentences(folder, language)


def english_sentences(folder: Path) -> list[str]:
    """The different sentences of the English manual pages, in a stable order."""
    files = [file for name in ORIGINALS for file in _page_files(folder / name, "man*")]
    found = (
        sentence for file in files for paragraph in paragraphs(_read(file)) for sentence in sentences_of(paragraph)
    )
    # Tables, names and synopses are no English: the sentences that end as one, without a mark of code.
    return [sentence for sentence in dict.fromkeys(found) if sentence.endswith(".") and not _CODE.search(sentence)]


def sentences_of(paragraph: str) -> list[str]:
    """The sentences of a paragraph that have five words or more (without spaces between words: twelve letters)."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(paragraph) if is_sentence(sentence)]


def is_sentence(text: str) -> bool:
    """Whether a text is long enough to count as a sentence here, and no synopsis of a command."""
    long_enough = len(_WORD.findall(text)) >= MIN_WORDS or len(_UNSPACED.findall(text)) >= MIN_LETTERS_WITHOUT_SPACES
    return long_enough and not _SYNOPSIS.search(text)


def _page_files(folder: Path, section: str = "**/man*") -> list[Path]:
    """The manual pages of a package, in the order of their names. `man*`: only those in English."""
    files = folder.glob(f"usr/share/man/{section}/*.gz")
    return sorted(file for file in files if file.is_file() and not file.is_symlink())


def _read(file: Path) -> str:
    return gzip.decompress(file.read_bytes()).decode("utf-8", errors="replace")


def paragraphs(page: str) -> list[str]:
    """The running text of a roff page, a paragraph an item, without fonts, requests, headings and examples.

    >>> paragraphs('.SH NAME\\n\\\\fBls\\\\fP \\\\- list files\\n.PP\\nIt sorts\\n.B them\\nby name.')
    ['ls - list files', 'It sorts them by name.']
    """
    found: list[str] = []
    lines: list[str] = []
    skipped_until, is_tag = "", False
    for line in [*page.splitlines(), ".PP"]:
        if skipped_until:
            skipped_until = "" if line.startswith(skipped_until) else skipped_until
            continue
        skipped_until = next((end for start, end in _SKIPPED.items() if line.startswith(start)), "")
        macro = _TEXT_MACRO.match(line)
        is_text = bool(macro) or not line.startswith((".", "'"))
        if line.strip() and is_text:
            lines.append(macro[1].replace('"', "") if macro else line)
        if not line.strip() or not is_text or is_tag:
            found.append(_plain(" ".join(lines)))
            lines = []
        is_tag = line.startswith((".TP", ".TQ"))  # the line after these is an option's name
    return [paragraph for paragraph in found if paragraph]


def _plain(text: str) -> str:
    text = _FONT.sub("", text)
    for escape, character in _CHARACTER.items():
        text = text.replace(escape, character)
    return " ".join(text.split())
