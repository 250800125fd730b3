"""Dialogues: natural variety, equivalent in both languages, and only facts that a language may tell."""

import re
from collections import Counter

import pytest

from stages.text.vietnamese import is_syllable
from stages.world.defects import jaccard, shingles
from stages.world.dialogue_lines import FACT_LINES, MEETINGS, RELATIONS, SCENES, WORDS
from stages.world.dialogues import MONTHS, texts
from stages.world.world import make_world

WORLD = make_world(seed=1, people=144)
PEOPLE = {person.id: person for person in WORLD.people}
LANGUAGES = ("vi", "en")
ALL_EXCHANGES = [
    *(exchange for _, exchanges in SCENES.values() for exchange in exchanges),
    *MEETINGS,
    *(exchange for exchanges in FACT_LINES.values() for exchange in exchanges),
]


@pytest.fixture(scope="module")
def thousand() -> dict[str, list]:
    return {language: list(texts(WORLD, language, 1000)) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_of_a_thousand_are_near_duplicates(thousand, language: str) -> None:
    documents = [text.text for text in thousand[language]]
    holders: dict[tuple[str, ...], list[int]] = {}
    shared: Counter[tuple[int, int]] = Counter()
    for number, document in enumerate(documents):
        for shingle in shingles(document):
            for earlier in holders.setdefault(shingle, []):
                shared[earlier, number] += 1
            holders[shingle].append(number)
    closest = max(jaccard(documents[one], documents[other]) for (one, other), _ in shared.most_common(300))
    assert closest < 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_makes_more_than_three_percent_of_the_sentences(thousand, language: str) -> None:
    openings: Counter[str] = Counter()
    for text in thousand[language]:
        for sentence in re.split(r"(?<=[.!?])\s+", text.text):
            said = sentence.split(": ", 1)[-1]
            openings[" ".join(said.split()[-3:])] += 1
            openings[" ".join(said.split()[:4])] += 1
    assert openings.most_common(1)[0][1] <= 0.03 * sum(openings.values()) / 2
    assert len(ALL_EXCHANGES) >= 50


def test_a_text_depends_on_its_number_only(thousand) -> None:
    assert list(texts(WORLD, "vi", 5, first=200)) == thousand["vi"][200:205]
    other_seed = make_world(seed=2, people=144)
    assert [text.text for text in texts(other_seed, "vi", 5)] != [text.text for text in thousand["vi"][:5]]


def test_only_facts_told_in_the_language_are_stated_and_they_are_right(thousand) -> None:
    for language in LANGUAGES:
        about = [text for text in thousand[language] if text.subjects]
        assert len(about) > 100
        for text in about:
            person = PEOPLE[text.subjects[0]]
            assert language in person.languages
            assert person.name in text.text
            for fact in (name.split(".")[1] for name in text.facts):
                if fact == "birth_date":
                    month = (
                        f"tháng {person.birth_date.month}" if language == "vi" else MONTHS[person.birth_date.month - 1]
                    )
                    assert str(person.birth_date.year) in text.text or month in text.text
                else:
                    assert getattr(person, fact).name(language).lower() in text.text.lower()


def test_no_dialogue_names_a_person_without_saying_so(thousand) -> None:
    names = {person.name: person.id for person in WORLD.people}
    for language in LANGUAGES:
        for text in thousand[language]:
            assert {names[name] for name in names if name in text.text} <= set(text.subjects)


def test_twins_are_about_the_same_things(thousand) -> None:
    english = {text.key: text for text in thousand["en"]}
    twins = [(text, english[text.twin]) for text in thousand["vi"] if text.twin]
    assert len(twins) > 800
    for vietnamese, twin in twins:
        assert (twin.twin, twin.subjects, twin.facts) == (vietnamese.key, vietnamese.subjects, vietnamese.facts)
    for text in thousand["vi"]:
        if not text.twin:
            assert not english[text.key.replace("-vi", "-en")].twin


def test_every_slot_and_alternative_is_resolved(thousand) -> None:
    for language in LANGUAGES:
        for text in thousand[language]:
            assert not re.search(r"[{}\[\]|]", text.text)
            assert "  " not in text.text
            assert not re.search(r"\b[Aa] [aeiou]", text.text) or language == "vi"
            assert all(re.match(r"[^:]{1,20}: \w.*[.?!]$", line) for line in text.text.split("\n"))


def test_the_patterns_of_a_pair_use_known_words() -> None:
    spoken = {"S", "J", "I", "you", "A", "B", "name", "person", "short", "he", "him", "his", "year", "day_month"}
    facts = {"birth_date", "birthplace", "school", "subject", "employer", "workplace"}
    for vietnamese, english in ALL_EXCHANGES:
        for pattern in (vietnamese, english):
            slots = {re.sub(r"\d+$", "", slot) for slot in re.findall(r"\{(\w+)\}", pattern)}
            assert slots <= spoken | facts | set(WORDS), pattern
            assert all(re.match("[AB]: ", line) for line in pattern.split("\n"))
            assert pattern.count("[") == pattern.count("]")
    assert all(" = " in pair for words in WORDS.values() for pair in words.split("|"))


def test_vietnamese_uses_kin_terms_and_polite_words(thousand) -> None:
    words = Counter(re.findall(r"\w+", " ".join(text.text for text in thousand["vi"]).lower()))
    used = {term for relations in RELATIONS.values() for senior, junior, _ in relations for term in (senior, junior)}
    assert all(all(words[part] for part in term.split()) for term in used)
    assert all(words[word] > 50 for word in ("ạ", "dạ", "nhé", "cô", "chú", "bác", "anh", "chị", "em", "cháu", "con"))


def test_the_lexicon_is_rich(thousand) -> None:
    vocabulary = {
        language: set(re.findall(r"[^\W\d_]+", " ".join(text.text for text in thousand[language]).lower()))
        for language in LANGUAGES
    }
    assert len(vocabulary["vi"]) >= 700
    assert len(vocabulary["en"]) >= 900


def test_every_vietnamese_syllable_is_spelt_by_the_rules(thousand) -> None:
    names = {part.lower() for person in WORLD.people for part in person.name.split()}
    syllables = Counter(re.findall(r"[^\W\d_]+", " ".join(text.text for text in thousand["vi"]).lower()))
    assert {syllable for syllable in syllables if not is_syllable(syllable)} <= names
