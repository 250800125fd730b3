"""The part of the report about scores: what the models score, by text, by letter and in writing, and bits per byte."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from stages.reporting import charts
from stages.reporting.changes import WHOLE, domain_change, is_clear, task_change
from stages.reporting.layout import NAMES, Chart, Poor, Section, Table, count, number, percent
from stages.reporting.results import LANGUAGES, MEASURE_NAMES, RANDOM, TOTALS, Results, Score
from stages.scoring.comparison import Change
from stages.scoring.statistics import NORMAL_95, wilson_interval

# Two-sided 99.9 % point of the normal distribution: a task is said to give itself away beyond it, so that among a
# hundred fair tasks one in ten reports says so wrongly.
NORMAL_999 = 3.290527
OFF_CHANCE = "†"
MARKS = {"better": "▲ ", "worse": "▼ "}


def sections(results: Results) -> list[Section]:
    """All sections about scores, in reading order; those without anything to show are empty."""
    return [scores(results), letters(results), generation(results), domains(results), benchmarks(results)]


def main_models(results: Results) -> list[str]:
    """The base, the extended, the last pretrained and the final model, of those there are."""
    pretrained = [model for model in results.models if model.startswith("pretrain/")]
    extended = [model for model in results.models if model == "extend"]
    return list(dict.fromkeys([results.models[0], *extended, *pretrained[-1:], results.models[-1]]))


def scores(results: Results) -> Section:
    """Every benchmark along the pipeline, each task before and after beside what ignorance scores, the changes."""
    drawn, tables = [], []
    for language in LANGUAGES:
        found = {task: task_change(results, language, task) for task in shown_tasks(results, language)}
        found = {task: change for task, change in found.items() if change}
        if found:
            rows = [
                {
                    "task": task_name(task),
                    "change": 100 * change.difference.value,
                    "low": 100 * change.difference.low,
                    "high": 100 * change.difference.high,
                    "clear": is_clear(results, change),
                }
                for task, change in found.items()
            ]
            spec = charts.changes(rows, charts.LANGUAGE_COLOURS[language])
            caption = (
                f"{NAMES[language]}: {results.models[-1]} over {results.models[0]} on the same items, with 95 % "
                "intervals. Filled: told apart from no change."
            )
            drawn.append(Chart(charts.svg(spec, f"changes-{language}"), caption))
        tables.append(task_table(results, language, found))
    drawn += [_along_the_pipeline(results, benchmark) for benchmark in _benchmarks(results)]
    tables += [_every_model(results, language) for language in LANGUAGES]
    return Section(
        "scores",
        "Scores",
        "A choice is scored by likelihood: the option that the model finds likeliest per byte counts as its answer. "
        "Chance is what guessing scores; the random network is one that learnt nothing, and where it is off chance "
        "the options give something away, so a gain counts over both. Changes are paired: over the same items.",
        drawn,
        [table for table in tables if table.rows],
    )


def task_name(task: str) -> str:
    """How a task is called: its benchmark for the whole of it, else with its part.

    >>> task_name("exam.all"), task_name("exam.facts")
    ('exam', 'exam: facts')
    """
    benchmark, part = task.split(".", 1)
    return benchmark if part == "all" else f"{benchmark}: {part}"


def shown_tasks(results: Results, language: str) -> list[str]:
    """The tasks, each once: of a benchmark with a single part only that, or its total where it says more."""
    measured: dict[str, set[str]] = {}
    for score in results.scores(language):
        measured.setdefault(score.task, set()).update(score.values)
    parts = Counter(task.split(".")[0] for task in measured if task.split(".", 1)[1] not in TOTALS)
    left_out = set()
    for task in measured:
        benchmark, part = task.split(".", 1)
        total = f"{benchmark}.all"
        if part not in TOTALS and parts[benchmark] == 1 and total in measured:
            left_out.add(total if measured[task] >= measured[total] else task)
            if "clean_items" in measured[task]:
                left_out.add(f"{benchmark}.clean")
    return [task for task in measured if task not in left_out]


def chances(results: Results, language: str) -> dict[str, float]:
    """What guessing scores on each task, from the model that knows least: the closer to it, the more exact."""
    found: dict[str, tuple[float, float]] = {}
    for model in (*results.models, RANDOM):
        for score in results.scores_of(model, language):
            if score.chance is not None:
                found[score.task] = min(found.get(score.task, (2.0, 0.0)), (score.value, score.chance))
    return {task: chance for task, (_, chance) in found.items()}


def gives_itself_away(random: Score, chance: float | None) -> bool:
    """Whether a random network is off chance by more than guessing explains (99.9 %)."""
    if chance is None or random.measure != "acc":
        return False
    low, high = wilson_interval(round(random.value * random.items), random.items, NORMAL_999)
    return not low <= chance <= high


def tasks_off_chance(results: Results, language: str) -> list[str]:
    """The tasks that give themselves away, to a network that learnt nothing."""
    guessed = chances(results, language)
    return [
        score.task for score in results.scores_of(RANDOM, language) if gives_itself_away(score, guessed.get(score.task))
    ]


def _benchmarks(results: Results) -> list[str]:
    return sorted({score.benchmark for language in LANGUAGES for score in results.scores(language)})


def _along_the_pipeline(results: Results, benchmark: str) -> Chart:
    rows = [
        {"model": s.model, "language": NAMES[language], "value": s.value, "low": s.low, "high": s.high}
        for language in LANGUAGES
        for s in results.scores(language)
        if s.task == f"{benchmark}.all"
    ]
    seen = {row["language"] for row in rows}
    colours = {NAMES[key]: charts.LANGUAGE_COLOURS[key] for key in LANGUAGES if NAMES[key] in seen}
    guessed = {chances(results, language).get(f"{benchmark}.all") for language in LANGUAGES} - {None}
    chance = min(guessed) if guessed else None
    measure = next(s.measure for key in LANGUAGES for s in results.scores(key) if s.task == f"{benchmark}.all")
    spec = charts.scores(rows, results.models, colours, chance)
    dashed = ", dashed: chance" if chance is not None else ""
    caption = f"{benchmark}: {MEASURE_NAMES[measure]} along the pipeline, with 95 % intervals{dashed}."
    return Chart(charts.svg(spec, f"scores-{_id(benchmark)}"), caption)


def task_table(results: Results, language: str, found: Mapping[str, Change]) -> Table:
    """A row a task: items, chance, the random network, the first and the last model, and the change between them."""
    first, last = results.models[0], results.models[-1]
    guessed = chances(results, language)
    by_model = {model: _by_task(results, model, language) for model in (RANDOM, first, last)}
    rows, off = [], [task for task in tasks_off_chance(results, language) if task in shown_tasks(results, language)]
    for task in shown_tasks(results, language):
        of_task = {model: of_model.get(task) for model, of_model in by_model.items()}
        known = next(score for score in (of_task[last], of_task[first], *_any(results, language, task)) if score)
        random = of_task[RANDOM]
        mark = f" {OFF_CHANCE}" if task in off else ""
        rows.append(
            (
                _task_cell(known),
                count(known.items),
                percent(guessed.get(task), 1),
                f"{percent(random.value, 1)}{mark}" if random else "",
                *(with_interval(of_task[model]) for model in (first, last)),
                *change_cells(results, found.get(task)),
            )
        )
    head = (NAMES[language], "items", "chance", "random network", first, last, "change in points (95 %)", "p (Holm)")
    note = f"{NAMES[language]}. In brackets 95 % intervals, in percent. ▲ better, ▼ worse: told apart from no change."
    if any(row[0].endswith(": clean") for row in rows):
        note += " Clean: without the items that the corpus held."
    if off:
        note += (
            f" {OFF_CHANCE} The random network is off chance by more than guessing explains (99.9 %) in "
            f"{', '.join(map(task_name, off))}: read the models there against it, not against chance."
        )
    return Table(head, rows, note)


def change_cells(results: Results, change: Change | None) -> tuple[str, str]:
    """The change with its interval, of scores in points, marked where it is clear, and its p-value; empty for none."""
    if change is None:
        return "", ""
    unit, digits = (1, 3) if change.is_bits else (100, 1)
    found = change.difference
    value, low, high = (f"{unit * end:+.{digits}f}" for end in (found.value, found.low, found.high))
    verdict = change.verdict(results.settings["compare"]["significance"])
    text = f"{MARKS.get(verdict, '')}{value} ({low} to {high})"
    return (Poor(text) if verdict == "worse" else text), p_value(change.p)


def p_value(p: float) -> str:
    """A p-value as it is usually written.

    >>> p_value(0.00002), p_value(0.0313)
    ('< 0.001', '0.031')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def with_interval(score: Score | None) -> str:
    """A score and its 95 % interval in percent; empty for none."""
    return f"{percent(score.value)} ({100 * score.low:.0f}–{100 * score.high:.0f})" if score else ""


