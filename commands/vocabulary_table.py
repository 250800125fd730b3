"""What vocabularies cost on real text: the tables of docs/fertility.md, as Markdown.

    python -m commands.vocabulary_table DATA

DATA is a folder of real text (docs/fertility.md tells how it is laid out). The base's vocabulary is extended by every
method and size on one part of the text, and measured on another, beside the tokenizers of other models.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from commands.bench_corpus import show
from stages.command import start

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from commands.vocabulary_texts import Corpus, Lines
    from stages.tokenizer.byte_bpe import ByteBPE
    from stages.tokenizer.extension import NewToken
    from stages.tokenizer.settings import Extension

PROFILE = "smollm2-360m"
SIZES = (2048, 4096, 6784, 8192, 16384)  # new entries; with SmolLM2's 49,152 each is a multiple of 128
SIZE = 6784  # that of the profile
SUPERWORDS = 2700  # of those, for runs of syllables
LAST = 2700  # of those, what is bought last
OTHERS = ("qwen", "llama3", "gemma2")  # below tokenizers/
SHOWN_WORDS = 30
TARGETS = {"guarded": 1.28, "strict": 1.36, "superwords": 1.10}  # tokens a syllable, macro average


@dataclass(frozen=True)
class Cost:
    """What some lines cost. A word is what stands between white space: in Vietnamese a syllable."""

    tokens: int
    words: int
    bytes: int
    ids: frozenset[int]

    @property
    def tokens_per_word(self) -> float:
        return self.tokens / max(self.words, 1)

    @property
    def bytes_per_token(self) -> float:
        return self.bytes / max(self.tokens, 1)


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer with its name in the tables, and which ids are new in it (none for those of other models).

    One that crosses no spaces is measured on distinct words, the others on whole lines.
    """

    name: str
    tokenizer: "Tokenizer"
    made: "tuple[NewToken, ...]" = ()
    crosses_spaces: bool = False

    @property
    def size(self) -> int:
        return self.tokenizer.get_vocab_size()


@dataclass(frozen=True)
class Change:
    """What an extension changes in text of another language: base tokens in all, those replaced, and their texts."""

    tokens: int
    changed: int
    texts: Counter[str]

    @property
    def share(self) -> float:
        return self.changed / max(self.tokens, 1)


class Sample:
    """Lines of one domain, as counted words and as counted spans of words."""

    def __init__(self, lines: "Lines"):
        from stages.tokenizer import fertility

        self.words, self.spans = fertility.count_words(lines), fertility.count_spans(lines)

    def counted(self, crosses_spaces: bool) -> Counter[str]:
        """What a vocabulary is to be measured on."""
        return self.spans if crosses_spaces else self.words


def cost(sample: Sample, vocabulary: Vocabulary) -> Cost:
    """What a sample costs."""
    return _cost(sample, vocabulary.tokenizer, vocabulary.crosses_spaces)


@cache  # several tables ask for the same one
def _cost(sample: Sample, tokenizer: "Tokenizer", crosses_spaces: bool) -> Cost:
    from stages.tokenizer.encoding import tokens_of_words

    counted = sample.counted(crosses_spaces)
    ids = tokens_of_words(counted, tokenizer)
    return Cost(
        ids.total(),
        sample.words.total(),
        sum(len(text.encode()) * count for text, count in counted.items()),
        frozenset(ids),
    )


def changes(sample: Sample, before: Vocabulary, after: Vocabulary) -> Change:
    """The base tokens of a sample that are no token of the other vocabulary at the same place."""
    from stages.tokenizer.encoding import batches

    total = changed = 0
    texts: Counter[str] = Counter()
    counted = sample.counted(after.crosses_spaces)
    for batch in batches(counted):
        pair = (each.tokenizer.encode_batch(batch, add_special_tokens=False) for each in (before, after))
        for text, old, new in zip(batch, *pair, strict=True):
            count = counted[text]
            total += count * len(old.ids)
            if old.ids == new.ids:
                continue
            kept = set(zip(new.offsets, new.ids, strict=True))
            is_changed = [token not in kept for token in zip(old.offsets, old.ids, strict=True)]
            changed += count * sum(is_changed)
            for other, run in groupby(zip(is_changed, old.offsets, strict=True), key=lambda token: token[0]):
                if other:
                    places = [place for _, place in run]
                    texts[whole_words(text, places[0][0], places[-1][1])] += count
    return Change(total, changed, texts)


def whole_words(text: str, start: int, end: int) -> str:
    """The words of a text that a stretch of it lies in.

    >>> whole_words("the old inn", 5, 6)
    'old'
    """
    stripped = start + len(text[start:end]) - len(text[start:end].lstrip())
    return text[text.rfind(" ", 0, stripped) + 1 : (text + " ").index(" ", end)]


