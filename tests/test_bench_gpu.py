"""The GPU script: its formulas, and its whole way at tiny size on a processor."""

import subprocess
import sys

import pytest
import torch

from commands.bench_gpu import Result, cells, count_parameters, full_size, measure, tiny
from stages.model.conversion import random_model
from stages.training import loop
from stages.training.flops import flops_per_token, peak_flops


def test_the_figures_of_a_row_are_those_worked_out_by_hand() -> None:
    setting = full_size(sequences=128, steps=10)
    # 128 * 2048 tokens in half a second; 2.587 GFLOP a token (2.210 without attention) over 989 TFLOP/s.
    row = cells("all, compiled", 16, Result(0.5, [], 40 * 2**30, []), setting, peak_flops("NVIDIA H200"))
    assert row == ["all, compiled", "16", "524,288", "137.2 %", "117.2 %", "500.0", "40.0", "1.06"]
    assert cells("new_rows", 16, Result(0.5, [], 0, []), setting, 989e12)[3:5] == ["-", "-"]
    assert "out of memory" in cells("all", 64, None, setting, 989e12)


def test_the_measured_model_is_the_one_of_the_real_run() -> None:
    setting = full_size(sequences=128, steps=10)
    assert (setting.config["vocab_size"], setting.old_rows) == (55_936, 49_152)
    assert count_parameters(setting.config) == 368_333_760
    assert (setting.settings.precision, setting.settings.sequence_length) == ("bf16-mixed", 2048)
    small = tiny(steps=5)
    assert count_parameters(small.config) == sum(p.numel() for p in random_model(small.config, 1).parameters())


def test_a_token_costs_six_flop_a_parameter_and_attention_to_half_the_sequence() -> None:
    assert flops_per_token(1_000, layers=0, width=8, sequence_length=16) == 6_000
    assert flops_per_token(0, layers=2, width=8, sequence_length=16) == 2 * 2 * 8 * 16 * 6 // 2
    names = ["NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe", "NVIDIA L40S", "NVIDIA L4", "Quadro P400"]
    assert [peak_flops(name) for name in names] == [989e12, 756e12, 362e12, 121e12, None]


def test_a_row_is_trained_and_timed_and_compiled_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    monkeypatch.setattr(loop, "compile_blocks", lambda model: ways.append("compiled"))
    monkeypatch.setattr(loop, "make_lean", lambda model: ways.append("plain"))
    for row in ("new_rows", "new_rows, compiled"):
        result = measure(row, 2, tiny(steps=5))
        assert result is not None and result.step_s > 0
        assert len(result.losses) == 5
    assert ways == ["plain", "compiled"]


def bench(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "commands.bench_gpu", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.campaign
def test_the_whole_script_runs_at_tiny_size_on_a_processor() -> None:
    run = bench("--rehearse", "--steps", "5")
    assert run.returncode == 0, run.stderr
    for row in ("LitGPT, compiled", "all, compiled", "new_rows", "blocks", "all, fsdp"):
        assert row in run.stdout
    assert "all, fsdp, 2: from its checkpoint, losses within 0 nats of undisturbed" in run.stdout


@pytest.mark.campaign
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_it_says_so() -> None:
    run = bench()
    assert run.returncode != 0
    assert "error: there is no GPU here" in run.stderr
