"""One stage of continued pretraining, from a model folder to the next."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.fabric import Fabric
from tiny_model import extend_tiny_model, make_tiny_model

from stages import pretrain
from stages.errors import BadInput
from stages.model.files import read_config, read_tensors, with_padding, write_tensors
from stages.model.folder import load_model
from stages.params import load, read
from stages.readings.pairs import base_pieces, nats_along
from stages.text.documents import Document, write_documents
from stages.training import loop
from stages.training.forgetting import Forgetting, bits_per_byte, measure_base
from stages.training.held_out import HeldOut, measure
from stages.training.loss import NextTokenModel, loss_sum
from stages.training.packed import held_out_blocks
from stages.training.settings import ForgettingLimits, LowRank, Restarts
from tests.packing import pack_documents

VIETNAMESE = [f"Bạn Lan mua {n} quả cam ở chợ rồi về nhà với mẹ." for n in range(60)]
ENGLISH = [f"The cat number {n} sat on the mat near the old tree." for n in range(60)]
EMBEDDING = "model.embed_tokens.weight"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """base, extend (20 more rows) and packed Vietnamese, English and (empty) code."""
    root = tmp_path_factory.mktemp("pretrain")
    base = make_tiny_model(root / "base", chat=False, width=16, layers=1)
    extend_tiny_model(base, root / "extend", new_tokens=20)
    for language, texts in {"vi": VIETNAMESE, "en": ENGLISH, "code": []}.items():
        for part, some in (("train", texts[:50]), ("validation", texts[50:])):
            made = [Document(f"{number:04}", text, f"world-{language}") for number, text in enumerate(some)]
            write_documents(root / "split" / language / part, made)
        pack_documents(root / "split" / language, base, root / "pack" / language)
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


def test_fewer_tokens_than_a_step_and_negative_weights_are_refused(
    folders: Path, tmp_path: Path, repository: Path
) -> None:
    with pytest.raises(BadInput, match="tokens: 63 are less than one step of 4 sequences of 16 tokens"):
        make(folders, tmp_path, params(repository, "all", tokens=63))
    values = read(repository / "params.yaml")
    values["mixture"]["languages"]["vi"] = -0.5
    values["pretrain"]["anneal"]["mixture"]["sources"]["world-vi"] = -1.0
    (tmp_path / "params.yaml").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(BadInput, match=r"mixture\.languages\.vi: Input should be greater than or equal to 0") as error:
        load(pretrain.Params, tmp_path / "params.yaml", *pretrain.SECTIONS, stage="anneal")
    assert "pretrain.anneal.mixture.sources.world-vi" in str(error.value)


def test_a_watched_language_without_held_out_text_is_told(
    folders: Path, tmp_path: Path, repository: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limits = ForgettingLimits(max_rise_percent={"eng": 5.0}, policy="stop")
    make(folders, tmp_path, params(repository, "all", forgetting=limits))
    assert "forgetting.max_rise_percent.eng: no held-out text of eng" in caplog.text


def test_a_stage_of_no_tokens_passes_its_input_through(folders: Path, tmp_path: Path, repository: Path) -> None:
    metrics = make(folders, tmp_path, params(repository, "long_context", tokens=0))
    assert metrics == {"steps": 0, "tokens": 0}
    for file in (folders / "extend").iterdir():
        assert (tmp_path / "model" / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / "curve.csv").read_text() == "step,learning_rate,gradient_norm,train_loss,skipped_batches\n"


@pytest.mark.parametrize("restarts", [None, Restarts(every_steps=2, warmup_steps=1, kept_moments=0.1)])
def test_low_rank_training_leaves_a_plain_model_of_the_same_tensors(
    restarts: Restarts | None, folders: Path, tmp_path: Path, repository: Path
) -> None:
    chosen = params(repository, "blocks", low_rank=LowRank(rank=2, alpha=4, restarts=restarts))
    metrics = make(folders, tmp_path, chosen)
    before, after = read_tensors(folders / "extend"), read_tensors(tmp_path / "model")
    assert before.keys() == after.keys()
    assert {name for name in before if torch.equal(before[name], after[name])} == {EMBEDDING}
    assert metrics["learning_parameters"] < sum(after[name].numel() for name in after if name != EMBEDDING) / 2
    ranks = {
        name: int(torch.linalg.matrix_rank(after[name].double() - before[name].double(), rtol=1e-3))
        for name in before
        if name.endswith("_proj.weight")
    }
    assert (max(ranks.values()) > 2) == (restarts is not None), ranks


def test_low_rank_training_of_a_stage_whose_blocks_do_not_learn_is_refused(
    folders: Path, tmp_path: Path, repository: Path
) -> None:
    with pytest.raises(BadInput, match="low_rank: no matrix of the blocks learns"):
        make(folders, tmp_path, params(repository, "new_rows", low_rank=LowRank(rank=2, alpha=4, restarts=None)))


def test_long_context_lengthens_sequences_and_changes_the_rope_base(
    folders: Path, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []

    def noting(fabric: Fabric, model: torch.nn.Module, tokens: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(tokens.shape))
        return loss_sum(fabric, model, tokens, targets)

    monkeypatch.setattr(loop, "loss_sum", noting)
    chosen = params(repository, "long_context", context_factor=2, rope_base=50000)
    chosen = replace(chosen, sequence_length=256, tokens=256 * 4 * 2, micro_batch_sequences=2)
    make(folders, tmp_path, chosen)
    assert shapes == [(1, 512)] * 4, "twice the length, half as many at once: the same memory"
    config = read_config(tmp_path / "model")
    assert (config["max_position_embeddings"], config["rope_theta"]) == (512, 50000)


def test_a_stage_may_have_its_own_mixture(folders: Path, tmp_path: Path, repository: Path) -> None:
    own = pretrain.Mixture(main_share=0.0, sources={"world-en": 0.4, "finemath-en": 0.6})
    assert make(folders, tmp_path, params(repository, "anneal", mixture=own))["shares"] == {"world-en": 1.0}


def test_a_mixture_without_a_packed_source_is_refused(folders: Path, tmp_path: Path, repository: Path) -> None:
    with pytest.raises(BadInput, match=r"mixture\.sources\.world-en: missing"):
        make(folders, tmp_path, params(repository, "all", sources={"world-vi": 1.0}))
    assert not (tmp_path / "model").exists()


def test_the_base_is_measured_in_its_own_pieces_on_the_same_text(folders: Path) -> None:
    """The packed text is in old tokens here, so the base's reading of it is the text itself."""
    limits = ForgettingLimits(max_rise_percent={"en": 10.0, "code": 10.0}, policy="warn")
    held_out = held_out_blocks(folders / "pack", 16, 8, seed=1)
    fabric = Fabric(accelerator="cpu")
    found = measure_base(fabric, folders / "base", folders / "extend", held_out, limits, batch=3)
    assert found.keys() == {"en"}  # of code there is no text
    model = load_model(folders / "base", torch.float32)
    expected = measure(fabric, model, held_out, 3)["en_bits_per_byte"]
    assert found["en"] == pytest.approx(expected, rel=1e-5)
    # With the mask of documents, the same is seen and scored as of the model that trains with it.
    end = int(held_out["en"].blocks[0, 7])
    masked = measure_base(fabric, folders / "base", folders / "extend", held_out, limits, 3, end_of_text=end)
    expected = measure(fabric, NextTokenModel(model, end), held_out, 3)["en_bits_per_byte"]
    assert masked["en"] == pytest.approx(expected, rel=1e-5) and masked["en"] != pytest.approx(found["en"], rel=1e-3)
    # Another vocabulary, in which one token says what two say in the base's: the same bits for the same bytes.
    [first, second, *_] = block = held_out["en"].blocks[0]
    new = len(base_pieces(folders / "base", folders / "extend"))
    pieces = [*([id_] for id_ in range(new)), [int(block[4]), int(block[5])], [int(first), int(second)]]
    merged = np.array([new + 1, *block[2:4], new, *block[6:]])
    joined = HeldOut(np.stack([merged]), tokens_per_byte=0.5)
    nats = nats_along([torch.log_softmax(model(torch.from_numpy(block)[None])[0], -1).detach()], [block])[0]
    bits = nats[2:].sum() / (len(merged) - 1) * 0.5 / np.log(2)
    assert bits_per_byte(fabric, model, joined, pieces, batch=2) == pytest.approx(bits, rel=1e-5)


