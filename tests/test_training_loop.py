"""What learns, what keeps its bits, the loop's arithmetic, and exact resume."""

import csv
import math
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from litgpt.model import GPT

from stages.command import NO_SPACE
from stages.errors import BadInput
from stages.model.chosen_rows import learn_rows
from stages.model.conversion import random_model
from stages.model.smollm2 import smollm2_config
from stages.training.checkpoints import Checkpoints, fingerprint
from stages.training.curve import final_losses, write_curve
from stages.training.devices import start_fabric
from stages.training.flops import model_flops_per_token, peak_flops
from stages.training.learning import freeze, unfreeze
from stages.training.loop import Plan, train
from stages.training.loss import IGNORED, mean_loss, next_token_batch
from stages.training.optimizer import parameter_groups
from stages.training.settings import Divergence, TrainingSettings

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
    nodes=1,
    strategy="ddp",
    precision="32-true",
    threads=1,
    loader_workers=0,
    compile=False,
    sequence_length=16,
    batch_sequences=4,
    micro_batch_sequences=4,
    validation_sequences=4,
    measure_every_steps=5,
    checkpoint_every_steps=3,
    divergence=Divergence(policy="stop", max_loss_rise=5.0, window_steps=4, max_step_backs=2),
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
    assert lines[0] == "step,learning_rate,gradient_norm,train_loss,skipped_batches,en_loss"
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


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped"])
def test_the_last_checkpoints_are_kept_and_an_unreadable_one_is_passed_over(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = new_model()
    run(whole, tmp_path / "whole", plan(11))
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), tmp_path / "cut", interrupted_at(10))
    files = sorted((tmp_path / "cut").rglob("*.ckpt"))
    assert [file.name for file in files] == ["step-00000006.ckpt", "step-00000009.ckpt"]
    content = bytearray(files[-1].read_bytes())
    if damage == "flipped":
        place = content.index(bits(torch.load(files[-1], weights_only=True)["model"]["model.transformer.wte.weight"]))
        content[place + 5] ^= 1
        files[-1].write_bytes(content)
        torch.load(files[-1], weights_only=True)  # torch itself sees nothing
    else:
        files[-1].write_bytes(content[: 1000 if damage == "cut" else 0])
    again = new_model()
    run(again, tmp_path / "cut", plan(11))
    assert f"{files[-1].name} is not readable" in caplog.text
    assert "step-00000006.ckpt" not in caplog.text
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
    moved = fingerprint(replace(SETTINGS, devices=2, threads=4, loader_workers=3), {"data": tmp_path / "data"})
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
    assert sorted(file.name for file in tmp_path.rglob("*.ckpt"))[-1] == "step-00000023-on-request.ckpt"
    again = new_model()
    run(again, tmp_path, plan(40))
    assert bits(again.transformer.wte.weight) == undisturbed


def test_a_process_killed_at_random_moments_again_and_again_ends_with_the_same_bits(
    undisturbed: bytes, tmp_path: Path
) -> None:
    kills, done = 0, tmp_path / "done"
    while not done.exists():
        child = os.fork()
        if child == 0:
            model = new_model()
            run(model, tmp_path, plan(40, batch=slow_batch))
            done.write_bytes(bits(model.transformer.wte.weight))
            os._exit(0)
        time.sleep(random.SystemRandom().uniform(0.05, 0.6))
        os.kill(child, signal.SIGKILL)
        kills += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert kills < 100
    assert done.read_bytes() == undisturbed, f"after {kills} kills"
    steps = [int(line.split(",")[0]) for line in (tmp_path / "logs" / "speed.csv").read_text().splitlines()[1:]]
    assert steps == list(range(1, 41))


def slow_batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
    time.sleep(0.01)
    return next_token_batch(blocks(number))


def bad_from(first: int, last: int) -> Callable[[int], tuple[torch.Tensor, torch.Tensor]]:
    """The same block at every place, so that it is soon known by heart, but for some places: those are noise."""
    return lambda place: next_token_batch(blocks(place if first <= place <= last else 0))


CAREFUL = replace(
    SETTINGS, divergence=Divergence(policy="step_back", max_loss_rise=1.5, window_steps=4, max_step_backs=2)
)


