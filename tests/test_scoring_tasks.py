"""What a model is asked by task files with examples, contexts, letters or written answers: prompts to the letter."""

import gzip
import json
import math
import re
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from stages.errors import BadInput
from stages.scoring import harness
from stages.scoring.answers import f1
from stages.scoring.generation import Generated
from stages.scoring.harness import run_benchmark
from stages.scoring.items import item_key, read_items
from stages.scoring.likelihood import Score

CAPITAL = {"id": "1", "query": "Thủ đô của Việt Nam là", "choices": ["Huế", "Hà Nội", "Vinh"], "answer": 1}
RIVER = {"id": "2", "query": "Sông chảy qua Huế là", "choices": ["sông Hương", "sông Hồng"], "answer": 0}
PASSAGE = "Lan mua ba quả cam.\nBin mua một con cá."
BOUGHT = {"id": "3", "context": PASSAGE, "query": "Ai mua cá?", "choices": ["Lan", "Bin"], "answer": 1}
UNKNOWN = {"id": "4", "query": "Không ai biết?", "choices": ["có", "không"], "answer": None}
WRITTEN = {"id": "5", "context": PASSAGE, "query": "Lan mua gì?", "answers": ["ba quả cam", "cam"]}
WRITTEN_TOO = {"id": "6", "context": PASSAGE, "query": "Bin mua gì?", "answers": ["một con cá"]}


class Asked:
    """A benchmark of one Vietnamese part, and what a model is asked when it is run."""

    def __init__(self, folder: Path):
        self.folder = folder / "benchmarks"
        self.tasks = folder / "tasks" / "quiz"
        self.pairs: list[tuple[str, str]] = []
        self.prompts: list[str] = []
        self.settings: list[tuple[int, tuple[str, ...]]] = []

    def write(self, items: list[dict], config: str, examples: list[dict] | None = None) -> None:
        files = "test: data/benchmarks/quiz/quiz-vi.jsonl"
        self._lines("quiz-vi.jsonl", items)
        if examples is not None:
            files += ", examples: data/benchmarks/quiz/quiz-vi.examples.jsonl"
            self._lines("quiz-vi.examples.jsonl", examples)
        metadata = "metadata: {version: 1, language: vi, part: quiz, in_total: true"
        text = f"task: quiz_quiz_vi\ndataset_kwargs: {{data_files: {{{files}}}}}\n"
        text += config if "metadata" in config else f"{config}\n{metadata}}}\n"
        self.tasks.mkdir(parents=True, exist_ok=True)
        (self.tasks / "quiz-vi.yaml").write_text(text, encoding="utf-8")

    def _lines(self, name: str, items: list[dict]) -> None:
        folder = self.folder / "quiz"
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        (folder / name).write_text(lines, encoding="utf-8")

    def score(self, pairs):
        self.pairs += pairs
        return [Score(-float(len(self.pairs) + place), greedy=place == 0) for place in range(len(pairs))]

    def answer(self, prompts, max_new_tokens, until):
        self.prompts += prompts
        self.settings.append((max_new_tokens, until))
        return [Generated(" ba quả", True)] * len(prompts)

    def run(self, **given: Any):
        return run_benchmark(self.folder, "quiz", "vi", self.score, **given)


def metadata(**more: Any) -> str:
    return "metadata: " + json.dumps({"version": 1, "language": "vi", "part": "quiz", "in_total": True} | more) + "\n"


@pytest.fixture
def asked(tmp_path, monkeypatch):
    for name in ("choice.yml", "generation.yml", "labels.yml", "letters.yml"):
        (tmp_path / "tasks").mkdir(exist_ok=True)
        shutil.copy(harness.TASKS / name, tmp_path / "tasks" / name)
    monkeypatch.setattr(harness, "TASKS", tmp_path / "tasks")
    return Asked(tmp_path)


def test_a_context_stands_before_the_question(asked):
    asked.write([BOUGHT, CAPITAL], "include: ../choice.yml")
    asked.run()
    assert asked.pairs == [
        ("Lan mua ba quả cam.\nBin mua một con cá.\nAi mua cá?", " Lan"),
        ("Lan mua ba quả cam.\nBin mua một con cá.\nAi mua cá?", " Bin"),
        ("Thủ đô của Việt Nam là", " Huế"),
        ("Thủ đô của Việt Nam là", " Hà Nội"),
        ("Thủ đô của Việt Nam là", " Vinh"),
    ]


