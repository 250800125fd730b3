"""Comparing values of params.yaml: names, figures and the table; the experiments themselves are the bake-off's."""

import pytest

from commands import ablation
from commands.experiments import check_settings
from stages.errors import BadInput

METRICS = {"vi_bits_per_byte": 0.5, "vi": {"all": {"words": 12}}}


def test_experiments_of_other_changes_and_stages_have_other_names():
    names = {
        ablation.experiment_name("siêu từ, 512", stage, changes)
        for stage in ("pack@vi", "extend")
        for changes in ([], ["a=1"], ["a=2"])
    }
    assert len(names) == 6
    assert all(name.startswith("ablation-si-u-t-512-") for name in names), "a name is part of a git reference"


def test_a_figure_is_found_by_its_dotted_key_and_what_is_missing_is_named():
    assert ablation.value_at(METRICS, "vocab", "vi.all.words") == 12.0
    with pytest.raises(BadInput, match=r"--metrics vocab:vi\.every\.words: nothing at 'every'; there is all"):
        ablation.value_at(METRICS, "vocab", "vi.every.words")
    with pytest.raises(BadInput, match="holds words"):
        ablation.value_at(METRICS, "vocab", "vi.all")


def test_the_table_has_ratios_to_the_first_variant():
    found = ablation.table(["pack:tokens", "vocab:superwords"], {"now": [200.0, 0.0], "new": [150.0, 512.0]})
    assert found.splitlines()[2:] == ["| now | 200 | 0 |", "| new | 150 (0.750) | 512 |"]


@pytest.mark.parametrize("setting", ["a.b", "=1", "a="])
def test_a_setting_that_is_none_is_refused(setting):
    with pytest.raises(BadInput, match="expected KEY=VALUE"):
        check_settings(["a.b=1", setting])
