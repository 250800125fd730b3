"""The stage dedup: who stays, who goes, and what is cut."""

import dataclasses
import random
import re
from pathlib import Path

import pytest

from stages import dedup
from stages.dedup import Params
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.text.documents import Document, document_id, read_documents, write_documents

SETTINGS = Params(
    shingle_syllables=5,
    bands=14,
    rows=8,
    seed=1,
    min_similarity=0.7,
    preferred_sources=(),
    min_passage_syllables=30,
    min_words=8,
    max_memory_mb=100,
)
HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
WORDS = re.findall(
    r"\w+",
    "sông núi làng quê mưa nắng trâu bò lúa ngô khoai sắn trăng sao gió mây thuyền chài lưới cá tôm cua ốc ếch "
    "chuối mít na ổi bưởi cam quýt chợ phiên đình chùa giếng nước sân gạch ngõ tre rặng dừa bến đò cầu khỉ",
)
NOTICE = " ".join(WORDS[:35])


def story(seed: int, length: int = 80) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def document(key: str, text: str, **metadata: str) -> Document:
    return Document(document_id("kho", key), text, "kho", metadata=metadata)


def run(settings: Params, documents: Path, out: Path, execution: Execution = HERE) -> dict:
    instructions = out.parent / "instructions"
    if not instructions.exists():
        write_documents(instructions, [])
    return dedup.run(settings, execution, documents, instructions, out)


def put(folder: Path, documents: list[Document]) -> Path:
    write_documents(folder / "kept", documents)
    return folder


def by_id(folder: Path) -> dict[str, Document]:
    return {one.id: one for one in read_documents(folder)}


def test_exact_and_near_copies_give_way_to_the_longest(tmp_path):
    model = document("model", story(1))
    copies = [
        document("copy", story(1).upper()),
        document("longer", f"{story(1)} hết chuyện"),
        document("other", story(2)),
    ]
    metrics = run(SETTINGS, put(tmp_path / "in", [model, *copies]), tmp_path / "out")
    kept, dropped = by_id(tmp_path / "out/kept"), by_id(tmp_path / "out/dropped")
    assert set(kept) == {copies[1].id, copies[2].id}
    assert kept[copies[1].id].metadata["cluster_size"] == 3
    assert "cluster_size" not in kept[copies[2].id].metadata
    assert {one.metadata["reason"] for one in dropped.values()} == {"exact_duplicate", "near_duplicate"}
    assert {one.metadata["duplicate_of"] for one in dropped.values()} == {copies[1].id}
    assert metrics["dropped"] == {"exact_duplicate": 1, "near_duplicate": 1}
    assert metrics["clusters"] == {"3-4": 1}


def test_texts_that_differ_in_diacritics_both_stay(tmp_path):
    accented = [document("a", "mà má mạ mả mã " * 12), document("b", "bà bá bạ bả bã " * 12)]
    run(SETTINGS, put(tmp_path / "in", accented), tmp_path / "out")
    assert len(by_id(tmp_path / "out/kept")) == 2


def test_a_repeated_passage_stays_once(tmp_path):
    documents = [document(str(n), f"{NOTICE}. {n} {story(n)}") for n in range(5)] + [document("alone", NOTICE)]
    metrics = run(SETTINGS, put(tmp_path / "in", documents), tmp_path / "out")
    kept = by_id(tmp_path / "out/kept")
    assert sum(NOTICE in one.text for one in kept.values()) == 1
    assert metrics["documents_with_cuts"] == 5 and metrics["cut_syllables"] == 5 * 35
    first = min(one.id for one in documents)
    for number, one in enumerate(documents[:5]):
        expected = one.text if one.id == first else f"{number} {story(number)}"
        assert kept[one.id].text == expected
    if documents[5].id != first:
        assert by_id(tmp_path / "out/dropped")[documents[5].id].metadata["reason"] == "repeated_passage"


@pytest.mark.parametrize("seed", range(3))
def test_survivors_do_not_depend_on_order_or_files(tmp_path, seed):
    rng = random.Random(seed)
    documents = [document(f"{n}-{copy}", f"{story(n)} đoạn {copy}") for n in range(15) for copy in range(n % 4 + 1)]
    run(SETTINGS, put(tmp_path / "straight", documents), tmp_path / "one")
    shuffled = rng.sample(documents, len(documents))
    write_documents(tmp_path / "shuffled/kept/a", shuffled[:11])
    write_documents(tmp_path / "shuffled/kept/b", shuffled[11:])
    run(SETTINGS, tmp_path / "shuffled", tmp_path / "two")
    one, two = by_id(tmp_path / "one/kept"), by_id(tmp_path / "two/kept")
    assert len(one) == 15
    assert set(one) == set(two)


