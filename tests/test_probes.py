"""Probes made of held-out text: what they ask, and that nothing but the language gives the answer away."""

import gzip
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from stages import probes
from stages.params import load
from stages.probing.agreement import Agreement
from stages.probing.choosing import Balance
from stages.probing.counts import Counts
from stages.probing.diacritics import Diacritics
from stages.probing.order import Order
from stages.probing.sentences import Sentence, all_sentences, plain_sentences
from stages.text.diacritics import strip_diacritics
from stages.text.documents import Document, document_id, read_documents, write_documents
from stages.text.vietnamese import is_syllable
from stages.world.mixture import mixed
from stages.world.source import Source
from stages.world.world import make_world

DOCUMENTS = 1600
TEST_SHARE = 4  # every fourth document


@pytest.fixture(scope="module")
def params(repository):
    return load(probes.Params, repository / "params.yaml", *probes.SECTIONS)


@pytest.fixture(scope="module")
def corpus(repository, tmp_path_factory) -> Path:
    """The built-in world's text, split."""
    world = load(Source, repository / "params.yaml", "world", "sources.world-vi", "profiles.nano.fetch.world-vi")
    folder = tmp_path_factory.mktemp("corpus")
    for language in ("vi", "en"):
        made = mixed(make_world(world.seed, world.people), language, world.shares)
        documents = [
            Document(document_id("world", str(number)), text.text, "world")
            for number, text in enumerate(islice(made, DOCUMENTS))
        ]
        write_documents(folder / language / "test", documents[::TEST_SHARE])
        write_documents(folder / language / "train", [d for i, d in enumerate(documents) if i % TEST_SHARE])
    return folder


@pytest.fixture(scope="module")
def made(corpus, params, tmp_path_factory):
    """The metrics and items of both languages, as many as the text yields."""
    folder, many = tmp_path_factory.mktemp("probes"), replace(params, items=1000)
    metrics = {name: probes.run(corpus / name, name, folder / name, many) for name in ("vi", "en")}
    return metrics, {part: read_items(folder, part, name) for name in metrics for part in written(folder / name)}


def written(folder: Path) -> list[str]:
    return sorted(file.stem.rsplit("-", 1)[0] for file in folder.glob("*.jsonl"))