def _task_cell(score: Score) -> str:
    name = task_name(score.task)
    return name if score.measure == "acc" else f"{name} ({MEASURE_NAMES[score.measure]})"


def _by_task(results: Results, model: str, language: str) -> dict[str, Score]:
    return {score.task: score for score in results.scores_of(model, language)}


def _any(results: Results, language: str, task: str) -> list[Score]:
    return [score for score in results.scores(language) if score.task == task]


def _every_model(results: Results, language: str) -> Table:
    models = [*results.models, *([RANDOM] if results.scores_of(RANDOM, language) else [])]
    by_model = {model: _by_task(results, model, language) for model in models}
    rows = []
    for task in shown_tasks(results, language):
        known = _any(results, language, task)[0]
        rows.append((_task_cell(known), *(with_interval(by_model[model].get(task)) for model in models)))
    bits = (domains_of(results, model, language).get(WHOLE) for model in models)
    rows.append(("bits per byte", *map(_bits, bits)))
    note = "In brackets 95 % intervals, in percent; ± half of one."
    return Table((NAMES[language], *models), rows, note, title=f"{NAMES[language]}: every model", folded=True)


def asked_by_letter(results: Results, language: str) -> list[str]:
    """The tasks that are asked by letter, without a total that has only one part's items: its text score has more."""
    items = {s.task: s.values["letter_items"] for s in results.scores(language) if "letter_items" in s.values}
    parts = {(task.split(".")[0], count) for task, count in items.items() if not task.endswith(".all")}
    return [task for task, count in items.items() if not (task.endswith(".all") and (task[:-4], count) in parts)]