def test_a_loss_that_rises_past_the_limit_stops_the_run(tmp_path: Path) -> None:
    settings = replace(CAREFUL, divergence=replace(CAREFUL.divergence, policy="stop"))
    with pytest.raises(BadInput, match=r"diverged at step 25: the loss is .* on average over 4 steps.*policy: step_ba"):
        run(new_model(), tmp_path, plan(30, batch=bad_from(25, 25)), settings)


def test_a_gradient_that_is_not_finite_stops_the_run(tmp_path: Path) -> None:
    model = new_model()
    model.transformer.ln_f.weight.register_hook(lambda gradient: gradient * math.nan)
    with pytest.raises(BadInput, match="diverged at step 0: the gradient norm is nan"):
        run(model, tmp_path, plan(5))


def test_a_run_that_steps_back_trains_as_if_the_data_since_were_not_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    without = new_model()
    good = bad_from(25, 25)
    run(without, tmp_path / "without", plan(30, batch=lambda step: good(step if step < 24 else step + 2)), CAREFUL)
    whole = new_model()
    curve = run(whole, tmp_path / "whole", plan(30, batch=good), CAREFUL)
    assert bits(whole.transformer.wte.weight) == bits(without.transformer.wte.weight)
    assert [row["skipped_batches"] for row in curve] == [0, 0, 0, 0, 2, 2]
    assert final_losses(curve)["skipped_batches"] == 2
    assert "going on from step 24 without these 2 batches" in caplog.text
    rows = (tmp_path / "whole" / "logs" / "speed.csv").read_text().splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == list(range(1, 31))

    def ended_by(place: int, requested: bool) -> Callable[[int], tuple[torch.Tensor, torch.Tensor]]:
        def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
            if number == place:
                if not requested:
                    raise KeyboardInterrupt
                os.kill(os.getpid(), signal.SIGTERM)
            return good(number)

        return batch

    # On request before the bad place: the checkpoint at 25 must not be where it steps back to. And after having stepped
    # back, at once and before the next checkpoint.
    for place, requested in ((24, True), (26, False), (28, False), (30, True)):
        folder = tmp_path / f"{place}"
        with pytest.raises((SystemExit, KeyboardInterrupt)):
            run(new_model(), folder, plan(30, batch=ended_by(place, requested)), CAREFUL)
        again = new_model()
        assert run(again, folder, plan(30, batch=good), CAREFUL) == curve
        assert bits(again.transformer.wte.weight) == bits(whole.transformer.wte.weight)

    # Stopped on request after step 25, stepped back from there to 24, and killed before the next checkpoint: the one
    # at 25 is of the course that was left.
    folder, again = tmp_path / "twice", new_model()
    for place, name in ((24, signal.SIGTERM), (27, signal.SIGINT)):
        with pytest.raises((SystemExit, KeyboardInterrupt)):
            run(new_model(), folder, plan(30, batch=ended_by(place, name)), CAREFUL)
    assert run(again, folder, plan(30, batch=good), CAREFUL) == curve
    assert bits(again.transformer.wte.weight) == bits(whole.transformer.wte.weight)


def test_a_run_steps_back_so_many_times_only(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="stepped back 2 times already"):
        run(new_model(), tmp_path, plan(60, batch=bad_from(25, 60)), CAREFUL)


def test_a_first_step_that_diverges_steps_back_to_the_start(tmp_path: Path) -> None:
    model = new_model()
    with torch.no_grad():
        model.transformer.h[0].mlp.proj.weight[0, 0] = math.inf
    with pytest.raises(BadInput, match=r"diverged at step 0: the loss is nan.*stepped back 2 times"):
        run(model, tmp_path, plan(5), CAREFUL)


def test_what_is_random_in_a_model_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ends = []
    for name, plans in (("whole", [plan(11)]), ("stopped", [interrupted_at(7), plan(11)])):
        for attempt in plans:
            model = new_model()
            model.transformer.h[0].norm_2 = torch.nn.Sequential(model.transformer.h[0].norm_2, torch.nn.Dropout(0.2))
            try:
                run(model, tmp_path / name, attempt)
            except KeyboardInterrupt:
                continue
        ends.append(bits(model.transformer.wte.weight))
    assert ends[0] == ends[1]


