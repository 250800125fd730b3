"""Measure training on one GPU: tokens a second, utilisation and peak memory, beside stock LitGPT, as one table.

The model has the shape of profile smollm2-360m with its extended vocabulary, and random weights; the text is random
tokens, so nothing needs to be fetched or trained before. Each row runs the stages' own training loop, or the loop of
`litgpt pretrain`, for some steps; the first ones, in which kernels are chosen and compiled, do not count.

    python -m commands.bench_gpu
    python -m commands.bench_gpu --rows all new_rows --micro-batches 16 32

`--rehearse` runs the same code on a processor with a tiny model, to see that it works; its figures mean nothing.
"""

import argparse
import contextlib
import io
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from stages.command import start
from stages.errors import BadInput
from stages.params import load, read
from stages.training.settings import TrainingSettings

PARAMS = Path("params.yaml")
PROFILE = "smollm2-360m"
LITGPT = "LitGPT, compiled"
ROWS = (LITGPT, "all", "all, compiled", "new_rows", "new_rows, compiled", "blocks", "blocks, compiled", "all, fsdp")
RUN_TOKENS = 2_000_000_000  # of the real run, whose hours are told
WARM_UP_STEPS = 3
TINY = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "rope_theta": 10_000,
}


@dataclass(frozen=True)
class Setting:
    """What all rows have in common."""

    config: dict[str, Any]  # as in config.json
    old_rows: int
    settings: TrainingSettings
    steps: int
    compiler: str


@dataclass(frozen=True)
class Result:
    step_s: float  # median
    losses: list[float]
    peak_bytes: int  # of GPU memory; 0 on a processor
    resumed_losses: list[float]  # when going on from a checkpoint; for FSDP only


def full_size(sequences: int, steps: int) -> Setting:
    """SmolLM2-360M with the extended vocabulary and the training settings of its profile, on one GPU."""
    from stages.model.smollm2 import smollm2_config

    values = read(PARAMS)
    profile = values["profiles"][PROFILE]
    settings = load(TrainingSettings, PARAMS, "training", f"profiles.{PROFILE}.training")
    old_rows, new_rows = profile["base"]["max_vocabulary"], profile["vocab"]["new_tokens"]
    settings = replace(settings, devices=1, nodes=1, strategy="ddp", batch_sequences=sequences)
    config = smollm2_config(profile["base"]["shape"], old_rows + new_rows)
    return Setting(config, old_rows, settings, steps, compiler="inductor")


def tiny(steps: int) -> Setting:
    """The same on a processor, as small as it can be."""
    from stages.model.smollm2 import smollm2_config

    full = full_size(sequences=4, steps=steps)
    settings = replace(full.settings, accelerator="cpu", precision="32-true", threads=1, sequence_length=32)
    return replace(full, config=smollm2_config(TINY, 97), old_rows=80, settings=settings, compiler="eager")


def measure(row: str, micro_batch: int, setting: Setting) -> Result | None:
    """Train for some steps as `row` names, in a process that did nothing before; None where memory does not suffice."""
    import torch

    setting = replace(setting, settings=replace(setting.settings, micro_batch_sequences=micro_batch))
    with tempfile.TemporaryDirectory() as folder:
        try:
            moments, losses, resumed = (_litgpt if row == LITGPT else _stages)(row, setting, Path(folder))
        except torch.cuda.OutOfMemoryError:
            return None
    seconds = [after - before for before, after in itertools.pairwise(moments)][WARM_UP_STEPS:]
    peak = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
    return Result(statistics.median(seconds), losses, peak, resumed)


def _stages(row: str, setting: Setting, folder: Path) -> tuple[list[float], list[float], list[float]]:
    """The stages' own loop; returns when each step began, the loss of each, and for FSDP those after going on."""
    from stages.model.conversion import random_model
    from stages.training.checkpoints import Checkpoints
    from stages.training.devices import start_fabric
    from stages.training.learning import freeze
    from stages.training.loop import Plan, train
    from stages.training.loss import next_token_batch

    learns, _, way = row.partition(", ")
    strategy = "fsdp" if way == "fsdp" else "ddp"
    saves = setting.steps - 2 if strategy == "fsdp" else 10**6
    settings = replace(
        setting.settings,
        strategy=strategy,
        compile=way == "compiled",  # the profile's own is that of all its runs
        measure_every_steps=1,
        checkpoint_every_steps=saves,
    )
    fabric = start_fabric(settings)
    moments: list[float] = []

    def batch(step: int) -> Any:
        moments.append(time.perf_counter())  # the loop has read the loss of the step before, so the GPU has finished it
        return next_token_batch(tokens_of(step, settings, setting.config["vocab_size"]))

    plan = Plan(steps=setting.steps, batch=batch, learning_rate=lambda step: 1e-4, measure=lambda model: {})

    def train_anew() -> list[float]:
        model = random_model(setting.config, settings.seed)
        freeze(model, learns, setting.old_rows)
        saved = Checkpoints(folder / "checkpoints", {"run": row}, keep=1)
        return [point["train_loss"] for point in train(fabric, model, plan, settings, saved, folder / "logs")]

    losses, began = train_anew(), list(moments)
    resumed = train_anew() if strategy == "fsdp" else []  # from the first one's checkpoint
    return began, losses, resumed