def test_the_first_examples_stand_before_every_question(asked):
    asked.write([CAPITAL, BOUGHT], "include: ../choice.yml\nnum_fewshot: 2", examples=[RIVER, BOUGHT, CAPITAL])
    asked.run()
    shown = "Sông chảy qua Huế là sông Hương\n\n" + PASSAGE + "\nAi mua cá? Bin\n\n"
    assert [pair[0] for pair in asked.pairs] == [shown + CAPITAL["query"]] * 3 + [f"{shown}{PASSAGE}\nAi mua cá?"] * 2
    assert asked.pairs[1][1] == " Hà Nội"


def test_more_shots_than_examples_are_refused(asked):
    asked.write([CAPITAL], "include: ../choice.yml\nnum_fewshot: 2", examples=[RIVER])
    with pytest.raises(BadInput, match="quiz_quiz_vi: num_fewshot is 2, but there are 1 examples"):
        asked.run()


def test_letters_are_asked_in_every_order_with_examples_by_letter(asked):
    config = f"include: ../choice.yml\nnum_fewshot: 1\n{metadata(letters=True)}"
    asked.write([CAPITAL, BOUGHT], config, examples=[RIVER])
    part = asked.run(max_letter_items=10)["quiz"]
    shown = "Sông chảy qua Huế là\nA. sông Hương\nB. sông Hồng\nĐáp án: A\n\n"
    by_letter = [pair for pair in asked.pairs if pair[1] in (" A", " B", " C")]
    assert len(by_letter) == 3 * 3 + 2 * 2 and len(asked.pairs) == len(by_letter) + 5
    prompts = [f"{shown}Thủ đô của Việt Nam là\nA. Hà Nội\nB. Vinh\nC. Huế\nĐáp án:"]
    prompts += [f"{shown}Thủ đô của Việt Nam là\nA. Huế\nB. Hà Nội\nC. Vinh\nĐáp án:"]
    prompts += [f"{shown}Thủ đô của Việt Nam là\nA. Vinh\nB. Huế\nC. Hà Nội\nĐáp án:"]
    prompts += [f"{shown}{PASSAGE}\nAi mua cá?\nA. Bin\nB. Lan\nĐáp án:"]
    prompts += [f"{shown}{PASSAGE}\nAi mua cá?\nA. Lan\nB. Bin\nĐáp án:"]
    found = list(dict.fromkeys(pair[0] for pair in by_letter))
    assert sorted(found) == sorted(prompts)
    assert [letter for prompt, letter in by_letter if prompt == prompts[0]] == [" A", " B", " C"]
    assert {outcome.id: outcome.correct for outcome in part.letters} == {"1": (True, False, False), "3": (True, False)}
    assert [outcome.id for outcome in part.outcomes] == ["1", "3"], "by text, all items in their order"


def test_letters_are_asked_of_so_many_items_at_most_and_of_none_unless_the_task_says_so(asked):
    asked.write([CAPITAL, RIVER, BOUGHT], f"include: ../choice.yml\n{metadata(letters=True)}")
    assert len(asked.run(max_letter_items=2)["quiz"].letters) == 2
    assert asked.run()["quiz"].letters == ()
    asked.write([CAPITAL, RIVER, BOUGHT], "include: ../choice.yml")
    assert asked.run(max_letter_items=2)["quiz"].letters == ()


def test_written_answers_are_scored_by_words(asked):
    config = f"include: ../generation.yml\nnum_fewshot: 1\n{metadata(measure='f1')}"
    asked.write([WRITTEN, WRITTEN_TOO], config, examples=[WRITTEN_TOO])
    part = asked.run(write=asked.answer)["quiz"]
    shown = f"{PASSAGE}\nBin mua gì? một con cá\n\n"
    assert asked.prompts == [f"{shown}{PASSAGE}\nLan mua gì?", f"{shown}{PASSAGE}\nBin mua gì?"]
    assert asked.settings == [(128, ("\n",))]
    assert part.measure == "f1"
    assert [outcome.score for outcome in part.outcomes] == [pytest.approx(0.8), 0.0]
    assert [answer.right for answer in part.answers] == [("ba quả cam", "cam"), ("một con cá",)]
    assert part.answers[0].written.text == " ba quả"
    assert all(math.isnan(outcome.log_likelihood) and math.isnan(outcome.margin) for outcome in part.outcomes)
    assert part.outcomes[0].bytes == len("ba quả cam".encode())


def test_tasks_may_ask_for_longer_answers_and_other_ends(asked):
    own = 'generation_kwargs: {until: ["\\n\\n", "Câu"], max_gen_toks: 5, do_sample: false}\n'
    asked.write([WRITTEN], f"include: ../generation.yml\n{own}{metadata(measure='chrf')}")
    assert asked.run(write=asked.answer)["quiz"].measure == "chrf"
    assert asked.settings == [(5, ("\n\n", "Câu"))]