def test_recall_and_precision_of_labelled_copies(tmp_path):
    model, other = document("model", story(1)), document("other", story(2))
    copy = document("copy", story(1), defect="exact_duplicate", copy_of=model.id)
    edited = document("edited", f"{story(2)} hết", defect="near_duplicate", copy_of=other.id)
    missed = document("missed", story(9), defect="near_duplicate", copy_of=other.id)
    labels = run(SETTINGS, put(tmp_path / "in", [model, other, copy, edited, missed]), tmp_path / "out")["labels"]
    # The edited copy is longer than its model, so the model gives way: handled, and not counted as a loss.
    assert labels["recall"] == {"exact_duplicate": 1.0, "near_duplicate": 1.0}
    assert labels["precision"] == {"exact_duplicate": 1.0, "near_duplicate": 1.0}
    assert labels["clean_lost"] == 0.0


def test_a_copy_that_was_missed_lowers_recall(tmp_path):
    model = document("model", story(1))
    missed = document("missed", story(9), defect="near_duplicate", copy_of=model.id)
    labels = run(SETTINGS, put(tmp_path / "in", [model, missed]), tmp_path / "out")["labels"]
    assert labels["recall"] == {"near_duplicate": 0.0}


def test_a_clean_document_that_was_dropped_counts_as_lost(tmp_path):
    first = document("a", story(1))
    other = document("c", story(2), defect="near_duplicate", copy_of=first.id)
    documents = [first, document("b", story(1)), other]
    labels = run(SETTINGS, put(tmp_path / "in", documents), tmp_path / "out")["labels"]
    assert labels["clean_lost"] == 0.5


def test_an_empty_corpus_passes(tmp_path):
    assert run(SETTINGS, put(tmp_path / "in", []), tmp_path / "out")["documents"]["in"] == 0
    assert by_id(tmp_path / "out/kept") == {}


def test_a_copy_of_a_conversation_goes_whatever_its_length(tmp_path):
    write_documents(tmp_path / "instructions/vi", [document("chat", story(1))])
    documents = [document("copy", f"{story(1)} và thêm vài chữ"), document("other", story(2))]
    metrics = run(SETTINGS, put(tmp_path / "in", documents), tmp_path / "out")
    assert set(by_id(tmp_path / "out/kept")) == {documents[1].id}
    (dropped,) = by_id(tmp_path / "out/dropped").values()
    assert dropped.metadata["duplicate_of"] == document("chat", "").id
    assert metrics["dropped"] == {"instruction_duplicate": 1} and metrics["documents"]["in"] == 2


def test_the_preferred_source_stays_before_the_longer_text(tmp_path):
    web = Document(document_id("web", "a"), f"{story(1)} và thêm vài chữ", "web")
    wiki = Document(document_id("wiki", "a"), story(1), "wiki")
    for preferred, stays in (((), web), (("wiki",), wiki), (("wiki", "web"), wiki), (("web", "wiki"), web)):
        settings = dataclasses.replace(SETTINGS, preferred_sources=preferred)
        run(settings, put(tmp_path / "in", [web, wiki]), tmp_path / "out")
        assert set(by_id(tmp_path / "out/kept")) == {stays.id}


def test_memory_for_little_at_a_time_and_many_parts_give_the_same_bytes(tmp_path):
    documents = [document(f"{n}", f"{story(n)} {NOTICE if n % 3 == 0 else ''} {story(-n, 20)}") for n in range(60)]
    documents.sort(key=lambda one: one.id)
    run(SETTINGS, put(tmp_path / "one", documents), tmp_path / "whole")
    for number in range(6):
        write_documents(tmp_path / f"many/kept/{number}", documents[number * 10 : (number + 1) * 10])
    little = dataclasses.replace(SETTINGS, max_memory_mb=0.02)
    execution = dataclasses.replace(HERE, tasks=4, workers=2)
    run(little, tmp_path / "many", tmp_path / "blocks", execution)
    whole, blocks = by_id(tmp_path / "whole/kept"), by_id(tmp_path / "blocks/kept")
    assert list(whole.values()) == list(blocks.values())
    assert sum("cut_syllables" in one.metadata for one in whole.values()) == 19


def test_two_documents_with_one_id_stop(tmp_path):
    with pytest.raises(BadInput, match="two documents have the id"):
        run(SETTINGS, put(tmp_path / "in", [document("a", story(1)), document("a", story(2))]), tmp_path / "out")