def letters(results: Results) -> Section:
    """Accuracy by the text of the options beside that by their letters, and how much their order matters."""

    def cells(score: Score) -> tuple[str, ...]:
        values = score.values
        low, high = (f"{100 * values[f'letter_{end}']:.0f}" for end in ("low", "high"))
        by_letter = f"{percent(values['letter_acc'])} ({low}–{high})"
        return with_interval(score), by_letter, count(values["letter_items"]), f"{100 * values['option_bias']:.1f}"

    return Section(
        "letters",
        "By letter",
        "The same questions with their options printed under letters, and the likeliest letter taken as the answer. "
        "Asked so: items that were asked by letter, of those by text. Option bias: accuracy with the right answer at "
        "its best place minus that at its worst, in points, over all cyclic orders of the options; 0 is none. A small "
        "model can be at chance by letter and yet know by text.",
        tables=_before_and_after(results, asked_by_letter, ("by text", "by letter", "asked so", "option bias"), cells),
    )


HEALTH = {
    "in the language": "language_consistency",
    "repetition": "repetition",
    "invalid UTF-8": "invalid_utf8",
}


def generation(results: Results) -> Section:
    """Whether generated answers are in the language asked and whole, repeat themselves, and how long they are."""

    def cells(score: Score) -> tuple[str, ...]:
        whole = score.values.get("exact_match", score.values.get("corpus_chrf"))
        return with_interval(score), percent(whole), *_health(score.values)

    head = ("score", "exact, or chrF of all", *HEALTH, "bytes")
    return Section(
        "generation",
        "Written answers",
        "What a model writes itself, greedily: answers to benchmarks, and the samples below. Exact: the share of "
        "answers that are right to the letter; of translations chrF over all at once. In the language: of the answers "
        "whose language can be told, the share in the one asked. Repetition: the share of word 4-grams that stood in "
        "the same answer before. Invalid UTF-8: the share of answers with bytes that are no character. Bytes: mean.",
        tables=[*_before_and_after(results, _written, head, cells), *_samples(results)],
    )


def _samples(results: Results) -> list[Table]:
    tables = []
    for language in LANGUAGES:
        metrics = {model: results.evaluations.get(model, {}) for model in (RANDOM, *main_models(results))}
        health = {model: values.get(language, {}).get("samples") for model, values in metrics.items()}
        rows = [("samples", model, *_health(values)) for model, values in health.items() if values]
        tables.append(Table((NAMES[language], "model", *HEALTH, "bytes"), rows, labels=2))
    return [table for table in tables if table.rows]


def _health(values: Mapping[str, Any]) -> tuple[str, ...]:
    shares = (percent(values.get(name), 1) for name in HEALTH.values())
    return (*shares, number(values.get("answer_bytes"), 0))


def _written(results: Results, language: str) -> list[str]:
    written = {score.task for score in results.scores(language) if "repetition" in score.values}
    return [task for task in shown_tasks(results, language) if task in written]


