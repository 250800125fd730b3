"""What learns, what keeps its bits, the loop's arithmetic, and exact resume."""

import math
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from litgpt.model import GPT

from stages.errors import BadInput
from stages.model.conversion import random_model
from stages.model.smollm2 import smollm2_config
from stages.training.checkpoints import Checkpoints, fingerprint
from stages.training.curve import write_curve
from stages.training.devices import start_fabric
from stages.training.learning import freeze, unfreeze
from stages.training.loop import Plan, train
from stages.training.loss import IGNORED, mean_loss, next_token_batch
from stages.training.optimizer import parameter_groups
from stages.training.settings import TrainingSettings

OLD, ROWS = 40, 48
SHAPE = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32,
    "rope_theta": 10000,
}
SETTINGS = TrainingSettings(
    seed=1,
    betas=(0.9, 0.95),
    weight_decay=0.5,
    gradient_clip=1.0,
    keep_checkpoints=2,
    document_mask=False,
    accelerator="cpu",
    devices=1,
    precision="32-true",
    threads=1,
    compile=False,
    sequence_length=16,
    batch_sequences=4,
    micro_batch_sequences=4,
    validation_sequences=4,
    measure_every_steps=5,
    checkpoint_every_steps=3,
)


def new_model() -> GPT:
    return random_model(smollm2_config(SHAPE, ROWS), seed=1)


def blocks(step: int, rows: int = 4) -> np.ndarray:
    return np.random.default_rng(step).integers(0, ROWS, (rows, 16))


def plan(steps: int, **changes: object) -> Plan:
    made = Plan(
        steps=steps,
        batch=lambda step: next_token_batch(blocks(step)),
        learning_rate=lambda step: 0.01,
        measure=lambda model: {},
    )
    return replace(made, **changes)


def run(model: GPT, folder: Path, plan: Plan, settings: TrainingSettings = SETTINGS) -> list[dict[str, float]]:
    saved = Checkpoints(folder / "checkpoints", {"run": "this"}, settings.keep_checkpoints)
    return train(start_fabric(settings), model, plan, settings, saved, folder / "logs")


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.detach().numpy().tobytes()


def test_only_matrices_outside_the_embedding_decay() -> None:
    model = new_model()
    decayed, rest = parameter_groups(model, weight_decay=0.5)
    assert (decayed["weight_decay"], rest["weight_decay"]) == (0.5, 0.0)
    assert {parameter.dim() for parameter in decayed["params"]} == {2}
    assert len(decayed["params"]) == 2 * 5  # qkv, proj, fc_1, fc_2, proj in each block
    assert len(rest["params"]) == 1 + 2 * 2 + 1  # the tied embedding and the norms


def test_the_loss_falls_and_the_curve_says_so(tmp_path: Path) -> None:
    fixed = blocks(0)
    model, fabric = new_model(), start_fabric(SETTINGS)
    measured = plan(
        30,
        batch=lambda step: next_token_batch(fixed),
        measure=lambda model: {"en_loss": mean_loss(fabric, model, fixed, micro_batch=3)},
    )
    curve = run(model, tmp_path, measured)
    assert [row["step"] for row in curve] == [5, 10, 15, 20, 25, 30]
    # The mean of the first five steps: near that of a uniform guess, and already below it.
    assert math.log(ROWS) / 2 < curve[0]["train_loss"] < math.log(ROWS)
    assert curve[-1]["en_loss"] < curve[-1]["train_loss"] < curve[0]["train_loss"] / 2
    write_curve(tmp_path / "curve.csv", curve)
    lines = (tmp_path / "curve.csv").read_text().splitlines()
    assert lines[0] == "step,learning_rate,gradient_norm,train_loss,en_loss"
    assert len(lines) == 7


