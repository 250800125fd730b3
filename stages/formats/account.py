"""What a source and its reader tell `stages.fetch` beside the documents."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from stages.text.documents import Document

COUNTERPART = "counterpart"  # in a raw document's metadata: the text on the other side, which its reader joins


@dataclass
class Account:
    """Kept while documents are read. `data_date`: of the newest commit that wrote what was read, ISO 8601 or empty.

    `dropped` counts by reason; a record that has no text is only counted there.
    """

    dropped: Counter[str] = field(default_factory=Counter)
    data_date: str = ""
    keep_dropped: Callable[[Document], None] | None = None

    def drop(self, document: Document, reason: str, value: float | str | None = None) -> None:
        """Count a document that ends here; its metadata name the reason and the value that was out of bounds."""
        self.dropped[reason] += 1
        document.metadata |= {"reason": reason} | ({} if value is None else {"value": value})
        if self.keep_dropped:
            self.keep_dropped(document)
