"""Comparing variants of params.yaml: the file that describes them, the statistics, the page, and all of it at once."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from commands import ablation as command
from commands.ablation_settings import changes, check_variants, read_ablation, tokens_to_train
from commands.experiments import check_settings
from stages.errors import BadInput
from stages.params import read
from stages.reporting import ablation as statistics
from stages.reporting.ablation import Run, Score
from tests.pico import PICO, Clone

METRICS = {"vi_bits_per_byte": 0.5, "vi": {"all": {"words": 12}}}


@pytest.fixture(scope="module")
def eeve(repository):
    return read_ablation(repository / "ablations/eeve.yaml")


@pytest.fixture(scope="module")
def params(repository):
    return read(repository / "params.yaml")


def test_every_committed_ablation_names_keys_stages_and_metrics_that_there_are(repository, params):
    for file in sorted((repository / "ablations").iterdir()):
        ablation = read_ablation(file)
        planned = command.plan(file, ablation, tuple(ablation.variants), ablation.seeds.values, [], params)
        assert len({experiment.name for experiment in planned}) == len(planned)
        for metric in ablation.metrics:
            found = json.loads((repository / f"metrics/nano/{metric.file}.json").read_text())
            keys = filter(None, (metric.value, metric.low, metric.high))
            assert all(command.value_at(found, metric.file, key) >= 0 for key in keys)


@pytest.mark.parametrize("profile", ["nano", "files", "smollm2-360m"])
def test_eeve_and_plain_training_have_equal_tokens_in_every_profile(eeve, params, profile):
    settings = [f"profiles.{profile}.pretrain.all.tokens=123456"]
    for given in ([], settings):
        tokens = {
            tokens_to_train(eeve, changes(eeve, variant, 1, given, params, profile), params, profile)
            for variant in eeve.standard
        }
        assert len(tokens) == 1


def test_equal_text_is_what_the_vocabulary_saves(eeve, params, repository):
    """The tokens of `plain_equal_text` hold as much text of each language as those of `eeve`, by nano's own figures."""
    vocabulary = json.loads((repository / "metrics/nano/vocab.json").read_text())["vi"]["all"]
    ratio = vocabulary["bytes_per_token"] / vocabulary["bytes_per_token_before"]
    changed = changes(eeve, "plain_equal_text", 1, [], params, "nano")
    stages, mixture = params["profiles"]["nano"]["pretrain"], params["mixture"]["languages"]
    before = sum(stages[name]["tokens"] for name in ("new_rows", "embeddings", "all", "blocks"))
    languages = mixture | {"vi": changed["mixture.languages.vi"]}
    for language, more in (("vi", ratio), ("en", 1.0), ("code", 1.0)):
        share = languages[language] / sum(languages.values())
        tokens = changed["profiles.nano.pretrain.all.tokens"] * share
        assert tokens == pytest.approx(before * mixture[language] * more, rel=0.005)
    anneal = params["pretrain"]["anneal"]["mixture"]
    main = changed["pretrain.anneal.mixture.main_share"]
    sets = {"vi": (0.30, changed["pretrain.anneal.mixture.sources.world-vi"]), "en": (0.65, 0.65), "code": (0.05, 0.05)}
    for language, more in (("vi", ratio), ("en", 1.0), ("code", 1.0)):
        old, new = sets[language]
        was = anneal["main_share"] * mixture[language] + (1 - anneal["main_share"]) * old
        share = main * languages[language] / sum(languages.values()) + (1 - main) * new / sum(
            s for _, s in sets.values()
        )
        tokens = changed["profiles.nano.pretrain.anneal.tokens"] * share
        assert tokens == pytest.approx(stages["anneal"]["tokens"] * was * more, rel=0.01)


def test_the_variant_goes_over_the_settings_and_the_seed_over_both(eeve, params):
    settings = ["profiles.nano.pretrain.blocks.tokens=7", "mixture.order_seed=9", "evaluate.seed=3"]
    changed = changes(eeve, "plain", 2, settings, params, "nano")
    assert changed["profiles.nano.pretrain.blocks.tokens"] == 0
    assert changed["mixture.order_seed"] == 2 and changed["evaluate.seed"] == 3
    stages = params["profiles"]["nano"]["pretrain"]
    expected = 7 + sum(stages[name]["tokens"] for name in ("new_rows", "embeddings", "all"))
    assert changed["profiles.nano.pretrain.all.tokens"] == expected


def test_a_key_that_params_yaml_lacks_is_named(eeve, params):
    with pytest.raises(BadInput, match=r"plain: vocab\.new_token is no key of params\.yaml"):
        changes(eeve, "plain", 1, ["vocab.new_token=1"], params, "nano")


