"""The conversations of a folder of documents, and which of them nothing may learn from."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from stages.dialogue import chatml
from stages.errors import BadInput
from stages.text.documents import Document, read_documents


def read_conversations(folder: Path) -> list[list[chatml.Message]]:
    """The conversations of one set, in the order of their ids. Raises `BadInput` for a document that is none."""
    found = {document.id: messages for document, messages in _checked(folder)}
    return [messages for _, messages in sorted(found.items())]


def held_out_count(conversations: int, share: float) -> int:
    """How many conversations of a set are held out: those that come first by their ids."""
    return max(1, round(share * conversations))


def rendered_to_learn(folder: Path, held_out: float) -> Iterator[Document]:
    """The documents of all sets below a folder with ChatML as their text, by set and id, without those held out."""
    sets: dict[str, dict[str, Document]] = defaultdict(dict)
    for document, messages in _checked(folder):
        document.text = chatml.render(messages)
        sets[document.source][document.id] = document
    for _, documents in sorted(sets.items()):
        ids = sorted(documents)
        yield from (documents[id_] for id_ in ids[held_out_count(len(ids), held_out) :])


def _checked(folder: Path) -> Iterator[tuple[Document, list[chatml.Message]]]:
    for document in read_documents(folder):
        try:
            yield document, chatml.check(document.metadata.get("messages"))
        except ValueError as error:
            raise BadInput(f"{folder}: document {document.id}: messages: {error}. Mend or remove it.") from None
