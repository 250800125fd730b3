"""Sentence pairs of two languages as documents: several pairs each, in varied templates and both directions.

The text is one side, the counterpart the other, whichever of them is Vietnamese.
"""

import hashlib
import random
from collections.abc import Iterator

from stages.formats.account import COUNTERPART, Account
from stages.text.diacritics import strip_diacritics
from stages.text.documents import Document

MAX_PAIRS = 8  # in a document: about 300 syllables with pairs of the length of subtitles and news
# {a} is translated into {b}; a document keeps to one template, so that the next pair can be told from those before.
TEMPLATES = {
    "vi-en": (
        "{a}\n{b}",
        "{a} = {b}",
        "Tiếng Việt: {a}\nTiếng Anh: {b}",
        "Vietnamese: {a}\nEnglish: {b}",
        "Dịch sang tiếng Anh: {a}\n→ {b}",
        "Translate into English: {a}\nTranslation: {b}",
        "Câu “{a}” nói bằng tiếng Anh là “{b}”",
        "How do you say “{a}” in English? “{b}”",
    ),
    "en-vi": (
        "{a}\n{b}",
        "{a} = {b}",
        "Tiếng Anh: {a}\nTiếng Việt: {b}",
        "English: {a}\nVietnamese: {b}",
        "Dịch sang tiếng Việt: {a}\n→ {b}",
        "Translate into Vietnamese: {a}\nTranslation: {b}",
        "“{a}” trong tiếng Việt là “{b}”",
        "What does “{a}” mean in Vietnamese? “{b}”",
    ),
}


def read(documents: Iterator[Document], account: Account) -> Iterator[Document]:
    """Documents of 1 to 8 pairs that follow each other; the id of the first decides on number, template, direction.

    A pair that came already (also with its sides exchanged), that has an empty side, or of which
    neither side shows that it is Vietnamese, is dropped.
    """
    seen: set[bytes] = set()
    gathered: list[tuple[str, str]] = []
    first = None
    for document in documents:
        one, other = document.text.strip(), document.metadata.pop(COUNTERPART, "").strip()
        pair = vietnamese_first(one, other)
        key = hashlib.blake2b("\0".join(sorted((one, other))).encode(errors="surrogatepass"), digest_size=8).digest()
        if pair is None or key in seen:
            document.text = f"{one}\n{other}"
            account.drop(document, "pair_repeated" if pair else "pair_unclear" if one and other else "pair_incomplete")
            continue
        seen.add(key)
        if first is None:
            first, draw = document, random.Random(document.id)
            count = draw.randint(1, MAX_PAIRS)
        gathered.append(pair)
        if len(gathered) == count:
            yield _document(first, gathered, draw)
            first, gathered = None, []
    if first is not None:
        yield _document(first, gathered, draw)


def vietnamese_first(one: str, other: str) -> tuple[str, str] | None:
    """The two sides, the Vietnamese one first; None if that cannot be told.

    >>> vietnamese_first("I like pho.", "Tôi thích phở.")
    ('Tôi thích phở.', 'I like pho.')
    """
    if not one or not other or (marks := _marked_share(one)) == (other_marks := _marked_share(other)):
        return None
    return (one, other) if marks > other_marks else (other, one)


def _document(document: Document, pairs: list[tuple[str, str]], draw: random.Random) -> Document:
    direction = draw.choice(sorted(TEMPLATES))
    template = draw.choice(TEMPLATES[direction])
    sides = pairs if direction == "vi-en" else [(en, vi) for vi, en in pairs]
    document.text = "\n\n".join(template.format(a=a, b=b) for a, b in sides)
    document.metadata |= {"direction": direction, "pairs": len(pairs)}
    return document


def _marked_share(text: str) -> float:
    bare = strip_diacritics(text)
    return sum(a != b for a, b in zip(text, bare, strict=False)) / len(text) if len(bare) == len(text) else 1.0
