"""The base model, trained on a few English documents."""

from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoTokenizer, LlamaForCausalLM

from stages import base
from stages.errors import BadInput
from stages.params import load
from stages.text.documents import Document, write_documents

TEXTS = [f"The cat number {n} sat on the mat and looked at {n + 7} birds in the old tree." for n in range(80)]


@pytest.fixture
def params(repository: Path) -> base.Params:
    nano = load(base.Params, repository / "params.yaml", *base.SECTIONS)
    shape = replace(nano.shape, hidden_size=16, intermediate_size=32, num_hidden_layers=1)
    small = {"threads": 1, "sequence_length": 16, "batch_sequences": 4, "measure_every_steps": 4}
    return replace(nano, shape=shape, max_vocabulary=300, tokens=4 * 16 * 10, origin="train", **small)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    for part, texts in (("train", TEXTS[:70]), ("validation", TEXTS[70:])):
        made = [Document(f"{number:04}", text, "world-en") for number, text in enumerate(texts)]
        write_documents(tmp_path / "split" / part, made)
    return tmp_path / "split"


def make(documents: Path, folder: Path, params: base.Params) -> dict[str, object]:
    return base.run(documents, folder / "base", folder / "curve.csv", folder / "logs", folder / "checkpoints", params)


def test_it_trains_a_model_that_transformers_opens(documents: Path, tmp_path: Path, params: base.Params) -> None:
    metrics = make(documents, tmp_path, params)
    model, problems = LlamaForCausalLM.from_pretrained(tmp_path / "base", output_loading_info=True)
    assert not any(problems.values())
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "base")
    assert len(tokenizer) == model.config.vocab_size == metrics["vocabulary"] <= 300
    assert tokenizer.decode(tokenizer.encode(TEXTS[0])) == TEXTS[0]
    assert metrics["parameters"] == model.num_parameters()
    assert metrics["steps"] == 10
    assert metrics["en_loss"] > 0
    assert not (tmp_path / "checkpoints").exists()
    columns = (tmp_path / "curve.csv").read_text().splitlines()[0]
    assert columns.startswith("step,learning_rate,gradient_norm,train_loss,skipped_batches,en_loss,")


def test_the_same_documents_give_the_same_bytes(documents: Path, tmp_path: Path, params: base.Params) -> None:
    for name in ("one", "two"):
        make(documents, tmp_path / name, params)
    files = sorted(file.relative_to(tmp_path / "one") for file in (tmp_path / "one" / "base").iterdir())
    assert {file.name for file in files} >= {"config.json", "model.safetensors", "tokenizer.json"}
    for file in [*files, Path("curve.csv")]:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_too_few_documents_are_named(documents: Path, tmp_path: Path, params: base.Params) -> None:
    with pytest.raises(BadInput, match="Add English documents"):
        make(documents, tmp_path, replace(params, sequence_length=10_000))
    assert not (tmp_path / "base").exists()
