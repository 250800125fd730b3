"""The report's part about the corpus: its numbers are those of the metrics, its documents those of the folders."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_fixture import CORPUS_STAGES, SHOWN, corpus_metrics, write_corpus, write_run

from commands import readme
from stages.errors import BadInput
from stages.reporting import charts, corpus
from stages.reporting.document_samples import LanguageSamples, read_samples
from stages.reporting.layout import Poor
from stages.reporting.page import render_samples
from stages.reporting.results import Results, read_results
from stages.reporting.sample_limits import SampleLimits
from stages.text.documents import Document, document_id, read_documents, write_groups

LIMITS = SampleLimits(documents_per_rule=3, documents_per_source=2, max_characters=800, max_row_groups=20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_run(folder / "metrics", folder / "evaluations")
    write_corpus(folder / "data")
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return read_results(folder / "metrics", folder / "evaluations", folder / "curves", SHOWN, None)


@pytest.fixture(scope="module")
def shown(folder: Path, results: Results) -> list[LanguageSamples]:
    return read_samples({stage: folder / "data" / stage for stage in CORPUS_STAGES}, results, LIMITS)


def test_what_each_stage_keeps_by_language_and_source(results: Results) -> None:
    documents, megabytes, syllables, parts = corpus.flow(results).tables
    assert documents.rows == [
        # fetched, less too_short 61 + 7, language_en 53, url 3; 17 by perplexity; 43 + 44 copies; 3 contaminated
        ("Vietnamese", "all", "4,120", "3,996", "3,979", "3,892", "3,889", "94.4 %"),
        ("Vietnamese", "wikipedia-vi", "120", "110", "110", "110", "110", "91.7 %"),
        ("Vietnamese", "world-vi", "4,000", "3,886", "3,869", "3,782", "3,779", "94.5 %"),
        ("English", "all", "4,100", "4,059", "4,044", "4,013", "4,005", "97.7 %"),
        ("English", "world-en", "4,100", "4,059", "4,044", "4,013", "4,005", "97.7 %"),
    ]
    # Without 1,400 + 21,000 dropped and 37,000 repaired away, 7,200, 39,000 + 8,000 cut, 1,300.
    assert ("Vietnamese", "world-vi", "2.00", "1.94", "1.93", "1.89", "1.89", "94.3 %") in megabytes.rows
    assert ("English", "all", "380,000", "377,110", "375,780", "373,540", "372,850", "98.1 %") in syllables.rows
    assert parts.rows == [("Vietnamese", "3,404", "203", "201"), ("English", "3,605", "206", "208")]


def test_what_each_rule_dropped_by_language_and_source(results: Results) -> None:
    by_language, by_source = corpus.dropped(results).tables
    vietnamese = [row[1:] for row in by_language.rows if row[0] == "Vietnamese"]
    assert vietnamese == [
        ("fetch", "empty_text", "2", "0.05 %", "", "", "", ""),
        ("clean", "too_short", "68", "1.65 %", "0.002", "0.06 %", "331", "0.06 %"),
        ("clean", "language_en", "53", "1.29 %", "0.021", "0.81 %", "4,100", "0.79 %"),
        ("clean", "url_blocked_word", "3", "0.07 %", "0.009", "0.35 %", "1,900", "0.37 %"),
        ("clean", "(taken out by repairs)", "", "", "0.037", "1.42 %", "5,200", "1.00 %"),
        ("dedup", "near_duplicate", "44", "1.11 %", "0.020", "0.79 %", "3,900", "0.77 %"),
        ("dedup", "exact_duplicate", "43", "1.08 %", "0.019", "0.75 %", "3,700", "0.73 %"),
        ("dedup", "(cut as repeated passages)", "", "", "0.008", "0.32 %", "1,570", "0.31 %"),
        ("split", "contamination", "3", "0.08 %", "0.001", "0.05 %", "260", "0.05 %"),
    ]
    assert (
        "English",
        "clean",
        "(taken out by repairs)",
        "",
        "",
        "-0.002",
        "-0.12 %",
        "-410",
        "-0.11 %",
    ) in by_language.rows
    assert ("wikipedia-vi", "clean", "too_short", "7", "5.83 %", "0.000", "0.03 %", "31", "0.03 %") in by_source.rows
    assert ("wikipedia-vi", "fetch", "empty_text", "2", "1.64 %", "", "", "", "") in by_source.rows
    assert not any("perplexity" in cell for table in (by_language, by_source) for row in table.rows for cell in row)


def test_perplexity_stands_apart(results: Results) -> None:
    percentiles, qualities, by_language, by_source, spared = corpus.perplexity(results).tables
    assert percentiles.rows[0] == (
        "Vietnamese", "wikipedia-vi", "21.1", "42.2", "87.3", "160.4", "400.5", "999.6", "19.8", "3100.0",
    )  # fmt: skip
    assert percentiles.rows[1][-2:] == ("2.9", "3000.0")
    assert by_language.rows == [
        ("Vietnamese", "perplexity", "perplexity_high", "12", "0.30 %", "0.005", "0.20 %", "900", "0.18 %"),
        ("Vietnamese", "perplexity", "perplexity_low", "5", "0.13 %", "0.002", "0.08 %", "450", "0.09 %"),
        ("English", "perplexity", "perplexity_high", "9", "0.22 %", "0.004", "0.23 %", "810", "0.21 %"),
        ("English", "perplexity", "quality_low", "6", "0.15 %", "0.003", "0.14 %", "520", "0.14 %"),
    ]
    assert qualities.rows == [
        ("English", "world-en", "0.013", "0.135", "0.512", "0.844", "0.956", "0.988", "0.121", "0.987")
    ]
    assert (
        "world-vi",
        "perplexity",
        "perplexity_low",
        "5",
        "0.13 %",
        "0.002",
        "0.11 %",
        "450",
        "0.12 %",
    ) in by_source.rows
    assert spared.rows == [
        ("Vietnamese", "perplexity", "37", "0.93 %", "17", "14", "6"),
        ("English", "perplexity", "20", "0.49 %", "9", "11", "0"),
        ("English", "quality", "10", "0.25 %", "6", "3", "1"),
    ]


def test_known_defects_stand_out_where_the_rules_are_not_good_enough(results: Results) -> None:
    kinds, lost = corpus.defects(results).tables
    assert ("Vietnamese", "clean", "boilerplate", "101", "88.0 %", "") in kinds.rows
    assert ("Vietnamese", "perplexity", "word_salad", "46", "97.8 %", "95.7 %") in kinds.rows
    assert ("Vietnamese", "dedup", "near_duplicate", "45", "97.7 %", "100.0 %") in kinds.rows
    assert lost.rows == [
        ("Vietnamese", "clean", "0.42 %", "0.17 %"),
        ("Vietnamese", "perplexity", "0.02 %", ""),
        ("Vietnamese", "dedup", "0.09 %", ""),
        ("English", "clean", "3.17 %", "0.00 %"),
    ]
    poor = {str(cell) for table in (kinds, lost) for row in table.rows for cell in row if isinstance(cell, Poor)}
    assert poor == {"88.0 %", "94.1 %", "3.17 %"}


def test_duplicates_clusters_and_cuts(results: Results) -> None:
    copies, clusters = corpus.duplicates(results).tables
    assert copies.rows == [
        ("Vietnamese", "3,979", "43", "44", "0", "2.19 %", "19", "1,571", "0.31 %"),
        ("English", "4,044", "29", "0", "2", "0.77 %", "0", "0", "0.00 %"),
    ]
    assert clusters.rows == [
        ("Vietnamese", "2", "38"),
        ("Vietnamese", "3-4", "4"),
        ("Vietnamese", "17-32", "1"),
        ("English", "2", "27"),
    ]


def test_contamination_by_benchmark(results: Results) -> None:
    assert corpus.contamination(results).tables[0].rows == [
        ("Vietnamese", "exam", "310", "4", "1.29 %", "3", "2", "1"),
        ("English", "exam", "310", "9", "2.90 %", "8", "8", "0"),
    ]


def test_years_of_the_sources_that_have_dates(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(charts, "svg", lambda spec, name: drawn.append(spec) or "")
    assert corpus.years(results).tables[0].rows == [("wikipedia-vi", "98", "22", "1975", "2021", "2021")]
    columns = {row["bin"]: row["value"] for row in drawn[0]["data"]["values"]}
    assert columns == {"before 1990": 4, "2019": 33, "2021": 61}
    assert drawn[0]["encoding"]["x"]["scale"]["domain"] == ["before 1990", "2019", "2020", "2021"]


def test_licences_with_what_is_left_at_the_end(results: Results) -> None:
    table = corpus.sources(results).tables[0]
    assert table.rows[0] == (
        "wikipedia-vi", "vi", "wikimedia/wikipedia", "CC-BY-SA-3.0 | GFDL", "b04c8d1ceb2f", "2023-11-07",
        "120", "0.600", "110",
    )  # fmt: skip
    assert table.rows[2] == ("world-vi", "vi", "stages/world", "CC0-1.0", "", "", "4,000", "2.00", "3,779")
    assert table.note == "Not used in this profile: own-vi."


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*place, key))
    elif isinstance(value, int | float):
        yield place, value


def tables(results: Results) -> list[Any]:
    return [(section.id, table) for section in corpus.sections(results) for table in section.tables]


# The sum of what is shown; what is shown as kept by the stage before; a language without documents.
SHOWN_OTHERWISE = re.compile(r"documents\.dropped$|^(perplexity|dedup|split)\..*\.in$|\.code\.")


def test_no_figure_of_the_corpus_stages_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "svg", lambda spec, name: "")
    results = read_results(folder / "metrics", folder / "evaluations", folder / "curves", SHOWN, None)
    before, checked = tables(results), 0
    for place, value in leaves({stage: results.metrics[stage] for stage in CORPUS_STAGES}):
        if SHOWN_OTHERWISE.search(".".join(place)):
            continue
        *folders, name = place
        changed = results.metrics
        for key in folders:
            changed = changed[key]
        changed[name] = value * 1.5 + 1 if isinstance(value, float) else value + 500_000
        assert tables(results) != before, place
        changed[name] = value
        checked += 1
    assert checked > 200 and tables(results) == before


def test_the_first_documents_of_each_rule_by_their_ids(folder: Path, shown: list[LanguageSamples]) -> None:
    assert [samples.language for samples in shown] == ["vi", "en"]
    rules = {(group.stage, group.name): group for group in shown[0].dropped}
    metrics = corpus_metrics()
    for stage in CORPUS_STAGES:
        dropped = list(read_documents(folder / "data" / stage / "vi/dropped"))
        for rule, count in metrics[stage]["vi"]["dropped"].items():
            group = rules.pop((stage, rule))
            expected = sorted(one.id for one in dropped if one.metadata["reason"] == rule)[:3]
            assert group.total == count and [one.id for one in group.documents] == expected
            assert all(
                "value 0.1234" in one.facts and "repaired: encoding, markup" in one.facts for one in group.documents
            )
    assert not rules
    assert {group.name: (group.total, len(group.documents)) for group in shown[0].kept} == {
        "wikipedia-vi": (110, 2),
        "world-vi": (3_779, 2),
    }
    assert all(one.facts == ("perplexity 5.5",) for group in shown[0].kept for one in group.documents)


def test_documents_are_shown_as_text_without_personal_data(shown: list[LanguageSamples]) -> None:
    page = render_samples("VinaSmol", "nano", shown)
    assert "văn bản &lt;i&gt;too_short" in page and "<i>" not in page
    assert "https://vi.example/too_short" in page and "?a=1&amp;b=2" in page and 'href="https' not in page
    assert "Gọi 0000 000 000 hoặc viết cho email@example.com." in page
    assert "0912" not in page and "lan@mail.vn" not in page
    assert page.count("<article>") == sum(len(g.documents) for one in shown for g in (*one.dropped, *one.kept))
    assert 'near_duplicate <span class="count">44 documents</span>' in page
    assert "prefers-color-scheme: dark" in page


def test_the_readme_shows_the_flow_and_every_rule(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readme, "METRICS", folder)
    text = readme.dropped("metrics")
    assert "| Vietnamese | all | 4,120 | 3,996 | 3,979 | 3,892 | 3,889 | 94.4 % |" in text
    assert "| Vietnamese | fetch | empty_text | 2 | 0.05 % |" in text
    assert "| English | perplexity | perplexity_high | 9 | 0.22 % | 0.004 | 0.23 % | 810 | 0.21 % |" in text
    assert "| English | split | contamination | 8 | 0.20 % | 0.004 | 0.19 % | 690 | 0.18 % |" in text


def put_dropped(folder: Path, groups: list[list[Document]]) -> dict[str, Path]:
    """Folders of all stages, empty but for what clean dropped, in row groups."""
    for stage in CORPUS_STAGES:
        for place in ("dropped", "train"):
            write_groups(folder / stage / "vi" / place / "00000.parquet", groups if (stage, place) == CLEANED else [])
    return {stage: folder / stage for stage in CORPUS_STAGES}


CLEANED = ("clean", "dropped")


def results_of(dropped: dict[str, int]) -> Results:
    """Metrics of a corpus of which clean dropped this."""
    metrics = {
        stage: {"vi": {"dropped": dropped if stage == "clean" else {}, "sources": {}}} for stage in CORPUS_STAGES
    }
    return Results(metrics, {}, {}, {}, {"corpora": ["vi"]}, {})


def of_rule(rule: str, key: str, text: str = "Văn bản.") -> Document:
    return Document(document_id("web", key), text, "web", metadata={"reason": rule})


def test_no_more_is_read_than_the_limit(tmp_path: Path) -> None:
    groups = [[of_rule("too_short", f"{n}-{m}") for m in range(2)] for n in range(6)] + [[of_rule("rare", "x")]]
    folders = put_dropped(tmp_path, groups)
    found = results_of({"too_short": 12, "rare": 1})
    sizes = {}
    for limit in (1, 6, 7):
        limits = SampleLimits(documents_per_rule=3, documents_per_source=2, max_characters=9, max_row_groups=limit)
        [samples] = read_samples(folders, found, limits)
        sizes[limit] = {group.name: len(group.documents) for group in samples.dropped}
    assert sizes == {1: {"too_short": 2, "rare": 0}, 6: {"too_short": 3, "rare": 0}, 7: {"too_short": 3, "rare": 1}}
    [samples] = read_samples(folders, found, replace(limits, max_row_groups=1))
    assert "None in the part that was searched" in render_samples("VinaSmol", "nano", [samples])


def test_reading_stops_when_every_rule_has_its_documents(tmp_path: Path) -> None:
    folders = put_dropped(tmp_path, [[of_rule("too_short", str(n)) for n in range(4)]])
    (tmp_path / "clean/vi/dropped/00001.parquet").write_bytes(b"")  # would be refused
    with pytest.raises(BadInput, match="00001"):
        read_samples(folders, results_of({"too_short": 5, "rare": 1}), LIMITS)
    (tmp_path / "clean/vi/dropped/00001.parquet").unlink()
    assert read_samples(folders, results_of({}), LIMITS) == []


def test_a_long_document_is_shortened_after_it_was_redacted(tmp_path: Path) -> None:
    text = "Số của tôi là 0912 345 678, gọi nhé. " * 3
    folders = put_dropped(tmp_path, [[of_rule("too_short", "long", text), of_rule("too_short", "short", "Ngắn.")]])
    limits = SampleLimits(documents_per_rule=3, documents_per_source=2, max_characters=22, max_row_groups=20)
    [samples] = read_samples(folders, results_of({"too_short": 2}), limits)
    cut = {document.text: document for document in samples.dropped[0].documents}
    assert cut["Số của tôi là 0000 000"].is_shortened and cut["Số của tôi là 0000 000"].characters == len(text)
    assert not cut["Ngắn."].is_shortened
