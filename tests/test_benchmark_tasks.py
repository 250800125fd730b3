"""The benchmarks' folders: small files of each schema become items that the harness can ask, as the field asks them."""

import importlib.util
import json
import math
import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset
from lm_eval import evaluate
from lm_eval.tasks import TaskManager
from lm_eval.tasks._yaml_loader import load_yaml

from stages.errors import BadInput
from stages.items.making import as_lines, chosen, make, usable_items
from stages.items.rows import read_rows
from stages.items.source import Part, load_source
from stages.params import read
from stages.probes import PARTS
from stages.scoring import harness
from stages.scoring.generation import Generated
from stages.scoring.harness import HarnessModel, run_tasks
from stages.scoring.items import read_items
from stages.scoring.language_model import open_model
from stages.scoring.likelihood import Score, score_pairs
from stages.scoring.outcomes import MAX_BYTES
from stages.scoring.summary import main_measure, summarise_benchmark
from tests.benchmark_rows import ROWS, TASKS, made_of, make_from, rows
from tests.tiny_model import make_tiny_model

Item = dict[str, Any]
Row = dict[str, Any]
Request = tuple[str, str]
HARNESS_TASKS = Path(importlib.util.find_spec("lm_eval").origin).parent / "tasks"


def written(benchmark: str, folder: Path, items: dict[str, list[Item]]) -> Path:
    """The items as files, as the stage `benchmarks` leaves them."""
    out = folder / "items" / benchmark
    out.mkdir(parents=True)
    for name, found in items.items():
        (out / f"{name}.jsonl").write_text(as_lines(found), encoding="utf-8")
    return out


class Oracle:
    """Knows the answer to whatever item stands last in a context, by likelihood, by letter and in writing."""

    def __init__(self, items: Iterable[Item]):
        self.items = list(items)

    def score(self, pairs: list[Request]) -> list[Score]:
        return [Score(-1.0 if right else -900.0, right) for right in (self._is_right(*pair) for pair in pairs)]

    def write(self, prompts: list[str], max_tokens: int, stops: list[str]) -> list[Generated]:
        written = [item for item in self.items if "answers" in item]
        return [Generated(self._asked(prompt, written)["answers"][-1], True) for prompt in prompts]

    def _is_right(self, context: str, continuation: str) -> bool:
        said = continuation.removeprefix(" ")
        if options := [item for item in self.items if context in item.get("contexts", ())]:
            return any(item["contexts"][item["answer"]] == context for item in options)
        if said in tuple("ABCD") and "\nA. " in context:
            listed = [line.partition(". ")[2] for line in context.rsplit("\n", 1)[0].splitlines()]
            asked = self._asked(context, [item for item in self.items if set(item.get("choices", "?")) <= set(listed)])
            return f"\n{said}. {asked['choices'][asked['answer']]}\n" in context[context.rindex("\nA. ") :]
        asked = self._asked(context, [item for item in self.items if said in texts_of(item)])
        return said == (asked["answers"][0] if "answers" in asked else asked["choices"][asked["answer"]])

    def _asked(self, context: str, items: list[Item]) -> Item:
        return max(items, key=lambda item: (context.rfind(item["query"]), context.rfind(item.get("context") or "?")))


def texts_of(item: Item) -> list[str]:
    return item.get("answers") or item["choices"]


def test_every_folder_has_a_task_for_every_part_of_its_source():
    for benchmark in ROWS:
        source = load_source(TASKS / benchmark / "source.yaml")
        files = {file.stem: file for file in (TASKS / benchmark).glob("*.yaml") if file.name != "source.yaml"}
        assert sorted(files) == sorted(part.name for part in source.parts), benchmark
        index = TaskManager(include_path=str(TASKS / benchmark), include_defaults=False).task_index
        for part in source.parts:
            config = index[f"{benchmark}_{part.part}_{part.language}"].cfg
            files = {"test": f"data/benchmarks/{benchmark}/{part.name}.jsonl"}
            if part.examples:
                files["examples"] = f"data/benchmarks/{benchmark}/{part.name}.examples.jsonl"
            assert config["dataset_kwargs"]["data_files"].items() <= files.items()
            assert not config["num_fewshot"] or "examples" in config["dataset_kwargs"]["data_files"]
            assert (config["metadata"]["part"], config["metadata"]["language"]) == (part.part, part.language)
            assert (config["output_type"] == "multiple_choice") == (part.item.choices is not None)