def _litgpt(row: str, setting: Setting, folder: Path) -> tuple[list[float], list[float], list[float]]:
    """`fit` of LitGPT 0.5.13, after the set-up of `litgpt pretrain`: its model, compiled, loss and optimizer."""
    import torch
    from lightning.fabric import Fabric
    from litgpt.args import EvalArgs, TrainArgs
    from litgpt.model import GPT
    from litgpt.pretrain import fit, initialize_weights

    from stages.model.conversion import litgpt_config

    settings = setting.settings
    torch.use_deterministic_algorithms(False)
    fabric = Fabric(accelerator=settings.accelerator, devices=1, precision=settings.precision)
    shape = litgpt_config({**setting.config, "max_position_embeddings": settings.sequence_length})
    with fabric.init_module(empty_init=False):
        model = GPT(shape)
    initialize_weights(fabric, model, n_layer=shape.n_layer, n_embd=shape.n_embd)
    model.transformer.wte.weight = model.lm_head.weight
    model = fabric.setup(torch.compile(model, backend=setting.compiler))
    fused = {"fused": fabric.device.type == "cuda"}
    optimizer = fabric.setup_optimizers(torch.optim.AdamW(model.parameters(), lr=1e-4, **fused))
    moments: list[float] = []

    def batches(record: bool) -> Iterator[torch.Tensor]:
        for step in range(setting.steps):
            if record:
                moments.append(time.perf_counter())
            blocks = tokens_of(step, settings, shape.padded_vocab_size, extra=1)
            for part in torch.from_numpy(blocks).split(settings.micro_batch_sequences):
                yield fabric.to_device(part)

    amounts = TrainArgs(
        save_interval=None,
        log_interval=1,
        global_batch_size=settings.batch_sequences,
        micro_batch_size=settings.micro_batch_sequences,
        max_tokens=setting.steps * settings.batch_sequences * settings.sequence_length,
        max_norm=settings.gradient_clip,
        min_lr=1e-4,
        lr_warmup_steps=0,
        tie_embeddings=True,
    )
    state = {"model": model, "optimizer": optimizer, "iter_num": 0, "step_count": 0}
    evaluation = EvalArgs(interval=10**6, max_iters=1, final_validation=False)
    with contextlib.redirect_stdout(io.StringIO()):  # a line a step
        fit(fabric, 1, state, _Again(batches), [next(batches(record=False))], folder, None,
            amounts, evaluation)  # fmt: skip
    return moments, [], []


class _Again:
    """What a data loader is to LitGPT: something to begin anew."""

    def __init__(self, batches: Any):
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return self._batches(record=True)


def tokens_of(step: int, settings: TrainingSettings, vocabulary_size: int, extra: int = 0) -> Any:
    """Random tokens of a step (sequences, length + extra), int64: the same for every row."""
    import numpy as np

    shape = (settings.batch_sequences, settings.sequence_length + extra)
    return np.random.default_rng(step).integers(0, vocabulary_size, shape)


def count_parameters(config: dict[str, Any]) -> int:
    """Weights of a tied Llama, the embedding counted once.

    >>> from stages.model.smollm2 import smollm2_config
    >>> shape = {"hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 15}
    >>> count_parameters(smollm2_config({**shape, "num_key_value_heads": 5}, 49_152))
    361821120
    """
    width, heads = config["hidden_size"], config["num_attention_heads"]
    attention = 2 * width * width * (1 + config["num_key_value_heads"] / heads)
    block = attention + 3 * width * config["intermediate_size"] + 2 * width
    return int(config["num_hidden_layers"] * block + width + config["vocab_size"] * width)


