"""Extend, compare, inspect and prune tokenizers on any folder of text; COMMAND --help tells more of each.

A tokenizer is a model's folder, a tokenizer.json, or one compressed (.json.gz). Texts are a file or a folder of txt,
md, jsonl (also .gz, .zst) and Parquet files; a folder below it is a domain of its own.
"""

import argparse
import contextlib
import hashlib
import json
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from commands.options import at_least, check_new_folder, end_when_reader_leaves, reading_tokenizer
from commands.pieces import LISTED, listed, print_lines, print_pieces, visible_spaces
from stages.command import start
from stages.errors import BadInput

if TYPE_CHECKING:
    from stages.files.texts import TextFolder
    from stages.tokenizer.settings import Extension

PRUNE = "prune"
REPORT = "report.json"  # what `extend` writes beside the tokenizer
HELD_OUT = 20  # one text of so many is measured, not learnt from
FUZZ_SEED = 1

EXTEND = """\
Add Vietnamese tokens to a byte-level BPE (SmolLM2, Qwen, Llama-3 and others), as merges after its own.

OUT gets tokenizer.json, tokenizer_config.json and report.json, which lists every new token, the English words that are
cut otherwise and sentences before and after. One text in 20, chosen by its hash, is held out and measured. What is not
given is taken from the parameter file: the section vocab, and the amounts of the profile smollm2-360m.
"""
EXTEND_EXAMPLES = """\
examples:
  python -m commands.tokenizer extend models/base --vietnamese texts/vi --english texts/en --out extended
  python -m commands.tokenizer extend tokenizer.json --vietnamese vi.jsonl.gz --guard strict --new-tokens 4096 --out out
  python -m commands.tokenizer extend models/base --vietnamese vi --english en --superwords 2048 --out out
"""
COMPARE = """\
Compare tokenizers on the same texts; prints a Markdown table with a row for each domain and tokenizer.

tokens a word: a word is what stands between spaces, in Vietnamese a syllable. words cut otherwise: the share of words
whose pieces differ from those of the first tokenizer. not restored: texts that do not come back from their tokens.
"""
COMPARE_EXAMPLES = """\
examples:
  python -m commands.tokenizer compare models/base models/vocab --text texts/vi
  python -m commands.tokenizer compare qwen.json.gz gemma.json.gz models/vocab --text news.parquet --column body
"""
INSPECT = """\
Show what a tokenizer is: kind, sizes, special tokens, missing bytes, whether it gives back random texts (all planes of
Unicode, emoji, controls), scripts of its tokens, the longest ones (of one made by extend, or with --base, the longest
new ones); with --text how much of it a text uses; and the pieces of given sentences.
"""
INSPECT_EXAMPLES = """\
examples:
  python -m commands.tokenizer inspect models/vocab "Người Việt nói tiếng Việt." nghiêng
  python -m commands.tokenizer inspect gemma.json.gz --text texts/vi
"""


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m commands.tokenizer", description=__doc__, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    extending = commands.add_parser(
        "extend", help="add Vietnamese tokens", description=EXTEND, epilog=EXTEND_EXAMPLES, formatter_class=raw
    )
    extending.add_argument("base", type=Path, metavar="BASE", help="the tokenizer to extend")
    extending.add_argument("--vietnamese", type=Path, required=True, metavar="TEXTS", help="text to learn from")
    extending.add_argument("--english", type=Path, metavar="TEXTS", help="text whose cut must stay (guard: guarded)")
    extending.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made anew; must not exist yet")
    extending.add_argument("--new-tokens", type=int, metavar="N", help="how many at most, superwords among them")
    extending.add_argument("--method", help="continued_bpe, sentencepiece, or (to compare only) added_tokens")
    extending.add_argument("--guard", help="guarded: also unaccented syllables that English lacks; strict: none")
    extending.add_argument("--max-guard-per-million", type=float, metavar="X", help="guarded: how often in English")
    extending.add_argument("--min-count", type=int, metavar="N", help="occurrences below which nothing is merged")
    extending.add_argument("--superwords", type=int, metavar="N", help="of the new tokens, those of several syllables")
    extending.add_argument("--normaliser", help="none, or nfc: the tokenizer itself composes letters")
    extending.add_argument("--size-multiple", type=int, metavar="N", help="the size is a multiple of this")
    extending.add_argument("--params", type=Path, default=Path("params.yaml"), help="default: params.yaml")
    extending.set_defaults(run=extend_command)

    comparing = commands.add_parser(
        "compare", help="tokens a word, side by side", description=COMPARE, epilog=COMPARE_EXAMPLES, formatter_class=raw
    )
    comparing.add_argument("tokenizers", type=Path, nargs="+", metavar="TOKENIZER")
    comparing.add_argument("--text", type=Path, required=True, metavar="TEXTS")
    comparing.set_defaults(run=compare_command)

    inspecting = commands.add_parser(
        "inspect", help="what one holds", description=INSPECT, epilog=INSPECT_EXAMPLES, formatter_class=raw
    )
    inspecting.add_argument("tokenizer", type=Path, metavar="TOKENIZER")
    inspecting.add_argument(
        "sentences", nargs="*", metavar="SENTENCE", help="words or sentences whose pieces are shown"
    )
    inspecting.add_argument("--base", type=Path, metavar="TOKENIZER", help="list what it has beyond this one")
    inspecting.add_argument("--text", type=Path, metavar="TEXTS", help="count which tokens it uses")
    inspecting.add_argument(
        "--random-texts", type=at_least(0), default=20_000, metavar="N", help="how many (default: 20000)"
    )
    inspecting.set_defaults(run=inspect_command)
    # Has a parser of its own, see main; here it is listed.
    commands.add_parser(PRUNE, help="make a model's vocabulary smaller", add_help=False)
    for command in (extending, comparing, inspecting):
        command.add_argument(
            "--column", default="text", help="where the text stands in jsonl and Parquet (default: text)"
        )
    return parser


