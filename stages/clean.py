"""Cleaned documents of one language, and the dropped ones with their reason.

Every document is repaired (markup, encoding, letters, signs, boilerplate lines, personal data) and then
judged by rules that see its text alone. OUT/kept and OUT/dropped hold documents in the order of
their ids; metadata.repairs names what was repaired, metadata.reason why a document was dropped, and
metadata.unaccented marks Vietnamese typed without diacritics.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import PositiveInt
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.outputs import new_folder, write_metrics
from stages.params import section
from stages.text.accounts import Accounts
from stages.text.cleaning_settings import Boilerplate, Rules
from stages.text.documents import Document, read_documents
from stages.text.id_order import WriterInIdOrder

if TYPE_CHECKING:
    from stages.text.cleaning import Cleaned, Cleaner

SECTIONS = ("clean.{language}", "profiles.{profile}.clean")
BATCH = 200  # documents that a worker gets at a time


@section
class Params(Rules):
    """The rules of one language, and how many processes apply them."""

    workers: PositiveInt


def run(settings: Params, documents: Path, out: Path) -> dict[str, Any]:
    """Clean all documents below `documents` into `out`/kept and `out`/dropped; returns the metrics."""
    from stages.text.cleaning import Cleaner
    from stages.text.labels import score_cleaning
    from stages.text.normalisation import EMAIL_PLACEHOLDER, IP_PLACEHOLDER

    repeated_lines = _repeated_lines(documents, settings.boilerplate) if settings.boilerplate else frozenset()
    accounts, unaccented = Accounts(), 0
    with new_folder(out) as folder:
        with WriterInIdOrder(folder / "kept") as kept, WriterInIdOrder(folder / "dropped") as dropped:
            for document, cleaned in _cleaned(documents, settings, repeated_lines):
                accounts.came_in(document)
                document.text = cleaned.text
                if cleaned.repairs:
                    document.metadata["repairs"] = list(cleaned.repairs)
                if cleaned.is_unaccented:
                    document.metadata["unaccented"] = True
                    unaccented += 1
                if cleaned.reason:
                    accounts.was_dropped(document, cleaned.reason)
                    dropped.add(document)
                else:
                    accounts.was_kept(document)
                    kept.add(document)
        accounts.refuse_empty_source("clean")
        cleaner = Cleaner(settings, repeated_lines)
        labels = score_cleaning(
            read_documents(folder / "kept"),
            read_documents(folder / "dropped"),
            lambda text: cleaner.repair(text)[0],
            (EMAIL_PLACEHOLDER, IP_PLACEHOLDER),
        )
    return accounts.metrics() | {"unaccented": unaccented} | ({"labels": labels} if labels else {})


def _cleaned(documents: Path, settings: Params, repeated_lines: frozenset[str]) -> Iterator[tuple[Document, "Cleaned"]]:
    """Every document with its cleaned text, in the order of reading, whatever the number of workers."""
    stream = tqdm(read_documents(documents), desc="clean", unit=" documents", mininterval=1)
    if settings.workers == 1:
        _start_worker(settings, repeated_lines)
        for document in stream:
            yield document, _clean(document.text)
        return
    with ProcessPoolExecutor(settings.workers, initializer=_start_worker, initargs=(settings, repeated_lines)) as pool:
        # A few batches at a time: the pool would read the whole corpus into its queue.
        while batch := list(islice(stream, BATCH * settings.workers * 4)):
            texts = [document.text for document in batch]
            yield from zip(batch, pool.map(_clean, texts, chunksize=BATCH), strict=True)


_cleaner: "Cleaner"  # one a process


def _start_worker(settings: Params, repeated_lines: frozenset[str]) -> None:
    from stages.text.cleaning import Cleaner

    global _cleaner
    _cleaner = Cleaner(settings, repeated_lines)


def _clean(text: str) -> "Cleaned":
    return _cleaner.clean(text)


def _repeated_lines(documents: Path, settings: Boilerplate) -> frozenset[str]:
    """Lines that a given share of a source's documents have: its menus and notices."""
    from stages.text.normalisation import line_to_count

    seen_in: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for document in tqdm(read_documents(documents), desc="count lines", unit=" documents", mininterval=1):
        total[document.source] += 1
        lines = {line_to_count(line) for line in document.text.split("\n")} - {""}
        seen_in.update((document.source, line) for line in lines)
    return frozenset(
        line
        for (source, line), count in seen_in.items()
        if count >= max(settings.repeated_line_min_documents, settings.repeated_line_min_share * total[source])
    )


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    metrics = run(settings, given.documents, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
