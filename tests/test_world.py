"""The world, its biographies and descriptions, and the corpora that are mixed from them."""

import ast
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import islice

import pytest

from stages.text.diacritics import strip_diacritics
from stages.text.vietnamese import is_syllable
from stages.world import biographies, biography_frames, code, description_frames, descriptions, documents, settings
from stages.world.corpus import training_texts
from stages.world.defects import KINDS as DEFECTS
from stages.world.mixture import KINDS, mixed
from stages.world.world import FACTS, LANGUAGES, make_world, other

SHARES = {"biography": 0.32, "story": 0.3, "sum": 0.18, "description": 0.1, "dialogue": 0.1}
SETTINGS = settings.WorldSettings(
    seed=1, people=144, shares=SHARES, defect_rates={"mojibake": 0.05, "exact_duplicate": 0.05}
)
# As many as profile nano fetches: what holds for the corpus is tested on the corpus.
CORPUS_DOCUMENTS = 4000
WORLD = make_world(1, 144)


@pytest.fixture(scope="module")
def corpora():
    return {language: [*islice(training_texts(WORLD, language, SHARES), CORPUS_DOCUMENTS)] for language in LANGUAGES}


def words_of(text):
    return re.findall(r"[^\W\d_]+", text.lower())


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    assert make_world(7, 24) == make_world(7, 24)
    assert make_world(7, 24) != make_world(8, 24)
    assert len(make_world(7, 24).people) == 24


def test_names_stay_distinct_without_diacritics():
    for names in ([person.name for person in WORLD.people], [person.short_name for person in WORLD.people]):
        assert len({strip_diacritics(name) for name in names}) == 144


def test_a_third_of_the_people_each_is_told_in_one_language_or_both():
    groups = Counter(person.languages for person in WORLD.people)
    assert groups == {frozenset({"en"}): 48, frozenset({"vi"}): 48, frozenset({"en", "vi"}): 48}


@pytest.mark.parametrize("fact", FACTS)
def test_every_value_is_held_equally_often_in_each_group(fact):
    for group in {person.languages for person in WORLD.people}:
        people = [person for person in WORLD.people if person.languages == group]
        held = Counter(p.birth_date.year if fact == "birth_date" else getattr(p, fact) for p in people)
        assert len(set(held.values())) == 1 and sum(held.values()) == 48


