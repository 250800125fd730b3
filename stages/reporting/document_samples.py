"""Documents to read: for each rule some that it dropped, for each source some that were kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stages.cleaning.personal_data import redactor
from stages.reporting.corpus import STAGES
from stages.reporting.results import Results
from stages.reporting.sample_limits import SampleLimits
from stages.text.documents import Document, parts, read_part

# Whatever a corpus keeps, and of texts that were dropped by their address before any repair.
REDACTED = ("email", "ip_address", "phone", "identity_number")


@dataclass(frozen=True)
class DocumentSample:
    """A document as it is shown: `facts` say why it was dropped and what was done to it."""

    id: str
    source: str
    url: str
    date: str
    facts: tuple[str, ...]
    text: str
    characters: int
    is_shortened: bool


@dataclass(frozen=True)
class SampleGroup:
    """Documents that one rule of a stage dropped, or that a source gave; `total` is how many there are of them."""

    stage: str
    name: str
    total: int
    documents: list[DocumentSample]


@dataclass(frozen=True)
class LanguageSamples:
    """What there is to read of one language."""

    language: str
    dropped: list[SampleGroup]
    kept: list[SampleGroup]


def read_samples(documents: Mapping[str, Path], results: Results, limits: SampleLimits) -> list[LanguageSamples]:
    """Read the first documents of each rule and source, in the order of their ids.

    `documents` are the folders of the corpus stages by their names; in each lies <language>/dropped, in that of split
    <language>/train. At most `max_row_groups` of a folder are read, so that it costs the same for any corpus; a rule
    of which they hold nothing has no documents. Raises `BadInput` for a folder that is missing.
    """
    show = _shower(limits.max_characters)
    found = []
    for language in results.settings.get("corpora", ()):
        dropped: list[SampleGroup] = []
        for stage in STAGES:
            totals = {rule: count for rule, count in _figures(results, stage, language)["dropped"].items() if count}
            folder = documents[stage] / language / "dropped"
            first = _first_of_each(folder, totals, _rule_of, limits.documents_per_rule, limits.max_row_groups)
            ranked = sorted(totals, key=lambda rule: (-totals[rule], rule))
            dropped += [SampleGroup(stage, rule, totals[rule], [*map(show, first[rule])]) for rule in ranked]
        by_source = _figures(results, "split", language)["sources"]
        totals = {source: figures["kept"] for source, figures in sorted(by_source.items()) if figures["kept"]}
        folder = documents["split"] / language / "train"
        first = _first_of_each(folder, totals, _source_of, limits.documents_per_source, limits.max_row_groups)
        kept = [SampleGroup("split", source, totals[source], [*map(show, first[source])]) for source in totals]
        if dropped or kept:
            found.append(LanguageSamples(language, dropped, kept))
    return found


def _figures(results: Results, stage: str, language: str) -> Mapping:
    return results.metrics[stage][language]


def _first_of_each(
    folder: Path, totals: Mapping[str, int], name_of: Callable[[Document], str], count: int, max_row_groups: int
) -> dict[str, list[Document]]:
    """The first documents of each name of which there are any; nothing is opened where there are none."""
    first: dict[str, list[Document]] = {name: [] for name in totals}
    missing = {name: min(count, total) for name, total in totals.items()}
    for document in _documents(folder, max_row_groups) if missing else ():
        name = name_of(document)
        if name in missing:
            first[name].append(document)
            if len(first[name]) == missing[name]:
                del missing[name]
                if not missing:
                    break
    return first


def _documents(folder: Path, max_row_groups: int) -> Iterator[Document]:
    filled = [part for part in parts(folder) if part.end > part.first]
    for part in filled[:max_row_groups]:
        yield from read_part(replace(part, end=part.first + 1))


def _rule_of(document: Document) -> str:
    return document.metadata["reason"]


def _source_of(document: Document) -> str:
    return document.source


def _shower(max_characters: int) -> Callable[[Document], DocumentSample]:
    redact = redactor(REDACTED)

    def show(document: Document) -> DocumentSample:
        text = redact(document.text)  # before it is cut, which could make a number too short to be known for one
        is_long = len(text) > max_characters
        return DocumentSample(
            document.id,
            document.source,
            redact(document.url),
            document.date[:10],
            tuple(map(redact, _facts(document))),
            text[:max_characters].rstrip() if is_long else text,
            len(document.text),
            is_long,
        )

    return show


def _facts(document: Document) -> Iterator[str]:
    metadata = document.metadata
    for key, told in _TOLD.items():
        if key in metadata:
            value = metadata[key]
            yield told.format(", ".join(value) if isinstance(value, list) else value)


# Key of the metadata -> how it is told, in this order.
_TOLD = {
    "value": "value {}",
    "duplicate_of": "copy of {}",
    "benchmark": "items of {}",
    "repairs": "repaired: {}",
    "perplexity": "perplexity {}",
    "quality": "quality {}",
    "cut_syllables": "{} syllables cut",
    "cluster_size": "stands for {} documents",
    "defect": "planted defect: {}",
}
