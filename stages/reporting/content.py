"""What the report says, as sections of tables, charts and samples that page and Markdown both show."""

from collections.abc import Mapping
from typing import Any

from stages.reporting import charts, corpus, vocabulary
from stages.reporting.layout import NAMES, Chart, Figure, Sample, Section, Table, count, number, percent
from stages.reporting.results import LANGUAGES, Results, Score

# Four options: what a model scores that ignores the question.
CHANCE = {"exam": 0.25}


def sections(results: Results) -> list[Section]:
    """Every section that has something to show, in reading order."""
    made = [
        scores(results),
        training(results),
        *vocabulary.sections(results),
        *corpus.sections(results),
        mixture(results),
        samples(results),
        settings(results),
    ]
    return [part for part in made if part.charts or part.tables or part.samples]


def summary(results: Results) -> list[Figure]:
    """The figures of the last model beside those of the first."""
    first, last = results.models[0], results.models[-1]
    figures = []
    for language in LANGUAGES:
        parts = {(score.model, score.part): score for score in results.scores(language)}
        for part in [name for name in results.parts(language) if name.endswith(".all")][:1]:
            if (first, part) in parts and (last, part) in parts:
                before, now = parts[first, part], parts[last, part]
                label = f"{NAMES[language]} {part.removesuffix('.all')}"
                figures.append(Figure(label, percent(now.acc), f"{first} {percent(before.acc)}"))
    for language in LANGUAGES:
        before, now = (results.evaluations[model].get(language, {}).get("bpb") for model in (first, last))
        if before is not None and now is not None:
            figures.append(Figure(f"{NAMES[language]} bits per byte", f"{now:.3f}", f"{first} {before:.3f}"))
    if fertility := results.metrics.get("vocab", {}).get("vi", {}).get("all"):
        before, now = fertility["no_digits_tokens_per_word_before"], fertility["no_digits_tokens_per_word"]
        figures.append(Figure("Tokens per Vietnamese syllable", f"{now:.2f}", f"before {before:.2f}"))
    return figures


def scores(results: Results) -> Section:
    """Accuracy with intervals and bits per byte, models side by side."""
    drawn, tables = [], []
    for language in LANGUAGES:
        found = results.scores(language)
        for part in (name for name in results.parts(language) if name.endswith(".all")):
            benchmark = part.removesuffix(".all")
            rows = [_score_row(score) for score in found if score.part == part]
            spec = charts.scores(rows, results.models, charts.LANGUAGE_COLOURS[language], CHANCE.get(benchmark))
            chance = ", dashed: chance" if benchmark in CHANCE else ""
            drawn.append(
                Chart(
                    charts.svg(spec, f"scores-{language}-{_id(part)}"),
                    f"{NAMES[language]}: share of {benchmark} items answered right, with 95 % intervals{chance}.",
                )
            )
            detail = [
                _score_row(score) for score in found if score.part.startswith(f"{benchmark}.") and score.part != part
            ]
            if detail:
                spec = charts.progress(detail, results.models, CHANCE.get(benchmark))
                drawn.append(
                    Chart(
                        charts.svg(spec, f"parts-{language}-{_id(part)}"),
                        f"{NAMES[language]}: the parts of {benchmark} along the pipeline.",
                    )
                )
        tables.append(_score_table(results, language, found))
    return Section(
        "scores",
        "Scores",
        "Accuracy is by likelihood: the option that the model finds likeliest per byte counts as its answer. Bits per "
        "byte measure how well a model predicts held-out text, the fewer the better; they compare across tokenizers.",
        drawn,
        tables,
    )


def _score_row(score: Score) -> dict[str, Any]:
    part = score.part.split(".", 1)[1]
    return {"model": score.model, "part": part, "acc": score.acc, "low": score.low, "high": score.high}


def _score_table(results: Results, language: str, found: list[Score]) -> Table:
    parts = results.parts(language)
    by_place = {(score.model, score.part): score for score in found}
    rows = []
    for model in results.models:
        metrics = results.evaluations[model].get(language, {})
        cells = [model]
        for part in parts:
            score = by_place.get((model, part))
            cells.append(f"{percent(score.acc)} ({100 * score.low:.0f}–{100 * score.high:.0f})" if score else "")
        cells.append(f"{metrics['bpb']:.3f} ± {1.96 * metrics['bpb_se']:.3f}" if "bpb" in metrics else "")
        rows.append(tuple(cells))
    items = {score.part: score.items for score in found}
    counted = ", ".join(f"{part} {count:,}" for part, count in items.items())
    note = f"{NAMES[language]}. In brackets the 95 % interval in percent. Items: {counted}." if counted else ""
    return Table((NAMES[language], *parts, "bits per byte"), rows, note)


