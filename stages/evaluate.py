"""Scores of one model in Vietnamese and English: bits per byte of held-out text, and exams by likelihood.

Reads a model folder, the benchmarks' items and the test documents. Writes a metrics file for each
language (bits per byte with its standard error, accuracy by part with 95 % intervals, and of the items that the corpus
did not hold), what became of each item (so that two commits can be compared item by item), sample generations, and the
hashes of the model's files. Of a model with more tokens than --base, English is also scored in the base's vocabulary.
"""

import json
import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics, write_text
from stages.params import load, section
from stages.text.documents import Document, read_documents

SECTIONS = ("evaluate", "profiles.{profile}.evaluate")
LANGUAGES = ("vi", "en")
LANGUAGE_OF_BASE = "en"  # what new tokens must not change

log = logging.getLogger(__name__)


@section
class Prompts:
    """What every model is asked: texts to continue, and questions for those with a chat template."""

    continuations: Annotated[tuple[str, ...], Field(min_length=1)]
    questions: Annotated[tuple[str, ...], Field(min_length=1)]


@section
class PromptsByLanguage:
    """The prompts of each of `LANGUAGES`."""

    vi: Prompts
    en: Prompts


@section
class Params:
    """Of `evaluate` and of the profile's `evaluate`; params.yaml explains each."""

    prompts: PromptsByLanguage
    max_new_tokens: PositiveInt
    resamples: PositiveInt
    seed: NonNegativeInt
    device: Literal["cpu", "cuda"]
    dtype: Literal["float32", "bfloat16"]
    threads: PositiveInt
    batch_tokens: PositiveInt
    window_tokens: Annotated[int, Field(ge=2)]
    stride_tokens: PositiveInt
    max_bytes: PositiveInt
    max_document_bytes: PositiveInt


def run(
    model: Path, base: Path, benchmarks: Path, documents: Path, metrics: Path, out: Path, params: Params
) -> dict[str, Any]:
    """Evaluate the model in both languages; returns the metrics by language."""
    # The libraries read these when they are imported; without them they would ask the hub about local files.
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    import torch

    from stages.model.fingerprint import fingerprint
    from stages.scoring import harness, summary
    from stages.scoring.base_vocabulary import costs_in_base, scores_in_base
    from stages.scoring.bits_per_byte import text_costs
    from stages.scoring.generation import sample_texts
    from stages.scoring.language_model import open_model
    from stages.scoring.likelihood import Score, score_pairs

    if params.stride_tokens >= params.window_tokens:
        raise BadInput(
            f"evaluate: stride_tokens {params.stride_tokens} must be smaller than window_tokens {params.window_tokens}."
        )
    torch.set_num_threads(params.threads)
    lm = open_model(model, params.device, params.dtype, base)
    windows = (params.window_tokens, params.stride_tokens, params.batch_tokens)
    known: dict[tuple[str, str], Score] = {}

    def score(pairs: Sequence[tuple[str, str]]) -> list[Score]:
        found = score_pairs(lm, pairs, params.batch_tokens, show_progress=True)
        known.update(zip(pairs, found, strict=True))
        return found

    contaminated = contaminated_items(documents)
    results, tables, samples = {}, {}, {}
    for language in LANGUAGES:
        tests = test_documents(documents / language / "test", params.max_bytes, params.max_document_bytes)
        texts, sources = [document.text for document in tests], [document.source for document in tests]
        costs = text_costs(lm, texts, *windows, show_progress=True)
        taken = {
            name: parts
            for name in harness.benchmark_names(benchmarks)
            if (parts := harness.run_benchmark(benchmarks, name, language, score))
        }
        results[language] = summary.summarise_text(costs, sources, params.resamples, params.seed) | {
            name: summary.summarise_benchmark(parts, contaminated[name], params.resamples, params.seed)
            for name, parts in taken.items()
        }
        if lm.base is not None and language == LANGUAGE_OF_BASE:
            score_in_base = partial(scores_in_base, lm, scores=known, batch_tokens=params.batch_tokens)
            parts = {name: harness.run_benchmark(benchmarks, name, language, score_in_base) for name in taken}
            in_base, bytes_again = costs_in_base(lm, texts, costs, *windows)
            results[language]["base_vocabulary"] = summary.summarise_in_base(
                in_base, bytes_again, parts, results[language]
            )
        prompts: Prompts = getattr(params.prompts, language)
        samples[language] = sample_texts(lm, prompts.continuations, prompts.questions, params.max_new_tokens)
        tables[language] = summary.table_of_items(taken)
        totals = {name: results[language][name]["all"] for name in taken}
        shares = {name: scores[summary.main_measure(scores)] for name, scores in totals.items()}
        log.info("%s %s: %.3f bits per byte, %s", model, language, results[language]["bpb"], shares)
    for language in LANGUAGES:  # at the end: a model that fails in one language leaves no scores
        write_metrics(metrics.with_name(f"{metrics.name}-{language}.json"), results[language])
    with new_folder(out) as folder:
        for language in LANGUAGES:
            write_text(folder / f"items-{language}.csv", tables[language])
        write_json(folder / "samples.json", samples)
        write_json(folder / "model.json", fingerprint(model))
    return results


def test_documents(folder: Path, max_bytes: int, max_document_bytes: int) -> list[Document]:
    """Held-out documents in order of id until `max_bytes`; of a long one, its beginning (whole characters)."""
    chosen, total = [], 0
    for document in sorted(read_documents(folder), key=lambda document: document.id):
        document.text = document.text.encode()[:max_document_bytes].decode(errors="ignore")
        total += len(document.text.encode())
        if total > max_bytes:
            break
        chosen.append(document)
    if not chosen:
        raise BadInput(f"{folder}: no test document within max_bytes {max_bytes}. Raise it, or give split more text.")
    return chosen


def contaminated_items(documents: Path) -> dict[str, set[str]]:
    """By benchmark, the ids of the items that `split` found in the corpus of any language; empty for others."""
    found: dict[str, set[str]] = defaultdict(set)
    for folder in sorted(documents.iterdir()):
        try:
            listed = json.loads((folder / "contaminated_items.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"{folder}/contaminated_items.json: not readable ({error}). Run the stage split.") from None
        for benchmark, ids in listed.items():
            found[benchmark].update(ids)
    return found


def main() -> None:
    args = vars(parser(__doc__, "model", "base", "benchmarks", "documents", "metrics", "out").parse_args())
    run(**args | {"params": load(Params, args["params"], *SECTIONS)})


if __name__ == "__main__":
    start(main)
