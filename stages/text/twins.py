"""Documents in both languages, made of two that tell the same: the `twin` of one is the `key` of the other."""

from collections.abc import Iterable, Iterator

from stages.text.documents import Document, document_id, number_of


def joined_twins(source: str, vietnamese: Iterable[Document], english: Iterable[Document]) -> Iterator[Document]:
    """One document of `source` for each pair of twins, in the order of the English ones.

    Its id decides which language comes first, as often the one as the other. The Vietnamese twins are held in memory.
    """
    waiting = {document.metadata["key"]: document for document in vietnamese if document.metadata.get("twin")}
    for document in english:
        twin = waiting.pop(document.metadata.get("twin"), None)
        if twin is None or twin.metadata["twin"] != document.metadata["key"]:
            continue
        id_ = document_id(source, f"{twin.id} {document.id}")
        sides = [twin, document] if number_of(id_) % 2 else [document, twin]
        licence = " AND ".join(dict.fromkeys(side.licence for side in sides))
        yield Document(id_, "\n\n".join(side.text for side in sides), source, licence=licence)
