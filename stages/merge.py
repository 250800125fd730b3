"""The final model, merged in two steps by mergekit.

First the Vietnamese-tuned models by DARE-TIES; then that one with the English-tuned, the pretrained
and the base model by DELLA-linear. What is merged are the differences from the pretrained model. The
base has no rows for the new tokens and no added blocks; there it differs in nothing and does not pull.
"""

import shutil
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import load, section

SECTIONS = ("merge",)
Share = Annotated[float, Field(ge=0, le=1)]
Density = Annotated[float, Field(gt=0, le=1)]


@section
class DareTies:
    weights: Annotated[dict[str, Share], Field(min_length=1)]
    density: Density


@section
class DellaLinear:
    vietnamese: Share
    english: Annotated[dict[str, Share], Field(min_length=1)]
    base: Share
    density: Density
    epsilon: Share


@section
class Params:
    seed: NonNegativeInt
    vietnamese: DareTies
    final: DellaLinear


def run(tuned: Path, pretrained: Path, base: Path, out: Path, params: Params) -> dict[str, Any]:
    """Merge the models of folder `tuned`, named by their sets, into `out`; returns how far each lies from the result.

    `base` has the pretrained model's tensors, with fewer rows of the embedding and perhaps fewer blocks.
    """
    first, second = params.vietnamese, params.final
    if second.density < 1 and not second.epsilon < min(second.density, 1 - second.density):
        raise BadInput(
            f"merge.final: epsilon {second.epsilon} with density {second.density}: density - epsilon and "
            "density + epsilon must lie between 0 and 1. Lower epsilon."
        )
    from stages.merging.steps import distance, merge, with_missing_rows
    from stages.model.expansion import in_places
    from stages.model.files import (
        copy_companions,
        count_entries,
        read_config,
        read_tensors,
        without_padding,
        write_tensors,
    )

    config, origin = read_config(pretrained), read_tensors(pretrained)
    own = without_padding(read_tensors(base), count_entries(base))
    blocks = (read_config(base)["num_hidden_layers"], config["num_hidden_layers"])
    base_tensors = with_missing_rows(in_places(own, *blocks), origin)
    with new_folder(out) as folder:
        work = folder / "work"
        (work / "base").mkdir(parents=True)
        write_tensors(base_tensors, config, work / "base")
        merge(
            "dare_ties",
            pretrained,
            {tuned / name: weight for name, weight in first.weights.items()},
            {"density": first.density},
            normalize=True,
            seed=params.seed,
            out=work / "vietnamese",
        )
        merge(
            "della_linear",
            pretrained,
            {
                work / "vietnamese": second.vietnamese,
                **{tuned / name: weight for name, weight in second.english.items()},
                work / "base": second.base,
            },
            {"density": second.density, "epsilon": second.epsilon},
            normalize=False,  # divided by the sum of weights, rows that the base lacks would shrink by its share
            seed=params.seed,
            out=work / "merged",
        )
        merged = {name: tensor.to(origin[name].dtype) for name, tensor in read_tensors(work / "merged").items()}
        shutil.rmtree(work)
        write_tensors(merged, config, folder)
        copy_companions(tuned / next(iter(first.weights)), folder)
    distances = {"pretrained": distance(merged, origin), "base": distance(merged, base_tensors)}
    for name in (*first.weights, *second.english):
        distances[name] = distance(merged, read_tensors(tuned / name))
    return {"distance_to": distances}


def main() -> None:
    arguments = parser(__doc__, "tuned", "pretrained", "base", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    metrics = run(arguments.tuned, arguments.pretrained, arguments.base, arguments.out, params)
    write_metrics(arguments.metrics, metrics)


if __name__ == "__main__":
    start(main)
