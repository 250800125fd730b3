"""The stage fetch over files: limits, metrics, whole outputs. tests/test_hub.py has the hub."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from stages import fetch, params
from stages.errors import BadInput
from stages.files.source import Source
from stages.text.documents import count_documents, parts, read_documents
from stages.world.legacy_encoders import encode


def source(**changes: object) -> Source:
    values = {
        "text_column": "text",
        "url_column": "url",
        "date_column": "date",
        "counterpart_column": "counterpart",
        "metadata_columns": (),
        "max_malformed_share": 0.0,
        "kind": "files",
        "corpus": "vi",
        "input": "data/own/vi",
        "reader": "plain",
        "licence": "CC0-1.0",
        "max_documents": 100,
        "max_megabytes": 10.0,
    }
    return Source(**values | changes)


def fetched(name: str, wanted: Source, place: Path, out: Path) -> dict:
    return fetch.run(name, wanted, place, out, out.with_name("checkpoints"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    records = [{"text": f"Bài số {n}: mưa rơi trên mái phố.", "date": "2020-01-02T03:04:05Z"} for n in range(20)]
    records += [{"text": " \n", "date": ""}, {"text": "nửa cặp \ud83d", "date": "hôm qua"}]
    (folder / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder


def test_metrics_count_what_was_kept_and_dropped(own, tmp_path):
    metrics = fetched("own-vi", source(), own, tmp_path / "out")
    found = list(read_documents(tmp_path / "out"))
    assert metrics["documents"] == len(found) == 20
    assert metrics["bytes"] == sum(len(document.text.encode()) for document in found)
    assert metrics["dropped"] == {"empty_text": 1, "invalid_utf8": 1}
    dropped = list(read_documents(tmp_path / "out/dropped"))
    assert [(document.text, document.metadata["reason"]) for document in dropped] == [
        (" \n", "empty_text"),
        ("nửa cặp \\ud83d", "invalid_utf8"),
    ]
    assert metrics["licence"] == found[0].licence == "CC0-1.0"
    assert found[0].date == "2020-01-02T03:04:05+00:00"
    assert metrics["years"] == {"2020": 20}


def test_what_is_dropped_does_not_count_as_documents_and_does_not_change(own, tmp_path):
    for name in "ab":
        fetched("own-vi", source(), own, tmp_path / "vi" / name)
    assert count_documents(tmp_path / "vi") == 40
    assert sum(part.end - part.first for part in parts(tmp_path / "vi")) == 2
    assert count_documents(tmp_path / "vi/a/dropped") == 2
    a, b = (tmp_path / "vi" / name / "dropped/00000.parquet" for name in "ab")
    assert a.read_bytes() == b.read_bytes()


def test_much_that_is_dropped_is_written_as_it_comes(tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "DOCUMENTS_PER_FILE", 10)
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in [" "] * 25 + ["Mưa rơi."]))
    fetched("own-vi", source(), folder, tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out/dropped").iterdir()) == [f"0000{n}.parquet" for n in range(3)]
    assert count_documents(tmp_path / "out/dropped") == 25


def test_half_surrogates_beside_the_text_stop_nothing(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"text": "Mưa rơi.", "url": "https://báo.example/\ud83d"}) + "\n")
    fetched("own-vi", source(), folder, tmp_path / "out")
    assert next(read_documents(tmp_path / "out")).url == "https://báo.example/\\ud83d"


def test_files_in_legacy_encodings_are_counted(own, tmp_path):
    assert "legacy_encodings" not in fetched("own-vi", source(), own, tmp_path / "a")
    for number in range(3):
        (own / f"{number}.txt").write_bytes(encode("Quê tôi có con sông nhỏ, bờ tre xanh mát.", "vni"))
    assert fetched("own-vi", source(), own, tmp_path / "b")["legacy_encodings"] == {"vni": 3}


def test_limits_stop_at_documents_and_at_megabytes(own, tmp_path):
    assert fetched("own-vi", source(max_documents=7), own, tmp_path / "a")["documents"] == 7
    metrics = fetched("own-vi", source(max_megabytes=0.0003), own, tmp_path / "b")
    assert 0 < metrics["documents"] < 20
    assert metrics["bytes"] <= 300


def test_same_input_same_bytes(own, tmp_path):
    digests = [fetched("own-vi", source(), own, tmp_path / name)["digest"] for name in "ab"]
    files = [(tmp_path / name / "00000.parquet").read_bytes() for name in "ab"]
    assert digests[0] == digests[1]
    assert files[0] == files[1]
    limited = fetched("own-vi", source(max_documents=7), own, tmp_path / "c")["digest"]
    assert limited != digests[0]


def test_a_source_that_is_not_used_writes_an_empty_output_and_opens_nothing(tmp_path):
    metrics = fetched("own-vi", source(max_documents=0), tmp_path / "does not exist", tmp_path / "out")
    assert metrics["documents"] == 0
    assert list(read_documents(tmp_path / "out")) == []
    assert (tmp_path / "out" / "00000.parquet").exists()


def test_a_failing_source_leaves_no_output(own, tmp_path):
    (own / "z.parquet").write_bytes(b"broken")
    with pytest.raises(BadInput, match=r"z\.parquet"):
        fetched("own-vi", source(), own, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_usable_is_an_error(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(" ")
    with pytest.raises(BadInput, match="no usable document"):
        fetched("own-vi", source(), tmp_path / "in", tmp_path / "out")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-01-02", "2020-01-02"),
        ("20200102", "2020-01-02"),
        ("2020-01-02 03:04:05", "2020-01-02T03:04:05"),
        ("2013-05-18T05:35:44Z", "2013-05-18T05:35:44+00:00"),
        ("2020/01/02 03:04:05", "2020-01-02T03:04:05"),
        ("02/01/2020", ""),
        ("", ""),
    ],
)
def test_dates_become_iso_or_empty(value, expected):
    assert fetch.iso_date(value) == expected


def test_vietnamese_dates_have_the_day_first():
    assert fetch.iso_date("2/9/1945", day_first=True) == "1945-09-02"
    assert fetch.iso_date("31/2/2020", day_first=True) == ""


def test_every_source_of_every_profile_loads(repository, tmp_path, monkeypatch):
    monkeypatch.setattr(params, "read", cache(params.read))  # parsing takes most of a load
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    values = params.read(repository / "params.yaml")
    for profile in values["profiles"]:
        file = tmp_path / f"{profile}.yaml"
        file.write_text(text.replace(f"\nprofile: {values['profile']}\n", f"\nprofile: {profile}\n"), encoding="utf-8")
        for name, entry in values["sources"].items():
            assert fetch.load(file, name).kind == entry["kind"]


def test_mistakes_in_a_source_are_named(repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    file = tmp_path / "params.yaml"
    for good, bad, words in [
        (
            "reader: plain, licence: unstated",
            "reader: wkii, licence: unstated",
            "sources.own-vi.reader: 'wkii' does not exist",
        ),
        ("{kind: files, corpus: vi", "{kind: flies, corpus: vi", "sources.own-vi.kind: 'flies' does not exist"),
        ("{kind: files, corpus: vi", "{kind: files, corpus: fr", "sources.own-vi.corpus"),
        ("revision: b04c8d1ceb2f5cd4588862100d08de323dccfbaa", "revision: main", "sources.wikipedia-vi.revision"),
    ]:
        assert good in text
        file.write_text(text.replace(good, bad), encoding="utf-8")
        with pytest.raises(BadInput) as error:
            for name in ("own-vi", "wikipedia-vi"):
                fetch.load(file, name)
        assert words in str(error.value)


def test_the_command_writes_documents_and_metrics(own, repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    changed = text.replace("own-vi: {max_documents: 0,", "own-vi: {max_documents: 5,")
    (tmp_path / "params.yaml").write_text(changed, encoding="utf-8")
    words = ["--params", "params.yaml", "--source", "own-vi", "--input", "own", "--out", "out", "--metrics", "m.json"]
    words += ["--checkpoints", "checkpoints"]
    environment = {"PYTHONPATH": str(repository), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "stages.fetch", *words]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert json.loads((tmp_path / "m.json").read_text())["documents"] == 5
    assert len(list(read_documents(tmp_path / "out"))) == 5