def extend_command(given: argparse.Namespace) -> None:
    """Write the extended tokenizer and print what it saves."""
    from commands.extension_summary import command_for_rows, print_summary
    from stages.files.texts import TextFolder
    from stages.tokenizer.account import write_extension

    check_new_folder(given.out)
    settings = _settings(given)
    if settings.guard == "guarded" and not given.english:
        raise BadInput("--english: needed with guard guarded, to keep English as it is. Give texts, or --guard strict.")
    vietnamese = TextFolder(given.vietnamese, given.column)
    english = TextFolder(given.english, given.column) if given.english else None
    with _folder_of(given.base) as base, _naming_options(given.base):
        _check_room(base, settings)
        next_step = command_for_rows(given.base, given.out, given.params)
        held_out = {"vi": _held_out(vietnamese, "Vietnamese"), "en": _held_out(english, "English") if english else {}}
        if not any(held_out["vi"].values()):
            raise BadInput(
                f"{given.vietnamese}: too few texts to hold one in {HELD_OUT} out.{vietnamese.left_out()} "
                "Give more documents or lines."
            )
        metrics = write_extension(
            base,
            lambda: _training_texts(vietnamese, "read Vietnamese"),
            lambda: _training_texts(english, "read English") if english else iter(()),
            held_out,
            given.out,
            settings,
        )
    report = json.loads((given.out / REPORT).read_text(encoding="utf-8"))
    print_summary(given.out, metrics, report, settings)
    _tell_skipped(vietnamese, english)
    print(next_step, end="")


def _settings(given: argparse.Namespace) -> "Extension":
    """The settings of the parameter file with those of the command line put over them."""
    from dataclasses import fields, replace

    from pydantic import ValidationError

    from stages.params import load
    from stages.tokenizer.settings import Extension

    settings = load(Extension, given.params, "vocab", "profiles.smollm2-360m.vocab")
    names = [field.name for field in fields(Extension)]
    chosen = {name: value for name in names if (value := getattr(given, name, None)) is not None}
    try:
        return replace(settings, **chosen)
    except ValidationError as error:
        problem = error.errors()[0]
        option = "--" + str(problem["loc"][0]).replace("_", "-")
        raise BadInput(f"{option}: {problem['msg']}, found {problem['input']!r}.") from None


