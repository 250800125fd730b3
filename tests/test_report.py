"""The report: every figure of the metrics files, alike in all its forms, and a page that stands alone."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from report_fixture import MODELS, SHOWN, write_corpus, write_run
from ruamel.yaml import YAML

from commands import plots
from stages.errors import BadInput
from stages.report import CORPUS_STAGES, Params, run
from stages.reporting.results import read_results
from stages.reporting.sample_limits import SampleLimits

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = Params(
    title="VinaSmol",
    subtitle="Học tiếng Việt, giữ tiếng Anh.",
    licence="Apache-2.0",
    samples=SampleLimits(documents_per_rule=3, documents_per_source=2, max_characters=800, max_row_groups=20),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_run(folder / "metrics", folder / "evaluations")
    write_corpus(folder / "data")
    report(folder, folder / "out")
    return folder


def report(folder: Path, out: Path, **other: Any) -> None:
    """Run the stage on what the fixture wrote, but for what `other` names."""
    given = {name: folder / name for name in ("metrics", "evaluations", "outcomes", "curves", "plots")}
    given |= {"documents": {stage: folder / "data" / stage for stage in CORPUS_STAGES}, "out": out}
    given |= {"vocabulary": folder / "vocabulary.json"}
    given |= {"profile": "nano", "settings": SETTINGS, "shown": SHOWN}
    run(**(given | other))


VOID_TAGS = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """What a page holds: tags that could ask for something, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["index.html", "samples.html"])
def test_a_page_asks_for_nothing_and_is_well_formed(made: Path, name: str) -> None:
    text = (made / "out" / name).read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "img", "object", "embed"} & {tag for tag, _ in page.tags}
    links = [attrs[name] for _, attrs in page.tags for name in ("href", "src", "xlink:href") if name in attrs]
    beside = {link for link in links if not link.startswith("#")}
    assert beside == {"samples.html" if name == "index.html" else "index.html"}
    assert all((made / "out" / link).is_file() for link in beside)
    addresses = set(re.findall(r"https?://[^\"<\s]+", text))
    assert all(address == "http://www.w3.org/2000/svg" or "vi.example" in address for address in addresses)
    assert "prefers-color-scheme: dark" in text and "width=device-width" in text
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link not in beside} <= set(ids)


def test_the_page_shows_all_sections_and_charts(made: Path) -> None:
    text = (made / "out/index.html").read_text(encoding="utf-8")
    for section in (
        "scores",
        "letters",
        "generation",
        "domains",
        "benchmarks",
        "training",
        "tokenizer",
        "corpus",
        "dropped",
        "perplexity",
        "defects",
        "duplicates",
        "contamination",
        "years",
        "mixture",
        "samples",
        "sources",
        "settings",
    ):
        assert f'<section id="{section}">' in text
    assert text.count("<figure") >= 13


def test_what_a_model_wrote_is_shown_as_text_not_as_markup(made: Path) -> None:
    text = (made / "out/index.html").read_text(encoding="utf-8")
    assert "con mèo &lt;b&gt;merge&lt;/b&gt; | nhỏ" in text
    assert "Ngày xưa có một" in (made / "out/report.md").read_text(encoding="utf-8")


def test_page_and_markdown_hold_the_same_figures(made: Path) -> None:
    page = re.sub(r"<[^>]+>", " ", (made / "out/index.html").read_text(encoding="utf-8"))
    markdown = (made / "out/report.md").read_text(encoding="utf-8")
    for figure in (
        "75 % (71–79)", "2.200 ± 0.039", "81,920",
        "▲ +50.0 (+", "40.0 % †", "37.5", "91.7 %", "3.100 → 1.400", "1,904 entries", "near_duplicate",
        "1.08 %", "0.42 %", "97.7 %", "400,000", "60.0 %", "profiles.nano.pretrain.all.tokens",
    ):  # fmt: skip
        assert figure in page and figure in markdown, figure
    assert "Not used in this profile: own-vi." in page and "Not used in this profile: own-vi." in markdown


def test_every_row_of_a_markdown_table_has_its_columns(made: Path) -> None:
    for name in ("report.md", "model_card.md"):
        width = 0
        for line in (made / "out" / name).read_text(encoding="utf-8").splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not (width and cells) or cells == width, line
            width = cells