def test_without_a_writer_only_choices_are_asked(asked):
    asked.write([WRITTEN], f"include: ../generation.yml\n{metadata(measure='f1')}")
    assert asked.run() == {} and asked.pairs == []


def test_the_last_word_is_right_where_the_model_would_have_said_it(asked):
    config = """\
include: ../generation.yml
output_type: loglikelihood
doc_to_target: " {{answers[0]}}"
generation_kwargs: null
"""
    items = [
        {"id": "1", "query": "Mèo bắt", "answers": ["chuột"]},
        {"id": "2", "query": "Cá bơi dưới", "answers": ["5"]},
    ]
    asked.write(items, config)
    part = asked.run()["quiz"]
    assert asked.pairs == [("Mèo bắt", " chuột"), ("Cá bơi dưới", " 5")]
    assert (part.measure, [outcome.score for outcome in part.outcomes]) == ("acc", [1.0, 0.0])
    assert part.outcomes[0].log_likelihood == -2.0 and part.outcomes[0].bytes == len("chuột".encode())


def test_contexts_of_the_choices_are_weighed_by_how_the_text_goes_on(asked):
    config = """\
include: ../choice.yml
doc_to_text: answer
doc_to_choice: contexts
doc_to_target: query
"""
    item = {"id": "1", "query": "quá to.", "choices": ["cái cúp", "cái cặp"], "answer": 1}
    item["contexts"] = ["Cái cúp không vừa vì cái cúp", "Cái cúp không vừa vì cái cặp"]
    asked.write([item], config)
    (outcome,) = asked.run()["quiz"].outcomes
    assert asked.pairs == [(context, " quá to.") for context in item["contexts"]]
    size = len("quá to.".encode())
    assert (outcome.score, outcome.bytes, outcome.margin) == (0.0, size, pytest.approx(-1 / size))


@pytest.mark.parametrize(
    ("template", "score", "margin"), [("choice", 0.0, -2 / 3 + 3 / 6), ("labels", 1.0, (-2 + 3) / 3)]
)
def test_labels_are_weighed_by_their_sum_and_texts_by_the_byte(asked, template, score, margin):
    item = {"id": "1", "query": "Trời mưa thì đường ướt?", "choices": ["có", "không"], "answer": 0}
    asked.write([item], f"include: ../{template}.yml")
    (outcome,) = asked.run()["quiz"].outcomes  # -2 and -3 nats
    assert (outcome.score, outcome.log_likelihood, outcome.bytes) == (score, -2.0, 3)
    assert outcome.margin == pytest.approx(margin)


def test_numbers_and_blanks_reach_the_model_as_written(asked):
    """A question of digits alone is no index, and a choice of spaces has a likelihood, too."""
    items = [{"id": "1", "query": "7", "choices": ["8", "9"], "answer": 0}]
    items += [{"id": "2", "query": "Dấu cách:", "choices": [" ", "\u00a0", "."], "answer": 1}]
    asked.write(items, "include: ../choice.yml")
    asked.run()
    assert asked.pairs == [("7", " 8"), ("7", " 9")] + [("Dấu cách:", f" {end}") for end in (" ", "\u00a0", ".")]


def test_items_without_a_known_answer_are_never_scored(asked):
    asked.write([CAPITAL, UNKNOWN], f"include: ../choice.yml\n{metadata(letters=True)}")
    part = asked.run(max_letter_items=5)["quiz"]
    assert [outcome.id for outcome in [*part.outcomes, *part.letters]] == ["1", "1"]
    assert not any(UNKNOWN["query"] in context for context, _ in asked.pairs)
    asked.write([UNKNOWN], "include: ../choice.yml")
    assert asked.run() == {}


def test_a_benchmark_without_items_is_passed_over(asked):
    asked.write([CAPITAL], "include: ../choice.yml")
    for file in (asked.folder / "quiz").iterdir():
        file.unlink()
    assert asked.run() == {}


def test_a_task_file_that_the_harness_passes_over_is_told(asked):
    asked.write([CAPITAL], "include: ../choices.yml")
    with pytest.raises(BadInput, match=r"quiz-vi\.yaml: no task that the harness can read"):
        asked.run()


