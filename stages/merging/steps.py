"""Merging model folders with mergekit, so that the same inputs and seed give the same bytes.

That asks for inputs of one shape (so no `tokenizer_source`, whose union of vocabularies follows
addresses in memory) and one thread. Without a model card nothing asks the hub.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when mergekit imports the hub's client

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from mergekit.config import MergeConfiguration
from mergekit.merge import run_merge
from mergekit.options import MergeOptions
from torch import Tensor

Method = Literal["dare_ties", "della_linear"]


def merge(
    method: Method,
    origin: Path,
    weights: Mapping[Path, float],
    parameters: Mapping[str, float],
    normalize: bool,
    seed: int,
    out: Path,
) -> None:
    """Write into `out` the model `origin` plus weighted, thinned differences of other models from it, in float32.

    `parameters` (`density`, for DELLA also `epsilon`) are the same for each model. DARE-TIES: Yu et
    al. 2024, arXiv 2311.03099, with the signs of Yadav et al. 2023, arXiv 2306.01708; DELLA: Deep et
    al. 2024, arXiv 2406.11617. With `normalize` the sum is divided by that of the weights.
    """
    models = [
        {"model": str(folder), "parameters": {"weight": weight, **parameters}} for folder, weight in weights.items()
    ]
    configuration = MergeConfiguration.model_validate(
        {
            "merge_method": method,
            "base_model": str(origin),
            "models": models,
            "dtype": "float32",
            "parameters": {"normalize": normalize},
        }
    )
    torch.set_num_threads(1)
    run_merge(configuration, str(out), MergeOptions(random_seed=seed, write_model_card=False, copy_tokenizer=False))


def with_missing_rows(tensors: Mapping[str, Tensor], origin: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors in the shapes of `origin`. Rows and whole tensors that they lack are its own, so they do not differ."""
    return {
        name: torch.cat([own[: len(rows)], rows[len(own) :].to(own.dtype)])
        for name, rows in origin.items()
        for own in (tensors.get(name, rows),)
    }


def distance(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> float:
    """Euclidean distance between two models of the same shape."""
    return sum(float(((one[name].float() - other[name].float()) ** 2).sum()) for name in sorted(one)) ** 0.5