def test_models_stand_in_the_order_of_the_pipeline(made: Path) -> None:
    results = read_results(made / "metrics", made / "evaluations", made / "curves", SHOWN, None)
    assert results.models == list(MODELS)
    with (made / "plots/scores.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(dict.fromkeys(row["model"] for row in rows)) == list(MODELS)
    assert {
        "model": "merge",
        "language": "vi",
        "part": "exam.all",
        "measure": "acc",
        "score": "0.7500",
        "low": "0.7100",
        "high": "0.7900",
    } in rows
    assert {row["measure"] for row in rows if row["part"] == "translation.written"} == {"chrf"}


def test_the_curves_of_all_runs_follow_one_another(made: Path) -> None:
    with (made / "plots/loss.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(dict.fromkeys(row["run"] for row in rows)) == ["base", "new_rows", "all", "instruct-vi"]
    steps = [int(row["step"]) for row in rows]
    assert steps == sorted(set(steps)) and steps[-1] == 160
    tokens = [int(row["tokens"]) for row in rows]
    assert tokens == sorted(set(tokens)) and tokens[7] == 81920 and tokens[23] == 3 * 81920
    assert all(row["train_loss"] for row in rows)
    with (made / "plots/bits_per_byte.csv").open(encoding="utf-8", newline="") as lines:
        measured = {(row["run"], row["language"]) for row in csv.DictReader(lines) if float(row["bits_per_byte"]) > 0}
    assert ("all", "vi") in measured and ("base", "en") in measured and ("base", "vi") not in measured


def card(made: Path, name: str = "out") -> tuple[dict[str, Any], str]:
    """What opens a model card, and its text."""
    _, front, body = (made / name / "model_card.md").read_text(encoding="utf-8").split("---\n", 2)
    return YAML(typ="safe").load(front), body


def test_the_model_card_opens_with_yaml_that_the_hub_reads(made: Path) -> None:
    from huggingface_hub import ModelCard

    front, body = card(made)
    results = {
        (result["dataset"]["name"], metric["type"]): metric["value"]
        for entry in front.pop("model-index")
        for result in entry["results"]
        for metric in result["metrics"]
    }
    assert front == {
        "language": ["vi", "en"],
        "license": "apache-2.0",
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "datasets": ["wikimedia/wikipedia"],
    }
    assert results["exam (Vietnamese)", "accuracy"] == pytest.approx(0.75)
    assert results["translation (English)", "chrf"] == pytest.approx(0.35)
    assert results["held-out text (English)", "bits_per_byte"] == pytest.approx(1.3)
    read = ModelCard((made / "out/model_card.md").read_text(encoding="utf-8")).data
    assert read.model_name == "VinaSmol" and len(read.eval_results) == len(results)
    assert body.lstrip().startswith("# VinaSmol\n")
    for heading in (
        "Scores", "English that was forgotten", "Biases", "Training", "Mixture", "Sources and licences", "Benchmarks",
        "Use", "Limits", "What made the numbers", "Reproduce it", "Citation",
    ):  # fmt: skip
        assert f"\n## {heading}\n" in body
    assert "CC-BY-SA-3.0 \\| GFDL" in body
    assert "| belebele | vi | facebook/belebele | 75b399394a98 | CC-BY-SA-4.0 | 90 |" in body


def test_each_number_of_the_model_card_stands_beside_the_hash_of_what_made_it(made: Path) -> None:
    _, body = card(made)
    digest = lambda place: hashlib.sha256((made / place).read_bytes()).hexdigest()[:12]  # noqa: E731
    weights = json.loads((made / "evaluations/merge/model.json").read_text())["files"]["model.safetensors"]
    scores = digest("metrics/evaluate/merge-vi.json")
    assert f"| merge `{weights[:12]}` `{scores}` |" in body
    assert f"outcomes of base `{digest('outcomes/base-vi.csv')}`, merge `{digest('outcomes/merge-vi.csv')}`" in body
    assert f"| all | 40 | 81,920 | 120,000 | 1.000 | 1.250 |  |  | `{digest('metrics/pretrain/all.json')}` |" in body
    assert f"| `model.safetensors` | `{weights}` |" in body
    assert f"git log --format=%h -S {7:032x}.dir -- dvc.lock" in body
    assert "a network that learnt nothing" in body and "in exam: sums." in body
    numbers = [line for line in body.splitlines() if line.startswith("| ") and re.search(r"\d %|\d\.\d", line)]
    heads = [line for line in body.splitlines() if line.startswith("| Vietnamese |") and "`" in line]
    assert len(heads) >= 2 and len(numbers) > 20


def test_the_model_card_names_a_base_from_the_hub(made: Path) -> None:
    shown = SHOWN | {"profiles.big": {"base": {"origin": "hub"}}}
    report(made, made / "hub", plots=made / "hub-plots", profile="big", shown=shown)
    front, body = card(made, "hub")
    assert front["base_model"] == "HuggingFaceTB/SmolLM2-360M"
    assert "Its base: HuggingFaceTB/SmolLM2-360M" in body
    hashes = [re.search("Parameters: `([0-9a-f]{12})`", text)[1] for text in (body, card(made)[1])]
    assert hashes[0] != hashes[1]


def test_the_same_metrics_give_the_same_bytes_in_another_process(made: Path) -> None:
    """With other hashes of strings, so that no order of a set is in what is written."""
    program = "import sys; sys.path[:0] = ['tests', '.']; from pathlib import Path; import test_report; "
    program += f"made = Path({str(made)!r}); test_report.report(made, made / 'again', plots=made / 'again-plots')"
    environment = {**os.environ, "PYTHONHASHSEED": "12"}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    for first, second in (("out", "again"), ("plots", "again-plots")):
        for file in (made / first).iterdir():
            assert file.read_bytes() == (made / second / file.name).read_bytes()


def test_a_run_without_labels_or_tuning_has_no_empty_sections(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "metrics", tmp_path / "metrics")
    for stage in ("clean", "perplexity", "dedup"):
        for file in (tmp_path / "metrics" / stage).iterdir():
            metrics = json.loads(file.read_text(encoding="utf-8"))
            metrics.pop("labels", None)
            file.write_text(json.dumps(metrics), encoding="utf-8")
    shutil.copytree(made / "curves", tmp_path / "curves")
    for file in (tmp_path / "curves").iterdir():
        file.write_text("step,learning_rate,gradient_norm,train_loss\n", encoding="utf-8")
    changed = {name: tmp_path / name for name in ("metrics", "curves", "plots")}
    report(made, tmp_path / "out", evaluations=tmp_path / "none", **changed)
    text = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert 'id="defects"' not in text and 'id="samples"' not in text and 'id="training"' in text
    assert len((tmp_path / "plots/loss.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_what_cannot_be_read_is_named_and_leaves_no_report(made: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="evaluate"):
        report(made, tmp_path / "out", metrics=tmp_path / "none", plots=tmp_path / "plots")
    shutil.copytree(made / "metrics", tmp_path / "metrics")
    (tmp_path / "metrics/clean/vi.json").write_text('{"documents": ', encoding="utf-8")
    with pytest.raises(BadInput, match=r"clean/vi\.json"):
        report(made, tmp_path / "out", metrics=tmp_path / "metrics", plots=tmp_path / "plots")
    shutil.rmtree(tmp_path / "metrics")
    gone = {stage: made / "data" / stage for stage in CORPUS_STAGES} | {"dedup": tmp_path / "gone"}
    with pytest.raises(BadInput, match="gone/vi/dropped"):
        report(made, tmp_path / "out", documents=gone, plots=tmp_path / "plots")
    assert not (tmp_path / "out").exists()


def test_dvc_draws_loss_and_scores_into_a_page_without_network(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "plots", tmp_path / "metrics/nano/report")
    yaml = YAML()
    graph = yaml.load(ROOT / "dvc.yaml")
    stage = {key: graph["stages"]["report"][key] for key in ("cmd", "plots")}
    yaml.dump({"stages": {"report": stage}}, tmp_path / "dvc.yaml")
    (tmp_path / "params.yaml").write_text("profile: nano\n", encoding="utf-8")

    def dvc(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dvc", *words], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    dvc("init", "--no-scm", "--quiet")
    shutil.copytree(ROOT / ".dvc/plots", tmp_path / ".dvc/plots")
    plots.configure(tmp_path)
    dvc("plots", "show")
    page = (tmp_path / "dvc_plots/index.html").read_text(encoding="utf-8")
    assert not any({"src", "href"} & set(attributes) for _, attributes in Page(page).tags)
    assert page.count("vegaEmbed('#") == 5
    drawn = json.loads(dvc("plots", "show", "--json"))["data"]
    names = ("loss", "bits_per_byte", "scores", "changes", "domains")
    assert set(drawn) == {f"metrics/nano/report/{name}.csv" for name in names}
    assert "exam.sums" in json.dumps(drawn["metrics/nano/report/changes.csv"])
    assert all(model in json.dumps(drawn["metrics/nano/report/scores.csv"]) for model in MODELS)
