"""What the report says, as sections of tables, charts and samples that page and Markdown both show."""

from collections.abc import Mapping
from typing import Any

from stages.reporting import charts, corpus, scores, vocabulary
from stages.reporting.layout import NAMES, Chart, Figure, Sample, Section, Table, count, number, percent
from stages.reporting.results import LANGUAGES, Results
from stages.scoring.statistics import NORMAL_95


def sections(results: Results) -> list[Section]:
    """Every section that has something to show, in reading order."""
    made = [
        *scores.sections(results),
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
        before, now = (
            # Written answers have no chance level that guessing gives, so no place in a mean above it.
            {s.benchmark: s for s in results.scores_of(model, language) if s.part == "all" and s.measure == "acc"}
            for model in (first, last)
        )
        shared = sorted(set(before) & set(now))
        if len(shared) == 1:
            (name,) = shared
            values = (percent(now[name].value), f"{first} {percent(before[name].value)}")
            figures.append(Figure(f"{NAMES[language]} {name}", *values))
        elif shared:
            means = [sum(of[name].above_chance for name in shared) / len(shared) for of in (now, before)]
            note = f"{first} {means[1]:.1f}; chance 0, best 100"
            figures.append(Figure(f"{NAMES[language]}, {len(shared)} benchmarks", f"{means[0]:.1f}", note))
    for language in LANGUAGES:
        before, now = (results.evaluations[model].get(language, {}).get("bpb") for model in (first, last))
        if before is not None and now is not None:
            figures.append(Figure(f"{NAMES[language]} bits per byte", f"{now:.3f}", f"{first} {before:.3f}"))
    if fertility := results.metrics.get("vocab", {}).get("vi", {}).get("all"):
        before, now = fertility["no_digits_tokens_per_word_before"], fertility["no_digits_tokens_per_word"]
        figures.append(Figure("Tokens per Vietnamese syllable", f"{now:.2f}", f"before {before:.2f}"))
    return figures


def training(results: Results) -> Section:
    """Curves of all runs, one after the other, and what each run was."""
    runs = [name for name in _run_order(results) if results.curves[name]]
    rows = curve_rows(results, runs)
    losses = [{"run": r["run"], "x": r["step"], "value": r["train_loss"]} for r in rows if "train_loss" in r]
    drawn = [*_bits_over_tokens(results)]
    colours = dict(zip(runs, charts.COLOURS, strict=False))
    if losses:
        spec = charts.training(losses, _starts(losses), "training loss, nats a token", colours, "run")
        caption = "Training loss of every run. The base has fewer tokens to choose from than the runs after vocab."
        drawn.append(Chart(charts.svg(spec, "train-loss"), caption, wide=True))
    if norms := [{"run": r["run"], "x": r["step"], "value": r["gradient_norm"]} for r in rows if "gradient_norm" in r]:
        spec = charts.training(norms, _starts(norms), "largest gradient norm", colours, "run")
        drawn.append(Chart(charts.svg(spec, "gradient-norm"), "Largest gradient norm since the row before.", wide=True))
    measured = _runs(results)
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


def _bits_over_tokens(results: Results) -> list[Chart]:
    """Held-out bits per byte over the tokens of all stages of pretraining, and what the stages' models scored."""
    stages = [name for name in results.settings.get("pretrain", {}) if results.curves.get(name)]
    curve = [
        {"run": row["run"], "x": row["tokens"], "value": row[name], "language": NAMES.get(language, language)}
        for row in curve_rows(results, stages)
        for name in row
        if (language := name.removesuffix("_bits_per_byte")) != name
    ]
    if not curve:
        return []
    borders, points = 0, []
    starts = []
    for model, stage in (("extend", ""), *((f"pretrain/{name}", name) for name in stages)):
        if stage:
            starts.append({"run": stage, "x": borders})
            borders += results.metrics["pretrain"][stage]["tokens"]
        for language in LANGUAGES:
            if "bpb" in (values := results.evaluations.get(model, {}).get(language, {})):
                half = NORMAL_95 * values["bpb_se"]
                ends = {"low": values.get("bpb_low", values["bpb"] - half)}
                ends |= {"high": values.get("bpb_high", values["bpb"] + half)}
                points.append({"x": borders, "value": values["bpb"], "language": NAMES[language], **ends})
    seen = {row["language"] for row in curve}
    colours = {NAMES[key]: colour for key, colour in charts.LANGUAGE_COLOURS.items() if NAMES[key] in seen}
    titles = ("held-out bits per byte", colours, "language", "tokens of pretraining, all stages")
    spec = charts.training(curve, starts, *titles, points)
    caption = (
        "Bits per byte over the tokens of pretraining. Lines: validation text while training. Dots: test text of the "
        "model before the first stage and after each, with 95 % intervals."
    )
    return [Chart(charts.svg(spec, "bits-over-tokens"), caption, wide=True)]


def _starts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where each run has its first point."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row["run"], row["x"])
    return [{"run": run, "x": x} for run, x in first.items()]


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
    """The rows of all curves with `run`, `step` and `tokens` counted on from run to run, and `run_step` within the run.

    Of a tuning run, tokens are those that it learns: the answers'.
    """
    rows, steps, tokens = [], 0, 0
    measured = _runs(results)
    for run in _run_order(results) if runs is None else runs:
        values = measured.get(run, {})
        learnt = values.get("tokens", values.get("learnt_tokens", 0))
        for row in results.curves[run]:
            done = learnt * row["step"] / max(1, values.get("steps", 0))
            counted = {"step": int(steps + row["step"]), "tokens": int(tokens + done)}
            rows.append({**row, "run": run, "run_step": int(row["step"]), **counted})
        steps += int(max((row["step"] for row in results.curves[run]), default=0))
        tokens += learnt
    return rows


def _runs(results: Results) -> dict[str, Mapping[str, Any]]:
    """The metrics of every training run by its name."""
    runs = {"base": results.metrics.get("base", {}), **results.metrics.get("pretrain", {})}
    return runs | {f"instruct-{name}": values for name, values in results.metrics.get("instruct", {}).items()}


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