def used_share(vocabulary: Vocabulary, samples: "Iterable[Sample]") -> float:
    """The share of the new tokens that stand at least once in the samples."""
    used = frozenset().union(*(cost(sample, vocabulary).ids for sample in samples))
    return sum(token.id in used for token in vocabulary.made) / max(len(vocabulary.made), 1)


def earlier(bpe: "ByteBPE", size: int) -> "ByteBPE":
    """An extended tokenizer as it was when it had `size` entries.

    Continued BPE learns its merges in order and looks at nothing but the text, so a smaller extension is the beginning
    of a larger one. `size` has to be beyond the byte symbols, which come first and without merges.
    """
    from stages.tokenizer.byte_bpe import ByteBPE

    if size >= bpe.size:  # the text had no more frequent pairs
        return bpe
    definition = bpe.definition()
    kept = {token: id_ for token, id_ in bpe.vocabulary.items() if id_ < size}
    last = next(
        number
        for number, (left, right) in enumerate(definition["model"]["merges"])
        if bpe.vocabulary[left + right] == size - 1
    )
    model = definition["model"] | {"vocab": kept, "merges": definition["model"]["merges"][: last + 1]}
    return ByteBPE(definition | {"model": model})


def profile_settings(params_file: Path) -> "Extension":
    """How the profile of SmolLM2-360M extends its vocabulary."""
    from stages.params import load
    from stages.tokenizer.settings import Extension

    return load(Extension, params_file, "vocab", f"profiles.{PROFILE}.vocab")


class Extender:
    """Extends one base by any settings, on the training text of one corpus."""

    def __init__(self, base: "ByteBPE", corpus: "Corpus"):
        self.base, self._corpus = base, corpus
        self.extended = cache(self._extended)

    def _extended(self, settings: "Extension") -> Any:
        from stages.tokenizer.methods import extend_tokenizer

        return extend_tokenizer(self.base, self._corpus.vietnamese_texts, self._corpus.english_texts, settings)

    def vocabulary(self, name: str, settings: "Extension") -> Vocabulary:
        """The extended vocabulary of these settings."""
        extended = self.extended(settings)
        crosses = settings.superwords > 0 or settings.method == "added_tokens"
        return Vocabulary(name, extended.bpe.tokenizer(), tuple(extended.made), crosses)

    def sizes(self, settings: "Extension", sizes: Iterable[int]) -> list[Vocabulary]:
        """Vocabularies of so many new entries by continued BPE, all cut from the largest."""
        sizes = sorted(sizes)
        extended = self.extended(replace(settings, method="continued_bpe", new_tokens=sizes[-1], superwords=0))
        return [
            Vocabulary(
                f"+{size:,}",
                earlier(extended.bpe, self.base.size + size).tokenizer(),
                tuple(token for token in extended.made if token.id < self.base.size + size),
            )
            for size in sizes
        ]

    def methods(self, settings: "Extension", size: int, superwords: int) -> list[Vocabulary]:
        """Vocabularies of so many new entries by the other methods."""
        settings = replace(settings, new_tokens=size, superwords=0)
        return [
            self.vocabulary("strict", replace(settings, method="continued_bpe", guard="strict")),
            self.vocabulary("superwords", replace(settings, method="continued_bpe", superwords=superwords)),
            self.vocabulary("sentencepiece", replace(settings, method="sentencepiece")),
            self.vocabulary("added_tokens", replace(settings, method="added_tokens")),
        ]


def floors(domains: dict[str, Sample], tokenizer: "Tokenizer") -> dict[str, float]:
    """Pre-tokens a word in each domain: what no merge within them goes below."""
    from stages.tokenizer import fertility

    return {domain: fertility.measure(sample.words, tokenizer).floor for domain, sample in domains.items()}


def residue(domains: dict[str, Sample], tokenizer: "Tokenizer", count: int) -> dict[str, list[tuple[str, int]]]:
    """The pre-tokens of each domain that cost most tokens beyond the first, with what they cost beyond it."""
    from stages.tokenizer import fertility
    from stages.tokenizer.byte_bpe import to_bytes

    found = {}
    for domain, sample in domains.items():
        pretokens = fertility.count_pretokens(sample.words, tokenizer)
        beyond = Counter(
            {symbols: times * (len(tokenizer.model.tokenize(symbols)) - 1) for symbols, times in pretokens.items()}
        )
        found[domain] = [
            (to_bytes(symbols).decode(errors="replace"), cost) for symbols, cost in beyond.most_common(count)
        ]
    return found


