"""Small metrics, curves, samples and documents of an imagined run, in the files that the stages write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.text.documents import Document, document_id, write_documents

MODELS = ("base", "extend", "pretrain/new_rows", "pretrain/all", "instruct/vi", "merge")
CORPUS_STAGES = ("clean", "perplexity", "dedup", "split")

SHOWN: dict[str, Any] = {
    "corpora": ["vi", "en", "code"],
    "sources": {
        "world-vi": {"kind": "world", "corpus": "vi", "input": "stages/world"},
        "world-en": {"kind": "world", "corpus": "en", "input": "stages/world"},
        "wikipedia-vi": {"kind": "hub", "corpus": "vi", "repository": "wikimedia/wikipedia"},
        "own-vi": {"kind": "files", "corpus": "vi", "input": "data/own/vi"},
    },
    "base": {"repository": "HuggingFaceTB/SmolLM2-360M", "revision": "f" * 40},
    "extend": {"input": "mean"},
    "pretrain": {"new_rows": {"initial": "extend"}, "all": {"initial": "pretrain/new_rows"}},
    "instruct": {"vi": {"initial": "pretrain/all"}},
    "evaluated_models": {name.replace("/", "_"): {"model": name} for name in MODELS},
    "profiles.nano": {"base": {"origin": "train"}, "pretrain": {"all": {"tokens": 1000}}},
}

FETCHED: dict[str, dict[str, Any]] = {
    "world-vi": {"documents": 4000, "bytes": 2_000_000, "years": {"none": 4000}},
    "world-en": {"documents": 4100, "bytes": 1_900_000, "years": {"none": 4100}},
    "wikipedia-vi": {
        "documents": 120,
        "bytes": 600_000,
        "dropped": {"empty_text": 2},
        "licence": "CC-BY-SA-3.0 | GFDL",
        "revision": "b04c8d1ceb2f" + "0" * 28,
        "data_date": "2023-11-07T09:00:00",
        "years": {"1975": 4, "2019": 33, "2021": 61, "none": 22},
    },
    "own-vi": {"documents": 0, "bytes": 0, "years": {}},
}

# Stage -> source -> rule -> documents, bytes and syllables dropped; `changed`: bytes and syllables taken out of others.
LOST: dict[str, dict[str, dict[str, tuple[int, ...]]]] = {
    "clean": {
        "world-vi": {"too_short": (61, 1_400, 300), "language_en": (53, 21_000, 4_100), "changed": (37_000, 5_200)},
        "wikipedia-vi": {"too_short": (7, 170, 31), "url_blocked_word": (3, 9_100, 1_900)},
        "world-en": {"gibberish_symbols": (41, 17_000, 3_300), "changed": (-2_300, -410)},
    },
    "perplexity": {
        "world-vi": {"perplexity_high": (12, 5_100, 900), "perplexity_low": (5, 2_100, 450)},
        "world-en": {"perplexity_high": (9, 4_300, 810), "quality_low": (6, 2_700, 520)},
    },
    "dedup": {
        "world-vi": {
            "exact_duplicate": (43, 19_000, 3_700), "near_duplicate": (44, 20_000, 3_900), "changed": (8_000, 1_570),
        },
        "world-en": {"exact_duplicate": (29, 11_000, 2_100), "instruction_duplicate": (2, 700, 140)},
    },
    "split": {"world-vi": {"contamination": (3, 1_300, 260)}, "world-en": {"contamination": (8, 3_500, 690)}},
}  # fmt: skip

MORE: dict[str, dict[str, dict[str, Any]]] = {
    "clean": {
        "vi": {"labels": {
            "labelled": {"boilerplate": 101, "mojibake": 98, "html": 97}, "clean_lost": 0.0042, "clean_changed": 0.0017,
            "recall": {"boilerplate": 0.88, "mojibake": 1.0, "html": 0.9897},
            "precision": {"mojibake": 0.9412, "html": 1.0},
        }},
        "en": {"labels": {
            "labelled": {"flagged": 107}, "clean_lost": 0.0317, "clean_changed": 0.0,
            "recall": {"flagged": 0.9533}, "precision": {"flagged": 0.9709},
        }},
    },
    "perplexity": {
        "vi": {
            "perplexity": {
                "world-vi": {"p5": 3.1, "p20": 4.2, "p50": 5.3, "p80": 6.4, "p95": 12.5, "p99": 33.6},
                "wikipedia-vi": {"p5": 21.1, "p20": 42.2, "p50": 87.3, "p80": 160.4, "p95": 400.5, "p99": 999.6},
            },
            "bounds": {"world-vi": {"low": 2.9, "high": 3000.0}, "wikipedia-vi": {"low": 19.8, "high": 3100.0}},
            "spared": {"drawn": 14, "exempt": 6},
            "labels": {
                "labelled": {"word_salad": 46}, "clean_lost": 0.0002,
                "recall": {"word_salad": 0.9783}, "precision": {"word_salad": 0.957},
            },
        },
        "en": {
            "perplexity": {"world-en": {"p5": 3.7, "p20": 4.8, "p50": 5.9, "p80": 8.8, "p95": 13.7, "p99": 28.6}},
            "bounds": {"world-en": {"low": 2.2, "high": 2900.0}},
            "spared": {"drawn": 11, "exempt": 0},
            "classifier": {
                "held_out_auc": 0.9871,
                "quality": {
                    "world-en": {"p5": 0.013, "p20": 0.135, "p50": 0.512, "p80": 0.844, "p95": 0.956, "p99": 0.988}
                },
                "min_quality": {"world-en": 0.121},
                "spared": {"drawn": 3, "exempt": 1},
            },
        },
    },
    "dedup": {
        "vi": {
            "documents_with_cuts": 19, "cut_syllables": 1_571, "clusters": {"17-32": 1, "2": 38, "3-4": 4},
            "labels": {
                "labelled": {"near_duplicate": 45}, "clean_lost": 0.0009,
                "recall": {"near_duplicate": 0.9773}, "precision": {"near_duplicate": 1.0},
            },
        },
        "en": {"documents_with_cuts": 0, "cut_syllables": 0, "clusters": {"2": 27}},
    },
    "split": {
        "vi": {
            "parts": {"train": 3_404, "validation": 203, "test": 201},
            "contaminated": {"exam": {"items": 4, "as_written": 2, "without_diacritics": 1}},
        },
        "en": {
            "parts": {"train": 3_605, "validation": 206, "test": 208},
            "contaminated": {"exam": {"items": 9, "as_written": 8, "without_diacritics": 0}},
        },
    },
}  # fmt: skip
NOTHING: dict[str, dict[str, Any]] = {  # of a language without documents, as of code here
    "clean": {},
    "perplexity": {"perplexity": {}, "bounds": {}, "spared": {"drawn": 0, "exempt": 0}},
    "dedup": {"documents_with_cuts": 0, "cut_syllables": 0, "clusters": {}},
    "split": {"parts": {"train": 0, "validation": 0, "test": 0}, "contaminated": {}},
}


def write_run(metrics: Path, evaluations: Path) -> None:
    """Write everything below the two folders, and the curves beside that of the metrics."""
    write = lambda name, value: _write(metrics / f"{name}.json", value)  # noqa: E731
    for source, values in FETCHED.items():
        write(f"fetch/{source}", {"dropped": {}, "licence": "CC0-1.0", "revision": "", "data_date": ""} | values)
    for stage, by_language in corpus_metrics().items():
        for language, figures in by_language.items():
            write(f"{stage}/{language}", figures)
    write("benchmarks/exam", {"items": {"facts-vi": 150, "facts-en": 160}})
    for language in ("vi", "en"):
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


def corpus_metrics() -> dict[str, dict[str, Any]]:
    """Metrics of the corpus stages by stage and language: what one keeps comes into the next."""
    made: dict[str, dict[str, Any]] = {stage: {} for stage in CORPUS_STAGES}
    for language in SHOWN["corpora"]:
        arrived = {
            name: {"documents": values["documents"], "bytes": values["bytes"], "syllables": values["bytes"] // 5}
            for name, values in FETCHED.items()
            if SHOWN["sources"][name]["corpus"] == language and values["documents"]
        }
        for stage in CORPUS_STAGES:
            by_source = {name: _counts(counts, LOST[stage].get(name, {})) for name, counts in arrived.items()}
            arrived = {
                name: {measure: counts[measure]["kept"] for measure in ("documents", "bytes", "syllables")}
                for name, counts in by_source.items()
            }
            whole = _sum(list(by_source.values()))
            sources = {
                name: {**{key: counts[key] for key in counts if key != "documents"}}
                | {key: counts["documents"][key] for key in ("in", "kept")}
                for name, counts in by_source.items()
            }
            made[stage][language] = whole | {"sources": sources} | MORE[stage].get(language, NOTHING[stage])
    return made


def _counts(arrived: Mapping[str, int], lost: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    rules = {rule: counts for rule, counts in lost.items() if rule != "changed"}
    figures: dict[str, Any] = {}
    for place, measure in enumerate(("documents", "bytes", "syllables")):
        dropped = {rule: counts[place] for rule, counts in rules.items()}
        changed = lost["changed"][place - 1] if place and "changed" in lost else 0
        kept = arrived[measure] - sum(dropped.values()) - changed
        figures[measure] = {"in": arrived[measure], "kept": kept, "dropped": sum(dropped.values())}
        figures["dropped" if measure == "documents" else f"dropped_{measure}"] = dropped
    return figures


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    keys = ("documents", "bytes", "syllables", "dropped", "dropped_bytes", "dropped_syllables")
    whole: dict[str, Any] = {key: {} for key in keys}
    for measure in ("documents", "bytes", "syllables"):
        whole[measure] = {"in": 0, "kept": 0, "dropped": 0}
    for part in parts:
        for key in keys:
            for name, value in part[key].items():
                whole[key][name] = whole[key].get(name, 0) + value
    return whole


def write_corpus(folder: Path) -> dict[str, Path]:
    """Write a folder of documents for each corpus stage: five of each rule that dropped any, and what was kept."""
    for stage, by_language in corpus_metrics().items():
        for language, figures in by_language.items():
            documents = [
                _document(source, f"{rule} {number}", rule)
                for source, of_source in figures["sources"].items()
                for rule in of_source["dropped"]
                for number in range(5)
            ]
            _write_sorted(folder / stage / language / "dropped", documents)
    for language in SHOWN["corpora"]:
        sources = [name for name in FETCHED if SHOWN["sources"][name]["corpus"] == language]
        kept = [_document(source, f"kept {n}") for source in sources for n in range(4) if FETCHED[source]["documents"]]
        _write_sorted(folder / "split" / language / "train", kept)
    return {stage: folder / stage for stage in CORPUS_STAGES}


def _document(source: str, key: str, rule: str = "") -> Document:
    text = f"Đây là văn bản <i>{key}</i> của {source} & bạn.\nGọi 0912 345 678 hoặc viết cho lan@mail.vn."
    metadata = {"reason": rule, "value": 0.1234, "repairs": ["encoding", "markup"]} if rule else {"perplexity": 5.5}
    return Document(
        document_id(source, key), text, source, f"https://vi.example/{key}?a=1&b=2", "2021-05-01", "", metadata
    )


def _write_sorted(folder: Path, documents: list[Document]) -> None:
    write_documents(folder, sorted(documents, key=lambda document: document.id))
