"""The values of params.yaml that all training stages share."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from stages.params import section

Share = Annotated[float, Field(ge=0, le=1)]


@section
class Schedule:
    """How the learning rate moves over a run; see `stages.training.schedule`."""

    kind: Literal["cosine", "warmup_stable_decay"]
    warmup: Share
    decay: Share
    final: Share

    @model_validator(mode="after")
    def _fits_the_run(self) -> "Schedule":
        if self.kind == "warmup_stable_decay" and self.warmup + self.decay > 1:
            raise ValueError("warmup and decay are together more than the whole run (1); lower one of them")
        return self


@section
class Restarts:
    """When the adapters of low-rank training begin anew; see `stages.training.low_rank`."""

    every_steps: PositiveInt
    warmup_steps: NonNegativeInt  # of the learning rate, after each restart
    kept_moments: Share  # of AdamW's moments of the adapters


@section
class LowRank:
    """Adapters that learn in the stead of the matrices of the blocks; see `stages.model.lora`."""

    rank: PositiveInt
    alpha: PositiveInt
    restarts: Restarts | None


@section
class Divergence:
    """What counts as a run gone wrong, and what is done; see `stages.training.divergence`."""

    policy: Literal["stop", "step_back"]
    max_loss_rise: PositiveFloat
    window_steps: PositiveInt
    max_step_backs: PositiveInt


@section
class ForgettingLimits:
    """How far held-out bits per byte may rise over the base's; see `stages.training.forgetting`."""

    max_rise_percent: dict[str, PositiveFloat]
    policy: Literal["warn", "stop"]


@section
class TrainingSettings:
    """`training` (what is done) and `profiles.<name>.training` (how much, and on which device)."""

    seed: NonNegativeInt
    betas: tuple[Share, Share]
    weight_decay: NonNegativeFloat
    gradient_clip: PositiveFloat
    keep_checkpoints: PositiveInt
    document_mask: bool

    accelerator: Literal["cpu", "cuda"]
    devices: PositiveInt  # on each node
    nodes: PositiveInt
    strategy: Literal["ddp", "fsdp"]
    precision: Literal["32-true", "bf16-mixed", "bf16-true"]
    threads: PositiveInt
    loader_workers: NonNegativeInt
    compile: bool
    sequence_length: PositiveInt
    batch_sequences: PositiveInt
    micro_batch_sequences: PositiveInt
    validation_sequences: PositiveInt
    measure_every_steps: PositiveInt
    checkpoint_every_steps: PositiveInt
    divergence: Divergence
