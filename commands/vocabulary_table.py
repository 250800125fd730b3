"""What vocabularies cost on real text: the tables of docs/fertility.md, as Markdown.

    python -m commands.vocabulary_table DATA

DATA is a folder of real text (docs/fertility.md tells how it is laid out). The base's vocabulary is extended by every
method and size on one part of the text, and measured on another, beside the tokenizers of other models.
"""

import argparse
import gzip
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stages.command import start
from stages.errors import BadInput

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from commands.vocabulary_texts import Corpus, Lines
    from stages.tokenizer.byte_bpe import ByteBPE
    from stages.tokenizer.extension import NewToken
    from stages.tokenizer.settings import Extension

PROFILE = "smollm2-360m"
SIZES = (2048, 4096, 6784, 8192, 16384)  # new entries; with SmolLM2's 49,152 each is a multiple of 128
SIZE = 6784  # that of the profile
LAST = 2700  # of those, what is bought last
OTHERS = ("qwen", "llama3", "gemma2")  # below tokenizers/
LINES_AT_ONCE = 2_000
SHOWN_WORDS = 30
TARGETS = {"guarded": 1.28, "strict": 1.36, "superwords": 1.10}  # tokens a syllable, macro average


@dataclass(frozen=True)
class Cost:
    """What some lines cost. A word is what stands between white space: in Vietnamese a syllable."""

    tokens: int
    words: int
    bytes: int

    @property
    def tokens_per_word(self) -> float:
        return self.tokens / max(self.words, 1)

    @property
    def bytes_per_token(self) -> float:
        return self.bytes / max(self.tokens, 1)


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer with its name in the tables, and which ids are new in it (none for those of other models)."""

    name: str
    tokenizer: "Tokenizer"
    made: "tuple[NewToken, ...]" = ()

    @property
    def size(self) -> int:
        return self.tokenizer.get_vocab_size()


@dataclass(frozen=True)
class Change:
    """What an extension changes in text of another language: base tokens in all, those replaced, and their texts."""

    tokens: int
    changed: int
    words: dict[str, int]

    @property
    def share(self) -> float:
        return self.changed / max(self.tokens, 1)


def encoded(lines: "Iterable[str]", tokenizer: "Tokenizer") -> Iterator[list[int]]:
    """The ids of each line, a batch at a time."""
    rest = iter(lines)
    while batch := list(islice(rest, LINES_AT_ONCE)):
        yield from (encoding.ids for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False))


def cost(lines: "Lines", tokenizer: "Tokenizer") -> Cost:
    """What the lines cost, each encoded as a whole."""
    return Cost(
        sum(map(len, encoded(lines, tokenizer))),
        sum(len(line.split()) for line in lines),
        sum(len(line.encode()) for line in lines),
    )


def changes(lines: "Lines", before: "Tokenizer", after: "Tokenizer") -> Change:
    """The base tokens of the lines that the other tokenizer replaces by others."""
    total = changed = 0
    words: dict[str, int] = {}
    for old, new in zip(encoded(lines, before), encoded(lines, after), strict=True):
        total += len(old)
        if old == new:
            continue
        for kind, start_, end, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                changed += end - start_
                text = before.decode(old[start_:end])
                words[text] = words.get(text, 0) + 1
    return Change(total, changed, words)


def used_share(vocabulary: Vocabulary, domains: "Iterable[Lines]") -> float:
    """The share of the new tokens that stand at least once in the lines."""
    used: set[int] = set()
    for lines in domains:
        for ids in encoded(lines, vocabulary.tokenizer):
            used.update(ids)
    return sum(token.id in used for token in vocabulary.made) / max(len(vocabulary.made), 1)


def earlier(bpe: "ByteBPE", size: int) -> "ByteBPE":
    """An extended tokenizer as it was when it had `size` entries.

    Continued BPE learns its merges in order and looks at nothing but the text, so a smaller extension is the beginning
    of a larger one. `size` has to be beyond the byte symbols, which come first and without merges.
    """
    from stages.tokenizer.byte_bpe import ByteBPE

    definition = bpe.definition()
    kept = {token: id_ for token, id_ in bpe.vocabulary.items() if id_ < size}
    last = next(
        number
        for number, (left, right) in enumerate(definition["model"]["merges"])
        if bpe.vocabulary[left + right] == size - 1
    )
    model = definition["model"] | {"vocab": kept, "merges": definition["model"]["merges"][: last + 1]}
    return ByteBPE(definition | {"model": model})


def other_tokenizer(file: Path) -> "Tokenizer":
    """The tokenizer of another model, from its tokenizer.json in gzip."""
    from tokenizers import Tokenizer

    try:
        with gzip.open(file, "rt", encoding="utf-8") as text:
            return Tokenizer.from_str(text.read())
    except FileNotFoundError:
        raise BadInput(f"{file}: no such file. Take it from the model's repository and compress it.") from None
    except Exception as error:  # tokenizers raises Exception itself
        raise BadInput(f"{file}: no tokenizer.json in gzip ({error}). Fetch it again.") from None


def profile_settings(params_file: Path) -> "Extension":
    """How the profile of SmolLM2-360M extends its vocabulary."""
    from stages import params
    from stages.tokenizer.settings import Extension

    values = params.read(params_file)
    return Extension(**values["vocab"] | values["profiles"][PROFILE]["vocab"])


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
        return Vocabulary(name, extended.bpe.tokenizer(), tuple(extended.made))

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
