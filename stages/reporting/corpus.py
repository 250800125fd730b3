"""The part of the report about the corpus: what came in, what each stage kept, and what it dropped by which rule."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from stages.reporting import charts
from stages.reporting.layout import NAMES, Chart, Link, Poor, Section, Table, count, megabytes, number, percent, share
from stages.reporting.results import Results

STAGES = ("clean", "perplexity", "dedup", "split")
MEASURES = {"documents": ("Documents", count), "bytes": ("Megabytes", megabytes), "syllables": ("Syllables", count)}
PARTS = ("train", "validation", "test")
STAGE_COLOURS = dict(zip(("fetch", *STAGES), charts.COLOURS, strict=False))
SAMPLES_PAGE = "samples.html"

# What the project asks of its rules on documents whose defects are known; what is worse stands out on the page.
MIN_RECALL = MIN_PRECISION = 0.95
MAX_CLEAN_LOST = 0.02

WIDE_BINS = 12  # more do not fit on a narrow screen
PERCENTILES = (5, 20, 50, 80, 95, 99)
FIRST_YEAR, LAST_YEAR = 1990, 2100  # years outside are mostly misread, and would stretch the axis
WHOLE = "all"  # in the column of sources: the language as a whole

Figures = Mapping[str, Any]


def sections(results: Results) -> list[Section]:
    """All sections about the corpus, in reading order; those without anything to show are empty."""
    return [
        flow(results),
        dropped(results),
        perplexity(results),
        defects(results),
        duplicates(results),
        contamination(results),
        years(results),
        sources(results),
    ]


def flow(results: Results) -> Section:
    """How much text each stage keeps, by language and source."""
    tables, bars = [], []
    for measure, (title, written) in MEASURES.items():
        rows = []
        for language, source, by_stage in _flows(results):
            came_in = _counts(by_stage["clean"], measure)["in"]
            kept = [_counts(by_stage[stage], measure)["kept"] for stage in STAGES]
            rows.append((_name(language), source, *map(written, (came_in, *kept)), share(kept[-1], came_in, 1)))
            if measure == "bytes" and source == WHOLE:
                bars += [
                    {"group": _name(language), "kind": stage, "value": value}
                    for stage, value in zip(STAGE_COLOURS, (came_in, *kept), strict=True)
                ]
        tables.append(Table(("language", "source", "fetch", *STAGES, "kept"), rows, labels=2, title=title))
    tables.append(_parts(results))
    if not bars:
        return Section("corpus", "Corpus")
    groups = list(dict.fromkeys(bar["group"] for bar in bars))
    spec = charts.grouped_bars(bars, groups, STAGE_COLOURS, "bytes", ".3~s")
    return Section(
        "corpus",
        "Corpus",
        "What was fetched, and what of it is left after each stage. Syllables are what stands between spaces.",
        [Chart(charts.svg(spec, "corpus-flow"), "Bytes of text after each stage.")],
        tables,
    )


def _parts(results: Results) -> Table:
    rows = [
        (_name(language), *(count(_figures(results, "split", language)["parts"][part]) for part in PARTS))
        for language in _languages(results)
    ]
    return Table(("language", *PARTS), rows, title="Documents by what they are for")


def dropped(results: Results) -> Section:
    """What each rule dropped; without perplexity, whose bounds follow the corpus."""
    drawn = []
    for language in _languages(results):
        rules = [rule for stage in RULE_STAGES for rule in _rules(results, stage, language)]
        bars = [
            {"name": name, "kind": stage, "value": documents / came_in, "label": f"{documents:,}"}
            for stage, name, documents, came_in in sorted(rules, key=lambda rule: (-rule[2] / rule[3], rule[1]))
        ]
        if bars:
            seen = {bar["kind"] for bar in bars}
            colours = {stage: colour for stage, colour in STAGE_COLOURS.items() if stage in seen}
            spec = charts.ranked_bars(bars, colours, "share of the documents that came in", ".1~%")
            caption = f"{_name(language)}: documents dropped by each rule, and their share."
            drawn.append(Chart(charts.svg(spec, f"dropped-{language}"), caption))
    tables = [rules_table(results, RULE_STAGES), _rules_by_source(results, RULE_STAGES)]
    if not tables[0].rows:
        return Section("dropped", "Dropped by rule")
    return Section(
        "dropped",
        "Dropped by rule",
        "Shares are of what came into the stage. What repairs took out of documents that stay counts no documents, and "
        "is negative where they made texts longer. What perplexity dropped stands in the next section.",
        drawn,
        tables,
        more=Link(SAMPLES_PAGE, "Read what each rule dropped, and what was kept"),
    )


SCORED = ("perplexity",)  # shown apart from the rules
RULE_STAGES = ("fetch", *(stage for stage in STAGES if stage not in SCORED))
RULE_COLUMNS = ("documents", "share", "MB", "share", "syllables", "share")


def rules_table(results: Results, stages: tuple[str, ...]) -> Table:
    """Documents, bytes and syllables that each rule of these stages dropped, by language."""
    rows: list[tuple[str, ...]] = []
    for language in _languages(results):
        for stage in stages:
            if stage == "fetch":
                cells = (_fetch_cells(*rule) for rule in _fetch_rules(results, language))
            else:
                cells = _rule_cells(_figures(results, stage, language), stage)
            rows += [(_name(language), stage, *row) for row in cells]
    return Table(("language", "stage", "rule", *RULE_COLUMNS), rows, labels=3)


def _rules_by_source(results: Results, stages: tuple[str, ...]) -> Table:
    rows: list[tuple[str, ...]] = []
    for language in _languages(results):
        for source in _sources(results, language):
            for stage in stages:
                if stage == "fetch":
                    cells = (_fetch_cells(*rule) for rule in _fetch_rules(results, language, source))
                else:
                    figures = _figures(results, stage, language)["sources"].get(source)
                    cells = _rule_cells(figures, stage) if figures else ()
                rows += [(source, stage, *row) for row in cells]
    return Table(("source", "stage", "rule", *RULE_COLUMNS), rows, labels=3, title="The same by source", folded=True)


def _fetch_cells(_: str, rule: str, documents: int, came_in: int) -> tuple[str, ...]:
    # Of what fetch drops only the documents are counted.
    return rule, count(documents), share(documents, came_in), "", "", "", ""


# What a stage takes out of documents that it keeps.
TAKEN_OUT = {"clean": "(taken out by repairs)", "dedup": "(cut as repeated passages)"}


def _rule_cells(figures: Figures, stage: str) -> Iterator[tuple[str, ...]]:
    """Of one stage and language or source: rule, then documents, MB, syllables, each with its share."""
    by_measure = {"documents": "dropped", "bytes": "dropped_bytes", "syllables": "dropped_syllables"}
    came_in = {measure: _counts(figures, measure)["in"] for measure in MEASURES}
    for rule, _ in _ranked(figures["dropped"]):
        cells = [rule]
        for measure, (_, written) in MEASURES.items():
            lost = figures[by_measure[measure]][rule]
            cells += [written(lost), share(lost, came_in[measure])]
        yield tuple(cells)
    taken_out = {measure: _taken_out(figures[measure]) for measure in ("bytes", "syllables")}
    if any(taken_out.values()):
        cells = [TAKEN_OUT.get(stage, "(changed)"), "", ""]
        for measure, lost in taken_out.items():
            cells += [MEASURES[measure][1](lost), share(lost, came_in[measure])]
        yield tuple(cells)


def _taken_out(counts: Figures) -> int:
    return counts["in"] - counts["kept"] - counts["dropped"]


def _rules(results: Results, stage: str, language: str) -> list[tuple[str, str, int, int]]:
    """Stage, rule, documents dropped, documents that came in; the rule that dropped most first."""
    if stage == "fetch":
        return _fetch_rules(results, language)
    figures = _figures(results, stage, language)
    return [
        (stage, rule, documents, figures["documents"]["in"])
        for rule, documents in _ranked(figures.get("dropped", {}))
        if documents
    ]


def _fetch_rules(results: Results, language: str, only: str | None = None) -> list[tuple[str, str, int, int]]:
    """The same of fetch, which knows its sources only, or of one of them."""
    dropped_by: Counter[str] = Counter()
    came_in = 0
    for source, values in results.metrics.get("fetch", {}).items():
        of_language = results.settings.get("sources", {}).get(source, {}).get("corpus") == language
        if of_language and only in (None, source):
            dropped_by.update(values["dropped"])
            came_in += values["documents"] + sum(values["dropped"].values())
    return [("fetch", rule, documents, came_in) for rule, documents in _ranked(dropped_by) if documents]


def perplexity(results: Results) -> Section:
    """Percentiles by source, the bounds that follow from them, and what those dropped and spared."""
    spread = [
        {"group": source, **values, **_figures(results, "perplexity", language)["bounds"][source]}
        for language in _languages(results)
        for source, values in sorted(_figures(results, "perplexity", language).get("perplexity", {}).items())
    ]
    tables = [_percentiles(results), _qualities(results)]
    if not any(table.rows for table in tables):
        return Section("perplexity", "Perplexity")
    caption = "Per syllable: 5th to 95th percentile thin, 20th to 80th thick, the median a dot, the bounds dashes."
    drawn = [Chart(charts.svg(charts.spreads(spread, "perplexity"), "perplexity"), caption)] if spread else []
    return Section(
        "perplexity",
        "Perplexity",
        "A language model that is trained on the corpus scores each document, but none that it has read; so does a "
        "classifier of quality, if it is on. Of the documents outside the bounds of their source a share is dropped; "
        "others are spared, drawn by their ids or exempt by their source or domain.",
        drawn,
        [*tables, rules_table(results, SCORED), _rules_by_source(results, SCORED), _spared(results)],
    )


def _percentiles(results: Results) -> Table:
    rows = []
    for language in _languages(results):
        stage = _figures(results, "perplexity", language)
        for source, values in sorted(stage["perplexity"].items()):
            bounds = stage["bounds"][source]
            found = (values[f"p{percentile}"] for percentile in PERCENTILES)
            cells = (number(value, 1) for value in (*found, bounds["low"], bounds["high"]))
            rows.append((_name(language), source, *cells))
    head = ("language", "source", *(f"p{percentile}" for percentile in PERCENTILES), "low bound", "high bound")
    return Table(head, rows, labels=2)


def _qualities(results: Results) -> Table:
    rows = []
    for language in _languages(results):
        classifier = _figures(results, "perplexity", language).get("classifier", {})
        for source, values in sorted(classifier.get("quality", {}).items()):
            found = (values[f"p{percentile}"] for percentile in PERCENTILES)
            cells = (number(value, 3) for value in (*found, classifier["min_quality"][source]))
            rows.append((_name(language), source, *cells, number(classifier["held_out_auc"], 3)))
    note = "AUC: how well the classifier tells its reference from the web, on documents that it has not read."
    head = ("language", "source", *(f"p{percentile}" for percentile in PERCENTILES), "low bound", "AUC")
    return Table(head, rows, note, labels=2, title="Quality by the classifier, 0 to 1")


def _spared(results: Results) -> Table:
    rows = []
    for language in _languages(results):
        stage = _figures(results, "perplexity", language)
        spared = {"perplexity": stage["spared"]} if stage["perplexity"] else {}
        spared |= {"quality": stage["classifier"]["spared"]} if "classifier" in stage else {}
        for score, by_reason in spared.items():
            dropped = sum(lost for rule, lost in stage["dropped"].items() if rule.startswith(f"{score}_"))
            drawn, exempt = by_reason["drawn"], by_reason["exempt"]
            outside = dropped + drawn + exempt
            part = share(outside, stage["documents"]["in"])
            rows.append((_name(language), score, count(outside), part, *map(count, (dropped, drawn, exempt))))
    head = ("language", "score", "outside", "share", "dropped", "spared by draw", "spared as exempt")
    return Table(head, rows, labels=2, title="Documents outside the bounds")


def defects(results: Results) -> Section:
    """Recall and precision on documents whose defects are known, and clean documents that were lost."""
    rows, lost, bars = [], [], []
    for language in _languages(results):
        for stage in ("clean", "perplexity", "dedup"):
            labels = _figures(results, stage, language).get("labels", {})
            for kind, labelled in sorted(labels.get("labelled", {}).items()):
                recall, precision = labels["recall"][kind], labels["precision"].get(kind)
                cells = (_at_least(recall, MIN_RECALL), _at_least(precision, MIN_PRECISION))
                rows.append((_name(language), stage, kind, count(labelled), *cells))
                bars.append({"group": kind, "kind": _name(language), "value": recall})
            if labels:
                cell = percent(labels["clean_lost"], 2)
                cell = Poor(cell) if labels["clean_lost"] > MAX_CLEAN_LOST else cell
                lost.append((_name(language), stage, cell, percent(labels.get("clean_changed"), 2)))
    if not rows:
        return Section("defects", "Known defects")
    seen = {bar["kind"] for bar in bars}
    colours = {NAMES[key]: colour for key, colour in charts.LANGUAGE_COLOURS.items() if NAMES[key] in seen}
    spec = charts.grouped_bars(bars, sorted({bar["group"] for bar in bars}), colours, "recall", ".0%")
    return Section(
        "defects",
        "Known defects",
        "The built-in world plants defects and labels them; the stages never see the labels. Recall: the share that "
        "was dropped or repaired. Precision: of what the rules for a kind touched, the share that carries a label. "
        f"What stands out is below {percent(MIN_RECALL)}; of clean documents, above {percent(MAX_CLEAN_LOST)} lost.",
        [Chart(charts.svg(spec, "recall"), "Recall by kind of defect.")],
        [
            Table(("language", "stage", "defect", "labelled", "recall", "precision"), rows, labels=3),
            Table(("language", "stage", "lost", "changed"), lost, labels=2, title="Clean documents"),
        ],
    )


def _at_least(value: float | None, least: float) -> str:
    cell = percent(value, 1)
    return Poor(cell) if value is not None and value < least else cell


COPIES = ("exact_duplicate", "near_duplicate", "instruction_duplicate")


def duplicates(results: Results) -> Section:
    """Copies that went, the clusters that they formed, and passages cut out of documents that stay."""
    rows, clusters = [], []
    for language in _languages(results):
        figures = _figures(results, "dedup", language)
        if not figures:
            continue
        documents, lost = figures["documents"], [figures["dropped"].get(rule, 0) for rule in COPIES]
        rows.append(
            (
                _name(language),
                count(documents["in"]),
                *map(count, lost),
                share(sum(lost), documents["in"]),
                count(figures["documents_with_cuts"]),
                count(figures["cut_syllables"]),
                share(figures["cut_syllables"], figures["syllables"]["in"]),
            )
        )
        for size, found in sorted(figures["clusters"].items(), key=lambda pair: int(pair[0].partition("-")[0])):
            clusters.append((_name(language), size, count(found)))
    head = ("language", "documents", "exact", "near", "of instructions", "share")
    return Section(
        "duplicates",
        "Duplicates",
        "Of documents that are equal or nearly so one stays, and stands for its cluster; passages that several "
        "documents share stay in one of them.",
        tables=[
            Table((*head, "with cuts", "syllables cut", "share"), rows),
            Table(
                ("language", "documents in the cluster", "clusters"), clusters, labels=2, title="Clusters of duplicates"
            ),
        ]
        if rows
        else [],
    )


def contamination(results: Results) -> Section:
    """Benchmark items found in the corpus, and the documents that held them."""
    rows = []
    for language in _languages(results):
        for benchmark, found in sorted(_figures(results, "split", language).get("contaminated", {}).items()):
            items = sum(results.metrics.get("benchmarks", {}).get(benchmark, {}).get("items", {}).values())
            documents = found["as_written"] + found["without_diacritics"]
            rows.append(
                (
                    _name(language),
                    benchmark,
                    count(items),
                    count(found["items"]),
                    share(found["items"], items),
                    count(documents),
                    count(found["as_written"]),
                    count(found["without_diacritics"]),
                )
            )
    head = ("language", "benchmark", "items", "items found", "share", "documents", "as written")
    return Section(
        "contamination",
        "Contamination",
        "Documents that hold items of a benchmark are dropped, whatever the order of the options; some hold them only "
        "if diacritics are left out of account. data/split/<language>/contaminated_items.json names the items: scores "
        "on the others are the part `clean` of the benchmark.",
        tables=[Table((*head, "only without diacritics"), rows, labels=2)] if rows else [],
    )


def years(results: Results) -> Section:
    """Documents by the year that they name, of sources that give dates."""
    rows, columns = [], []
    for source, values in sorted(results.metrics.get("fetch", {}).items()):
        dated = {int(year): documents for year, documents in values["years"].items() if year.isdecimal()}
        if not dated:
            continue
        total = sum(dated.values())
        without = values["documents"] - total
        columns += [{"bin": _bin(year), "kind": source, "value": documents} for year, documents in dated.items()]
        middle = _median(dated)
        rows.append((source, count(total), count(without), str(min(dated)), str(middle), str(max(dated))))
    if not rows:
        return Section("years", "Dates")
    inside = [int(column["bin"]) for column in columns if column["bin"].isdecimal()]
    bins = [str(year) for year in range(min(inside), max(inside) + 1)] if inside else []
    found = {column["bin"] for column in columns}
    bins = [*(b for b in (_EARLIER,) if b in found), *bins, *(b for b in (_LATER,) if b in found)]
    columns, kinds = _common_kinds(columns)
    chart = Chart(
        charts.svg(charts.histogram(columns, bins, kinds, "documents"), "years"),
        "Documents by year.",
        wide=len(bins) > WIDE_BINS,
    )
    return Section(
        "years",
        "Dates",
        "The year of the date that comes with a document, of the sources that give one, as fetched.",
        [chart],
        [Table(("source", "dated", "without a date", "first year", "median", "last year"), rows)],
    )


_EARLIER, _LATER = f"before {FIRST_YEAR}", f"after {LAST_YEAR}"


def _bin(year: int) -> str:
    return _EARLIER if year < FIRST_YEAR else _LATER if year > LAST_YEAR else str(year)


def _median(counts: Mapping[int, int]) -> int:
    """The year of the document in the middle, the earlier of two."""
    before, half = 0, (sum(counts.values()) + 1) // 2
    for year in sorted(counts):
        before += counts[year]
        if before >= half:
            return year
    raise ValueError("no years")


def _common_kinds(bars: list[dict[str, Any]], most: int = 9) -> tuple[list[dict[str, Any]], list[str]]:
    """The bars with all but the commonest kinds as one, `other`, so that each colour means one; and the kinds."""
    totals: Counter[str] = Counter()
    for bar in bars:
        totals[bar["kind"]] += bar["value"]
    kinds = [kind for kind, _ in _ranked(totals)]
    if len(kinds) > most + 1:
        kinds = [*kinds[:most], "other"]
    merged: Counter[tuple[str, str]] = Counter()
    for bar in bars:
        merged[bar["bin"], bar["kind"] if bar["kind"] in kinds else "other"] += bar["value"]
    return [{"bin": bin_, "kind": kind, "value": value} for (bin_, kind), value in merged.items()], kinds


def sources(results: Results) -> Section:
    """Where the text comes from, under which licence, and how much of it is left at the end."""
    described = results.settings.get("sources", {})
    rows, unused = [], []
    for source, values in sorted(results.metrics.get("fetch", {}).items()):
        entry = described.get(source, {})
        if not values["documents"]:
            unused.append(source)
            continue
        language = entry.get("corpus", "")
        kept = _figures(results, "split", language).get("sources", {}).get(source, {}).get("kept")
        rows.append(
            (
                source,
                language,
                entry.get("repository") or entry.get("input", ""),
                values["licence"],
                values["revision"][:12],
                values["data_date"][:10],
                count(values["documents"]),
                megabytes(values["bytes"]),
                count(kept),
            )
        )
    note = f"Not used in this profile: {', '.join(unused)}." if unused else ""
    head = ("source", "corpus", "origin", "licence", "revision", "date of the data", "documents", "MB", "kept")
    text = "Revision: the commit of a data set that is pinned. Kept: documents left after all stages of the corpus."
    return Section("sources", "Sources and licences", text, tables=[Table(head, rows, note, labels=6)] if rows else [])


def _languages(results: Results) -> list[str]:
    """The corpora that any document came into."""
    known = results.settings.get("corpora", NAMES)
    return [name for name in known if _figures(results, "clean", name).get("documents", {}).get("in")]


def _figures(results: Results, stage: str, language: str) -> Figures:
    return results.metrics.get(stage, {}).get(language, {})


def _sources(results: Results, language: str) -> list[str]:
    return sorted(_figures(results, "clean", language).get("sources", {}))


# Of a source that an earlier stage dropped as a whole.
_NOTHING = {"in": 0, "kept": 0} | {measure: {"in": 0, "kept": 0} for measure in ("bytes", "syllables")}


def _flows(results: Results) -> Iterator[tuple[str, str, dict[str, Figures]]]:
    """Language, source, figures of each stage; first the language as a whole, then its sources."""
    for language in _languages(results):
        yield language, WHOLE, {stage: _figures(results, stage, language) for stage in STAGES}
        for source in _sources(results, language):
            of_stage = {stage: _figures(results, stage, language)["sources"] for stage in STAGES}
            yield language, source, {stage: by_source.get(source, _NOTHING) for stage, by_source in of_stage.items()}


def _counts(figures: Figures, measure: str) -> Figures:
    """The counts of a measure. A source has those of its documents among its own figures."""
    return figures.get(measure, figures)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _name(language: str) -> str:
    return NAMES.get(language, language)
