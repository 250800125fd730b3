"""Tiny stories: well formed, the same plot in both languages, and an end that only the story tells."""

import re
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
    yield from module.HOME_OPENINGS + module.FOREST_OPENINGS + module.DETAILS
    for wordings in [*module.MENTIONS.values(), *module.EVENTS.values(), *module.FINALES.values()]:
        yield from wordings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_of_a_template_and_none_of_a_worn_out_one(language):
    leads = "|".join(stories.TEMPLATES[language].LEADS)
    patterns = [
        re.compile(f"(?:(?:{leads}), )?" + re.sub(r"\\{\w+\\}", ".+", re.escape(template)), re.IGNORECASE)
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


def test_templates_are_aligned_and_know_every_thing():
    english, vietnamese = (stories.TEMPLATES[language] for language in LANGUAGES)
    for aligned in ("HOME_OPENINGS", "FOREST_OPENINGS", "DETAILS", "SCENTS", "SOUNDS", "FOODS", "SKIES", "WEATHERS"):
        assert len(getattr(english, aligned)) == len(getattr(vietnamese, aligned)), aligned
    things = {thing.en for pool in stories.POOLS.values() for thing in pool}
    for module in (english, vietnamese):
        assert set(module.EVENTS) == things
        assert all(len(wordings) >= 2 for wordings in module.EVENTS.values())
        assert {kind: len(wordings) for kind, wordings in module.MENTIONS.items()} == {
            kind: len(wordings) for kind, wordings in english.MENTIONS.items()
        }
        assert all(wording.endswith(" {x}.") for wordings in module.FINALES.values() for wording in wordings)


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
def test_the_event_of_a_story_asks_for_the_right_option_and_for_no_other(language):
    events = stories.TEMPLATES[language].EVENTS
    things = {thing.name(language): thing.en for pool in stories.POOLS.values() for thing in pool}
    for item in items(language):
        for choice in item.choices:
            wordings = (re.sub(r"\\{\w+\\}", ".+", re.escape(event)) for event in events[things[choice]])
            happened = any(
                re.fullmatch(wording, sentence.strip(), re.IGNORECASE)
                for wording in wordings
                for sentence in sentences(item.query)
            )
            assert happened == (choice == item.choices[item.answer]), (item, choice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_passage_of_the_exam_is_in_the_training_text(language):
    seen = passages_of(stories.texts(WORLD, language, 2500))
    assert all(seen.isdisjoint(passages(f"{item.query} {item.choices[item.answer]}")) for item in items(language))


def test_items_are_stable_and_distinct():
    assert [*stories.exam_items(WORLD, "vi", 40)] == items("vi")[:40]
    assert len({item.query for item in items("vi")}) == ITEMS
    assert [*stories.exam_items(make_world(2, 144), "vi", 8)] != items("vi")[:8]