def read_items(folder: Path, part: str, language: str) -> list[dict]:
    lines = (folder / language / f"{part}-{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def counts_of(*texts: str, times: int = 30) -> Counts:
    counts = Counts()
    for text in texts * times:
        counts.add(text)
    return counts


@cache
def counted(folder: Path) -> Counts:
    counts = Counts()
    for document in read_documents(folder):
        counts.add(document.text)
    return counts


def test_what_the_world_yields(made, params):
    metrics, items = made
    assert {"compounds", "diacritics", "syllable_order", "word_order"} <= set(items)  # its English has few plurals
    assert all(len(found) >= params.min_items for found in items.values())
    numbers = {part: number for part, number in (metrics["vi"]["items"] | metrics["en"]["items"]).items() if number}
    assert numbers == {part: len(found) for part, found in items.items()}


def test_items_are_of_held_out_sentences_and_answers_stand_everywhere(made, corpus):
    _, items = made
    for part, found in items.items():
        language = found[0]["language"]
        texts = {name: list(read_documents(corpus / language / name)) for name in ("train", "test")}
        by_id = {document.id: document.text for document in texts["test"]}
        train = {sentence for document in texts["train"] for sentence in all_sentences(document.text)}
        for item in found:
            right = item["choices"][item["answer"]]
            asked = f"{item['query']} {right}" if item["query"] else right
            assert asked in by_id[item["metadata"]["document"]]
            assert item["query"] or asked not in train
            assert len(set(item["choices"])) == len(item["choices"])
        places = Counter(item["answer"] for item in found)
        assert max(places.values()) - min(places.values()) <= 1, part
        assert set(places) == set(range(2 if part == "agreement" else 4))
        assert len({item["id"] for item in found}) == len(found)


def test_all_choices_have_as_many_bytes(made):
    for part, found in made[1].items():
        longer = 0
        for item in found:
            sizes = [len(choice.encode()) for choice in item["choices"]]
            longer += sizes[item["answer"]] == max(sizes)
            assert len(set(sizes)) == 1 or part == "agreement"
        assert part != "agreement" or abs(longer / len(found) - 0.5) <= 0.1  # the right verb is as often the longer one


def test_wrong_diacritics_are_possible_syllables_of_the_same_letters(made):
    for item in made[1]["diacritics"]:
        right = item["choices"][item["answer"]]
        changed = []
        for wrong in item["choices"]:
            assert strip_diacritics(wrong) == strip_diacritics(right)
            pairs = zip(right.split(), wrong.split(), strict=True)
            changed.append([other.strip(".,?!") for one, other in pairs if one != other])
            assert all(map(is_syllable, changed[-1]))
        assert sorted(map(len, changed)) == [0, 1, 1, 2]


def test_order_changes_no_word(made):
    for part in ("syllable_order", "word_order"):
        for item in made[1][part]:
            bags = {tuple(sorted(choice.strip(".?!").replace(",", "").split())) for choice in item["choices"]}
            assert len(bags) == 1


def test_a_wrong_syllable_never_follows_the_head_in_training_text(made, corpus):
    counts = counted(corpus / "vi/train")
    for item in made[1]["compounds"]:
        head = item["query"].split()[-1]
        for choice in item["choices"]:
            assert (counts.pairs[head, choice] > 0) == (choice == item["choices"][item["answer"]])


@pytest.mark.parametrize("part", ["diacritics", "compounds"])
def test_the_frequency_of_words_is_at_chance(made, corpus, part):
    counts, items, right = counted(corpus / "vi/train"), made[1][part], 0.0
    for item in items:
        words = [[word.strip(".,?!") for word in choice.split()] for choice in item["choices"]]
        frequencies = [round(counts.log_frequency(choice), 9) for choice in words]
        best = max(frequencies)
        right += (frequencies[item["answer"]] == best) / frequencies.count(best)
    assert_chance(right, len(items))


@pytest.mark.parametrize("part", ["diacritics", "compounds", "syllable_order", "word_order"])
def test_a_model_of_pairs_that_knows_nothing_is_at_chance(made, part):
    """Noise on every pair of neighbours: the right sentence must not win or lose because it lies between the others."""
    items, seeds, right = made[1][part][:100], range(20), 0
    for seed in seeds:
        random = Random(seed)
        noise = defaultdict(lambda random=random: random.gauss(0, 1))
        for item in items:
            scores = []
            for choice in item["choices"]:
                words = f"{item['query']} {choice}".split()
                scores.append(sum(noise[pair] for pair in zip(["", *words], [*words, ""], strict=True)))
            right += scores.index(max(scores)) == item["answer"]
    # Items share pairs of words, so it varies more than that of as many independent ones. One exchange in each of three
    # wrong sentences would give 0.125.
    assert abs(right / (len(items) * len(seeds)) - 0.25) < 0.05


def assert_chance(right: float, items: int) -> None:
    assert abs(right / items - 0.25) <= 3.29 * math.sqrt(0.25 * 0.75 / items)  # a 99.9 % interval


def test_the_order_of_documents_and_a_second_run_change_nothing(corpus, params, tmp_path):
    for part in ("train", "test"):
        write_documents(tmp_path / "turned/vi" / part, reversed(list(read_documents(corpus / "vi" / part))))
    metrics = [
        probes.run(folder / "vi", "vi", tmp_path / out, params)
        for folder, out in ((corpus, "one"), (tmp_path / "turned", "two"))
    ]
    assert metrics[0] == metrics[1]
    for part in written(tmp_path / "one"):
        one, two = (tmp_path / name / f"{part}-vi.jsonl" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
        assert len(one.read_text(encoding="utf-8").splitlines()) == params.items


def test_a_part_with_too_few_items_is_left_out(corpus, params, tmp_path):
    metrics = probes.run(corpus / "vi", "vi", tmp_path / "vi", replace(params, items=40, min_items=41))
    assert set(metrics["items"].values()) == {0} and written(tmp_path / "vi") == []


def test_only_a_share_of_a_large_corpus_is_read(corpus):
    everything = list(probes.sampled(corpus / "vi/train", 10**9))
    some = list(probes.sampled(corpus / "vi/train", 100_000))
    assert len(everything) == DOCUMENTS * (TEST_SHARE - 1) // TEST_SHARE
    assert 80_000 < sum(len(document.text.encode()) for document in some) < 120_000


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ông sinh năm 1945 tại một làng nhỏ ven sông.", "vi"),  # a number
        ("Chị nói: mai em về quê thăm mẹ già.", "vi"),  # a colon
        ("Bài hát Yesterday được rất nhiều người yêu thích.", "vi"),  # no syllable
        ("và sau đó mọi người cùng nhau ra về.", "vi"),  # not from its beginning
        ("Đoàn xe của chúng tôi đã đến TP. Huế vào lúc trời sắp tối rồi.", "vi"),  # an abbreviation cuts it in two
        ("Ủy Ban Nhân Dân Thành Phố Cần Thơ họp.", "vi"),  # a headline
        ("Toi di hoc ve thi troi mua to lam.", "vi"),  # without diacritics
        ("Mr. Hale went to the old town by train.", "en"),
        ("Fiancée and friends went to the café today.", "en"),
    ],
)
def test_what_is_no_plain_sentence_is_left_out(text, language):
    assert list(plain_sentences(text, language, 4, 20)) == []


def test_plain_sentences_of_both_languages():
    text = "Mùa này, cá về đầy sông! Nước lên nhanh quá. Bà con\nAi cũng vui mừng ra bến sông?"
    expected = ["Mùa này, cá về đầy sông!", "Ai cũng vui mừng ra bến sông?"]
    assert list(plain_sentences(text, "vi", 5, 20)) == expected
    assert list(plain_sentences("The cat's old basket is by the well-made bed.", "en", 5, 20))


