"""Two commits side by side: what is paired, what is significant, when English counts as forgotten, what is refused."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from commands import compare
from commands.revisions import open_revision
from stages.errors import BadInput
from stages.params import load
from stages.scoring.comparison import BITS, Settings, item_scores
from stages.scoring.outcomes import outcomes_table, read_outcomes
from stages.scoring.statistics import ratio_of_sums, standard_error
from tests.compared import PARAMS, Compared, Scores, outcomes_of

BEFORE = {
    "base-vi": Scores(8.4, 0.25),
    "base-en": Scores(0.9, 0.9),
    "merge-vi": Scores(1.2, 0.7),
    "merge-en": Scores(1.0, 0.8),
}
# Vietnamese better in bits (2 %) and answers, English 3.5 % worse in bits.
AFTER = BEFORE | {"merge-vi": Scores(1.176, 0.76, seed=1), "merge-en": Scores(1.035, 0.8, seed=2)}


def make(folder: Path, before=BEFORE, after=AFTER) -> Compared:
    repository = Compared(folder / "repository")
    repository.write(before)
    repository.commit("Train as before")
    repository.git("checkout", "--quiet", "-b", "change")
    repository.write(after)
    repository.commit("Train otherwise")
    return repository


def run(repository: Compared, a: str = "main", b: str | None = "HEAD", **options) -> tuple[str, str]:
    revisions = tuple(open_revision(name, repository.folder) for name in (a, b))
    given = {"profile": None, "models": [], "against": "", "plots": None}
    return compare.run(revisions, **given | options)


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Compared:
    return make(tmp_path_factory.mktemp("compared"))


def row(text: str, task: str, language: str = "Vietnamese") -> list[str]:
    section = text.split(f"\n## {language}, ")[1].split("\n## ")[0]
    (line,) = [line for line in section.splitlines() if line.startswith(f"| {task} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_changes_are_paired_marked_and_given_with_their_intervals(repository):
    text, _ = run(repository)
    assert "| A | `main` |" in text and "Train otherwise" in text and "profile `nano`" in text
    bits, exam = row(text, "bits per byte"), row(text, "exam")
    assert bits[6].startswith("100 (+") and bits[8] == "**better**"
    assert bits[3].startswith("−0.02") and re.fullmatch(r"−0\.\d+ to −0\.\d+", bits[4])
    # Harder items are missed first, so that none that was right is wrong now.
    assert exam[6].startswith("300 (+") and exam[6].endswith("−0)") and exam[8] == "**better**"
    assert "Significantly better in bits per byte (−0.0" in text
    unchanged = row(text, "exam", "English")
    assert unchanged[3:5] == ["+0.0", "−1.3 to +1.3"] and unchanged[7:] == ["1", ""]
    assert "- Vietnamese, `merge`: 300 items of exam, all; 100 documents, all." in text


def test_forgetting_beyond_the_limit_and_beyond_noise_is_refused(repository):
    text, reason = run(repository)
    assert reason.startswith("English forgetting: +3.") and "max_english_bpb_rise allows (+2.0 %)" in reason
    (line,) = [line for line in text.splitlines() if line.startswith("**English forgetting:**")]
    assert "paired over 100 documents" in line and "**beyond the gate's +2.0 %, and beyond noise**" in line
    base = next(line for line in text.splitlines() if line.startswith("| English, `merge` − its `base` |"))
    rows = text.split(base)[1].splitlines()
    assert rows[2].startswith("| bits per byte | +0.09") and rows[3].startswith("| exam | −")


@pytest.mark.parametrize(
    ("english", "within_noise"),
    [
        (Scores(1.012, 0.8, seed=3), False),  # beyond noise, within the limit
        (Scores(0.95, 0.8, seed=3), False),  # better
        (Scores(1.05, 0.8, seed=4, spread=0.1, documents=12), True),  # beyond the limit, within noise
    ],
)
def test_a_small_or_an_uncertain_rise_is_not(tmp_path, english, within_noise):
    of_before = replace(BEFORE["merge-en"], documents=english.documents)
    text, reason = run(make(tmp_path, BEFORE | {"merge-en": of_before}, BEFORE | {"merge-en": english}))
    assert not reason
    assert ("beyond the gate's +2.0 %, but not beyond noise" in text) == within_noise


@pytest.mark.parametrize("renamed", [True, False])
def test_another_last_model_is_compared_with_the_one_that_was_last(tmp_path, renamed):
    tuned = {name.replace("merge", "align"): scores for name, scores in AFTER.items() if "base" not in name}
    repository = make(tmp_path, after=({n: s for n, s in AFTER.items() if "base" in n} if renamed else BEFORE) | tuned)
    models = {name: {"model": name} for name in ("base", *([] if renamed else ["merge"]), "align")}
    repository.write_params(PARAMS | {"evaluated_models": models})
    repository.commit("Align at the end")
    text, reason = run(repository)
    assert reason.startswith("English forgetting: +3.")
    assert re.search(r"forgetting:\*\* `merge` needs \d\.\d+ bits per byte of English in A, `align` \d\.\d+ in B", text)
    assert "| English, `merge`, `align` − its `base` |" in text
    assert "## Vietnamese, `align` against `merge`" in text and row(text, "exam")[8] == "**better**"


def test_with_a_higher_limit_the_same_rise_passes(repository):
    repository.write_params(PARAMS | {"compare": PARAMS["compare"] | {"max_english_bpb_rise": 0.05}})
    try:
        text, reason = run(repository)
    finally:
        repository.git("checkout", "--quiet", "params.yaml")
    assert not reason and "within the gate's +5.0 %" in text


def test_items_whose_content_changed_are_not_paired_and_it_is_said(tmp_path):
    vi = replace(AFTER["merge-vi"], items=range(5, 310), changed=range(20, 40))
    text, _ = run(make(tmp_path, after=AFTER | {"merge-vi": vi}))
    assert row(text, "exam")[6].startswith("275 (")
    assert (
        "275 items of exam, not 20 with other content (their hashes differ), 5 only in A, 10 only in B; 100 doc" in text
    )
    few = replace(vi, changed=range(160))
    text, _ = run(make(tmp_path / "few", after=AFTER | {"merge-vi": few}))
    assert row(text, "exam")[6] == "unpaired", "fewer than half are the same"
    assert row(text, "bits per byte")[6].startswith("100 (")


def test_without_outcomes_in_git_scores_are_compared_unpaired(tmp_path):
    before = {name: replace(scores, outcomes=False) for name, scores in BEFORE.items()}
    text, reason = run(make(tmp_path, before))
    assert row(text, "bits per byte")[6] == row(text, "exam")[6] == "unpaired"
    assert "nothing, since `main` has no outcomes of items in git" in text
    # Texts differ far more than 3 % from one another, so that without pairs nothing can be said of it.
    assert not reason and "unpaired), +3." in text and "but not beyond noise" in text


def test_written_answers_letters_sources_and_new_tasks_have_their_rows(tmp_path):
    letters = {"letter_acc": 0.5, "letter_se": 0.02, "letter_low": 0.46, "letter_high": 0.54, "letter_items": 300}
    one = replace(BEFORE["merge-vi"], sources=("báo", "truyện"))
    repository = make(tmp_path, BEFORE | {"merge-vi": one}, BEFORE | {"merge-vi": one})
    file = repository.folder / "metrics/nano/evaluate/merge-vi.json"
    values = YAML(typ="safe").load(file)
    values["exam"]["all"] |= letters
    values["xquad"] = {"all": {"f1": 0.4, "se": 0.02, "low": 0.36, "high": 0.44, "items": 80}}
    repository.write({"merge-vi": one, "merge-en": BEFORE["merge-en"]})
    compare.write_text(file, compare.json.dumps(values))
    text, _ = run(repository, "HEAD", None)
    assert row(text, "xquad")[1:4] == ["–", "40.0 % (36.0–44.0)", "–"]
    assert row(text, "exam, by letter")[2] == "50.0 % (46.0–54.0)"
    assert row(text, "bits per byte, báo")[6].startswith("50 (")


def test_the_working_tree_is_the_second_side_by_default_and_models_can_be_chosen(repository):
    text, reason = run(repository, "HEAD", None, models=["all"])
    assert "working tree, 0 changed files" in text and not reason
    assert text.index("## Vietnamese, `base`") < text.index("## English, `merge`")
    text, _ = run(repository, "HEAD", "HEAD", models=["merge"], against="base")
    assert "## Vietnamese, `merge` against `base`" in text and row(text, "exam")[8] == "**better**"
    with pytest.raises(BadInput, match=r"gốc: no scores of it in B\. Choose of: base, merge, or all"):
        run(repository, models=["gốc"])
    with pytest.raises(BadInput, match="--against gốc: no scores"):
        run(repository, against="gốc")


def test_changed_params_are_listed_without_those_of_other_profiles(tmp_path):
    repository = make(tmp_path)
    changed = {"max_bytes": 8000}
    values = PARAMS | {"evaluate": {"seed": 2, "note": "câu hỏi"}, "watching": {"a": 1, "b": 2}}
    repository.write_params(values | {"profiles": {"nano": {"evaluate": changed}, "files": {"evaluate": {}}}})
    text, _ = run(repository, b=None)
    assert "## Changed params: 3" in text and "profiles.files" not in text
    for line in (
        "`evaluate.seed` | 1 | 2",
        "`profiles.nano.evaluate.max_bytes` | 9000 | 8000",
        "`watching` | – | {2 keys}",
    ):
        assert f"| {line} |" in text


def test_scores_that_are_not_of_the_commit_s_code_and_params_are_said_to_be_so(tmp_path):
    repository = make(tmp_path)
    code = repository.folder / "stages/evaluate.py"
    code.parent.mkdir()
    code.write_text("# đánh giá\n")
    metrics = repository.folder / "metrics/nano/evaluate/merge-vi.json"
    files = {"stages/evaluate.py": code, "metrics/nano/evaluate/merge-vi.json": metrics}
    md5 = {name: hashlib.md5(file.read_bytes()).hexdigest() for name, file in files.items()}
    stage = {
        "deps": [
            {"path": "stages/evaluate.py", "md5": md5["stages/evaluate.py"]},
            {"path": "models/merge", "md5": "a.dir"},
        ],
        "params": {"params.yaml": {"evaluate": PARAMS["evaluate"], "profiles.nano.evaluate": {"max_bytes": 9000}}},
        "outs": [{"path": "metrics/nano/evaluate/merge-vi.json", "md5": md5["metrics/nano/evaluate/merge-vi.json"]}],
    }
    YAML().dump({"schema": "2.0", "stages": {"evaluate@merge": stage}}, repository.folder / "dvc.lock")
    repository.commit("Record")
    assert "may not be its own" not in run(repository)[0]
    code.write_text("# đánh giá khác\n")
    repository.write_params(PARAMS | {"evaluate": {"seed": 3, "note": "câu hỏi"}})
    text, _ = run(repository, b=None)
    assert (
        "> **The scores of `workspace` may not be its own:** params evaluate, stages/evaluate.py changed after" in text
    )
    repository.git("checkout", "--quiet", ".")
    metrics.write_text(metrics.read_text() + "\n")
    text, _ = run(repository, b=None)
    assert "metrics/nano/evaluate/merge-vi.json differ from what dvc.lock records" in text


def test_a_changed_prompt_is_told_of_and_a_changed_source_is_not(tmp_path):
    made = Compared(tmp_path / "repository")
    tasks = made.folder / "stages/scoring/tasks"
    for name in ("exam/exam.yml", "arc/easy-vi.yaml", "arc/source.yaml", "letters.yml"):
        (tasks / name).parent.mkdir(parents=True, exist_ok=True)
        (tasks / name).write_text("doc_to_text: Câu hỏi\n", encoding="utf-8")
    made.write({"base-en": Scores(1.2, 0.4), "merge-en": Scores(1.2, 0.6)})
    made.commit("trước")
    (tasks / "arc/source.yaml").write_text("licence: MIT\n", encoding="utf-8")
    made.commit("nguồn")
    assert "Not asked alike" not in run(made, "HEAD~1", "HEAD")[0]
    (tasks / "arc/easy-vi.yaml").write_text("doc_to_text: Hỏi\n", encoding="utf-8")
    (tasks / "letters.yml").write_text("vi: Chọn\n", encoding="utf-8")
    made.commit("câu hỏi")
    page, _ = run(made, "HEAD~1", "HEAD")
    assert "**Not asked alike:** the task files of `arc`, `letters.yml` differ." in page
    assert "`exam`" not in page.split("Not asked alike")[1].split("\n")[0]


def test_other_profiles_are_refused_and_one_can_be_chosen(tmp_path):
    repository = make(tmp_path)
    repository.write_params(PARAMS | {"profile": "files"})
    with pytest.raises(BadInput, match=r"main has profile nano, workspace files: .*--profile nano, or --profile files"):
        run(repository, b=None)
    assert "profile `nano`" in run(repository, b=None, profile="nano")[0]
    with pytest.raises(BadInput, match=r"main: no scores of profile files .* Give --profile, one of: nano"):
        run(repository, b=None, profile="files")


def test_unknown_revisions_are_refused_with_what_would_bring_them(repository, tmp_path):
    with pytest.raises(BadInput, match=r"nhánh: no revision of this repository. .*git fetch origin nhánh:nhánh"):
        open_revision("nhánh", repository.folder)
    clones = {}
    for name, options in {"whole": [], "shallow": ["--depth", "1"]}.items():
        clones[name] = tmp_path / name
        address = f"file://{repository.folder}"
        subprocess.run(["git", "clone", "--quiet", *options, address, str(clones[name])], check=True)
    with pytest.raises(BadInput, match="There is origin/main: give that"):
        open_revision("main", clones["whole"])
    with pytest.raises(BadInput, match=r"main: .*This clone is shallow\. Run `git fetch --unshallow origin`"):
        open_revision("main", clones["shallow"])
    with pytest.raises(
        BadInput, match=r"HEAD~9: .*Run `git fetch --unshallow origin`, for a branch `git fetch origin`"
    ):
        open_revision("HEAD~9", clones["shallow"])
    (tmp_path / "none").mkdir()
    with pytest.raises(BadInput, match="not a git repository"):
        open_revision(None, tmp_path / "none")


def test_missing_and_broken_files_are_named(tmp_path):
    repository = make(tmp_path)
    (repository.folder / "metrics/nano/evaluate/merge-vi.json").write_text('{"bpb": ')
    with pytest.raises(BadInput, match=r"workspace: metrics/nano/evaluate/merge-vi\.json: not JSON"):
        run(repository, b=None)
    repository.git("checkout", "--quiet", ".")
    (repository.folder / "metrics/nano/outcomes/merge-vi.csv").write_text("item,correct\n")
    with pytest.raises(BadInput, match=r"workspace: metrics/nano/outcomes/merge-vi\.csv: not a table of outcomes"):
        run(repository, b=None)
    repository.git("rm", "-r", "--quiet", "-f", "metrics")
    with pytest.raises(BadInput, match=r"workspace: no scores of profile nano .* Run `dvc repro` and commit metrics"):
        run(repository, b=None)
    repository.git("reset", "--quiet", "--hard")
    (repository.folder / "metrics/nano/evaluate/merge-en.json").unlink()
    with pytest.raises(BadInput, match="merge: no English bits per byte in both commits"):
        run(repository, b=None)
    repository.git("rm", "--quiet", "params.yaml", "-f")
    with pytest.raises(BadInput, match=r"params\.yaml: not found"):
        run(repository, b=None)


def test_the_command_writes_the_page_and_its_drawings_and_fails_at_the_gate(repository, tmp_path):
    command = [sys.executable, "-m", "commands.compare", "main", "HEAD", "--out", str(tmp_path / "page.md")]
    environment = os.environ | {"PYTHONPATH": str(Path(compare.__file__).parent.parent)}
    done = subprocess.run(
        [*command, "--plots", str(tmp_path / "plots")],
        cwd=repository.folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("English forgetting: +3.")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").startswith("# `main` → `HEAD`, profile `nano`")
    drawings = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "plots").iterdir()}
    assert sorted(drawings) == ["merge-en.svg", "merge-vi.svg"]
    assert ">exam<" in drawings["merge-vi.svg"] and "B − A" in drawings["merge-vi.svg"]


def test_the_committed_section_is_that_of_the_command(repository):
    root = Path(compare.__file__).parent.parent
    assert 0 < load(Settings, root / "params.yaml", "compare").max_english_bpb_rise < 0.1


def test_the_mean_of_items_parts_is_the_score():
    parts, texts, costs = outcomes_of("vi", Scores(1.2, 0.7))
    rows = read_outcomes(outcomes_table({"exam": parts}, texts, costs), "vi.csv")
    ratio = sum(cost.bits for cost in costs) / sum(cost.bytes for cost in costs)
    found = item_scores(rows, BITS)
    assert len(found) == 100 and sum(found.values()) / 100 == pytest.approx(ratio, abs=1e-5)
    _, error = ratio_of_sums([cost.bits for cost in costs], [cost.bytes for cost in costs])
    assert standard_error(list(found.values())) == pytest.approx(error, rel=1e-3)
    shares = item_scores(rows, "exam.facts")
    assert len(shares) == 300 and sum(shares.values()) == sum(row.score for row in rows if row.benchmark == "exam")


@pytest.mark.campaign
def test_the_documented_example_is_what_the_command_prints():
    """Of two commits of this repository's history."""
    root = Path(compare.__file__).parent.parent
    page = (root / "docs/comparing.md").read_text(encoding="utf-8")
    command, shown = re.search(r"<!-- comparison: python -m (.*?) -->\n(.*?)\n<!-- end -->", page, re.DOTALL).groups()
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    start, end = done.index("**English forgetting"), done.index("## What was paired")
    assert shown == done[start:end].replace("## ", "### ").rstrip()
