"""The quality classifier on a small corpus of articles and advertisements, alone and in the stage perplexity."""

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_perplexity import HERE
from test_perplexity import SETTINGS as PERPLEXITY

from commands import classifier_report
from stages.document_quality.classifier import Example, QualityClassifier, train, train_halves, vector_of
from stages.document_quality.halves import half_of
from stages.document_quality.settings import ClassifierSettings, Features
from stages.errors import BadInput
from stages.perplexity import Params, run
from stages.text.documents import Document, document_id, parts, read_documents, write_documents, write_groups

CLASSIFIER = ClassifierSettings(
    enabled=True,
    reference_sources=("articles",),
    against_sources=("web",),
    max_documents=1000,
    max_characters=2000,
    max_n_gram=2,
    hash_bits=16,
    epochs=5,
    l2_penalty=1e-5,
    seed=1,
    min_percentile=20,
    dropped_share=1.0,
)
SETTINGS: Params = dataclasses.replace(PERPLEXITY, enabled=False, classifier=CLASSIFIER)

RIVERS = ("Sông Hồng", "Sông Mã", "Sông Thu Bồn", "Sông Đà", "Sông Lam", "Sông Ba", "Sông Hậu", "Sông Gianh")
PLACES = ("vùng núi phía tây", "cao nguyên", "dãy Trường Sơn", "một hồ lớn ở phía bắc", "những cánh rừng già")
PEOPLES = ("người dân hai bên bờ", "các làng chài", "nhiều thị trấn cổ", "những vùng trồng lúa")
WARES = (
    "kem dưỡng da",
    "giày thể thao",
    "điện thoại cũ",
    "thuốc bổ",
    "áo khoác",
    "nồi cơm điện",
    "túi xách",
    "đồng hồ",
)
CALLS = ("Gọi ngay", "Nhắn tin ngay", "Bấm vào đây", "Đặt hàng liền tay", "Inbox cho shop")
GIFTS = ("tặng kèm quà hấp dẫn", "giảm giá sốc hôm nay", "miễn phí giao hàng", "hoàn tiền gấp đôi")

ARTICLES = [
    f"{river} bắt nguồn từ {place}, chảy qua đồng bằng rồi đổ ra biển. Từ nhiều thế kỷ nay, con sông nuôi sống "
    f"{people} và được nhắc tới trong sử sách. Vào năm {1200 + 7 * number}, một cây cầu được dựng lên ở đây."
    for number, (river, place, people) in enumerate((r, p, q) for r in RIVERS for p in PLACES for q in PEOPLES)
]
ADVERTISEMENTS = [
    f"Shop chuyên {ware} giá rẻ nhất thị trường, {gift}! {call} kẻo lỡ, số lượng có hạn, cam kết hàng đẹp như hình. "
    f"Khách hàng thứ {number} được giảm thêm {number % 50} phần trăm."
    for number, (ware, call, gift) in enumerate((w, c, g) for w in WARES for c in CALLS for g in GIFTS)
]
GOOD_PAGE = "Ngôi chùa được dựng từ nhiều thế kỷ trước ở vùng đồng bằng, nơi con sông đổ ra biển, và có trong sử sách."


def documents() -> list[Document]:
    made = [Document(document_id("articles", text), text, "articles") for text in ARTICLES]
    made += [Document(document_id("web", text), text, "web") for text in (*ADVERTISEMENTS, GOOD_PAGE)]
    return sorted(made, key=lambda document: document.id)


def corpus(folder: Path, made: list[Document] | None = None) -> Path:
    write_documents(folder / "kept", documents() if made is None else made)
    return folder


def scored(folder: Path) -> dict[str, float]:
    """The quality of every text that came out, kept or dropped."""
    return {one.text: one.metadata["quality"] for name in ("kept", "dropped") for one in read_documents(folder / name)}


def model_bytes(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((folder / "model").rglob("*")) if file.is_file()]


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("classifier")
    return folder / "out", run(SETTINGS, HERE, corpus(folder / "in"), folder / "out")


def test_articles_are_told_from_advertisements_that_the_model_has_not_read(result):
    out, metrics = result
    quality = scored(out)
    assert len(quality) == len(ARTICLES) + len(ADVERTISEMENTS) + 1
    assert min(quality[text] for text in ARTICLES) > 0.5 > max(quality[text] for text in ADVERTISEMENTS)
    assert metrics["classifier"]["held_out_auc"] > 0.99


def test_a_web_page_that_reads_like_an_article_scores_above_all_advertisements(result):
    quality = scored(result[0])
    assert quality[GOOD_PAGE] > max(quality[text] for text in ADVERTISEMENTS)
    assert GOOD_PAGE in {document.text for document in read_documents(result[0] / "kept")}


