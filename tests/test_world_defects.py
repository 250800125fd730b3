"""Planted defects: labelled, repairable where they say so, at the rates asked for, and never all alike."""

import html
import re
import unicodedata
from collections import Counter
from random import Random

import pytest

from stages.text.documents import Document, document_id
from stages.world.defects import KINDS, NEAR_DUPLICATE_MIN_JACCARD, jaccard, plant
from stages.world.legacy_encoders import ENCODINGS, encode

WORDS = {
    "vi": "sáng nay trời đổ mưa bà ngoại nấu canh chua cá lóc bé Thảo giúp bà nhặt rau muống rồi dọn chén đĩa ra bàn",
    "en": "this morning it rained so grandma cooked a sour soup with fish while the girl washed spinach for her",
}


VIETNAMESE_ONLY = ("legacy_encoding", "tone_placement", "confusables", "glued_sentences", "segmented", "unaccented")


def documents(language: str, count: int) -> list[Document]:
    """Texts of five sentences with different words each."""
    words = WORDS[language].split()
    made = []
    for number in range(count):
        turned = Random(number).choices(words, k=60)
        sentences = [" ".join(turned[start : start + 12]).capitalize() + "." for start in range(0, 60, 12)]
        made.append(Document(document_id("test", f"{language}{number}"), " ".join(sentences), "test"))
    return made


