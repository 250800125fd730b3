"""Small files as the benchmarks' repositories hold them: the columns of each, a few rows of our own text."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

Row = dict[str, Any]

# A question, the right answer, three wrong ones, and a sentence that tells the answer; the same in both languages.
FACTS = {
    "vi": (
        ("Thủ đô của Việt Nam là gì?", "Hà Nội", "Huế", "Đà Lạt", "Cần Thơ", "Hà Nội là thủ đô của Việt Nam."),
        ("Một tuần có mấy ngày?", "bảy ngày", "sáu ngày", "tám ngày", "mười ngày", "Một tuần có bảy ngày."),
        ("Nước sôi ở bao nhiêu độ C?", "100", "0", "50", "212", "Ở mực nước biển, nước sôi ở 100 độ C."),
        ("Con vật nào đẻ trứng?", "con vịt", "con mèo", "con bò", "con chó", "Con vịt đẻ trứng ở bờ ao."),
        ("Mặt Trời mọc ở hướng nào?", "đông", "tây", "nam", "bắc", "Sáng sớm Mặt Trời mọc ở hướng đông."),
        ("Lúa gạo trồng ở đâu?", "ngoài đồng", "trên mây", "dưới biển", "trong tủ", "Lúa gạo trồng ngoài đồng."),
        ("Mùa nào lạnh nhất?", "mùa đông", "mùa hè", "mùa xuân", "mùa thu", "Mùa đông là mùa lạnh nhất."),
    ),
    "en": (
        ("What is the capital of Vietnam?", "Hanoi", "Hue", "Da Lat", "Can Tho", "Hanoi is the capital of Vietnam."),
        ("How many days has a week?", "seven days", "six days", "eight days", "ten days", "A week has seven days."),
        ("At what degree does water boil?", "100", "0", "50", "212", "At sea level water boils at 100 degrees C."),
        ("Which animal lays eggs?", "the duck", "the cat", "the cow", "the dog", "The duck lays eggs near the pond."),
        ("Where does the Sun rise?", "east", "west", "south", "north", "The Sun rises in the east."),
        ("Where is rice grown?", "in fields", "on clouds", "in the sea", "in drawers", "Rice is grown in fields."),
        ("Which season is the coldest?", "winter", "summer", "spring", "autumn", "Winter is the coldest season."),
    ),
}  # fmt: skip
LETTERS = "ABCD"


def rows(benchmark: str) -> dict[str, list[Row]]:
    """The rows of every file that a benchmark's source.yaml names, by `<repository>/<path>`.

    Seven or more a file, enough for its examples; the right answers stand at every place that the file leaves open.
    """
    return ROWS[benchmark]()


def write(benchmark: str, folder: Path) -> Path:
    """Write the benchmark's files below `folder`/<repository>/, each as its name says; returns the folder."""
    for name, found in rows(benchmark).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents(name, found))
    return folder


def contents(name: str, found: list[Row]) -> bytes:
    """The bytes of a file of this name with these rows."""
    file = Path(name)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found).encode()
    match "".join(file.suffixes[-2:]) if file.suffix == ".gz" else file.suffix:
        case ".parquet":
            sink = io.BytesIO()
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(found), sink)
            return sink.getvalue()
        case ".jsonl":
            return lines
        case ".jsonl.gz":
            return gzip.compress(lines, mtime=0)
        case ".json":
            return json.dumps(found, ensure_ascii=False).encode()
        case ".csv" | ".tsv" as suffix:
            text = io.StringIO(newline="")
            table = csv.DictWriter(text, list(found[0]), dialect="excel" if suffix == ".csv" else "excel-tab")
            table.writeheader()
            table.writerows(found)
            return text.getvalue().encode()
        case suffix:
            raise ValueError(f"{name}: no rows are written as {suffix}")


def _questions(language: str) -> Iterator[tuple[int, str, list[str], int, str]]:
    """Number, question, four options, the right one's index (each place in turn), and the telling sentence."""
    for number, (question, *options, sentence) in enumerate(FACTS[language]):
        right = number % len(options)
        first, *wrong = options
        yield number, question, [*wrong[:right], first, *wrong[right:]], right, sentence


def _labelled(options: list[str]) -> dict[str, list[str]]:
    return {"text": options, "label": list(LETTERS[: len(options)])}


