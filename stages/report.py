"""One page with tables and plots, the same as Markdown, the model card, and tables for `dvc plots`.

Reads the metrics, what became of each item, curves and samples of all other stages, the list of new tokens, and some of
the documents that the corpus stages dropped and kept. Writes OUT/index.html and OUT/samples.html (self-contained;
documents to read, by rule and source), OUT/report.md and OUT/model_card.md, and below PLOTS scores.csv (a score a row),
changes.csv (a task a row, the last model beside the first), domains.csv (bits per byte by model and source), loss.csv
and bits_per_byte.csv (the points of all training runs, one after the other).
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from stages import params
from stages.command import parser, start
from stages.outputs import new_folder, write_text
from stages.params import section
from stages.reporting.sample_limits import SampleLimits

if TYPE_CHECKING:
    from stages.reporting.results import Results

# Shown on the page, beside the stage's own: the values that say what was done and how much.
SHOWN = (
    "corpora", "sources", "benchmarks", "base", "prune", "vocab", "extend", "mixture", "training", "pretrain",
    "instruct", "merge", "probes", "random_baseline", "evaluated_models", "evaluate", "compare", "profiles.{profile}",
)  # fmt: skip
CORPUS_STAGES = ("clean", "perplexity", "dedup", "split")  # whose documents are shown
LANGUAGES = ("vi", "en")
SECTIONS = ("report", "profile", *SHOWN)


@section
class Params:
    """What the report calls the model, and how many documents it shows."""

    title: Annotated[str, Field(min_length=1)]
    subtitle: str
    licence: Annotated[str, Field(min_length=1)]
    samples: SampleLimits


def run(
    metrics: Path,
    evaluations: Path,
    outcomes: Path,
    curves: Path,
    vocabulary: Path,
    documents: Mapping[str, Path],
    out: Path,
    plots: Path,
    profile: str,
    settings: Params,
    shown: dict[str, Any],
) -> None:
    """Write the report.

    `vocabulary` is the report.json of the stage vocab, `documents` are the folders of the corpus stages by their names,
    `shown` the sections of params.yaml that the page lists, by their place.
    """
    from stages.reporting import content
    from stages.reporting.corpus import SAMPLES_PAGE
    from stages.reporting.document_samples import read_samples
    from stages.reporting.markdown import render_markdown
    from stages.reporting.model_card import render_model_card
    from stages.reporting.page import render_page, render_samples
    from stages.reporting.results import read_results

    results = read_results(metrics, evaluations, curves, shown, vocabulary, outcomes)
    sections = content.sections(results)
    head = (settings.title, settings.subtitle, profile, content.summary(results), sections)
    base = {**shown["base"], **shown[f"profiles.{profile}"]["base"]}
    documents_to_read = read_samples(documents, results, settings.samples)
    with new_folder(out) as folder:
        write_text(folder / "index.html", render_page(*head))
        write_text(folder / SAMPLES_PAGE, render_samples(settings.title, profile, documents_to_read))
        write_text(folder / "report.md", render_markdown(*head))
        card = render_model_card(settings.title, settings.licence, profile, base, results, sections)
        write_text(folder / "model_card.md", card)
    write_text(plots / "scores.csv", scores_table(results))
    write_text(plots / "changes.csv", changes_table(results))
    write_text(plots / "domains.csv", domains_table(results))
    rows = content.curve_rows(results)
    write_text(plots / "loss.csv", loss_table(rows))
    write_text(plots / "bits_per_byte.csv", bits_per_byte_table(rows))


def scores_table(results: "Results") -> str:
    """CSV of the main measure of every task: model, language, part, measure, score, low, high."""
    rows = [
        (s.model, s.language, s.task, s.measure, *(f"{value:.4f}" for value in (s.value, s.low, s.high)))
        for language in LANGUAGES
        for s in results.scores(language)
    ]
    return _csv(("model", "language", "part", "measure", "score", "low", "high"), rows)


def changes_table(results: "Results") -> str:
    """CSV of the change of every task from the first to the last model, in points, over the same items."""
    from stages.reporting.changes import task_change
    from stages.reporting.scores import shown_tasks

    rows = []
    for language in LANGUAGES:
        for task in shown_tasks(results, language):
            if change := task_change(results, language, task):
                found = change.difference
                ends = (f"{100 * value:.2f}" for value in (found.value, found.low, found.high))
                rows.append((language, task, str(change.pairs), *ends, f"{change.p:.2g}"))
    return _csv(("language", "part", "items", "change", "low", "high", "p_holm"), rows)


def domains_table(results: "Results") -> str:
    """CSV of every model's bits per byte by domain with 95 % intervals; the domain `all` is the whole language."""
    from stages.reporting.scores import domain_interval, domains_of

    rows = [
        (model, language, domain, *(f"{value:.4f}" for value in domain_interval(values).values()))
        for language in LANGUAGES
        for model in results.models
        for domain, values in domains_of(results, model, language).items()
    ]
    return _csv(("model", "language", "domain", "bits_per_byte", "low", "high"), rows)


def loss_table(rows: list[dict[str, Any]]) -> str:
    """CSV of the training loss of all runs, in nats a token; `step` and `tokens` count on from run to run."""
    head = ("run", "step", "run_step", "tokens", "learning_rate", "train_loss")
    return _csv(head, [tuple(_cell(row[name]) for name in head) for row in rows if "train_loss" in row])


def bits_per_byte_table(rows: list[dict[str, Any]]) -> str:
    """CSV of the bits per byte of held-out text in each language while training."""
    measured = [
        (row["run"], *(_cell(row[count]) for count in ("step", "run_step", "tokens")), language, _cell(row[name]))
        for row in rows
        for name in row
        if (language := name.removesuffix("_bits_per_byte")) != name
    ]
    return _csv(("run", "step", "run_step", "tokens", "language", "bits_per_byte"), measured)


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _csv(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def shown_sections(file: Path) -> tuple[str, dict[str, Any]]:
    """The profile's name, and the sections to show by their place in the file."""
    values = params.read(file)
    profile = params.profile_name(values, file)
    shown = {name: values.get(name, {}) for name in SHOWN if not name.startswith("profiles.")}
    return profile, shown | {f"profiles.{profile}": values["profiles"][profile]}


def main() -> None:
    """Entry point."""
    paths = ("metrics", "evaluations", "outcomes", "curves", "vocabulary", *CORPUS_STAGES, "out", "plots")
    given = parser(__doc__, *paths).parse_args()
    settings = params.load(Params, given.params, "report")
    profile, shown = shown_sections(given.params)
    documents = {stage: getattr(given, stage) for stage in CORPUS_STAGES}
    inputs = (given.metrics, given.evaluations, given.outcomes, given.curves, given.vocabulary, documents)
    run(*inputs, given.out, given.plots, profile, settings, shown)


if __name__ == "__main__":
    start(main)
