"""What the report and `make scores` tell of scores: beside chance, by letter, of one or many tasks."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from report_fixture import MODELS, RANDOM, SHOWN, write_run
from rich.console import Console

from commands import scores as command
from stages.errors import BadInput
from stages.reporting import scores
from stages.reporting.changes import domain_change, task_change
from stages.reporting.layout import Table
from stages.reporting.results import Results, read_results

REAL = (
    "arc",
    "belebele",
    "boolq",
    "hellaswag",
    "m3exam",
    "openbookqa",
    "piqa",
    "sciq",
    "vmlu",
    "winogrande",
    "xcopa",
    "xnli",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_run(tmp_path / "metrics", tmp_path / "evaluations")
    return tmp_path


def read(folder: Path) -> Results:
    given = (folder / "metrics", folder / "evaluations", folder / "curves", SHOWN, None, folder / "outcomes")
    return read_results(*given)


def change(folder: Path, model: str, language: str, **values: Any) -> None:
    """Put other values into a metrics file."""
    file = folder / f"metrics/evaluate/{model}-{language}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def rows(table: Table) -> dict[str, dict[str, str]]:
    return {row[0]: dict(zip(table.head, row, strict=True)) for row in table.rows}


def test_a_task_stands_beside_chance_the_random_network_and_its_change(folder: Path) -> None:
    results = read(folder)
    found = {task: task_change(results, "vi", task) for task in results.tasks("vi")}
    table = rows(scores.task_table(results, "vi", {task: change for task, change in found.items() if change}))
    sums = table["exam: sums"]
    assert sums["items"] == "300" and sums["chance"] == "25.0 %" and sums["random network"] == "40.0 % †"
    assert sums["base"] == "25 % (21–29)" and sums["merge"] == "75 % (71–79)"
    low, high = map(
        float, re.search(r"▲ \+50\.0 \(\+([\d.]+) to \+([\d.]+)\)", sums["change in points (95 %)"]).groups()
    )
    assert 40 < low < 50 < high < 60 and sums["p (Holm)"] == "< 0.001"
    assert table["exam: facts"]["random network"] == "26.0 %"  # 300 items cannot tell it from chance
    assert table["exam: story"]["change in points (95 %)"] == ""  # whose outcomes are not there
    assert table["exam: clean"]["items"] == "290"
    assert table["translation: written (chrF)"]["chance"] == ""


def test_the_random_network_is_no_model_of_the_pipeline(folder: Path) -> None:
    results = read(folder)
    assert results.models == list(MODELS) and RANDOM in results.evaluations
    charts = [chart.svg for chart in scores.scores(results).charts]
    assert charts and not any(RANDOM in svg for svg in charts)
    assert any("pretrain/all" in svg for svg in charts)


@pytest.mark.parametrize(("share", "gives_itself_away"), [(0.25, False), (0.30, False), (0.40, True), (0.12, True)])
def test_a_task_gives_itself_away_where_guessing_does_not_explain_it(
    folder: Path, share: float, gives_itself_away: bool
) -> None:
    part = {"acc": share, "se": 0.025, "low": 0.2, "high": 0.3, "items": 300}
    change(folder, RANDOM, "vi", exam={"story": part, "all": part})
    assert ("exam.story" in scores.tasks_off_chance(read(folder), "vi")) == gives_itself_away


def test_chance_is_that_of_each_task(folder: Path) -> None:
    three = {"acc": 0.6, "normalised": 40.0, "se": 0.02, "low": 0.56, "high": 0.64, "items": 90}
    change(folder, "merge", "vi", xnli={"nli": three, "all": three})
    found = scores.chances(read(folder), "vi")
    assert found["xnli.nli"] == pytest.approx(1 / 3) and found["exam.facts"] == pytest.approx(0.25)
    assert "translation.written" not in found


def test_changes_are_over_the_same_items_and_documents(folder: Path) -> None:
    results = read(folder)
    found = task_change(results, "vi", "exam.sums")
    assert found.pairs == 300 and 100 * found.difference.value == pytest.approx(50)
    bits = domain_change(results, "en", "all")
    assert bits.pairs == 50 and bits.difference.value == pytest.approx(0.1, abs=1e-3)
    assert scores.change_cells(results, bits)[0].startswith("▼ +0.100 (")
    lines = (folder / "outcomes/merge-vi.csv").read_text().splitlines()
    (folder / "outcomes/merge-vi.csv").write_text(
        "\n".join(re.sub(",0000000", ",1111111", line) for line in lines) + "\n"
    )
    assert task_change(read(folder), "vi", "exam.sums") is None  # other items by the same names


def test_by_letter_only_what_was_asked_so(folder: Path) -> None:
    shown = [table for table in scores.letters(read(folder)).tables if not table.folded]
    assert [row[:2] for row in shown[0].rows] == [("probes: diacritics", "base"), ("probes: diacritics", "merge")]
    assert shown[0].rows[1][3:] == ("27 % (24–31)", "160", "37.5")
    letters = {"letter_acc": 0.3, "letter_low": 0.2, "letter_high": 0.4, "letter_items": 24, "option_bias": 0.5}
    part = {"acc": 0.5, "se": 0.1, "low": 0.4, "high": 0.6, "items": 90}
    exam = {"facts": part | letters, "sums": part, "all": part | letters}
    change(folder, "merge", "vi", exam=exam)
    assert set(scores.asked_by_letter(read(folder), "vi")) == {"exam.facts", "probes.diacritics"}
    change(folder, "merge", "vi", exam=exam | {"sums": part | letters, "all": part | letters | {"letter_items": 48}})
    assert {"exam.all", "exam.facts", "exam.sums"} < set(scores.asked_by_letter(read(folder), "vi"))


def test_a_part_without_any_known_measure_is_named(folder: Path) -> None:
    change(folder, "merge", "vi", odd={"all": {"bleu": 0.3, "low": 0.2, "high": 0.4, "items": 9}})
    with pytest.raises(BadInput, match=r"evaluate/merge-vi\.json: odd\.all: none of acc, f1, chrf"):
        read(folder).scores("vi")


@pytest.mark.parametrize("more", [(), REAL])
def test_scores_are_printed_within_120_columns(folder: Path, more: tuple[str, ...]) -> None:
    for model in (RANDOM, *MODELS):
        for language in ("vi", "en"):
            part = {"acc": 0.5, "normalised": 33.3333, "se": 0.02, "low": 0.46, "high": 0.54, "items": 1000}
            change(folder, model, language, **{name: {"all": part, "clean": part, language: part} for name in more})
    params = folder / "params.yaml"
    params.write_text("profile: nano\nevaluated_models: " + json.dumps(SHOWN["evaluated_models"]) + "\n")
    _, models, results = command.scores(params, folder / "metrics")
    console = Console(width=command.WIDTH, file=io.StringIO())
    console.print(command.tasks_table("vi", results))
    console.print(command.models_table("vi", models, results))
    printed = console.file.getvalue().splitlines()
    assert max(map(len, printed)) <= 120
    lines = ["".join(line.split()) for line in printed]
    for line in (
        "│exam:sums│300│25.0│†40.0│25.0(21-29)│35.0(31-39)│55.0(51-59)│75.0(71-79)│",
        "│inthelanguage│││-│91.7│91.7│91.7│91.7│",
        "│optionbias,points│││7.5│12.5│17.5│27.5│37.5│",
    ):
        assert line in lines
    assert all(any(line.startswith(f"│{name}") for line in lines) for name in more)
    assert any(line.startswith("│merge│") and line.endswith("│1.000±0.039│") for line in lines)