@pytest.mark.parametrize("benchmark", sorted(ROWS))
def test_every_row_of_a_hub_file_becomes_an_item_that_an_oracle_gets_right(benchmark, tmp_path):
    made = made_of(benchmark, tmp_path)
    assert {reason for reasons in made.metrics["dropped"].values() for reason in reasons} <= {"where"}
    folder = written(benchmark, tmp_path, made.items)
    oracle = Oracle(item for items in made.items.values() for item in items)
    found = {}
    for language in ("vi", "en"):
        parts = run_tasks(benchmark, folder, language, oracle.score, oracle.write, 1)
        found |= {f"{name}-{language}": part for name, part in parts.items()}
        if parts:
            total = summarise_benchmark(parts, (), 10, 1)["all"]
            assert total[main_measure(total)] == 1
    asked = {name: items for name, items in made.items.items() if not name.endswith(".examples")}
    answered = {name for name, items in asked.items() if items[0].get("answer", 0) is not None}
    assert set(found) == answered
    for name, part in found.items():
        assert [outcome.id for outcome in part.outcomes] == [item["id"] for item in made.items[name]]
        assert all(outcome.correct for outcome in part.outcomes), name
        assert all(all(outcome.correct) for outcome in part.letters), name


# Our task, the harness's own, and the split that it reads.
OWN = [
    ("hellaswag", "validation-en", "hellaswag/hellaswag.yaml", "validation"),
    ("piqa", "validation-en", "piqa/piqa.yaml", "validation"),
    ("winogrande", "validation-en", "winogrande/default.yaml", "validation"),
    ("openbookqa", "test-en", "openbookqa/openbookqa.yaml", "test"),
    ("boolq", "validation-en", "super_glue/boolq/default.yaml", "validation"),
    ("sciq", "test-en", "sciq/sciq.yaml", "test"),
    ("super_glue", "copa-en", "super_glue/copa/default.yaml", "validation"),
    ("super_glue", "cb-en", "super_glue/cb/default.yaml", "validation"),
    ("villm_eval", "hellaswag-vi", "okapi/hellaswag_multilingual/hellaswag_vi.yaml", "val"),
    ("xquad", "validation-vi", "xquad/xquad_vi.yaml", "validation"),
    ("xquad", "validation-en", "xquad/xquad_en.yaml", "validation"),
]


@pytest.mark.parametrize(("benchmark", "name", "theirs", "split"), OWN)
def test_the_harness_own_task_asks_the_same_of_the_same_rows(benchmark, name, theirs, split, tmp_path):
    source = load_source(TASKS / benchmark / "source.yaml")
    (part,) = (part for part in source.parts if part.name == name)
    found = rows(benchmark)[f"{source.place_of(part)[0]}/{part.test.path}"]
    ours = requests_of(benchmark, part, found, tmp_path)
    assert len(ours) >= len(found)
    assert ours == requests_of_harness(HARNESS_TASKS / theirs, split, as_harness_reads(benchmark, found))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_xnli_asks_for_the_sentences_that_the_harness_scores_whole(language, tmp_path):
    source = load_source(TASKS / "xnli" / "source.yaml")
    (part,) = (part for part in source.parts if part.language == language)
    found = rows("xnli")[f"facebook/xnli/{part.test.path}"]
    ours = requests_of("xnli", part, found, tmp_path)
    theirs = requests_of_harness(HARNESS_TASKS / "xnli" / f"xnli_{language}.yaml", "validation", found)
    assert [context + sentence for context, sentence in ours] == [sentence.strip() for _, sentence in theirs]
    assert len({context for context, _ in ours}) == len(found)


def test_no_place_among_the_options_is_a_hint_of_what_is_true(tmp_path):
    items = made_of("villm_eval", tmp_path).items["truthfulqa-vi"]
    for item, row in zip(items, rows("villm_eval")["alexandrainst/m_truthfulqa/data/vi/val.jsonl"], strict=True):
        assert item["choices"][item["answer"]] == row["mc1_targets_choices"][0]
        assert sorted(item["choices"]) == sorted(row["mc1_targets_choices"])
    assert len({item["answer"] for item in items}) > 1


