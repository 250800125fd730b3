"""Text that is plain already."""

from collections.abc import Iterator

from stages.formats.account import Account
from stages.text.documents import Document


def read(documents: Iterator[Document], _: Account) -> Iterator[Document]:
    """The documents as they are."""
    return documents
