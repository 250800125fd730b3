"""The base model and its tokenizer: trained here on the English documents, or a pinned download.

`origin: train` trains a byte-level BPE and a SmolLM2-shaped Llama on <documents>/train and measures
it on <documents>/validation; `origin: hub` copies a snapshot of a model repository, pinned by its
full commit hash. Writes a model folder. A killed training goes on from --checkpoints.
"""

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.text.documents import read_documents
from stages.training.curve import final_losses, write_curve
from stages.training.settings import Schedule, TrainingSettings

SECTIONS = ("base", "training", "profiles.{profile}.base", "profiles.{profile}.training")

log = logging.getLogger(__name__)


@section
class Shape:
    hidden_size: PositiveInt
    intermediate_size: PositiveInt
    num_hidden_layers: PositiveInt
    num_attention_heads: PositiveInt
    num_key_value_heads: PositiveInt
    max_position_embeddings: PositiveInt
    rope_theta: PositiveInt


@section
class Params(TrainingSettings):
    origin: Literal["train", "hub"]
    repository: str
    revision: Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
    max_vocabulary: PositiveInt
    shape: Shape
    tokens: PositiveInt
    learning_rate: PositiveFloat
    schedule: Schedule


def run(documents: Path, out: Path, curve: Path, logs: Path, checkpoints: Path, params: Params) -> dict[str, Any]:
    """Make the base model folder; returns its size and, when trained here, the last measurements."""
    if params.origin == "train":
        return train_base(documents, out, curve, logs, checkpoints, params)
    from stages.model.download import download_model

    with new_folder(out) as folder:
        config = download_model(params.repository, params.revision, folder)
    write_curve(curve, [])
    return {"vocabulary": config["vocab_size"], "steps": 0, "tokens": 0}


def train_base(
    documents: Path, out: Path, curve: Path, logs: Path, checkpoints: Path, params: Params
) -> dict[str, Any]:
    """Train tokenizer and model on <documents>/train."""
    from stages.model.conversion import random_model
    from stages.model.folder import save_model
    from stages.model.smollm2 import generation_config, smollm2_config
    from stages.tokenizer.training import train_tokenizer, write_tokenizer
    from stages.training.checkpoints import Checkpoints, fingerprint
    from stages.training.devices import start_fabric
    from stages.training.held_out import HeldOut, choose, measure
    from stages.training.loop import Plan, train
    from stages.training.loss import next_token_batch
    from stages.training.mixture import Mixture
    from stages.training.schedule import learning_rate
    from stages.training.shards import END_OF_TEXT, cut_blocks, encode

    texts = (document.text for document in read_documents(documents / "train"))
    tokenizer = train_tokenizer(texts, params.max_vocabulary)
    length, rows = params.sequence_length, params.batch_sequences
    blocks, _ = cut_blocks(encode(tokenizer, read_documents(documents / "train")), length)
    unseen, tokens_per_byte = cut_blocks(encode(tokenizer, read_documents(documents / "validation")), length)
    if not (len(blocks) and len(unseen)):
        raise BadInput(f"{documents}: train and validation need at least {length} tokens each. Add English documents.")
    log.info("%d entries, %d training tokens", tokenizer.get_vocab_size(), blocks.size)

    fabric = start_fabric(params)
    config = smollm2_config(asdict(params.shape), tokenizer.get_vocab_size())
    model = random_model(config, params.seed)
    chosen = choose(len(unseen), params.validation_sequences, params.seed)
    held_out = {"en": HeldOut(unseen[chosen], tokens_per_byte)}
    mixture = Mixture({"en": blocks}, {"en": 1.0}, params.seed)

    steps = params.tokens // (rows * length)
    end_of_text = tokenizer.token_to_id(END_OF_TEXT) if params.document_mask else None
    plan = Plan(
        steps=steps,
        batch=lambda step: next_token_batch(mixture.batch(step, rows), end_of_text),
        learning_rate=lambda step: learning_rate(step, steps, params.learning_rate, params.schedule),
        measure=lambda model: measure(fabric, model, held_out, params.micro_batch_sequences),
        end_of_text=end_of_text,
    )
    saved = Checkpoints(checkpoints, fingerprint(params, {"documents": documents}), params.keep_checkpoints)
    points = train(fabric, model, plan, params, saved, logs)
    with new_folder(out) as folder:
        save_model(model, config, folder)
        write_tokenizer(tokenizer, folder, params.shape.max_position_embeddings)
        write_json(folder / "generation_config.json", generation_config())
    write_curve(curve, points)
    saved.remove()
    size = {"vocabulary": tokenizer.get_vocab_size(), "parameters": sum(p.numel() for p in model.parameters())}
    return size | {"steps": steps, "tokens": steps * rows * length} | final_losses(points)


def main() -> None:
    a = parser(__doc__, "documents", "out", "metrics", "curve", "logs", "checkpoints").parse_args()
    params = load(Params, a.params, *SECTIONS)
    write_metrics(a.metrics, run(a.documents, a.out, a.curve, a.logs, a.checkpoints, params))


if __name__ == "__main__":
    start(main)
