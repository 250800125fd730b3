"""N-gram models with modified Kneser-Ney smoothing, written as ARPA files and queried through KenLM.

Estimation follows Chen and Goodman 1998 (section 3) in the interpolated form of Heafield et al. 2013,
so that the result is that of KenLM's `lmplz --discount_fallback`. It works on whole arrays: an n-gram is a row
number, found by pairing the row number of its first n-1 words with its last word.
"""

import logging
import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import kenlm
import numpy as np

from stages.errors import BadInput
from stages.text.vietnamese import syllables

log = logging.getLogger(__name__)

UNKNOWN, BEGIN, END = 0, 1, 2
MARKERS = ("<unk>", "<s>", "</s>")
FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)  # lmplz's, for a text too small or too regular to estimate them
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
        self._parts.append(np.array(ids, dtype=np.int64))

    @property
    def words(self) -> list[str]:
        """The vocabulary, in the order of its numbers."""
        return list(self.numbers)

    @property
    def ids(self) -> np.ndarray:
        """All word numbers in one array."""
        return np.concatenate(self._parts) if self._parts else np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class NGrams:
    """All n-grams of one length."""

    words: np.ndarray  # (rows, n), word numbers
    counts: np.ndarray  # (rows,), adjusted: how many words come before, or how often for the longest
    discounts: tuple[float, float, float]  # for counts of 1, 2, 3 and more
    probabilities: np.ndarray  # (rows,)
    backoffs: np.ndarray  # (rows,), 1 where nothing follows


def estimate(ids: np.ndarray, vocabulary_size: int, order: int) -> list[NGrams]:
    """The n-grams of length 1 to `order` of a text, smoothed.

    `ids` is one array of sentences with their begin and end marks. Memory: about 120 bytes a word and order.
    """
    rows, firsts = _number_n_grams(ids, vocabulary_size, order)
    models: list[NGrams] = []
    counts = _adjusted_counts(ids, rows, firsts, order)
    for n in range(1, order + 1):
        discounts = _discounts(counts[n - 1], n)
        discount = np.select(
            [counts[n - 1] == 0, counts[n - 1] == 1, counts[n - 1] == 2], [0.0, *discounts[:2]], discounts[2]
        )
        if n == 1:
            total, freed = counts[0].sum(), discount.sum()
            uniform = 1.0 / (vocabulary_size - 1)  # the begin mark is never predicted
            probabilities = (counts[0] - discount + freed * uniform) / total
            probabilities[BEGIN] = 0.0
        else:
            context = rows[n - 2][firsts[n - 1]]  # row of the first n-1 words
            shorter = rows[n - 2][firsts[n - 1] + 1]  # row of the last n-1 words
            size = len(firsts[n - 2])
            total = np.bincount(context, counts[n - 1], size)
            freed = np.bincount(context, discount, size)
            weight = np.divide(freed, total, out=np.ones(size), where=total > 0)
            models[-1] = _with_backoffs(models[-1], weight)
            probabilities = (counts[n - 1] - discount) / total[context] + weight[context] * models[-1].probabilities[
                shorter
            ]
        words = ids[firsts[n - 1][:, None] + np.arange(n)] if n > 1 else np.arange(vocabulary_size)[:, None]
        models.append(NGrams(words, counts[n - 1], discounts, probabilities, np.ones(len(words))))
    return models


def _number_n_grams(ids: np.ndarray, vocabulary_size: int, order: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each length: the row of the n-gram that starts at each place (-1: none), and the first place of each row."""
    sentence = np.cumsum(ids == BEGIN)
    rows, firsts = [ids], [np.zeros(vocabulary_size, dtype=np.int64)]
    for n in range(2, order + 1):
        starts = np.flatnonzero((sentence[: len(ids) - n + 1] == sentence[n - 1 :]) if len(ids) >= n else [])
        keys = rows[-1][starts] * vocabulary_size + ids[starts + n - 1]
        _, first, row = np.unique(keys, return_index=True, return_inverse=True)
        rows.append(np.full(len(ids), -1, dtype=np.int64))
        rows[-1][starts] = row
        firsts.append(starts[first])
    return rows, firsts


def _adjusted_counts(ids: np.ndarray, rows: list[np.ndarray], firsts: list[np.ndarray], order: int) -> list[np.ndarray]:
    """How many words precede each n-gram, or how often it occurs if it is of full length or begins a sentence."""
    counts = []
    for n in range(1, order + 1):
        size = len(firsts[n - 1])
        occurs = np.bincount(rows[n - 1][rows[n - 1] >= 0], minlength=size)
        if n == order:
            counts.append(occurs)
        else:
            preceded = np.bincount(rows[n - 1][firsts[n] + 1], minlength=size)
            begins = ids[firsts[n - 1]] == BEGIN if n > 1 else np.zeros(size, dtype=bool)
            counts.append(np.where(begins, occurs, preceded))
    counts[0][BEGIN] = 0
    return [count.astype(np.float64) for count in counts]


def _discounts(counts: np.ndarray, n: int) -> tuple[float, float, float]:
    """The three discounts of one length (Chen and Goodman 1998, equation 26)."""
    one, two, three, four = (int((counts == count).sum()) for count in (1, 2, 3, 4))
    if min(one, two, three, four) > 0:
        y = one / (one + 2 * two)
        found = (1 - 2 * y * two / one, 2 - 3 * y * three / two, 3 - 4 * y * four / three)
        if all(0 <= discount <= count for count, discount in enumerate(found, start=1)):
            return found
    log.info("too few %d-grams that occur one to four times, taking the discounts %s", n, FALLBACK_DISCOUNTS)
    return FALLBACK_DISCOUNTS


def _with_backoffs(model: NGrams, weights: np.ndarray) -> NGrams:
    return NGrams(model.words, model.counts, model.discounts, model.probabilities, weights)


def write_arpa(file: Path, models: list[NGrams], words: list[str]) -> None:
    """Write a model in the ARPA format, base-10 logarithms."""
    with file.open("w", encoding="utf-8") as out:
        out.write("\\data\\\n" + "".join(f"ngram {n}={len(model.words)}\n" for n, model in enumerate(models, 1)))
        for n, model in enumerate(models, 1):
            out.write(f"\n\\{n}-grams:\n")
            with np.errstate(divide="ignore"):
                probabilities = np.maximum(np.log10(model.probabilities), NO_PROBABILITY).tolist()
                backoffs = np.maximum(np.log10(model.backoffs), NO_PROBABILITY).tolist()
            texts = (" ".join([words[number] for number in row]) for row in model.words.tolist())
            if n == len(models):
                out.writelines(f"{p:.7g}\t{text}\n" for p, text in zip(probabilities, texts, strict=True))
            else:
                lines = zip(probabilities, texts, backoffs, strict=True)
                out.writelines(f"{p:.7g}\t{text}\t{backoff:.7g}\n" for p, text, backoff in lines)
        out.write("\n\\end\\\n")


def train(text: Text, order: int, estimator: str, file: Path) -> None:
    """Estimate a model of `text` and write it as ARPA into `file`. Raises `BadInput` if lmplz is missing."""
    if estimator == "numpy":
        write_arpa(file, estimate(text.ids, len(text.words), order), text.words)
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
