"""The bake-off of initialisations: what is measured of two readings of one text, and what is made of the results."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from commands import bake_off as command
from commands.experiments import check_workspace
from stages import new_tokens
from stages.errors import BadInput
from stages.params import load
from stages.readings.invariance import divergences, kl_divergence, word_ends
from stages.readings.learning import Occurrences, by_occurrences, learning_curve
from stages.readings.pairs import nats_along, predict, read_both
from stages.reporting import bake_off, charts
from tests.pico import PICO, Clone

# Two old tokens (0: `x`, 1: ` xà`) and a new one (2: ` xàx`), which stands for 1 and 0.
PIECES = [[0], [1], [1, 0]]
BEGINS_WORD = [False, True, True]


def test_the_longest_beginning_that_fits_is_read_in_both_ways():
    pair = read_both(np.array([2, 0, 2, 1]), PIECES, max_pieces=5)
    assert (pair.tokens.tolist(), pair.pieces.tolist(), pair.ends.tolist()) == ([2, 0, 2], [1, 0, 0, 1, 0], [2, 3, 5])
    assert read_both(np.array([2, 0, 2, 1]), PIECES, max_pieces=4).tokens.tolist() == [2, 0]


def test_reading_stops_before_a_byte_that_the_base_lacks():
    assert read_both(np.array([1, 3, 1]), [*PIECES, []], max_pieces=9).tokens.tolist() == [1]


def test_divergence_is_that_of_the_common_tokens_brought_back_to_one():
    base = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).log()
    extended = torch.tensor([[0.1, 0.1, 0.8], [0.09, 0.41, 0.5]]).log()
    expected = [0.0, 0.9 * np.log(0.9 / 0.18) + 0.1 * np.log(0.1 / 0.82)]
    assert kl_divergence(base, extended).tolist() == pytest.approx(expected, abs=1e-6)


def test_the_readings_are_compared_where_a_new_token_ends_a_word():
    pair = read_both(np.array([2, 2, 0, 1, 2]), PIECES, max_pieces=20)
    assert word_ends(pair, old_size=2, begins_word=BEGINS_WORD).tolist() == [0]  # the second one goes on with `x`
    # The base has read two pieces there: its prediction is the second, with 0.75 and 0.25 against two halves.
    base = torch.full((8, 2), 0.5).log()
    base[1] = torch.tensor([0.75, 0.25]).log()
    extended = torch.full((5, 3), 1 / 3).log()
    found = divergences([base], [extended], [pair], 2, BEGINS_WORD)
    assert found == pytest.approx([0.75 * np.log(1.5) + 0.25 * np.log(0.5)], abs=1e-6)


def test_predictions_do_not_depend_on_what_stands_in_the_batch():
    def model(tokens):  # the log-probability of token t at place p depends on the tokens up to p alone
        sums = tokens.cumsum(dim=1)[..., None].float()
        return torch.log_softmax(sums * torch.tensor([0.1, 0.2, 0.3]), dim=-1)

    texts = [np.array([2, 0, 1, 1]), np.array([1, 2]), np.array([0, 0, 2])]
    alone = [found for text in texts for found in predict(model, [text], batch=1)]
    for one, other in zip(alone, predict(model, texts, batch=2), strict=True):
        assert torch.equal(one, other)
    costs = nats_along(alone, texts)[1]
    expected = -torch.log_softmax(torch.tensor([0.1, 0.2, 0.3]), dim=-1)[2]
    assert costs.tolist() == pytest.approx([0.0, float(expected)])


def test_new_tokens_are_charged_beyond_their_pieces_and_counted_by_how_often_they_were_seen():
    pair = read_both(np.array([0, 2, 1, 2, 0]), PIECES, max_pieces=20)  # pieces: 0 | 1 0 | 1 | 1 0 | 0
    piece_costs = np.array([0, 1, 2, 4, 1, 1, 3.0])
    token_costs = np.array([0, 5, 3, 2.5, 3.5])  # excesses: 0, 5 - 3, 3 - 4, 2.5 - 2, 3.5 - 3
    sums = by_occurrences([token_costs], [piece_costs], [pair], counts=np.array([9, 9, 4]), old_size=2)
    assert sums == {"tokens_3": 2.0, "nats_3": 7.5, "excess_3": 2.5, "following_3": -0.5}
    later = by_occurrences([token_costs], [piece_costs], [pair], counts=np.array([9, 9, 10]), old_size=2)
    assert learning_curve([sums, later]) == {
        bucket: {"tokens": 2, "nats": 3.75, "excess": 1.25, "following": -0.25} for bucket in ("3", "10")
    }


def test_occurrences_are_those_of_all_steps_also_after_a_restart():
    batches = np.array([[[0, 2]], [[2, 2]], [[1, 2]]])
    shown, restarted = Occurrences(batches.__getitem__, 3), Occurrences(batches.__getitem__, 3)
    for step in range(3):
        assert shown.batch(step).tolist() == batches[step].tolist()
    assert restarted.batch(2).tolist() == [[1, 2]]
    assert shown.batch(2).tolist() == shown.batch(2).tolist() == [[1, 2]], "a step asked for again is not counted again"
    assert shown.counts.tolist() == restarted.counts.tolist() == [1, 1, 4]


def run_of(after: float, excess: float = -1.0, kl: float = 2.0, before: float = 3.0) -> dict:
    means = {"tokens": 5, "nats": 4.0, "following": -2.0}
    return {
        "before": {"vi_bits_per_byte": before, "en_bits_per_byte": 0.27},
        "after": {"vi_bits_per_byte": after, "en_bits_per_byte": 0.28},
        "invariance": {"kl_nats": kl, "positions": 1700},
        "learning": {"0": means | {"excess": 3.0}, "1": means | {"excess": excess}},
        "tokens": 1000,
    }


RUNS = {
    "random": [run_of(2.0, 0.5, 4.0, 5.0), run_of(2.2, -1, 4.2, 5.0)],
    "mean": [run_of(1.50), run_of(1.54)],
    "weighted": [run_of(1.53), run_of(1.57)],
}


def test_the_table_has_means_and_spreads_best_first():
    heads, *rows = bake_off.table(RUNS)
    assert [row[0] for row in rows] == ["`mean`", "`weighted`", "`random`"]
    assert rows[0][heads.index("vi bits a byte after training")] == "1.5200 ± 0.0283"
    assert [row[heads.index("as good as the pieces from")] for row in rows] == ["1", "1", "not within 1"]
    assert rows[0][-1] == "0"


def test_the_judgement_names_what_cannot_be_told_apart():
    text = bake_off.judgement(RUNS)
    assert "After training, `mean` has the lowest bits per byte of Vietnamese" in text
    assert "`weighted` cannot be told from it by these seeds, and `random` is worse" in text
    assert "cannot be told apart" in bake_off.judgement({"mean": [run_of(1.5)], "random": [run_of(2.0)]})


def test_the_judgement_says_when_parity_says_nothing():
    assert "too weak" not in bake_off.judgement(RUNS)
    from_the_start = {"mean": [run_of(1.5), run_of(1.6)]}
    for run in from_the_start["mean"]:
        run["learning"]["0"]["excess"] = -20.0
    assert "too weak in Vietnamese" in bake_off.judgement(from_the_start)


def test_the_page_and_its_plots_are_written_and_small(tmp_path):
    command.write_results(RUNS, [1, 2], ["a.b=1"], "nano", tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| `mean` | 3.000 ± 0.000 | 1.5200 ± 0.0283 |" in text and "`a.b=1`" in text
    for plot in ("page_losses.svg", "page_learning.svg"):
        assert plot in text
        drawn = (tmp_path / plot).read_text(encoding="utf-8")
        assert "weighted" in drawn and len(drawn) < 60_000


def test_curves_have_buckets_in_order_and_only_those_that_all_seeds_have():
    runs = {"mean": [run_of(1), run_of(1)]}
    runs["mean"][0]["learning"]["1000"] = runs["mean"][0]["learning"]["1"]
    assert [row["occurrences"] for row in bake_off.curve_rows(runs, "excess")] == ["0", "1"]
    rows = [{"method": "mean", "occurrences": name, "value": 1.0} for name in ("1,000", "0", "30")]
    assert charts.curves(rows, "nats")["encoding"]["x"]["scale"]["domain"] == ["0", "30", "1,000"]


def test_experiments_with_other_settings_have_other_names():
    assert command.experiment_name("mean", 2, []) == "init-mean-2"
    names = {command.experiment_name("mean", 2, settings) for settings in ([], ["a=1"], ["a=2"])}
    assert len(names) == 3
    assert command.experiment_name("mean", 2, ["a=1", "b=2"]) == command.experiment_name("mean", 2, ["b=2", "a=1"])


def test_a_workspace_with_changes_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    (tmp_path / "docs").mkdir()
    for name in ("params.yaml", "docs/bake_off.md"):
        (tmp_path / name).write_text("a: 1\n")
    for words in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "--message", "start"]):
        subprocess.run(["git", *words], check=True)
    (tmp_path / "docs/bake_off.md").write_text("new\n")
    check_workspace()  # what it wrote itself is no hindrance to the next run
    (tmp_path / "params.yaml").write_text("a: 2\n")
    with pytest.raises(BadInput, match=r"params\.yaml"):
        check_workspace()


def test_the_stage_is_off_and_costs_nothing_unless_asked_for(tmp_path, repository):
    params = load(new_tokens.Params, repository / "params.yaml", *new_tokens.SECTIONS)
    assert (
        new_tokens.run(*(tmp_path / name for name in ("model", "base", "shards", "logs", "checkpoints")), params) == {}
    )


def experiment(clone, name):
    """The commit of an experiment."""
    return clone.git("for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{name}").strip()


@pytest.mark.campaign
def test_two_methods_are_compared_end_to_end_and_not_run_again(tmp_path):
    clone = Clone(tmp_path, PICO | {"new_tokens.curve_every_steps": 2})
    clone.repro("pretrain@new_rows", "pack")
    clone.commit("up to date")
    before = clone.git("status", "--porcelain")
    words = ["-m", "commands.bake_off", "--methods", "mean", "random", "--seeds", "1"]
    clone._run([sys.executable, *words])
    page = (tmp_path / "docs/bake_off.md").read_text(encoding="utf-8")
    assert "| `mean` |" in page and "| `random` |" in page
    assert clone.git("status", "--porcelain", "--", ":(exclude)docs") == before
    names = clone.dvc("exp", "list", "--name-only").split()
    assert sorted(names) == ["init-mean-1", "init-random-1"]
    logs = sorted((tmp_path / "logs/bake_off").iterdir())
    times = [log.stat().st_mtime_ns for log in logs]
    clone._run([sys.executable, *words])
    assert [log.stat().st_mtime_ns for log in logs] == times
    assert (tmp_path / "docs/bake_off.md").read_text(encoding="utf-8") == page
    # The rows are trained as the pipeline trains them.
    pretrained = json.loads((tmp_path / "metrics/nano/pretrain/new_rows.json").read_text())
    metrics = json.loads(clone.git("show", f"{experiment(clone, 'init-mean-1')}:metrics/nano/new_tokens.json"))
    for name in ("vi_loss", "en_loss"):
        assert metrics["after"][name] == pretrained[name]
    assert metrics["invariance"]["positions"] > 0