def training(results: Results) -> Section:
    """Curves of all runs, one after the other, and what each run was."""
    runs = [name for name in _run_order(results) if results.curves[name]]
    rows = curve_rows(results, runs)
    losses = [{"run": r["run"], "step": r["step"], "value": r["train_loss"]} for r in rows if "train_loss" in r]
    held_out = [
        {"run": row["run"], "step": row["step"], "value": row[name], "language": NAMES.get(language, language)}
        for row in rows
        for name in row
        if (language := name.removesuffix("_bits_per_byte")) != name
    ]
    drawn = []
    if losses:
        colours = dict(zip(runs, charts.COLOURS, strict=False))
        spec = charts.training(losses, _starts(losses), "training loss, nats a token", colours, "run")
        caption = "Training loss of every run. The base has fewer tokens to choose from than the runs after vocab."
        drawn.append(Chart(charts.svg(spec, "train-loss"), caption, wide=True))
    if norms := [
        {"run": r["run"], "step": r["step"], "value": r["gradient_norm"]} for r in rows if "gradient_norm" in r
    ]:
        colours = dict(zip(runs, charts.COLOURS, strict=False))
        spec = charts.training(norms, _starts(norms), "largest gradient norm", colours, "run")
        drawn.append(Chart(charts.svg(spec, "gradient-norm"), "Largest gradient norm since the row before.", wide=True))
    if held_out:
        seen = {row["language"] for row in held_out}
        colours = {NAMES[key]: colour for key, colour in charts.LANGUAGE_COLOURS.items() if NAMES[key] in seen}
        spec = charts.training(held_out, _starts(held_out), "held-out bits per byte", colours, "language")
        drawn.append(Chart(charts.svg(spec, "held-out"), "Bits per byte of held-out text while training.", wide=True))
    measured = {"base": results.metrics.get("base", {}), **results.metrics.get("pretrain", {})}
    measured |= {f"instruct-{name}": values for name, values in results.metrics.get("instruct", {}).items()}
    table = [_run_row(run, measured[run]) for run in _run_order(results) if run in measured]
    head = (
        *("run", "steps", "tokens", "parameters learned", "vi bits per byte", "en bits per byte", "en over the base"),
        "loss on answers",
    )
    text = (
        "A run of no steps passed its model through. Tuning counts the tokens of answers, and the loss on those. "
        "English over the base's, on the same text, tells what a run has forgotten."
    )
    return Section("training", "Training", text, drawn, [Table(head, table)] if table else [])


def _starts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first step of each run."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row["run"], row["step"])
    return [{"run": run, "step": step} for run, step in first.items()]


def _run_row(run: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    answers = [number(values.get(name), 3) for name in ("held_out_loss_before", "held_out_loss")]
    return (
        run,
        count(values.get("steps", 0)),
        count(values.get("tokens", values.get("learnt_tokens", 0))),
        count(values.get("learning_parameters", values.get("parameters"))),
        *(number(values.get(f"{language}_bits_per_byte"), 3) for language in LANGUAGES),
        f"{values['en_rise_percent']:+.1f} %" if "en_rise_percent" in values else "",
        " → ".join(answers) if all(answers) else "",
    )


def curve_rows(results: Results, runs: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows of all curves with `run`, `step` counted on from run to run, and `run_step` within the run."""
    rows, offset = [], 0.0
    for run in _run_order(results) if runs is None else runs:
        for row in results.curves[run]:
            rows.append({**row, "run": run, "run_step": int(row["step"]), "step": int(offset + row["step"])})
        offset += max((row["step"] for row in results.curves[run]), default=0)
    return rows


def _run_order(results: Results) -> list[str]:
    known = [
        "base",
        *results.settings.get("pretrain", {}),
        *(f"instruct-{x}" for x in results.settings.get("instruct", {})),
    ]
    return [run for run in known if run in results.curves] + sorted(set(results.curves) - set(known))


def mixture(results: Results) -> Section:
    """Tokens of each source and its share in every run."""
    packed = results.metrics.get("pack", {})
    runs = {
        name: values["shares"] for name, values in results.metrics.get("pretrain", {}).items() if "shares" in values
    }
    runs = {name: runs[name] for name in results.settings.get("pretrain", runs) if name in runs}
    rows = []
    for language, by_source in sorted(
        packed.items(), key=lambda pair: [*NAMES].index(pair[0]) if pair[0] in NAMES else 9
    ):
        for source, parts in sorted(by_source.items()):
            train = parts.get("train", {"documents": 0, "tokens": 0})
            shares = (percent(shares.get(source, 0.0), 1) for shares in runs.values())
            rows.append(
                (NAMES.get(language, language), source, f"{train['documents']:,}", f"{train['tokens']:,}", *shares)
            )
    head = ("language", "source", "documents", "tokens", *runs)
    text = "Tokens to train on, and the share of each source in the tokens of each run."
    return Section("mixture", "Mixture", text, [], [Table(head, rows, labels=2)] if rows else [])


def samples(results: Results) -> Section:
    """What each model writes; the last first."""
    shown = {
        model: [
            Sample(NAMES[language], sample["kind"], sample["prompt"], sample["text"])
            for language in LANGUAGES
            for sample in results.samples[model].get(language, [])
        ]
        for model in reversed(results.models)
        if model in results.samples
    }
    text = "Greedy text, not chosen: the same prompts for every model. Answers come from models with a chat template."
    return Section("samples", "Samples", text, samples={model: texts for model, texts in shown.items() if texts})


def settings(results: Results) -> Section:
    """The parameters of the run, one a line."""
    rows = [(place, value) for place, value in _flat(results.settings) if not place.startswith("evaluated_models")]
    text = "The values of params.yaml that this run was made with."
    return Section("settings", "Parameters", text, tables=[Table(("parameter", "value"), rows, labels=2)], folded=True)


def _flat(value: Any, place: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        return [line for key, part in value.items() for line in _flat(part, f"{place}.{key}" if place else str(key))]
    if isinstance(value, list):
        return [(place, ", ".join(map(str, value)))]
    return [(place, "" if value is None else str(value))]


def _id(part: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in part)
