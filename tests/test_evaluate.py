"""The evaluation stage on a tiny model, and the table of scores that is printed."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stages import evaluate
from stages.errors import BadInput
from stages.params import load
from stages.scoring.outcomes import Row, read_outcomes
from stages.text.documents import Document, document_id, write_documents
from tests.test_scoring_harness import PARTS, write_exam
from tests.tiny_model import make_tiny_model

SENTENCES = {"vi": "Buổi sáng, bạn nhỏ đi học qua cánh đồng lúa.", "en": "In the morning the child walks to school."}
EVALUATED = """\
profile: nano
profiles: {nano: {}}
evaluated_models:
  base: {model: base}
  blocks: {model: pretrain/blocks}
  merge: {model: merge}
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    make_tiny_model(folder / "model")
    write_exam(folder / "benchmarks", 6)
    write_translations(folder / "benchmarks/translation")
    for language, sentence in SENTENCES.items():
        documents = [
            Document(document_id(source, str(i)), f"{sentence} {i} " * (i + 1), source)
            for source in ("news", "stories")
            for i in range(8)
        ]
        write_documents(folder / "documents" / language / "test", documents)
        list_contaminated(folder / "documents", language)
        (folder / "probes" / language).mkdir(parents=True)
    return folder


def write_translations(folder: Path) -> None:
    """Two sentences to translate into each language, after three examples."""
    folder.mkdir(parents=True)
    other = {"vi": "en", "en": "vi"}
    for language, sentence in SENTENCES.items():
        lines = [
            json.dumps({"id": f"{n}-{language}", "query": SENTENCES[other[language]], "answers": [f"{sentence} {n}"]})
            for n in range(5)
        ]
        (folder / f"stories-{language}.jsonl").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
        (folder / f"stories-{language}.examples.jsonl").write_text("\n".join(lines[2:]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def params(repository):
    return load(evaluate.Params, repository / "params.yaml", *evaluate.SECTIONS)


def list_contaminated(documents: Path, language: str, *ids: str) -> None:
    text = json.dumps({"exam": ids})
    (documents / language / "contaminated_items.json").write_text(text, encoding="utf-8")


def run(inputs: Path, out: Path, params) -> dict:
    return evaluate.run(
        model=inputs / "model",
        base=inputs / "model",
        benchmarks=inputs / "benchmarks",
        probes=inputs / "probes",
        documents=inputs / "documents",
        metrics=out / "metrics/pretrain/blocks",
        outcomes=out / "outcomes/pretrain/blocks",
        out=out / "out/pretrain/blocks",
        params=params,
    )


@pytest.fixture(scope="module")
def made(inputs, params, tmp_path_factory) -> Path:
    """What the stage writes; shared, so only to be read."""
    folder = tmp_path_factory.mktemp("made")
    run(inputs, folder, params)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def outcomes_of(folder: Path, language: str, benchmark: str = "exam") -> list[Row]:
    file = folder / f"outcomes/pretrain/blocks-{language}.csv"
    rows = read_outcomes(file.read_text(encoding="utf-8"), str(file))
    return [row for row in rows if row.benchmark == benchmark]


def test_writes_scores_of_both_languages_outcomes_samples_and_answers(made, inputs):
    assert sorted(contents(made)) == [
        "metrics/pretrain/blocks-en.json",
        "metrics/pretrain/blocks-vi.json",
        "out/pretrain/blocks/generated-en.jsonl",
        "out/pretrain/blocks/generated-vi.jsonl",
        "out/pretrain/blocks/model.json",
        "out/pretrain/blocks/samples.json",
        "outcomes/pretrain/blocks-en.csv",
        "outcomes/pretrain/blocks-vi.csv",
    ]
    model = json.loads((made / "out/pretrain/blocks/model.json").read_text())
    weights = hashlib.sha256((inputs / "model/model.safetensors").read_bytes()).hexdigest()
    assert model["files"]["model.safetensors"] == weights and "tokenizer.json" in model["files"]
    samples = json.loads((made / "out/pretrain/blocks/samples.json").read_text(encoding="utf-8"))
    by_text = {"acc", "high", "items", "low", "normalised", "se"}
    by_letter = {"letter_acc", "letter_high", "letter_items", "letter_low", "letter_se", "option_bias"}
    for language, parts in PARTS.items():
        scores = json.loads((made / f"metrics/pretrain/blocks-{language}.json").read_text())
        assert sorted(scores["exam"]) == sorted([*parts, "all"])
        for part, scored in scores["exam"].items():
            assert set(scored) == by_text | (by_letter if part in ("facts", "all") else set())
        assert scores["exam"]["facts"]["letter_items"] == 6 > scores["exam"]["facts"]["option_bias"]
        assert scores["bpb_low"] < scores["bpb"] < scores["bpb_high"] and scores["bpb_se"] > 0
        assert sorted(scores["sources"]) == ["news", "stories"]
        assert sum(source["bytes"] for source in scores["sources"].values()) == scores["bytes"]
        assert scores["tokens_per_syllable"] > 1
        items, documents = (outcomes_of(made, language, name) for name in ("exam", "sources"))
        assert len(items) == 6 * len(parts) and len(documents) == scores["documents"]
        right = [row.score for row in items if row.in_total]
        assert scores["exam"]["all"]["acc"] == pytest.approx(sum(right) / len(right), abs=1e-4)
        bits = sum(row.bits for row in documents) / sum(row.bytes for row in documents)
        assert scores["bpb"] == pytest.approx(bits, abs=1e-4)
        assert scores["samples"]["answer_bytes"] == pytest.approx(
            sum(len(sample["text"].encode()) for sample in samples[language]) / len(samples[language]), abs=1e-4
        )
    assert {sample["kind"] for sample in samples["vi"]} == {"continuation", "answer"}


def test_what_a_model_writes_for_items_is_scored_and_kept_for_readers(made):
    for language, sentence in SENTENCES.items():
        scores = json.loads((made / f"metrics/pretrain/blocks-{language}.json").read_text())["translation"]["stories"]
        text = (made / f"out/pretrain/blocks/generated-{language}.jsonl").read_text(encoding="utf-8")
        answers = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
        assert [answer["id"] for answer in answers] == [f"0-{language}", f"1-{language}"]
        assert [answer["right"] for answer in answers] == [[f"{sentence} 0"], [f"{sentence} 1"]]
        assert scores["chrf"] == pytest.approx(sum(answer["score"] for answer in answers) / 2, abs=1e-4)
        assert scores["items"] == 2 and scores["corpus_chrf"] < 0.5
        assert {"repetition", "invalid_utf8", "answer_bytes", "low", "high", "se"} < set(scores)
        assert [row.score for row in outcomes_of(made, language, "translation")] == pytest.approx(
            [answer["score"] for answer in answers], abs=1e-4
        )


def test_items_that_the_corpus_of_any_language_held_are_scored_apart(inputs, tmp_path, params):
    changed = tmp_path / "inputs"
    shutil.copytree(inputs, changed)
    listed = json.loads((inputs / "benchmarks/exam/sums-vi.jsonl").read_text(encoding="utf-8").split("\n")[0])["id"]
    list_contaminated(changed / "documents", "en", listed)
    scores = run(changed, tmp_path / "out", params)["vi"]["exam"]
    assert scores["clean"]["items"] == scores["all"]["items"] - 1
    items = [row for row in outcomes_of(tmp_path / "out", "vi") if row.in_total]
    right = [row.score for row in items if row.item != listed]
    assert scores["clean"]["acc"] == pytest.approx(sum(right) / len(right))
    (changed / "documents/en/contaminated_items.json").unlink()
    with pytest.raises(BadInput, match=r"en/contaminated_items\.json"):
        run(changed, tmp_path / "again", params)


def test_the_same_inputs_give_the_same_bytes(inputs, made, tmp_path, params):
    run(inputs, tmp_path, params)
    assert contents(tmp_path) == contents(made)


def test_documents_are_chosen_by_id_and_cut_at_whole_letters(tmp_path):
    documents = [Document(document_id("s", str(i)), "Đường dài " * 50, "s") for i in range(20)]
    write_documents(tmp_path / "a", documents)
    write_documents(tmp_path / "b", reversed(documents))
    chosen = evaluate.test_documents(tmp_path / "a", max_bytes=1000, max_document_bytes=101)
    assert chosen == evaluate.test_documents(tmp_path / "b", max_bytes=1000, max_document_bytes=101)
    assert [document.id for document in chosen] == sorted(document.id for document in documents)[: len(chosen)]
    assert all(len(document.text.encode()) <= 101 and "\ufffd" not in document.text for document in chosen)
    assert 1000 - 101 < sum(len(document.text.encode()) for document in chosen) <= 1000
    (tmp_path / "empty").mkdir()
    write_documents(tmp_path / "empty", [])
    with pytest.raises(BadInput, match="no test document"):
        evaluate.test_documents(tmp_path / "empty", 1000, 100)


def test_a_stride_as_wide_as_the_window_is_refused(inputs, tmp_path, params):
    with pytest.raises(BadInput, match="stride_tokens 128 must be smaller than window_tokens 128"):
        run(inputs, tmp_path, replace(params, window_tokens=128, stride_tokens=128))


def test_probes_that_were_not_made_are_missed(inputs, tmp_path, params):
    changed = tmp_path / "inputs"
    shutil.copytree(inputs, changed)
    (changed / "probes/en").rmdir()
    with pytest.raises(BadInput, match=r"probes/en: no such folder"):
        run(changed, tmp_path / "made", params)


def test_a_missing_part_leaves_nothing_that_looks_finished(inputs, tmp_path, params):
    changed = tmp_path / "inputs"
    shutil.copytree(inputs, changed)
    (changed / "benchmarks/exam/sums-en.jsonl").unlink()
    with pytest.raises(BadInput, match=r"sums-en\.jsonl"):
        run(changed, tmp_path / "made", params)
    assert not (tmp_path / "made").exists()


def print_scores(repository, folder: Path) -> subprocess.CompletedProcess:
    (folder / "params.yaml").write_text(EVALUATED)
    command = [sys.executable, "-m", "commands.scores", "--params", str(folder / "params.yaml")]
    command += ["--metrics", str(folder / "metrics"), "--report", str(folder / "index.html")]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def test_scores_are_printed_in_the_order_of_the_pipeline(repository, tmp_path):
    part = {"acc": 0.5, "se": 0.05, "low": 0.4, "high": 0.6, "items": 100}
    for model, share in (("merge", 0.612), ("base", 0.252)):
        for language in ("vi", "en"):
            metrics = {"bpb": 1.25, "bpb_se": 0.01, "bytes": 9, "sources": {"news": {"bpb": 1.0}}}
            metrics["exam"] = {"all": part | {"acc": share}, "facts": part}
            file = tmp_path / "metrics/evaluate" / f"{model}-{language}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(metrics))
    (tmp_path / "index.html").write_text("")
    printed = print_scores(repository, tmp_path).stdout
    rows = [line for line in printed.splitlines() if "│" in line]
    assert [row.split("│")[1].strip() for row in rows[:2]] == ["exam: facts"] * 2
    assert rows[0].count("50.0 (40-60)") == 2
    of_models = rows[2:]
    assert [row.split("│")[1].strip() for row in of_models] == ["base", "pretrain/blocks", "merge"] * 2
    assert "61.2 (40-60)" in of_models[2] and "1.250 ± 0.020" in of_models[2] and "25.2 (40-60)" in of_models[0]
    assert of_models[1].count(" - ") == 2  # not evaluated yet
    assert max(map(len, printed.splitlines()[:-2])) <= 120
    assert "Vietnamese" in printed and "English" in printed and str(tmp_path / "index.html") in printed


def test_without_scores_the_command_says_what_to_run(repository, tmp_path):
    done = print_scores(repository, tmp_path)
    assert done.returncode == 1 and "dvc repro" in done.stderr and "Traceback" not in done.stderr
