r"""Text whose line breaks are written as `\n`, as in MADLAD-400."""

from collections.abc import Iterator

from stages.formats.account import Account
from stages.text.documents import Document


def read(documents: Iterator[Document], _: Account) -> Iterator[Document]:
    """The documents with real line breaks."""
    for document in documents:
        document.text = plain_text(document.text)
        yield document


def plain_text(text: str) -> str:
    r"""The text with real line breaks.

    >>> plain_text(r"Tin mới\nMưa lớn ở Huế.")
    'Tin mới\nMưa lớn ở Huế.'
    """
    return text.replace("\\n", "\n")
