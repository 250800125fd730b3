"""One stage of continued pretraining, from a model folder to the next."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_model import make_tiny_model

from stages import pack, pretrain
from stages.errors import BadInput
from stages.model.files import read_config, read_tensors, with_padding, write_tensors
from stages.params import load
from stages.text.documents import Document, write_documents
from stages.tokenizer import byte_bpe

VIETNAMESE = [f"Bạn Lan mua {n} quả cam ở chợ rồi về nhà với mẹ." for n in range(60)]
ENGLISH = [f"The cat number {n} sat on the mat near the old tree." for n in range(60)]
EMBEDDING = "model.embed_tokens.weight"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """base, extend (20 more rows) and packed Vietnamese, English and (empty) code."""
    root = tmp_path_factory.mktemp("pretrain")
    base = make_tiny_model(root / "base", chat=False, width=16, layers=1)
    tensors = read_tensors(base)
    tensors[EMBEDDING] = torch.cat((tensors[EMBEDDING], torch.randn(20, 16)))
    (root / "extend").mkdir()
    write_tensors(tensors, read_config(base), root / "extend")
    tokenizer = byte_bpe.read(base / "tokenizer.json")
    for number in range(20):
        tokenizer.add_token(f"new{number}")
    (root / "extend" / "tokenizer.json").write_text(tokenizer.dump())
    for language, texts in {"vi": VIETNAMESE, "en": ENGLISH, "code": []}.items():
        for part, some in (("train", texts[:50]), ("validation", texts[50:])):
            made = [Document(f"{number:04}", text, f"world-{language}") for number, text in enumerate(some)]
            write_documents(root / "split" / language / part, made)
        pack.run(root / "split" / language, base, root / "pack" / language, pack.Params(chunk_tokens=4096))
    return root


def params(repository: Path, stage: str, tokens: int = 4 * 16 * 6, **changes: object) -> pretrain.Params:
    nano = load(pretrain.Params, repository / "params.yaml", *pretrain.SECTIONS, stage=stage)
    small = {"threads": 1, "sequence_length": 16, "batch_sequences": 4, "measure_every_steps": 3}
    return replace(nano, tokens=tokens, **small, **changes)


def make(folders: Path, out: Path, chosen: pretrain.Params) -> dict[str, object]:
    paths = [out / name for name in ("model", "curve.csv", "logs", "checkpoints")]
    return pretrain.run(folders / "extend", folders / "base", folders / "pack", *paths, chosen)


def test_new_rows_learn_and_everything_else_keeps_its_bits(folders: Path, tmp_path: Path, repository: Path) -> None:
    metrics = make(folders, tmp_path, params(repository, "new_rows"))
    before, after = read_tensors(folders / "extend"), read_tensors(tmp_path / "model")
    old = read_config(folders / "base")["vocab_size"]
    assert before.keys() == after.keys()
    assert torch.equal(before[EMBEDDING][:old], after[EMBEDDING][:old])
    assert not torch.equal(before[EMBEDDING][old:], after[EMBEDDING][old:])
    assert all(torch.equal(before[name], after[name]) for name in before if name != EMBEDDING)
    assert metrics["learning_parameters"] == 20 * 16
    assert metrics["steps"] == 6
    assert metrics["shares"] == pytest.approx({"world-vi": 0.55 / 0.95, "world-en": 0.40 / 0.95}, abs=1e-3)
    assert {"vi_loss", "vi_bits_per_byte", "en_loss", "en_bits_per_byte", "train_loss"} <= metrics.keys()
    assert (tmp_path / "model" / "tokenizer.json").exists()
    assert not (tmp_path / "checkpoints").exists()


def test_rows_that_pad_the_embedding_neither_learn_nor_cost(folders: Path, tmp_path: Path, repository: Path) -> None:
    padded = tmp_path / "padded"
    shutil.copytree(folders / "extend", padded)
    tensors, config = read_tensors(padded), read_config(padded)
    rows = len(tensors[EMBEDDING])
    write_tensors(with_padding(tensors, rows + 12), config, padded)
    chosen = params(repository, "all")
    plain = make(folders, tmp_path / "plain", chosen)
    paths = [tmp_path / name for name in ("model", "curve.csv", "logs", "checkpoints")]
    assert pretrain.run(padded, folders / "base", folders / "pack", *paths, chosen) == plain
    learned = read_tensors(tmp_path / "model")[EMBEDDING]
    assert read_config(tmp_path / "model")["vocab_size"] == len(learned) == rows + 12
    assert torch.equal(learned[:rows], read_tensors(tmp_path / "plain" / "model")[EMBEDDING])
    assert not learned[rows:].any()


def test_a_stage_is_reproducible_to_the_byte(folders: Path, tmp_path: Path, repository: Path) -> None:
    for name in ("one", "two"):
        make(folders, tmp_path / name, params(repository, "all"))
    for name in ("model/model.safetensors", "model/config.json", "curve.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_stage_of_no_tokens_passes_its_input_through(folders: Path, tmp_path: Path, repository: Path) -> None:
    metrics = make(folders, tmp_path, params(repository, "long_context", tokens=0))
    assert metrics == {"steps": 0, "tokens": 0}
    for file in (folders / "extend").iterdir():
        assert (tmp_path / "model" / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / "curve.csv").read_text() == "step,learning_rate,gradient_norm,train_loss,skipped_batches\n"


def test_long_context_lengthens_sequences_and_changes_the_rope_base(
    folders: Path, tmp_path: Path, repository: Path
) -> None:
    chosen = params(repository, "long_context", context_factor=2, rope_base=50000)
    chosen = replace(chosen, sequence_length=256, tokens=256 * 4 * 2)
    make(folders, tmp_path, chosen)
    config = read_config(tmp_path / "model")
    assert (config["max_position_embeddings"], config["rope_theta"]) == (512, 50000)


def test_a_stage_may_have_its_own_mixture(folders: Path, tmp_path: Path, repository: Path) -> None:
    own = pretrain.Mixture(main_share=0.0, sources={"world-en": 0.4, "finemath-en": 0.6})
    assert make(folders, tmp_path, params(repository, "anneal", mixture=own))["shares"] == {"world-en": 1.0}


def test_a_mixture_without_a_packed_source_is_refused(folders: Path, tmp_path: Path, repository: Path) -> None:
    with pytest.raises(BadInput, match=r"mixture\.sources\.world-en: missing"):
        make(folders, tmp_path, params(repository, "all", sources={"world-vi": 1.0}))
    assert not (tmp_path / "model").exists()
