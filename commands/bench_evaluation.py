"""Measure likelihood scoring beside lm-evaluation-harness's own `hf` model: same items, model, threads, precision.

    python -m commands.bench_evaluation [--data DATA] [--model MODEL | --tokenizer FILE | --memory]

Items are the world's exam, made here, and with --data those of real benchmarks. The model is models/merge (or
--model); with --tokenizer it is a random one of SmolLM2-135M's shape with that tokenizer. Both score the texts from the
start token on. They take turns, round by round; the harness's model runs with each batch size, and its fastest counts.
Where a token spans the end of the question, the two cut the text at different places: accuracy is therefore told also
for our scores at the harness's cuts, and all log-likelihoods are compared at these. Writes build/evaluation_speed.json;
the tables are those of docs/evaluation_speed.md.
"""

import argparse
import gzip
import json
import logging
import os
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from commands.bench_corpus import show
from commands.options import at_least
from stages.command import SPIN_COUNT, start
from stages.errors import BadInput
from stages.outputs import write_json
from stages.params import load, profile_name, read

if TYPE_CHECKING:
    from lm_eval.models.huggingface import HFLM

    from stages.scoring.language_model import LanguageModel

PARAMS, OUT = Path("params.yaml"), Path("build/evaluation_speed.json")
EXAM_ITEMS_PER_PART = 300
BATCH_SIZES = (4, 16, 64)  # of the harness's model: 64 is also the most that its `auto` tries
MAX_LOGIT_BYTES = 4e9  # its logits of a batch; it holds them twice
# SmolLM2-135M's and SmolLM2-360M's config.json.
COMMON = {"max_position_embeddings": 8192, "rope_theta": 100000, "tie_word_embeddings": True}
SHAPE_135M = COMMON | {
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
}
SHAPE_360M = COMMON | {
    "hidden_size": 960,
    "intermediate_size": 2560,
    "num_hidden_layers": 32,
    "num_attention_heads": 15,
    "num_key_value_heads": 5,
}
EXTENDED_ENTRIES = 55_936  # of the extended vocabulary of the real run
WINDOW_TOKENS = 256

Pair = tuple[str, str]  # context and continuation


@dataclass(frozen=True)
class Question:
    """A context, what may follow it, and the index of the right one."""

    context: str
    choices: tuple[str, ...]
    answer: int


def world_questions() -> Iterator[tuple[str, list[Question]]]:
    """The exam of each language."""
    from stages.world.exam import exam
    from stages.world.settings import WorldSettings
    from stages.world.world import LANGUAGES, make_world

    settings = load(WorldSettings, PARAMS, "world")
    world = make_world(settings.seed, settings.people)
    for language in LANGUAGES:
        items = exam(world, language, EXAM_ITEMS_PER_PART)
        yield f"exam {language}", [Question(item.query, _after_space(item.choices), item.answer) for item in items]


def real_questions(data: Path) -> Iterator[tuple[str, list[Question]]]:
    """The questions of the benchmarks in a folder of real ones; of HellaSwag, with five examples before each."""
    yield "ARC-Easy vi", [_arc_vi(row) for row in _rows(data / "arc_easy_vi/test.jsonl.gz")]
    yield "M3Exam vi", [_m3exam(row) for row in _rows(data / "m3exam/vietnamese_test.jsonl.gz")]
    yield "ARC-Easy en", [_arc_en(row) for row in _rows(data / "en/ai2_arc_ARC-Easy.jsonl.gz")]
    hellaswag: dict[int, dict[int, dict[str, Any]]] = {}
    for row in _rows(data / "en/hellaswag_rc_5shot_requests.jsonl.gz"):
        # Each question stands there twice, the second time without examples.
        hellaswag.setdefault(row["native_id"], {}).setdefault(row["idx"], row)
    yield "HellaSwag en, 5 examples", [_hellaswag(rows) for rows in hellaswag.values()]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except OSError as error:
        raise BadInput(f"--data: {file} cannot be read ({error}). Give a folder that holds it.") from None


def _after_space(choices: Sequence[str]) -> tuple[str, ...]:
    return tuple(f" {choice}" for choice in choices)


def _arc_vi(row: dict[str, Any]) -> Question:
    options = [row[f"option_{letter}"] for letter in "abcde" if row.get(f"option_{letter}")]
    return Question(f"Câu hỏi: {row['instruction']}\nTrả lời:", _after_space(options), "ABCDE".index(row["answer"]))


def _m3exam(row: dict[str, Any]) -> Question:
    passage = "".join(f"{text}\n" for text in row["background_description"])
    letters = [option[0] for option in row["options"]]
    options = [option[2:].strip() for option in row["options"]]
    context = f"{passage}Câu hỏi: {row['question_text']}\nTrả lời:"
    return Question(context, _after_space(options), letters.index(row["answer_text"]))


def _arc_en(row: dict[str, Any]) -> Question:
    context = f"Question: {row['question']}\nAnswer:"
    return Question(context, _after_space(row["choices"]["text"]), row["choices"]["label"].index(row["answerKey"]))


