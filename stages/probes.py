"""Probes of one language, made of held-out text: what every corpus can ask of its models without a benchmark.

Reads the test documents, of which the sentences are, and training documents, of which it counts words and pairs; a
sentence that stands in both is left out. Vietnamese: diacritics, syllable order, compounds. English: word order and
agreement. Writes a file of items a part, and about.json with their numbers; docs/probes.md tells how they are made and
how good they are.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.command import parser, start
from stages.outputs import new_folder, write_json, write_metrics, write_text
from stages.params import load, section
from stages.probing.agreement import Agreement
from stages.probing.choosing import Probe
from stages.probing.compounds import Compounds
from stages.probing.counts import Counts
from stages.probing.diacritics import Diacritics
from stages.probing.order import Order
from stages.probing.sentences import Sentence, all_sentences, plain_sentences
from stages.text.documents import Document, number_of, read_documents, text_bytes

SECTIONS = ("probes", "profiles.{profile}.probes")
PARTS = {"vi": ("diacritics", "syllable_order", "compounds"), "en": ("word_order", "agreement")}

Maker = Callable[[Sentence, Random], Probe | None]

log = logging.getLogger("probes")


@section
class DiacriticsSettings:
    """Which syllables get another tone mark, and where."""

    min_per_million: PositiveFloat
    min_count: PositiveInt
    ratio: PositiveFloat


@section
class OrderSettings:
    """Which neighbours are exchanged."""

    min_count: PositiveInt
    ratio: PositiveFloat


@section
class CompoundsSettings:
    """What counts as a compound, and how much of the sentence stands before it."""

    min_count: PositiveInt
    min_log_likelihood_ratio: PositiveFloat
    min_share: Annotated[float, Field(gt=0, le=1)]
    min_words_before: NonNegativeInt


@section
class AgreementSettings:
    """What counts as the two forms of a verb."""

    min_count: PositiveInt
    ratio: PositiveFloat


@section
class Params:
    """Of `probes` and of the profile's `probes`; params.yaml explains each."""

    languages: tuple[str, ...]
    seed: NonNegativeInt
    min_words: PositiveInt
    max_words: PositiveInt
    min_items: PositiveInt
    diacritics: DiacriticsSettings
    order: OrderSettings
    compounds: CompoundsSettings
    agreement: AgreementSettings
    items: PositiveInt
    max_train_bytes: PositiveInt
    max_test_bytes: PositiveInt


def run(documents: Path, language: str, out: Path, params: Params) -> dict[str, Any]:
    """Write `out/<part>-<language>.jsonl` of each part that has enough items; returns how many there are."""
    found = _plain_sentences(sampled(documents / "test", params.max_test_bytes), language, params)
    counts = Counts()
    for document in sampled(documents / "train", params.max_train_bytes):
        counts.add(document.text)
        for sentence in all_sentences(document.text):
            found.pop(sentence, None)
    # An order that the sentence and the seed decide, whatever else the corpus holds.
    sentences = sorted(found.values(), key=lambda sentence: _digest(f"{params.seed} {sentence.text}"))
    metrics: dict[str, Any] = {"sentences": len(sentences), "words_counted": counts.total, "items": {}}
    with new_folder(out) as folder:
        for part in PARTS[language]:
            items = list(_items(part, language, sentences, _maker(part, counts, params), params))
            log.info("%s %s: %d items", language, part, len(items))
            if len(items) < params.min_items:
                items = []  # too few to say anything; its file is missing, and the part is not asked
            metrics["items"][part] = len(items)
            if items:
                lines = (json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n" for item in items)
                write_text(folder / f"{part}-{language}.jsonl", "".join(lines))
        write_json(folder / "about.json", metrics)
    return metrics


def sampled(folder: Path, max_bytes: int) -> Iterator[Document]:
    """About `max_bytes` of the documents' text: those whose ids, which are hashes, are below the share of all."""
    share = min(1.0, max_bytes / max(1, text_bytes(folder)))
    return (document for document in read_documents(folder) if number_of(document.id) < share * 2**64)


def _plain_sentences(documents: Iterable[Document], language: str, params: Params) -> dict[str, Sentence]:
    """Every plain sentence by its text, with the first id of the documents that hold it."""
    found: dict[str, Sentence] = {}
    for document in documents:
        for text in plain_sentences(document.text, language, params.min_words, params.max_words):
            if text not in found or document.id < found[text].document:
                found[text] = Sentence(text, document.id)
    return found


def _items(
    part: str, language: str, sentences: Iterable[Sentence], make: Maker, params: Params
) -> Iterator[dict[str, Any]]:
    """At most `params.items` items, the right answer in every position as often."""
    number = 0
    for sentence in sentences:
        if number == params.items:
            return
        probe = make(sentence, Random(f"{params.seed} {part} {sentence.text}"))
        if probe is None:
            continue
        answer = number % (len(probe.wrong) + 1)
        yield {
            "id": f"{part}-{_digest(sentence.text)}-{language}",
            "part": part,
            "language": language,
            "query": probe.query,
            "choices": [*probe.wrong[:answer], probe.right, *probe.wrong[answer:]],
            "answer": answer,
            "metadata": {"document": sentence.document},
        }
        number += 1


def _maker(part: str, counts: Counts, params: Params) -> Maker:
    match part:
        case "diacritics":
            chosen = params.diacritics
            min_frequency = max(1, round(chosen.min_per_million * counts.total / 1e6))
            return Diacritics(counts, min_frequency, chosen.min_count, chosen.ratio)
        case "compounds":
            found = params.compounds
            limits = (found.min_count, found.min_log_likelihood_ratio, found.min_share, found.min_words_before)
            return Compounds(counts, *limits)
        case "agreement":
            return Agreement(counts, params.agreement.min_count, params.agreement.ratio)
        case _:
            return Order(counts, params.order.min_count, params.order.ratio)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True, choices=sorted(PARTS))
    given = arguments.parse_args()
    params = load(Params, given.params, *SECTIONS)
    write_metrics(given.metrics, run(given.documents, given.language, given.out, params))


if __name__ == "__main__":
    start(main)