@pytest.mark.parametrize(
    ("items", "config", "message"),
    [
        (
            [CAPITAL],
            "include: ../choice.yml\nmetadata: {}",
            r"quiz-vi\.yaml: metadata\.language is null, expected \"vi\"",
        ),
        (
            [CAPITAL],
            "include: ../choice.yml\n" + metadata(part="lakes"),
            r"metadata\.part is \"lakes\", expected \"quiz\"",
        ),
        (
            [CAPITAL],
            "include: ../choice.yml\n" + metadata(in_total=None),
            r"metadata\.in_total is null, expected true or",
        ),
        (
            [WRITTEN],
            "include: ../generation.yml\n" + metadata(measure="bleu"),
            r"\"bleu\", expected \"f1\" or \"chrf\"",
        ),
        (
            [CAPITAL],
            "include: ../generation.yml\n" + metadata(measure="f1"),
            r"generate_until needs items with answers",
        ),
        ([WRITTEN], "include: ../choice.yml", r"multiple_choice needs items with choices"),
        (
            [CAPITAL],
            'include: ../choice.yml\ndoc_to_text: "{{câu}}"',
            r"quiz_quiz_vi: .*'câu' is undefined.* Mend doc_to_text",
        ),
        ([CAPITAL], 'include: ../choice.yml\ndoc_to_text: "{{query"', r"quiz_quiz_vi: .*Mend doc_to_text"),
    ],
)
def test_a_task_file_that_cannot_be_asked_is_told(asked, items, config, message):
    asked.write(items, config)
    with pytest.raises(BadInput, match=message):
        asked.run(write=asked.answer)


def test_keys_tell_changed_items_apart(asked):
    asked.write([CAPITAL], "include: ../choice.yml")
    (outcome,) = asked.run()["quiz"].outcomes
    assert outcome.key == item_key(CAPITAL) and len(outcome.key) == 12 and outcome.choices == 3
    same = [
        CAPITAL | {"id": "x"},
        CAPITAL | {"context": ""},
        dict(reversed(CAPITAL.items())),
        CAPITAL | {"subject": "địa"},
    ]
    changed = [CAPITAL | {"answer": 0}, CAPITAL | {"context": PASSAGE}, CAPITAL | {"choices": ["Huế", "Hà Nội"]}]
    assert {item_key(item) for item in same} == {outcome.key}
    assert len({item_key(item) for item in changed} | {outcome.key}) == 4
    asked.write([BOUGHT], "include: ../choice.yml")
    (item,) = read_items(asked.folder / "quiz/quiz-vi.jsonl")
    assert item_key(item) == item_key(BOUGHT) == asked.run()["quiz"].outcomes[0].key


def test_the_item_worked_by_hand_in_the_document_adds_up(repository):
    text = (repository / "docs/scoring.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \**([^|*]+?)\** \| [^|]*` \| (-[\d.]+) \| (\d+) \| (-[\d.]+) \|$", text, re.MULTILINE)
    assert len(rows) == 4
    a_byte = {choice: float(nats) / int(size) for choice, nats, size, _ in rows}
    for choice, _, size, quotient in rows:
        assert int(size) == len(choice.encode()) and float(quotient) == round(a_byte[choice], 3)
    assert max(a_byte, key=a_byte.get) == "Đảo Yến" and "`margin` -0.272 + 0.260 = -0.012" in text
    letters = [
        [float(nats) for nats in re.findall(r"-\d+\.\d+", line)] for line in text.split("\n") if " | C, " in line
    ]
    assert [nats.index(max(nats)) for nats in letters] == [2, 2, 2, 2]
    assert f1("ở thành phố Huế", ["cố đô Huế"], "vi") == pytest.approx(0.29, abs=0.005)


@pytest.mark.real
def test_a_letter_is_one_token_after_real_questions(asked, real_data):
    """SmolLM2's tokenizer ends the prompt at its colon, and " A" to " D" are a token each."""
    tokenizer = Tokenizer.from_file(str(real_data("tokenizers/smollm2/tokenizer.json")))
    with gzip.open(real_data("benchmarks/vmlu/test.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 200)]
    items = [
        {"id": row["id"], "query": row["question"], "choices": row["choices"], "answer": 0}
        for row in rows
        if len(row["choices"]) > 1
    ]
    asked.write(items, f"include: ../choice.yml\n{metadata(letters=True)}")
    asked.run(max_letter_items=len(items))
    by_letter = [pair for pair in asked.pairs if pair[0].endswith("\nĐáp án:")]
    assert len(by_letter) > 3000
    for context, letter in by_letter:
        before, whole = (tokenizer.encode(text, add_special_tokens=False).ids for text in (context, context + letter))
        assert whole[:-1] == before and tokenizer.decode(whole[-1:]) == letter