@contextlib.contextmanager
def _folder_of(base: Path) -> Iterator[Path]:
    """A folder with the tokenizer as tokenizer.json: the one given, or a temporary one for a single file.

    Raises `BadInput` for what cannot be extended.
    """
    from stages.tokenizer import byte_bpe
    from stages.tokenizer.opening import FILE, open_tokenizer, read_definition, read_text

    open_tokenizer(base)  # raises BadInput
    with reading_tokenizer(base):
        definition = read_definition(base)
        if not byte_bpe.is_byte_level(definition):
            kind = (
                "SentencePiece-style BPE" if definition["model"].get("byte_fallback") else definition["model"]["type"]
            )
            raise BadInput(
                f"{base}: a {kind} tokenizer, and only a byte-level BPE can be extended. Take a base that has one, "
                "such as SmolLM2, Qwen or Llama-3."
            )
        byte_bpe.ByteBPE(definition)
    if base.is_dir():
        yield base
        return
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(read_text(base), encoding="utf-8")
        yield Path(folder)


@contextlib.contextmanager
def _naming_options(base: Path) -> Iterator[None]:
    """Turns what an error's text tells of the pipeline into what this command has: its options, the file given."""

    def option(found: re.Match[str]) -> str:
        return "--" + found[1].replace("_", "-")

    try:
        yield
    except BadInput as error:
        text = re.sub(r"^tokenizer\.json:", f"{base}:", str(error))
        text = re.sub(r"(?<![\w-])(?:vocab\.)?(superwords|size_multiple):(?= \d+[.,])", option, text)
        text = re.sub(r"\bvocab\.([a-z_]+)", option, text)
        text = text.replace(", or see what clean has dropped", "").replace("Set more --", "Give more text, more --")
        raise BadInput(text) from None


def _check_room(base: Path, settings: "Extension") -> None:
    """Raises `BadInput` for sizes that no text can bring about."""
    from stages.tokenizer import byte_bpe
    from stages.tokenizer.extension import begin
    from stages.tokenizer.pieces import accented_letters
    from stages.tokenizer.superwords import keep_runs_whole

    bpe, new_tokens, multiple = byte_bpe.read(base), settings.new_tokens, settings.size_multiple
    fewest = 1
    if new_tokens < 1:
        raise BadInput(f"--new-tokens: {new_tokens}: there is nothing to extend by. Give the number of new entries.")
    if settings.superwords >= new_tokens:
        raise BadInput(f"--superwords: {settings.superwords:,}, has to be less than --new-tokens {new_tokens:,}.")
    if settings.superwords and settings.method == "added_tokens":
        raise BadInput("--superwords: --method added_tokens can have none. Give --superwords 0, or another method.")
    if settings.superwords:
        keep_runs_whole(bpe)
    if settings.method != "added_tokens":
        always = begin(bpe, {}, lambda piece: False, accented_letters(), new_tokens - settings.superwords, None)
        fewest = max(len(always.made), 1)
    largest = (bpe.size + new_tokens) // multiple * multiple
    if largest < bpe.size + fewest:
        raise BadInput(
            f"--size-multiple: no multiple of {multiple:,} lies between {bpe.size + fewest:,} entries, with bytes and "
            f"accented letters, and {bpe.size + new_tokens:,}. Give more --new-tokens, or --size-multiple 1."
        )


def _is_held_out(text: str) -> bool:
    """By the text itself, so that copies of it are never learnt from, wherever they stand."""
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8]) % HELD_OUT == 0


def _composed(texts: Iterable[str]) -> Iterator[str]:
    """As the corpus is from the stage clean on."""
    return (unicodedata.normalize("NFC", text) for text in texts)


def _training_texts(folder: "TextFolder", name: str) -> Iterator[str]:
    return (text for text in _composed(_progress(folder.texts(), name)) if not _is_held_out(text))