def show_costs(vocabularies: list[Vocabulary], domains: dict[str, Sample], floor: dict[str, float], title: str) -> dict:
    """Print tokens a syllable of each domain; returns their mean over the domains by name of vocabulary."""
    rows, means = [], {}
    for vocabulary in tqdm(vocabularies, desc=title.split(",")[0], unit=" vocabularies"):
        costs = [cost(sample, vocabulary) for sample in domains.values()]
        means[vocabulary.name] = mean(each.tokens_per_word for each in costs)
        rows.append(
            [
                vocabulary.name,
                f"{vocabulary.size:,}",
                *(f"{each.tokens_per_word:.3f}" for each in costs),
                f"{means[vocabulary.name]:.3f}",
                f"{mean(each.bytes_per_token for each in costs):.2f}",
            ]
        )
    rows.append(["floor", "", *(f"{floor[name]:.3f}" for name in domains), f"{mean(floor.values()):.3f}", ""])
    show(title, ("", "entries", *domains, "mean", "bytes a token"), rows)
    return means


def show_premium(vocabularies: list[Vocabulary], pairs: list[tuple[str, str]], held_out: dict[str, Sample]) -> None:
    """Print what Vietnamese costs beside its English translation, and how many of the new tokens are used."""
    rows, sides = [], [Sample([pair[side] for pair in pairs]) for side in (0, 1)]
    for vocabulary in vocabularies:
        vi, en = (cost(side, vocabulary).tokens for side in sides)
        used = f"{used_share(vocabulary, held_out.values()):.1%}" if vocabulary.made else ""
        rows.append([vocabulary.name, f"{vi:,}", f"{en:,}", f"{vi / en:.2f}", used])
    title = f"Tokens of {len(pairs):,} sentence pairs, and the share of new tokens that held-out text uses"
    show(title, ("", "Vietnamese", "English", "ratio", "new tokens used"), rows)


def show_last(sizes: list[Vocabulary], last: int, domains: dict[str, Sample]) -> None:
    """Print what the last entries of the chosen size buy."""
    rows = []
    for before, after in pairwise(sizes):
        costs = [[cost(sample, each) for sample in domains.values()] for each in (before, after)]
        means = [mean(each.tokens_per_word for each in one) for one in costs]
        first_new = before.size
        new = [token for token in after.made if token.id >= first_new]
        rows.append(
            [
                f"{before.name} to {after.name}",
                f"{len(new):,}",
                f"{means[0]:.3f}",
                f"{means[1]:.3f}",
                f"{1 - means[1] / means[0]:.2%}",
                f"{median(token.count for token in new):,.0f}" if new else "",
                f"{used_share(replace(after, made=tuple(new)), domains.values()):.1%}",
            ]
        )
    columns = ("entries", "new", "mean before", "after", "tokens saved", "median count", "used")
    show(f"What more entries buy (the last {last:,} of the default, and around it)", columns, rows)


def show_english(base: Vocabulary, extended: list[Vocabulary], domains: dict[str, Sample]) -> None:
    """Print the share of base tokens that each vocabulary changes in English, and the words in which."""
    rows, listed = [], {}
    for vocabulary in tqdm(extended, desc="English", unit=" vocabularies"):
        found = {domain: changes(sample, base, vocabulary) for domain, sample in domains.items()}
        rows.append([vocabulary.name, *(f"{each.share:.4%}" for each in found.values())])
        listed[vocabulary.name] = sum((each.texts for each in found.values()), Counter())
    tokens = (f"{cost(sample, base).tokens:,}" for sample in domains.values())
    show("Base tokens changed in English", ("", *domains), [["base tokens", *tokens], *rows])
    for name, words in listed.items():
        shown = ", ".join(f"`{word}` {count}" for word, count in words.most_common(SHOWN_WORDS))
        print(f"{name}: {len(words):,} different texts changed, {words.total():,} in all: {shown or 'none'}.\n")


def show_residue(found: dict[str, list[tuple[str, int]]], domains: dict[str, Sample]) -> None:
    """Print what still costs more than a token."""
    rows = [
        [domain, " ".join(f"`{text}` {1000 * cost_ / domains[domain].words.total():.1f}"
                          for text, cost_ in costly)]
        for domain, costly in found.items()
    ]  # fmt: skip
    print("Pre-tokens that cost most beyond one token, in tokens a thousand words\n")
    for domain, texts in rows:
        print(f"- {domain}: {texts}")
    print()


