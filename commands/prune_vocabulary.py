"""Make the vocabulary of any model smaller, or compare ways to: which tokens stay, what is saved, what it costs.

MODEL is a model folder, a folder with a tokenizer, or a tokenizer.json (also .gz). Text, by language, is a file or a
folder of txt, md, jsonl (also .gz, .zst) and Parquet files; a tenth of it is left out of the counts, and what pruning
costs is measured on that tenth.

    python -m commands.prune_vocabulary MODEL --text vi=FOLDER --text en=FOLDER --compare 1 10 100
    python -m commands.prune_vocabulary MODEL --text vi=FOLDER --text en=FOLDER --out FOLDER

The output is the model with the kept tokens' rows, or the tokenizer alone where MODEL is one, and decisions.tsv, which
says of each token whether it stays and why. Correct it in a file given by --overrides, one line a token:
`keep "Ġxin"` or `drop 1532`.
"""

import argparse
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import regex

from commands.options import amount, at_least, check_new_folder, end_when_reader_leaves, reading_tokenizer
from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.files.texts import Skipped, read_texts, text_files
from stages.outputs import new_folder, write_text
from stages.prune import SECTIONS, Params
from stages.pruning import renumbering
from stages.pruning.decisions import Decision, Policy, decide, new_ids, table
from stages.pruning.overrides import Override, read_overrides
from stages.pruning.price import Price, price
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.encoding import tokens_of_texts
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.opening import open_tokenizer
from stages.tokenizer.scripts import Scripts
from stages.tokenizer.sentencepiece_bpe import read_either

PIECE_CHARACTERS = 10_000  # longer documents are cut at line ends, so that a book is not all or nothing
HELD_OUT = 10  # one piece in so many, by its hash
OPEN_FILES = 100  # read by turns at a time, far fewer than a process may open (1,024 by default)
BYTES_PER_VALUE = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass
class Text:
    """Text of one language: pieces of documents to count tokens in, and others to measure on."""

    counted: list[str] = field(default_factory=list)
    held_out: list[str] = field(default_factory=list)
    skipped: Skipped = field(default_factory=Skipped)


@dataclass(frozen=True)
class Rows:
    """What an entry costs in embedding and head."""

    hidden_size: int
    bytes_per_value: int
    matrices: int

    def megabytes(self, entries: int) -> float:
        return entries * self.hidden_size * self.bytes_per_value * self.matrices / 1e6


def read_text(path: Path, column: str, max_bytes: float) -> Text:
    """About `max_bytes` of text, evenly from every file below `path`. Raises `BadInput` if there is too little."""
    made, left = Text(), 0.0
    files = text_files(path)
    for first in range(0, len(files), OPEN_FILES):
        group = files[first : first + OPEN_FILES]
        left += max_bytes * len(group) / len(files)  # and what the groups before did not have
        for piece in _in_turns([_pieces(file, column, made.skipped) for file in group]):
            number = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest())
            (made.counted if number % HELD_OUT else made.held_out).append(piece)
            left -= len(piece.encode())
            if left <= 0:
                break
    if not made.counted or not made.held_out:
        raise BadInput(
            f"{path}: too little text to count in one part and measure on another.{made.skipped} Give more of it."
        )
    return made


def _in_turns(streams: list[Iterator[str]]) -> Iterator[str]:
    """Always from the stream that gave the fewest characters so far."""
    given = dict.fromkeys(range(len(streams)), 0)
    while given:
        number = min(given, key=given.__getitem__)
        piece = next(streams[number], None)
        if piece is None:
            del given[number]
        else:
            given[number] += len(piece)
            yield piece


def _pieces(file: Path, column: str, skipped: Skipped) -> Iterator[str]:
    for text in read_texts(file, column, skipped):
        piece = ""
        for line in text.splitlines(keepends=True):
            piece += line
            if len(piece) >= PIECE_CHARACTERS:
                yield piece
                piece = ""
        if piece.strip():
            yield piece


@dataclass
class Pruned:
    """A policy's outcome on one tokenizer."""

    decisions: list[Decision]
    new_id: dict[int, int]
    tokenizer: ByteBPE
    prices: dict[str, Price]


