"""The README tells what the metrics in git say, and the committed run of nano is one that the project stands for."""

import json
import re

import pytest

from commands.readme import TABLES, with_tables

LANGUAGES = ("vi", "en")
PARTS = {"vi": ("diacritics", "facts", "story", "sums"), "en": ("facts", "spelling", "story", "sums")}


@pytest.fixture(scope="module")
def scores(repository):
    def read(model, language):
        file = repository / f"metrics/nano/evaluate/{model}-{language}.json"
        return json.loads(file.read_text(encoding="utf-8"))

    return read


def accuracy(scores, model, language, part="all"):
    return 100 * scores(model, language)["exam"][part]["acc"]


def test_every_table_is_what_its_command_prints(repository):
    readme = (repository / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"<!-- ([\w-]+): python -m commands\.readme \1 -->", readme)
    assert sorted(names) == sorted(TABLES)
    assert with_tables(readme) == readme


AT_CHANCE = 3.29  # standard errors: one guessing model in a thousand lies beyond


def test_the_base_knows_no_vietnamese(scores):
    assert abs(accuracy(scores, "base", "vi") - 25) <= 5
    diacritics = scores("base", "vi")["exam"]["diacritics"]
    assert abs(diacritics["acc"] - 0.25) <= AT_CHANCE * diacritics["se"]


@pytest.mark.parametrize("part", ["diacritics", "facts", "story"])
def test_the_extended_model_is_at_chance_before_training(scores, part):
    """Not in sums: their digits are the same in both languages, and the base knows English sums."""
    result = scores("extend", "vi")["exam"][part]
    assert abs(result["acc"] - 0.25) <= AT_CHANCE * result["se"]


def test_vietnamese_is_learnt(scores):
    gained = {
        part: accuracy(scores, "merge", "vi", part) - accuracy(scores, "base", "vi", part) for part in PARTS["vi"]
    }
    assert accuracy(scores, "merge", "vi") - accuracy(scores, "base", "vi") >= 35
    assert min(gained.values()) >= 15, gained
    assert scores("merge", "vi")["bpb"] <= scores("pretrain/new_rows", "vi")["bpb"] / 2


def test_english_is_kept(scores):
    assert accuracy(scores, "base", "en") >= 70
    assert accuracy(scores, "merge", "en") >= 0.95 * accuracy(scores, "base", "en")
    for part in PARTS["en"]:
        assert accuracy(scores, "merge", "en", part) >= 0.9 * accuracy(scores, "base", "en", part), part
    assert scores("merge", "en")["bpb"] <= 1.1 * scores("base", "en")["bpb"]


def test_vietnamese_costs_few_tokens(repository):
    vocabulary = json.loads((repository / "metrics/nano/vocab.json").read_text(encoding="utf-8"))["vi"]["all"]
    assert vocabulary["no_digits_tokens_per_word_before"] >= 2.5
    assert vocabulary["no_digits_tokens_per_word"] <= 1.3