def _held_out(folder: "TextFolder", name: str) -> dict[str, list[str]]:
    return {
        domain: [text for text in _composed(_progress(folder.texts(domain), f"hold out {name}")) if _is_held_out(text)]
        for domain in folder.domains
    }


def _progress(texts: Iterator[str], name: str) -> Iterator[str]:
    from tqdm import tqdm

    # disable=None: silent where there is no terminal, so that nothing stands before an error in a log.
    with tqdm(desc=name, unit="B", unit_scale=True, mininterval=1, leave=False, disable=None) as bar:
        for text in texts:
            yield text
            bar.update(len(text.encode(errors="replace")))


def compare_command(given: argparse.Namespace) -> None:
    """Print a table of what texts cost with each tokenizer."""
    from stages.files.texts import TextFolder
    from stages.reporting.layout import Table, share
    from stages.reporting.markdown import render_table
    from stages.tokenizer.comparison import Cost, compare
    from stages.tokenizer.opening import open_tokenizer

    folder = TextFolder(given.text, given.column)
    tokenizers = {
        name: open_tokenizer(path) for name, path in zip(_names(given.tokenizers), given.tokenizers, strict=True)
    }
    costs = {
        domain: compare(tokenizers, _progress(folder.texts(domain), f"compare on {domain}"))
        for domain in folder.domains
    }
    if not any(cost.words for by_name in costs.values() for cost in by_name.values()):
        raise BadInput(
            f"{given.text}: no words in it.{folder.left_out()} Give texts, or name their column with --column."
        )

    def cells(name: str, cost: Cost) -> tuple[str, ...]:
        return (
            f"{tokenizers[name].get_vocab_size():,}",
            f"{cost.tokens_per_word:.3f}",
            f"{cost.bytes_per_token:.2f}",
            share(cost.words_cut_otherwise, cost.words, 3),
            f"{cost.texts_not_restored:,} of {cost.texts:,}",
        )

    rows = [(domain, name, *cells(name, cost)) for domain, by_name in costs.items() for name, cost in by_name.items()]
    if len(costs) > 1:
        for name in tokenizers:
            all_costs = [by_name[name] for by_name in costs.values()]
            means = [
                sum(getattr(cost, key) for cost in all_costs) / len(all_costs)
                for key in ("tokens_per_word", "bytes_per_token")
            ]
            rows.append(
                (
                    "mean of all",
                    name,
                    f"{tokenizers[name].get_vocab_size():,}",
                    f"{means[0]:.3f}",
                    f"{means[1]:.2f}",
                    "",
                    "",
                )
            )
    head = ("text", "tokenizer", "entries", "tokens a word", "bytes a token", "words cut otherwise", "not restored")
    print(render_table(Table(head, rows, labels=2)))
    _tell_skipped(folder)


def _names(paths: list[Path]) -> list[str]:
    """The last part of each path, or all of it where two would be alike."""
    short = [
        path.resolve().parent.name if path.name.startswith("tokenizer.json") else path.resolve().name for path in paths
    ]
    names = short if len(set(short)) == len(short) else [str(path) for path in paths]
    if len(set(names)) < len(names):
        raise BadInput(f"{', '.join(names)}: the same tokenizer twice. Name each once.")
    return names


