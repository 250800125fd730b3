"""The merge stage: what each model has a say in, and the same bytes again."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.errors import BadInput
from stages.merge import DareTies, DellaLinear, Params, run
from stages.params import load
from tests.tiny_model import make_tiny_model

EMBEDDING, QUERY = "model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight"
NEW_ROWS = 20


def params(base: float = 0.1, density: float = 0.5) -> Params:
    return Params(
        seed=1,
        vietnamese=DareTies(weights={"vi": 0.5, "vi_multi_turn": 0.5}, density=density),
        final=DellaLinear(vietnamese=0.6, english={"en": 0.4}, base=base, density=density, epsilon=0.1),
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """A pretrained model, its base with fewer rows and other values, and three tunings that leave the rows alone."""
    root = tmp_path_factory.mktemp("models")
    make_tiny_model(root / "pretrained")
    tensors = load_file(root / "pretrained" / "model.safetensors")
    random = torch.Generator().manual_seed(1)

    def variant(name: str, made: dict[str, torch.Tensor]) -> None:
        shutil.copytree(root / "pretrained", root / name)
        save_file(made, root / name / "model.safetensors", {"format": "pt"})

    def moved(tensor: torch.Tensor) -> torch.Tensor:
        return tensor + 0.1 * torch.randn(tensor.shape, generator=random)

    variant(
        "base",
        {name: moved(tensor) for name, tensor in tensors.items()} | {EMBEDDING: moved(tensors[EMBEDDING])[:-NEW_ROWS]},
    )
    for name in ("vi", "vi_multi_turn", "en"):
        variant(f"tuned/{name}", {key: moved(tensor) if "proj" in key else tensor for key, tensor in tensors.items()})
    return root


def merged(models: Path, out: Path, values: Params) -> dict[str, torch.Tensor]:
    run(models / "tuned", models / "pretrained", models / "base", out, values)
    return load_file(out / "model.safetensors")


def test_new_rows_stay_as_they_were_pretrained(models, tmp_path):
    origin = load_file(models / "pretrained" / "model.safetensors")[EMBEDDING]
    rows = merged(models, tmp_path / "merge", params(base=0.25))[EMBEDDING]
    assert torch.equal(rows[-NEW_ROWS:], origin[-NEW_ROWS:])
    assert not torch.equal(rows[:-NEW_ROWS], origin[:-NEW_ROWS]), "the base must have a say in its own rows"


def test_weights_are_shares_of_the_differences(models, tmp_path):
    """Nothing dropped: the sum can be worked out by hand."""
    origin, base = (load_file(models / name / "model.safetensors")[QUERY] for name in ("pretrained", "base"))
    vi, multi, en = (
        load_file(models / "tuned" / n / "model.safetensors")[QUERY] - origin for n in ("vi", "vi_multi_turn", "en")
    )
    result = merged(models, tmp_path / "merge", params(density=1.0))[QUERY]
    agree = vi.sign() == multi.sign()
    expected = origin + 0.6 * (vi + multi) / 2 + 0.4 * en + 0.1 * (base - origin)
    assert agree.any()
    assert torch.allclose(result[agree], expected[agree], atol=1e-5)


def test_opens_in_transformers_with_one_tied_embedding(models, tmp_path):
    run(models / "tuned", models / "pretrained", models / "base", tmp_path / "merge", params())
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "merge")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "merge")
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()
    assert "lm_head.weight" not in load_file(tmp_path / "merge" / "model.safetensors")
    assert tokenizer.chat_template
    assert len(tokenizer) == model.config.vocab_size
    assert {file.suffix for file in (tmp_path / "merge").iterdir()} <= {".json", ".safetensors", ".jinja"}
    with torch.no_grad():
        assert model(**tokenizer("Bạn Lan đi chợ", return_tensors="pt")).logits.isfinite().all()


def test_another_process_gives_the_same_bytes(models, tmp_path, repository):
    """Also under another name and with other hashes of strings, which decide the order of sets."""
    merged(models, tmp_path / "one", params())
    (tmp_path / "elsewhere").symlink_to(models)
    code = (
        "import sys; from pathlib import Path; from tests.test_merge import merged, params; "
        "merged(Path(sys.argv[1]), Path(sys.argv[2]), params())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "elsewhere"), str(tmp_path / "again")]
    subprocess.run(command, check=True, cwd=repository, env=os.environ | {"PYTHONHASHSEED": "1"})
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_metrics_tell_the_distances(models, tmp_path):
    metrics = run(models / "tuned", models / "pretrained", models / "base", tmp_path / "merge", params())
    assert set(metrics["distance_to"]) == {"pretrained", "base", "vi", "vi_multi_turn", "en"}
    assert all(value > 0 for value in metrics["distance_to"].values())


def test_an_epsilon_that_density_does_not_allow_is_said(models, tmp_path):
    with pytest.raises(BadInput, match=r"merge\.final: epsilon 0\.1 with density 0\.95"):
        run(models / "tuned", models / "pretrained", models / "base", tmp_path / "merge", params(density=0.95))
    assert not (tmp_path / "merge").exists()


def test_params_of_the_repository_load(repository):
    values = load(Params, repository / "params.yaml", "merge")
    assert json.dumps(values.final.english)
