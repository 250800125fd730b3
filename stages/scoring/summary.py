"""Scores of items and texts as the metrics that are written."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stages.errors import BadInput
from stages.scoring.outcomes import Cost, Item, Part
from stages.scoring.statistics import (
    bootstrap_mean_interval,
    bootstrap_ratio_interval,
    ratio_of_sums,
    standard_error,
    wilson_interval,
)

# What a part can be scored by, from 0 to 1: the share of items answered right, words shared with an answer, n-grams of
# characters shared with it. The main measure of a part is the first of these that its metrics have.
MEASURES = ("acc", "f1", "chrf")


def main_measure(scores: Mapping[str, Any]) -> str:
    """The main measure that the metrics of a part have.

    >>> main_measure({"chrf": 0.31, "se": 0.02, "items": 60})
    'chrf'
    """
    return next(name for name in MEASURES if name in scores)


def summarise_benchmark(
    parts: Mapping[str, Part], contaminated: Collection[str], resamples: int, seed: int
) -> dict[str, Any]:
    """The score of each part, and as `all` over the items of the parts in the total.

    `contaminated` are ids of items that the corpus held: if some of them are among those of `all`, the score without
    them is `clean`, unless none is left; of a single part it is its `clean_acc`, `clean_se` and so on. Raises
    `BadInput` if the total has no part, or parts with unlike measures.
    """
    counted = {name: part for name, part in parts.items() if part.in_total}
    measures = {part.measure for part in counted.values()}
    if len(measures) != 1:
        raise BadInput(
            f"in_total of {', '.join(parts)}: expected true for parts with one measure, found {sorted(measures)}. "
            "Change it in their task files."
        )
    (measure,) = measures
    total = [outcome for part in counted.values() for outcome in part.outcomes]
    scores = {name: _score(part.outcomes, part.measure, resamples, seed) for name, part in parts.items()}
    for name, part in parts.items():
        if clean := _without(contaminated, part.outcomes):
            found = summarise_scores([outcome.score for outcome in clean], part.measure, resamples, seed)
            scores[name] |= {f"clean_{key}": value for key, value in found.items()}
    scores["all"] = _score(total, measure, resamples, seed)
    if clean := _without(contaminated, total):
        scores["clean"] = _score(clean, measure, resamples, seed)
    return scores


def _without(contaminated: Collection[str], outcomes: Sequence[Item]) -> list[Item]:
    """The items that the corpus did not hold; none where it held none or all."""
    clean = [outcome for outcome in outcomes if outcome.id not in contaminated]
    return clean if len(clean) < len(outcomes) else []


def _score(outcomes: Sequence[Item], measure: str, resamples: int, seed: int) -> dict[str, Any]:
    found = summarise_scores([outcome.score for outcome in outcomes], measure, resamples, seed)
    if measure != "acc":
        return found
    chance = sum(1 / outcome.choices for outcome in outcomes if outcome.choices) / len(outcomes)
    return found | {"normalised": normalised(found["acc"], chance)}


def normalised(share: float, chance: float) -> float:
    """A share as points above chance: 0 is guessing, 100 all right, as SEA-HELM has it (arXiv 2502.14301).

    >>> normalised(0.25, chance=0.25), normalised(0.625, chance=0.25)
    (0.0, 50.0)
    """
    return 100 * (share - chance) / (1 - chance)


def summarise_scores(scores: Sequence[float], measure: str, resamples: int, seed: int) -> dict[str, Any]:
    """The mean of items' scores under its name, its standard error and 95 % interval over items.

    Of scores that are all 0 or 1 the interval is Wilson's, which is sound where all are alike; else the bootstrap's.
    """
    if set(scores) <= {0, 1}:
        low, high = wilson_interval(round(sum(scores)), len(scores))
    else:
        low, high = bootstrap_mean_interval(scores, resamples, seed)
    mean = sum(scores) / len(scores)
    return {measure: mean, "se": standard_error(scores), "low": low, "high": high, "items": len(scores)}


def summarise_text(costs: Sequence[Cost], sources: Sequence[str], resamples: int, seed: int) -> dict[str, Any]:
    """Bits per byte over all texts with a bootstrap interval, and by source; tokens per syllable.

    `sources` names the source of each text.
    """
    low, high = bootstrap_ratio_interval([cost.bits for cost in costs], [cost.bytes for cost in costs], resamples, seed)
    by_source = {
        name: _bits_per_byte([cost for cost, source in zip(costs, sources, strict=True) if source == name])
        for name in sorted(set(sources))
    }
    syllables = sum(cost.syllables for cost in costs)
    return _bits_per_byte(costs) | {
        "bpb_low": low,
        "bpb_high": high,
        "sources": by_source,
        "tokens_per_syllable": sum(cost.tokens for cost in costs) / max(1, syllables),
    }


def summarise_in_base(
    costs: Sequence[Cost], bytes_again: int, benchmarks: Mapping[str, Mapping[str, Part]], own: Mapping[str, Any]
) -> dict[str, Any]:
    """Bits per byte and accuracy in the base's vocabulary, and how far those of `own`, the model's, lie above.

    `read_again` is the share of the text that new tokens stand in and that was read again without.
    """
    bits = _bits_per_byte(costs)
    summary: dict[str, Any] = {
        "bpb": bits["bpb"],
        "bpb_difference": own["bpb"] - bits["bpb"],
        "read_again": bytes_again / bits["bytes"],
    }
    for name, parts in benchmarks.items():
        measure = main_measure(own[name]["all"])
        scores = [outcome.score for part in parts.values() if part.in_total for outcome in part.outcomes]
        mean = sum(scores) / len(scores)
        summary[name] = {measure: mean, f"{measure}_difference": own[name]["all"][measure] - mean}
    return summary


def _bits_per_byte(costs: Sequence[Cost]) -> dict[str, Any]:
    sizes = [cost.bytes for cost in costs]
    value, error = ratio_of_sums([cost.bits for cost in costs], sizes)
    return {"bpb": value, "bpb_se": error, "bytes": sum(sizes), "documents": len(costs)}