def cells(row: str, micro_batch: int, result: Result | None, setting: Setting, peak: float | None) -> list[str]:
    """A line of the table; utilisation only where all weights learn, as its formula has it."""
    if result is None:
        return [row, str(micro_batch), *["-"] * 4, "out of memory", "-"]
    from stages.training.flops import flops_per_token

    settings, config = setting.settings, setting.config
    tokens_per_s = settings.batch_sequences * settings.sequence_length / result.step_s
    shape = config["num_hidden_layers"], config["hidden_size"], settings.sequence_length
    parameters = count_parameters(config)
    shares = ["-", "-"]
    if peak and row.partition(", ")[0] in ("all", "LitGPT"):
        each = flops_per_token(parameters, *shape), flops_per_token(parameters, 0, *shape[1:])
        shares = [f"{100 * flops * tokens_per_s / peak:.1f} %" for flops in each]
    return [
        row,
        str(micro_batch),
        f"{tokens_per_s:,.0f}",
        *shares,
        f"{1000 * result.step_s:,.1f}",
        f"{result.peak_bytes / 2**30:.1f}" if result.peak_bytes else "-",
        f"{RUN_TOKENS / tokens_per_s / 3600:.2f}",
    ]


def run(rows: list[str], micro_batches: list[int], setting: Setting, device: str) -> Any:
    """The table of all rows; each row takes larger micro-batches until the memory ends."""
    from importlib.metadata import version

    from rich.table import Table

    from stages.training.flops import peak_flops

    peak = peak_flops(device)
    config = setting.config
    title = (
        f"{device}: {count_parameters(config):,} parameters, {config['vocab_size']:,} tokens in the vocabulary, "
        f"{setting.settings.batch_sequences} sequences of {setting.settings.sequence_length} a step, "
        f"{setting.settings.precision}, torch {version('torch')}"
    )
    table = Table("training", "micro-batch", "tokens/s", "utilisation", "without attention", "step ms", "peak GiB",
                  "hours for 2B tokens", title=title)  # fmt: skip
    results: dict[tuple[str, int], Result] = {}
    for row in rows:
        for micro_batch in micro_batches:
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                result = process.submit(measure, row, micro_batch, setting).result()
            table.add_row(*cells(row, micro_batch, result, setting, peak))
            if result is None:
                break
            results[row, micro_batch] = result
    return table, _differences(results)


def _differences(results: dict[tuple[str, int], Result]) -> list[str]:
    """How far the losses of each compiled or sharded row are from the plain one's, and from its own after a restart."""
    lines = []
    for (row, micro_batch), result in results.items():
        plain = results.get((row.partition(", ")[0], micro_batch))
        if plain and plain is not result:
            lines.append(
                f"{row}, {micro_batch}: losses within {_furthest(result.losses, plain.losses):.2g} nats of plain"
            )
        if result.resumed_losses:
            furthest = _furthest(result.resumed_losses, result.losses)
            lines.append(f"{row}, {micro_batch}: from its checkpoint, losses within {furthest:.2g} nats of undisturbed")
    return lines


def _furthest(some: list[float], others: list[float]) -> float:
    return max(abs(one - other) for one, other in zip(some, others, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW", help=" | ".join(ROWS))
    parser.add_argument("--micro-batches", nargs="+", type=int, help="sequences at once (default: 4 8 16 32 64)")
    parser.add_argument("--sequences", type=int, default=128, help="sequences a step (default: 128)")
    parser.add_argument("--steps", type=int, default=WARM_UP_STEPS + 7, help="steps a row (default: 10)")
    parser.add_argument("--rehearse", action="store_true", help="tiny, on a processor: the figures mean nothing")
    a = parser.parse_args()
    if a.steps < WARM_UP_STEPS + 2:
        raise BadInput(f"--steps {a.steps}: the first {WARM_UP_STEPS} do not count. Give {WARM_UP_STEPS + 2} or more.")

    import torch
    from rich.console import Console

    if a.rehearse:
        setting, device, micro_batches = tiny(a.steps), "a rehearsal on a processor", a.micro_batches or [2]
    elif torch.cuda.is_available():
        setting, device = full_size(a.sequences, a.steps), torch.cuda.get_device_name()
        micro_batches = a.micro_batches or [4, 8, 16, 32, 64]
    else:
        raise BadInput("there is no GPU here. Run this where there is one; --rehearse tries the code on a processor.")
    if unequal := [size for size in micro_batches if setting.settings.batch_sequences % size]:
        raise BadInput(
            f"--micro-batches {unequal}: do not divide a step of {setting.settings.batch_sequences} sequences."
        )
    table, differences = run(a.rows, micro_batches, setting, device)
    Console(width=None if Console().is_terminal else 140).print(table)
    print("\n".join(differences))


if __name__ == "__main__":
    start(main)
