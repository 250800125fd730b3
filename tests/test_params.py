"""params.yaml is read strictly: every mistake stops with file, key, value and remedy."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, PositiveInt

from stages.errors import BadInput
from stages.params import load, section


@section
class Rule:
    threshold: Annotated[float, Field(ge=0, le=1)]


@section
class Params:
    seed: int
    method: Literal["mean", "random"]
    rules: dict[str, Rule]
    sizes: tuple[PositiveInt, ...]


GOOD = """
profile: nano
stage:
  vi: {seed: 1, method: mean, rules: {short: {threshold: 1e-3}}}
profiles:
  nano: {stage: {sizes: [1, 2]}}
  files: {stage: {sizes: [3]}}
"""
PLACES = ("stage.{language}", "profiles.{profile}.stage")


def load_text(tmp_path: Path, text: str) -> Params:
    file = tmp_path / "params.yaml"
    file.write_text(text, encoding="utf-8")
    return load(Params, file, *PLACES, language="vi")


def test_merges_stage_and_profile_and_reads_yaml_1_2(tmp_path):
    params = load_text(tmp_path, GOOD)
    assert params == Params(seed=1, method="mean", rules={"short": Rule(threshold=0.001)}, sizes=(1, 2))


def test_profile_chooses_how_much(tmp_path):
    assert load_text(tmp_path, GOOD.replace("profile: nano", "profile: files")).sizes == (3,)


def test_params_are_frozen(tmp_path):
    with pytest.raises(AttributeError):
        load_text(tmp_path, GOOD).seed = 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("profile: nano", "profile: nanno", r"profile: 'nanno' does not exist. Choose one of: files, nano"),
        ("seed: 1", "sede: 1", r"stage\.vi\.sede: unknown key \(value 1\)"),
        ("seed: 1, ", "", r"stage\.vi\.seed: missing"),
        ("seed: 1", "seed: '1'", r"stage\.vi\.seed: .*integer.*'1'"),
        ("seed: 1", "seed: 1.5", r"stage\.vi\.seed: .*integer.*1\.5"),
        ("seed: 1", "seed: true", r"stage\.vi\.seed: .*integer.*True"),
        ("seed: 1", "seed: 1, seed: 2", r"duplicate key"),
        ("method: mean", "method: median", r"stage\.vi\.method: .*'mean' or 'random'.*'median'"),
        ("threshold: 1e-3", "threshold: 1.2", r"stage\.vi\.rules\.short\.threshold: .*1\.2"),
        ("sizes: [1, 2]", "sizes: [1, -2]", r"profiles\.nano\.stage\.sizes\.1: .*-2"),
        ("sizes: [1, 2]", "sizes: [1], seed: 3", r"'seed' stands in both stage\.vi and profiles\.nano\.stage"),
        ("  nano: {stage: {sizes: [1, 2]}}", "  nano: {}", r"profiles\.nano\.stage is missing"),
        ("stage:\n  vi: {", "stage:\n  vi: [", r"not valid YAML"),
    ],
)
def test_mistakes_name_key_value_and_remedy(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(BadInput, match=message) as caught:
        load_text(tmp_path, GOOD.replace(old, new, 1))
    assert "params.yaml" in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere.yaml: not found"):
        load(Params, tmp_path / "nowhere.yaml", *PLACES, language="vi")
