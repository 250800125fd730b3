"""Measure over which distance a model finds a number again: passkey retrieval by length and depth.

    python -m commands.passkey --model models/pretrain/long_context --lengths 256 512 1024

A cell is the share of prompts of that length (tokens, at most) and depth (0: the key stands at the beginning, 1: just
before the question) whose key greedy decoding gives, and in brackets the mean negative log-likelihood of the key
(nats; guessing its five digits costs 11.5). docs/data_order.md says what to make of it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from stages.command import start
from stages.outputs import write_text

if TYPE_CHECKING:
    from stages.scoring.passkey import Retrieval

Cells = dict[tuple[str, int, float], tuple[float, float]]  # language, length, depth -> share found, mean nats


def by_cell(retrievals: Iterable["Retrieval"]) -> Cells:
    """The share of found keys and their mean nats, by language, length and depth."""
    cells = defaultdict(list)
    for one in retrievals:
        cells[one.language, one.length, one.depth].append(one)
    return {place: (mean(one.found for one in some), mean(one.nats for one in some)) for place, some in cells.items()}


def table(language: str, cells: Cells) -> Table:
    """A row a length, a column a depth."""
    depths = sorted({depth for name, _, depth in cells if name == language})
    made = Table(title=f"{language}: keys found in %, nats of the key", title_justify="left")
    for head in ("tokens", *(f"depth {depth:g}" for depth in depths)):
        made.add_column(head, justify="right", no_wrap=True)
    for length in sorted({length for name, length, _ in cells if name == language}):
        row = (cells[language, length, depth] for depth in depths)
        made.add_row(str(length), *(f"{100 * share:.0f} ({nats:.1f})" for share, nats in row))
    return made


def chart(cells: Cells) -> dict[str, Any]:
    """A Vega-Lite specification: the share found by length and depth, a panel a language."""
    rows = [
        {"language": language, "tokens": length, "depth": depth, "found": share}
        for (language, length, depth), (share, _) in sorted(cells.items())
    ]
    colour = {"field": "found", "type": "quantitative", "scale": {"domain": [0, 1]}, "title": "share found"}
    return {
        "data": {"values": rows},
        "mark": "rect",
        "encoding": {
            "column": {"field": "language", "type": "nominal", "title": None},
            "x": {"field": "tokens", "type": "ordinal", "title": "tokens"},
            "y": {"field": "depth", "type": "ordinal", "title": "depth"},
            "color": colour,
        },
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    arguments.add_argument("--lengths", type=int, nargs="+", default=[256, 512, 1024], metavar="TOKENS")
    arguments.add_argument("--depths", type=float, nargs="+", default=[0.0, 0.25, 0.5, 0.75, 1.0])
    arguments.add_argument("--languages", nargs="+", choices=("vi", "en"), default=["vi", "en"])
    arguments.add_argument("--samples", type=int, default=10, help="prompts of each length and depth (default: 10)")
    arguments.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    arguments.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    arguments.add_argument("--plot", type=Path, metavar="FILE.svg", help="also draw the shares")
    a = arguments.parse_args()

    from tqdm import tqdm

    from stages.reporting import charts
    from stages.scoring.language_model import open_model
    from stages.scoring.passkey import retrievals

    model = open_model(a.model, a.device, a.dtype)
    prompts = len(a.languages) * len(a.lengths) * len(a.depths) * a.samples
    answers = retrievals(model, a.languages, sorted(a.lengths), sorted(a.depths), a.samples)
    cells = by_cell(tqdm(answers, total=prompts, desc="passkey", unit="prompt"))
    for language in a.languages:
        Console().print(table(language, cells))
    if a.plot:
        write_text(a.plot, charts.svg(chart(cells), "passkey") + "\n")


if __name__ == "__main__":
    start(main)
