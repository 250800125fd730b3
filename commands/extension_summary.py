"""What the command `tokenizer extend` prints: what is won, what is new, what is cut otherwise, and what comes next."""

import shlex
from pathlib import Path
from typing import Any

from commands.pieces import listed, print_lines, print_pieces, visible_spaces
from stages.reporting.layout import NAMES, Table, percent
from stages.reporting.markdown import render_table
from stages.tokenizer.settings import Extension

ENGLISH_WORDS = 10
SAMPLES = 3
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


def print_summary(out: Path, metrics: dict[str, Any], report: dict[str, Any], settings: Extension) -> None:
    """Print what `write_extension` has returned and written."""
    made = metrics["new_tokens"]
    asked = (
        f" ({settings.new_tokens:,} were asked for: no other pair is frequent enough, or the size has to be a multiple)"
        if made < settings.new_tokens
        else ""
    )
    print(f"{out}: {metrics['size']:,} entries, {made:,} of them new{asked}.\n")
    if settings.method == "added_tokens":
        print(
            "warning: added tokens change English and break round trips; the table says how much. They are there to "
            "compare with: train no model on them.\n"
        )
    print(_fertility_table(metrics))
    print()
    print_lines(_token_lines(metrics, report["new_tokens"], len(report["unused_held_out"])))
    changed = report["english_words_changed"]
    for place, word in enumerate(changed[:ENGLISH_WORDS]):
        if place == 0:
            print(f"\nEnglish words cut otherwise, {min(len(changed), ENGLISH_WORDS)} of {len(changed):,}:")
        print(f"{word['word'].strip()} ({word['count']:,}): {'·'.join(word['before'])} → {'·'.join(word['after'])}")
    for sample in _first_of_each_domain(report["samples"])[:SAMPLES]:
        print(f"\n{NAMES[sample['language']]}, {sample['domain']}")
        for name in ("before", "after"):
            print_pieces(f"{name}, {len(sample[name])} tokens", sample[name])


def _token_lines(metrics: dict[str, Any], tokens: list[dict[str, Any]], unused_held_out: int) -> dict[str, str]:
    """What is told of the new tokens, those that are whole characters among the examples."""
    whole = [token for token in tokens if token["text"]]
    longest = sorted(whole, key=lambda token: (-len(token["text"].strip()), token["id"]))
    frequent = sorted(whole, key=lambda token: (-token["occurrences"], token["id"]))
    unused = sum(token["occurrences"] == 0 for token in tokens)
    lines = {
        "superwords": f"{metrics['superwords']:,}",
        "unused": f"{unused:,} in the text learnt from, {unused_held_out:,} in the held-out one",
        "longest": listed([visible_spaces(token["text"]) for token in longest]),
        "most frequent": listed([f"{visible_spaces(token['text'])} {token['occurrences']:,}" for token in frequent]),
    }
    if not metrics["llama_cpp"]:
        lines["llama.cpp"] = (
            "cannot split text as this tokenizer does, since its rules are a fixed list: a model with it cannot be "
            "converted to GGUF"
        )
    return lines


def _first_of_each_domain(samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_domain = {(sample["language"], sample["domain"]): sample for sample in reversed(samples)}
    return sorted(by_domain.values(), key=lambda sample: (sample["language"] != "vi", sample["domain"]))


def _fertility_table(metrics: dict[str, Any]) -> str:
    rows = [
        (
            f"{NAMES[language]}, {domain}",
            f"{figures['words']:,}",
            f"{figures['tokens_per_word_before']:.3f}",
            f"{figures['tokens_per_word']:.3f}",
            f"{figures['floor']:.3f}",
            percent(figures["words_changed"], 3),
            f"{figures['round_trip_failures']:,}",
        )
        for language in ("vi", "en")
        for domain, figures in sorted(metrics[language].items(), key=lambda item: (item[0] == "all", item[0]))
        if figures["words"]
    ]
    head = ("held-out text", "words", "tokens a word before", "after", "floor", "words cut otherwise", "not restored")
    return render_table(Table(head, rows))


def command_for_rows(base: Path, out: Path, params: Path) -> str:
    """Where the base is a model, lines with the command that gives it rows for the new tokens; empty elsewhere."""
    if not base.is_dir() or not any(file for pattern in WEIGHTS for file in base.glob(pattern)):
        return ""
    from stages.initialisation.settings import Settings
    from stages.params import load

    settings = load(Settings, params, "extend")
    options = {
        "base": base,
        "tokenizer": out,
        "documents": "data/split",
        "dictionary": settings.translation.dictionary,
        "donor": settings.transplant.donor,
        "out": f"{out}-model",
        "metrics": f"{out}-model.json",
        "params": params,
    }
    words = " ".join(f"--{name} {shlex.quote(str(value))}" for name, value in options.items())
    return (
        f"\n{base} also holds a model, which does not know the new tokens. This gives it their rows, by the methods "
        f"that the section extend of {params} names (only neighbours reads the documents, translation the dictionary, "
        f"transplant the donor):\n  python -m stages.extend {words}\n"
    )
