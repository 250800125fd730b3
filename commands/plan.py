"""What a profile will take: what is downloaded from where, under which licence, disk, tokens and GPU hours.

Nothing is asked of the network: the figures are the limits in params.yaml times the sizes noted
there. Rough on purpose; the constants below say from what.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PositiveFloat
from rich import box
from rich.console import Console
from rich.table import Table

from stages import fetch, params
from stages.command import start
from stages.errors import BadInput
from stages.items.source import load_source
from stages.params import section

MEGA, GIGA = 10**6, 10**9
WORLD_BYTES_PER_DOCUMENT = 520
# Zstd Parquet against the text in it: 0.30 to 0.36 on Vietnamese and English encyclopedia and news.
STORED_SHARE = 0.35
# fetch, clean, perplexity, dedup and split each keep a copy, and DVC's cache holds the same files a second time.
CORPUS_COPIES = 5
CACHE_COPIES = 2
BYTES_PER_PARAMETER = 4  # float32 model folders
DOWNLOADED_BYTES_PER_PARAMETER = 2  # the hub's are bfloat16
BYTES_PER_CHECKPOINT_PARAMETER = 12  # weights and AdamW's two moments
FLOP_PER_PARAMETER_AND_TOKEN = 6  # forward and backward (Kaplan et al. 2020, section 2.1)


@section
class Settings:
    """The section `plan` of params.yaml: the GPU that the hours are counted in."""

    gpu: str
    gpu_peak_tflops: PositiveFloat
    gpu_utilisation: Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True)
class SourcePlan:
    """One source of a profile; `documents` and `text_bytes` at most, None where the folder decides."""

    name: str
    corpus: str
    origin: str
    licence: str
    gated: bool
    pinned: bool
    documents: int
    text_bytes: float


@dataclass(frozen=True)
class BenchmarkPlan:
    """One benchmark of a profile that is fetched or read: from which repositories or folder, and what is not pinned."""

    name: str
    origin: str
    licence: str
    unpinned: int
    items_a_part: int


@dataclass(frozen=True)
class Plan:
    """All that a profile takes."""

    sources: list[SourcePlan]
    benchmarks: list[BenchmarkPlan]
    base_model: str
    parameters: int
    training_tokens: int
    flop: float
    gpu_hours: float
    download_bytes: float
    disk_bytes: float


def plan(file: Path, profile: str | None = None) -> Plan:
    """The plan of a profile (default: the chosen one) of a parameter file."""
    values = params.read(file)
    name = params.profile_name(values | ({"profile": profile} if profile else {}), file)
    amounts = values["profiles"][name]
    settings = params.load(Settings, file, "plan")
    sources = [
        _source(source, entry, amounts["fetch"][source])
        for source, entry in values["sources"].items()
        if amounts["fetch"][source]["max_documents"] > 0
    ]
    downloaded = amounts["base"]["origin"] == "hub"
    parameters = parameter_count(
        amounts["base"]["shape"], amounts["base"]["max_vocabulary"] + amounts["vocab"]["new_tokens"]
    )
    tokens = sum(stage["tokens"] for stage in amounts["pretrain"].values())
    tokens += 0 if downloaded else amounts["base"]["tokens"]
    flop = FLOP_PER_PARAMETER_AND_TOKEN * parameters * tokens
    text = sum(source.text_bytes for source in sources)
    model_bytes = parameters * BYTES_PER_PARAMETER
    models = len(values["evaluated_models"]) + 3  # prune, vocab and long_context beside those that are scored
    download = sum(s.text_bytes for s in sources if s.origin.startswith("hub ")) * STORED_SHARE
    return Plan(
        sources=sources,
        benchmarks=[
            _benchmark(benchmark, file.parent / entry["source"], entry, items)
            for benchmark, entry in values["benchmarks"].items()
            if (items := amounts["benchmarks"][benchmark].get("max_items", 0))
        ],
        base_model=f"{values['base']['repository']} @ {values['base']['revision'][:7]}"
        if downloaded
        else "trained here",
        parameters=parameters,
        training_tokens=tokens,
        flop=flop,
        gpu_hours=gpu_hours(flop, settings),
        download_bytes=download + (parameters * DOWNLOADED_BYTES_PER_PARAMETER if downloaded else 0),
        disk_bytes=text * STORED_SHARE * CORPUS_COPIES * CACHE_COPIES
        + models * model_bytes * CACHE_COPIES
        + values["training"]["keep_checkpoints"] * parameters * BYTES_PER_CHECKPOINT_PARAMETER,
    )


def gpu_hours(flop: float, settings: Settings) -> float:
    """Hours that one GPU takes for so many operations."""
    return flop / (settings.gpu_peak_tflops * 1e12 * settings.gpu_utilisation) / 3600


def parameter_count(shape: dict[str, int], vocabulary: int) -> int:
    """Parameters of a SmolLM2-shaped Llama with tied embeddings.

    >>> smollm2 = dict(hidden_size=960, intermediate_size=2560, num_hidden_layers=32,
    ...                num_attention_heads=15, num_key_value_heads=5)
    >>> parameter_count(smollm2, 49_152)
    361821120
    """
    hidden = shape["hidden_size"]
    keys_and_values = hidden // shape["num_attention_heads"] * shape["num_key_value_heads"]
    attention = 2 * hidden * hidden + 2 * hidden * keys_and_values
    layer = attention + 3 * hidden * shape["intermediate_size"] + 2 * hidden
    return vocabulary * hidden + shape["num_hidden_layers"] * layer + hidden


def _source(name: str, entry: dict[str, Any], limits: dict[str, Any]) -> SourcePlan:
    if entry["kind"] not in fetch.KINDS:
        raise BadInput(
            f"sources.{name}.kind: {entry['kind']!r} does not exist. Choose one of {', '.join(fetch.KINDS)}."
        )
    documents = limits["max_documents"]
    match entry["kind"]:
        case "world":
            text, origin = documents * WORLD_BYTES_PER_DOCUMENT, "built in"
        case "files":
            held = sum(f.stat().st_size for f in Path(entry["input"]).rglob("*") if f.is_file() and f.name[0] != ".")
            text, origin = min(held, limits["max_megabytes"] * MEGA), f"files {entry['input']}"
        case _:
            text = min(documents * entry["bytes_per_document"], limits["max_megabytes"] * MEGA)
            origin = f"hub {entry['repository']} {entry['config'] or ''} @ {(entry['revision'] or 'not pinned')[:10]}"
    return SourcePlan(
        name=name,
        corpus=entry["corpus"],
        origin=origin,
        licence=entry["licence"],
        gated=entry.get("gated", False),
        pinned=entry.get("revision", "") is not None,
        documents=documents,
        text_bytes=text,
    )


def _benchmark(name: str, file: Path, entry: dict[str, Any], items_a_part: int) -> BenchmarkPlan:
    source = load_source(file)
    repositories = sorted({place for place, _ in map(source.place_of, source.parts) if place})
    unpinned = sum(source.place_of(part)[1] is None for part in source.parts)
    unpinned += sum(one.sha256 is None for part in source.parts for one in part.files())
    is_hub = entry["kind"] == "hub"
    origin = f"hub {', '.join(repositories)}" if is_hub else f"files {entry['input']}"
    return BenchmarkPlan(name, origin, source.licence, unpinned if is_hub else 0, items_a_part)


def show(found: Plan, profile: str, settings: Settings, console: Console) -> None:
    """Print a plan as a table of sources, then totals, then what must be done first."""
    table = Table(title=f"Profile {profile}", box=box.SIMPLE_HEAD, title_justify="left")
    for heading in ("source", "corpus", "from", "licence", "gated", "pinned"):
        table.add_column(heading, overflow="fold")
    table.add_column("documents\nat most", justify="right")
    table.add_column("text\nMB", justify="right")
    for s in found.sources:
        gated, pinned = ("yes" if value else "no" for value in (s.gated, s.pinned))
        amounts = (f"{s.documents:,}", f"{s.text_bytes / MEGA:,.1f}")
        table.add_row(
            s.name, s.corpus, s.origin, s.licence, gated, pinned if s.origin.startswith("hub ") else "", *amounts
        )
    console.print(table)
    if found.benchmarks:
        listed = Table(title="Benchmarks (a few MB each)", box=box.SIMPLE_HEAD, title_justify="left")
        for heading in ("benchmark", "from", "licence", "pinned"):
            listed.add_column(heading, overflow="fold")
        listed.add_column("items a part\nat most", justify="right")
        for b in found.benchmarks:
            listed.add_row(b.name, b.origin, b.licence, "no" if b.unpinned else "yes", f"{b.items_a_part:,}")
        console.print(listed)
    totals = Table(box=None, show_header=False, padding=(0, 2))
    for name, value in [
        ("base model", found.base_model),
        ("parameters", f"{found.parameters:,}"),
        ("download", f"{found.download_bytes / GIGA:,.2f} GB"),
        ("disk for data, models and DVC's cache", f"{found.disk_bytes / GIGA:,.1f} GB"),
        ("training tokens (without instruction tuning)", f"{found.training_tokens:,}"),
        ("compute", f"{found.flop:.2e} FLOP"),
        (
            f"on one {settings.gpu} ({settings.gpu_peak_tflops:g} TFLOP/s at {settings.gpu_utilisation:.0%})",
            f"{found.gpu_hours:,.2f} hours",
        ),
    ]:
        totals.add_row(name, value)
    console.print(totals)
    if unpinned := [b.name for b in found.benchmarks if b.unpinned]:
        console.print(
            f"[yellow]benchmarks {', '.join(unpinned)}: not pinned whole. Run `make pin` once, with network.[/]"
        )
    for s in found.sources:
        if s.gated:
            console.print(f"[yellow]{s.name}: accept the terms of {s.origin.split()[1]} and set HF_TOKEN.[/]")
        if not s.pinned:
            console.print(f"[yellow]{s.name}: not pinned to a commit. Run `make pin` once, with network.[/]")


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    arguments.add_argument("--profile", help="default: the one chosen in the parameter file")
    given = arguments.parse_args()
    name = given.profile or params.profile_name(params.read(given.params), given.params)
    settings = params.load(Settings, given.params, "plan")
    show(plan(given.params, name), name, settings, Console(width=None if Console().is_terminal else 160))


if __name__ == "__main__":
    start(main)