def _hellaswag(rows: dict[int, dict[str, Any]]) -> Question:
    requests = [rows[number]["request"] for number in sorted(rows)]
    return Question(requests[0]["context"], tuple(request["continuation"] for request in requests), rows[0]["label"])


def random_model(tokenizer_file: Path) -> "LanguageModel":
    """A randomly initialised model of SmolLM2-135M's shape."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from stages.scoring.language_model import END_OF_TEXT, LanguageModel

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(tokenizer_file), eos_token=END_OF_TEXT)
    torch.manual_seed(1)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **SHAPE_135M)).eval()
    end = tokenizer.eos_token_id
    return LanguageModel(model, tokenizer, end, frozenset({end}))


def measure_memory(batch_tokens: int) -> dict[str, int]:
    """Peak memory in MiB of a batch of text, every token scored, by a random model of the real run's size."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from stages.scoring.language_model import LanguageModel
    from stages.scoring.likelihood import Group, score_groups

    torch.manual_seed(1)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=EXTENDED_ENTRIES, **SHAPE_360M)).eval()
    lm = LanguageModel(model, None, 0, frozenset())
    texts = torch.randint(EXTENDED_ENTRIES, (batch_tokens // WINDOW_TOKENS, WINDOW_TOKENS)).tolist()
    opened = _peak_mib()
    score_groups(lm, [Group((0,), (tuple(text),)) for text in texts], batch_tokens)
    return {
        "batch_tokens": batch_tokens,
        "weights_mib": sum(tensor.nbytes for tensor in model.parameters()) >> 20,
        "opened_mib": opened,
        "peak_mib": _peak_mib(),
        "logits_of_all_tokens_mib": batch_tokens * EXTENDED_ENTRIES * 4 >> 20,
    }


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def harness_model(lm: "LanguageModel", batch_size: int) -> "HFLM":
    """The harness's view of a model, which begins every text with the start token too."""
    from copy import deepcopy

    from lm_eval.models.huggingface import HFLM
    from tokenizers.processors import TemplateProcessing

    tokenizer = deepcopy(lm.tokenizer)
    token = tokenizer.convert_ids_to_tokens(lm.start_token)
    # add_bos_token only asks the tokenizer for its special tokens, and those of most models add none.
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{token} $A", special_tokens=[(token, lm.start_token)]
    )
    return HFLM(
        pretrained=lm.model,
        tokenizer=tokenizer,
        batch_size=batch_size,
        add_bos_token=True,
        prefix_token_id=lm.start_token,
        max_length=lm.max_tokens,
    )


def harness_cuts(lm: "LanguageModel", theirs: "HFLM", pairs: Sequence[Pair]) -> list[tuple[tuple[int, ...], ...]]:
    """Token ids of context and continuation of each pair, as the harness cuts and shortens them."""
    cuts = []
    for context, continuation in pairs:
        if context:
            before, after = theirs._encode_pair(context, continuation)
        else:
            before, after = [lm.start_token], theirs.tok_encode(continuation, add_special_tokens=False)
        tokens = (*before, *after)[-(lm.max_tokens + 1) :]
        cuts.append((tokens[: -len(after)], tokens[-len(after) :]))
    return cuts


def compare(lm: "LanguageModel", questions: Sequence[Question], batch_tokens: int, rounds: int) -> dict[str, Any]:
    """Seconds of both, and how far their scores agree."""
    from lm_eval.api.instance import Instance

    from stages.scoring.likelihood import Group, group_pairs, score_groups, score_pairs

    pairs = [(question.context, choice) for question in questions for choice in question.choices]
    requests = [
        Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=number) for number, pair in enumerate(pairs)
    ]
    theirs = harness_model(lm, 1)
    cuts = harness_cuts(lm, theirs, pairs)
    longest = max(len(context) + len(continuation) for context, continuation in cuts)
    fitting = [size for size in BATCH_SIZES if size * longest * len(lm.tokenizer) * 4 <= MAX_LOGIT_BYTES]
    score_pairs(lm, pairs[: len(questions)], batch_tokens)  # the first pass of a process prepares more than later ones
    ours, harness, spent = [], [], defaultdict(list)
    for _ in range(rounds):
        with _timed(spent["ours"]):
            ours = [score.log_likelihood for score in score_pairs(lm, pairs, batch_tokens)]
        for size in fitting or [1]:
            theirs = harness_model(lm, size)
            with _timed(spent[size]):
                harness = [likelihood for likelihood, _ in theirs.loglikelihood(requests, disable_tqdm=True)]
    own = spent.pop("ours")
    batch_size = min(spent, key=lambda size: median(wall_s for wall_s, _ in spent[size]))
    ratios = [
        [one / other for one, other in zip(*both, strict=True)] for both in zip(own, spent[batch_size], strict=True)
    ]

    own_groups, members = group_pairs(lm, pairs)
    own_cuts = {
        member: (group.context, continuation)
        for group, its_members in zip(own_groups, members, strict=True)
        for member, continuation in zip(its_members, group.continuations, strict=True)
    }
    at_their_cuts = [
        score.log_likelihood
        for (score,) in score_groups(lm, [Group(context, (after,)) for context, after in cuts], batch_tokens)
    ]
    return {
        "items": len(questions),
        "pairs": len(pairs),
        "tokens": sum(len(context) + len(continuation) for context, continuation in cuts),
        "ours_s": round(median(wall_s for wall_s, _ in own), 3),
        "harness_s": round(median(wall_s for wall_s, _ in spent[batch_size]), 3),
        "harness_batch_size": batch_size,
        "share_of_harness_time": round(median(wall for wall, _ in ratios), 3),
        "share_of_harness_processor_time": round(median(processor for _, processor in ratios), 3),
        "cut_otherwise": sum(own_cuts[number] != cut for number, cut in enumerate(cuts)),
        "acc": accuracy(questions, ours),
        "acc_at_harness_cuts": accuracy(questions, at_their_cuts),
        "harness_acc": accuracy(questions, harness),
        "most_nats_apart": max(abs(one - other) for one, other in zip(at_their_cuts, harness, strict=True)),
    }


