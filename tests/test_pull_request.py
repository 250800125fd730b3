"""What a reviewer is shown of a pull request: summary, drawings, one comment; and `dvc metrics diff` without data."""

import json
import os
import re
import stat
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from commands import plots, pull_request
from stages.errors import BadInput
from tests.compared import Compared
from tests.test_compare import AFTER, BEFORE, make

# Stands in for GitHub's command line: notes how it was called, and finds the comments that the test says.
GH = """#!{python}
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
if "--paginate" in sys.argv:
    print(os.environ["FOUND"])
sys.exit(int(os.environ.get("FAILS", "0")))
"""


@pytest.fixture
def gh(tmp_path, monkeypatch):
    """How gh was called so far."""
    file = tmp_path / "bin/gh"
    file.parent.mkdir()
    file.write_text(GH.format(python=sys.executable))
    file.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{file.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return lambda: [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ("", ["repos/{owner}/{repo}/issues/12/comments"]),
        ("77\n99", ["--method", "PATCH", "repos/{owner}/{repo}/issues/comments/77"]),
    ],
)
def test_the_comment_is_written_once_and_then_kept_up_to_date(gh, monkeypatch, tmp_path, found, place):
    monkeypatch.setenv("FOUND", found)
    pull_request.write_comment(12, tmp_path / "comment.md")
    asked, written = gh()
    assert asked[:3] == ["api", "--paginate", "repos/{owner}/{repo}/issues/12/comments"]
    assert pull_request.MARK in asked[-1]
    assert written == ["api", *place, "--field", f"body=@{tmp_path / 'comment.md'}"]


def test_without_the_right_to_comment_it_is_said(gh, monkeypatch, tmp_path):
    monkeypatch.setenv("FOUND", "")
    monkeypatch.setenv("FAILS", "1")
    with pytest.raises(BadInput, match="pull-requests: write"):
        pull_request.write_comment(12, tmp_path / "comment.md")


def test_a_comment_is_never_longer_than_github_takes():
    text, table = "Điểm tiếng Việt\n" * 1000, "một hàng\n" * 9000
    body = pull_request.fitted(text, [table, "của mô hình cuối\n"], pull_request.MAX_COMMENT)
    assert body == f"{text}của mô hình cuối\n{pull_request.LEFT_OUT}"
    body = pull_request.fitted(text, [table, table], pull_request.MAX_COMMENT)
    assert body == f"{text}{pull_request.LEFT_OUT}"
    longest = pull_request.fitted(text * 10, [""], pull_request.MAX_COMMENT)
    assert 64_900 < len(longest.encode()) <= 65_000 and longest.endswith(f"Điểm tiếng Việt{pull_request.LEFT_OUT}")
    assert pull_request.fitted("a\n", ["b\n"], 4) == "a\nb\n"


def test_the_last_model_s_metrics_are_those_of_the_profile(tmp_path):
    repository = make(tmp_path)
    assert pull_request.final_metrics(repository.folder) == [
        "metrics/nano/evaluate/merge-en.json",
        "metrics/nano/evaluate/merge-vi.json",
    ]


def test_the_files_of_a_run_are_linked():
    run = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "nhóm/mô-hình", "GITHUB_RUN_ID": "42"}
    assert "(https://github.com/nhóm/mô-hình/actions/runs/42#artifacts)" in pull_request.link_to_files(run)
    assert pull_request.link_to_files({}) == ""


def test_commits_that_cannot_be_compared_are_told_instead(tmp_path):
    repository = make(tmp_path)
    text, reason = pull_request.compared("gone", repository.folder, tmp_path)
    assert "could not be compared: gone: no revision" in text and reason.startswith("error: gone: no revision")


