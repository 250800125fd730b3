"""The figures of a corpus stage: documents, bytes and syllables in, kept, dropped by reason, in all and by source."""

from collections import Counter
from functools import lru_cache
from typing import Any

from stages.errors import BadInput
from stages.text.documents import Document
from stages.text.vietnamese import syllables

TOP_REASONS = 5
UNITS = ("documents", "bytes", "syllables")
IN, KEPT, DROPPED = "in", "kept", "dropped"


class Accounts:
    """Counts what comes into a stage and what becomes of it."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, Counter[str]]] = {}  # source -> in, kept, dropped -> unit
        self._reasons: dict[str, dict[str, Counter[str]]] = {}  # source -> reason -> unit

    def came_in(self, document: Document) -> None:
        """Count a document on its way in."""
        counts = self._counts.setdefault(document.source, {IN: Counter(), KEPT: Counter(), DROPPED: Counter()})
        counts[IN].update(_sizes(document))

    def was_kept(self, document: Document) -> None:
        """Count a document that goes on, with the text that it has now."""
        self._counts[document.source][KEPT].update(_sizes(document))

    def was_dropped(self, document: Document, reason: str) -> None:
        """Count a document that ends here, with the text that it has now, and name the reason in its metadata."""
        document.metadata["reason"] = reason
        sizes = _sizes(document)
        self._counts[document.source][DROPPED].update(sizes)
        self._reasons.setdefault(document.source, {}).setdefault(reason, Counter()).update(sizes)

    def refuse_empty(self, stage: str) -> None:
        """Raise `BadInput` if documents came in and none is left."""
        if not any(counts[KEPT]["documents"] for counts in self._counts.values()):
            self._refuse(stage, sorted(self._counts))

    def refuse_empty_source(self, stage: str) -> None:
        """Raise `BadInput` if a source's documents came in and none of them is left."""
        self._refuse(stage, [name for name, counts in sorted(self._counts.items()) if not counts[KEPT]["documents"]])

    def _refuse(self, stage: str, sources: list[str]) -> None:
        if not sources:
            return
        told = [
            f"source {name}: all {self._counts[name][IN]['documents']} documents dropped ("
            + ", ".join(f"{reason} {count}" for reason, count in self._commonest(name))
            + ")"
            for name in sources
        ]
        raise BadInput(
            "; ".join(told) + f". Look at the documents, then at the limits in params.yaml under {stage}, "
            "or set max_documents of the source to 0."
        )

    def _commonest(self, source: str) -> list[tuple[str, int]]:
        reasons = self._reasons.get(source, {})
        return Counter({reason: sizes["documents"] for reason, sizes in reasons.items()}).most_common(TOP_REASONS)

    def metrics(self) -> dict[str, Any]:
        """Nested counts, in all and in the same words below `sources.<name>`.

        `documents.in`, `.kept`, `.dropped`, also of `bytes` and `syllables`; by reason `dropped.<reason>` (documents),
        `dropped_bytes.<reason>` and `dropped_syllables.<reason>`. What repairs took away is the rest of `in`. A source
        has its documents as `in` and `kept`.
        """
        every = list(self._counts.values())
        total = {place: sum((counts[place] for counts in every), Counter()) for place in (IN, KEPT, DROPPED)}
        reasons: dict[str, Counter[str]] = {}
        for by_reason in self._reasons.values():
            for reason, sizes in by_reason.items():
                reasons[reason] = reasons.get(reason, Counter()) + sizes
        by_source = {
            source: {"in": counts[IN]["documents"], "kept": counts[KEPT]["documents"]}
            | _nested(counts, self._reasons.get(source, {}))
            for source, counts in self._counts.items()
        }
        documents = {place: sizes["documents"] for place, sizes in total.items()}
        return {"documents": documents} | _nested(total, reasons) | {"sources": by_source}


def _nested(counts: dict[str, Counter[str]], reasons: dict[str, Counter[str]]) -> dict[str, Any]:
    return {unit: {place: sizes[unit] for place, sizes in counts.items()} for unit in ("bytes", "syllables")} | {
        "dropped" if unit == "documents" else f"dropped_{unit}": {name: sizes[unit] for name, sizes in reasons.items()}
        for unit in UNITS
    }


def _sizes(document: Document) -> dict[str, int]:
    return dict(zip(UNITS, (1, *_text_sizes(document.text)), strict=True))


@lru_cache(maxsize=1)  # a text that no repair changed comes in and goes out as it is
def _text_sizes(text: str) -> tuple[int, int]:
    return len(text.encode()), len(syllables(text))