def _hellaswag(language: str) -> list[Row]:
    return [
        {
            "ind": number,
            "activity_label": "Đời sống" if language == "vi" else "Daily life",
            "ctx_a": f"{sentence} [title] {question} [step]",
            "ctx_b": "sau đó" if language == "vi" else "then",
            "ctx": f"{sentence} {question}",
            "endings": [f" [substeps] {option}  [title] {sentence}" for option in options],
            "label": str(right),
        }
        for number, question, options, right, sentence in _questions(language)
    ]


def _villm_eval() -> dict[str, list[Row]]:
    questions = list(_questions("vi"))
    mmlu = [
        {
            "instruction": question,
            **{f"option_{letter.lower()}": option for letter, option in zip(LETTERS, options, strict=True)},
            "answer": LETTERS[right],
            "id": f"astronomy/test/{number}",
        }
        for number, question, options, right, _ in questions
    ]
    truthful = [
        {
            "question": question,
            "mc1_targets_choices": [first, *wrong[: 1 + number % 3]],
            "mc1_targets_labels": [1] + [0] * (1 + number % 3),
        }
        for number, (question, first, *wrong, _) in enumerate(FACTS["vi"])
    ]
    exams = [
        {
            "id": f"đề-{number}",
            "question": question,
            "choices": _labelled(options),
            "answerKey": f"{LETTERS[right]} ",
            "metadata": {"grade": "Lớp 9", "subject": "MÔN ANH" if number == 6 else "MÔN ĐỊA"},
        }
        for number, question, options, right, _ in questions
    ]
    passages = [
        {"id": row["id"], "question": f"{sentence}\n{row['question']}", **{k: row[k] for k in ("choices", "answerKey")}}
        for row, (*_, sentence) in zip(exams, questions, strict=True)
    ]
    lambada = [
        {
            "text": f"{question} {sentence.rstrip('.')}",
            "context": f"{question} {sentence.rstrip('.').rsplit(' ', 1)[0]}",
            "target_word": sentence.rstrip(".").rsplit(" ", 1)[1],
        }
        for _, question, _, _, sentence in questions
    ]
    return {
        "alexandrainst/m_hellaswag/data/vi/val.jsonl": _hellaswag("vi"),
        "alexandrainst/m_mmlu/data/vi/test.jsonl": mmlu,
        "alexandrainst/m_mmlu/data/vi/train.jsonl": [row | {"id": row["id"].replace("test", "train")} for row in mmlu],
        "alexandrainst/m_truthfulqa/data/vi/val.jsonl": truthful,
        "vlsp-2023-vllm/comprehension/data/test-00000-of-00001-192ecf7907721b26.parquet": passages,
        "vlsp-2023-vllm/lambada_vi/data/test-00000-of-00001-0f570d0544259679.parquet": lambada,
        "vlsp-2023-vllm/exams_vi/data/test-00000-of-00001-42f8c598c597c3c1.parquet": exams,
    }


def _xnli() -> dict[str, list[Row]]:
    return {
        f"facebook/xnli/{language}/validation-00000-of-00001.parquet": [
            {"premise": sentence.rstrip("."), "hypothesis": f"{options[0]}, {options[1]}.", "label": number % 3}
            for number, _, options, _, sentence in _questions(language)
        ]
        for language in FACTS
    }


def _xquad() -> dict[str, list[Row]]:
    return {
        f"google/xquad/xquad.{language}/validation-00000-of-00001.parquet": [
            {
                "id": f"56be{number}",
                "context": sentence,
                "question": question,
                "answers": {"text": [options[right]], "answer_start": [max(0, sentence.find(options[right]))]},
            }
            for number, question, options, right, sentence in _questions(language)
        ]
        for language in FACTS
    }


def _belebele() -> dict[str, list[Row]]:
    return {
        f"facebook/belebele/data/{name}.jsonl": [
            {
                "link": "https://en.wikivoyage.org/wiki/Hanoi",
                "question_number": number,
                "flores_passage": sentence,
                "question": question,
                **{f"mc_answer{place}": option for place, option in enumerate(options, 1)},
                "correct_answer_num": str(right + 1),
                "dialect": name,
            }
            for number, question, options, right, sentence in _questions(language)
        ]
        for language, name in (("vi", "vie_Latn"), ("en", "eng_Latn"))
    }


