"""Measure training on a processor: our loop beside `litgpt pretrain`, what learns, and the memory of the loss.

    python -m commands.bench_training

Both train the model in models/extend on the Vietnamese shards of data/pack in the profile's precision, batch, sequence
length and threads, one after the other, each with an empty compiler cache; both measure held-out text and save
checkpoints as often as the profile says. Seconds are counted from the command on: start-up and compilation are in them.
Writes docs/costs/training.json and prints the tables of docs/training_speed.md. About 10 minutes on two idle cores.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from commands.bench_corpus import show
from stages.command import SPIN_COUNT, start
from stages.errors import BadInput
from stages.params import profile_name, read

PARAMS, COSTS = Path("params.yaml"), Path("docs/costs/training.json")
MODEL, BASE, SHARDS = Path("models/extend"), Path("models/prune"), Path("data/pack")
LANGUAGE, STAGE = "vi", "all"
# The loss of one micro-batch of eight sequences of 256 tokens with the vocabulary and width of the real run.
LOSS_POSITIONS, LOSS_ROWS, LOSS_WIDTH = 2048, 55_936, 960
MEASURED_STEPS = 40


def compare_loops(tokens: int, folder: Path, values: dict[str, Any], model: Path, shards: Path) -> dict[str, Any]:
    """Seconds of a run of so many tokens, until its first step, and tokens/s of its second half; ours and litgpt's."""
    from stages.model.files import read_config

    training = values["profiles"][values["profile"]]["training"] | values["training"]
    only = folder / "shards"
    only.mkdir()
    (only / LANGUAGE).symlink_to((shards / LANGUAGE).resolve())
    sources = sorted(json.loads((shards / LANGUAGE / "sources.json").read_text(encoding="utf-8")))
    ours = run_ours(tokens, folder / "ours", values, model, only)
    theirs = run_litgpt(
        tokens, folder / "litgpt", training, read_config(model), (shards / LANGUAGE / sources[0]).resolve()
    )
    return {
        "tokens": tokens,
        "ours": ours,
        "litgpt": theirs,
        "share_of_litgpts_time": round(ours["wall_s"] / theirs["wall_s"], 3),
        "steady_speed_over_litgpts": round(ours["tokens_per_second"] / theirs["tokens_per_second"], 3),
    }


def run_ours(tokens: int, folder: Path, values: dict[str, Any], model: Path, shards: Path) -> dict[str, float]:
    """The stage `pretrain` of all parameters, in a process of its own."""
    from ruamel.yaml import YAML

    profile = values["profiles"][values["profile"]]
    changed = profile | {"pretrain": {**profile["pretrain"], STAGE: {**profile["pretrain"][STAGE], "tokens": tokens}}}
    params = {**values, "profiles": {**values["profiles"], values["profile"]: changed}}
    folder.mkdir()
    YAML(typ="safe", pure=True).dump(params, folder / "params.yaml")
    paths = {"model": model, "base": BASE, "shards": shards, "params": folder / "params.yaml"}
    paths |= {name: folder / name for name in ("out", "metrics", "curve", "logs", "checkpoints")}
    command = [sys.executable, "-m", "stages.pretrain", "--stage", STAGE]
    command += [text for name, path in paths.items() for text in (f"--{name}", str(path))]
    return timed_run(command, folder, tokens_per_step(profile["training"]))


def run_litgpt(
    tokens: int, folder: Path, training: dict[str, Any], config: dict[str, Any], shards: Path
) -> dict[str, float]:
    """`litgpt pretrain` of the same shape on the same shards, in a process of its own."""
    from ruamel.yaml import YAML

    folder.mkdir()
    batch, length = training["batch_sequences"], training["sequence_length"]
    configuration = {
        "model_name": "pythia-14m",  # asked for although the next value replaces it
        "model_config": {
            "name": "nano",
            "block_size": length,
            "vocab_size": config["vocab_size"],
            "padded_vocab_size": config["vocab_size"],
            "n_layer": config["num_hidden_layers"],
            "n_head": config["num_attention_heads"],
            "n_query_groups": config["num_key_value_heads"],
            "n_embd": config["hidden_size"],
            "intermediate_size": config["intermediate_size"],
            "rope_base": config["rope_theta"],
            "rotary_percentage": 1.0,
            "parallel_residual": False,
            "bias": False,
            "norm_class_name": "RMSNorm",
            "norm_eps": config["rms_norm_eps"],
            "mlp_class_name": "LLaMAMLP",
        },
        "out_dir": str(folder / "out"),
        "precision": training["precision"],
        "data": {
            "class_path": "litgpt.data.LitData",
            "init_args": {"data_path": str(shards), "split_names": ["train", "validation"], "num_workers": 1},
        },
        "train": {
            "save_interval": training["checkpoint_every_steps"],
            "log_interval": 1,
            "global_batch_size": batch,
            "micro_batch_size": training["micro_batch_sequences"],
            "max_tokens": tokens,
            "max_norm": training["gradient_clip"],
            "lr_warmup_steps": 50,
            "tie_embeddings": True,
        },
        "eval": {
            "interval": training["measure_every_steps"],
            "max_iters": training["validation_sequences"] // training["micro_batch_sequences"],
        },
        "devices": 1,
        "logger_name": "tensorboard",
    }
    YAML(typ="safe", pure=True).dump(configuration, folder / "config.yaml")
    command = [str(Path(sys.executable).parent / "litgpt"), "pretrain", "--config", str(folder / "config.yaml")]
    return timed_run(command, folder, tokens_per_step(training), threads=training["threads"])