def test_english_that_is_forgotten_gives_alarm(
    folders: Path, tmp_path: Path, repository: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # So fast that whatever it knew is lost.
    fast = {"learning_rate": 0.5, "languages": {"vi": 1.0}, "tokens": 4 * 16 * 9}
    limits = ForgettingLimits(max_rise_percent={"en": 5.0}, policy="warn")
    metrics = make(folders, tmp_path, params(repository, "all", forgetting=limits, **fast))
    assert metrics["en_rise_percent"] > 5 and metrics["forgetting_alarms"] == 1
    told = [record.message for record in caplog.records if "above the base's" in record.message]
    assert len(told) == 1 and "max_rise_percent.en" in told[0]
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["forgetting"] for row in rows] == ["1", "1", "1"]
    assert float(rows[-1]["en_rise_percent"]) == pytest.approx(metrics["en_rise_percent"], rel=1e-3)
    quiet = replace(limits, max_rise_percent={"en": 1e6})
    calm = make(folders, tmp_path / "calm", params(repository, "all", forgetting=quiet, **fast))
    assert calm == metrics | {"forgetting_alarms": 0}
    with pytest.raises(BadInput, match=r"step 3: held-out bits per byte of en lie .* mixture\.languages"):
        make(folders, tmp_path / "stop", params(repository, "all", forgetting=replace(limits, policy="stop"), **fast))
    assert not (tmp_path / "stop" / "model").exists()


def test_an_alarm_is_given_each_time_the_limit_is_crossed(caplog: pytest.LogCaptureFixture) -> None:
    watched = Forgetting({"en": 0.5}, ForgettingLimits(max_rise_percent={"en": 10.0}, policy="warn"))
    curve = []
    for step, value in enumerate([0.5, 0.56, 0.6, 0.54, 0.57], start=1):
        curve.append({"step": step, "en_bits_per_byte": value})
    assert [watched.judge(row) for row in curve] == ["", "FORGETTING en +12 %", "FORGETTING en +20 %", "",
                                                      "FORGETTING en +14 %"]  # fmt: skip
    assert [record.message.split(":")[0] for record in caplog.records] == ["step 2", "step 5"]
    assert watched.alarms(curve) == 2
    assert [row["forgetting"] for row in watched.mark(curve)] == [0, 1, 1, 0, 1]
    # The limits may change while a run is not finished: a curve that began without a language gets it, too.
    both = Forgetting({"en": 0.5, "vi": 1.0}, ForgettingLimits({"en": 10.0, "vi": 5.0}, policy="warn"))
    marked = both.mark([row | {"vi_bits_per_byte": 1.1} for row in curve])
    assert [row["forgetting"] for row in marked] == [1, 2, 2, 1, 2]
    assert {round(row["vi_rise_percent"]) for row in marked} == {10}
