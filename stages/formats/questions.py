"""A question and its answer as one document; the answer is the counterpart."""

import zlib
from collections.abc import Iterator

from stages.formats.account import COUNTERPART, Account
from stages.text.documents import Document

FORMS = ("{question}\n\n{answer}", "Question: {question}\n\nAnswer: {answer}", "Q: {question}\nA: {answer}")


def read(documents: Iterator[Document], account: Account) -> Iterator[Document]:
    """Each question with its answer, in one of a few forms that its id decides."""
    for document in documents:
        answer = document.metadata.pop(COUNTERPART, "").strip()
        if not document.text.strip() or not answer:
            reason = "no_answer" if document.text.strip() else "no_question"
            document.text = document.text.strip() or answer
            account.drop(document, reason)
            continue
        document.text = joined(document.text.strip(), answer, document.id)
        yield document


def joined(question: str, answer: str, identity: str) -> str:
    """Question and answer in the form that `identity` decides.

    >>> joined("What is 2 + 3?", "5", "a")
    'What is 2 + 3?\\n\\n5'
    """
    form = FORMS[zlib.crc32(identity.encode()) % len(FORMS)]
    return form.format(question=question, answer=answer)
