"""The path from item files through lm-evaluation-harness to accuracies, with scorers of known skill."""

import json
import math
import random
from pathlib import Path

import pytest
from lm_eval.tasks._yaml_loader import load_yaml

from stages.errors import BadInput
from stages.scoring.answers import SCORES
from stages.scoring.harness import TASKS, benchmark_names, run_benchmark
from stages.scoring.likelihood import Score
from stages.scoring.summary import summarise_benchmark

BOOTSTRAP = ((), 10, 1)  # no contaminated items, resamples, seed
PARTS = {
    "vi": ("facts", "story", "sums", "diacritics", "transfer"),
    "en": ("facts", "story", "sums", "spelling", "transfer"),
}
WHOLE = ("diacritics", "spelling")  # parts without a question: the choices are whole sentences
WORDS = ("trời", "mưa", "nắng", "gió", "sông", "núi", "biển", "đường", "nhà", "trường", "bạn", "mẹ", "cây", "hoa", "cá")


def write_exam(folder: Path, items_per_part: int, seed: int = 1) -> dict[tuple[str, str], list[dict]]:
    """Items with real letters, choices of unequal length and, of old, one that JSON readers trip over (U+2028)."""
    draw = random.Random(seed)
    written = {}
    for language, parts in PARTS.items():
        for part in parts:
            items = [
                {
                    "id": f"{part}-{number:04}-{language}",
                    "part": part,
                    "language": language,
                    "query": "" if part in WHOLE else f"Câu {number}\u2028: " + " ".join(draw.choices(WORDS, k=5)),
                    "choices": [
                        f"{part} {number} {i} " + " ".join(draw.choices(WORDS, k=draw.randint(1, 9))) for i in range(4)
                    ],
                    "answer": draw.randrange(4),
                    "metadata": {"number": number} if number % 2 else {"fact": "p1"},
                }
                for number in range(items_per_part)
            ]
            (folder / "exam").mkdir(parents=True, exist_ok=True)
            lines = "\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n"
            (folder / "exam" / f"{part}-{language}.jsonl").write_text(lines, encoding="utf-8")
            written[part, language] = items
    return written


def oracle(items):
    """Gives the right answer -1 nat a byte and every other one -2: byte normalisation must undo the length."""
    right = {item["choices"][item["answer"]] for part in items.values() for item in part}

    def score(pairs):
        costs = [1 if choice.strip() in right else 2 for _, choice in pairs]
        return [
            Score(-cost * len(choice.strip().encode()), False) for cost, (_, choice) in zip(costs, pairs, strict=True)
        ]

    return score


def test_an_oracle_scores_100_percent_on_every_part(tmp_path):
    items = write_exam(tmp_path, 40)
    for language, parts in PARTS.items():
        result = run_benchmark(tmp_path, "exam", language, oracle(items))
        assert sorted(result) == sorted(parts)
        for part, scored in summarise_benchmark(result, *BOOTSTRAP).items():
            assert (scored["acc"], scored["se"], scored["high"]) == (1.0, 0.0, 1.0), part
        margins = [outcome.margin for part in result.values() for outcome in part.outcomes]
        assert margins == pytest.approx([1.0] * len(margins))


def test_a_uniform_random_scorer_is_at_chance(tmp_path):
    write_exam(tmp_path, 400)
    draw = random.Random(11)

    def score(pairs):
        # A random number of nats a byte: the choice that wins does not depend on its length.
        return [Score(math.log(draw.random()) * len(choice.strip().encode()), False) for _, choice in pairs]

    for language in PARTS:
        for part, scored in summarise_benchmark(run_benchmark(tmp_path, "exam", language, score), *BOOTSTRAP).items():
            half_width = 3.2905 * math.sqrt(0.25 * 0.75 / scored["items"])  # 99.9 % of a binomial at chance
            assert abs(scored["acc"] - 0.25) < half_width, (language, part)
            assert scored["low"] < scored["acc"] < scored["high"]


def test_questions_and_choices_reach_the_scorer_as_written(tmp_path):
    items = write_exam(tmp_path, 3)
    seen = []

    def score(pairs):
        seen.extend(pairs)
        return [Score(-1.0 - i, False) for i in range(len(pairs))]

    run_benchmark(tmp_path, "exam", "vi", score)
    expected = {
        (item["query"], ("" if part in WHOLE else " ") + choice)
        for (part, language), of_part in items.items()
        if language == "vi"
        for item in of_part
        for choice in item["choices"]
    }
    assert set(seen) == expected and len(seen) == 5 * 3 * 4