def inspect_command(given: argparse.Namespace) -> None:
    """Print what a tokenizer is, what it holds and how it cuts."""
    from stages.files.texts import TextFolder
    from stages.tokenizer import inspection
    from stages.tokenizer.display import TokenTexts, show
    from stages.tokenizer.encoding import tokens_of_texts
    from stages.tokenizer.fertility import not_restored
    from stages.tokenizer.fuzz import random_texts
    from stages.tokenizer.opening import open_tokenizer, read_definition

    folder = TextFolder(given.text, given.column) if given.text else None
    tokenizer = open_tokenizer(given.tokenizer)
    with reading_tokenizer(given.tokenizer):
        facts = inspection.read_facts(tokenizer, read_definition(given.tokenizer))
    tokens = inspection.token_bytes(tokenizer)
    new = _new_ids(given.tokenizer, tokenizer.get_vocab(), given.base)
    lost = not_restored(random_texts(given.random_texts, FUZZ_SEED), tokenizer)
    scripts = inspection.count_scripts(tokens.values())
    texts = {id_: data.decode(errors="ignore") for id_, data in tokens.items() if new is None or id_ in new}
    with_letters = [id_ for id_, text in texts.items() if any(map(str.isalpha, text))]
    longest = sorted(with_letters, key=lambda id_: (-len(texts[id_].strip()), id_))[:LISTED]

    def name(id_: int) -> str:
        return visible_spaces(show(tokens[id_]))

    lines = {
        "kind": facts.kind,
        "entries": f"{facts.entries:,}, an embedding needs {facts.rows:,} rows",
        "merges": f"{facts.merges:,}",
        "special tokens": f"{len(facts.special):,}: {listed(facts.special)}",
        "other added tokens": f"{len(facts.added):,}: {listed(facts.added)}" if facts.added else "none",
        "normaliser": facts.normaliser,
        "splits text by": facts.splits,
        "missing bytes": " ".join(f"{byte:02X}" for byte in facts.missing_bytes) or "none",
        "random texts": f"{given.random_texts - len(lost):,} of {given.random_texts:,} come back as they were",
        "scripts": ", ".join(
            f"{name} {count:,} ({count / len(tokens):.1%})" for name, count in scripts.most_common(12)
        ),
    }
    if new is not None:
        lines["new tokens"] = f"{len(new):,}"
    lines["longest tokens" if new is None else "longest new tokens"] = listed([name(id_) for id_ in longest])
    if folder:
        uses = tokens_of_texts(_progress(folder.texts(), "count tokens"), tokenizer)
        unused = [id_ for id_ in tokens if not uses[id_]]
        used = sorted((id_ for id_ in tokens if uses[id_]), key=lambda id_: (-uses[id_], id_))
        lines |= {
            "never used here": f"{len(unused):,} of {len(tokens):,} ({len(unused) / max(len(tokens), 1):.1%}), "
            f"the last of them: {listed([name(id_) for id_ in unused[-LISTED:]])}",
            "most used here": listed([f"{name(id_)} {uses[id_]:,}" for id_ in used[:LISTED]]),
        }
    print_lines(lines)
    _tell_skipped(folder)
    token_texts = TokenTexts(tokenizer)
    for sentence in given.sentences:
        pieces = token_texts.pieces(sentence)
        print_pieces(f"\n{len(pieces)} tokens", pieces)


def _new_ids(path: Path, vocabulary: dict[str, int], base: Path | None) -> set[int] | None:
    """The ids of what a base lacks, or those that the report beside the tokenizer lists; None without both."""
    from stages.tokenizer.opening import open_tokenizer

    if base:
        return {vocabulary[token] for token in vocabulary.keys() - open_tokenizer(base).get_vocab().keys()}
    report = path / REPORT if path.is_dir() else path.with_name(REPORT)
    if not report.is_file():
        return None
    try:
        return {token["id"] for token in json.loads(report.read_text(encoding="utf-8"))["new_tokens"]}
    except (ValueError, KeyError, TypeError):
        return None  # a report of something else


def _tell_skipped(*folders: "TextFolder | None") -> None:
    for folder in folders:
        for file, skipped in folder.skipped.items() if folder else ():
            for reason, count in sorted(skipped.counts.items()):
                print(f"left out of {file}: {count:,} records ({reason})")


@end_when_reader_leaves
def main() -> None:
    """Entry point."""
    if sys.argv[1:2] == [PRUNE]:
        from commands import prune_vocabulary

        del sys.argv[1]
        prune_vocabulary.main("python -m commands.tokenizer prune")
        return
    parser = build_parser()
    given, rest = parser.parse_known_args()
    if "sentences" in given and not any(word.startswith("--") for word in rest):
        given.sentences += rest  # argparse takes none that stand after an option
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    run: Callable[[argparse.Namespace], None] = given.run
    run(given)


if __name__ == "__main__":
    start(main)
