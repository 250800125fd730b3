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

    def was_dropped(self, document: Document, reason: str, value: float | None = None) -> None:
        """Count a document that ends here, and name in its metadata the reason and the value that was measured."""
        document.metadata["reason"] = reason
        if value is not None:
            document.metadata["value"] = round(value, 4)
        self._reasons.setdefault(document.source, Counter())[reason] += 1

    def refuse_empty(self, stage: str) -> None:
        """Raise `BadInput` if documents came in and none is left."""
        if not any(counts["kept"] for counts in self._documents.values()):
            self._refuse(stage, sorted(self._documents))

    def refuse_empty_source(self, stage: str) -> None:
        """Raise `BadInput` if a source's documents came in and none of them is left."""
        self._refuse(stage, [name for name, counts in sorted(self._documents.items()) if not counts["kept"]])

    def _refuse(self, stage: str, sources: list[str]) -> None:
        if not sources:
            return
        told = [
            f"source {name}: all {self._documents[name]['in']} documents dropped ("
            + ", ".join(f"{reason} {count}" for reason, count in self._reasons[name].most_common(TOP_REASONS))
            + ")"
            for name in sources
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
