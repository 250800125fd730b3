"""N-gram models with modified Kneser-Ney smoothing, written as ARPA files and queried through KenLM.

Estimation follows Chen and Goodman 1998 (section 3) in the interpolated form of Heafield et al. 2013,
so that the result is that of KenLM's `lmplz --discount_fallback`. It works on arrays: an n-gram is a row
number, found by pairing the row number of its first n-1 words with its last word.
"""

import logging
import math
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import kenlm
import numpy as np

from stages.errors import BadInput
from stages.text.vietnamese import syllables

log = logging.getLogger(__name__)

UNKNOWN, BEGIN, END = 0, 1, 2
MARKERS = ("<unk>", "<s>", "</s>")
FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)  # lmplz's, for a text too small or too regular to estimate them
# Measured, with room: what a word of text needs throughout, and what a place needs while its block is worked on.
BYTES_PER_WORD_OF_TEXT = 48
BYTES_PER_PLACE_OF_BLOCK = 160
NO_PROBABILITY = -99.0  # what ARPA writes for the begin mark, which is never predicted


def sentences(text: str) -> list[list[str]]:
    """The lines of a text as lower-case syllables with every digit as 0, which is what a model sees.

    Diacritics stay: they are what tells Vietnamese words apart.

    >>> sentences("Năm 1975,\\nHà Nội.")
    [['năm', '0000'], ['hà', 'nội']]
    """
    lowered = text.lower().translate(_DIGITS_AS_ZERO)
    return [words for line in lowered.split("\n") if (words := syllables(line))]


_DIGITS_AS_ZERO = str.maketrans("123456789", "000000000")