def _sea_helm() -> dict[str, list[Row]]:
    def prompts(label: Any, number: int, **prompt: str) -> Row:
        return {"id": f"vi-{number}", "label": label, "prompts": [prompt], "metadata": {"language": "vi"}}

    questions = list(_questions("vi"))
    feelings, kinds = ("Tích cực", "Tiêu cực", "Trung lập"), ("Sạch", "Công kích", "Thù ghét")
    english = [sentence for *_, sentence in FACTS["en"]]
    files = {
        "NLU-Sentiment-Analysis/vi": [prompts(feelings[n % 3], n, text=sentence) for n, _, _, _, sentence in questions],
        "Safety-Toxicity-Detection/vi": [prompts(kinds[n % 3], n, text=sentence) for n, _, _, _, sentence in questions],
        "NLR-NLI/vi": [
            prompts("ABC"[n % 3], n, sentence1=sentence, sentence2=options[0])
            for n, _, options, _, sentence in questions
        ],
        "NLR-Causal-Reasoning/vi": [
            prompts(
                "AB"[n % 2],
                n,
                premise=sentence,
                choice1=options[0],
                choice2=options[1],
                question_translated=("nguyên nhân", "kết quả")[n % 2],
            )
            for n, _, options, _, sentence in questions
        ],
        "NLU-Question-Answering/vi": [
            prompts([options[right]], n, text=sentence, question=question)
            for n, question, options, right, sentence in questions
        ],
        "NLG-Machine-Translation/en_to_vi": [
            prompts(sentence, n, text=english[n]) for n, _, _, _, sentence in questions
        ],
        "NLG-Machine-Translation/vi_to_en": [
            prompts(english[n], n, text=sentence) for n, _, _, _, sentence in questions
        ],
    }
    return {
        f"aisingapore/{folder}/{split}-00000-of-00001.parquet": found
        for folder, found in files.items()
        for split in ("eval", "examples")
    }


def _flores() -> dict[str, list[Row]]:
    return {
        f"openlanguagedata/flores_plus/{split}/{name}.jsonl": [
            {"id": number, "text": sentence, "domain": "wikinews", "topic": "weather"}
            for number, (*_, sentence) in enumerate(FACTS[language])
        ]
        for split in ("dev", "devtest")
        for language, name in (("vi", "vie_Latn"), ("en", "eng_Latn"))
    }


def _english(file: str, *made: Row) -> dict[str, list[Row]]:
    return {file: list(made)}


def _piqa() -> dict[str, list[Row]]:
    return _english(
        "baber/piqa/piqa_validation.parquet",
        *(
            {"goal": question, "sol1": options[0], "sol2": options[1], "label": number % 2}
            for number, question, options, _, _ in _questions("en")
        ),
    )


def _winogrande() -> dict[str, list[Row]]:
    return _english(
        "allenai/winogrande/winogrande_xl/validation-00000-of-00001.parquet",
        *(
            {
                "sentence": f"Lan asked Minh: {question.rstrip('?')}, since _ had forgotten it.",
                "option1": "Lan",
                "option2": "Minh",
                "answer": str(1 + number % 2),
            }
            for number, question, *_ in _questions("en")
        ),
    )


def _openbookqa() -> dict[str, list[Row]]:
    return _english(
        "allenai/openbookqa/main/test-00000-of-00001.parquet",
        *(
            {"id": f"8-{n}", "question_stem": question, "choices": _labelled(options), "answerKey": LETTERS[right]}
            for n, question, options, right, _ in _questions("en")
        ),
    )


def _boolq() -> dict[str, list[Row]]:
    return _english(
        "google/boolq/data/validation-00000-of-00001.parquet",
        *(
            {"question": question.rstrip("?").lower(), "answer": number % 2 == 0, "passage": sentence}
            for number, question, _, _, sentence in _questions("en")
        ),
    )


def _sciq() -> dict[str, list[Row]]:
    return _english(
        "allenai/sciq/data/test-00000-of-00001.parquet",
        *(
            {
                "question": question,
                "distractor3": wrong[2],
                "distractor1": wrong[0],
                "distractor2": wrong[1],
                "correct_answer": right,
                "support": "" if number % 3 else f" {sentence}",
            }
            for number, (question, right, *wrong, sentence) in enumerate(FACTS["en"])
        ),
    )


def _super_glue() -> dict[str, list[Row]]:
    copa = [
        {
            "premise": sentence,
            "choice1": options[0].capitalize(),
            "choice2": options[1].capitalize(),
            "question": ("cause", "effect")[number % 2],
            "idx": number,
            "label": number % 2,
        }
        for number, _, options, _, sentence in _questions("en")
    ]
    cb = [
        {"premise": sentence, "hypothesis": f"it is {options[0]}", "idx": number, "label": number % 3}
        for number, _, options, _, sentence in _questions("en")
    ]
    return {
        "aps/super_glue/copa/validation-00000-of-00001.parquet": copa,
        "aps/super_glue/cb/validation-00000-of-00001.parquet": cb,
    }


