"""A quality classifier: how likely a text is one of the reference sources rather than one of the others, the web.

Logistic regression on hashed n-grams of syllables, as GPT-3's filter of Common Crawl (Brown et al. 2020, appendix A)
and DCLM's fastText classifier (Li et al. 2024, section 4.4); FineWeb-Edu (Penedo et al. 2024) learns from marks that
a large model gave. The classes are whole sources here, so it learns subjects and style as much as quality.

The features are n-grams by their hashes (Weinberger et al. 2009), not a vocabulary, so memory does not grow with the
corpus; `hash_bits` of 20 are 4 MB of weights.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.document_quality.halves import HALVES, half_of
from stages.document_quality.settings import ClassifierSettings, Features
from stages.errors import BadInput
from stages.outputs import write_json
from stages.text.arrays import save_array
from stages.text.documents import Part, group_keys, read_group
from stages.text.words import characters, classes, find_words, mixed

WEIGHTS, DESCRIPTION = "weights.npy", "classifier.json"
_ZERO, _NINE = ord("0"), ord("9")


class Vector(NamedTuple):
    """A text's features: (n-grams,) int32 buckets, ascending, and their (n-grams,) float32 values of length 1."""

    buckets: np.ndarray
    values: np.ndarray


class Example(NamedTuple):
    """A text to learn from."""

    id: str
    is_reference: bool
    vector: Vector


def vector_of(text: str, features: Features) -> Vector:
    """The hashed n-grams of a text's beginning, in lower case, all digits as 0, weighted by 1 + log of their count.

    >>> seen = Features(max_characters=1000, max_n_gram=2, hash_bits=20)
    >>> [len(vector_of(text, seen).buckets) for text in ("Hà Nội mùa thu, mùa thu Hà Nội", "", "…")]
    [9, 0, 0]
    >>> bool((vector_of("Năm 1975", seen).buckets == vector_of("năm 2024", seen).buckets).all())
    True
    """
    points = characters(text[: features.max_characters].lower())
    points = np.where((points >= _ZERO) & (points <= _NINE), np.uint32(_ZERO), points)
    words = find_words(points, classes(points))
    runs = [mixed(words.run_hashes(n) + np.uint64(n)) for n in range(1, features.max_n_gram + 1)]
    hashes = np.concatenate(runs) >> np.uint64(64 - features.hash_bits)
    buckets, counts = np.unique(hashes, return_counts=True)
    values = 1 + np.log(counts)
    length = math.sqrt((values * values).sum()) or 1.0
    return Vector(buckets.astype(np.int32), (values / length).astype(np.float32))


@dataclass(frozen=True)
class QualityClassifier:
    """A trained classifier: (2^hash_bits,) float32 weights of the buckets, and what is added to their sum."""

    features: Features
    weights: np.ndarray
    bias: float

    def probability(self, text: str) -> float:
        """How likely the text is of a reference source, 0 to 1, if both classes are as frequent."""
        buckets, values = vector_of(text, self.features)
        logit = float((self.weights[buckets] * values).sum(dtype=np.float64)) + self.bias
        small = math.exp(-abs(logit))
        return (1.0 if logit >= 0 else small) / (1 + small)

    def save(self, folder: Path) -> None:
        """Write `weights.npy`, then `classifier.json`, which says that the model is whole."""
        save_array(folder / WEIGHTS, self.weights)
        write_json(folder / DESCRIPTION, {"bias": self.bias, "features": asdict(self.features)})

    @classmethod
    def load(cls, folder: Path) -> "QualityClassifier":
        """Read what `save` wrote."""
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        weights = np.load(folder / WEIGHTS, mmap_mode="r", allow_pickle=False)
        return cls(Features(**description["features"]), weights, description["bias"])


def train(examples: Iterable[Example], settings: ClassifierSettings) -> QualityClassifier:
    """Learn from examples of both classes, which count alike; the order in which they come has no influence.

    Averaged stochastic gradient descent, in one thread: its result depends on no library of linear algebra.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier

    chosen = sorted(examples, key=lambda example: example.id)
    ends = np.cumsum([0, *(len(example.vector.buckets) for example in chosen)])
    matrix = csr_matrix(
        (
            np.concatenate([example.vector.values for example in chosen]),
            np.concatenate([example.vector.buckets for example in chosen]),
            ends.astype(np.int32),
        ),
        shape=(len(chosen), 2**settings.hash_bits),
    )
    model = SGDClassifier(
        loss="log_loss",
        alpha=settings.l2_penalty,
        max_iter=settings.epochs,
        tol=None,
        average=True,
        class_weight="balanced",
        random_state=settings.seed,
    )
    model.fit(matrix, [example.is_reference for example in chosen])
    seen = Features(settings.max_characters, settings.max_n_gram, settings.hash_bits)
    return QualityClassifier(seen, model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def train_halves(corpus: list[Part], settings: ClassifierSettings, folders: tuple[Path, ...]) -> None:
    """Train a classifier on each half of the corpus and save it in the folder of that half.

    Raises `BadInput` if a source stands in both classes, or a class has no document in a half.
    """
    if both := sorted(set(settings.reference_sources) & set(settings.against_sources)):
        raise BadInput(
            f"perplexity.*.classifier: {', '.join(both)} stands in both reference_sources and against_sources. "
            "Take it out of one."
        )
    reference, against = (
        _first_ids(corpus, frozenset(sources), settings.max_documents)
        for sources in (settings.reference_sources, settings.against_sources)
    )
    examples: list[list[Example]] = [[] for _ in range(HALVES)]
    for id_, text in _texts(corpus, reference | against):
        examples[half_of(id_)].append(Example(id_, id_ in reference, vector_of(text, settings)))
    for half in examples:
        for key, is_reference in (("reference_sources", True), ("against_sources", False)):
            if not any(example.is_reference is is_reference for example in half):
                raise BadInput(
                    f"perplexity.*.classifier.{key}: {', '.join(getattr(settings, key))} has too few documents to "
                    "train on half of them. Name sources of this corpus that the profile fetches, or set "
                    "classifier.enabled to false."
                )
    for half, folder in zip(examples, folders, strict=True):
        train(half, settings).save(folder)


def is_saved(folder: Path) -> bool:
    """Whether a whole model stands there."""
    return (folder / DESCRIPTION).exists()


def _first_ids(corpus: list[Part], sources: frozenset[str], count: int) -> frozenset[str]:
    """The smallest ids of the documents of some sources; ids are hashes, so these are a random sample."""
    smallest: list[str] = []
    for keys in _all_keys(corpus):
        last = smallest[-1] if len(smallest) == count else None
        found = [id_ for id_, source in keys if source in sources and (last is None or id_ < last)]
        if found:
            smallest = sorted(chain(smallest, found))[:count]
    return frozenset(smallest)


def _all_keys(corpus: list[Part]) -> Iterator[list[tuple[str, str]]]:
    for part in corpus:
        for number in range(part.first, part.end):
            yield group_keys(part.file, number)


def _texts(corpus: list[Part], ids: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Id and text of these documents; groups that hold none of them are not read."""
    for part in corpus:
        for number in range(part.first, part.end):
            if any(id_ in ids for id_, _ in group_keys(part.file, number)):
                for document in read_group(part.file, number):
                    if document.id in ids:
                        yield document.id, document.text