def _before_and_after(
    results: Results,
    tasks: Callable[[Results, str], list[str]],
    head: tuple[str, ...],
    cells: Callable[[Score], tuple[str, ...]],
) -> list[Table]:
    """Tables of `tasks`: of the first and the last model, then of every one, folded."""
    first, last = results.models[0], results.models[-1]
    shown, folded = [], []
    for language in LANGUAGES:
        by_model = {model: _by_task(results, model, language) for model in (*results.models, RANDOM)}
        rows = [
            (_task_cell(found), model, *cells(found))
            for task in tasks(results, language)
            for model, by_task in by_model.items()
            if (found := by_task.get(task))
        ]
        columns = (NAMES[language], "model", *head)
        shown.append(Table(columns, [row for row in rows if row[1] in (first, last)], labels=2))
        folded.append(Table(columns, rows, labels=2, title=f"{NAMES[language]}: every model", folded=True))
    return [table for table in shown + folded if table.rows]


def domains(results: Results) -> Section:
    """Bits per byte by language and source: the main models, drawn and in numbers."""
    models = main_models(results)
    drawn, tables = [], []
    for language in LANGUAGES:
        measured = {model: domains_of(results, model, language) for model in models}
        names = list(dict.fromkeys(name for by_name in measured.values() for name in by_name))
        if not names:
            continue
        rows = [
            {"domain": name, "model": model, **domain_interval(measured[model][name])}
            for name in names
            for model in models
            if name in measured[model]
        ]
        colours = dict(zip(models, charts.COLOURS, strict=False))
        spec = charts.domains(rows, colours)
        drawn.append(
            Chart(
                charts.svg(spec, f"domains-{language}"),
                f"{NAMES[language]}: bits per byte of held-out text by domain, with 95 % intervals.",
            )
        )
        cells, sizes = [], []
        for name in names:
            by_model = [measured[model].get(name) for model in models]
            of_any = next(values for values in by_model if values)
            sizes.append(f"{name} {count(of_any.get('documents'))}")
            cells.append((name, *map(_bits, by_model), *change_cells(results, domain_change(results, language, name))))
        in_base = results.evaluations[models[-1]].get(language, {}).get("base_vocabulary")
        note = "± is half of a 95 % interval. Change: "
        note += f"{models[-1]} over {models[0]} on the same documents, ▲ better, ▼ worse."
        note += f" Documents: {', '.join(sizes)}."
        if in_base:
            note += (
                f" In the base's own tokens {models[-1]} needs {in_base['bpb']:.3f}: the rest of its "
                f"{domains_of(results, models[-1], language)[WHOLE]['bpb']:.3f} is what the longer vocabulary costs."
            )
        head = (NAMES[language], *models, "change (95 %)", "p (Holm)")
        tables.append(Table(head, cells, note))
    return Section(
        "domains",
        "Bits per byte",
        "How well a model predicts held-out text, the fewer the better: the primary measure, since it does not depend "
        "on the tokenizer and needs no items. A domain is a source of the corpus.",
        drawn,
        tables,
    )


def benchmarks(results: Results) -> Section:
    """Where the items of each benchmark come from."""
    rows = []
    for name, values in sorted(results.metrics.get("benchmarks", {}).items()):
        if items := values["items"]:
            sources = values.get("sources", {}).values()
            places = sorted({source.get("repository") or source["path"] for source in sources})
            revisions = sorted({source["revision"][:12] for source in sources if source.get("revision")})
            languages = sorted({part.rpartition("-")[2] for part in items})
            lists = (", ".join(names) for names in (languages, places or ["made here"], revisions))
            rows.append((name, *lists, values.get("licence", ""), count(sum(items.values()))))
    text = "Where the items come from; those that the corpus held are told of under Contamination."
    head = ("benchmark", "languages", "origin", "revision", "licence", "items")
    return Section("benchmarks", "Benchmarks", text, tables=[Table(head, rows, labels=5)] if rows else [])


def domains_of(results: Results, model: str, language: str) -> dict[str, Mapping[str, Any]]:
    """What a model needs for a language as a whole and for each of its domains."""
    metrics = results.evaluations.get(model, {}).get(language, {})
    return ({WHOLE: metrics} if "bpb" in metrics else {}) | dict(metrics.get("sources", {}))


def domain_interval(values: Mapping[str, Any]) -> dict[str, float]:
    """The ends of the bootstrap where they were measured, else those by the standard error; never below a hundredth."""
    half = NORMAL_95 * values.get("bpb_se", 0.0)
    low, high = values.get("bpb_low", values["bpb"] - half), values.get("bpb_high", values["bpb"] + half)
    return {"value": values["bpb"], "low": max(0.01, low), "high": high}


def _bits(values: Mapping[str, Any] | None) -> str:
    return f"{values['bpb']:.3f} ± {NORMAL_95 * values.get('bpb_se', 0.0):.3f}" if values else ""


def _id(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)
