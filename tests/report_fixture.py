"""Small metrics, curves, samples and documents of an imagined run, in the files that the stages write."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.text.documents import Document, document_id, write_documents

MODELS = ("base", "extend", "pretrain/new_rows", "pretrain/all", "instruct/vi", "merge")
RANDOM = "random_baseline"
ITEMS = 300  # of each part of the exam
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
    "evaluated_models": {name.replace("/", "_"): {"model": name} for name in (RANDOM, *MODELS)},
    "evaluate": {"resamples": 200, "seed": 1},
    "compare": {"resamples": 400, "seed": 1, "significance": 0.05, "max_english_bpb_rise": 0.02},
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


def _new_token(id_: int, token: str, text: str, kind: str, occurrences: int) -> dict[str, Any]:
    return {
        "id": id_, "token": token, "text": text, "kind": kind, "parts": [token[:1], token[1:]] if token[1:] else [],
        "count_when_merged": occurrences, "occurrences": occurrences, "intermediate": not occurrences,
    }  # fmt: skip


# Tokens can hold markup, parts of characters, lone diacritics and letters that are written from right to left.
VOCABULARY: dict[str, Any] = {
    "new_tokens": [
        _new_token(4096, "õ", "", "byte", 0),
        _new_token(4097, "áº¿", "ế", "letter", 771),
        _new_token(4098, "ĠngÆ°á»Ŀi", " người", "merge", 12_345),
        _new_token(4099, "Ġ<b>|*", " <b>|*", "merge", 9),
        _new_token(4100, "Ġngh", " ngh", "merge", 0),
        _new_token(4101, "áº½", "", "merge", 3),
        {**_new_token(4102, "Ġnghe", " nghe", "merge", 5), "parts": ["Ġngh", "e"]},
    ],
    "unused_held_out": [4096, 4100, 4101],
    "english_words_changed": [{"word": " Trong", "count": 7, "before": [" Tr", "ong"], "after": [" Trong"]}],
    "samples": [
        {
            "language": "vi", "domain": "wikipedia-vi", "text": "Người <b>ế</b>\n",
            "before": ["Ng", "ư", "⟨E1⟩⟨BB⟩", "⟨9D⟩", "i", " <", "b", ">", "ế", "</", "b", ">", "↵"],
            "after": ["Người", " <", "b", ">", "ế", "</", "b", ">", "↵"],
        },
        {
            "language": "en", "domain": "world-en", "text": "a*b שלום",
            "before": ["a", "*", "b", " ש", "לום"], "after": ["a", "*", "b", " ש", "לום"],
        },
    ],
}  # fmt: skip


def write_run(metrics: Path, evaluations: Path) -> None:
    """Write everything below the two folders; curves and the report of vocab beside that of the metrics."""
    write = lambda name, value: _write(metrics / f"{name}.json", value)  # noqa: E731
    for source, values in FETCHED.items():
        write(f"fetch/{source}", {"dropped": {}, "licence": "CC0-1.0", "revision": "", "data_date": ""} | values)
    for stage, by_language in corpus_metrics().items():
        for language, figures in by_language.items():
            write(f"{stage}/{language}", figures)
    write("benchmarks/exam", {"items": {"facts-vi": 150, "facts-en": 160}})
    place = {"repository": "facebook/belebele", "revision": "75b399394a9803252cfec289d103de462763db7c", "path": "x"}
    belebele = {"items": {"read-vi": 90}, "sources": {"read-vi": place}, "licence": "CC-BY-SA-4.0"}
    write("benchmarks/belebele", belebele)
    for language in ("vi", "en"):
        packed = {part: {"documents": 3000, "tokens": 400000, "bytes": 10**6} for part in ("train", "validation")}
        write(f"pack/{language}", {f"world-{language}": packed})
    fertility = {
        "documents": 90, "words": 7000, "tokens_per_word_before": 3.1, "tokens_per_word": 1.32, "floor": 1.2,
        "bytes_per_token_before": 1.4, "bytes_per_token": 3.9, "no_digits_tokens_per_word_before": 3.0,
        "no_digits_tokens_per_word": 1.21, "no_digits_floor": 1.1, "words_changed": 0.6, "tokens_changed": 0.0031,
        "round_trip_failures": 0,
    }  # fmt: skip
    by_source = {"all": fertility, "wikipedia-vi": fertility | {"round_trip_failures": 3, "no_digits_floor": 1.17}}
    write("vocab", {"size": 6000, "base_size": 4096, "new_tokens": 1904, "vi": by_source, "en": {"all": fertility}})
    _write(metrics.parent / "vocabulary.json", VOCABULARY)
    rows = {"method": "mean", "fallbacks": 0, "norm_of_new_rows": 0.9177}
    write("extend", {"size": 6000, "new_rows": 1904, "padding_rows": 0, "input": rows})
    write("prune", {"enabled": 1, "size_before": 4500, "size": 4096, "kept": {"special": 17, "byte": 256}})
    write("base", {"vocabulary": 4096, "parameters": 1_300_000, "steps": 40, "tokens": 81920, "en_bits_per_byte": 1.21})
    for number, run in enumerate(("new_rows", "all")):
        ends = {"vi_bits_per_byte": 2.0 - number, "en_bits_per_byte": 1.25, "learning_parameters": 120_000}
        write(f"pretrain/{run}", {"steps": 40, "tokens": 81920, "shares": {"world-vi": 0.6, "world-en": 0.4}} | ends)
    write("instruct/vi", {"steps": 10, "learnt_tokens": 9000, "held_out_loss_before": 3.1, "held_out_loss": 1.4})
    write("merge", {"distance_to": {"base": 3.0}})
    for run in ("base", "new_rows", "all", "instruct-vi"):
        _write_curve(metrics.parent / "curves" / f"{run}.csv", run)
    for place, model in enumerate((RANDOM, *MODELS), start=-1):
        for language in ("vi", "en"):
            scores = _scores(model, place, language)
            _write(metrics / "evaluate" / f"{model}-{language}.json", scores)
            _write_outcomes(metrics.parent / "outcomes" / f"{model}-{language}.csv", scores)
        texts = {
            "vi": [{"kind": "continuation", "prompt": "Ngày xưa có một", "text": f"con mèo <b>{model}</b> | nhỏ"}],
            "en": [{"kind": "answer", "prompt": "What is 3 + 4?", "text": "7"}],
        }
        _write(evaluations / model / "samples.json", texts)
        files = {
            name: f"{place + 2}{len(name):063x}" for name in ("config.json", "model.safetensors", "tokenizer.json")
        }
        _write(evaluations / model / "model.json", {"files": files, "folder": f"{place + 2:032x}.dir"})


def _scores(model: str, place: int, language: str) -> dict[str, Any]:
    """The metrics of a model in one language; the random network finds the sums by their length."""
    acc = 0.25 + 0.1 * place if language == "vi" else 0.85
    acc = 0.26 if model == RANDOM else acc
    exam = dict.fromkeys(("facts", "story", "sums", "diacritics", "all"), _choice(acc, ITEMS))
    if model == RANDOM:
        exam["sums"] = _choice(0.4, ITEMS)
    elif language == "vi":
        exam["clean"] = _choice(acc - 0.01, 290)
    by_letter = {"letter_acc": 0.27, "letter_se": 0.01, "letter_low": 0.24, "letter_high": 0.31, "letter_items": 160}
    probes = {
        "diacritics": _choice(0.3, 40) | by_letter | {"option_bias": 0.125 + 0.05 * place},
        "all": _choice(0.3, 40),
    }
    health = {"repetition": 0.123, "invalid_utf8": 0.011, "answer_bytes": 61.6}
    told = {} if model == RANDOM else {"language_consistency": 0.917}
    chrf = {
        "chrf": 0.1 + 0.05 * place,
        "se": 0.02,
        "low": 0.06 + 0.05 * place,
        "high": 0.14 + 0.05 * place,
        "items": 40,
    }
    bits = {"bpb": 3.0 - 0.4 * place if language == "vi" else 1.2 + 0.02 * place, "bpb_se": 0.02, "documents": 50}
    bits |= {"bpb_low": bits["bpb"] - 0.05, "bpb_high": bits["bpb"] + 0.05}
    return bits | {
        "bytes": 9000, "exam": exam, "samples": health | told, "probes": probes,
        "translation": {"written": chrf | told | health, "all": chrf},
        "sources": {f"world-{language}": bits, "wikipedia-vi": bits | {"documents": 20}} if language == "vi" else {},
    }  # fmt: skip


def _choice(acc: float, items: int) -> dict[str, Any]:
    ends = {"low": acc - 0.04, "high": acc + 0.04}
    return {"acc": acc, "se": 0.02, "items": items, "normalised": 100 * (acc - 0.25) / 0.75, **ends}


def _write_outcomes(file: Path, scores: Mapping[str, Any]) -> None:
    """Items of the exam, right from the first on as many as the score says, and documents; the stories are not kept."""
    lines = ["benchmark,part,item,key,in_total,score,log_likelihood,bytes"]
    for part in ("diacritics", "facts", "sums"):
        right = round(scores["exam"][part]["acc"] * ITEMS)
        lines += [f"exam,{part},{n:03},{n:012x},1,{int(n < right)},-1.5,9" for n in range(ITEMS)]
    for number in range(50):
        size = 100 + number
        lines.append(f"sources,world,{number:03},{number:012x},,,{-math.log(2) * size * scores['bpb']:.3f},{size}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


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