@contextmanager
def _timed(spent: list[tuple[float, float]]) -> Iterator[None]:
    """Append the wall and processor seconds of what is inside."""
    begun = time.perf_counter(), time.process_time()
    yield
    spent.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))


def accuracy(questions: Sequence[Question], likelihoods: Sequence[float]) -> float:
    """Share of questions whose right choice has the highest log-likelihood a byte."""
    given, right = iter(likelihoods), 0
    for question in questions:
        a_byte = [next(given) / len(choice.encode()) for choice in question.choices]
        right += max(range(len(a_byte)), key=a_byte.__getitem__) == question.answer
    return right / len(questions)


def print_table(title: str, figures: dict[str, dict[str, Any]]) -> None:
    """Two Markdown tables: speed, and how far the scores agree."""
    show(
        f"{title}: seconds",
        (
            "items",
            "number",
            "texts",
            "tokens",
            "harness s",
            "its batch",
            "ours s",
            "ours / harness's",
            "of processor time",
        ),
        (
            (
                name,
                f"{one['items']:,}",
                f"{one['pairs']:,}",
                f"{one['tokens']:,}",
                f"{one['harness_s']:.2f}",
                f"{one['harness_batch_size']}",
                f"{one['ours_s']:.2f}",
                f"{one['share_of_harness_time']:.2f}",
                f"{one['share_of_harness_processor_time']:.2f}",
            )
            for name, one in figures.items()
        ),
    )
    show(
        f"{title}: scores",
        (
            "items",
            "acc, harness",
            "acc, ours at its cuts",
            "largest difference, nats",
            "texts cut otherwise",
            "acc, ours",
        ),
        (
            (
                name,
                f"{one['harness_acc']:.4f}",
                f"{one['acc_at_harness_cuts']:.4f}",
                f"{one['most_nats_apart']:.1e}",
                f"{one['cut_otherwise']:,}",
                f"{one['acc']:.4f}",
            )
            for name, one in figures.items()
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of real benchmarks (default: only the world's exam)")
    parser.add_argument("--model", type=Path, default=Path("models/merge"), help="default: models/merge")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json of a random model in place of --model")
    parser.add_argument("--items", type=at_least(1), default=200, help="at most so many of each set (default: 200)")
    parser.add_argument("--rounds", type=at_least(1), default=3, help="default: 3; the median counts")
    parser.add_argument("--memory", action="store_true", help="only measure the memory of a model of the real size")
    args = parser.parse_args()
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    os.environ.update(SPIN_COUNT | os.environ)
    logging.getLogger("lm_eval").setLevel(logging.ERROR)  # it warns of every text that it shortens
    import torch

    from stages.scoring.language_model import open_model

    values = read(PARAMS)
    settings = values["profiles"][profile_name(values, PARAMS)]["evaluate"]
    torch.set_num_threads(settings["threads"])
    known = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    if args.memory:
        figures = measure_memory(settings["batch_tokens"])
        show(f"Random, 360M, {EXTENDED_ENTRIES:,} entries", figures, [[f"{value:,}" for value in figures.values()]])
        write_json(OUT, known | {"memory": figures})
        return
    lm = random_model(args.tokenizer) if args.tokenizer else open_model(args.model, "cpu")
    compared: dict[str, dict[str, Any]] = {}
    for name, questions in (*world_questions(), *(real_questions(args.data) if args.data else ())):
        # Spread over the set: a part of the exam stands after the other.
        step = max(1, len(questions) // args.items)
        chosen = list(islice(questions[::step], args.items))
        compared[name] = compare(lm, chosen, settings["batch_tokens"], args.rounds)
        print(f"{name}: {compared[name]['share_of_harness_time']:.2f} of the harness's time", flush=True)
    title = "random, 135M" if args.tokenizer else str(args.model)
    print()
    print_table(title, compared)
    write_json(OUT, known | {title: {"threads": settings["threads"], "sets": compared}})


if __name__ == "__main__":
    start(main)
