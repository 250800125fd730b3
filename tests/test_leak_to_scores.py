"""From a leaked item in the corpus to the score without it: split finds it, evaluate leaves it out of `clean`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stages import evaluate, split
from stages.execution.settings import Execution
from stages.params import load
from stages.scoring.items import read_items
from stages.scoring.outcomes import read_outcomes
from stages.scoring.statistics import standard_error
from stages.text.diacritics import strip_diacritics
from stages.text.documents import Document, document_id, write_documents
from tests.test_scoring_harness import write_exam
from tests.tiny_model import make_tiny_model

HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)
PLAIN = {"vi": "Buổi sáng số {}, bạn nhỏ đi học qua cánh đồng lúa.", "en": "On morning {} the child walks to school."}
VIETNAMESE = "Bà Tư mua {} quả cam ở chợ rồi qua đò về làng."
ENGLISH = "At the market old Tư bought oranges, {} of them, and took the ferry home."
# By language of the item: the benchmark, its part and which of its items stands in the corpus.
LEAKED = (
    ("exam", "sums-vi", 2),
    ("exam", "facts-vi", 0),
    ("exam", "transfer-vi", 1),  # no part of the total
    ("exam", "story-en", 3),
    ("translation", "stories-vi", 1),
)


@pytest.fixture(scope="module")
def evaluated(repository, tmp_path_factory):
    """The folder with everything, the leaked items' ids, and the scores."""
    folder = tmp_path_factory.mktemp("leak")
    benchmarks = folder / "benchmarks"
    write_exam(benchmarks, 5)
    write_translations(benchmarks / "translation")
    leaks = [read_items(benchmarks / name / f"{part}.jsonl")[number] for name, part, number in LEAKED]
    settings = load(split.Params, repository / "params.yaml", *split.SECTIONS)
    for language, sentence in PLAIN.items():
        texts = [sentence.format(number) for number in range(60)]
        if language == "en":  # whichever corpus holds it; one as a forum types it, without diacritics
            texts += [strip_diacritics(leak_of(leaks[0])), *(f"Bài đọc. {leak_of(leak)} Hết." for leak in leaks[1:])]
        documents = [Document(document_id("web", text), text, "web") for text in texts]
        write_documents(folder / "dedup" / language / "kept", documents)
        found = split.run(settings, HERE, folder / "dedup" / language, benchmarks, folder / "split" / language)
        (folder / "probes" / language).mkdir(parents=True)
        assert found["contaminated"]["exam"]["items"] == (4 if language == "en" else 0)
    make_tiny_model(folder / "model")
    params = replace(load(evaluate.Params, repository / "params.yaml", *evaluate.SECTIONS), max_new_tokens=2)
    inputs = (folder / name for name in ("model", "model", "benchmarks", "probes", "split"))
    scores = evaluate.run(*inputs, folder / "metrics/base", folder / "outcomes/base", folder / "out", params)
    return folder, {item["id"] for item in leaks}, scores


def write_translations(folder: Path) -> None:
    """Three examples and four items in each direction; the numbers tell them apart."""
    folder.mkdir(parents=True)
    for language in ("vi", "en"):
        for kind, numbers in ((".examples", ("sáu", "bảy", "tám")), ("", ("hai", "ba", "bốn", "năm"))):
            lines = ""
            for number in numbers:
                pair = [pattern.format(number) for pattern in (VIETNAMESE, ENGLISH)]
                query, answer = pair if language == "en" else pair[::-1]
                lines += json.dumps({"id": f"{number}-{language}", "query": query, "answers": [answer]}) + "\n"
            (folder / f"stories-{language}{kind}.jsonl").write_text(lines, encoding="utf-8")


def leak_of(item: dict) -> str:
    right = item["answers"][0] if "answers" in item else item["choices"][item["answer"]]
    return f"{item['query']}\n{right}"


def test_split_lists_the_leaked_items_and_drops_their_documents(evaluated):
    folder, leaked, _ = evaluated
    listed = json.loads((folder / "split/en/contaminated_items.json").read_text(encoding="utf-8"))
    assert set(listed["exam"]) == leaked - {"ba-vi"}
    assert listed["translation"] == ["ba-en", "ba-vi"]  # who has read the pair knows both directions


@pytest.mark.parametrize(
    ("benchmark", "language", "lost"),
    [("exam", "vi", 2), ("exam", "en", 1), ("translation", "vi", 1), ("translation", "en", 1)],
)
def test_clean_is_the_score_of_the_items_that_did_not_leak(evaluated, benchmark, language, lost):
    folder, leaked, scores = evaluated
    file = folder / f"outcomes/base-{language}.csv"
    rows = [row for row in read_outcomes(file.read_text(encoding="utf-8"), str(file)) if row.benchmark == benchmark]
    total = [row for row in rows if row.in_total]
    clean = [row.score for row in total if row.item not in leaked | {"ba-en"}]
    found, measure = scores[language][benchmark], "chrf" if benchmark == "translation" else "acc"
    assert found["clean"]["items"] == found["all"]["items"] - lost == len(clean)
    if measure == "acc":
        assert found["clean"][measure] == pytest.approx(sum(clean) / len(clean))
        assert found["clean"]["se"] == pytest.approx(standard_error(clean))
    assert found["clean"]["low"] <= found["clean"][measure] <= found["clean"]["high"]
