"""The exam: what it asks, and that nothing but knowing the answer scores above chance."""

import math
import re
from collections import Counter
from functools import cache
from itertools import islice

import pytest

from stages.decontamination.contamination import Contamination, Item
from stages.text.diacritics import strip_diacritics
from stages.world import spelling
from stages.world.corpus import training_texts
from stages.world.exam import exam, facts
from stages.world.mixture import KINDS
from stages.world.world import LANGUAGES, make_world

SHARES = dict.fromkeys(KINDS, 1.0)
ITEMS = 300
WORLD = make_world(1, 144)
PARTS = [(part, "en") for part in ("facts", "story", "sums", "spelling")] + [
    (part, "vi") for part in ("facts", "story", "sums", "diacritics")
]


@cache
def training(language):
    return [text.text for text in islice(training_texts(WORLD, language, SHARES), 2000)]


@cache
def items(part, language):
    return [item for item in exam(WORLD, language, ITEMS) if item.part == part]


@cache
def frequencies(language):
    return Counter(word for text in training(language) for word in tokens(text))


@cache
def tokenizer(language):
    """A byte-level BPE of the training text: what an extended but untrained model knows."""
    from tokenizers import ByteLevelBPETokenizer

    made = ByteLevelBPETokenizer()
    made.train_from_iterator(training(language), vocab_size=4096, min_frequency=2, show_progress=False)
    return made


def tokens(text):
    return re.findall(r"\w+", text.lower())


def log_probability(choice, language):
    counts, total = frequencies(language), words_in_all(language)
    return sum(math.log((counts[word] + 1) / total) for word in tokens(choice))


@cache
def words_in_all(language):
    return frequencies(language).total()


GUESSES = {
    "longest": lambda choice, language: len(choice.encode()),
    "shortest": lambda choice, language: -len(choice.encode()),
    "commonest words": log_probability,
    "commonest words, per byte": lambda choice, language: log_probability(choice, language) / len(choice.encode()),
    "rarest words": lambda choice, language: -log_probability(choice, language),
    "fewest tokens": lambda choice, language: -len(tokenizer(language).encode(choice).ids),
    "fewest tokens, per byte": lambda choice, language: (
        -len(tokenizer(language).encode(choice).ids) / len(choice.encode())
    ),
}


@pytest.mark.parametrize("part, language", PARTS)
@pytest.mark.parametrize("guess", sorted(GUESSES))
def test_a_guess_without_the_question_is_at_chance(part, language, guess):
    asked, score = items(part, language), GUESSES[guess]
    right = 0.0
    for item in asked:
        scores = [score(choice, language) for choice in item.choices]
        best = max(scores)
        right += (scores[item.answer] == best) / scores.count(best)
    assert abs(right / len(asked) - 0.25) <= interval(len(asked))


def interval(count):
    """Half of the 99.9 % interval around a quarter, by the normal approximation."""
    return 3.29 * math.sqrt(0.25 * 0.75 / count)


@pytest.mark.parametrize("part, language", PARTS)
def test_items_are_well_formed_and_positions_even(part, language):
    asked = items(part, language)
    assert len(asked) == ITEMS and len({item.id for item in asked}) == ITEMS
    for item in asked:
        assert len(set(item.choices)) == 4 and all(choice == choice.strip() != "" for choice in item.choices)
        assert item.language == language and item.query == item.query.strip()
    positions = Counter(item.answer for item in asked)
    assert sorted(positions) == [0, 1, 2, 3] and max(positions.values()) - min(positions.values()) <= 4


@pytest.mark.parametrize("part, language", PARTS)
def test_no_right_statement_stands_in_the_training_text(part, language):
    everything = "\n".join(training(language))
    for item in items(part, language):
        statement = f"{item.query} {item.choices[item.answer]}".strip()
        assert statement not in everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_decontamination_finds_nothing_to_drop(language):
    asked = [
        Item("exam", item.id, item.query, tuple(item.choices), item.answer) for item in exam(WORLD, language, ITEMS)
    ]
    found = Contamination(asked, run_syllables=13, min_item_syllables=8)
    assert found.hits(f"Hôm qua. {next(asked[0].forms(13, 8))}. Thế thôi.")
    assert not [text for text in training(language)[::5] if found.hits(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_ask_what_the_language_tells_and_transfer_what_the_other_tells(language):
    people = {person.id: person for person in WORLD.people}
    for part, told in (("facts", True), ("transfer", False)):
        asked = [*facts(WORLD, language, ITEMS, part)]
        assert all((language in people[i.metadata["fact"].split(".")[0]].languages) == told for i in asked)
    taught = Counter(item.metadata["taught"] for item in items("facts", language))
    assert set(taught) == {"here", "both"} and min(taught.values()) > ITEMS / 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_answer_to_a_fact_is_in_the_training_text_in_other_words(language):
    people = {person.id: person for person in WORLD.people}
    for item in items("facts", language)[:60]:
        person = people[item.metadata["fact"].split(".")[0]]
        answer = item.choices[item.answer]
        assert any(person.name in text and answer.lower() in text.lower() for text in training(language))


def test_wrong_vietnamese_spellings_differ_in_diacritics_only_and_use_known_syllables():
    known = frequencies("vi")
    for item in items("diacritics", "vi"):
        right = item.choices[item.answer]
        assert {strip_diacritics(choice) for choice in item.choices} == {strip_diacritics(right)}
        for choice in item.choices:
            changed = [a for a, b in zip(tokens(choice), tokens(right), strict=True) if a != b]
            assert choice == right or len(changed) >= 2
            assert all(known[syllable] >= 3 and not syllable.isascii() for syllable in changed)


def test_wrong_english_spellings_are_known_words_one_letter_away():
    known = frequencies("en")
    for item in items("spelling", "en"):
        right = item.choices[item.answer]
        for choice in item.choices:
            pairs = [(a, b) for a, b in zip(tokens(choice), tokens(right), strict=True) if a != b]
            assert choice == right or len(pairs) >= 2
            assert all(known[word] >= 3 and abs(len(word) - len(meant)) <= 1 for word, meant in pairs)


def test_confusable_words():
    assert spelling.confusable("en", ["from", "form", "farm", "boat", "boats", "house"]) == {
        "farm": ["form"],
        "form": ["farm", "from"],
        "from": ["form"],
    }
