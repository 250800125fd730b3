"""The commands around sources: plan, pin, own_text, and the lowering of limits for the rehearsal."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from commands import own_text, pin, plan, rehearse
from stages import params
from stages.errors import BadInput

SMOLLM2_360M = {
    "hidden_size": 960,
    "intermediate_size": 2560,
    "num_hidden_layers": 32,
    "num_attention_heads": 15,
    "num_key_value_heads": 5,
}


def written(plan_: plan.Plan) -> str:
    console = Console(record=True, width=200, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    settings = plan.Settings(gpu="H200", gpu_peak_tflops=989.0, gpu_utilisation=0.4)
    plan.show(plan_, "nano", settings, console)
    return console.export_text()


def test_parameters_are_counted_as_the_model_has_them():
    assert plan.parameter_count(SMOLLM2_360M, 49_152) == 361_821_120


def test_every_profile_has_a_plan_and_nano_downloads_nothing(repository):
    file = repository / "params.yaml"
    for profile in params.read(file)["profiles"]:
        made = plan.plan(file, profile)
        assert made.training_tokens > 0
        assert made.disk_bytes > 0
    nano = plan.plan(file, "nano")
    assert nano.download_bytes == 0
    assert {source.origin for source in nano.sources} == {"built in"}


def test_downloads_follow_from_the_limits(repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    one = "wikipedia-vi: {max_documents: 0, max_megabytes: 100}"
    assert one in text
    file = tmp_path / "params.yaml"
    file.write_text(text.replace(one, "wikipedia-vi: {max_documents: 10000, max_megabytes: 100}"), encoding="utf-8")
    by_documents = plan.plan(file, "nano")
    file.write_text(text.replace(one, "wikipedia-vi: {max_documents: 10000, max_megabytes: 1}"), encoding="utf-8")
    by_megabytes = plan.plan(file, "nano")
    size = params.read(file)["sources"]["wikipedia-vi"]["bytes_per_document"]
    assert by_documents.download_bytes == pytest.approx(10_000 * size * plan.STORED_SHARE)
    assert by_megabytes.download_bytes == pytest.approx(1_000_000 * plan.STORED_SHARE)
    assert "wikimedia/wikipedia 20231101.vi" in written(by_documents)


def test_gated_and_unpinned_sources_are_pointed_out(repository):
    made = plan.plan(repository / "params.yaml", "nano")
    source = replace(made.sources[0], name="news", origin="hub lab/news @ not pinned", gated=True, pinned=False)
    shown = written(replace(made, sources=[source]))
    assert "accept the terms of lab/news and set HF_TOKEN" in shown
    assert "make pin" in shown


def test_the_plan_of_the_real_run_names_licence_terms_and_pin_of_each_source(repository):
    made = plan.plan(repository / "params.yaml", "smollm2-360m")
    by_name = {source.name: source for source in made.sources}
    entries = params.read(repository / "params.yaml")["sources"]
    hub = {name for name, entry in entries.items() if entry["kind"] == "hub"}
    assert hub <= set(by_name)
    assert {name for name in hub if by_name[name].gated} == {"culturax-vi", "binhvq-vi"}
    assert {name for name in hub if not by_name[name].pinned} == {n for n in hub if entries[n]["revision"] is None}
    assert all(by_name[name].licence for name in hub)
    shown = written(made)
    assert "pinned" in shown
    assert "culturax-vi: accept the terms of uonlp/CulturaX and set HF_TOKEN" in shown


def test_hours_of_two_billion_tokens_on_one_gpu():
    settings = plan.Settings(gpu="H200", gpu_peak_tflops=989.0, gpu_utilisation=0.4)
    assert plan.gpu_hours(4.3e18, settings) == pytest.approx(3.0, abs=0.05)


def test_unknown_profile_is_named(repository):
    with pytest.raises(BadInput, match="nanno"):
        plan.plan(repository / "params.yaml", "nanno")


def test_pinning_changes_one_value_and_keeps_the_comments(repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    new = "0123456789" * 4  # which YAML would read as a number
    changed = pin.with_revision(text, "python-edu", new)
    assert [line for line in changed.splitlines() if line not in text.splitlines()] == [f'    revision: "{new}"']
    assert changed.count("\n") == text.count("\n")
    file = tmp_path / "params.yaml"
    file.write_text(changed, encoding="utf-8")
    before = params.read(repository / "params.yaml")
    before["sources"]["python-edu"]["revision"] = new
    assert params.read(file) == before


def test_only_sources_on_the_hub_can_be_pinned(repository):
    with pytest.raises(BadInput, match=r"sources\.own-vi is not a source of kind hub"):
        pin.pin(repository / "params.yaml", ["own-vi"])


def test_the_plan_lists_the_benchmarks_that_a_profile_gets(repository):
    file = repository / "params.yaml"
    assert plan.plan(file, "nano").benchmarks == []
    found = {b.name: b for b in plan.plan(file, "smollm2-360m").benchmarks}
    assert found["arc"].origin == "hub alexandrainst/m_arc, allenai/ai2_arc" and found["vmlu"].unpinned
    assert "exam" not in found and "arc_easy_vi" not in found


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    (folder / "thơ").mkdir(parents=True)
    (folder / "thơ" / "một.txt").write_text("Trăm năm trong cõi người ta")
    (folder / "hai.jsonl").write_text('{"text": "Chữ tài chữ mệnh"}\n')
    (folder / "bìa.jpg").write_bytes(b"\xff\xd8")
    (folder / ".ẩn.txt").write_text("x")
    return folder


def test_own_text_is_linked_or_copied_once(given, tmp_path):
    linked, copied = tmp_path / "linked", tmp_path / "copied"
    assert own_text.take(given, linked, copy=False) == (2, 1)
    assert own_text.take(given, copied, copy=True) == (2, 1)
    for folder in (linked, copied):
        found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        assert found == ["hai.jsonl", "thơ/một.txt"]
        assert (folder / "thơ" / "một.txt").read_text() == "Trăm năm trong cõi người ta"
        assert own_text.take(given, folder, copy=False) == (0, 1), "the same files again are no conflict"
    assert (linked / "hai.jsonl").is_symlink()
    assert not (copied / "hai.jsonl").is_symlink()


def test_own_text_overwrites_nothing_and_writes_nothing_on_a_conflict(given, tmp_path):
    target = tmp_path / "own"
    (target / "thơ").mkdir(parents=True)
    (target / "thơ" / "một.txt").write_text("bản khác")
    with pytest.raises(BadInput, match="exists with other content"):
        own_text.take(given, target, copy=False)
    assert (target / "thơ" / "một.txt").read_text() == "bản khác"
    assert not (target / "hai.jsonl").exists()


def test_own_text_says_what_is_missing(tmp_path):
    with pytest.raises(BadInput, match="no such file or folder"):
        own_text.take(tmp_path / "nowhere", tmp_path / "own", copy=False)
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(BadInput, match=r"Expected \.txt"):
        own_text.take(tmp_path / "a.docx", tmp_path / "own", copy=False)


def test_the_rehearsal_only_lowers_limits():
    values = {
        "profile": "nano",
        "hub": {"files_at_once": 8},
        "profiles": {
            "nano": {},
            "real": {
                "fetch": {"big": {"max_documents": 10**6}, "small": {"max_documents": 7}, "off": {"max_documents": 0}},
                "training": {"accelerator": "cuda", "precision": "bf16-mixed", "sequence_length": 2048},
                "pretrain": {"all": {"tokens": 10**9}, "long_context": {"tokens": 0}},
            },
        },
    }
    lowered = rehearse.lowered(values, "real")
    real = lowered["profiles"]["real"]
    assert lowered["profile"] == "real"
    assert lowered["hub"]["files_at_once"] == 2
    assert [real["fetch"][name]["max_documents"] for name in ("big", "small", "off")] == [300, 7, 0]
    assert (real["training"]["accelerator"], real["training"]["precision"]) == ("cpu", "32-true")
    assert real["pretrain"]["all"]["tokens"] < 10_000
    assert real["pretrain"]["long_context"]["tokens"] == 0
    with pytest.raises(BadInput, match="unreal"):
        rehearse.lowered(values, "unreal")


def test_the_copy_for_the_rehearsal_has_uncommitted_work_and_no_results(tmp_path):
    root, copy = tmp_path / "root", tmp_path / "copy"
    for name, text in {"a.py": "old", "metrics/x.json": "{}", "dvc.lock": "", ".gitignore": "ignored\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    commit = "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm start"
    assert os.system(f"cd {root} && {commit}") == 0
    (root / "a.py").write_text("new")
    (root / "untracked.py").write_text("")
    (root / "ignored").write_text("")
    rehearse.copy_working_tree(root, copy)
    assert (copy / "a.py").read_text() == "new"
    assert sorted(path.name for path in copy.iterdir()) == [".git", ".gitignore", "a.py", "untracked.py"]
