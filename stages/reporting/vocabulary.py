"""The part of the report about the vocabulary: what new tokens save, which they are, what they change."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stages.reporting import charts
from stages.reporting.layout import NAMES, Chart, Cut, Poor, Section, Table, Verbatim, count, percent, share
from stages.reporting.results import LANGUAGES, Results
from stages.tokenizer.byte_bpe import to_bytes
from stages.tokenizer.display import show

LISTED_TOKENS = 30  # of each list: what a reader looks through
MAX_ENGLISH_CHANGED = 0.002  # of the base's tokens, where foreign names abound; 0.001 elsewhere
KIND_COLOURS = {"before": "#8fa3b0", "after": charts.LANGUAGE_COLOURS["vi"], "floor": "#3aa17e"}
WHOLE = "all"  # in the column of sources: the language as a whole

Entry = Mapping[str, Any]  # a new token, as the report of the stage vocab lists it


def sections(results: Results) -> list[Section]:
    """All sections about the vocabulary, in reading order; those without anything to show are empty."""
    return [tokenizer(results), initialisation(results), pruning(results)]


def tokenizer(results: Results) -> Section:
    """Tokens per word before and after, the new tokens, and what they change."""
    vocab = results.metrics.get("vocab", {})
    measured = list(_measured(vocab))
    if not measured:
        return Section("tokenizer", "Tokenizer")
    entries = results.vocabulary["new_tokens"]
    bars = [
        {"group": f"{NAMES[language]}: {source}", "kind": kind, "value": values[key]}
        for language, source, values in measured
        for kind, key in (
            ("before", "no_digits_tokens_per_word_before"),
            ("after", "no_digits_tokens_per_word"),
            ("floor", "no_digits_floor"),
        )
    ]
    spec = charts.grouped_bars(
        bars, list(dict.fromkeys(bar["group"] for bar in bars)), KIND_COLOURS, "tokens a word without digits", ".2f"
    )
    return Section(
        "tokenizer",
        "Tokenizer",
        f"{vocab['new_tokens']:,} entries were added to {vocab['base_size']:,}. Measured on held-out documents; the "
        "floor is one token for each piece that the splitting rule allows. In lists of tokens ␣ is a space, and ⟨E1⟩ a "
        "byte that is no whole character.",
        [Chart(charts.svg(spec, "fertility"), "Tokens a word (in Vietnamese: a syllable), held out, by source.")],
        [
            _fertility(measured),
            _kinds(entries, results.vocabulary["unused_held_out"]),
            _tokens(entries, "Longest new tokens", lambda entry: (-len(entry["text"]), entry["id"])),
            _tokens(entries, "Most frequent new tokens", lambda entry: (-entry["occurrences"], entry["id"])),
            *_unused(entries, results.vocabulary["unused_held_out"]),
            _changed_words(results.vocabulary["english_words_changed"], vocab["en"][WHOLE]["words"]),
        ],
        cuts=[
            Cut(NAMES[sample["language"]], sample["domain"], tuple(sample["before"]), tuple(sample["after"]))
            for sample in results.vocabulary["samples"]
        ],
        warning=_warning(entries),
    )


def _measured(vocab: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """Language, source and figures; the language as a whole comes before its sources."""
    for language in LANGUAGES:
        for source, values in sorted(vocab.get(language, {}).items(), key=lambda item: (item[0] != WHOLE, item[0])):
            yield language, source, values


def _fertility(measured: list[tuple[str, str, Mapping[str, float]]]) -> Table:
    rows: list[tuple[str, ...]] = []
    for language, source, values in measured:
        failures = int(values["round_trip_failures"])
        rows.append(
            (
                NAMES[language],
                source,
                f"{values['tokens_per_word_before']:.2f} → {values['tokens_per_word']:.2f}",
                f"{values['no_digits_tokens_per_word_before']:.2f} → {values['no_digits_tokens_per_word']:.2f}",
                f"{values['no_digits_floor']:.2f}",
                f"{values['bytes_per_token_before']:.2f} → {values['bytes_per_token']:.2f}",
                _changed(language, values["tokens_changed"]),
                Poor(count(failures)) if failures else "0",
            )
        )
    head = ("language", "source", "tokens a word", "without digits", "floor", "bytes a token", "tokens changed")
    return Table((*head, "not restored"), rows, labels=2)


def _changed(language: str, changed: float) -> str:
    return Poor(percent(changed, 3)) if language == "en" and changed > MAX_ENGLISH_CHANGED else percent(changed, 3)


def _kinds(entries: list[Entry], unused_held_out: list[int]) -> Table:
    """How many new tokens of each kind there are, and how many of them no text uses."""
    unused, parts = set(unused_held_out), _parts(entries)
    rows = []
    for kind in dict.fromkeys(entry["kind"] for entry in entries):
        of_kind = [entry for entry in entries if entry["kind"] == kind]
        figures = (
            len(of_kind),
            sum(entry["intermediate"] and entry["token"] in parts for entry in of_kind),
            sum(not entry["occurrences"] for entry in of_kind),
            sum(entry["id"] in unused for entry in of_kind),
        )
        rows.append((kind, *map(count, figures)))
    head = ("kind", "new tokens", "only parts of others", "never in training text", "never in held-out text")
    return Table(head, rows, title="New tokens by kind")


def _tokens(entries: list[Entry], title: str, order: Callable[[Entry], Any]) -> Table:
    rows: list[tuple[str, ...]] = [
        (
            _token(entry),
            entry["kind"],
            Verbatim(" + ".join(_visible(show(to_bytes(part))) for part in entry["parts"])),
            count(entry["occurrences"]),
            count(entry["id"]),
        )
        for entry in sorted(entries, key=order)[:LISTED_TOKENS]
    ]
    return Table(("token", "kind", "made of", "in training text", "id"), rows, labels=3, title=title, folded=True)


def _unused(entries: list[Entry], unused_held_out: list[int]) -> Iterator[Table]:
    by_id, parts = {entry["id"]: entry for entry in entries}, _parts(entries)
    in_training = [entry for entry in entries if not entry["occurrences"]]
    for where, unused in (("training", in_training), ("held-out", [by_id[id_] for id_ in unused_held_out])):
        listed = unused[:LISTED_TOKENS]
        rows: list[tuple[str, ...]] = [
            (_token(entry), entry["kind"], "yes" if entry["token"] in parts else "", count(entry["id"]))
            for entry in listed
        ]
        note = f"The first {len(listed)} of {len(unused):,}." if len(unused) > len(listed) else ""
        head = ("token", "kind", "part of other tokens", "id")
        title = f"New tokens that the {where} text never uses: {len(unused):,}"
        yield Table(head, rows, note, labels=3, title=title, folded=True)


def _parts(entries: list[Entry]) -> set[str]:
    return {part for entry in entries for part in entry["parts"]}


def _changed_words(changed: list[Mapping[str, Any]], words: int) -> Table:
    rows: list[tuple[str, ...]] = [
        (
            Verbatim(_visible(entry["word"])),
            Verbatim(_visible("·".join(entry["before"]))),
            Verbatim(_visible("·".join(entry["after"]))),
            count(entry["count"]),
        )
        for entry in changed[:LISTED_TOKENS]
    ]
    occurrences = sum(entry["count"] for entry in changed)
    note = f"{len(changed):,} different words, {occurrences:,} of {words:,} ({share(occurrences, words)})."
    title = "English words that are cut otherwise than before"
    return Table(("word", "before", "after", "occurrences"), rows, note, labels=3, title=title, folded=True)


def _warning(entries: list[Entry]) -> str:
    superwords = sum(" " in entry["text"].strip() for entry in entries)
    if not superwords:
        return ""
    return (
        f"{superwords:,} new tokens span several words. Their splitting rule cannot be expressed in llama.cpp, which "
        "would cut text otherwise than in training; transformers, tokenizers and LitGPT read it."
    )


def _token(entry: Entry) -> Verbatim:
    return Verbatim(_visible(show(entry["text"].encode() if entry["text"] else to_bytes(entry["token"]))))


def _visible(text: str) -> str:
    return text.replace(" ", "␣")


def initialisation(results: Results) -> Section:
    """How the new rows start, from the figures of the stage extend."""
    rows = list(_flat(results.metrics.get("extend", {})))
    text = "The first values of the new rows of the embedding, before any training."
    return Section("initialisation", "New rows", text, tables=[Table(("measure", "value"), rows)] if rows else [])


def pruning(results: Results) -> Section:
    """What was taken out of the base's vocabulary; nothing where that is switched off."""
    figures = results.metrics.get("prune", {})
    if not figures.get("enabled"):
        return Section("pruning", "Pruning")
    rows = list(_flat({name: value for name, value in figures.items() if name != "enabled"}))
    text = "What the base's vocabulary was reduced to before it was extended."
    return Section("pruning", "Pruning", text, tables=[Table(("measure", "value"), rows)])


def _flat(figures: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """The figures of a metrics file, one a row; names of measures are written as words."""
    for name, value in figures.items():
        path = f"{place}: {name}" if place else str(name)
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            written = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if isinstance(value, float) else value
            yield path.replace("_", " "), str(written)
