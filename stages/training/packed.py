"""The packed languages as what a run trains on and what it is measured on."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stages.training.held_out import HeldOut, choose
from stages.training.mixture import Mixture, annealing_weights, long_weights, source_weights
from stages.training.shards import open_blocks, read_sources


def training_mixture(
    shards: Path,
    sequence_length: int,
    languages: Mapping[str, float],
    sources: Mapping[str, float],
    seed: int,
    main_share: float = 1.0,
    sets: Mapping[str, float] | None = None,
    long_share: float = 0.0,
) -> Mixture:
    """All sources below `shards` that fill at least one block, mixed by language and source.

    With `sets` only `main_share` of the rows is mixed so, the others by the weights of the sets. `long_share` of the
    rows comes from documents that are long, as far as there are any; `<source>/long` is their name.
    """
    blocks, language_of, long = {}, {}, {}
    for language in _languages(shards):
        for source, parts in read_sources(shards / language).items():
            filled = [part for part in ("train", "long") if parts.get(part, {}).get("tokens", 0) >= sequence_length]
            for part in filled:
                name = source if part == "train" else f"{source}/long"
                blocks[name] = open_blocks(shards / language / source / part, sequence_length)
            if "train" in filled:
                language_of[source] = language
            if "long" in filled:
                long[f"{source}/long"] = source
    weights = annealing_weights(source_weights(languages, sources, language_of), main_share, sets or {})
    weights = long_weights(weights, long, long_share)
    return Mixture({name: blocks[name] for name in weights}, weights, seed)


def held_out_blocks(shards: Path, sequence_length: int, max_sequences: int, seed: int) -> dict[str, HeldOut]:
    """Validation blocks of each language that has any, at most `max_sequences`, from all its sources."""
    held_out = {}
    for language in _languages(shards):
        parts = {
            source: parts["validation"]
            for source, parts in read_sources(shards / language).items()
            if parts.get("validation", {}).get("tokens", 0) >= sequence_length
        }
        if parts:
            opened = [open_blocks(shards / language / source / "validation", sequence_length) for source in parts]
            places = [(blocks, index) for blocks in opened for index in range(len(blocks))]
            chosen = choose(len(places), max_sequences, seed)
            rows = np.stack([blocks[index] for blocks, index in (places[place] for place in chosen)])
            density = sum(part["tokens"] for part in parts.values()) / sum(part["bytes"] for part in parts.values())
            held_out[language] = HeldOut(rows.astype(np.int64), density)
    return held_out


def _languages(shards: Path) -> list[str]:
    return sorted(file.parent.name for file in shards.glob("*/sources.json"))
