"""Scores of items and texts as the metrics that are written, and the table of items."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stages.scoring.bits_per_byte import TextCost
from stages.scoring.harness import Outcome, Part
from stages.scoring.statistics import bootstrap_ratio_interval, ratio_of_sums, standard_error, wilson_interval


def summarise_benchmark(parts: Mapping[str, Part], contaminated: Collection[str] = ()) -> dict[str, Any]:
    """Accuracy of each part, and as `all` over the items of the parts in the total.

    `contaminated` are ids of items that the corpus held: if some of them are among those of `all`, the accuracy
    without them is `clean`, unless none is left.
    """
    total = [outcome for part in parts.values() if part.in_total for outcome in part.outcomes]
    clean = [outcome for outcome in total if outcome.id not in contaminated]
    scores = {name: _accuracy(part.outcomes) for name, part in parts.items()} | {"all": _accuracy(total)}
    return scores | ({"clean": _accuracy(clean)} if 0 < len(clean) < len(total) else {})


def _accuracy(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    correct = [outcome.correct for outcome in outcomes]
    low, high = wilson_interval(sum(correct), len(correct))
    return {
        "acc": sum(correct) / len(correct),
        "se": standard_error(correct),
        "low": low,
        "high": high,
        "items": len(correct),
    }


def summarise_text(costs: Sequence[TextCost], sources: Sequence[str], resamples: int, seed: int) -> dict[str, Any]:
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
    costs: Sequence[TextCost], bytes_again: int, benchmarks: Mapping[str, Mapping[str, Part]], own: Mapping[str, Any]
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
        accuracy = summarise_benchmark(parts)["all"]["acc"]
        summary[name] = {"acc": accuracy, "acc_difference": own[name]["all"]["acc"] - accuracy}
    return summary


def _bits_per_byte(costs: Sequence[TextCost]) -> dict[str, Any]:
    sizes = [cost.bytes for cost in costs]
    value, error = ratio_of_sums([cost.bits for cost in costs], sizes)
    return {"bpb": value, "bpb_se": error, "bytes": sum(sizes), "documents": len(costs)}


def table_of_items(benchmarks: Mapping[str, Mapping[str, Part]]) -> str:
    """CSV of every item, sorted: its benchmark and id, whether it was right, its margin in nats a byte."""
    rows = sorted(
        (name, outcome.id, int(outcome.correct), f"{outcome.margin:.3f}")
        for name, parts in benchmarks.items()
        for part in parts.values()
        for outcome in part.outcomes
    )
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("benchmark", "item", "correct", "margin"))
    writer.writerows(rows)
    return table.getvalue()
