"""Small metrics, curves and samples of an imagined run, in the files that the stages write."""

import json
from pathlib import Path
from typing import Any

MODELS = ("base", "extend", "pretrain/new_rows", "pretrain/all", "instruct/vi", "merge")
DEFECTS = {"clean": ("boilerplate", "flagged", "html", "mojibake"), "dedup": ("exact_duplicate", "near_duplicate")}

SHOWN: dict[str, Any] = {
    "corpora": ["vi", "en", "code"],
    "sources": {
        "world-vi": {"kind": "world", "corpus": "vi", "input": "stages/world"},
        "world-en": {"kind": "world", "corpus": "en", "input": "stages/world"},
        "wikipedia-vi": {"kind": "hub", "corpus": "vi", "repository": "wikimedia/wikipedia"},
        "own-vi": {"kind": "files", "corpus": "vi", "input": "data/own/vi"},
    },
    "base": {"repository": "HuggingFaceTB/SmolLM2-360M", "revision": "f" * 40},
    "pretrain": {"new_rows": {"initial": "extend"}, "all": {"initial": "pretrain/new_rows"}},
    "instruct": {"vi": {"initial": "pretrain/all"}},
    "evaluated_models": {name.replace("/", "_"): {"model": name} for name in MODELS},
    "profiles.nano": {"base": {"origin": "train"}, "pretrain": {"all": {"tokens": 1000}}},
}


def write_run(metrics: Path, evaluations: Path) -> None:
    """Write everything below the two folders."""
    write = lambda name, value: _write(metrics / f"{name}.json", value)  # noqa: E731
    for source, documents in {"world-vi": 4000, "world-en": 4000, "wikipedia-vi": 120, "own-vi": 0}.items():
        dropped = {"empty_text": 2} if documents == 120 else {}
        licence = "CC-BY-SA-3.0 | GFDL" if source == "wikipedia-vi" else "CC0-1.0"
        write(
            f"fetch/{source}",
            {"documents": documents, "bytes": documents * 500, "dropped": dropped, "licence": licence},
        )
    for language in ("vi", "en"):
        for stage, dropped in {
            "clean": {"too_short": 60, "language": 50, "gibberish": 40, "flagged_words": 31},
            "perplexity": {"perplexity": 12},
            "dedup": {"exact_duplicate": 40, "near_duplicate": 44},
            "split": {"contamination": 3},
        }.items():
            came_in, lost = 4000, sum(dropped.values())
            counts = {"in": came_in, "kept": came_in - lost, "dropped": lost}
            by_source = {f"world-{language}": {"in": came_in, "kept": came_in - lost, "dropped": dropped}}
            figures = {"documents": counts, "bytes": {"in": 1, "kept": 1}, "dropped": dropped, "sources": by_source}
            write(f"{stage}/{language}", figures | ({"labels": _labels(DEFECTS[stage])} if stage in DEFECTS else {}))
        packed = {part: {"documents": 3000, "tokens": 400000, "bytes": 10**6} for part in ("train", "validation")}
        write(f"pack/{language}", {f"world-{language}": packed})
    fertility = {
        "documents": 90, "words": 7000, "tokens_per_word_before": 3.1, "tokens_per_word": 1.32, "floor": 1.2,
        "bytes_per_token_before": 1.4, "bytes_per_token": 3.9, "no_digits_tokens_per_word_before": 3.0,
        "no_digits_tokens_per_word": 1.21, "no_digits_floor": 1.1, "words_changed": 0.6,
    }  # fmt: skip
    vocab = {"size": 6000, "base_size": 4096, "new_tokens": 1904, "vi": {"all": fertility}, "en": {"all": fertility}}
    write("vocab", vocab)
    write("base", {"vocabulary": 4096, "parameters": 1_300_000, "steps": 40, "tokens": 81920, "en_bits_per_byte": 1.21})
    for number, run in enumerate(("new_rows", "all")):
        ends = {"vi_bits_per_byte": 2.0 - number, "en_bits_per_byte": 1.25, "learning_parameters": 120_000}
        write(f"pretrain/{run}", {"steps": 40, "tokens": 81920, "shares": {"world-vi": 0.6, "world-en": 0.4}} | ends)
    write("instruct/vi", {"steps": 10, "learnt_tokens": 9000, "held_out_loss_before": 3.1, "held_out_loss": 1.4})
    write("merge", {"distance_to": {"base": 3.0}})
    for run in ("base", "new_rows", "all", "instruct-vi"):
        _write_curve(metrics.parent / "curves" / f"{run}.csv", run)
    for place, model in enumerate(MODELS):
        for language in ("vi", "en"):
            acc = 0.25 + 0.1 * place if language == "vi" else 0.85
            part = {"acc": acc, "se": 0.02, "low": acc - 0.04, "high": acc + 0.04, "items": 300}
            exam = dict.fromkeys(("facts", "story", "sums", "diacritics", "all"), part)
            scores = {"bpb": 3.0 - 0.4 * place, "bpb_se": 0.02, "bytes": 9000, "exam": exam}
            _write(metrics / "evaluate" / f"{model}-{language}.json", scores)
        texts = {
            "vi": [{"kind": "continuation", "prompt": "Ngày xưa có một", "text": f"con mèo <b>{model}</b> | nhỏ"}],
            "en": [{"kind": "answer", "prompt": "What is 3 + 4?", "text": "7"}],
        }
        _write(evaluations / model / "samples.json", texts)


def _labels(kinds: tuple[str, ...]) -> dict[str, Any]:
    recall = {kind: 0.9 + 0.02 * number for number, kind in enumerate(kinds)}
    return {"recall": recall, "precision": recall, "labelled": dict.fromkeys(kinds, 40), "clean_lost": 0.0042}


def _write(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _write_curve(file: Path, run: str) -> None:
    measured = "held_out_loss" if run.startswith("instruct") else "en_loss,vi_bits_per_byte,en_bits_per_byte"
    measured = "en_loss,en_bits_per_byte" if run == "base" else measured
    lines = [f"step,learning_rate,gradient_norm,train_loss,{measured}"]
    for step in range(5, 45, 5):
        values = [f"{1.0 + 40 / (step + 10 + 3 * place):.4g}" for place in range(measured.count(",") + 1)]
        lines.append(",".join([str(step), "0.002", "1.5", f"{1 + 60 / (step + 12):.4g}", *values]))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
