"""Cleaned documents of one language, and the dropped ones with their reason.

Every document is repaired (markup, encoding, letters, signs, boilerplate lines, personal data) and then
judged by rules that see its text and address alone. OUT/kept and OUT/dropped hold documents in the order of
their ids; metadata.repairs names what was repaired, metadata.reason and metadata.value why a document was dropped.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages import params
from stages.cleaning.settings import Rules as Params  # of its own module, so that workers elsewhere can load it
from stages.command import parser, start
from stages.execution.settings import Execution
from stages.execution.units import map_units, resumable_folder
from stages.outputs import write_metrics

if TYPE_CHECKING:
    from stages.text.documents import Part

SECTIONS = ("clean.{language}", "languages", "profiles.{profile}.clean")
EXECUTION = "profiles.{profile}.execution"
# In which a line that 5 % of a source's documents have is counted to a tenth, if the source has a tenth of them all.
LINE_SAMPLE_DOCUMENTS = 20_000


def run(
    settings: Params, execution: Execution, documents: Path, out: Path, blocked_domains: Path | None = None
) -> dict[str, Any]:
    """Clean all documents below `documents` into `out`/kept and `out`/dropped; returns the metrics.

    `blocked_domains` is a file with one domain a line, beside those of the settings.
    """
    from stages.cleaning.parts import Clean, Gather, range_bits
    from stages.cleaning.personal_data import PLACEHOLDERS
    from stages.cleaning.urls import read_domains
    from stages.text.accounts import Accounts
    from stages.text.documents import parts, read_documents, text_bytes
    from stages.text.labels import score_cleaning

    with resumable_folder(out, settings, documents, blocked_domains) as (folder, scratch):
        corpus = parts(documents)
        bits = range_bits(text_bytes(documents))
        clean = Clean(
            settings,
            _repeated_lines(settings, execution, corpus, documents, scratch),
            read_domains(blocked_domains) if blocked_domains else frozenset(),
            bits,
            scratch / "cleaned",
        )
        cleaned = list(map_units(clean, corpus, execution, scratch / "clean", "clean"))
        accounts = Accounts.merged(part["accounts"] for part in cleaned)
        accounts.refuse_empty_source("clean")
        for name in ("kept", "dropped"):
            gather = Gather(name, tuple(tuple(part[name]) for part in cleaned), scratch / "cleaned", folder)
            list(map_units(gather, range(2**bits), execution, scratch / f"gather-{name}", f"clean: sort {name}"))
        labels = {}
        if any(part["labelled"] for part in cleaned):
            labels = score_cleaning(
                read_documents(folder / "kept"),
                read_documents(folder / "dropped"),
                lambda text: clean.cleaner.repair(text)[0],
                PLACEHOLDERS,
            )
    return accounts.metrics() | ({"labels": labels} if labels else {})


def _repeated_lines(
    settings: Params, execution: Execution, corpus: "list[Part]", documents: Path, scratch: Path
) -> frozenset[str]:
    from stages.cleaning.parts import CountLines, repeated_lines
    from stages.text.documents import count_documents

    if settings.boilerplate is None or "boilerplate" not in settings.repairs:
        return frozenset()
    count = CountLines(settings, min(1.0, LINE_SAMPLE_DOCUMENTS / max(1, count_documents(documents))))
    counted = map_units(count, corpus, execution, scratch / "lines", "clean: repeated lines")
    return repeated_lines(counted, settings.boilerplate)


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    arguments.add_argument("--blocked-domains", type=Path, metavar="FILE", help="one domain a line")
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    execution = params.load(Execution, given.params, EXECUTION)
    metrics = run(settings, execution, given.documents, given.out, given.blocked_domains)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
