"""The stage perplexity on a small corpus with one strange document."""

import dataclasses
from pathlib import Path

import pytest

from stages import params
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.perplexity import SECTIONS, Params, run
from stages.source_names import refuse_unknown_sources
from stages.text.documents import Document, document_id, read_documents, write_documents

SETTINGS = Params(
    enabled=True,
    estimator="numpy",
    exempt_sources=(),
    exempt_domains=(),
    training_sources=(),
    order=3,
    max_training_megabytes=1,
    max_memory_mb=100,
    low_percentile=0,
    high_percentile=99,
    min_dropped_perplexity=25,
    dropped_share=1.0,
    classifier=None,
)
HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
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
    metrics = run(SETTINGS, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    dropped = list(read_documents(tmp_path / "out/dropped"))
    assert [document.text for document in dropped] == [STRANGE]
    assert dropped[0].metadata["reason"] == "perplexity_high" and dropped[0].metadata["perplexity"] > 25
    kept = list(read_documents(tmp_path / "out/kept"))
    assert all(1 < document.metadata["perplexity"] <= 25 for document in kept)
    assert [document.id for document in kept] == sorted(document.id for document in kept)
    assert metrics["documents"] == {"in": 321, "kept": 320, "dropped": 1}
    assert metrics["dropped"] == {"perplexity_high": 1}
    assert 1 < metrics["perplexity"]["world"]["p50"] < 30


def test_no_document_is_scored_by_a_model_that_has_read_it(tmp_path):
    """A document that occurs once stays strange; a model trained on it would find it likely."""
    run(SETTINGS, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    (strange,) = read_documents(tmp_path / "out/dropped")
    assert strange.metadata["perplexity"] > 25
    assert len(list((tmp_path / "out/model").iterdir())) == 2


def test_two_runs_give_the_same_bytes(tmp_path):
    source = corpus(tmp_path / "in")
    for name in ("one", "two"):
        run(SETTINGS, HERE, source, tmp_path / name)
    one, two = (
        [file.read_bytes() for file in sorted((tmp_path / name).rglob("*")) if file.is_file()]
        for name in ("one", "two")
    )
    assert one == two


def test_disabled_passes_everything_through(tmp_path):
    settings = dataclasses.replace(SETTINGS, enabled=False)
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    assert metrics["documents"] == {"in": 321, "kept": 321, "dropped": 0}
    assert not any("perplexity" in document.metadata for document in read_documents(tmp_path / "out/kept"))


def test_an_empty_corpus_passes(tmp_path):
    write_documents(tmp_path / "in/kept", [])
    assert run(SETTINGS, HERE, tmp_path / "in", tmp_path / "out")["documents"]["in"] == 0
    assert list(read_documents(tmp_path / "out/kept")) == []


def test_an_unknown_training_source_stops(tmp_path):
    settings = dataclasses.replace(SETTINGS, training_sources=("wiki",))
    with pytest.raises(BadInput, match="too little text of wiki"):
        run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_most_documents_outside_the_percentiles_go_by_their_ids(tmp_path):
    settings = dataclasses.replace(
        SETTINGS, low_percentile=20, high_percentile=80, min_dropped_perplexity=0, dropped_share=0.9
    )
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    bounds, percentiles = metrics["bounds"]["world"], metrics["perplexity"]["world"]
    assert bounds == {"low": percentiles["p20"], "high": percentiles["p80"]}
    outside = metrics["spared"]["drawn"] + metrics["documents"]["dropped"]
    assert 0.35 * 321 < outside <= 0.4 * 321
    assert 0.8 < metrics["documents"]["dropped"] / outside < 0.97
    for document in read_documents(tmp_path / "out/dropped"):
        side = "low" if document.metadata["value"] < bounds["low"] else "high"
        assert document.metadata["reason"] == f"perplexity_{side}"
    # Who goes does not depend on who else is there.
    gone = {document.id for document in read_documents(tmp_path / "out/dropped")}
    run(dataclasses.replace(settings, dropped_share=0.5), HERE, tmp_path / "in", tmp_path / "half")
    assert {document.id for document in read_documents(tmp_path / "half/dropped")} < gone


def test_exempt_sources_and_domains_stay(tmp_path):
    settings = dataclasses.replace(SETTINGS, exempt_sources=("world",))
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    assert metrics["documents"]["dropped"] == 0 and metrics["spared"]["exempt"] == 1

    made = [dataclasses.replace(one, url="https://luat.cong-bao.vn/a") for one in read_documents(tmp_path / "in/kept")]
    write_documents(tmp_path / "law/kept", made)
    for domain, dropped in (("cong-bao.vn", 0), ("bao.vn", 1)):
        settings = dataclasses.replace(SETTINGS, exempt_domains=(domain,))
        assert run(settings, HERE, tmp_path / "law", tmp_path / "out")["documents"]["dropped"] == dropped


def test_labels_tell_what_the_percentiles_dropped(tmp_path):
    source = corpus(tmp_path / "in")
    assert "labels" not in run(SETTINGS, HERE, source, tmp_path / "out")
    made = list(read_documents(source / "kept"))
    usual = next(document for document in made if document.text != STRANGE)
    repaired = next(document for document in made if document.text not in (STRANGE, usual.text))
    repaired.metadata["defect"] = "html"
    for document in made:
        if document is usual or document.text == STRANGE:
            document.metadata["defect"] = "word_salad"
    write_documents(tmp_path / "labelled/kept", made)
    labels = run(SETTINGS, HERE, tmp_path / "labelled", tmp_path / "out")["labels"]
    assert labels["labelled"] == {"word_salad": 2} and labels["recall"] == {"word_salad": 0.5}
    assert labels["precision"] == {"word_salad": 1.0} and labels["clean_lost"] == 0.0

    low = dataclasses.replace(SETTINGS, high_percentile=90, min_dropped_perplexity=0)
    labels = run(low, HERE, tmp_path / "labelled", tmp_path / "out")["labels"]
    assert labels["precision"]["word_salad"] < 0.1 and labels["clean_lost"] > 0.05


def test_percentiles_in_the_wrong_order_are_refused(repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(text.replace("low_percentile: 0", "low_percentile: 100"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"low_percentile \(100\) is above high_percentile"):
        params.load(Params, tmp_path / "params.yaml", *SECTIONS, language="vi")


def test_an_unknown_name_of_a_source_is_told(repository):
    refuse_unknown_sources(["law-vi"], "perplexity.vi.exempt_sources", repository / "params.yaml")
    with pytest.raises(BadInput, match=r"exempt_sources: source 'law' does not exist. Choose from: .*law-vi"):
        refuse_unknown_sources(["law-vi", "law"], "perplexity.vi.exempt_sources", repository / "params.yaml")
