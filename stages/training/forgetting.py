"""Forgetting: how far the bits per byte of what a model knew rise over the base's, while it learns Vietnamese."""

import logging
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from litgpt.model import GPT

from stages.errors import BadInput
from stages.model.folder import load_model
from stages.readings.pairs import Pieces, base_pieces, read_both
from stages.training.held_out import HeldOut
from stages.training.loss import IGNORED, NextTokenModel, loss_sum
from stages.training.settings import ForgettingLimits

log = logging.getLogger(__name__)


class Forgetting:
    """Compares held-out bits per byte with the base's on the same text, and gives alarm."""

    def __init__(self, base: Mapping[str, float], limits: ForgettingLimits):
        """`base` is the base model's bits per byte of each language that is watched."""
        self._base, self._limits = base, limits
        self._alarmed: set[str] = set()

    def judge(self, row: Mapping[str, float]) -> str:
        """What the progress line says of a measurement; a warning in the log where a limit is newly crossed.

        Raises `BadInput` where the policy is to stop.
        """
        rises, above = self._rises(row), self._above(row)
        for language in above:
            rise, limit = rises[language], self._limits.max_rise_percent[language]
            told = (
                f"step {row['step']}: held-out bits per byte of {language} lie {rise:.1f} % above the base's "
                f"({row[f'{language}_bits_per_byte']:.3f}, {self._base[language]:.3f}), more than the {limit:g} % of "
                f"forgetting.max_rise_percent.{language}"
            )
            if self._limits.policy == "stop":
                raise BadInput(
                    f"{told}. Raise the share of {language} in mixture.languages or lower the learning rate; with "
                    "forgetting.policy: warn, or a higher limit, the run goes on from its last checkpoint."
                )
            if language not in self._alarmed:
                log.warning("%s", told)
        self._alarmed = set(above)
        return ", ".join(f"FORGETTING {language} {rises[language]:+.0f} %" for language in above)

    def mark(self, curve: list[dict[str, float]]) -> list[dict[str, float]]:
        """The curve with `<language>_rise_percent`, and `forgetting`: of how many languages the limit is passed."""
        named = [{f"{language}_rise_percent": rise for language, rise in self._rises(row).items()} for row in curve]
        return [row | rises | {"forgetting": len(self._above(row))} for row, rises in zip(curve, named, strict=True)]

    def alarms(self, curve: list[dict[str, float]]) -> int:
        """How often a limit was newly crossed along a curve."""
        above = [set(self._above(row)) for row in curve]
        return sum(len(now - before) for before, now in zip([set(), *above], above, strict=False))

    def _above(self, row: Mapping[str, float]) -> list[str]:
        limits = self._limits.max_rise_percent
        return [language for language, rise in self._rises(row).items() if rise > limits[language]]

    def _rises(self, row: Mapping[str, float]) -> dict[str, float]:
        return {language: 100 * (row[f"{language}_bits_per_byte"] / base - 1) for language, base in self._base.items()}


def measure_base(
    fabric: Fabric,
    base: Path,
    extended: Path,
    held_out: Mapping[str, HeldOut],
    limits: ForgettingLimits,
    batch: int,
    end_of_text: int | None = None,
) -> dict[str, float]:
    """The base's bits per byte on the held-out blocks of each language that `limits` names and that has any.

    The blocks are in ids of the extended vocabulary; the base reads the same bytes in its own pieces. With
    `end_of_text`, that token's id, it sees and scores nothing across a document's border, as the trained model then.
    """
    for language in sorted(limits.max_rise_percent.keys() - held_out.keys()):
        log.warning("forgetting.max_rise_percent.%s: no held-out text of %s, so it is not watched", language, language)
    pieces = base_pieces(base, extended)
    model = fabric.to_device(load_model(base, torch.float32)).eval()
    watched = {language: held_out[language] for language in sorted(limits.max_rise_percent) if language in held_out}
    with fabric.autocast():
        return {
            language: bits_per_byte(fabric, model, part, pieces, batch, end_of_text)
            for language, part in watched.items()
        }


@torch.no_grad()
def bits_per_byte(
    fabric: Fabric, model: GPT, part: HeldOut, pieces: Pieces, batch: int, end_of_text: int | None = None
) -> float:
    """Bits per byte of `part` of a model that knows the pieces of its tokens only.

    What is scored is every token but the first of a block, with `end_of_text` of a document, as with the extended
    model; a block is cut where its pieces are more than the model's context, or the base has none for a byte.
    """
    pairs = [read_both(block, pieces, model.config.block_size) for block in part.blocks]
    scored, nats = sum(int((pair.tokens[:-1] != end_of_text).sum()) for pair in pairs), 0.0
    for begin in range(0, len(pairs), batch):
        some = pairs[begin : begin + batch]
        tokens = np.zeros((len(some), max(len(pair.pieces) for pair in some)), dtype=np.int64)
        targets = np.full_like(tokens, IGNORED)
        for row, pair in enumerate(some):
            tokens[row, : len(pair.pieces)] = pair.pieces
            first = pair.ends[0]
            targets[row, first - 1 : len(pair.pieces) - 1] = pair.pieces[first:]
        if end_of_text is not None:
            targets[tokens == end_of_text] = IGNORED
        reader = NextTokenModel(model, end_of_text)
        nats += float(loss_sum(fabric, reader, torch.from_numpy(tokens), torch.from_numpy(targets)))
    return nats / scored * part.tokens_per_byte / math.log(2)