def test_a_full_disk_is_told_and_leaves_the_older_checkpoints(tmp_path: Path) -> None:
    fabric, saved = start_fabric(SETTINGS), Checkpoints(tmp_path, {"run": "this"}, keep=2)
    saved.save(fabric, 3, {"model": new_model()})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large") as error:
            saved.save(fabric, 6, {"model": new_model()})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert Path(error.value.filename).parent == tmp_path  # `stages.command` prints it, and what to do
    assert error.value.errno in NO_SPACE
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [
        "fingerprint.json",
        "step-00000003.ckpt",
    ]
    assert saved.restore(fabric, {"model": new_model()}) == 3


def test_a_fingerprint_sees_which_file_is_where_and_the_code_of_the_stage(tmp_path: Path) -> None:
    for part, text in (("train", "một"), ("validation", "hai")):
        (tmp_path / part).mkdir()
        (tmp_path / part / "chunk").write_text(text)
    first = fingerprint(SETTINGS, {"data": tmp_path})
    (tmp_path / "train").rename(tmp_path / "other")
    (tmp_path / "validation").rename(tmp_path / "train")
    (tmp_path / "other").rename(tmp_path / "validation")
    assert {key for key, value in fingerprint(SETTINGS, {"data": tmp_path}).items() if value != first[key]} == {"data"}
    assert not {"accelerator", "devices", "threads"} & first.keys()
    assert {"code", "torch", "litgpt", "lightning", "precision", "checkpoint_every_steps"} <= first.keys()
    by_policy = replace(SETTINGS, divergence=replace(SETTINGS.divergence, policy="step_back"))
    assert fingerprint(by_policy, {}) == fingerprint(SETTINGS, {})


def test_tokens_a_second_are_the_tokens_over_the_seconds_of_training_alone(tmp_path: Path) -> None:
    def slow_measure(model: torch.nn.Module) -> dict[str, float]:
        time.sleep(0.25)
        return {}

    run(new_model(), tmp_path, plan(12, batch=slow_batch, measure=slow_measure))
    with (tmp_path / "logs" / "speed.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["tokens"]) for row in rows] == [4 * 16] * 12
    for row in rows:
        assert float(row["tokens_per_second"]) == pytest.approx(64 / float(row["seconds"]), rel=1e-3)
        assert float(row["seconds"]) >= 0.01  # loading is part of a step
        assert float(row["peak_mib"]) > 50
        assert row["utilisation"] == ""  # of a processor, no peak is known
    assert sum(float(row["seconds"]) < 0.25 for row in rows) >= 10  # measuring is not


def test_operations_a_token_are_those_of_what_is_multiplied_and_learns() -> None:
    model = new_model()
    parameters, attention = sum(p.numel() for p in model.parameters()), 6 * 2 * 16 * 64
    assert model_flops_per_token(model, 64) == 6 * parameters + attention
    freeze(model, "blocks", OLD)
    assert model_flops_per_token(model, 64) == 6 * parameters - 2 * ROWS * 16 + attention
    freeze(model, "new_rows", OLD)
    assert model_flops_per_token(model, 64) == 4 * parameters + 2 * (ROWS - OLD) * 16 + attention
    untied = new_model()
    untied.lm_head.weight = torch.nn.Parameter(untied.lm_head.weight.detach().clone())
    assert model_flops_per_token(untied, 64) == 6 * parameters + attention
    freeze(untied, "new_rows", OLD)
    assert model_flops_per_token(untied, 64) == 4 * parameters + 2 * (ROWS - OLD) * 16 + attention
    chat = new_model()
    chat.requires_grad_(False)
    learn_rows(chat, [1, 2])
    assert model_flops_per_token(chat, 64) == 4 * (parameters + 2 * 16) + 2 * 2 * 16 + attention


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("NVIDIA H200", 989e12),
        ("NVIDIA H100 80GB HBM3", 989e12),
        ("NVIDIA H100 PCIe", 756e12),
        ("NVIDIA A100-SXM4-80GB", 312e12),
        ("NVIDIA L40S", 362e12),
        ("NVIDIA L4", 121e12),
        ("NVIDIA GeForce RTX 4090", 165.2e12),
        ("NVIDIA A10G", None),
        ("NVIDIA H100", None),
        ("", None),
    ],
)
def test_the_peak_of_a_device_is_known_by_its_whole_name_or_not_at_all(name: str, peak: float | None) -> None:
    assert peak_flops(name) == peak
