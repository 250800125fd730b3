"""What a model's weights, gradients and AdamW's moments take in training, with and without adapters.

    python -m commands.training_memory models/extend/config.json --ranks 32 128

Counted on a model without memory, so any size will do. The weights are float32 (precision 32-true and bf16-mixed).
Activations, logits and what the libraries hold come on top.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.command import start
from stages.errors import BadInput

BYTES_PER_WEIGHT = 4
BYTES_PER_LEARNING_PARAMETER = 4 + 2 * 4  # its gradient, AdamW's two moments
GIGA = 10**9


@dataclass(frozen=True)
class Memory:
    """Parameters of a model in training, adapters included, and how many of them learn."""

    parameters: int
    learning: int

    @property
    def gigabytes(self) -> float:
        return (BYTES_PER_WEIGHT * self.parameters + BYTES_PER_LEARNING_PARAMETER * self.learning) / GIGA


def training_memory(config: dict[str, Any], learns: str, rank: int | None) -> Memory:
    """Count what is held where `learns` learns, by adapters of `rank` (None: without) of the blocks' matrices."""
    import torch
    from litgpt.model import GPT

    from stages.model.conversion import litgpt_config
    from stages.model.lora import adapt
    from stages.training.learning import freeze

    with torch.device("meta"):
        model = GPT(litgpt_config(config))
    if config["tie_word_embeddings"]:
        model.lm_head.weight = model.transformer.wte.weight
    freeze(model, learns, old_rows=config["vocab_size"])
    if rank is not None:
        adapt(model, rank, rank, seed=0)
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return Memory(sum(size for size, _ in sizes), sum(size for size, learning in sizes if learning))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("config", type=Path, help="config.json of a Llama")
    arguments.add_argument("--ranks", type=int, nargs="+", default=[32, 128], help="of the adapters")
    given = arguments.parse_args()

    if given.config.name != "config.json":
        raise BadInput(f"{given.config}: expected the config.json of a model folder, as models/extend/config.json.")
    if min(given.ranks) < 1:
        raise BadInput(f"--ranks: {min(given.ranks)} is less than 1. Give the ranks of the adapters, as 32 128.")

    from commands.bench_corpus import show
    from stages.model.files import read_config

    config = read_config(given.config.parent)
    rows = []
    for learns in ("all", "blocks"):
        for rank in (None, *given.ranks):
            memory = training_memory(config, learns, rank)
            rows.append(
                [
                    learns,
                    "none" if rank is None else str(rank),
                    f"{memory.parameters / 10**6:,.1f}",
                    f"{memory.learning / 10**6:,.1f}",
                    f"{memory.gigabytes:,.1f}",
                ]
            )
    show("Weights, gradients and moments", ["learns", "rank", "parameters, millions", "of them learn", "GB"], rows)


if __name__ == "__main__":
    start(main)