def draw(means: dict[int, float], others: dict[str, float], file: Path) -> None:
    """Write a chart of tokens a syllable by new entries, with other models' tokenizers as lines, as SVG."""
    from stages.outputs import write_text
    from stages.reporting import charts

    y = {"field": "mean", "type": "quantitative", "scale": {"zero": False}, "title": "tokens a syllable"}
    x = {"field": "entries", "type": "quantitative", "title": "new entries"}
    line = {
        "data": {"values": [{"entries": size, "mean": value} for size, value in means.items()]},
        "mark": {"type": "line", "point": True, "color": charts.COLOURS[0]},
        "encoding": {"x": x, "y": y},
    }
    values = [{"name": name, "mean": value} for name, value in others.items()]
    rule = {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": charts.COLOURS[1]},
        "encoding": {"y": y},
    }
    name = {
        "data": {"values": values},
        "mark": {"type": "text", "align": "right", "dy": -6, "x": "width", "color": charts.COLOURS[1]},
        "encoding": {"y": y, "text": {"field": "name"}},
    }
    write_text(file, charts.svg({"width": 520, "height": 300, "layer": [line, rule, name]}, "fertility"))


def main() -> None:
    """Entry point."""
    from commands import vocabulary_texts
    from stages.tokenizer import byte_bpe
    from stages.tokenizer.opening import open_tokenizer

    given = arguments().parse_args()
    base_file = given.base or given.data / "tokenizers/smollm2/tokenizer.json"
    bpe = byte_bpe.read(base_file)
    base = Vocabulary("base", bpe.tokenizer())
    others = [Vocabulary(name, open_tokenizer(given.data / f"tokenizers/{name}/tokenizer.json.gz")) for name in OTHERS]
    # The sizes are given, so nothing is rounded.
    settings = replace(profile_settings(vocabulary_texts.PARAMS), guard="guarded", size_multiple=1)
    pairs = vocabulary_texts.sentence_pairs(given.data)
    with TemporaryDirectory() as scratch:
        corpus = vocabulary_texts.prepare(given.data, Path(scratch), given.share)
        extender = Extender(bpe, corpus)
        before_last = given.size - given.last
        by_size = {each.name: each for each in extender.sizes(settings, {*given.sizes, given.size, before_last})}
        methods = extender.methods(settings, given.size, given.superwords)
    sizes = [by_size[f"+{size:,}"] for size in sorted({*given.sizes, given.size})]
    guarded = replace(by_size[f"+{given.size:,}"], name="guarded")
    held_out, english, unseen = (
        {domain: Sample(lines) for domain, lines in domains.items()}
        for domains in (corpus.held_out, corpus.held_out_english, vocabulary_texts.unseen_lines(given.data))
    )
    floor = floors(held_out, base.tokenizer)
    means = show_costs([base, *sizes, *methods, *others], held_out, floor, "Tokens a syllable, held-out text")
    chosen = [base, guarded, *methods, *others]
    show_costs(chosen, unseen, floors(unseen, base.tokenizer), "Tokens a syllable, kinds of text not trained on")
    show_premium(chosen, pairs, held_out)
    around = sorted({before_last, given.size, *(size for size in given.sizes if not before_last < size < given.size)})
    show_last([by_size[f"+{size:,}"] for size in around], given.last, held_out)
    show_english(base, [guarded, *methods], english)
    show_residue(residue(held_out, guarded.tokenizer, SHOWN_WORDS), held_out)
    for name, target in TARGETS.items():
        reached = means[f"+{given.size:,}" if name == "guarded" else name]
        print(f"{name}: {reached:.3f} tokens a syllable, {'within' if reached <= target else 'MISSES'} {target:.2f}.")
    if given.plot:
        lines = {each.name: means[each.name] for each in others} | {"floor": mean(floor.values())}
        draw({len(each.made): means[each.name] for each in sizes}, lines, given.plot)


def arguments() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("data", type=Path, metavar="DATA", help="folder of real text")
    made.add_argument("--base", type=Path, help="tokenizer.json of a byte-level BPE (default: SmolLM2's in DATA)")
    made.add_argument("--share", type=float, default=1.0, help="of the documents of DATA/corpus, by id (default: all)")
    made.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="N", help=f"new entries (default: {SIZES})"
    )
    made.add_argument("--size", type=int, default=SIZE, help=f"new entries of every other table (default: {SIZE})")
    made.add_argument(
        "--last", type=int, default=LAST, help=f"how many of these to judge as the last (default: {LAST})"
    )
    made.add_argument("--superwords", type=int, default=SUPERWORDS, help=f"budget of them (default: {SUPERWORDS})")
    made.add_argument("--plot", type=Path, metavar="FILE.svg", help="also draw tokens a syllable by size")
    return made


if __name__ == "__main__":
    start(main)
