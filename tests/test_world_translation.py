"""The world's sentences to be translated: equal in both languages, and in no training text."""

import json
from itertools import islice
from pathlib import Path

import pytest

from stages import benchmarks
from stages.decontamination.contamination import Contamination
from stages.params import load
from stages.scoring.answers import chrf
from stages.split import Params, read_items
from stages.world import stories, translation
from stages.world.benchmark import Benchmark
from stages.world.leaks import TEXTS_SEARCHED
from stages.world.world import make_world

WORLD = Path("stages/world")
COUNT = 10


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    settings = {"seed": 1, "people": 36, "shares": {}, "defect_rates": {}, "input": "", "source": ""}
    benchmark = Benchmark(**settings, kind="world", content="translation", items_per_part=COUNT)
    out = tmp_path_factory.mktemp("benchmarks") / "translation"
    assert benchmarks.run("translation", benchmark, WORLD, WORLD, out)["items"]["stories-vi"] == COUNT
    return out


def items_of(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_two_directions_ask_for_the_same_texts(written):
    for kind in ("", ".examples"):
        into_vi, into_en = (items_of(written, f"stories-{language}{kind}") for language in ("vi", "en"))
        assert len(into_vi) == len(into_en) == (translation.EXAMPLES if kind else COUNT)
        for there, back in zip(into_vi, into_en, strict=True):
            assert there["answers"] == [back["query"]] and back["answers"] == [there["query"]]
            assert not there["answers"][0].isascii() and there["language"] == "vi"
            assert there["query"].count(".") == back["query"].count(".") == translation.SENTENCES


def test_examples_are_no_items_and_no_item_stands_twice(written):
    for language in ("vi", "en"):
        files = (f"stories-{language}", f"stories-{language}.examples")
        texts = [item["query"] for file in files for item in items_of(written, file)]
        assert len(set(texts)) == len(texts) == COUNT + translation.EXAMPLES
        assert len({item["id"] for file in files for item in items_of(written, file)}) == len(texts)


def test_names_stand_in_both_texts(written):
    """A translation that only copies the names of the people scores something, and far from everything."""
    for item in items_of(written, "stories-vi"):
        assert 0.02 < chrf(item["query"], item["answers"], "vi") < 0.5


def test_no_training_text_holds_an_item(repository, written):
    split = load(Params, repository / "params.yaml", "split", "profiles.nano.split")
    found = Contamination(read_items(written.parent), split.contamination_syllables, split.min_item_syllables)
    world = make_world(1, 36)
    for language in ("vi", "en"):
        answers = [item["answers"][0] for item in items_of(written, f"stories-{language}")]
        for story in islice(stories.texts(world, language, TEXTS_SEARCHED), TEXTS_SEARCHED):
            assert not found.hits(story.text)
            assert not any(answer in story.text for answer in answers)


def test_a_planted_translation_is_found(written):
    split = Contamination(read_items(written.parent), 13, 8)
    item = items_of(written, "stories-vi")[3]
    (hit, *_) = split.hits(f"English: {item['query']}\nTiếng Việt: {item['answers'][0]}")
    assert hit.benchmark == "translation" and hit.item.startswith("stories-0")