def test_vietnamese_pronouns_follow_age_and_gender():
    person = WORLD.people[0]
    old, young = person.birth_date.replace(year=1950), person.birth_date.replace(year=1985)
    called = {
        (gender, birth): replace(person, gender=gender, birth_date=birth).pronoun("vi")
        for gender in ("male", "female")
        for birth in (old, young)
    }
    assert called == {
        ("male", old): "ông",
        ("female", old): "bà",
        ("male", young): "anh",
        ("female", young): "chị",
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_depends_on_its_number_only(kind, language):
    texts = [*KINDS[kind](WORLD, language, 40)]
    assert texts == [*KINDS[kind](WORLD, language, 40)]
    number = int(texts[25].key.split("-")[1])
    assert next(KINDS[kind](WORLD, language, 1, first=number)) == texts[25]
    assert len({text.key for text in texts}) == 40


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_twins_say_the_same_in_the_other_language(kind):
    by_language = {language: {t.key: t for t in KINDS[kind](WORLD, language, 200)} for language in LANGUAGES}
    pairs = 0
    for language in LANGUAGES:
        for text in by_language[language].values():
            assert text.language == language and text.key.endswith(f"-{language}")
            twin = by_language[other(language)].get(text.twin)
            if twin:
                pairs += 1
                assert twin.twin == text.key and twin.text != text.text
                assert (twin.subjects, sorted(twin.facts)) == (text.subjects, sorted(text.facts))
    assert pairs > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_biographies_tell_only_what_their_language_tells(language):
    people = {person.id: person for person in WORLD.people}
    for text in biographies.texts(WORLD, language, 300):
        person = people[text.subjects[0]]
        assert language in person.languages
        assert bool(text.twin) == (len(person.languages) == 2)
        for fact in text.facts:
            assert fact.startswith(f"{person.id}.")
            value = getattr(person, fact.split(".")[1])
            shown = str(value.year) if fact.endswith("birth_date") else value.name(language)
            assert shown.lower() in text.text.lower(), (fact, text.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fact_is_stated_by_many_documents_of_the_corpus(corpora, language):
    stated = Counter(fact for text in corpora[language] for fact in text.facts if text.kind == "biography")
    expected = {fact for person in WORLD.people_told_in(language) for fact in person.fact_ids()}
    assert set(stated) == expected
    assert min(stated.values()) >= 5 and sum(stated.values()) / len(stated) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_rewrites_share_their_facts_and_no_wording(language):
    groups = defaultdict(list)
    for text in biographies.texts(WORLD, language, 400):
        groups[text.rewrite_group].append(text)
    pairs = [group for group in groups.values() if len(group) == 2]
    assert len(pairs) > 100
    for one, two in pairs:
        assert one.facts == two.facts and jaccard(shingles(one.text), shingles(two.text)) < 0.3


def test_there_are_at_least_25_templates_of_each_of_these_kinds():
    for language in LANGUAGES:
        facts = [frame for frames in biography_frames.FACT_FRAMES[language].values() for frame in frames]
        assert len({*facts, *biography_frames.OPENINGS[language]}) >= 25
        kinds = description_frames.PROPERTY_FRAMES[language].values()
        properties = [frame for kind in kinds for frames in kind.values() for frame in frames]
        assert len(set(properties)) >= 25


def test_a_thing_is_described_alike_everywhere():
    told = defaultdict(set)
    for thing in descriptions.all_things():
        for name, value in thing.properties:
            told[thing.id, name].add(value)
    assert all(len(values) == 1 for values in told.values())
    text = next(descriptions.texts(WORLD, "vi", 1))
    values = {f"{t.id}.{name}": value.vi for t in descriptions.all_things() for name, value in t.properties}
    assert text.facts and all(values[fact] in text.text for fact in text.facts)


def test_the_vocabulary_is_rich_and_every_syllable_is_valid(corpora):
    names = {word for person in WORLD.people for word in words_of(person.name)}
    vietnamese = {word for text in corpora["vi"] for word in words_of(text.text)} - names
    assert [word for word in sorted(vietnamese) if not is_syllable(word)] == []
    assert len(vietnamese) >= 700
    english = {word for text in corpora["en"] for word in words_of(text.text)} - names
    assert len(english) >= 1200


def test_texts_are_composed_unicode(corpora):
    for texts in corpora.values():
        assert all(unicodedata.is_normalized("NFC", text.text) and text.text == text.text.strip() for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_worn_out(corpora, language):
    sentences = Counter(
        re.sub(r"\d+", "0", sentence)
        for text in corpora[language]
        for sentence in re.split(r"(?<=[.?!])\s+", text.text)
    )
    assert max(sentences.values()) < 0.03 * sum(sentences.values())


def shingles(text):
    words = words_of(text)
    return {tuple(words[start : start + 5]) for start in range(max(1, len(words) - 4))}


def jaccard(one, two):
    return len(one & two) / len(one | two)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_documents_are_near_duplicates(corpora, language):
    sets = [shingles(text.text) for text in corpora[language]]
    holders = defaultdict(list)
    worst = 0.0
    for number, own in enumerate(sets):
        shared = Counter(earlier for shingle in own for earlier in holders[shingle])
        for earlier, common in shared.items():
            worst = max(worst, common / (len(own) + len(sets[earlier]) - common))
        for shingle in own:
            holders[shingle].append(number)
    assert 0 < worst < 0.5


def test_mixing_keeps_the_shares(corpora):
    kinds = Counter(text.kind for text in corpora["vi"])
    assert set(kinds) == set(SHARES)
    for kind, share in SHARES.items():
        assert kinds[kind] / CORPUS_DOCUMENTS == pytest.approx(share, abs=0.03)


def test_unknown_kinds_and_empty_mixtures_are_refused():
    with pytest.raises(ValueError, match="'poem'"):
        next(mixed(WORLD, "en", {"poem": 1.0}))
    with pytest.raises(ValueError, match="sum to 0"):
        next(mixed(WORLD, "en", {"story": 0.0}))


def test_the_settings_know_every_kind_of_text_and_defect():
    assert set(settings.TextKind.__args__) == set(KINDS)
    assert set(settings.DefectKind.__args__) == set(DEFECTS)


def test_corpus_documents_carry_what_is_known_of_them():
    made = [*documents("world-vi", "vi", "corpus", SETTINGS, 300, "CC0-1.0")]
    assert made == [*documents("world-vi", "vi", "corpus", SETTINGS, 300, "CC0-1.0")]
    assert len(made) == 300 and len({document.id for document in made}) == 300
    assert {document.source for document in made} == {"world-vi"}
    assert {"mojibake", "exact_duplicate", None} == {document.metadata.get("defect") for document in made}
    for document in made:
        assert {"key", "kind", "subjects", "facts", "twin", "rewrite_group"} <= set(document.metadata)


def test_code_documents_are_python_with_copies_and_no_other_defect():
    made = [*documents("world-code", "code", "corpus", SETTINGS, 100, "CC0-1.0")]
    assert {None, "exact_duplicate"} == {document.metadata.get("defect") for document in made}
    for document in made:
        ast.parse(document.text)
    originals = [text for _, text in islice(code.texts(WORLD), 100)]
    assert len(set(originals)) == 100


@pytest.mark.parametrize(
    "content, language, turns", [("single_turn", "en", 2), ("single_turn", "vi", 2), ("multi_turn", "vi", 4)]
)
def test_conversations_are_documents_with_messages(content, language, turns):
    made = [*documents("vi", language, content, SETTINGS, 20, "CC0-1.0")]
    assert len(made) == 20
    for document in made:
        messages = document.metadata["messages"]
        spoken = [message["role"] for message in messages if message["role"] != "system"]
        assert len(spoken) >= turns and spoken == ["user", "assistant"] * (len(spoken) // 2)
        assert all(message["content"] in document.text for message in messages)