def _okapi(part: str) -> list[Row]:
    return [
        {
            "id": f"{part}/test/Mercury_{number}",
            "instruction": question,
            **{f"option_{letter.lower()}": option for letter, option in zip(LETTERS, options, strict=True)},
            # Some have a fifth option; the others have no such key, not even an empty one.
            **({"option_e": "không có câu nào đúng"} if number == 1 else {}),
            "answer": LETTERS[right],
        }
        for number, question, options, right, _ in _questions("vi")
    ]


def _arc() -> dict[str, list[Row]]:
    english = [
        {
            "id": f"Mercury_{number}",
            "question": question,
            "choices": {"text": options, "label": list("1234" if number % 2 else LETTERS)},
            "answerKey": ("1234" if number % 2 else LETTERS)[right],
        }
        for number, question, options, right, _ in _questions("en")
    ]
    return {
        "allenai/ai2_arc/ARC-Easy/test-00000-of-00001.parquet": english,
        "allenai/ai2_arc/ARC-Challenge/test-00000-of-00001.parquet": english,
        "alexandrainst/m_arc/data/vi/test.jsonl": _okapi("ARC-Challenge"),
    }


def _m3exam() -> dict[str, list[Row]]:
    """Options with their letters or numbers, one row that needs an image, some with a passage."""
    files = {
        "vi": "vietnamese/test-00000-of-00001-b0456f3217addaf5",
        "en": "english/test-00000-of-00001-8e3fdaa299e1d8f8",
    }
    return {
        f"chiayewken/m3exam/{file}.parquet": [
            {
                "question_text": question,
                "background_description": [sentence] if number % 2 else [],
                "answer_text": LETTERS[right] if language == "vi" else str(right + 1),
                "options": [
                    f"{LETTERS[place]}. {option}" if language == "vi" else f"({place + 1}) {option}"
                    for place, option in enumerate(options)
                ],
                "need_image": "yes" if level == "high" and number == 6 else "no",
                "language": "vietnamese" if language == "vi" else "english",
                "level": level,
                "subject": "science",
            }
            for level in ("low", "mid", "high")
            for number, question, options, right, sentence in _questions(language)
        ]
        for language, file in files.items()
    }


def _vmlu() -> dict[str, list[Row]]:
    found = [
        {
            "id": f"{number + 1:02}-0001",
            "question": question,
            "choices": [f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=True)],
            "answer": LETTERS[right],
        }
        for number, question, options, right, _ in _questions("vi")
    ]
    without_answers = [{key: value for key, value in row.items() if key != "answer"} for row in found]
    return {
        "Hamana0509/VMLU/train.jsonl": found,
        "Hamana0509/VMLU/valid.jsonl": found,
        "Hamana0509/VMLU/test.jsonl": without_answers,
    }


def _xcopa() -> dict[str, list[Row]]:
    return {
        f"cambridgeltl/xcopa/vi/{split}-00000-of-00001.parquet": [
            {
                "premise": sentence,
                "choice1": f"{options[0].capitalize()}.",
                "choice2": f"{options[1].capitalize()}.",
                "question": ("cause", "effect")[number % 2],
                "label": number // 2 % 2,
                "idx": number,
                "changed": False,
            }
            for number, _, options, _, sentence in _questions("vi")
        ]
        for split in ("test", "validation")
    }


ROWS = {
    "arc": _arc,
    "arc_easy_vi": lambda: {"test.jsonl.gz": _okapi("ARC-Easy")},
    "belebele": _belebele,
    "boolq": _boolq,
    "flores": _flores,
    "hellaswag": lambda: {"Rowan/hellaswag/data/validation-00000-of-00001.parquet": _hellaswag("en")},
    "m3exam": _m3exam,
    "openbookqa": _openbookqa,
    "piqa": _piqa,
    "sciq": _sciq,
    "sea_helm": _sea_helm,
    "super_glue": _super_glue,
    "villm_eval": _villm_eval,
    "vmlu": _vmlu,
    "winogrande": _winogrande,
    "xcopa": _xcopa,
    "xnli": _xnli,
    "xquad": _xquad,
}