METRIC = {"name": "độ đúng", "file": "vocab", "value": "vi", "low": None, "high": None, "better": "higher"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("seeds", {"keys": ["mixture.order_seed"], "values": ["một"]}, r"seeds\.values\.0: .*'một'"),
        ("seed", 1, "seed: "),
        ("stage", None, "stage: "),
        ("standard", ["plain", "trơn"], "standard: 'trơn' is no variant. Choose of: plain, extension"),
        ("standard", ["plain", "plain"], "standard: expected at least two variants"),
        ("metrics", [], "metrics: "),
        ("metrics", [METRIC | {"format": "zz"}], r"metrics\.0\.format: .*Unknown format code"),
    ],
)
def test_a_file_that_describes_no_ablation_is_refused(repository, tmp_path, key, value, message):
    values = read(repository / "ablations/eeve.yaml") | {key: value}
    file = tmp_path / "own.yaml"
    YAML().dump(values, file)
    with pytest.raises(BadInput, match=message) as error:
        read_ablation(file)
    assert str(file) in str(error.value)


def test_variants_of_the_command_line_are_checked(eeve):
    check_variants(eeve, ("plain", "plain_equal_text"), "--variants")
    with pytest.raises(BadInput, match="--variants: 'eve' is no variant"):
        check_variants(eeve, ("plain", "eve"), "--variants")


def test_experiments_of_other_changes_seeds_and_stages_have_other_names():
    names = {
        command.experiment_name("eeve", "siêu từ, 512", seed, stage, changed)
        for stage in ("pack@vi", "extend")
        for seed in (1, 2)
        for changed in ([], ["a=1"], ["a=2"])
    }
    assert len(names) == 12
    assert all(name.startswith("ablation-eeve-si-u-t-512-") for name in names), "a name is part of a git reference"


def test_a_figure_is_found_by_its_dotted_key_and_what_is_missing_is_named():
    assert command.value_at(METRICS, "vocab", "vi.all.words") == 12.0
    with pytest.raises(BadInput, match=r"vocab: vi\.every\.words: nothing at 'every'; there is all"):
        command.value_at(METRICS, "vocab", "vi.every.words")
    with pytest.raises(BadInput, match="holds words"):
        command.value_at(METRICS, "vocab", "vi.all")


@pytest.mark.parametrize("setting", ["a.b", "=1", "a="])
def test_a_setting_that_is_none_is_refused(setting):
    with pytest.raises(BadInput, match="expected KEY=VALUE"):
        check_settings(["a.b=1", setting])


def run_of(vi: float, exam: float, tokens: int = 1_000_000) -> Run:
    scores = {
        "vi bits a byte": Score(vi, vi - 0.02, vi + 0.02),
        "en bits a byte": Score(0.29 + vi / 100, 0.27, 0.31),
        "vi exam": Score(exam, exam - 0.01, exam + 0.01),
        "en exam": Score(0.98, 0.97, 0.99),
    }
    return Run(scores, tokens, {"vi": 2e6, "en": 1e6})


# The seeds move both by 0.1 together, so that only the differences at equal seed show which is better.
RUNS = {
    "plain": [run_of(0.40, 0.90), run_of(0.50, 0.80), run_of(0.60, 0.85)],
    "eeve": [run_of(0.35, 0.91), run_of(0.451, 0.79), run_of(0.549, 0.855)],
}


def test_differences_are_taken_at_equal_seed():
    found = statistics.difference(RUNS, "eeve", "plain", "vi bits a byte")
    assert found.mean == pytest.approx(-0.05)
    assert (found.low, found.high) == pytest.approx((-0.05 - 0.002484, -0.05 + 0.002484), abs=1e-5)
    apart = statistics.over_seeds(RUNS, "plain", "vi bits a byte")
    assert apart.low == pytest.approx(0.5 - 4.3027 * 0.1 / 3**0.5, abs=1e-4)
    assert apart.high > statistics.over_seeds(RUNS, "eeve", "vi bits a byte").mean


def with_items(run: Run, scores: list[float]) -> Run:
    return replace(run, items={"vi exam": {("exam", "facts", f"câu-{n}"): score for n, score in enumerate(scores)}})


def test_differences_for_other_seeds_and_other_items_are_wider_than_over_items_alone():
    right = {"plain": [[1.0, 0.0] * 50] * 3, "eeve": [[1.0, 0.0, 1.0, 1.0] * 25, [1.0, 0.0] * 50, [1.0, 1.0] * 50]}
    runs = {name: [with_items(run, right[name][n]) for n, run in enumerate(found)] for name, found in RUNS.items()}
    found = statistics.joint_difference(runs, "eeve", "plain", "vi exam")
    assert found.mean == pytest.approx(0.25)
    of_one_seed = statistics.mean_interval([0.0, 0.0, 0.0, 1.0] * 25)
    assert found.high - found.low > 3 * (of_one_seed.high - of_one_seed.low)
    assert statistics.joint_difference(runs, "eeve", "plain", "en exam") is None, "no outcomes"
    assert statistics.joint_table(RUNS, []) == []


