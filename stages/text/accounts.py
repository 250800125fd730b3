"""The figures of a corpus stage: documents, bytes, syllables in, kept, dropped by reason, in all and by source."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from stages.errors import BadInput
from stages.text.documents import Document

TOP_REASONS = 5
MEASURES = ("documents", "bytes", "syllables")


class Accounts:
    """Counts what comes into a stage and what becomes of it. Syllables are what stands between spaces."""

    def __init__(self) -> None:
        # Source -> fate (`in`, `kept`, or the reason for which it was dropped) -> measure -> sum.
        self._counts: dict[str, dict[str, Counter[str]]] = {}

    def came_in(self, document: Document) -> None:
        """Count a document on its way in."""
        self._add(document, "in")

    def was_kept(self, document: Document) -> None:
        """Count a document that goes on, with the text that it has now."""
        self._add(document, "kept")

    def was_dropped(self, document: Document, reason: str, value: float | str | None = None) -> None:
        """Count a document that ends here; its metadata name the reason and the value that was out of bounds."""
        document.metadata["reason"] = reason
        if value is not None:
            document.metadata["value"] = round(value, 4) if isinstance(value, float) else value
        self._add(document, f"dropped {reason}")

    def as_json(self) -> dict[str, Any]:
        """All counts, to be given to `merged`."""
        return self._counts

    @classmethod
    def merged(cls, parts: Iterable[dict[str, Any]]) -> "Accounts":
        """The accounts of several parts of a corpus as one."""
        whole = cls()
        for part in parts:
            for source, fates in part.items():
                for fate, counts in fates.items():
                    whole._counter(source, fate).update(counts)
        return whole

    def refuse_empty(self, stage: str) -> None:
        """Raise `BadInput` if documents came in and none is left."""
        if not any("kept" in fates for fates in self._counts.values()):
            self._refuse(stage, sorted(self._counts))

    def refuse_empty_source(self, stage: str) -> None:
        """Raise `BadInput` if a source's documents came in and none of them is left."""
        self._refuse(stage, [name for name, fates in sorted(self._counts.items()) if "kept" not in fates])

    def metrics(self) -> dict[str, Any]:
        """Nested counts, in all and in the same words below `sources.<name>`.

        `documents.in`, `.kept`, `.dropped`, also of `bytes` and `syllables`; by reason `dropped.<reason>` (documents),
        `dropped_bytes.<reason>` and `dropped_syllables.<reason>`. What repairs took away is the rest of `in`. A source
        has its documents as `in` and `kept`.
        """
        total: dict[str, Counter[str]] = {}
        for fates in self._counts.values():
            for fate, counts in fates.items():
                total.setdefault(fate, Counter()).update(counts)
        sources = {}
        for source, fates in self._counts.items():
            nested = _nested(fates)
            documents = nested.pop("documents")
            sources[source] = {"in": documents["in"], "kept": documents["kept"]} | nested
        return _nested(total) | {"sources": sources}

    def _add(self, document: Document, fate: str) -> None:
        text = document.text
        self._counter(document.source, fate).update(documents=1, bytes=len(text.encode()), syllables=len(text.split()))

    def _counter(self, source: str, fate: str) -> Counter[str]:
        return self._counts.setdefault(source, {}).setdefault(fate, Counter())

    def _refuse(self, stage: str, sources: list[str]) -> None:
        if not sources:
            return
        told = []
        for name in sources:
            dropped = Counter({reason: counts["documents"] for reason, counts in _dropped(self._counts[name]).items()})
            reasons = ", ".join(f"{reason} {count}" for reason, count in dropped.most_common(TOP_REASONS))
            told.append(f"source {name}: all {self._counts[name]['in']['documents']} documents dropped ({reasons})")
        raise BadInput(
            "; ".join(told) + f". Look at the documents, then at the limits in params.yaml under {stage}, "
            "or set max_documents of the source to 0."
        )


def _dropped(fates: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    return {fate.removeprefix("dropped "): counts for fate, counts in fates.items() if fate.startswith("dropped ")}


def _nested(fates: dict[str, Counter[str]]) -> dict[str, Any]:
    dropped = _dropped(fates)
    nested: dict[str, Any] = {
        measure: {
            "in": fates.get("in", Counter())[measure],
            "kept": fates.get("kept", Counter())[measure],
            "dropped": sum(counts[measure] for counts in dropped.values()),
        }
        for measure in MEASURES
    }
    for measure in MEASURES:
        key = "dropped" if measure == "documents" else f"dropped_{measure}"
        nested[key] = {reason: counts[measure] for reason, counts in dropped.items()}
    return nested
