"""A model tuned on one instruction set with LoRA, the adapters merged back.

Reads a model folder and conversations (documents with `messages` in their metadata), writes them as
ChatML and learns what the assistant says. Writes a plain model folder; with `epochs: 0` the input
passes through unchanged. A killed run goes on from --checkpoints.
"""

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.command import parser, start
from stages.dialogue import chatml
from stages.dialogue.conversations import held_out_count, read_conversations
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.training.curve import final_losses, write_curve
from stages.training.settings import Schedule, TrainingSettings

SECTIONS = (
    "instruct.{set}",
    "conversations",
    "lora",
    "training",
    "profiles.{profile}.instruct.{set}",
    "profiles.{profile}.training",
)
log = logging.getLogger(__name__)


@section
class Params(TrainingSettings):
    initial: str  # which model --model is; dvc.yaml makes the path of it
    rank: PositiveInt
    alpha: PositiveInt
    chat_token_rows: bool
    schedule: Schedule
    held_out: Annotated[float, Field(gt=0, lt=1)]
    epochs: NonNegativeInt
    learning_rate: PositiveFloat


def run(
    model_folder: Path, conversations: Path, out: Path, curve: Path, logs: Path, checkpoints: Path, params: Params
) -> dict[str, Any]:
    """Tune the model and write it and its curve; returns counts and the last measurements."""
    if params.epochs == 0:
        with new_folder(out) as folder:
            shutil.copytree(model_folder, folder, dirs_exist_ok=True)
        write_curve(curve, [])
        return {"steps": 0, "conversations": 0}
    dialogues = read_conversations(conversations)

    import torch
    from litgpt.lora import mark_only_lora_as_trainable
    from tokenizers import Tokenizer

    from stages.dialogue.batches import Example, chosen, collate, cut
    from stages.model.chosen_rows import join_rows, learn_rows
    from stages.model.files import copy_companions, read_config
    from stages.model.folder import load_model, save_model
    from stages.model.lora import adapt, merge
    from stages.training.checkpoints import Checkpoints, fingerprint
    from stages.training.devices import leave_to_first_rank, start_fabric
    from stages.training.loop import Plan, train
    from stages.training.loss import loss_sum, rows_of_rank
    from stages.training.schedule import learning_rate

    fabric = start_fabric(params)
    tokenizer = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    if tokenizer.token_to_id(chatml.START) is None or tokenizer.token_to_id(chatml.END) is None:
        raise BadInput(f"{model_folder}: the tokenizer lacks {chatml.START} or {chatml.END}. Choose a base with both.")
    whole = [Example(*chatml.encode(messages, tokenizer)) for messages in dialogues]
    unseen = held_out_count(len(whole), params.held_out)
    held_out, learning = (
        [short for example in part if (short := cut(example, params.sequence_length))]
        for part in (whole[:unseen], whole[unseen:])
    )
    with_answer = len(held_out) + len(learning)
    if not (held_out and learning):
        raise BadInput(
            f"{conversations}: {len(dialogues)} conversations, {with_answer} of them with an answer in the first "
            f"{params.sequence_length} tokens: too few to learn from. Add conversations, or set epochs: 0."
        )

    model = fabric.to_device(load_model(model_folder, torch.float32))
    adapt(model, params.rank, params.alpha, params.seed)
    mark_only_lora_as_trainable(model)
    if params.chat_token_rows:
        learn_rows(model, [tokenizer.token_to_id(token) for token in (chatml.START, chatml.END)])
    rows = params.batch_sequences
    steps = max(1, params.epochs * len(learning) // rows)
    log.info("%d conversations, %d steps", len(learning), steps)

    @torch.no_grad()
    def measure(wrapped: torch.nn.Module) -> dict[str, float]:
        total, count = torch.zeros((), dtype=torch.float64, device=fabric.device), 0
        for begin in range(0, len(held_out), params.micro_batch_sequences):
            tokens, targets = collate(held_out[begin : begin + params.micro_batch_sequences])
            total += loss_sum(fabric, wrapped, *rows_of_rank(fabric, tokens, targets))
            count += int((targets >= 0).sum())
        return {"held_out_loss": float(fabric.all_reduce(total, reduce_op="sum")) / count}

    plan = Plan(
        steps=steps,
        batch=lambda step: collate(chosen(learning, step, rows, params.seed)),
        learning_rate=lambda step: learning_rate(step, steps, params.learning_rate, params.schedule),
        measure=measure,
    )
    inputs = {"model": model_folder, "conversations": conversations}
    saved = Checkpoints(checkpoints, fingerprint(params, inputs), params.keep_checkpoints)
    before = measure(model)["held_out_loss"]
    # Not compiled: nearly every batch has another length, and each would be compiled for itself.
    points = train(fabric, model, plan, replace(params, compile=False), saved, logs)
    merge(model)
    join_rows(model)
    leave_to_first_rank(fabric)
    with new_folder(out) as folder:
        save_model(model, read_config(model_folder), folder)
        copy_companions(model_folder, folder)
        end_turns(folder, tokenizer)
    write_curve(curve, points)
    saved.remove()
    return {
        "conversations": len(dialogues),
        "cut": sum(len(example.ids) > params.sequence_length for example in whole),
        "without_answer": len(whole) - with_answer,
        "held_out": len(held_out),
        "learnt_tokens": sum(sum(example.learnt) for example in learning),
        "steps": steps,
        "held_out_loss_before": before,
    } | final_losses(points)


def end_turns(folder: Path, tokenizer: Any) -> None:
    """Let generation stop where a turn ends (in chat programs that is the end token), as well as where a text ends."""
    from stages.model.files import read_optional

    ids = [id_ for id_ in map(tokenizer.token_to_id, (chatml.END, "<|endoftext|>")) if id_ is not None]
    generation = folder / "generation_config.json"
    write_json(generation, read_optional(generation) | {"eos_token_id": ids, "pad_token_id": ids[-1]})
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / name).exists():
            write_json(folder / name, read_optional(folder / name) | {"eos_token": chatml.END})


def main() -> None:
    command = parser(__doc__, "model", "conversations", "out", "metrics", "curve", "logs", "checkpoints")
    command.add_argument("--set", required=True)
    a = command.parse_args()
    params = load(Params, a.params, *SECTIONS, set=a.set)
    write_metrics(a.metrics, run(a.model, a.conversations, a.out, a.curve, a.logs, a.checkpoints, params))


if __name__ == "__main__":
    start(main)