def test_the_lowest_of_the_web_are_dropped_and_no_article(result):
    out, metrics = result
    dropped = list(read_documents(out / "dropped"))
    assert {(one.source, one.metadata["reason"]) for one in dropped} == {("web", "quality_low")}
    assert len(dropped) == metrics["dropped"]["quality_low"] == pytest.approx(0.2 * 161, abs=1)
    low = metrics["classifier"]["min_quality"]["web"]
    assert all(one.metadata["value"] <= low for one in dropped)
    assert all(one.metadata["quality"] >= round(low, 4) for one in read_documents(out / "kept") if one.source == "web")
    # A fifth of the reference lies below its own percentile too; it stays.
    assert metrics["classifier"]["spared"] == {"exempt": 32, "drawn": 0}


def test_a_share_of_the_lowest_stays_by_their_ids(result, tmp_path):
    settings = dataclasses.replace(SETTINGS, classifier=dataclasses.replace(CLASSIFIER, dropped_share=0.5))
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    gone, all_gone = ({one.id for one in read_documents(out / "dropped")} for out in (tmp_path / "out", result[0]))
    assert gone < all_gone and len(gone) + metrics["classifier"]["spared"]["drawn"] == len(all_gone)


def test_exempt_sources_and_domains_lose_nothing(tmp_path):
    settings = dataclasses.replace(SETTINGS, exempt_sources=("web",))
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "by-source")
    assert metrics["documents"]["dropped"] == 0

    with_address = [dataclasses.replace(one, url="https://rao-vat.cho.vn/a") for one in documents()]
    settings = dataclasses.replace(SETTINGS, exempt_domains=("cho.vn",))
    metrics = run(settings, HERE, corpus(tmp_path / "addressed", with_address), tmp_path / "by-domain")
    assert metrics["documents"]["dropped"] == 0 and metrics["classifier"]["spared"]["exempt"] == 64


def test_the_order_of_documents_and_the_parts_of_the_corpus_have_no_influence(result, tmp_path):
    shuffled = documents()
    random.Random(3).shuffle(shuffled)
    (tmp_path / "cut/kept").mkdir(parents=True)
    for number in range(3):
        groups = [shuffled[start : start + 11] for start in range(number * 11, len(shuffled), 33)]
        write_groups(tmp_path / f"cut/kept/{number:05}.parquet", groups)
    assert len(parts(tmp_path / "cut/kept")) == 30
    run(SETTINGS, dataclasses.replace(HERE, tasks=7), tmp_path / "cut", tmp_path / "out")
    assert model_bytes(tmp_path / "out") == model_bytes(result[0])
    assert scored(tmp_path / "out") == scored(result[0])


def test_a_limit_of_documents_takes_the_first_by_id_in_any_order(tmp_path):
    settings = dataclasses.replace(CLASSIFIER, max_documents=40)
    made = documents()
    fewer = [one for source in ("articles", "web") for one in [each for each in made if each.source == source][:40]]
    for name, chosen in (("shuffled", random.Random(5).sample(made, len(made))), ("fewer", fewer)):
        write_documents(tmp_path / name / "kept", chosen)
        folders = tuple(tmp_path / name / f"model/{half}" for half in range(2))
        train_halves(parts(tmp_path / name / "kept"), settings, folders)
    assert model_bytes(tmp_path / "shuffled") == model_bytes(tmp_path / "fewer")


def test_each_half_is_scored_by_the_model_of_the_other(result):
    models = [QualityClassifier.load(result[0] / f"model/quality-half-{half}") for half in range(2)]
    assert (models[0].weights != models[1].weights).any()
    for document in read_documents(result[0] / "kept"):
        other = models[1 - half_of(document.id)]
        assert document.metadata["quality"] == round(other.probability(document.text), 4)


def test_perplexity_and_quality_are_given_side_by_side(tmp_path):
    settings = dataclasses.replace(PERPLEXITY, classifier=CLASSIFIER)
    metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    for document in read_documents(tmp_path / "out/kept"):
        assert document.metadata["perplexity"] > 1 and 0 <= document.metadata["quality"] <= 1
    assert metrics["dropped"]["quality_low"] > 20 and set(metrics["classifier"]["quality"]) == {"articles", "web"}
    without = run(dataclasses.replace(PERPLEXITY, classifier=None), HERE, tmp_path / "in", tmp_path / "without")
    assert without["perplexity"] == metrics["perplexity"] and without["bounds"] == metrics["bounds"]


