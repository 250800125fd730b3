"""One stage of continued pretraining: a model folder, trained on the packed languages.

Starts from the model folder --model and trains the parameters that the stage's `learns` names, on
the shards below --shards (one folder a language) mixed by `mixture`. --base tells how many tokens
are old, and what must not be forgotten. Writes a model folder; with `tokens: 0` the input passes
through unchanged. A killed run goes on from --checkpoints and ends with the same bits. What does not
learn is compared with the input, bit by bit, before anything is written.
"""

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.params import load, section
from stages.training.curve import final_losses, write_curve
from stages.training.settings import ForgettingLimits, LowRank, Schedule, Share, TrainingSettings

SECTIONS = (
    "pretrain.{stage}",
    "mixture",
    "watching",
    "training",
    "profiles.{profile}.pretrain.{stage}",
    "profiles.{profile}.training",
)

log = logging.getLogger(__name__)


@section
class Mixture:
    main_share: Annotated[float, Field(ge=0, le=1)]  # of the tokens, from the mixture of all stages
    sources: dict[str, NonNegativeFloat]  # for the rest, whatever their language


@section
class Params(TrainingSettings):
    initial: str  # which model --model is; dvc.yaml makes the path of it
    learns: Literal["new_rows", "embeddings", "all", "blocks", "added_blocks"]
    schedule: Schedule
    low_rank: LowRank | None  # null: the matrices of the blocks learn themselves
    mixture: Mixture | None  # null: only the one of all stages, which follows
    order_seed: NonNegativeInt
    languages: dict[str, NonNegativeFloat]
    sources: dict[str, NonNegativeFloat]
    context_factor: PositiveInt
    rope_base: PositiveInt | None
    long_documents: Share
    forgetting: ForgettingLimits
    tokens: NonNegativeInt
    learning_rate: PositiveFloat


def run(
    model_folder: Path, base: Path, shards: Path, out: Path, curve: Path, logs: Path, checkpoints: Path, params: Params
) -> dict[str, Any]:
    """Train and write the model and its curve; returns what learned and the last measurements."""
    if params.tokens == 0:
        with new_folder(out) as folder:
            shutil.copytree(model_folder, folder, dirs_exist_ok=True)
        write_curve(curve, [])
        return {"steps": 0, "tokens": 0}

    import torch

    from stages.model.files import copy_companions, count_entries, end_of_text_id, read_config
    from stages.model.folder import load_model, save_model
    from stages.model.lora import adapt, merge
    from stages.training.checkpoints import Checkpoints, fingerprint
    from stages.training.devices import leave_to_first_rank, start_fabric
    from stages.training.forgetting import Forgetting, measure_base
    from stages.training.held_out import measure
    from stages.training.learning import Learns, check_frozen, freeze, phases, unfreeze
    from stages.training.loop import Plan
    from stages.training.loss import next_token_batch
    from stages.training.low_rank import restarts_before_steps
    from stages.training.packed import held_out_blocks, training_mixture
    from stages.training.phases import train_phases
    from stages.training.prefetch import Prefetched
    from stages.training.schedule import learning_rate, rewarmed

    fabric = start_fabric(params)
    length = params.sequence_length * params.context_factor
    rows = max(1, params.batch_sequences // params.context_factor)
    steps = params.tokens // (rows * length)
    if not steps:
        raise BadInput(
            f"params.yaml: pretrain tokens: {params.tokens} are less than one step of {rows} sequences of {length} "
            "tokens. Raise them, or set them to 0: the model then passes through."
        )
    config = read_config(model_folder)
    config["max_position_embeddings"] = max(length, config["max_position_embeddings"])
    config["rope_theta"] = params.rope_base or config["rope_theta"]
    model = load_model(model_folder, torch.float32, config)
    old = {"old_rows": count_entries(base), "old_blocks": read_config(base)["num_hidden_layers"]}
    restarts = params.low_rank and params.low_rank.restarts

    own = params.mixture or Mixture(1.0, {})
    mixture = training_mixture(
        shards,
        length,
        params.languages,
        params.sources,
        params.order_seed,
        own.main_share,
        own.sources,
        params.long_documents,
    )
    blocks = Prefetched(lambda step: mixture.batch(step, rows), steps, params.loader_workers)
    end_of_text = end_of_text_id(model_folder) if params.document_mask else None
    held_out = held_out_blocks(shards, params.sequence_length, params.validation_sequences, params.seed)
    of_base = measure_base(
        fabric, base, model_folder, held_out, params.forgetting, params.micro_batch_sequences, end_of_text
    )
    forgetting = Forgetting(of_base, params.forgetting)

    def choose(learns: Learns) -> None:
        freeze(model, learns, **old)
        if params.low_rank:
            adapt(model, params.low_rank.rank, params.low_rank.alpha, params.seed)

    def rate(step: int, steps: int) -> float:
        return rewarmed(learning_rate(step, steps, params.learning_rate, params.schedule), step, restarts)

    def plan(first: int, steps: int) -> Plan:
        return Plan(
            steps=steps,
            batch=lambda step: next_token_batch(blocks(first + step), end_of_text),
            learning_rate=lambda step: rate(step, steps),
            measure=lambda model: measure(fabric, model, held_out, params.micro_batch_sequences),
            judge=forgetting.judge,
            before_step=restarts_before_steps(model, restarts, params.seed),
            end_of_text=end_of_text,
        )

    mark = fingerprint(params, {"model": model_folder, "base": base, "shards": shards})
    saved = Checkpoints(checkpoints, mark, params.keep_checkpoints)
    names = phases(model, params.learns)
    # As many tokens at once as with the training length.
    at_once = max(1, params.micro_batch_sequences // params.context_factor)
    settings = replace(params, sequence_length=length, micro_batch_sequences=at_once)
    points = forgetting.mark(train_phases(fabric, model, names, choose, steps, plan, settings, saved, logs))
    learned = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    merge(model)
    unfreeze(model)
    leave_to_first_rank(fabric)
    check_frozen(load_model(model_folder, torch.float32, config), model, params.learns, **old)
    with new_folder(out) as folder:
        save_model(model, config, folder)
        copy_companions(model_folder, folder)
    write_curve(curve, points)
    saved.remove()
    alarms = {"forgetting_alarms": forgetting.alarms(points)}
    amounts = {"steps": steps, "tokens": steps * rows * length, "learning_parameters": learned}
    return amounts | {"shares": mixture.shares} | alarms | final_losses(points)


def main() -> None:
    command = parser(__doc__, "model", "base", "shards", "out", "metrics", "curve", "logs", "checkpoints")
    command.add_argument("--stage", required=True)
    a = command.parse_args()
    params = load(Params, a.params, *SECTIONS, stage=a.stage)
    write_metrics(a.metrics, run(a.model, a.base, a.shards, a.out, a.curve, a.logs, a.checkpoints, params))


if __name__ == "__main__":
    start(main)
