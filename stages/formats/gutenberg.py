"""Books of Project Gutenberg: the text between its header and licence, of books in the public domain in the USA."""

import json
import re
from collections.abc import Iterator

from stages.formats.account import Account
from stages.text.documents import Document

_START = re.compile(
    r"\*\*\*\s*START OF (?:THE|THIS) PROJECT GUTENBERG E-?BOOK[^*]*\*\*\*|"
    r"\*END[* ]*THE SMALL PRINT[^\n]*\n?|<<THIS ELECTRONIC VERSION[^>]*>>",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:\*\*\*\s*|^\s*)END OF (?:THE|THIS)? ?PROJECT GUTENBERG(?:'S|’S)?\b[^\n]*"
    r"|^\s*\*+\s*This file should be named\b",
    re.IGNORECASE | re.MULTILINE,
)
_COPYRIGHTED = re.compile(r"COPYRIGHTED\s+Project\s+Gutenberg|protected\s+by\s+copyright\s+law", re.IGNORECASE)
_FREE = re.compile(
    r"for\s+the\s+use\s+of\s+anyone\s+anywhere|public\s+domain|not\s+(?:protected\s+by|under)\s+(?:U\.S\.\s+)?copyright",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:produced by|e-?text prepared by|this etext was (?:prepared|produced) by|transcribed (?:from|by)|"
    r"scanned (?:and|by)|"
    r"credits?:|transcriber[’']s notes?|note: project gutenberg|note: images of the original)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CREDIT_PARAGRAPHS = 6  # at the beginning, where such notes stand
_ILLUSTRATION = re.compile(r"\[(?:illustration|blank page|frontispiece)[^\]]*\]", re.IGNORECASE)
_RULE = re.compile(r"^[ \t]*(?:\*[ \t]*){3,}$|^[ \t]*[-_=]{5,}[ \t]*$", re.MULTILINE)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_LINE_BREAK = re.compile(r"\r\n?")
# A paragraph whose lines but the last are all about this long was wrapped by a machine; verse has shorter ones.
_MIN_WRAPPED_CHARACTERS = 45
RIGHTS, PUBLIC_DOMAIN = "usagerights", "open"  # in the data set's column `extra`, a JSON object


def read(documents: Iterator[Document], account: Account) -> Iterator[Document]:
    """The books in the public domain in the USA, by the data set's note or the header; others are dropped."""
    for document in documents:
        reason = reason_to_drop(document.text, document.metadata.pop("extra", ""))
        text = body(document.text)
        if reason or not text:
            account.drop(document, reason or "only_boilerplate")
            continue
        document.text = text
        yield document


def reason_to_drop(text: str, extra: str) -> str:
    """Why a book may not be used, empty if it may: `copyrighted`, or `licence_unknown` where nothing is said.

    >>> reason_to_drop("** This is a COPYRIGHTED Project Gutenberg eBook, Details Below **", "")
    'copyrighted'
    """
    start = _START.search(text)
    end = _END.search(text)
    around = text[: start.end()] if start else text[:3_000]
    around += text[end.start() :] if end else ""
    if _COPYRIGHTED.search(text[: start.end()] if start else text[:3_000]):
        return "copyrighted"
    try:
        noted = json.loads(extra)
    except ValueError:
        noted = None
    if isinstance(noted, dict) and RIGHTS in noted:
        return "" if noted[RIGHTS] == PUBLIC_DOMAIN else "copyrighted"
    return "" if _FREE.search(around) else "licence_unknown"


def body(text: str) -> str:
    """The book alone: no header, licence, credits and marks of illustrations; wrapped lines joined, verse as it is.

    >>> body("*** START OF THIS PROJECT GUTENBERG EBOOK X ***\\nProduced by A. B.\\n\\n"
    ...      "CHAPTER I\\n\\nIt was a dark night.\\n*** END OF THIS PROJECT GUTENBERG EBOOK X ***\\nlicence")
    'CHAPTER I\\n\\nIt was a dark night.'
    """
    text = _LINE_BREAK.sub("\n", text)
    if start := _START.search(text):
        text = text[start.end() :]
    if end := _END.search(text):
        text = text[: end.start()]
    text = _RULE.sub("", _ILLUSTRATION.sub("", text))
    paragraphs = [paragraph.strip("\n") for paragraph in _PARAGRAPHS.split(text) if paragraph.strip()]
    paragraphs = [
        paragraph
        for number, paragraph in enumerate(paragraphs)
        if number >= _CREDIT_PARAGRAPHS or not _CREDIT.match(paragraph.strip())
    ]
    return "\n\n".join(map(_unwrapped, paragraphs)).strip()


def _unwrapped(paragraph: str) -> str:
    lines = paragraph.split("\n")
    full = lines[:-1]
    if full and all(len(line.strip()) >= _MIN_WRAPPED_CHARACTERS and not line.startswith("  ") for line in full):
        return " ".join(line.strip() for line in lines)
    return paragraph