class Text:
    """Training text: sentences as word numbers, each between a begin and an end mark."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {mark: number for number, mark in enumerate(MARKERS)}
        self._parts: list[np.ndarray] = []

    def add(self, text: str) -> None:
        """Add all sentences of a text."""
        ids: list[int] = []
        for words in sentences(text):
            ids.append(BEGIN)
            ids.extend(self.numbers.setdefault(word, len(self.numbers)) for word in words)
            ids.append(END)
        self._parts.append(np.array(ids, dtype=np.int32))

    @property
    def words(self) -> list[str]:
        """The vocabulary, in the order of its numbers."""
        return list(self.numbers)

    @property
    def ids(self) -> np.ndarray:
        """All word numbers in one array."""
        return np.concatenate(self._parts) if self._parts else np.empty(0, dtype=np.int32)


def estimate(ids: np.ndarray, words: list[str], order: int, file: Path, max_memory_mb: float) -> None:
    """Write the smoothed n-grams of length 1 to `order` of a text into an ARPA file, base-10 logarithms.

    `ids` is one array of sentences with their begin and end marks. N-grams that begin with the same word are worked
    on together, and as many of these words at a time as the memory allows: all that a probability needs but that of
    the shorter n-gram, which is kept for every place of the text, stands among them. Raises `BadInput` if the memory
    does not hold the text.
    """
    text = _Text(ids, len(words), max_memory_mb)
    discounts, probabilities = _unigrams(text, order)
    sections = [file.with_name(f"{file.name}.{n}") for n in range(1, order + 1)]
    sizes = [len(words)]
    by_place = probabilities[ids]  # of the n-gram that starts at each place
    for n in range(2, order + 1):
        longer = np.zeros(len(ids))
        size = 0
        with sections[n - 2].open("w", encoding="utf-8") as shorter_out, sections[n - 1].open("w") as out:
            for block in text.blocks:
                n_grams = text.n_grams(block, n)
                contexts, whole = n_grams[-2:]
                found, weight = _probabilities(text, contexts, whole, n == order, discounts[n - 1], by_place)
                longer[whole.places] = found[whole.rows]
                size += len(whole.firsts)
                if n == 2:
                    shorter, first_words = (
                        probabilities[block.first : block.end],
                        np.arange(block.first, block.end)[:, None],
                    )
                else:
                    shorter, first_words = by_place[contexts.firsts], contexts.words(ids, n - 1)
                _write_n_grams(shorter_out, words, first_words, shorter, weight)
                if n == order:
                    _write_n_grams(out, words, whole.words(ids, n), found, None)
        by_place = longer
        sizes.append(size)
    with file.open("w", encoding="utf-8") as out:
        out.write("\\data\\\n" + "".join(f"ngram {n}={size}\n" for n, size in enumerate(sizes, 1)))
        for n, section in enumerate(sections, 1):
            out.write(f"\n\\{n}-grams:\n")
            with section.open(encoding="utf-8") as lines:
                shutil.copyfileobj(lines, out, 1 << 20)
            section.unlink()
        out.write("\n\\end\\\n")


@dataclass(frozen=True)
class _Block:
    """The n-grams that begin with the words `first` to `end` (not included), and where those words stand."""

    first: int
    end: int
    places: np.ndarray


@dataclass(frozen=True)
class _NGrams:
    """The n-grams of one length in a block: the row of each place where one starts, and the first place of each row."""

    places: np.ndarray
    rows: np.ndarray
    firsts: np.ndarray

    def words(self, ids: np.ndarray, n: int) -> np.ndarray:
        """(rows, n) word numbers."""
        return ids[self.firsts[:, None] + np.arange(n)]


class _Text:
    """Training text with an index of where each word stands."""

    def __init__(self, ids: np.ndarray, vocabulary_size: int, max_memory_mb: float) -> None:
        self.ids, self.vocabulary_size = ids, vocabulary_size
        self.sentence = np.cumsum(ids == BEGIN, dtype=np.int32)
        self._by_word = np.argsort(ids, kind="stable")
        self._begins = np.searchsorted(ids[self._by_word], np.arange(vocabulary_size + 1))
        room = max_memory_mb * 1e6 - BYTES_PER_WORD_OF_TEXT * len(ids)
        if room <= 0:
            raise BadInput(
                f"perplexity.max_memory_mb: {max_memory_mb} does not hold {len(ids)} words of training text; they need "
                f"{BYTES_PER_WORD_OF_TEXT * len(ids) / 1e6:.0f} and more. Raise it, or lower max_training_megabytes."
            )
        self._block_places = room / BYTES_PER_PLACE_OF_BLOCK

    @property
    def blocks(self) -> Iterator[_Block]:
        """All words, as many at a time as the memory allows, one at least."""
        first = 0
        while first < self.vocabulary_size:
            end = int(np.searchsorted(self._begins, self._begins[first] + self._block_places, "right")) - 1
            end = min(max(end, first + 1), self.vocabulary_size)
            yield _Block(first, end, np.sort(self._by_word[self._begins[first] : self._begins[end]]))
            first = end

    def n_grams(self, block: _Block, order: int) -> list[_NGrams]:
        """The n-grams of a block of length 1 to `order`; the rows of single words are their numbers."""
        rows = self.ids[block.places].astype(np.int64) - block.first
        found = [_NGrams(block.places, rows, np.empty(block.end - block.first, dtype=np.int64))]
        for n in range(2, order + 1):
            before = found[-1]
            last = before.places + n - 1
            inside = last < len(self.ids)
            inside[inside] = self.sentence[last[inside]] == self.sentence[before.places[inside]]
            places = before.places[inside]
            keys = before.rows[inside] * self.vocabulary_size + self.ids[places + n - 1]
            _, first, rows = np.unique(keys, return_index=True, return_inverse=True)
            found.append(_NGrams(places, rows, places[first]))
        return found

    def counts(self, n_grams: _NGrams, is_longest: bool) -> np.ndarray:
        """How many words precede each n-gram, or how often it occurs if it is of full length or begins a sentence."""
        size = len(n_grams.firsts)
        occurs = np.bincount(n_grams.rows, minlength=size)
        if is_longest:
            return occurs
        preceded = n_grams.places > 0
        preceded[preceded] = self.sentence[n_grams.places[preceded] - 1] == self.sentence[n_grams.places[preceded]]
        before = self.ids[n_grams.places[preceded] - 1]
        pairs = np.unique(n_grams.rows[preceded] * self.vocabulary_size + before)
        distinct = np.bincount(pairs // self.vocabulary_size, minlength=size)
        # All n-grams of a row begin with the same word, and only the begin mark has nothing before it.
        return np.where(distinct > 0, distinct, occurs)


def _unigrams(text: _Text, order: int) -> tuple[list[tuple[float, float, float]], np.ndarray]:
    """The discounts of each length, and the probabilities of single words."""
    counts_of_counts = np.zeros((order, 5), dtype=np.int64)
    single = np.zeros(text.vocabulary_size)
    for block in text.blocks:
        for n, n_grams in enumerate(text.n_grams(block, order), 1):
            counts = text.counts(n_grams, n == order)
            if n == 1:
                if block.first <= BEGIN < block.end:
                    counts[BEGIN - block.first] = 0
                single[block.first : block.end] = counts
            counts_of_counts[n - 1] += np.bincount(np.minimum(counts, 5), minlength=6)[:5]
    discounts = [_discounts(counts, n) for n, counts in enumerate(counts_of_counts, 1)]
    discount = _discount_of(single, discounts[0])
    uniform = 1.0 / (text.vocabulary_size - 1)  # the begin mark is never predicted
    probabilities = (single - discount + discount.sum() * uniform) / single.sum()
    probabilities[BEGIN] = 0.0
    return discounts, probabilities


def _probabilities(
    text: _Text,
    contexts: _NGrams,
    whole: _NGrams,
    is_longest: bool,
    discounts: tuple[float, float, float],
    shorter: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Of each n-gram the probability, of each context the weight that shorter n-grams have after it.

    `shorter` are the probabilities of the n-grams of one word less, by place.
    """
    counts = text.counts(whole, is_longest).astype(np.float64)
    discount = _discount_of(counts, discounts)
    context = np.empty(len(whole.firsts), dtype=np.int64)
    context[whole.rows] = contexts.rows[np.searchsorted(contexts.places, whole.places)]
    size = len(contexts.firsts)
    total = np.bincount(context, counts, size)
    freed = np.bincount(context, discount, size)
    weight = np.divide(freed, total, out=np.ones(size), where=total > 0)
    return (counts - discount) / total[context] + weight[context] * shorter[whole.firsts + 1], weight