def prune(
    bpe: ByteBPE,
    policy: Policy,
    counts: dict[str, Counter[int]],
    texts: dict[str, Text],
    overrides: Iterable[Override],
    named_ids: set[int],
) -> Pruned:
    """Prune a tokenizer by a policy and measure what that costs on the held-out text."""
    decisions = decide(bpe, policy, counts, overrides, named_ids)
    new_id = new_ids(decisions)
    smaller = renumbering.prune(bpe, new_id)
    before, after = bpe.tokenizer(), smaller.tokenizer()
    prices = {language: price(text.held_out, before, after, new_id) for language, text in texts.items()}
    return Pruned(decisions, new_id, smaller, prices)


def row(name: str, size: int, base: ByteBPE, rows: Rows, prices: dict[str, Price]) -> str:
    """A row of the table."""
    cells = [name, f"{size:,}", f"{size / base.size:.1%}", f"{rows.megabytes(base.size - size):,.1f}"]
    for found in prices.values():
        cells += [f"{found.identical_share:.1%}", f"{found.length_change:+.2%}"]
    return f"| {' | '.join(cells)} |"


def head(languages: Iterable[str]) -> str:
    """The table's head."""
    names = ["entries", "kept", "MB saved"]
    for language in languages:
        names += [f"{language}: identical", f"{language}: length"]
    return f"| policy | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}"


def policies(given: Policy, thresholds: list[int]) -> dict[str, Policy]:
    """What `--compare` compares: by script, and by counts with each threshold, with scripts and without."""
    made = {"script": Policy("script", given.scripts, given.min_counts)}
    for kind in ("script_and_count", "count"):
        for least in thresholds:
            made[f"{kind} {least}"] = Policy(kind, given.scripts, dict.fromkeys(given.min_counts, least))
    return made


def rows_of(model: Path, given: argparse.Namespace) -> Rows:
    """What an entry costs, from config.json where there is one, else from the options."""
    if not (model / "config.json").exists():
        return Rows(given.hidden_size, given.bytes_per_value, 1 if given.tied else 2)
    from stages.model.files import read_config

    config = read_config(model)
    dtype = config.get("torch_dtype") or config.get("dtype") or "float32"
    if dtype not in BYTES_PER_VALUE:
        raise BadInput(f"{model / 'config.json'}: torch_dtype {dtype!r}, expected {', '.join(BYTES_PER_VALUE)}.")
    if not isinstance(config.get("hidden_size"), int):
        raise BadInput(f"{model / 'config.json'}: no hidden_size, so no model that can be pruned. Fetch it again.")
    return Rows(config["hidden_size"], BYTES_PER_VALUE[dtype], 1 if config.get("tie_word_embeddings") else 2)


def write(model: Path, out: Path, bpe: ByteBPE, pruned: Pruned, policy: Policy, multiple: int) -> None:
    """Write the model, or the tokenizer where there is no model, and the decisions."""
    with new_folder(out) as folder:
        if (model / "config.json").exists():
            from stages.model.vocabulary import write_selection

            write_selection(model, folder, pruned.tokenizer, pruned.new_id, multiple)
        else:
            write_tokenizer(folder, pruned.tokenizer, model)
        write_text(folder / "decisions.tsv", table(bpe, pruned.decisions, policy.min_counts))


def options(prog: str) -> argparse.ArgumentParser:
    """The command's options."""
    count = at_least(1)
    made = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("model", type=Path, metavar="MODEL")
    made.add_argument("--text", action="append", default=[], metavar="LANGUAGE=PATH", help="text, once a language")
    made.add_argument("--column", default="text", help="where the text stands in jsonl and Parquet (default: text)")
    made.add_argument("--max-megabytes", type=amount, default=20, help="read at most so much a language (default: 20)")
    made.add_argument("--params", type=Path, default=Path("params.yaml"), help="where the section prune stands")
    made.add_argument("--policy", choices=("script", "count", "script_and_count"), help="instead of prune.policy")
    made.add_argument("--scripts", nargs="+", metavar="SCRIPT", help="instead of prune.scripts: Latin Common Greek ...")
    made.add_argument("--min-count", type=count, metavar="N", help="instead of prune.min_counts, for every language")
    made.add_argument("--overrides", type=Path, metavar="FILE", help="hand-written decisions on single tokens")
    made.add_argument("--out", type=Path, metavar="FOLDER", help="write the pruned model there; must not exist yet")
    made.add_argument("--pad-to-multiple", type=count, metavar="N", help="rows of zeros up to a multiple of N")
    made.add_argument(
        "--compare", type=count, nargs="+", metavar="N", help="a table of policies, with these least counts"
    )
    made.add_argument(
        "--hidden-size", type=count, default=896, help="of a bare tokenizer's model (default: Qwen's 896)"
    )
    made.add_argument("--bytes-per-value", type=count, default=2, help="of a bare tokenizer's model (default: 2)")
    made.add_argument("--tied", action="store_true", help="a bare tokenizer's model has one matrix for both ends")
    return made