def test_the_workflow_runs_the_commands_that_there_are_with_pinned_actions(repository):
    text = (repository / ".github/workflows/compare.yml").read_text(encoding="utf-8")
    workflow = YAML(typ="safe").load(text)
    (job,) = workflow["jobs"].values()
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in job["steps"] if "uses" in step)
    (command,) = [step["run"] for step in job["steps"] if "commands." in step.get("run", "")]
    options = set(re.findall(r"--[a-z]+", command)) | {"--comment"}
    shown = subprocess.run(
        [sys.executable, "-m", "commands.pull_request", "--help"],
        cwd=repository, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "commands.pull_request" in command and options <= set(re.findall(r"--[a-z]+", shown))
    assert [step["with"]["fetch-depth"] for step in job["steps"] if "checkout" in step.get("uses", "")] == [0]


def test_plots_are_those_of_the_report(tmp_path):
    repository = Compared(tmp_path / "repository")
    with pytest.raises(BadInput, match=r"metrics/nano/report: no tables to draw\. Run `dvc repro report`"):
        plots.with_tables([], repository.folder)
    table = "metrics/nano/report/loss.csv"
    (repository.folder / table).parent.mkdir(parents=True)
    (repository.folder / table).write_text("step,loss\n")
    assert plots.with_tables([], repository.folder) == ["show", table]
    assert plots.with_tables(["diff", "main"], repository.folder) == ["diff", "main", "--targets", table]
    for words in (["diff", "--targets", "scores.csv"], ["templates"]):
        assert plots.with_tables(words, repository.folder) == words


def with_dvc(repository: Compared) -> Compared:
    """The same with DVC's files: the metrics as such, and a table to plot."""
    folder = repository.folder
    (folder / ".dvc").mkdir()
    (folder / ".dvc/config").write_text("[core]\n    analytics = false\n")
    (folder / ".dvc/.gitignore").write_text("/config.local\n/tmp\n/cache\n")
    metrics = [f"metrics/nano/evaluate/{name}.json" for name in BEFORE]
    plot = {"metrics/nano/report/scores.csv": {"x": "acc", "y": "model", "template": "scatter"}}
    YAML().dump({"metrics": metrics, "plots": [plot]}, folder / "dvc.yaml")
    return repository


@pytest.mark.campaign
def test_everything_is_written_for_two_commits_without_data(repository, tmp_path, gh, monkeypatch):
    made = with_dvc(Compared(tmp_path / "repository"))
    for scores, name, shares in ((BEFORE, "main", "0.70"), (AFTER, "change", "0.76")):
        made.write(scores)
        (made.folder / "metrics/nano/report").mkdir(parents=True)
        (made.folder / "metrics/nano/report/scores.csv").write_text(f"model,acc\nbase,0.25\nmerge,{shares}\n")
        made.commit(name)
        made.git("branch", "-f", name) if name != "main" else None
    monkeypatch.setenv("FOUND", "")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("PYTHONPATH", str(repository))
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(made.folder), str(clone)], check=True)
    command = [sys.executable, "-m", "commands.pull_request", "HEAD~1", "--out", "build/shown", "--comment", "12"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "English forgetting: +3." in done.stderr, done.stderr
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "**English forgetting:**" in summary and "<code>dvc metrics diff HEAD~1</code>" in summary
    assert re.search(r"metrics/nano/evaluate/merge-vi\.json *\| exam\.all\.acc *\| 0\.\d+ *\| 0\.\d+", summary)
    shown = {
        str(file.relative_to(clone / "build/shown")) for file in (clone / "build/shown").rglob("*") if file.is_file()
    }
    assert {"comparison.md", "comment.md", "merge-vi.svg", "merge-en.svg", "plots/index.html"} <= shown
    page = (clone / "build/shown/plots/index.html").read_text(encoding="utf-8")
    assert "0.76" in page and "cdn." not in page
    assert gh()[-1][:2] == ["api", "repos/{owner}/{repo}/issues/12/comments"]
    assert (clone / "build/shown/comment.md").read_text(encoding="utf-8").startswith(pull_request.MARK)


@pytest.mark.campaign
def test_dvc_metrics_diff_tells_the_truth_in_a_fresh_clone_without_data_or_cache(repository, tmp_path):
    """The pipeline's own graph and metrics: a score is changed and committed, as another run of it would."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(repository), str(clone)], check=True)
    file = clone / "metrics/nano/evaluate/merge-vi.json"
    scores = json.loads(file.read_text())
    was = scores["exam"]["all"]["acc"]
    scores["exam"]["all"]["acc"] = 0.1234
    file.write_text(json.dumps(scores, indent=2, sort_keys=True) + "\n")
    identity = ["-c", "user.name=thử", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *identity, "commit", "--quiet", "--all", "-m", "Change a score"], cwd=clone, check=True)
    command = [sys.executable, "-m", "dvc", "metrics", "diff", "--json", "HEAD~1", "HEAD"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
    changed = json.loads(done.stdout)
    assert list(changed) == ["metrics/nano/evaluate/merge-vi.json"]
    assert changed["metrics/nano/evaluate/merge-vi.json"] == {
        "exam.all.acc": {"old": was, "new": 0.1234, "diff": pytest.approx(0.1234 - was)}
    }
    assert not (clone / ".dvc/cache").exists() and not (clone / "models").exists()
