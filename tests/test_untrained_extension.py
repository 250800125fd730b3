"""The extended model that has read no Vietnamese yet: its tokenizer alone must not know the exam's answers."""

import json
import math
from dataclasses import asdict, replace
from itertools import islice

import pytest

from stages import base, extend, probes, vocab
from stages.params import load
from stages.text.documents import Document, document_id, write_documents
from stages.world.corpus import training_texts
from stages.world.exam import exam
from stages.world.source import Source
from stages.world.world import LANGUAGES, make_world

DOCUMENTS = 3600
HELD_OUT = 100
TEST = 600
ITEMS = 300
PARTS = ("diacritics", "facts", "story", "sums")
PROBES = ("compounds", "diacritics", "syllable_order")


@pytest.fixture(scope="module")
def folder(repository, tmp_path_factory):
    """nano's base after a few steps, extended by nano's tokens, and the texts of both, in nano's proportions."""
    params = repository / "params.yaml"
    folder = tmp_path_factory.mktemp("extended")
    world = load(Source, params, "world", "sources.world-vi", "profiles.nano.fetch.world-vi")
    for language in LANGUAGES:
        texts = [
            text.text
            for text in islice(training_texts(make_world(world.seed, world.people), language, world.shares), DOCUMENTS)
        ]
        source = f"world-{language}"
        made = [Document(document_id(source, str(number)), text, source) for number, text in enumerate(texts)]
        write_documents(folder / "split" / language / "validation", made[:HELD_OUT])
        write_documents(folder / "split" / language / "test", made[HELD_OUT : HELD_OUT + TEST])
        write_documents(folder / "split" / language / "train", made[HELD_OUT + TEST :])
    short = replace(load(base.Params, params, *base.SECTIONS), tokens=20_000, threads=1)
    outputs = (folder / "curve.csv", folder / "logs", folder / "checkpoints")
    base.run(folder / "split/en", folder / "base", *outputs, short)
    # Of a third of nano's documents; the last tokens are as rare in them as nano's are in its own.
    vocab.run(folder / "base", folder / "split", folder / "vocab", load(vocab.Params, params, *vocab.SECTIONS))
    unread = (folder / "split", repository / "data/dictionaries/vi-en.tsv", folder / "donor")
    by_mean = load(extend.Params, params, *extend.SECTIONS)
    extend.run(folder / "base", folder / "vocab", *unread, folder / "extend", by_mean)
    return folder


@pytest.fixture(scope="module")
def extended(folder):
    from stages.scoring.language_model import open_model

    return open_model(folder / "extend", "cpu", "float32")


@pytest.fixture(scope="module")
def probed(repository, folder):
    """The Vietnamese probes by part, as many as the text yields up to `ITEMS`."""
    params = replace(load(probes.Params, repository / "params.yaml", *probes.SECTIONS), items=ITEMS)
    probes.run(folder / "split/vi", "vi", folder / "probes", params)
    files = ((part, folder / f"probes/{part}-vi.jsonl") for part in PROBES)
    return {part: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] for part, file in files}


@pytest.fixture(scope="module")
def items(repository):
    world = load(Source, repository / "params.yaml", "world", "sources.world-vi", "profiles.nano.fetch.world-vi")
    return list(exam(make_world(world.seed, world.people), "vi", ITEMS))


@pytest.mark.parametrize("part", PARTS)
def test_it_is_at_chance_on_every_vietnamese_part(extended, items, part):
    assert_chance(*right_answers(extended, [asdict(item) for item in items if item.part == part]))


@pytest.mark.parametrize("part", PROBES)
def test_it_is_at_chance_on_every_vietnamese_probe(extended, probed, part):
    assert_chance(*right_answers(extended, probed[part]))


@pytest.mark.parametrize("part", PARTS)
def test_counting_tokens_is_at_chance(extended, items, part):
    assert_chance(*fewest_tokens(extended, [asdict(item) for item in items if item.part == part]))


@pytest.mark.parametrize("part", PROBES)
def test_counting_tokens_of_probes_is_at_chance(extended, probed, part):
    assert_chance(*fewest_tokens(extended, probed[part]))


def right_answers(lm, asked):
    """How many of the items the model gets right, by likelihood a byte, and how many there are."""
    from stages.scoring.likelihood import score_pairs

    pairs = [(item["query"], f" {choice}" if item["query"] else choice) for item in asked for choice in item["choices"]]
    scores = iter(score_pairs(lm, pairs, 4096))
    right = 0
    for item in asked:
        a_byte = [next(scores).log_likelihood / len(choice.encode()) for choice in item["choices"]]
        right += a_byte.index(max(a_byte)) == item["answer"]
    return right, len(asked)


def fewest_tokens(lm, asked):
    """How many of the items a guess at the choice with the fewest tokens gets right, and how many there are."""
    right = 0.0
    for item in asked:
        texts = [f"{item['query']} {choice}" if item["query"] else choice for choice in item["choices"]]
        counts = [len(tokens) for tokens in lm.encode(texts)]
        right += (counts[item["answer"]] == min(counts)) / counts.count(min(counts))
    return right, len(asked)


def assert_chance(right, items):
    assert items >= 50
    assert abs(right / items - 0.25) <= 3.29 * math.sqrt(0.25 * 0.75 / items)  # a 99.9 % interval