def test_a_mark_is_not_changed_where_the_sentence_would_be_right_again():
    known = "Hai bạn thân đi chợ. Pho tượng bán thân rất đẹp. Cô bán cá đi chợ, bạn cá."
    sentence = Sentence("Hai bạn thân của tôi đi chợ.", "")
    counts = counts_of(known)
    made = {Diacritics(counts, 1, 5, 20.0)(sentence, Random(seed)) for seed in range(20)}
    assert made == {None}  # `bán thân` is a word too


def test_a_pair_that_stands_in_both_orders_is_not_exchanged():
    counts = counts_of("Hôm nay tôi đi học về.", "Tôi đi hôm nay, tôi về học.", "Nay tôi hay tôi nay đều đi học.")
    sentence = Sentence("Có lẽ hôm nay tôi đi học về.", "")
    wrong = {text for seed in range(30) for text in Order(counts, 5, 20.0)(sentence, Random(seed)).wrong}
    assert any("nay hôm" in text for text in wrong) and any("học đi" in text for text in wrong)
    assert not any("tôi nay" in text or "về học" in text for text in wrong)


AGREEING = [
    ("The keys to the cabinet are on the old table.", "are", "is"),
    ("The owner of the houses was not at home.", "was", "were"),
    ("He walks to the market before the sun rises.", "walks", "walk"),
    ("They carry water from the river to the house.", "carry", "carries"),
    ("My brothers have never seen the sea before.", "have", "has"),
    ("She always goes home by the narrow path.", "goes", "go"),
]
NOT_AGREEING = [
    "The family has lived here for a long time.",  # a collective: `have` is right in British English
    "He put the heavy basket down by the door.",  # present or past
    "There are many boats on the river today.",
    "You were late for school again this morning.",
    "The fact that they are late is not new.",  # the verb of another subject
    "The one who is waiting at the door knocks.",
]


@pytest.fixture
def verbs() -> Counts:
    return counts_of(
        "He walks home, they walk home. She carries wood, they carry it. It goes well, we go.",
        "He puts it there, they put it there, he put it away.",
    )


@pytest.mark.parametrize(("text", "right", "wrong"), AGREEING)
def test_a_verb_is_put_into_the_other_number(verbs, text, right, wrong):
    probe = Agreement(verbs, 5, 20.0)(Sentence(text, ""), Random(1))
    assert f"{probe.query} {probe.right}" == text
    assert probe.right.split()[0] == right
    assert probe.wrong == (probe.right.replace(right, wrong, 1),)


@pytest.mark.parametrize("text", NOT_AGREEING)
def test_what_may_be_right_in_either_number_is_left_out(verbs, text):
    assert Agreement(verbs, 5, 20.0)(Sentence(text, ""), Random(1)) is None


def test_both_numbers_are_asked_as_often(verbs):
    make = Agreement(verbs, 5, 20.0)
    made = [make(Sentence(f"The {word} was there for many years.", ""), Random(1)) for word in ("cat", "dog", "cow")]
    assert [probe is not None for probe in made] == [True, False, False]
    assert make(Sentence("The cats were there for many years.", ""), Random(1))


def test_balance_spreads_over_what_is_possible():
    balance = Balance(range(4))
    assert [balance.take([0]), balance.take([0]), balance.take([0, 2]), balance.take([]), balance.take([3, 1])] == [
        0, None, 2, None, 1,
    ]  # fmt: skip
    assert balance.taken == {0: 1, 1: 1, 2: 1, 3: 0}


@pytest.mark.real
@pytest.mark.parametrize(
    ("language", "file", "expected"),
    [
        ("vi", "corpus/vi/news.jsonl.gz", {"diacritics", "syllable_order", "compounds"}),
        ("en", "corpus/en/nltk.jsonl.gz", {"word_order", "agreement"}),
    ],
)
def test_real_text_yields_every_part(real_data, params, tmp_path, language, file, expected):
    with gzip.open(real_data(file), "rt", encoding="utf-8") as lines:
        texts = [unicodedata.normalize("NFC", json.loads(line)["text"]) for line in lines]
    documents = [Document(document_id(file, str(number)), text, file) for number, text in enumerate(texts)]
    write_documents(tmp_path / "split/test", documents[::5])
    write_documents(tmp_path / "split/train", [document for i, document in enumerate(documents) if i % 5])
    probes.run(tmp_path / "split", language, tmp_path / "probes" / language, replace(params, items=500))
    assert set(written(tmp_path / "probes" / language)) == expected
    for part in expected:
        for item in read_items(tmp_path / "probes", part, language):
            sizes = {len(choice.encode()) for choice in item["choices"]}
            assert len(sizes) == 1 or part == "agreement"
            assert len(set(item["choices"])) == len(item["choices"])
            assert not re.search(r"\d|_", item["query"] + "".join(item["choices"]))