def test_sentences_that_do_not_stand_beside_their_translation_make_no_item(tmp_path):
    made_of("flores", tmp_path)
    file = tmp_path / "openlanguagedata/flores_plus/devtest/vie_Latn.jsonl"
    first, second, *rest = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([second, first, *rest]), encoding="utf-8")
    made = make_from("flores", tmp_path)
    assert made.metrics["dropped"]["devtest-vi"] == {"no_answer": 2}
    assert made.items["devtest-vi"][0] == {
        "id": "devtest-vi/2",
        "query": "At sea level water boils at 100 degrees C.",
        "answers": ["Ở mực nước biển, nước sôi ở 100 độ C."],
        "part": "devtest",
        "language": "vi",
    }
    file.write_text("\n".join(rest), encoding="utf-8")
    with pytest.raises(BadInput, match="7 and 5 rows"):
        make_from("flores", tmp_path)


def table_of(document: str, heading: str) -> list[dict[str, str]]:
    """The rows of a page's table by its columns; the table is known by the heads of its first columns."""
    lines = document[document.index(heading) :].splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: lines.index("")]]
    return [dict(zip(table[0], row, strict=True)) for row in table[2:]]


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_the_page_names_every_benchmark_and_how_each_part_is_asked(repository, page):
    params = read(repository / "params.yaml")
    named = [row["benchmark"].split("`")[1] for row in table_of(page, "| benchmark | languages |")]
    assert named == sorted(params["benchmarks"])
    parts = {}
    for row in table_of(page, "| benchmark | part |"):
        parts |= {(row["benchmark"].strip("`"), name): row for name in row["part"].split(", ")}
    for benchmark in ROWS:
        index = TaskManager(include_path=str(TASKS / benchmark), include_defaults=False).task_index
        for config in (entry.cfg for entry in index.values()):
            metadata = config["metadata"]
            row = parts.pop((benchmark, f"{metadata['part']}-{metadata['language']}"))
            assert int(row["examples"]) == config["num_fewshot"], row
            assert (row["by letter"] == "yes") == metadata.get("letters", False), row
            if row["scored by"] != "its server":
                assert row["scored by"].lower() == metadata.get("measure", "acc"), row
    assert not parts


def test_the_outcomes_of_every_profile_fit_into_git(repository, page):
    """By the bytes of a row on real files, 52 to 93, of which 70 are the mean, and by the most items of each part."""
    sizes = {("vmlu", "dev-vi"): 304, ("vmlu", "validation-vi"): 744, ("vmlu", "test-vi"): 0}
    params = read(repository / "params.yaml")
    for name, profile in params["profiles"].items():
        rows = {language: len(PARTS[language]) * profile["probes"]["items"] for language in PARTS}
        for row in table_of(page, "| benchmark | part |"):
            benchmark = row["benchmark"].strip("`")
            for part in row["part"].split(", "):
                known = int(row["items"].replace(",", "")) if row["items"] != "–" else math.inf
                most = profile["benchmarks"][benchmark]["max_items"]
                rows[part[-2:]] += min(most, sizes.get((benchmark, part), known))
        world = params["profiles"][name]["benchmarks"]
        for language in rows:
            rows[language] += 6 * world["exam"]["items_per_part"] + world["translation"]["items_per_part"]
            rows[language] += profile["evaluate"]["max_bytes"] // 2000  # documents, of news
            assert 70 * rows[language] < MAX_BYTES, (name, language)