def planted(language: str, kind: str, count: int = 60, rate: float = 1.0) -> list[Document]:
    return [
        document
        for document in plant(iter(documents(language, count)), {kind: rate}, seed=1, language=language)
        if document.metadata.get("defect") == kind
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kind_occurs_at_its_rate_and_is_labelled(language: str) -> None:
    rates = dict.fromkeys(KINDS, 0.04)
    out = list(plant(iter(documents(language, 1500)), rates, seed=3, language=language))
    counts = Counter(document.metadata.get("defect") for document in out)
    # English has nothing to decompose, and none of the faults of Vietnamese writing.
    expected = set(KINDS) - ({"decomposed", *VIETNAMESE_ONLY} if language == "en" else set())
    assert set(counts) - {None} == expected
    assert all(30 <= counts[kind] <= 95 for kind in expected)
    assert len({document.id for document in out}) == len(out)


def test_the_choice_depends_on_the_document_and_the_seed_only() -> None:
    rates = dict.fromkeys(KINDS, 0.05)
    whole = {document.id: document for document in plant(iter(documents("vi", 200)), rates, 1, "vi")}
    part = {document.id: document for document in plant(iter(documents("vi", 200)[150:]), rates, 1, "vi")}
    assert part == {name: whole[name] for name in part}
    assert whole != {document.id: document for document in plant(iter(documents("vi", 200)), rates, 2, "vi")}


def test_unlabelled_documents_are_untouched_and_in_order() -> None:
    before = documents("vi", 300)
    after = plant(iter(before), dict.fromkeys(KINDS, 0.03), 1, "vi")
    kept = [document for document in after if "defect" not in document.metadata]
    by_id = {document.id: document for document in before}
    assert kept == [by_id[document.id] for document in kept]
    assert [document.id for document in kept] == [document.id for document in before if document in kept]


def test_mojibake_is_utf8_read_wrongly() -> None:
    for document in planted("vi", "mojibake"):
        assert any(trace in document.text for trace in ("Ã", "á»", "áº", "Ä"))
        assert document.text != document.metadata["original"]
        read_right = document.text
        while read_right != document.metadata["original"]:
            read_right = as_bytes(read_right).decode()  # ends, or raises for what was never UTF-8


def as_bytes(text: str) -> bytes:
    """The bytes of a text that was read as Windows-1252, its holes as Latin-1."""
    return b"".join(letter.encode("latin-1") if ord(letter) < 256 else letter.encode("cp1252") for letter in text)


def test_decomposed_text_composes_to_the_original() -> None:
    for document in planted("vi", "decomposed"):
        assert document.text != document.metadata["original"]
        assert unicodedata.normalize("NFC", document.text) == document.metadata["original"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_boilerplate_and_passages_surround_an_original_that_is_still_there(language: str) -> None:
    for kind in ("boilerplate", "repeated_passage"):
        for document in planted(language, kind):
            assert document.metadata["original"] in document.text
            assert len(document.text) > len(document.metadata["original"])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_repeated_passages_are_long_and_shared(language: str) -> None:
    passages = Counter(
        document.text.replace(document.metadata["original"], "").strip()
        for document in planted(language, "repeated_passage", count=200)
    )
    assert len(passages) >= 4
    assert min(passages.values()) >= 2
    assert all(len(passage.split()) >= 50 for passage in passages)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_markup_without_its_tags_is_the_original(language: str) -> None:
    for document in planted(language, "html"):
        without = re.sub(r"<(script|style)>.*?</\1>|<!--.*?-->|<br/?>\n?|<[^>]*>", " ", document.text, flags=re.S)
        text = " ".join(html.unescape(without).replace("»", " ").split())
        assert re.search(r"[<&]", document.text)
        assert text == " ".join(document.metadata["original"].split())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_personal_data_stands_between_sentences_of_the_original(language: str) -> None:
    kinds = {
        "mail": r"[\w.-]+@[\w.-]+\.(com|org|net)",
        "ip": r"\d+\.\d+\.\d+\.\d+",
        "number": r"\d(?:[ .()-]{0,2}\d){8,}",
    }
    found = Counter()
    for document in planted(language, "personal_data"):
        there = [kind for kind, pattern in kinds.items() if re.search(pattern, document.text)]
        assert there
        found.update(there)
        assert all(sentence in document.text for sentence in re.split(r"(?<=\.) ", document.metadata["original"]))
    assert min(found[kind] for kind in kinds) >= 5


@pytest.mark.parametrize("language", ["vi", "en"])
def test_flagged_text_that_can_be_mended_says_what_it_was(language: str) -> None:
    mendable = [document for document in planted(language, "flagged") if "original" in document.metadata]
    assert 3 <= len(mendable) <= 30
    assert all(document.text.startswith(document.metadata["original"] + " ") for document in mendable)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_wrong_language_has_no_words_of_the_right_one(language: str) -> None:
    common = {"vi": {"của", "không", "những", "được", "đã"}, "en": {"the", "of", "was", "and", "is"}}[language]
    models = {document.id: document.text for document in documents(language, 60)}
    for document in planted(language, "wrong_language"):
        first = models[document.id].split(". ")[0] + "."
        foreign = document.text.removeprefix(first)
        assert not common & set(foreign.lower().split())
        assert len(foreign) > 60
        assert "original" not in document.metadata


def test_too_short_is_short_and_gibberish_holds_no_words() -> None:
    assert all(len(document.text.split()) <= 8 for document in planted("vi", "too_short"))
    known = set(WORDS["en"].lower().split())
    for document in planted("en", "gibberish"):
        words = document.text.lower().replace(".", "").split()
        assert sum(word in known and len(word) > 1 for word in words) < len(words) / 5


def test_new_kinds_leave_the_documents_of_the_others_as_they_were() -> None:
    old = dict.fromkeys([kind for kind in KINDS if kind not in (*VIETNAMESE_ONLY, "word_salad")], 0.05)
    before = list(plant(iter(documents("vi", 300)), old, 1, "vi"))
    after = list(
        plant(iter(documents("vi", 300)), old | dict.fromkeys([*VIETNAMESE_ONLY, "word_salad"], 0.05), 1, "vi")
    )
    changed = [two.metadata["defect"] for one, two in zip(before, after, strict=True) if one != two]
    assert set(changed) == {*VIETNAMESE_ONLY, "word_salad"}


def test_legacy_encodings_are_bytes_of_another_time_read_wrongly() -> None:
    for document in planted("vi", "legacy_encoding"):
        original = document.metadata["original"]
        assert document.text != original and not re.search("[ạảấầậắằặẹẻếềểệịọỏốồổộớờởợụủứừửựỳỵ]", document.text)
        read = as_bytes(document.text)
        written = {encoding: encode(original, encoding) for encoding in ENCODINGS}
        assert read in written.values()


def test_moved_tones_stay_within_their_syllable() -> None:
    seen = ""
    for document in planted("vi", "tone_placement"):
        original = document.metadata["original"]
        moved = [(a, b) for a, b in zip(document.text.split(), original.split(), strict=True) if a != b]
        assert moved
        for one, other in moved:
            assert sorted(unicodedata.normalize("NFD", one)) == sorted(unicodedata.normalize("NFD", other))
        seen += document.text
    assert re.search("bàa|baò|ngoaị|muôńg|rôì", seen)


def test_lookalikes_are_no_vietnamese_letters() -> None:
    for document in planted("vi", "confusables"):
        original = document.metadata["original"]
        assert len(document.text) == len(original)
        replaced = {one for one, other in zip(document.text, original, strict=True) if one != other}
        assert replaced <= set("ÐðƣƢǎǍасеорху") and replaced


def test_glued_sentences_and_segmented_words_lack_or_gain_spaces_only() -> None:
    for document in planted("vi", "glued_sentences"):
        assert re.search(r"\w[.!?]\w", document.text)
        assert document.text.replace(" ", "") == document.metadata["original"].replace(" ", "")
    for document in planted("vi", "segmented"):
        assert re.search(r"\w_\w", document.text) and re.search(r"\w \.", document.text)
        assert re.sub("[ _]", "", document.text) == document.metadata["original"].replace(" ", "")


def test_unaccented_text_is_ascii_or_stands_below_its_original() -> None:
    below = 0
    for document in planted("vi", "unaccented"):
        original = document.metadata.get("original")
        assert document.text.removeprefix(f"{original}\n").isascii()
        below += original is not None
    assert 3 <= below <= 30


@pytest.mark.parametrize("language", ["vi", "en"])
def test_word_salad_has_the_words_of_its_text_in_another_order(language: str) -> None:
    models = {document.id: document.text for document in documents(language, 60)}
    for document in planted(language, "word_salad"):
        model = models[document.id]
        one, other = (re.findall(r"\w+", text.lower()) for text in (document.text, model))
        assert one != other and sorted(one) == sorted(other)
        assert re.sub(r"\w", "", document.text) == re.sub(r"\w", "", model)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_copies_follow_their_model(language: str) -> None:
    models = {document.id: document for document in documents(language, 60)}
    for document in planted(language, "exact_duplicate"):
        assert document.text == models[document.metadata["copy_of"]].text
    near = planted(language, "near_duplicate")
    assert len(near) == 60
    for document in near:
        model = models[document.metadata["copy_of"]]
        assert document.text != model.text
        assert jaccard(document.text, model.text) >= NEAR_DUPLICATE_MIN_JACCARD


@pytest.mark.parametrize("kind", ["boilerplate", "html", "flagged", "personal_data", "gibberish", "wrong_language"])
def test_a_kind_looks_different_each_time(kind: str) -> None:
    added = [
        frozenset(re.findall(r"\S+", document.text)) - frozenset(document.metadata.get("original", "").split())
        for document in planted("vi", kind)
    ]
    assert len(set(added)) >= 55
    in_most = Counter(word for words in added for word in words if len(word) > 2)
    assert in_most.most_common(1)[0][1] < 0.95 * len(added)


def test_unknown_kinds_and_impossible_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="mojibak"):
        list(plant(iter([]), {"mojibak": 0.1}, 1, "vi"))
    with pytest.raises(ValueError, match="above 1"):
        list(plant(iter([]), {"mojibake": 0.6, "html": 0.6}, 1, "vi"))