def _is_script(name: str) -> bool:
    try:
        # The name becomes part of a pattern, which a brace in it would end.
        return bool(re.fullmatch("[A-Za-z_]+", name) and regex.compile(rf"\p{{Script={name}}}"))
    except regex.error:
        return False


def policy_of(given: argparse.Namespace, languages: Iterable[str]) -> Policy:
    """The policy of params.yaml with what the options replace in it."""
    stored = params.load(Params, given.params, *SECTIONS)
    missing = [] if given.min_count else [language for language in languages if language not in stored.min_counts]
    if missing:
        raise BadInput(f"prune.min_counts: nothing for {missing[0]}. Give --min-count, or add it to {given.params}.")
    least = {language: given.min_count or stored.min_counts[language] for language in languages}
    scripts = tuple(given.scripts or stored.scripts)
    place = "--scripts" if given.scripts else f"{given.params}: prune.scripts"
    for name in scripts:
        if not _is_script(name):
            raise BadInput(f"{place}: {name!r} is no Unicode script. Take names such as Latin, Greek, Han, Common.")
    if given.compare or (given.policy or stored.policy) != "count":
        Scripts(scripts)  # raises BadInput for none at all
    return Policy(given.policy or stored.policy, scripts, least)


@end_when_reader_leaves
def main(prog: str = "python -m commands.prune_vocabulary") -> None:
    """Entry point."""
    given = options(prog).parse_args()
    paths = dict(each.split("=", 1) for each in given.text if "=" in each)
    if not all(paths.values()) or not 0 < len(paths) == len(given.text):
        raise BadInput(f"--text {' '.join(given.text)}: expected LANGUAGE=PATH, each language once.")
    if not given.out and not given.compare:
        raise BadInput("nothing to do. Give --out FOLDER, or --compare with least counts, such as --compare 1 10 100.")
    if given.out:
        check_new_folder(given.out)
    policy = policy_of(given, paths)
    open_tokenizer(given.model)  # raises BadInput for what the library cannot read
    with reading_tokenizer(given.model):
        bpe = read_either(given.model)
    if given.pad_to_multiple and not (given.model / "config.json").exists():
        raise BadInput(f"--pad-to-multiple: {given.model} holds no model (config.json), so no rows. Leave it out.")
    if given.pad_to_multiple and not given.out:
        raise BadInput("--pad-to-multiple: without --out nothing is written that it would change. Leave it out.")
    overrides = read_overrides(given.overrides, bpe) if given.overrides else []
    named: set[int] = set()
    if (given.model / "config.json").exists():
        from stages.model.vocabulary import ids_named_by

        named = ids_named_by(given.model)
    if overrides:
        decide(bpe, policy, {}, overrides, named)  # raises BadInput for what must not be dropped
    rows = rows_of(given.model, given)
    max_bytes = given.max_megabytes * 1e6
    texts = {language: read_text(Path(path), given.column, max_bytes) for language, path in paths.items()}
    counts = {language: tokens_of_texts(text.counted, bpe.tokenizer()) for language, text in texts.items()}
    for language, text in texts.items():
        sizes = [sum(len(piece.encode()) for piece in part) / 1e6 for part in (text.counted, text.held_out)]
        print(f"{language}: counted on {sizes[0]:.1f} MB, measured on {sizes[1]:.1f} MB, {len(text.held_out):,} pieces")
        for reason, count in sorted(text.skipped.counts.items()):
            print(f"left out of {language}: {count:,} records ({reason})")
    print(f"\n{head(texts)}")
    for name, compared in policies(policy, given.compare).items() if given.compare else ():
        outcome = prune(bpe, compared, counts, texts, overrides, named)
        print(row(name, len(outcome.new_id), bpe, rows, outcome.prices), flush=True)
    if given.out:
        outcome = prune(bpe, policy, counts, texts, overrides, named)
        print(row(f"{policy.policy}, written", len(outcome.new_id), bpe, rows, outcome.prices))
        write(given.model, given.out, bpe, outcome, policy, given.pad_to_multiple or 1)


if __name__ == "__main__":
    start(main)
