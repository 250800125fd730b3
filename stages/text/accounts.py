"""The figures of a corpus stage: documents and bytes in, kept, and dropped by reason, in all and by source."""

from collections import Counter
from typing import Any

from stages.errors import BadInput
from stages.text.documents import Document

TOP_REASONS = 5


class Accounts:
    """Counts what comes into a stage and what becomes of it."""

    def __init__(self) -> None:
        self._documents: dict[str, Counter[str]] = {}
        self._bytes: Counter[str] = Counter()
        self._reasons: dict[str, Counter[str]] = {}

    def came_in(self, document: Document) -> None:
        """Count a document on its way in."""
        self._documents.setdefault(document.source, Counter())["in"] += 1
        self._bytes["in"] += len(document.text.encode())

    def was_kept(self, document: Document) -> None:
        """Count a document that goes on, with the text that it has now."""
        self._documents[document.source]["kept"] += 1
        self._bytes["kept"] += len(document.text.encode())

    def was_dropped(self, document: Document, reason: str) -> None:
        """Count a document that ends here, and name the reason in its metadata."""
        document.metadata["reason"] = reason
        self._reasons.setdefault(document.source, Counter())[reason] += 1

    def refuse_empty(self, stage: str) -> None:
        """Raise `BadInput` if documents came in and none is left, naming the sources and the top reasons."""
        if not self._documents or any(counts["kept"] for counts in self._documents.values()):
            return
        told = [
            f"source {source}: all {counts['in']} documents dropped ("
            + ", ".join(f"{reason} {count}" for reason, count in self._reasons[source].most_common(TOP_REASONS))
            + ")"
            for source, counts in sorted(self._documents.items())
        ]
        raise BadInput(
            "; ".join(told) + f". Look at the documents, then at the limits in params.yaml under {stage}, "
            "or set max_documents of the source to 0."
        )

    def metrics(self) -> dict[str, Any]:
        """Nested counts: `documents.in`, `bytes.kept`, `dropped.<reason>`, `sources.<name>.dropped.<reason>`."""
        total: Counter[str] = sum(self._documents.values(), Counter())
        reasons: Counter[str] = sum(self._reasons.values(), Counter())
        return {
            "documents": {"in": total["in"], "kept": total["kept"], "dropped": reasons.total()},
            "bytes": {"in": self._bytes["in"], "kept": self._bytes["kept"]},
            "dropped": dict(reasons),
            "sources": {
                source: {"in": counts["in"], "kept": counts["kept"], "dropped": dict(self._reasons.get(source, {}))}
                for source, counts in self._documents.items()
            },
        }
