"""Measure what extending a vocabulary costs on real text: counting as a stream, learning, and encoding beside the base.

    python -m commands.bench_vocabulary DATA

DATA is a folder as that of commands.vocabulary_table. Text is counted up to --gigabytes: the text of DATA again and
again. That alone would bring no new words, so some words of each round are made into ones that no earlier one has,
as many as Heaps' law (distinct = K * words ** exponent, Heaps 1978) expects of text of that length, with the constants
of the text itself. Counting runs in a process of its own, whose peak memory is told. Encoding speed is measured in one
thread, all tokenizers by turns on the same lines. The tables are those of docs/fertility.md.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from commands.bench_corpus import read_texts, show
from commands.vocabulary_table import SUPERWORDS, Extender, profile_settings
from stages.command import start

ROUNDS = 5  # of encoding by every tokenizer; the median is told
COUNTED_MEGABYTES = 100  # of distinct real text, held by the process that counts
SHARE = 0.1  # of the documents, from which the vocabularies to compare are learnt, and of which lines are encoded
ENCODED_MEGABYTES = 3
_LETTERS = "bcdghklmnpqrstvx"


@dataclass(frozen=True)
class HeapsLaw:
    """Distinct words of a text as a function of its length in words."""

    factor: float
    exponent: float

    def distinct(self, words: int) -> float:
        """The distinct words to expect of so many words."""
        return self.factor * words**self.exponent


def fit_heaps_law(texts: Sequence[str]) -> HeapsLaw:
    """The law through two points: every second text, and all."""
    half, whole = (_size_of(texts[::step]) for step in (2, 1))
    exponent = math.log(whole[1] / half[1]) / math.log(whole[0] / half[0])
    return HeapsLaw(whole[1] / whole[0] ** exponent, exponent)


def _size_of(texts: Sequence[str]) -> tuple[int, int]:
    distinct: set[str] = set()
    words = 0
    for text in texts:
        split = text.split()
        words += len(split)
        distinct.update(split)
    return words, len(distinct)


def growing_stream(texts: Sequence[str], size_bytes: float) -> Iterator[str]:
    """The texts again and again up to so many bytes, with new words as Heaps' law expects them."""
    law, words_a_round = fit_heaps_law(texts), sum(len(text.split()) for text in texts)
    made = streamed = words = 0
    while streamed < size_bytes:
        for text in texts:
            if words >= words_a_round:
                split = text.split(" ")
                due = round(law.distinct(words) - law.distinct(words_a_round)) - made
                for place in range(0, len(split), max(len(split) // due, 1)) if due > 0 else ():
                    split[place] += _letters(made)
                    made += 1
                text = " ".join(split)
            words += text.count(" ") + 1
            streamed += len(text.encode())
            yield text
            if streamed >= size_bytes:
                return


def _letters(number: int) -> str:
    """A number as consonants: a run of letters that no Vietnamese word ends with."""
    digits = [number >> shift & 15 for shift in range(20, -4, -4)]
    return "".join(_LETTERS[digit] for digit in digits)


def count(texts: Sequence[str], size_bytes: float, base: Path) -> dict[str, Any]:
    """Count such a stream as the stage vocab does; processor seconds of counting alone, and this process's peak."""
    from stages.tokenizer import byte_bpe, fertility

    tokenizer = byte_bpe.read(base).tokenizer()
    streamed, making_s = 0, 0.0

    def stream() -> Iterator[str]:
        nonlocal streamed, making_s
        texts_, resumed = growing_stream(texts, size_bytes), time.process_time()
        for text in tqdm(texts_, desc="count", unit=" texts"):
            streamed += len(text.encode())
            making_s += time.process_time() - resumed
            yield text
            resumed = time.process_time()

    begun = time.process_time()
    words = fertility.count_words(stream())
    counting_s = time.process_time() - begun - making_s
    begun = time.process_time()
    pretokens: Counter[str] = fertility.count_pretokens(words, tokenizer)
    return {
        "bytes": streamed,
        "words": words.total(),
        "distinct_words": len(words),
        "distinct_pretokens": len(pretokens),
        "counting_s": counting_s,
        "splitting_s": time.process_time() - begun,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def encoding_rates(tokenizers: dict[str, Any], lines: list[str], rounds: int) -> dict[str, list[float]]:
    """MB/s of each tokenizer in each round; they take turns, so that what else the machine does meets all alike."""
    size = sum(len(line.encode()) for line in lines) / 1e6
    rates: dict[str, list[float]] = {name: [] for name in tokenizers}
    for tokenizer in tokenizers.values():
        tokenizer.encode_batch_fast(lines[:1000], add_special_tokens=False)  # fills its cache of words
    for _ in tqdm(range(rounds), desc="encode", unit=" rounds"):
        for name, tokenizer in tokenizers.items():
            begun = time.process_time()
            for place in range(0, len(lines), 1000):
                tokenizer.encode_batch_fast(lines[place : place + 1000], add_special_tokens=False)
            rates[name].append(size / (time.process_time() - begun))
    return rates


def main() -> None:
    """Entry point."""
    given = arguments().parse_args()
    base = given.base or given.data / "tokenizers/smollm2/tokenizer.json"
    if given.count_only:
        print(json.dumps(count(read_texts([given.data / "corpus/vi"], COUNTED_MEGABYTES), given.gigabytes * 1e9, base)))
        return
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    command = [sys.executable, "-m", "commands.bench_vocabulary", str(given.data), "--base", str(base), "--count-only"]
    run = subprocess.run([*command, "--gigabytes", str(given.gigabytes)], check=True, capture_output=True, text=True)
    counted = json.loads(run.stdout)
    show_counts(counted)
    show_encoding(given.data, base, given.share)


def show_counts(counted: dict[str, Any]) -> None:
    """Print what counting took."""
    size = counted["bytes"] / 1e6
    rows = [
        ("text", f"{size:,.0f} MB"),
        ("words, distinct", f"{counted['words']:,}, {counted['distinct_words']:,}"),
        ("distinct pre-tokens", f"{counted['distinct_pretokens']:,}"),
        ("counting words", f"{counted['counting_s']:.1f} s, {size / counted['counting_s']:.1f} MB/s"),
        ("splitting distinct words", f"{counted['splitting_s']:.1f} s"),
        ("peak memory, with the text's source", f"{counted['peak_mib']:,.0f} MiB"),
    ]
    show("Counting a stream of text, one core", ("", "measured"), rows)


def show_encoding(data: Path, base: Path, share: float) -> None:
    """Print the speed of extended tokenizers beside the base's."""
    from commands import vocabulary_texts
    from stages.tokenizer import byte_bpe

    bpe = byte_bpe.read(base)
    settings = replace(profile_settings(vocabulary_texts.PARAMS), size_multiple=1)
    with TemporaryDirectory() as scratch:
        corpus = vocabulary_texts.prepare(data, Path(scratch), share)
        extender = Extender(bpe, corpus)
        tokenizers = {"base": bpe.tokenizer()}
        for name, superwords in (("guarded", 0), ("superwords", SUPERWORDS)):
            begun = time.process_time()
            extended = extender.vocabulary(name, replace(settings, guard="guarded", superwords=superwords))
            print(f"{name}: {len(extended.made):,} entries learnt in {time.process_time() - begun:.1f} s.\n")
            tokenizers[name] = extended.tokenizer
    rows = []
    for language, domains in (("Vietnamese", corpus.held_out), ("English", corpus.held_out_english)):
        domains = {name: lines for name, lines in domains.items() if name != "code"}
        rates = encoding_rates(tokenizers, _share(list(domains.values()), ENCODED_MEGABYTES * 1e6), ROUNDS)
        for name, each in rates.items():
            ratio = median(one / other for one, other in zip(each, rates["base"], strict=True))
            rows.append((f"{language}, {name}", f"{median(each):.2f}", f"{ratio:.2f}"))
    show("Encoding, one thread", ("", "MB/s", "of the base's"), rows)


def _share(domains: list[list[str]], size_bytes: float) -> list[str]:
    """Lines of all domains, about as many bytes of each."""
    taken = []
    for lines in domains:
        room = size_bytes / len(domains)
        for line in lines:
            room -= len(line.encode())
            taken.append(line)
            if room <= 0:
                break
    return taken


def arguments() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("data", type=Path, metavar="DATA", help="folder of real text")
    made.add_argument("--base", type=Path, help="tokenizer.json of a byte-level BPE (default: SmolLM2's in DATA)")
    made.add_argument("--gigabytes", type=float, default=1.0, help="of text to count (default: 1)")
    made.add_argument(
        "--share", type=float, default=SHARE, help=f"of the documents to learn from and encode (default: {SHARE})"
    )
    made.add_argument("--count-only", action="store_true", help="count, and print the figures as JSON")
    return made


if __name__ == "__main__":
    start(main)
