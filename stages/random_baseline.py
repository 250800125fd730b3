"""A network with random weights: the shape and the tokenizer of the extended model, and nothing learnt.

What it scores on a benchmark is what the form of the items gives away, the length of the answers above all; where that
is not chance, a model's score there is no better than what lies above this one's. Weights are drawn as before SmolLM2's
training: normal with the deviation that its config names (`initializer_range`), norms at one, biases at zero.
"""

from pathlib import Path
from typing import Any

from pydantic import NonNegativeInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import load, section

SECTIONS = ("random_baseline",)


@section
class Params:
    """Of `random_baseline`; params.yaml explains each."""

    seed: NonNegativeInt


def run(model: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write a model folder like `model` with weights drawn by the seed; returns what was drawn."""
    from stages.model.files import copy_companions, read_config, read_tensors, write_tensors
    from stages.model.random_weights import random_tensors

    config = read_config(model)
    if "initializer_range" not in config:
        raise BadInput(f"{model}/config.json: initializer_range is missing. Add the deviation of first weights (0.02).")
    drawn = random_tensors(read_tensors(model), config["initializer_range"], params.seed)
    with new_folder(out) as folder:
        write_tensors(drawn, config, folder)
        copy_companions(model, folder)
    parameters = sum(tensor.numel() for tensor in drawn.values())
    return {"parameters": parameters, "standard_deviation": config["initializer_range"]}


def main() -> None:
    """Entry point."""
    given = parser(__doc__, "model", "out", "metrics").parse_args()
    write_metrics(given.metrics, run(given.model, given.out, load(Params, given.params, *SECTIONS)))


if __name__ == "__main__":
    start(main)
