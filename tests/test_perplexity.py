"""The stage perplexity on a small corpus with one strange document."""

import dataclasses
from pathlib import Path

import pytest

from stages.errors import BadInput
from stages.perplexity import Params, run
from stages.text.documents import Document, document_id, read_documents, write_documents

SETTINGS = Params(
    enabled=True,
    estimator="numpy",
    training_sources=(),
    order=3,
    max_training_megabytes=1,
    max_percentile=99,
    min_dropped_perplexity=25,
)
PEOPLE = ("Lan", "Hoa", "Tí", "Minh", "Thảo", "bà ngoại", "chú Ba", "thầy giáo")
PLACES = ("chợ", "trường", "bến đò", "bờ sông", "sân đình")
STRANGE = "ngân hà xoắn ốc quay quanh hố đen siêu khối lượng phát tia gamma cực mạnh"


def corpus(folder: Path, source: str = "world") -> Path:
    texts = [
        f"Sáng nay {who} dậy sớm đi ra {place} gặp {other} rồi cùng nhau về nhà."
        for who in PEOPLE
        for place in PLACES
        for other in PEOPLE
    ]
    made = [Document(document_id(source, str(number)), text, source) for number, text in enumerate([*texts, STRANGE])]
    write_documents(folder / "kept", sorted(made, key=lambda document: document.id))
    return folder


def test_the_strange_document_is_dropped_and_all_are_scored(tmp_path):
    metrics = run(SETTINGS, corpus(tmp_path / "in"), tmp_path / "out")
    dropped = list(read_documents(tmp_path / "out/dropped"))
    assert [document.text for document in dropped] == [STRANGE]
    assert dropped[0].metadata["reason"] == "perplexity" and dropped[0].metadata["perplexity"] > 25
    kept = list(read_documents(tmp_path / "out/kept"))
    assert all(1 < document.metadata["perplexity"] <= 25 for document in kept)
    assert [document.id for document in kept] == sorted(document.id for document in kept)
    assert metrics["documents"] == {"in": 321, "kept": 320, "dropped": 1}
    assert metrics["dropped"] == {"perplexity": 1}
    assert 1 < metrics["perplexity"]["world"]["p50"] < 30


def test_no_document_is_scored_by_a_model_that_has_read_it(tmp_path):
    """A document that occurs once stays strange; a model trained on it would find it likely."""
    run(SETTINGS, corpus(tmp_path / "in"), tmp_path / "out")
    (strange,) = read_documents(tmp_path / "out/dropped")
    assert strange.metadata["perplexity"] > 25
    assert len(list((tmp_path / "out/model").iterdir())) == 2


def test_two_runs_give_the_same_bytes(tmp_path):
    source = corpus(tmp_path / "in")
    for name in ("one", "two"):
        run(SETTINGS, source, tmp_path / name)
    one, two = (
        [file.read_bytes() for file in sorted((tmp_path / name).rglob("*")) if file.is_file()]
        for name in ("one", "two")
    )
    assert one == two


def test_disabled_passes_everything_through(tmp_path):
    settings = dataclasses.replace(SETTINGS, enabled=False)
    metrics = run(settings, corpus(tmp_path / "in"), tmp_path / "out")
    assert metrics["documents"] == {"in": 321, "kept": 321, "dropped": 0}
    assert not any("perplexity" in document.metadata for document in read_documents(tmp_path / "out/kept"))


def test_an_empty_corpus_passes(tmp_path):
    write_documents(tmp_path / "in/kept", [])
    assert run(SETTINGS, tmp_path / "in", tmp_path / "out")["documents"]["in"] == 0
    assert list(read_documents(tmp_path / "out/kept")) == []


def test_an_unknown_training_source_stops(tmp_path):
    settings = dataclasses.replace(SETTINGS, training_sources=("wiki",))
    with pytest.raises(BadInput, match="too little text of wiki"):
        run(settings, corpus(tmp_path / "in"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