def test_the_benchmark_that_the_page_adds_is_asked(page, tmp_path, monkeypatch):
    row, source, task, _ = (textwrap.dedent(block) for block in re.findall(r"```\w+\n(.*?)```", page, re.DOTALL))
    folder = tmp_path / "tasks" / "geography"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(source, encoding="utf-8")
    (folder / "rivers-vi.yaml").write_text(task, encoding="utf-8")
    (folder.parent / "choice.yml").write_text((TASKS / "choice.yml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(harness, "TASKS", folder.parent)
    (tmp_path / "test.jsonl").write_text(row.strip(), encoding="utf-8")
    made = make(
        load_source(folder / "source.yaml"), folder / "source.yaml", 10, lambda part, data: tmp_path / data.path
    )
    items = made.items["rivers-vi"]
    found = run_tasks("geography", written("geography", tmp_path, made.items), "vi", Oracle(items).score)
    assert [outcome.correct for outcome in found["rivers"].outcomes] == [True]


# Whole files as found; the Vietnamese ones, and M3Exam's, have the schema of the hub's. Of ARC-English there are only
# the validation splits, of HellaSwag only requests.
REAL = {
    ("arc", "challenge-vi"): "arc_challenge_vi/test",
    ("arc_easy_vi", "easy-vi"): "arc_easy_vi/test",
    ("boolq", "validation-en"): "en/boolq",
    **{("m3exam", f"{level}-vi"): "m3exam/vietnamese_test" for level in ("low", "mid", "high")},
    **{("m3exam", f"{level}-en"): "m3exam/english_test" for level in ("low", "mid", "high")},
    ("openbookqa", "test-en"): "en/openbookqa",
    ("piqa", "validation-en"): "en/piqa",
    ("sciq", "test-en"): "en/sciq",
    ("super_glue", "cb-en"): "en/super_glue_cb",
    ("super_glue", "copa-en"): "en/super_glue_copa",
    ("villm_eval", "mmlu-vi"): "mmlu_vi/test",
    ("villm_eval", "truthfulqa-vi"): "truthfulqa_vi/test",
    ("vmlu", "test-vi"): "vmlu/test",
    ("winogrande", "validation-en"): "en/winogrande_winogrande_xl",
    ("xcopa", "cause-vi"): "xcopa_vi/test.vi",
    ("xcopa", "effect-vi"): "xcopa_vi/test.vi",
}


def real_items(benchmark: str, name: str, real_data: Callable[[str], Path]) -> tuple[Part, list[Row], list[Item], Any]:
    file = f"{REAL[benchmark, name]}.jsonl.gz"
    found = read_rows(real_data(f"benchmarks/{file}"), file)
    (part,) = (part for part in load_source(TASKS / benchmark / "source.yaml").parts if part.name == name)
    items, dropped = usable_items(part, found, benchmark, file)
    return part, found, items, dropped


@pytest.mark.real
def test_every_real_row_is_accounted_for_and_the_page_says_how_many_items_there_are(page, real_data):
    counted = {
        (row["benchmark"].strip("`"), row["part"]): (row["items"], row["chance"])
        for row in table_of(page, "| benchmark | part |")
        if row["items"] != "–"
    }
    measured, without_item = {}, {}
    for benchmark, name in REAL:
        _, found, items, dropped = real_items(benchmark, name, real_data)
        assert len(items) + dropped.total() == len(found)
        chance = sum(1 / len(item["choices"]) for item in items) / len(items)
        measured[benchmark, name] = (f"{len(items):,}", f"{chance:.3f}")
        without_item |= {(benchmark, name): {reason: n for reason, n in dropped.items() if reason != "where"}}
    assert measured == counted
    assert {place: reasons for place, reasons in without_item.items() if reasons} == {
        ("arc_easy_vi", "easy-vi"): {"right_choice_twice": 1},
        ("m3exam", "high-en"): {"right_choice_twice": 1},
        ("m3exam", "mid-vi"): {"right_choice_twice": 1},
        ("villm_eval", "mmlu-vi"): {"right_choice_twice": 3},
    }


@pytest.mark.real
@pytest.mark.parametrize(("benchmark", "name", "theirs", "split"), [own for own in OWN if own[:2] in REAL])
def test_the_harness_own_task_asks_the_same_of_every_real_row(benchmark, name, theirs, split, real_data, tmp_path):
    part, found, _, _ = real_items(benchmark, name, real_data)
    ours = requests_of(benchmark, part, found, tmp_path)
    assert ours == requests_of_harness(HARNESS_TASKS / theirs, split, as_harness_reads(benchmark, found))


@pytest.mark.real
def test_the_true_answer_stands_at_every_place_of_real_questions(real_data):
    _, _, items, _ = real_items("villm_eval", "truthfulqa-vi", real_data)
    first, chance = (
        sum(item["answer"] == 0 for item in items),
        sum(1 / len(item["choices"]) for item in items),
    )
    assert abs(first - chance) < 3 * chance**0.5


@pytest.mark.real
def test_real_hellaswag_is_asked_as_its_published_requests_are(real_data, tmp_path):
    """Ai2's requests show five examples before; what they go on with is ours."""
    requests = read_rows(real_data("benchmarks/en/hellaswag_rc_5shot_requests.jsonl.gz"), "requests.jsonl.gz")
    docs = {row["native_id"]: row["doc"] for row in requests}
    assert len(docs) == 1000
    items = [
        {"id": str(key), "query": doc["query"], "choices": doc["choices"], "answer": doc["gold"]}
        for key, doc in docs.items()
    ]
    folder = written("hellaswag", tmp_path, {"validation-en": items})
    listener = Listener()
    run_tasks("hellaswag", folder, "en", listener.score, None)
    asked = [(row["request"]["context"].rsplit("\n\n", 1)[-1], row["request"]["continuation"]) for row in requests]
    # The other half measures how likely an ending is after "Answer:" alone.
    assert listener.heard == [pair for pair in asked if pair[0] != "Answer:"]


class Listener(HarnessModel):
    """Writes down what it is asked."""

    def __init__(self):
        super().__init__(self.score, None)
        self.heard: list[Request] = []

    def score(self, pairs: list[Request]) -> list[Score]:
        self.heard += pairs
        return [Score(-1.0, False) for _ in pairs]

    def generate_until(self, requests: list[Any]) -> list[str]:
        self.heard += [(request.args[0], str(request.args[1]["until"])) for request in requests]
        return ["" for _ in requests]


def requests_of(benchmark: str, part: Part, found: list[Row], folder: Path) -> list[Request]:
    """What our task asks of the rows of a file."""
    made, _ = usable_items(part, found, benchmark, part.test.path)
    items = read_items(written(benchmark, folder, {part.name: made}) / f"{part.name}.jsonl")
    index = TaskManager(include_path=str(TASKS / benchmark), include_defaults=False).task_index
    return asked(index[f"{benchmark}_{part.part}_{part.language}"].cfg, {"test": items, "examples": []})


def requests_of_harness(file: Path, split: str, found: list[Row]) -> list[Request]:
    """What a task of the harness's own asks of the rows."""
    config = load_yaml(file, resolve_func=True)
    if config["output_type"] == "multiple_choice":  # CB's F1 would import scikit-learn
        config["metric_list"] = [{"metric": "acc"}]
    heard = asked(config, dict.fromkeys(("train", "validation", "test", split), found))
    # Its COPA puts two spaces before an option, as no text has them.
    return [(context, re.sub("^  ", " ", text)) for context, text in heard] if "copa" in str(file) else heard


def asked(config: dict[str, Any], splits: dict[str, list[Row]]) -> list[Request]:
    read = {"custom_dataset": lambda **_: {split: Dataset.from_list(found) for split, found in splits.items()}}
    listener = Listener()
    evaluate(listener, TaskManager(include_defaults=False).load([config | read]), bootstrap_iters=0)
    return listener.heard


def as_harness_reads(benchmark: str, found: list[Row]) -> list[Row]:
    """BoolQ comes from SuperGLUE there: the same rows with the answer as a label."""
    return [row | {"label": int(row["answer"])} for row in found] if benchmark == "boolq" else found


@pytest.mark.real
def test_a_random_network_is_scored_on_every_benchmark_at_hand(real_data, tmp_path):
    """Eight items of each part by text and two by letter; of parts that are not at hand, the small rows."""
    folder = make_tiny_model(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 2048}), encoding="utf-8")
    lm = open_model(folder, "cpu", "float32", None)
    for benchmark in sorted({benchmark for benchmark, _ in REAL}):
        items = made_of(benchmark, tmp_path / "hub" / benchmark).items
        real = {name for place, name in REAL if place == benchmark}
        items |= {name: chosen(real_items(benchmark, name, real_data)[2], 8) for name in real}
        folder = written(benchmark, tmp_path, items)
        for language in ("vi", "en"):
            found = run_tasks(benchmark, folder, language, lambda pairs: score_pairs(lm, pairs, 4096), None, 2)
            for name, part in found.items():
                assert [outcome.id for outcome in part.outcomes] == [item["id"] for item in items[f"{name}-{language}"]]
                assert all(math.isfinite(outcome.log_likelihood) for outcome in part.outcomes), (benchmark, name)
                assert len(part.letters) in (0, 2)
