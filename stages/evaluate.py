"""Scores of one model in Vietnamese and English: bits per byte of held-out text, and benchmarks.

Reads a model folder, the items of the benchmarks and of the probes, and the test documents. Writes for each language a
metrics file (docs/scoring.md says what stands in it), what became of each item and document (so that two commits can be
compared item by item), what the model wrote for the items that ask for it, sample generations, and the hashes of the
model's files. Of a model with more tokens than --base, English is also scored in the base's vocabulary.
"""

import gc
import json
import logging
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics, write_text
from stages.params import load
from stages.scoring.settings import EvaluationSettings as Params
from stages.text.documents import Document, read_documents

SECTIONS = ("evaluate", "languages", "profiles.{profile}.evaluate")
LANGUAGES = ("vi", "en")
PROBES = "probes"  # their name among the benchmarks

log = logging.getLogger(__name__)


def run(
    model: Path,
    base: Path,
    benchmarks: Path,
    probes: Path,
    documents: Path,
    metrics: Path,
    outcomes: Path,
    out: Path,
    params: Params,
) -> dict[str, Any]:
    """Evaluate the model in both languages; returns the metrics by language."""
    # The libraries read these when they are imported; without them they would ask the hub about local files.
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    gc.disable()  # what imports make stays: looking for garbage among it is a tenth of the start-up
    import torch

    from stages.model.fingerprint import fingerprint
    from stages.scoring.evaluation import evaluate_language
    from stages.scoring.harness import benchmark_names
    from stages.scoring.language_model import open_model

    gc.enable()
    if params.stride_tokens >= params.window_tokens:
        raise BadInput(
            f"evaluate: stride_tokens {params.stride_tokens} must be smaller than window_tokens {params.window_tokens}."
        )
    torch.set_num_threads(params.threads)
    lm = open_model(model, params.device, params.dtype, base)
    contaminated = contaminated_items(documents)
    folders = {name: benchmarks / name for name in benchmark_names(benchmarks)}
    found = {}
    for language in LANGUAGES:
        log.info("%s in %s", model, language)
        if not (probes / language).is_dir():
            raise BadInput(f"{probes / language}: no such folder of probes. Run the stage that makes it (dvc repro).")
        tests = test_documents(documents / language / "test", params.max_bytes, params.max_document_bytes)
        found[language] = evaluate_language(
            lm, language, folders | {PROBES: probes / language}, contaminated, tests, params
        )
    # At the end: a model that fails in one language leaves no scores.
    for language, evaluation in found.items():
        write_metrics(metrics.with_name(f"{metrics.name}-{language}.json"), evaluation.metrics)
        write_text(outcomes.with_name(f"{outcomes.name}-{language}.csv"), evaluation.outcomes)
    with new_folder(out) as folder:
        write_json(folder / "model.json", fingerprint(model))
        write_json(folder / "samples.json", {language: evaluation.samples for language, evaluation in found.items()})
        for language, evaluation in found.items():
            lines = (json.dumps(answer, ensure_ascii=False, sort_keys=True) for answer in evaluation.answers)
            write_text(folder / f"generated-{language}.jsonl", "".join(f"{line}\n" for line in lines))
    return {language: evaluation.metrics for language, evaluation in found.items()}


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
    args = vars(
        parser(__doc__, "model", "base", "benchmarks", "probes", "documents", "metrics", "outcomes", "out").parse_args()
    )
    run(**args | {"params": load(Params, args["params"], *SECTIONS)})


if __name__ == "__main__":
    start(main)
