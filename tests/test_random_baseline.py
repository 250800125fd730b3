"""The network with random weights that every benchmark's bias is measured with."""

import json

import pytest
import torch

from stages import random_baseline
from stages.errors import BadInput
from stages.model.files import EMBEDDING, read_config, read_tensors
from stages.params import load
from tests.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def folders(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("random")
    make_tiny_model(folder / "extend", width=64)
    config = folder / "extend/config.json"  # as SmolLM2's
    config.write_text(json.dumps(read_config(folder / "extend") | {"initializer_range": 0.02}))
    params = load(random_baseline.Params, repository / "params.yaml", *random_baseline.SECTIONS)
    metrics = random_baseline.run(folder / "extend", folder / "random_baseline", params)
    random_baseline.run(folder / "extend", folder / "again", params)
    return folder, metrics


def test_it_has_the_shape_and_the_tokenizer_of_the_model_and_none_of_its_weights(folders):
    folder, metrics = folders
    like, drawn = read_tensors(folder / "extend"), read_tensors(folder / "random_baseline")
    assert {name: (t.shape, t.dtype) for name, t in drawn.items()} == {n: (t.shape, t.dtype) for n, t in like.items()}
    assert read_config(folder / "extend").items() <= read_config(folder / "random_baseline").items()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (folder / "random_baseline" / name).read_bytes() == (folder / "extend" / name).read_bytes()
    for name, tensor in drawn.items():
        if tensor.ndim == 1:
            assert (tensor == 1).all(), name  # a norm
        else:
            # A hundredth of the deviation is more than three standard errors of the smallest matrix here.
            assert tensor.std().item() == pytest.approx(0.02, rel=0.05) and abs(tensor.mean().item()) < 0.002, name
            assert torch.corrcoef(torch.stack([tensor.flatten(), like[name].flatten()]))[0, 1].abs() < 0.1
    assert metrics["parameters"] == sum(tensor.numel() for tensor in drawn.values()) and EMBEDDING in drawn


def test_the_seed_decides_and_no_two_matrices_are_alike(folders):
    folder, _ = folders
    weights = "model.safetensors"
    assert (folder / "again" / weights).read_bytes() == (folder / "random_baseline" / weights).read_bytes()
    random_baseline.run(folder / "extend", folder / "other", random_baseline.Params(seed=2))
    one, other = (read_tensors(folder / name) for name in ("random_baseline", "other"))
    matrices = [name for name, tensor in one.items() if tensor.ndim > 1]
    assert not any(torch.equal(one[name], other[name]) for name in matrices)
    starts = {tuple(one[name].flatten()[:4].tolist()) for name in matrices}
    assert len(starts) == len(matrices)


def test_transformers_opens_it_and_knows_nothing(folders):
    from stages.scoring.language_model import open_model
    from stages.scoring.likelihood import score_pairs

    lm = open_model(folders[0] / "random_baseline", "cpu", "float32")
    vocabulary = read_config(folders[0] / "random_baseline")["vocab_size"]
    (score,) = score_pairs(lm, [("Buổi sáng", " mẹ đi chợ")], 256)
    tokens = len(lm.encode([" mẹ đi chợ"])[0])
    uniform = -tokens * torch.tensor(float(vocabulary)).log().item()
    assert score.log_likelihood == pytest.approx(uniform, rel=0.05)  # nearly the uniform distribution


def test_a_config_that_names_no_deviation_is_refused(folders, tmp_path):
    make_tiny_model(tmp_path / "extend")
    config = read_config(tmp_path / "extend")
    del config["initializer_range"]
    (tmp_path / "extend/config.json").write_text(json.dumps(config))
    with pytest.raises(BadInput, match="initializer_range"):
        random_baseline.run(tmp_path / "extend", tmp_path / "out", random_baseline.Params(seed=1))
    assert not (tmp_path / "out").exists()
