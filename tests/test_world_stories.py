"""Tiny stories: well formed, the same plot in both languages, and an end that only the story tells."""

import re
import string
from collections import Counter
from functools import cache

import pytest

from stages.text.diacritics import strip_diacritics
from stages.world import cast, names, stories
from stages.world.leaks import passages, passages_of
from stages.world.world import LANGUAGES, make_world

WORLD = make_world(1, 144)
STORIES, ITEMS = 1000, 320
LARGEST_TEMPLATE_SHARE = 0.03
# Half of the 99.9 % interval around a quarter of 320, by the normal approximation.
INTERVAL = 3.29 * (0.25 * 0.75 / ITEMS) ** 0.5


@cache
def told(language):
    return [text.text for text in stories.texts(WORLD, language, STORIES)]


@cache
def items(language):
    return [*stories.exam_items(WORLD, language, ITEMS)]


def sentences(text):
    return re.findall(r"[^.!?]+[.!?]", text)


def templates(language):
    module = stories.TEMPLATES[language]
    threads = [*module.OBJECT_THREADS.values(), *module.CHARACTER_THREADS.values(), *module.PLACE_THREADS.values()]
    yield from module.HOME_OPENINGS + module.SCHOOL_OPENINGS + module.FOREST_OPENINGS + module.DETAILS
    yield from (f"{cause}, {reaction}." for cause in module.TURN_CAUSES for reaction in module.TURN_REACTIONS)
    yield from (wording for thread in threads for wording in thread.setups + thread.payoffs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_of_a_template_and_none_of_a_worn_out_one(language):
    fields = r"\\{\w+\\}"
    patterns = [
        re.compile("(?:[^,]+, )?" + re.sub(fields, ".+", re.escape(template)), re.IGNORECASE)
        for template in templates(language)
    ]
    counts, everything = Counter(), [sentence.strip() for text in told(language)[:250] for sentence in sentences(text)]
    for sentence in everything:
        matching = [pattern.pattern for pattern in patterns if pattern.fullmatch(sentence)]
        assert matching, sentence
        counts[max(matching, key=len)] += 1
    assert len(counts) >= 25
    assert max(counts.values()) / len(everything) <= LARGEST_TEMPLATE_SHARE


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole(language):
    for text in told(language):
        assert not re.search(r"[{}]|  | [.,:;]|,,|\.\.", text)
        assert all(sentence.strip()[0].isupper() for sentence in sentences(text))


def test_both_languages_word_the_same_threads():
    for kind in ("OBJECT_THREADS", "CHARACTER_THREADS", "PLACE_THREADS"):
        english, vietnamese = (getattr(stories.TEMPLATES[language], kind) for language in LANGUAGES)
        assert english.keys() == vietnamese.keys()
    for aligned in ("HOME_OPENINGS", "SCHOOL_OPENINGS", "FOREST_OPENINGS", "DETAILS", "TURN_CAUSES", "TURN_REACTIONS"):
        assert len({len(getattr(stories.TEMPLATES[language], aligned)) for language in LANGUAGES}) == 1, aligned
    for aligned in ("SCENTS", "SOUNDS", "FOODS", "SKIES", "WEATHERS"):
        assert len({len(getattr(stories.TEMPLATES[language], aligned)) for language in LANGUAGES}) == 1, aligned
    for language in LANGUAGES:
        for template in templates(language):
            known = {"p", "f", "e", "l", "x", "at", "p_he", "p_him", "p_his", "f_he", "friend"}
            scenery = {"scent", "sound", "food", "sky", "weather"}
            assert {field for _, field, _, _ in string.Formatter().parse(template) if field} <= known | scenery


def test_twins_tell_of_the_same_things():
    def named(text, names):
        return {name for name in names if re.search(rf"\b{name}\b", text)}

    things = 0
    for english, vietnamese in zip(stories.texts(WORLD, "en", 200), stories.texts(WORLD, "vi", 200), strict=True):
        assert (english.twin, vietnamese.twin) == (vietnamese.key, english.key)
        assert english.rewrite_group == vietnamese.rewrite_group
        for thing in cast.OBJECTS:
            if named(vietnamese.text, [thing.vi]):
                assert named(english.text, [thing.en]), (thing, english.text)
                things += 1
        children = [child.vi for child in cast.CHILDREN]
        opening = re.match(r"[^.]*", vietnamese.text)[0]
        assert named(opening, children) <= named(english.text, children)
    assert things > 200


def test_names_stay_distinct_without_diacritics_and_from_those_of_the_biographies():
    children = {strip_diacritics(child.vi) for child in cast.CHILDREN}
    assert len(children) == len(cast.CHILDREN)
    for language in LANGUAGES:
        others = {strip_diacritics(character.name(language)) for character in cast.ANIMALS}
        assert len(others) == len(cast.ANIMALS) and not others & children
    given = {
        name for source in (names.VIETNAMESE_GIVEN, names.ENGLISH_GIVEN) for group in source.values() for name in group
    }
    assert not {strip_diacritics(name) for name in given} & children


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_options_alone_tell_nothing(language):
    """Four items share their options; each option and each position is right once among them."""
    for start in range(0, ITEMS, 4):
        block = items(language)[start : start + 4]
        assert len({frozenset(item.choices) for item in block}) == 1
        assert {item.choices[item.answer] for item in block} == set(block[0].choices)
        assert sorted(item.answer for item in block) == [0, 1, 2, 3]


def mentions(item, choice):
    return [match.start() for match in re.finditer(rf"\b{re.escape(choice)}\b", item.query)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_is_named_once_in_the_story_and_no_place_in_it_is_the_right_one(language):
    ranks = Counter()
    for item in items(language):
        found = [mentions(item, choice) for choice in item.choices]
        assert [len(places) for places in found] == [1, 1, 1, 1], item
        ranks[sorted(found).index(found[item.answer])] += 1
    assert all(abs(ranks[rank] / ITEMS - 0.25) <= INTERVAL for rank in range(4))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_follows_from_the_thread_that_it_settles(language):
    """The right option stands in a setup of the thread asked for, and no other option does."""
    for item in items(language):
        threads = getattr(stories.TEMPLATES[language], f"{item.metadata['type'].upper()}_THREADS")
        thread = threads[item.metadata["thread"]]
        for choice in item.choices:
            setups = [
                re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(setup).replace(r"\{x\}", re.escape(choice))), re.I)
                for setup in thread.setups
            ]
            opened = any(setup.search(sentence) for setup in setups for sentence in sentences(item.query + "."))
            assert opened == (choice == item.choices[item.answer]), (item, choice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_passage_of_the_exam_is_in_the_training_text(language):
    seen = passages_of(stories.texts(WORLD, language, 2500))
    assert all(seen.isdisjoint(passages(f"{item.query} {item.choices[item.answer]}")) for item in items(language))


def test_items_are_stable_and_distinct():
    assert [*stories.exam_items(WORLD, "vi", 40)] == items("vi")[:40]
    assert len({item.query for item in items("vi")}) == ITEMS
    assert [*stories.exam_items(make_world(2, 144), "vi", 8)] != items("vi")[:8]
