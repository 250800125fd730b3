"""The curve of a training run: what was measured, as a small CSV."""

import csv
import io
from pathlib import Path

from stages.outputs import write_text

COLUMNS = ("step", "learning_rate", "gradient_norm", "train_loss", "skipped_batches")  # and what the stage measures


WATCHED = ("_loss", "_per_byte", "_rise_percent", "skipped_batches")


def final_losses(curve: list[dict[str, float]]) -> dict[str, float]:
    """What a run was watched for, at its end, for its metrics file; nothing for a run of no steps."""
    return {name: value for name, value in curve[-1].items() if name.endswith(WATCHED)} if curve else {}


def write_curve(file: Path, curve: list[dict[str, float]]) -> None:
    """Write a row for each measurement, six digits each; a run of no steps has the names of the columns only."""
    names = list(curve[0]) if curve else COLUMNS
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([f"{row[name]:.6g}" for name in names] for row in curve)
    write_text(file, text.getvalue())
