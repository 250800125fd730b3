"""Word-segmented text, in which the syllables of a word are joined and marks stand apart: `Chủ_tịch nói , hôm_nay .`"""

from collections.abc import Iterator

from stages.formats.account import Account
from stages.normalisation.segmentation import join_segmented
from stages.text.documents import Document


def read(documents: Iterator[Document], _: Account) -> Iterator[Document]:
    """The documents as plain text."""
    for document in documents:
        document.text = join_segmented(document.text)
        yield document
