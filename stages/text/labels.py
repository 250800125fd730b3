"""Recall and precision of the corpus stages on documents whose defects are known.

Documents of the built-in world may carry `metadata["defect"]` (its kind), `metadata["original"]`
(the text that a perfect repair gives back) and `metadata["copy_of"]` (the id of the model of a
copy). Nothing that decides about a document looks at these: they are read here, afterwards.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from stages.text.documents import Document

# More than the repair takes: every address, and every number of nine digits and more, whatever it is.
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w|\b(?:\d{1,3}\.){3}\d{1,3}\b|\d(?:[ .()-]{0,2}\d){8,}")
_SPACE = re.compile(r"\s+")

# Which rule or repair is meant for which kind of defect, by the beginning of its name; the first that fits counts.
_KIND_OF_RULE = {
    "too_short": "too_short",
    "language_vi_unaccented": "unaccented",
    "language": "wrong_language",
    "gibberish": "gibberish",
    "flagged_words": "flagged",
    "legacy_encoding": "legacy_encoding",
    "encoding": "mojibake",
    "composition": "decomposed",
    "tones": "tone_placement",
    "confusables": "confusables",
    "segmentation": "segmented",
    "glued_sentences": "glued_sentences",
    "markup": "html",
    "boilerplate": "boilerplate",
    "advertising": "flagged",
    "personal_data": "personal_data",
}


def score_cleaning(
    kept: Iterable[Document],
    dropped: Iterable[Document],
    repair: Callable[[str], str],
    placeholders: Iterable[str],
) -> dict[str, Any]:
    """Recall and precision for each kind of defect that cleaning is meant for, and the share of clean documents lost.

    A labelled document that has an original is handled if it was kept and its text now equals the repaired original;
    personal data, if no address and no long number is left but the original's and the placeholders. One without an
    original is handled if it was dropped, Vietnamese without diacritics only if it was named so. Precision of a kind:
    of the documents that its rules touched, the share that carry any label. Empty if no document is labelled.
    """
    allowed = set(placeholders)
    labelled, handled, touched, right = Counter(), Counter(), Counter(), Counter()
    clean = Counter()
    for document, is_dropped in _with_fate(kept, dropped):
        kind = document.metadata.get("defect", "")
        reason = document.metadata.get("reason", "") if is_dropped else ""
        for rule_kind in {_rule_kind(name) for name in (reason, *document.metadata.get("repairs", ()))} - {""}:
            touched[rule_kind] += 1
            right[rule_kind] += bool(kind)
        if not kind:
            clean["all"] += 1
            clean["lost"] += is_dropped
            clean["changed"] += not is_dropped and bool(document.metadata.get("repairs"))
        elif kind in _KIND_OF_RULE.values():
            labelled[kind] += 1
            if "original" in document.metadata:
                handled[kind] += not is_dropped and _is_repaired(document, kind, repair, allowed)
            else:
                handled[kind] += is_dropped and (kind != "unaccented" or _rule_kind(reason) == kind)
    if not labelled:
        return {}
    return {
        "recall": {kind: handled[kind] / labelled[kind] for kind in labelled},
        "precision": {kind: right[kind] / touched[kind] for kind in labelled if touched[kind]},
        "labelled": dict(labelled),
        "clean_lost": clean["lost"] / clean["all"] if clean["all"] else 0.0,
        "clean_changed": clean["changed"] / clean["all"] if clean["all"] else 0.0,
    }


def score_perplexity(kept: Iterable[Document], dropped: Iterable[Document]) -> dict[str, Any]:
    """Recall and precision for word salad, and the share of clean documents lost.

    Recall is of what cleaning left of it. Precision: of the documents dropped by their perplexity, the share that are
    word salad. Empty if no document is.
    """
    salad, others, clean = Counter(), Counter(), Counter()
    for document, is_dropped in _with_fate(kept, dropped):
        is_dropped &= document.metadata.get("reason", "").startswith("perplexity_")
        kind = document.metadata.get("defect", "")
        for counted, counts in ((salad, kind == "word_salad"), (others, kind != "word_salad"), (clean, not kind)):
            counted["all"] += counts
            counted["lost"] += counts and is_dropped
    if not salad["all"]:
        return {}
    touched = salad["lost"] + others["lost"]
    return {
        "recall": {"word_salad": salad["lost"] / salad["all"]},
        "precision": {"word_salad": salad["lost"] / touched} if touched else {},
        "labelled": {"word_salad": salad["all"]},
        "clean_lost": clean["lost"] / clean["all"] if clean["all"] else 0.0,
    }


def score_deduplication(kept: Iterable[Document], dropped: Iterable[Document]) -> dict[str, Any]:
    """Recall and precision for copies and repeated passages, and the share of clean documents lost.

    A copy is handled if it or the document that it was made from is gone, a repeated passage if
    it is gone from all documents but one. A clean document is lost if it was dropped and no copy of
    it stays. Empty if no document is labelled.
    """
    kept, dropped = list(kept), list(dropped)
    kept_ids = {document.id for document in kept}
    replaced = {document.metadata["copy_of"] for document in kept if document.metadata.get("defect") in _COPIES}
    labelled, handled, touched, right = Counter(), Counter(), Counter(), Counter()
    clean, seen_passages = Counter(), set()
    for document, is_dropped in _with_fate(sorted(kept, key=lambda one: one.id), dropped):
        kind = document.metadata.get("defect", "")
        was_cut = bool(document.metadata.get("cut_syllables")) or document.metadata.get("reason") == "repeated_passage"
        stands_for_copy = document.id in replaced
        if is_dropped and not was_cut:
            rule = document.metadata["reason"]
            touched[rule] += 1
            right[rule] += kind in _COPIES or stands_for_copy
        if was_cut:
            touched["repeated_passage"] += 1
            right["repeated_passage"] += bool(kind)
        if kind in _COPIES:
            labelled[kind] += 1
            handled[kind] += is_dropped or document.metadata["copy_of"] not in kept_ids
        elif kind == "repeated_passage":
            labelled[kind] += 1
            passage = _plain(document.text.replace(document.metadata["original"], ""))
            handled[kind] += is_dropped or was_cut or passage not in seen_passages
            if not is_dropped and not was_cut:
                seen_passages.add(passage)
        elif not kind:
            clean["all"] += 1
            clean["lost"] += is_dropped and not stands_for_copy
    if not labelled:
        return {}
    return {
        "recall": {kind: handled[kind] / labelled[kind] for kind in labelled},
        "precision": {kind: right[kind] / touched[kind] for kind in labelled if touched[kind]},
        "labelled": dict(labelled),
        "clean_lost": clean["lost"] / clean["all"] if clean["all"] else 0.0,
    }


_COPIES = ("exact_duplicate", "near_duplicate")


def _with_fate(kept: Iterable[Document], dropped: Iterable[Document]) -> Iterable[tuple[Document, bool]]:
    for document in kept:
        yield document, False
    for document in dropped:
        yield document, True


def _rule_kind(rule: str) -> str:
    return next((kind for prefix, kind in _KIND_OF_RULE.items() if rule.startswith(prefix)), "")


def _is_repaired(document: Document, kind: str, repair: Callable[[str], str], allowed: set[str]) -> bool:
    if kind == "personal_data":
        return set(_PERSONAL.findall(document.text)) <= allowed | set(_PERSONAL.findall(document.metadata["original"]))
    return _plain(document.text) == _plain(repair(document.metadata["original"]))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