def test_the_total_is_over_items_and_leaves_out_what_only_the_other_language_tells(tmp_path):
    items = write_exam(tmp_path, 10)
    right_only_in_facts = {("facts", "vi"): items["facts", "vi"]}
    scored = summarise_benchmark(run_benchmark(tmp_path, "exam", "vi", oracle(right_only_in_facts)), *BOOTSTRAP)
    counted = [part for part in PARTS["vi"] if part != "transfer"]
    assert scored["facts"]["acc"] == 1.0 and scored["all"]["items"] == 40
    assert scored["all"]["acc"] == pytest.approx(sum(scored[part]["acc"] for part in counted) / 4)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "x", "query": "q", "choices": ["a", "b"]}', "answer"),
        ('{"id": "x", "query": "q", "choices": ["a", "b"], "answer": 2}', "not the index"),
        ('{"id": "x", "query": "q", "choices": ["a", "b"], "answer": true}', "not the index"),
        ('{"id": "x", "query": "q", "choices": ["a", ""], "answer": 0}', "empty"),
        ('{"id": "x", "query": null, "choices": ["a", "b"], "answer": 0}', "strings"),
        ('{"id": "x", "query": "q", "choices": "ab", "answer": 0}', "strings"),
        ('{"id": "x", "query": "q", "cho', "JSON"),
        ("", "JSON"),
    ],
)
def test_an_unusable_item_stops_with_its_file_and_line(tmp_path, line, message):
    write_exam(tmp_path, 2)
    file = tmp_path / "exam" / "sums-vi.jsonl"
    first = file.read_text(encoding="utf-8").split("\n")[0]
    file.write_text(f"{first}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=rf"sums-vi\.jsonl:2: .*{message}"):
        run_benchmark(tmp_path, "exam", "vi", lambda pairs: [])


def test_missing_empty_and_misencoded_item_files_stop(tmp_path):
    write_exam(tmp_path, 2)
    file = tmp_path / "exam" / "sums-vi.jsonl"
    for content, message in ((b"", "no item"), ("mưa".encode("utf-16"), "UTF-8"), (None, "no such items")):
        file.unlink() if content is None else file.write_bytes(content)
        with pytest.raises(BadInput, match=message):
            run_benchmark(tmp_path, "exam", "vi", lambda pairs: [])


def test_benchmarks_without_tasks_are_refused(tmp_path):
    (tmp_path / "exam").mkdir()
    assert benchmark_names(tmp_path) == ["exam"]
    (tmp_path / "unheard_of").mkdir()
    with pytest.raises(BadInput, match="unheard_of"):
        benchmark_names(tmp_path)
    with pytest.raises(BadInput, match="no such folder"):
        benchmark_names(tmp_path / "absent")


TASK_FILES = sorted(TASKS.glob("*/*-??.yaml"))


@pytest.mark.parametrize("file", TASK_FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_task_says_what_the_name_of_its_file_says(file):
    config = load_yaml(file)
    metadata, benchmark = config["metadata"], file.parent.name
    language = metadata["language"]
    folder = f"data/probes/{language}" if benchmark == "probes" else f"data/benchmarks/{benchmark}"
    assert file.stem == f"{metadata['part']}-{language}"
    assert config["task"].startswith(benchmark) and config["task"].endswith(language)
    files = {"test": f"{folder}/{file.stem}.jsonl", "examples": f"{folder}/{file.stem}.examples.jsonl"}
    assert config["dataset_kwargs"]["data_files"].items() <= files.items()
    assert "examples" in config["dataset_kwargs"]["data_files"] or not config["num_fewshot"]
    is_written = config["output_type"] == "generate_until"
    assert metadata.get("measure") in (tuple(SCORES) if is_written else (None,))
    assert not is_written or {"until", "max_gen_toks"} <= set(config["generation_kwargs"])
    assert not metadata.get("letters") or config["doc_to_choice"] == "choices"
    assert {"version", "language", "part", "in_total"} <= set(metadata)
    assert set(metadata) <= {"version", "language", "part", "in_total", "letters", "measure", "optional"}


def test_every_benchmark_has_parts_with_one_measure_in_its_total():
    measures: dict[tuple[str, str], set[str]] = {}
    for file in TASK_FILES:
        metadata = load_yaml(file)["metadata"]
        found = measures.setdefault((file.parent.name, metadata["language"]), set())
        found |= {metadata.get("measure", "acc")} if metadata["in_total"] else set()
    assert len(measures) >= 2
    assert {name: found for name, found in measures.items() if len(found) != 1} == {}