def test_off_is_as_if_there_were_none(tmp_path):
    off = dataclasses.replace(CLASSIFIER, enabled=False)
    outputs = []
    for name, classifier in (("none", None), ("off", off)):
        settings = dataclasses.replace(PERPLEXITY, classifier=classifier)
        metrics = run(settings, HERE, corpus(tmp_path / "in"), tmp_path / name)
        files = sorted(file for file in (tmp_path / name).rglob("*") if file.is_file())
        outputs.append((metrics, [(str(file.relative_to(tmp_path / name)), file.read_bytes()) for file in files]))
    assert outputs[0] == outputs[1]
    assert "classifier" not in outputs[0][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reference_sources": ("bách-khoa",)}, "reference_sources: bách-khoa has too few documents"),
        ({"against_sources": ("diễn-đàn", "rao-vặt")}, "against_sources: diễn-đàn, rao-vặt has too few documents"),
        ({"against_sources": ("web", "articles")}, "articles stands in both"),
    ],
)
def test_a_class_without_documents_stops_with_what_to_do(tmp_path, change, message):
    settings = dataclasses.replace(SETTINGS, classifier=dataclasses.replace(CLASSIFIER, **change))
    with pytest.raises(BadInput, match=message):
        run(settings, HERE, corpus(tmp_path / "in"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_empty_corpus_passes(tmp_path):
    metrics = run(SETTINGS, HERE, corpus(tmp_path / "in", []), tmp_path / "out")
    assert metrics["documents"]["in"] == 0 and list(read_documents(tmp_path / "out/kept")) == []


def test_features_keep_diacritics_and_see_no_case_digits_or_what_lies_beyond():
    seen = Features(max_characters=30, max_n_gram=1, hash_bits=20)

    def buckets(text: str) -> list[int]:
        return vector_of(text, seen).buckets.tolist()

    assert buckets("HOÀNG THÀNH 1010") == buckets("hoàng thành, 2024")
    assert len({*buckets("má"), *buckets("mà"), *buckets("ma")}) == 3
    assert buckets("một hai ba bốn năm sáu bảy tám") == buckets("một hai ba bốn năm sáu bảy tám chín mười")
    assert np.linalg.norm(vector_of("trăm năm trong cõi người ta, trăm năm", seen).values) == pytest.approx(1)


def test_a_saved_classifier_is_arrays_and_json_and_gives_the_same_scores(tmp_path):
    examples = [
        Example(document_id("", text), is_reference, vector_of(text, CLASSIFIER))
        for is_reference, texts in ((True, ARTICLES[:60]), (False, ADVERTISEMENTS[:20]))
        for text in texts
    ]
    classifier = train(examples, CLASSIFIER)
    classifier.save(tmp_path)
    read = QualityClassifier.load(tmp_path)
    assert read.probability(ARTICLES[-1]) > 0.9 > 0.1 > read.probability(ADVERTISEMENTS[-1])
    assert [read.probability(text) for text in ARTICLES] == [classifier.probability(text) for text in ARTICLES]
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".json", ".npy"]
    assert 0.1 < read.probability("…") < 0.9  # no word to judge by; the classes count alike


def test_a_run_that_was_cut_in_training_ends_as_one_that_was_not(result, tmp_path, monkeypatch):
    save, saved = QualityClassifier.save, []

    def cut(self: QualityClassifier, folder: Path) -> None:
        if saved:
            raise KeyboardInterrupt
        saved.append(folder)
        save(self, folder)

    corpus(tmp_path / "in")
    monkeypatch.setattr(QualityClassifier, "save", cut)
    with pytest.raises(KeyboardInterrupt):
        run(SETTINGS, HERE, tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(QualityClassifier, "save", save)
    run(SETTINGS, HERE, tmp_path / "in", tmp_path / "out")
    assert model_bytes(tmp_path / "out") == model_bytes(result[0]) and scored(tmp_path / "out") == scored(result[0])


def test_the_report_prints_what_the_stage_makes_of_files(tmp_path, capsys, monkeypatch):
    for name, texts in (("articles", ARTICLES), ("web", ADVERTISEMENTS), ("pages", [GOOD_PAGE])):
        lines = (json.dumps({"text": text}) for text in texts)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    files = {name: f"{tmp_path}/{name}.jsonl" for name in ("articles", "web", "pages")}
    command = ["report", "--reference", files["articles"], "--against", files["web"], "--other", files["pages"]]
    monkeypatch.setattr("sys.argv", [*command, "--show", "2"])
    classifier_report.main()
    printed = capsys.readouterr().out
    assert "| articles | reference | 160 |" in printed and "| pages | neither | 1 |" in printed
    assert "Held-out AUC: 1.0000 by quality" in printed
    assert printed.count("Khách hàng thứ") == 4 and GOOD_PAGE in printed
