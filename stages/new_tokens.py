"""Optional: how well the extended model starts with its new tokens, and how soon it learns them.

Reads the base, the extended model and the packed text; trains the new rows as the stage pretrain
new_rows does and keeps nothing but figures: bits per byte before and after, how far the model that reads
a new token goes on as after the old pieces, and what new tokens cost beyond their pieces, by how
often training has shown them. `make bake-off` compares initialisations by it; with `enabled: false` it
writes an empty metrics file.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import write_metrics
from stages.params import load, section
from stages.training.settings import Schedule, TrainingSettings

SECTIONS = (
    "new_tokens",
    "pretrain.new_rows",
    "mixture",
    "training",
    "profiles.{profile}.pretrain.new_rows",
    "profiles.{profile}.training",
)
LANGUAGE, OTHER_LANGUAGE = "vi", "en"  # whose held-out text is read in both ways, and what must not suffer


@section
class Params(TrainingSettings):
    enabled: bool
    curve_every_steps: PositiveInt
    # What follows is pretrain.new_rows and its mixture; the rows are trained here as they are there.
    initial: Literal["extend"]
    learns: Literal["new_rows"]
    schedule: Schedule
    low_rank: None
    mixture: None
    order_seed: NonNegativeInt
    languages: dict[str, NonNegativeFloat]
    sources: dict[str, NonNegativeFloat]
    context_factor: Literal[1]
    rope_base: None
    long_documents: Annotated[float, Field(ge=0, le=0)]
    tokens: NonNegativeInt
    learning_rate: PositiveFloat


def run(model_folder: Path, base: Path, shards: Path, logs: Path, checkpoints: Path, params: Params) -> dict[str, Any]:
    """Measure, train and measure; returns the metrics (none if not enabled)."""
    if not params.enabled:
        return {}
    if params.tokens == 0:
        raise BadInput(
            "pretrain.new_rows.tokens: 0 trains no new rows. Give it tokens, or set new_tokens.enabled: false."
        )

    import numpy as np
    import torch

    from stages.model.files import end_of_text_id
    from stages.model.folder import load_model
    from stages.readings.invariance import divergences
    from stages.readings.learning import Occurrences, by_occurrences, learning_curve
    from stages.readings.pairs import base_pieces, nats_along, predict, read_both
    from stages.tokenizer import byte_bpe
    from stages.training.checkpoints import Checkpoints, fingerprint
    from stages.training.devices import leave_to_first_rank, start_fabric
    from stages.training.held_out import measure
    from stages.training.learning import freeze, phases
    from stages.training.loop import Plan
    from stages.training.loss import NextTokenModel, next_token_batch
    from stages.training.packed import held_out_blocks, training_mixture
    from stages.training.phases import train_phases
    from stages.training.schedule import learning_rate

    settings = replace(params, measure_every_steps=params.curve_every_steps)
    fabric = start_fabric(settings)
    # The same held-out text whatever the order of training: by the seed of the other stages.
    held_out = held_out_blocks(shards, params.sequence_length, params.validation_sequences, params.seed)
    if absent := {LANGUAGE, OTHER_LANGUAGE} - held_out.keys():
        raise BadInput(f"{shards}: no validation text of {sorted(absent)} fills one sequence. Give split more text.")

    old, new = (byte_bpe.read(folder / "tokenizer.json") for folder in (base, model_folder))
    pieces, symbols = base_pieces(base, model_folder), new.symbols
    space = byte_bpe.to_symbols(b" ")
    begins_word = [symbols.get(id_, "").startswith(space) for id_ in range(new.size)]
    pairs = [read_both(block, pieces, params.sequence_length) for block in held_out[LANGUAGE].blocks]
    pairs = [pair for pair in pairs if len(pair.tokens) > 2]
    if not pairs:
        raise BadInput(f"{shards}: no validation text of {LANGUAGE} can be read in the base's pieces. Give split more.")
    texts, texts_in_pieces = [pair.tokens for pair in pairs], [pair.pieces for pair in pairs]

    def predictions(model: torch.nn.Module, texts: list[np.ndarray]) -> Any:
        def log_probabilities(tokens: torch.Tensor) -> torch.Tensor:
            with torch.no_grad(), fabric.autocast():
                return torch.log_softmax(model(fabric.to_device(tokens)).float(), dim=-1)

        return predict(log_probabilities, texts, params.micro_batch_sequences)

    end_of_text = end_of_text_id(model_folder) if params.document_mask else None
    base_model = NextTokenModel(fabric.to_device(load_model(base, torch.float32)).eval(), end_of_text)
    model = fabric.to_device(load_model(model_folder, torch.float32)).eval()
    piece_costs = nats_along(predictions(base_model, texts_in_pieces), texts_in_pieces)
    readings = predictions(base_model, texts_in_pieces), predictions(NextTokenModel(model, end_of_text), texts)
    divergence = divergences(*readings, pairs, old.size, begins_word)
    del base_model, readings

    steps = params.tokens // (params.batch_sequences * params.sequence_length)
    mixture = training_mixture(shards, params.sequence_length, params.languages, params.sources, params.order_seed)
    shown = Occurrences(lambda step: mixture.batch(step, params.batch_sequences), new.size)

    def losses(model: torch.nn.Module) -> dict[str, float]:
        parts = {language: held_out[language] for language in (LANGUAGE, OTHER_LANGUAGE)}
        with fabric.autocast():
            return measure(fabric, model, parts, params.micro_batch_sequences)

    def learnt(model: torch.nn.Module) -> dict[str, float]:
        token_costs = nats_along(predictions(model, texts), texts)
        return by_occurrences(token_costs, piece_costs, pairs, shown.counts, old.size)

    reader = NextTokenModel(model, end_of_text)
    before, first = losses(reader), learnt(reader)

    def plan(first: int, steps: int) -> Plan:
        return Plan(
            steps=steps,
            batch=lambda step: next_token_batch(shown.batch(first + step), end_of_text),
            learning_rate=lambda step: learning_rate(step, steps, params.learning_rate, params.schedule),
            measure=learnt,
            end_of_text=end_of_text,
        )

    inputs = {"model": model_folder, "base": base, "shards": shards}
    saved = Checkpoints(checkpoints, fingerprint(settings, inputs), params.keep_checkpoints)
    names = phases(model, params.learns)
    points = train_phases(
        fabric, model, names, lambda learns: freeze(model, learns, old.size), steps, plan, settings, saved, logs
    )
    after = losses(NextTokenModel(fabric.to_device(model), end_of_text))
    leave_to_first_rank(fabric)
    saved.remove()
    return {
        "before": before,
        "after": after,
        "tokens": steps * params.batch_sequences * params.sequence_length,
        "invariance": {"kl_nats": float(divergence.mean()), "positions": len(divergence)},
        "learning": learning_curve([first, *points]),
    }


def main() -> None:
    a = parser(__doc__, "model", "base", "shards", "metrics", "logs", "checkpoints").parse_args()
    params = load(Params, a.params, *SECTIONS)
    write_metrics(a.metrics, run(a.model, a.base, a.shards, a.logs, a.checkpoints, params))


if __name__ == "__main__":
    start(main)
