"""The extended model that has read no Vietnamese yet: its tokenizer alone must not know the exam's answers."""

import math
from dataclasses import replace
from itertools import islice

import pytest

from stages import base, extend, vocab
from stages.params import load
from stages.text.documents import Document, write_documents
from stages.world.corpus import training_texts
from stages.world.exam import exam
from stages.world.source import Source
from stages.world.world import LANGUAGES, make_world

DOCUMENTS = 3000
ITEMS = 300
PARTS = ("diacritics", "facts", "story", "sums")


@pytest.fixture(scope="module")
def extended(repository, tmp_path_factory):
    """nano's base after a few steps, extended by nano's tokens, from texts in nano's proportions."""
    from stages.scoring.language_model import open_model

    params = repository / "params.yaml"
    folder = tmp_path_factory.mktemp("extended")
    world = load(Source, params, "world", "sources.world-vi", "profiles.nano.fetch.world-vi")
    for language in LANGUAGES:
        texts = [
            text.text
            for text in islice(training_texts(make_world(world.seed, world.people), language, world.shares), DOCUMENTS)
        ]
        made = [Document(f"{number:05}", text, f"world-{language}") for number, text in enumerate(texts)]
        write_documents(folder / "split" / language / "validation", made[:100])
        write_documents(folder / "split" / language / "train", made[100:])
    short = replace(load(base.Params, params, *base.SECTIONS), tokens=20_000, threads=1)
    outputs = (folder / "curve.csv", folder / "logs", folder / "checkpoints")
    base.run(folder / "split/en", folder / "base", *outputs, short)
    # Of a third of nano's documents; the last tokens are as rare in them as nano's are in its own.
    vocab.run(folder / "base", folder / "split", folder / "vocab", load(vocab.Params, params, *vocab.SECTIONS))
    unread = (folder / "split", repository / "data/dictionaries/vi-en.tsv", folder / "donor")
    by_mean = load(extend.Params, params, *extend.SECTIONS)
    extend.run(folder / "base", folder / "vocab", *unread, folder / "extend", by_mean)
    return open_model(folder / "extend", "cpu", "float32")


@pytest.fixture(scope="module")
def items(repository):
    world = load(Source, repository / "params.yaml", "world", "sources.world-vi", "profiles.nano.fetch.world-vi")
    return list(exam(make_world(world.seed, world.people), "vi", ITEMS))


@pytest.mark.parametrize("part", PARTS)
def test_it_is_at_chance_on_every_vietnamese_part(extended, items, part):
    from stages.scoring.likelihood import score_pairs

    asked = [item for item in items if item.part == part]
    pairs = [(item.query, f" {choice}" if item.query else choice) for item in asked for choice in item.choices]
    scores = iter(score_pairs(extended, pairs, 4096))
    right = sum(
        max(range(4), key=[next(scores).log_likelihood / len(choice.encode()) for choice in item.choices].__getitem__)
        == item.answer
        for item in asked
    )
    assert_chance(right / len(asked))


@pytest.mark.parametrize("part", PARTS)
def test_counting_tokens_is_at_chance(extended, items, part):
    asked = [item for item in items if item.part == part]
    right = 0.0
    for item in asked:
        counts = [len(tokens) for tokens in extended.encode([f"{item.query} {choice}" for choice in item.choices])]
        right += (counts[item.answer] == min(counts)) / counts.count(min(counts))
    assert_chance(right / len(asked))


def assert_chance(share):
    assert abs(share - 0.25) <= 3.29 * math.sqrt(0.25 * 0.75 / ITEMS)  # a 99.9 % interval
