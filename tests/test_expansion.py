"""Block expansion: added blocks change nothing at first, and the merge leaves them to the pretrained model."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from stages import extend, merge
from stages.errors import BadInput
from stages.model.expansion import added_places, expand, in_places
from stages.model.files import read_config, read_tensors, write_tensors
from stages.model.folder import load_model
from stages.params import load
from tests.tiny_model import make_tiny_model

TOKENS = torch.arange(60).view(2, 30)


@pytest.fixture(scope="module", params=[True, False], ids=["tied", "untied"])
def base(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("expansion") / "base", layers=4, tied=request.param)


@pytest.fixture(scope="module")
def expanded(base: Path, repository: Path) -> Path:
    """What extend makes of the base without new tokens and with two more blocks."""
    params = replace(load(extend.Params, repository / "params.yaml", *extend.SECTIONS), added_blocks=2)
    unread = [base.parent / name for name in ("split", "dictionary", "donor")]
    metrics = extend.run(base, base, *unread, base.parent / "extend", params)
    assert (metrics["new_rows"], metrics["blocks"]) == (0, 6)
    return base.parent / "extend"


@pytest.mark.parametrize(
    ("old", "blocks", "places"),
    [(4, 4, []), (4, 5, [4]), (4, 6, [2, 5]), (5, 7, [2, 6]), (4, 8, [1, 3, 5, 7]), (32, 40, list(range(4, 40, 5)))],
)
def test_added_blocks_lie_at_even_distances(old: int, blocks: int, places: list[int]) -> None:
    assert added_places(old, blocks) == places


def test_the_logits_stay_as_they_were_to_the_bit(base: Path, expanded: Path) -> None:
    with torch.no_grad():
        for open_folder in (load_model, AutoModelForCausalLM.from_pretrained):
            before, after = (open_folder(folder)(TOKENS) for folder in (base, expanded))
            before, after = (getattr(found, "logits", found) for found in (before, after))
            assert torch.equal(before, after)


def test_all_old_blocks_are_there_and_an_added_one_is_a_copy_without_its_ways_out(base: Path, expanded: Path) -> None:
    before, after = read_tensors(base), read_tensors(expanded)
    assert read_config(expanded)["num_hidden_layers"] == 6
    for old, new in enumerate([0, 1, 3, 4]):
        for name in (name for name in before if name.startswith(f"model.layers.{old}.")):
            assert torch.equal(before[name], after[name.replace(f".{old}.", f".{new}.", 1)])
    for name in (name for name in before if name.startswith("model.layers.1.")):
        added = after[name.replace(".1.", ".2.", 1)]
        zero = name.endswith(("o_proj.weight", "down_proj.weight"))
        assert torch.equal(added, torch.zeros_like(added) if zero else before[name])


def test_places_and_back(base: Path) -> None:
    config, tensors = read_config(base), read_tensors(base)
    wider, more = expand(config, tensors, 2)
    found = in_places(tensors, config["num_hidden_layers"], wider["num_hidden_layers"])
    assert {name for name in more if name not in found} == {name for name in more if ".2." in name or ".5." in name}
    assert all(torch.equal(found[name], more[name]) for name in found)


def test_more_added_blocks_than_old_ones_are_refused(base: Path) -> None:
    with pytest.raises(BadInput, match=r"extend\.added_blocks: 5, but the base has 4 blocks"):
        expand(read_config(base), read_tensors(base), 5)
    with pytest.raises(BadInput, match=r"num_hidden_layers: 4, but the base has 6"):
        in_places(read_tensors(base), 6, 4)


def test_a_base_of_fewer_blocks_and_rows_is_merged_in_its_places(base: Path, expanded: Path, tmp_path: Path) -> None:
    """The added blocks stay as pretrained; the others are drawn to the base by its weight."""
    random = torch.Generator().manual_seed(1)
    pretrained = {
        name: tensor + 0.1 * torch.randn(tensor.shape, generator=random)
        for name, tensor in load_file(expanded / "model.safetensors").items()
    }
    for name in ("pretrained", "tuned/vi", "tuned/en"):
        shutil.copytree(expanded, tmp_path / name)
        write_tensors(pretrained, read_config(expanded), tmp_path / name)
    smaller = {n: t[:-7] if "embed_tokens" in n or "lm_head" in n else t for n, t in read_tensors(base).items()}
    shutil.copytree(base, tmp_path / "base")
    save_file(smaller, tmp_path / "base" / "model.safetensors", {"format": "pt"})
    params = merge.Params(
        seed=1,
        vietnamese=merge.DareTies(weights={"vi": 1.0}, density=1.0),
        final=merge.DellaLinear(vietnamese=0.5, english={"en": 0.5}, base=0.25, density=1.0, epsilon=0.0),
    )
    paths = [tmp_path / name for name in ("tuned", "pretrained", "base", "merge")]
    merge.run(*paths, params)
    merged, own = read_tensors(tmp_path / "merge"), in_places(smaller, 4, 6)
    for name, origin in pretrained.items():
        difference = torch.zeros_like(origin)
        if name in own:
            difference[: len(own[name])] = own[name] - origin[: len(own[name])]
        else:
            assert torch.equal(merged[name], origin), name
        assert torch.allclose(merged[name], origin + 0.25 * difference, atol=1e-5), name
