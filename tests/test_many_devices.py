"""Two processes train as one does: losses, resume across a change of their number, stopping; by DDP and by FSDP."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ruamel.yaml import YAML
from test_pretrain import folders  # noqa: F401 (a fixture)
from test_training_loop import OLD, ROWS, SETTINGS, new_model, plan, run

from stages.errors import BadInput
from stages.training import devices
from stages.training.devices import start_fabric
from stages.training.learning import freeze, unfreeze
from stages.training.loop import Plan
from stages.training.loss import mean_loss, next_token_batch
from stages.training.settings import TrainingSettings

ONE = replace(SETTINGS, micro_batch_sequences=1)  # so gradients are accumulated, on two devices as well
TWO = replace(ONE, devices=2)
STEPS = 8


def together(job: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What `job` returns in each of two processes that know each other as torchrun would have it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["test_many_devices", "stages.training.sharding"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    results = context.Queue()
    ranks = [context.Process(target=as_rank, args=(rank, port, results, job, arguments)) for rank in range(2)]
    for process in ranks:
        process.start()
    answers = dict(results.get(timeout=60) for _ in ranks)
    for process in ranks:
        process.join(10)
    assert [process.exitcode for process in ranks] == [0, 0]
    return [answers[rank] for rank in range(2)]


def as_rank(rank: int, port: int, results: Any, job: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    names = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "GROUP_RANK": 0, "MASTER_PORT": port}
    os.environ |= {name: str(value) for name, value in names.items()}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "TORCHELASTIC_RUN_ID": "test"}
    try:
        results.put((rank, job(*arguments)))
    except BaseException as error:
        results.put((rank, repr(error)))
        raise


def sequences(step: int, rows: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    return next_token_batch(np.random.default_rng(step).integers(0, ROWS, (rows, 16)))


def stopped_before(step: int | None) -> Plan:
    def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if number == step:
            raise KeyboardInterrupt
        return sequences(number)

    return plan(STEPS, batch=batch)


def trained(
    settings: TrainingSettings, learns: str, folder: Path, stop: int | None = None
) -> tuple[list[dict[str, float]], dict[str, np.ndarray]]:
    """The curve and the weights after training, or after going on from what `folder` has; nothing if stopped."""
    model = new_model()
    freeze(model, learns, OLD)
    try:
        curve = run(model, folder, stopped_before(stop), settings)
    except KeyboardInterrupt:
        return [], {}
    unfreeze(model)
    return curve, {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def all_kinds(settings: TrainingSettings, folder: Path) -> dict[str, Any]:
    return {
        learns: trained(settings, learns, folder / learns) for learns in ("all", "new_rows", "embeddings", "blocks")
    }


def same_to_rounding(one: Any, other: Any) -> None:
    (curve, weights), (other_curve, other_weights) = one, other
    assert len(curve) == len(other_curve) == 2
    for row, other_row in zip(curve, other_curve, strict=True):
        assert row == pytest.approx(other_row, rel=1e-5)
    for name in weights:
        np.testing.assert_allclose(weights[name], other_weights[name], atol=2e-5, err_msg=name)


def kinds_and_going_on(settings: TrainingSettings, folder: Path, stopped: Path) -> dict[str, Any]:
    return all_kinds(settings, folder) | {"going on": trained(settings, "all", stopped)}


# Processes cost seconds: of the tests with two, only this one on DDP is fast, the others are in `make test-all`.
@pytest.mark.parametrize("strategy", ["ddp", pytest.param("fsdp", marks=pytest.mark.campaign)])
def test_two_processes_train_and_go_on_as_one_does_to_rounding(strategy: str, tmp_path: Path) -> None:
    one = all_kinds(ONE, tmp_path / "one")
    trained(ONE, "all", tmp_path / "stopped", stop=5)
    assert [file.name for file in tmp_path.glob("stopped/**/*.ckpt")] == ["step-00000003.ckpt"]
    settings = replace(TWO, strategy=strategy)
    first, second = together(kinds_and_going_on, settings, tmp_path / "two", tmp_path / "stopped")
    for learns in first:
        same_to_rounding(one["all" if learns == "going on" else learns], first[learns])
        assert all(np.array_equal(first[learns][1][name], second[learns][1][name]) for name in first[learns][1])


@pytest.mark.campaign
@pytest.mark.parametrize("before, after", [("ddp", "one"), ("fsdp", "one"), ("fsdp", "ddp"), ("ddp", "fsdp")])
def test_a_run_goes_on_with_fewer_devices_or_another_strategy(before: str, after: str, tmp_path: Path) -> None:
    whole = trained(ONE, "all", tmp_path / "whole")
    stopped = together(trained, replace(TWO, strategy=before), "all", tmp_path / "changed", 5)
    assert stopped == [([], {}), ([], {})]
    if after == "one":
        ended = trained(ONE, "all", tmp_path / "changed")
    else:
        ended, _ = together(trained, replace(TWO, strategy=after), "all", tmp_path / "changed")
    same_to_rounding(ended, whole)


@pytest.mark.campaign
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_a_run_on_two_devices_goes_on_with_the_same_bits(strategy: str, tmp_path: Path) -> None:
    settings = replace(TWO, strategy=strategy)
    whole, _ = together(trained, settings, "new_rows", tmp_path / "whole")
    together(trained, settings, "new_rows", tmp_path / "cut", 7)
    again, _ = together(trained, settings, "new_rows", tmp_path / "cut")
    assert again[0] == whole[0]
    assert all(np.array_equal(again[1][name], whole[1][name]) for name in whole[1])


def signalled(settings: TrainingSettings, folder: Path) -> str:
    def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if number == 4 and os.environ["RANK"] == "1":
            os.kill(os.getpid(), signal.SIGTERM)
        return sequences(number)

    try:
        run(new_model(), folder, plan(STEPS, batch=batch), settings)
    except SystemExit as stopped:
        return str(stopped)
    return "not stopped"


@pytest.mark.campaign
def test_a_signal_to_one_process_stops_all_after_the_same_step(tmp_path: Path) -> None:
    first, second = together(signalled, TWO, tmp_path)
    assert first == second
    assert "after step 5" in first
    assert sorted(file.name for file in tmp_path.rglob("*.ckpt")) == ["step-00000003.ckpt", "step-00000005.ckpt"]


def losses_of_parts(settings: TrainingSettings) -> list[float]:
    fabric, model = start_fabric(settings), new_model()
    return [mean_loss(fabric, model, sequences(0, rows)[0].numpy(), micro_batch=2) for rows in (1, 3, 4)]


@pytest.mark.campaign
def test_held_out_text_is_shared_out_and_need_not_divide() -> None:
    first, second = together(losses_of_parts, TWO)
    assert first == second == pytest.approx(losses_of_parts(ONE), rel=1e-6)


def odd_batches(settings: TrainingSettings, folder: Path) -> list[dict[str, float]]:
    return run(new_model(), folder, plan(STEPS, batch=lambda step: sequences(step, rows=3)), settings)


@pytest.mark.campaign
def test_a_batch_need_not_divide_among_the_devices(tmp_path: Path) -> None:
    first, _ = together(odd_batches, TWO, tmp_path / "two")
    for row, other in zip(first, odd_batches(ONE, tmp_path / "one"), strict=True):
        assert row == pytest.approx(other, rel=1e-5)


class Became(Exception):
    pass


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    became: list[str] = []

    def execute(program: str, arguments: list[str]) -> None:
        became.extend(arguments)
        raise Became

    monkeypatch.setattr(devices.os, "execvp", execute)
    monkeypatch.setattr(devices.sys, "argv", ["stages/pretrain.py", "--stage", "all"])
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    return became


def test_several_devices_are_started_by_torchrun_with_the_same_arguments(command: list[str]) -> None:
    with pytest.raises(Became):
        start_fabric(TWO)
    assert command[1:3] == ["-m", "torch.distributed.run"]
    assert {"--nproc-per-node=2", "--standalone"} < set(command)
    assert command[-2:] == ["--stage", "all"]


def test_several_nodes_are_started_by_srun_in_a_slurm_job(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_JOB_NODELIST", "gpu[07-09,12]")
    monkeypatch.setenv("SLURM_JOB_ID", "41234567")
    with pytest.raises(Became):
        start_fabric(replace(TWO, devices=8, nodes=4))
    assert command[:4] == ["srun", "--nodes=4", "--ntasks=4", "--ntasks-per-node=1"]
    assert {"--nnodes=4", "--nproc-per-node=8", "--rdzv-endpoint=gpu07:24567", "--rdzv-id=41234567"} < set(command)


def test_several_nodes_outside_of_slurm_are_refused_with_the_way_out(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLURM_JOB_NODELIST", raising=False)
    with pytest.raises(BadInput, match=r"training.nodes: 2: .*torchrun on each node"):
        start_fabric(replace(TWO, nodes=2))
    assert not command


def test_gpus_that_are_not_there_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(BadInput, match=r"accelerator: cuda with devices: 1, but torch \S+ sees 0 GPUs here"):
        start_fabric(replace(TWO, devices=1, nodes=1, accelerator="cuda"))


def stage(folders: Path, out: Path, repository: Path, steps: int, **changes: Any) -> list[str]:  # noqa: F811
    """The command of a stage as dvc.yaml has it, at tiny size, with `changes` in the training section."""
    values = YAML(typ="safe").load((repository / "params.yaml").read_text(encoding="utf-8"))
    values["profiles"]["nano"]["training"] |= {
        "threads": 1, "sequence_length": 16, "batch_sequences": 4, "micro_batch_sequences": 1,
        "measure_every_steps": 20, "checkpoint_every_steps": 10, **changes,
    }  # fmt: skip
    values["profiles"]["nano"]["pretrain"]["all"]["tokens"] = steps * 4 * 16
    out.mkdir(exist_ok=True)
    with (out / "params.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(values, file)
    inputs = ["--model", folders / "extend", "--base", folders / "base", "--shards", folders / "pack"]
    made = {"out": "model", "metrics": "metrics.json", "curve": "curve.csv", "logs": "logs", "checkpoints": "saved"}
    paths = [part for name, file in made.items() for part in (f"--{name}", out / file)]
    command = [sys.executable, "-m", "stages.pretrain", "--stage", "all", "--params", out / "params.yaml"]
    return [str(part) for part in (*command, *inputs, *paths)]


def weights_of(out: Path) -> bytes:
    return (out / "model" / "model.safetensors").read_bytes()


def processes_with(text: str) -> int:
    """How many processes have `text` among their arguments."""
    lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline")]
    return sum(text.encode() in line for line in lines)


@pytest.mark.campaign
@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGTERM])
def test_a_stage_on_two_devices_that_was_stopped_ends_with_the_same_bits(
    name: signal.Signals,
    folders: Path,  # noqa: F811
    tmp_path: Path,
    repository: Path,
) -> None:
    whole = stage(folders, tmp_path / "whole", repository, 60, devices=2)
    subprocess.run(whole, cwd=repository, check=True)
    assert not (tmp_path / "whole" / "saved").exists()

    command = stage(folders, tmp_path / "cut", repository, 60, devices=2)
    process = subprocess.Popen(command, cwd=repository, stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "cut").rglob("*.ckpt")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(name)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    for _ in range(100):
        if not processes_with(str(tmp_path / "cut")):
            break
        time.sleep(0.1)
    assert not processes_with(str(tmp_path / "cut"))
    assert not (tmp_path / "cut" / "model").exists()
    assert (name == signal.SIGKILL) != ("stopped on request after step" in said)

    subprocess.run(command, cwd=repository, check=True)
    assert weights_of(tmp_path / "cut") == weights_of(tmp_path / "whole")
    for file in ("metrics.json", "curve.csv"):
        assert (tmp_path / "cut" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_the_copy_that_is_split_is_compiled_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graphs = []

    def count(graph: torch.fx.GraphModule, _: Any) -> Callable[..., Any]:
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile
    monkeypatch.setattr(torch, "compile", lambda function, **options: compiled(function, backend=count, **options))
    monkeypatch.setattr(devices, "_is_sharded", lambda fabric: True)
    model = new_model()
    before = model.lm_head.weight.detach().clone()
    run(model, tmp_path, plan(2), replace(SETTINGS, compile=True))
    assert graphs and not torch.equal(before, model.lm_head.weight)