def test_micro_batches_give_the_same_training_to_rounding(tmp_path: Path) -> None:
    whole, parts = new_model(), new_model()
    targets = next_token_batch(blocks(0))[1].clone()
    targets[0] = IGNORED  # parts of different weight
    uneven = plan(3, batch=lambda step: (torch.from_numpy(blocks(step)), targets))
    run(whole, tmp_path / "whole", uneven)
    run(parts, tmp_path / "parts", uneven, replace(SETTINGS, micro_batch_sequences=1))
    for one, other in zip(whole.parameters(), parts.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_ignored_targets_teach_nothing(tmp_path: Path) -> None:
    model = new_model()
    before = bits(model.transformer.wte.weight)
    tokens = torch.from_numpy(blocks(0))
    settings = replace(SETTINGS, weight_decay=0.0)
    run(model, tmp_path, plan(2, batch=lambda step: (tokens, torch.full_like(tokens, IGNORED))), settings)
    assert bits(model.transformer.wte.weight) == before


def test_the_mean_loss_is_the_cross_entropy_of_the_next_token() -> None:
    model, tokens = new_model(), blocks(0)
    with torch.no_grad():
        logits = model(torch.from_numpy(tokens))[:, :-1]
    expected = F.cross_entropy(logits.flatten(0, 1), torch.from_numpy(tokens)[:, 1:].flatten())
    assert mean_loss(start_fabric(SETTINGS), model, tokens, micro_batch=3) == pytest.approx(expected.item(), rel=1e-5)


def test_a_loss_that_is_not_finite_stops_the_run(tmp_path: Path) -> None:
    model = new_model()
    with torch.no_grad():
        model.transformer.h[0].mlp.proj.weight[0, 0] = math.inf
    with pytest.raises(BadInput, match="diverged at step 0"):
        run(model, tmp_path, plan(5))


def test_what_happens_before_a_step_sees_its_number_and_the_optimizer(tmp_path: Path) -> None:
    seen = []
    run(new_model(), tmp_path, plan(3, before_step=lambda step, optimizer: seen.append((step, len(optimizer.state)))))
    assert [step for step, _ in seen] == [0, 1, 2]
    assert [states == 0 for _, states in seen] == [True, False, False]


def interrupted_at(step: int) -> Plan:
    def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if number == step:
            raise KeyboardInterrupt
        return next_token_batch(blocks(number))

    return plan(11, batch=batch)


@pytest.mark.parametrize("step", [2, 3, 7, 10])
@pytest.mark.parametrize("learns", ["all", "new_rows"])
def test_an_interrupted_run_ends_with_the_same_bits(step: int, learns: str, tmp_path: Path) -> None:
    models = []
    for name, plans in (("whole", [plan(11)]), ("stopped", [interrupted_at(step), plan(11)])):
        curve = None
        for attempt in plans:
            model = new_model()
            freeze(model, learns, OLD)
            try:
                curve = run(model, tmp_path / name, attempt)
            except KeyboardInterrupt:
                continue
        unfreeze(model)
        models.append((bits(model.transformer.wte.weight), bits(model.transformer.h[1].mlp.proj.weight), curve))
    assert models[0] == models[1]


def test_the_last_checkpoints_are_kept_and_an_unreadable_one_is_passed_over(tmp_path: Path) -> None:
    whole = new_model()
    run(whole, tmp_path / "whole", plan(11))
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), tmp_path / "cut", interrupted_at(10))
    files = sorted((tmp_path / "cut").rglob("*.ckpt"))
    assert [file.name for file in files] == ["step-00000006.ckpt", "step-00000009.ckpt"]
    files[-1].write_bytes(files[-1].read_bytes()[:1000])
    again = new_model()
    run(again, tmp_path / "cut", plan(11))
    assert bits(again.transformer.wte.weight) == bits(whole.transformer.wte.weight)


def test_a_checkpoint_of_another_run_is_refused_with_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fabric, model = start_fabric(SETTINGS), new_model()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "text").write_text("một")
    first = fingerprint(SETTINGS, {"data": tmp_path / "data"})
    Checkpoints(tmp_path, first, keep=1).save(fabric, 7, {"model": model})
    assert Checkpoints(tmp_path, first, keep=1).restore(fabric, {"model": new_model()}) == 7
    moved = fingerprint(replace(SETTINGS, devices=2, threads=4), {"data": tmp_path / "data"})
    assert moved == first
    other = fingerprint(replace(SETTINGS, weight_decay=0.1), {"data": tmp_path / "data"})
    assert Checkpoints(tmp_path, other, keep=1).restore(fabric, {"model": new_model()}) == 0
    assert "weight_decay: 0.5 then, 0.1 now" in caplog.text
    (tmp_path / "data" / "text").write_text("hai")
    assert Checkpoints(tmp_path, fingerprint(SETTINGS, {"data": tmp_path / "data"}), keep=1).restore(fabric, {}) == 0


def signalled_at(step: int, name: signal.Signals, steps: int = 40) -> Plan:
    def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if number == step:
            os.kill(os.getpid(), name)
        return next_token_batch(blocks(number))

    return plan(steps, batch=batch)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    model = new_model()
    run(model, tmp_path_factory.mktemp("whole"), plan(40))
    return bits(model.transformer.wte.weight)


def test_sigterm_finishes_the_step_saves_and_stops(undisturbed: bytes, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="after step 23"):
        run(new_model(), tmp_path, signalled_at(22, signal.SIGTERM))
    assert sorted(file.name for file in tmp_path.rglob("*.ckpt"))[-1] == "step-00000023.ckpt"
    again = new_model()
    run(again, tmp_path, plan(40))
    assert bits(again.transformer.wte.weight) == undisturbed


def test_a_killed_process_is_continued_with_the_same_bits(undisturbed: bytes, tmp_path: Path) -> None:
    step = random.SystemRandom().randrange(4, 40)  # another one each time
    killed = (
        "import pathlib, signal, test_training_loop as t\n"
        f"t.run(t.new_model(), pathlib.Path({str(tmp_path)!r}), t.signalled_at({step}, signal.SIGKILL))"
    )
    environment = os.environ | {"PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parent.parent}"}
    assert subprocess.run([sys.executable, "-c", killed], env=environment, check=False).returncode == -signal.SIGKILL
    again = new_model()
    run(again, tmp_path, plan(40))
    assert bits(again.transformer.wte.weight) == undisturbed, f"killed at step {step}"
