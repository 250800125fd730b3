"""End to end: `dvc repro` on a pico configuration, and exactly what a change invalidates."""

import json
import subprocess
import sys

import pytest

from stages.model.fingerprint import fingerprint
from stages.reporting.model_card import read_files
from tests.pico import PICO, Clone

AFTER_INSTRUCT_VI = ["evaluate@instruct_vi", "evaluate@merge", "instruct@vi", "merge", "report"]
CORPUS = ("benchmarks", "fetch", "clean", "perplexity", "dedup", "split")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    made = Clone(tmp_path_factory.mktemp("pico"), PICO)
    made.first_run = made.repro()
    made.commit("first run")
    return made


def all_stages(clone) -> list[str]:
    return sorted(clone.dvc("stage", "list", "--name-only").split())


def test_everything_runs_once_and_then_nothing(clone):
    assert sorted(clone.first_run) == all_stages(clone)
    assert clone.repro() == []


def test_the_report_and_the_scores_of_every_model_are_there(clone):
    page = (clone.folder / "data/report/index.html").read_text(encoding="utf-8")
    for model in ("base", "extend", "pretrain/blocks", "instruct/vi", "merge"):
        assert model in page
        for language in ("vi", "en"):
            scores = json.loads((clone.folder / f"metrics/nano/evaluate/{model}-{language}.json").read_text())
            assert 0 <= scores["exam"]["all"]["acc"] <= 1 and scores["bpb"] > 0
    shown = subprocess.run(
        [sys.executable, "-m", "commands.scores"], cwd=clone.folder, capture_output=True, text=True, check=True
    ).stdout
    assert "merge" in shown and "data/report/index.html" in shown


def test_the_model_is_exported_with_its_card_which_tells_how_to_find_the_commit(clone, tmp_path):
    command = [sys.executable, "-m", "commands.export", str(tmp_path / "model")]
    subprocess.run(command, cwd=clone.folder, check=True, capture_output=True)
    card = (tmp_path / "model/README.md").read_text(encoding="utf-8")
    assert fingerprint(tmp_path / "model")["files"].items() >= read_files(card).items() > set()
    find = next(line for line in card.splitlines() if line.startswith("git log "))
    found = clone.git(*find.split()[1:]).split()
    assert found == clone.git("log", "--format=%h", "-1").split()


def test_a_value_of_instruct_reruns_what_follows_and_nothing_before(clone):
    clone.change({"profiles.nano.instruct.vi.learning_rate": 0.00123})
    assert sorted(clone.repro()) == AFTER_INSTRUCT_VI
    changed = clone.dvc("params", "diff")
    assert "profiles.nano.instruct.vi.learning_rate" in changed and "0.00123" in changed
    assert "merge" in clone.dvc("metrics", "diff", "--all", "HEAD")
    # Back by git alone: what was made before comes from DVC's run cache. It keeps no stage that has an out with
    # `cache: false`, metrics and plots aside.
    clone.git("checkout", "--quiet", ".")
    assert clone.repro() == []


def test_switching_the_profile_and_back_runs_nothing(clone):
    """Of stages that are cheap: what the other profile makes takes the place of this one's, and this one's returns."""
    clone.change({"profile": "files", "profiles.files.fetch.world-code.max_documents": 5})
    assert "fetch@world-code" in clone.repro("fetch@world-code")
    clone.git("checkout", "--quiet", ".")
    assert clone.repro() == []


def test_the_training_loop_does_not_touch_the_corpus(clone):
    file = clone.folder / "stages/training/loop.py"
    before = file.read_text(encoding="utf-8")
    file.write_text(before + "\n# a comment\n", encoding="utf-8")
    changed = {name.split("@")[0] for name in json.loads(clone.dvc("status", "--json"))}
    file.write_text(before, encoding="utf-8")
    assert {"base", "pretrain", "instruct"} <= changed
    assert not changed & set(CORPUS)


def test_another_clone_pulls_and_runs_nothing(clone, tmp_path):
    clone.dvc("remote", "modify", "storage", "url", str(tmp_path / "remote"))
    clone.dvc("push")
    second = Clone.of(clone, tmp_path / "other")
    second.dvc("remote", "modify", "storage", "url", str(tmp_path / "remote"))
    second.dvc("pull")
    assert second.repro() == []
    assert (second.folder / "models/merge/model.safetensors").read_bytes() == (
        clone.folder / "models/merge/model.safetensors"
    ).read_bytes()


@pytest.mark.campaign
def test_two_clones_give_one_lock(clone, tmp_path):
    other = Clone(tmp_path, PICO)
    other.repro()
    lock = clone.git("show", "HEAD:dvc.lock")
    assert (other.folder / "dvc.lock").read_text(encoding="utf-8") == lock