def _discount_of(counts: np.ndarray, discounts: tuple[float, float, float]) -> np.ndarray:
    return np.select([counts == 0, counts == 1, counts == 2], [0.0, *discounts[:2]], discounts[2])


def _discounts(counts_of_counts: np.ndarray, n: int) -> tuple[float, float, float]:
    """The discounts of one length (Chen and Goodman 1998, equation 26), from how many n-grams occur 0 to 4 times."""
    one, two, three, four = counts_of_counts[1:].tolist()
    if min(one, two, three, four) > 0:
        y = one / (one + 2 * two)
        found = (1 - 2 * y * two / one, 2 - 3 * y * three / two, 3 - 4 * y * four / three)
        if all(0 <= discount <= count for count, discount in enumerate(found, start=1)):
            return found
    log.info("too few %d-grams that occur one to four times, taking the discounts %s", n, FALLBACK_DISCOUNTS)
    return FALLBACK_DISCOUNTS


def _write_n_grams(
    out: TextIO, words: list[str], rows: np.ndarray, probabilities: np.ndarray, backoffs: np.ndarray | None
) -> None:
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log10(probabilities), NO_PROBABILITY).tolist()
        texts = (" ".join([words[number] for number in row]) for row in rows.tolist())
        if backoffs is None:
            out.writelines(f"{p:.7g}\t{text}\n" for p, text in zip(logs, texts, strict=True))
        else:
            backoff_logs = np.maximum(np.log10(backoffs), NO_PROBABILITY).tolist()
            lines = zip(logs, texts, backoff_logs, strict=True)
            out.writelines(f"{p:.7g}\t{text}\t{backoff:.7g}\n" for p, text, backoff in lines)


def train(text: Text, order: int, estimator: str, file: Path, max_memory_mb: float) -> None:
    """Estimate a model of `text` and write it as ARPA into `file`. Raises `BadInput` if lmplz is missing."""
    if estimator == "numpy":
        estimate(text.ids, text.words, order, file, max_memory_mb)
        return
    program = shutil.which("lmplz")
    if program is None:
        raise BadInput(
            "perplexity.estimator: lmplz: no such program is installed. Build it from KenLM's sources and put it on "
            "the path, or choose numpy."
        )
    words = text.words
    lines = " ".join("\n" if number == END else words[number] for number in text.ids if number != BEGIN)
    command = [program, "--order", str(order), "--discount_fallback", "--arpa", str(file), "--temp_prefix", f"{file}."]
    command += ["--memory", f"{max_memory_mb:.0f}M"]
    done = subprocess.run(command, input=lines, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise BadInput(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}. Choose numpy instead.")


class Scorer:
    """Perplexity of texts under the model in an ARPA file."""

    def __init__(self, file: Path) -> None:
        config = kenlm.Config()
        config.show_progress = False
        config.arpa_complain = kenlm.ARPALoadComplain.NONE
        self._model = kenlm.Model(str(file), config)

    def perplexity(self, text: str) -> float:
        """Perplexity per syllable, the ends of lines counted as one each; infinite for a text without words."""
        lines = sentences(text)
        if not lines:
            return math.inf
        total = sum(self._model.score(" ".join(words)) for words in lines)
        return 10 ** (-total / sum(len(words) + 1 for words in lines))
