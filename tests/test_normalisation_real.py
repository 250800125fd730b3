"""One real text in nine forms of noise: how much of it comes back. The figures stand in docs/normalisation.md."""

import gzip
import json
import re
from collections import Counter
from itertools import islice

import pytest

from commands.normalisation_report import TRUTH, compare, measure, measure_separation, restore, survives_windows_1252
from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.cleaner import Cleaner
from stages.normalisation import legacy_encodings, mojibake
from stages.normalisation.pages import compose
from stages.normalisation.tones import place_tones
from stages.world.legacy_encoders import ENCODINGS, encode

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def settings(repository):
    return params.load(Params, repository / "params.yaml", *SECTIONS, language="vi")


def read(file) -> str:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        return stream.read()


def test_recoverable_characters_come_back_from_every_form(real_data):
    rows = measure(real_data("noise"))
    assert len(rows) == 7
    for row in rows:
        print(row)
        assert row.share >= 0.999, row
        assert row.recoverable >= 0.98 * row.characters, row


def test_most_letters_that_windows_1252_lost_come_back_and_none_is_guessed(real_data):
    truth = read(real_data(f"noise/{TRUTH}"))
    broken = read(real_data("noise/mojibake_utf8_as_cp1252.txt.gz"))
    repaired = mojibake.repair(broken)
    lost = sum(not survives_windows_1252(character) for character in truth)
    assert lost > 7000
    assert len(repaired) == len(truth)
    wrong = {found for true, found in zip(truth, repaired, strict=True) if true != found}
    assert wrong == {"\ufffd"}
    assert repaired.count("\ufffd") < 0.2 * lost


def test_vni_by_the_encoder_of_the_tests(real_data):
    def encodable(line: str) -> bool:
        try:
            return encode(line, "vni") is not None
        except (KeyError, UnicodeEncodeError, ValueError):
            return False

    lines = [line for line in read(real_data(f"noise/{TRUTH}")).split("\n") if encodable(line)]
    truth = "\n".join(lines)
    row = compare("VNI", truth, restore(encode(truth, "vni").decode("latin-1")), lambda character: True)
    print(row)
    assert len(lines) > 10_000
    assert row.share >= 0.999


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_single_sentences_come_back_or_stay(real_data, encoding):
    with gzip.open(real_data("corpus/vi/news.jsonl.gz"), "rt", encoding="utf-8") as lines:
        text = "\n".join(compose(json.loads(line)["text"]) for line in islice(lines, 100))
    sentences = [sentence for sentence in re.split(r"(?<=[.!?]) |\n", text) if len(sentence.split()) >= 10]
    outcomes = Counter()
    for sentence in sentences:
        assert legacy_encodings.repair(sentence) == sentence
        try:
            broken = encode(sentence, encoding).decode("latin-1")
        except (KeyError, ValueError):  # letters of other languages
            continue
        found = legacy_encodings.repair(broken)
        outcomes["right" if found.lower() == sentence.lower() else "left" if found == broken else "wrong"] += 1
    print(encoding, outcomes)
    assert outcomes.total() > 1000
    assert outcomes["right"] >= 0.98 * outcomes.total()
    assert outcomes["wrong"] <= 0.003 * outcomes.total()


@pytest.mark.parametrize("name", ["tcvn5712", "viscii", "cp1258"])
def test_files_are_decoded_as_what_they_are(real_data, name):
    with gzip.open(real_data(f"noise/{name}_bytes.txt.gz")) as stream:
        text, encoding = legacy_encodings.decode(stream.read())
    assert encoding == name
    assert "Việt Nam" in text


def test_the_clean_text_keeps_its_letters(real_data):
    truth = read(real_data(f"noise/{TRUTH}"))
    row = compare("clean", truth, restore(truth), lambda character: True)
    assert row.share >= 0.9999


def test_one_placement_and_nothing_else_changes(real_data):
    truth = read(real_data(f"noise/{TRUTH}"))
    new = place_tones(truth, "new")
    changed = sum(before != after for before, after in zip(truth, new, strict=True))
    assert 0 < changed < 500  # two letters a word: 98 words of the other placement and some mistyped
    assert place_tones(place_tones(truth, "old"), "new") == new


def test_joined_sentences_are_separated_and_abbreviations_are_not(real_data):
    for row in measure_separation(real_data("corpus/vi")):
        print(row)
        assert row.separated >= {"news": 0.97, "viwiki": 0.86, "health_crawl": 0.98}[row.source] * row.sentences
        assert row.separated_abbreviations <= 0.01 * row.abbreviations


def test_normalising_twice_changes_nothing(real_data, settings):
    cleaner = Cleaner(settings)
    with gzip.open(real_data("corpus/vi/web.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            once = cleaner.repair(json.loads(line)["text"][:20_000])[0]
            assert cleaner.repair(once)[0] == once