def test_more_seeds_do_not_narrow_the_interval_over_items():
    assert statistics.over_items(RUNS, "plain", "vi exam") == pytest.approx((0.84, 0.86))
    none = {"plain": [Run({"loss": Score(1.0, None, None)}, 0, {})]}
    assert statistics.over_items(none, "plain", "loss") is None


def test_the_judgement_says_what_the_figures_say_whatever_it_is(eeve):
    text = statistics.judgement(RUNS, eeve.metrics)
    assert text.startswith("All variants are trained with the same number of tokens, 1.00 million.")
    assert "`eeve` against `plain`: better in vi bits a byte (by 0.0500) and en bits a byte (by 0.0005); " in text
    assert "not to be told apart in vi exam and en exam." in text
    turned = statistics.judgement({"eeve": RUNS["eeve"], "plain": RUNS["plain"]}, eeve.metrics)
    assert "`plain` against `eeve`: worse in vi bits a byte (by 0.0500)" in turned
    one = {name: runs[:1] for name, runs in RUNS.items()}
    assert "cannot be told apart" in statistics.judgement(one, eeve.metrics)


def test_unequal_tokens_are_told():
    unequal = {"plain": RUNS["plain"], "more": [run_of(0.3, 0.9, 2_000_000)] * 3}
    assert statistics.judgement(unequal, []).startswith("The variants are trained with 1.00 to 2.00 million tokens.")


def test_the_page_has_tables_intervals_and_a_small_plot(tmp_path, eeve):
    for seeds in (3, 1):
        runs = {
            name: [with_items(run, [1.0, 0.0, run.tokens % 2]) for run in found[:seeds]] for name, found in RUNS.items()
        }
        command.write_results(
            runs, eeve, Path("ablations/eeve.yaml"), [1, 2, 3][:seeds], ["a.b=1"], "nano", tmp_path / "page.md"
        )
        text = (tmp_path / "page.md").read_text(encoding="utf-8")
        drawn = (tmp_path / "page_scores.svg").read_text(encoding="utf-8")
        assert "page_scores.svg" in text and "`a.b=1`" in text and "(nan" not in text
        assert "vi exam" in drawn and len(drawn) < 60_000
        if seeds == 3:
            assert "| `plain` | 0.5000 (0.2516 to 0.7484) |" in text and "| 1,000,000 | 1.00 | 2.00 |" in text
            assert "| `eeve` − `plain` | -0.0500 (-0.0525 to -0.0475) |" in text
            assert "| difference | vi exam |\n| --- | ---: |\n| `eeve` − `plain` | +0.0% (+0.0% to +0.0%) |" in text
            assert "| `plain` | 0.4800 to 0.5200 | 0.2700 to 0.3100 | 84.0% to 86.0% |" in text


@pytest.mark.campaign
def test_variants_are_compared_end_to_end_a_failed_one_is_left_out_and_none_is_run_again(tmp_path, repository):
    clone = Clone(tmp_path, PICO)
    values = read(repository / "ablations/eeve.yaml")
    values["variants"]["broken"] = {"about": "cannot run", "set": {"training.gradient_clip": -1.0}}
    YAML().dump(values, tmp_path / "ablations/eeve.yaml")
    clone.repro("pretrain@anneal")
    clone.commit("up to date")
    before = clone.git("status", "--porcelain")
    words = [sys.executable, "-m", "commands.ablation", "--seeds", "1", "2", "--variants", "plain", "eeve"]
    with pytest.raises(AssertionError, match="left out, see above: broken"):
        clone._run([*words, "broken"])
    page = (tmp_path / "docs/ablation.md").read_text(encoding="utf-8")
    assert "`eeve` against `plain`:" in page and "`broken`" not in page
    assert clone.git("status", "--porcelain", "--", ":(exclude)docs") == before
    logs = {log: log.stat().st_mtime_ns for log in (tmp_path / "logs/ablation").glob("*-eeve-[12]-*.log")}
    assert len(logs) == 2
    clone._run(words)
    assert {log: log.stat().st_mtime_ns for log in logs} == logs
    assert (tmp_path / "docs/ablation.md").read_text(encoding="utf-8") == page
    # Only the order of the data differs: corpus, base and vocabulary are those of the commit.
    kept = clone.git("show", "HEAD:dvc.lock")
    for name in clone.dvc("exp", "list", "--name-only").split():
        commit = clone.git("for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{name}").strip()
        locks = [YAML(typ="safe").load(text)["stages"] for text in (kept, clone.git("show", f"{commit}:dvc.lock"))]
        for stage in ("base", "split@vi", *(("vocab", "pack@vi") if "-eeve-eeve-" in name else ())):
            assert locks[0][stage]["outs"] == locks[1][stage]["outs"]
        assert locks[0]["pretrain@all"]["outs"] != locks[1]["pretrain@all"]["outs"] or name.startswith(
            "ablation-eeve-eeve-1"
        )