def tokens_per_step(training: dict[str, Any]) -> int:
    return training["batch_sequences"] * training["sequence_length"]


def timed_run(command: list[str], folder: Path, tokens_per_step: int, threads: int | None = None) -> dict[str, float]:
    """Run to the end with an empty compiler cache; the steps' times are those of the loss in its TensorBoard files."""
    environment = os.environ | SPIN_COUNT | {"TORCHINDUCTOR_CACHE_DIR": str(folder / "compiler_cache")}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    begun, clock = time.time(), time.perf_counter()
    with (folder / "output.txt").open("w") as output:
        done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False)
    wall_s = time.perf_counter() - clock
    if done.returncode:
        tail = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BadInput(f"{' '.join(command[:4])} failed: {tail}")
    times = step_times(folder)
    half = len(times) // 2
    return {
        "wall_s": round(wall_s, 1),
        "first_step_s": round(times[0] - begun, 1),
        "tokens_per_second": round((len(times) - 1 - half) * tokens_per_step / (times[-1] - times[half])),
    }


def step_times(folder: Path) -> list[float]:
    """When each step's loss was written, seconds since the epoch, from the TensorBoard files below a folder."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    times = []
    for file in sorted(folder.rglob("events.out.tfevents.*")):
        events = EventAccumulator(str(file), size_guidance={"scalars": 0})
        events.Reload()
        if "loss" in events.Tags()["scalars"]:
            times += [event.wall_time for event in events.Scalars("loss")]
    if len(times) < 4:
        raise BadInput(f"{folder}: {len(times)} steps with a loss in the TensorBoard files. Give --tokens more.")
    return sorted(times)


def compare_learning(values: dict[str, Any], model: Path) -> dict[str, Any]:
    """Tokens/s of steps where all parameters learn and where new rows do, in turns; bytes of gradient and optimizer."""
    import numpy as np
    import torch

    from stages.model.files import count_entries
    from stages.model.folder import load_model
    from stages.training.lean import make_lean
    from stages.training.learning import freeze
    from stages.training.loss import NextTokenModel, next_token_batch

    training = values["profiles"][values["profile"]]["training"]
    torch.set_num_threads(training["threads"])
    shape = (training["micro_batch_sequences"], training["sequence_length"])
    models, steps = {}, {}
    for learns in ("all", "new_rows"):
        gpt = load_model(model, torch.float32)
        vocabulary = gpt.config.vocab_size
        freeze(gpt, learns, old_rows=count_entries(BASE))
        make_lean(gpt)
        models[learns] = NextTokenModel(gpt)
        learning = [parameter for parameter in gpt.parameters() if parameter.requires_grad]
        steps[learns] = learning, torch.optim.AdamW(learning, lr=1e-4, fused=True)
    seconds: dict[str, list[float]] = {learns: [] for learns in models}
    for number in range(MEASURED_STEPS):
        blocks = np.random.default_rng(number).integers(0, vocabulary, shape)
        for learns, module in models.items():
            begun = time.perf_counter()
            learning, optimizer = steps[learns]
            module(*next_token_batch(blocks)).div(blocks.size).backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            seconds[learns].append(time.perf_counter() - begun)
    figures: dict[str, Any] = {}
    for learns, (learning, _) in steps.items():
        held = sum(parameter.numel() for parameter in learning) * 3 * 4  # gradient and two moments, in float32
        speed = shape[0] * shape[1] / float(np.median(seconds[learns][5:]))
        figures[learns] = {"tokens_per_second": round(speed), "gradient_and_optimizer_mib": round(held / 2**20, 2)}
    ratio = figures["new_rows"]["tokens_per_second"] / figures["all"]["tokens_per_second"]
    return figures | {"new_rows_over_all": round(ratio, 3)}


def measure_loss(form: str) -> dict[str, float]:
    """Peak memory and seconds of loss and gradients of a large vocabulary; `form`: plain or chunked."""
    import torch
    import torch.nn.functional as F

    from stages.training.cross_entropy import summed_cross_entropy

    torch.manual_seed(1)
    head = torch.nn.Linear(LOSS_WIDTH, LOSS_ROWS, bias=False)
    hidden = torch.randn(LOSS_POSITIONS, LOSS_WIDTH, requires_grad=True)
    targets = torch.randint(LOSS_ROWS, (LOSS_POSITIONS,))
    before, begun = peak_mib(), time.perf_counter()
    if form == "plain":
        loss = F.cross_entropy(head(hidden), targets, reduction="sum")
    else:
        loss = summed_cross_entropy(head, hidden, targets)
    loss.backward()
    return {"added_mib": round(peak_mib() - before), "wall_s": round(time.perf_counter() - begun, 1)}


def peak_mib() -> float:
    """The most memory that this process held so far. (`getrusage` would count what its parent held before `exec`.)"""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def in_own_process(part: str, arguments: list[str]) -> Any:
    command = [sys.executable, "-m", "commands.bench_training", "--part", part, *arguments]
    done = subprocess.run(command, env=os.environ | SPIN_COUNT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadInput(f"{' '.join(command[2:])} failed: {done.stderr.strip()[-800:]}")
    return json.loads(done.stdout)


def show_all(found: dict[str, Any]) -> None:
    loops = found["loops"]
    rows = [
        (name, f"{run['wall_s']:.1f}", f"{run['first_step_s']:.1f}", f"{run['tokens_per_second']:,}")
        for name, run in (("ours", loops["ours"]), ("litgpt pretrain", loops["litgpt"]))
    ]
    ratio = (f"{loops['share_of_litgpts_time']:.2f}", "", f"{loops['steady_speed_over_litgpts']:.2f}")
    columns = ("loop", "wall s", "first step after s", "tokens/s, second half")
    show(f"A run of {loops['tokens']:,} tokens:", columns, [*rows, ("ours / litgpt's", *ratio)])
    learns = found["learns"]
    rows = [
        (name, f"{learns[name]['tokens_per_second']:,}", f"{learns[name]['gradient_and_optimizer_mib']:.2f}")
        for name in ("all", "new_rows")
    ]
    columns = ("learns", "tokens/s", "gradient and optimizer MiB")
    show("What learns:", columns, [*rows, ("new_rows / all", f"{learns['new_rows_over_all']:.2f}", "")])
    rows = [(form, f"{part['added_mib']:,}", f"{part['wall_s']:.1f}") for form, part in found["loss"].items()]
    title = f"Loss and gradients of {LOSS_POSITIONS:,} positions, width {LOSS_WIDTH}, {LOSS_ROWS:,} rows, float32:"
    show(title, ("loss", "peak MiB added", "wall s"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=2_000_000, help="of the runs that are compared")
    parser.add_argument("--part", choices=["loops", "learns", "plain", "chunked"], help="measure this only, print JSON")
    a = parser.parse_args()
    values = read(PARAMS)
    profile_name(values, PARAMS)
    for needed in (MODEL, BASE, SHARDS):
        if not needed.exists():
            raise BadInput(f"{needed}: not found. Make it first: dvc repro {'pack' if needed == SHARDS else 'extend'}.")
    if a.part in ("plain", "chunked"):
        print(json.dumps(measure_loss(a.part)))
    elif a.part == "learns":
        print(json.dumps(compare_learning(values, MODEL)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            loops = compare_loops(a.tokens, Path(folder), values, MODEL, SHARDS)
        if a.part == "loops":
            print(json.dumps(loops))
            return
        found = {"loops": loops, "learns": in_own_process("learns", [])}
        found["loss"] = {form: in_own_process(form, []) for form in ("plain", "chunked")}
        COSTS.parent.mkdir(parents=True, exist_ok=True)
        COSTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        show_all(found)
        print(f"Written to {COSTS}. The tables above are those of docs/training_speed.md.")


if __name__ == "__main__":
    start(main)
