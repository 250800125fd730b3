"""All that is measured of a model in one language: text, benchmarks, what it writes."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from stages.cleaning.languages import Identifier, identification_model
from stages.scoring.answers import corpus_chrf, exact_match
from stages.scoring.base_vocabulary import costs_in_base, scores_in_base
from stages.scoring.bits_per_byte import text_costs
from stages.scoring.generation import Generated, generate_texts, sample_texts
from stages.scoring.harness import Answer, Part, run_tasks
from stages.scoring.health import Identify, summarise_health
from stages.scoring.language_model import LanguageModel
from stages.scoring.letters import summarise_letters
from stages.scoring.likelihood import Score, score_pairs
from stages.scoring.outcomes import outcomes_table
from stages.scoring.settings import EvaluationSettings, Prompts
from stages.scoring.summary import main_measure, summarise_benchmark, summarise_in_base, summarise_text
from stages.text.documents import Document

LANGUAGE_OF_BASE = "en"  # what new tokens must not change
Benchmarks = Mapping[str, Mapping[str, Part]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evaluation:
    """A model in one language: its metrics, the table of outcomes, sample generations, written answers to items."""

    metrics: dict[str, Any]
    outcomes: str
    samples: list[dict[str, str]]
    answers: list[dict[str, Any]]


def evaluate_language(
    lm: LanguageModel,
    language: str,
    folders: Mapping[str, Path],
    contaminated: Mapping[str, Collection[str]],
    documents: Sequence[Document],
    settings: EvaluationSettings,
) -> Evaluation:
    """Evaluate in one language: on the benchmarks whose items lie in `folders`, and on held-out documents."""
    identify = language_identifier(settings)
    prompts: Prompts = getattr(settings.prompts, language)
    texts, sources = [document.text for document in documents], [document.source for document in documents]
    windows = (settings.window_tokens, settings.stride_tokens, settings.batch_tokens)
    known: dict[tuple[str, str], Score] = {}

    def score(pairs: Sequence[tuple[str, str]]) -> list[Score]:
        found = score_pairs(lm, pairs, settings.batch_tokens, show_progress=True)
        known.update(zip(pairs, found, strict=True))
        return found

    def write(prompts: Sequence[str], max_new_tokens: int, until: Sequence[str]) -> list[Generated]:
        ids = [[lm.start_token, *prompt] for prompt in lm.encode(list(prompts))]
        return generate_texts(lm, ids, max_new_tokens, settings.batch_tokens, until)

    costs = text_costs(lm, texts, *windows, show_progress=True)
    taken = _run_all(folders, language, score, write, settings.max_letter_items)
    metrics = summarise_text(costs, sources, settings.resamples, settings.seed)
    for name, parts in taken.items():
        metrics[name] = summarise_benchmark(parts, contaminated.get(name, ()), settings.resamples, settings.seed)
        for part, scores in metrics[name].items():
            scores |= _other_ways(parts, part, language, identify, settings)
    if lm.base is not None and language == LANGUAGE_OF_BASE:
        score_in_base = partial(scores_in_base, lm, scores=known, batch_tokens=settings.batch_tokens)
        in_base, bytes_again = costs_in_base(lm, texts, costs, *windows)
        parts_in_base = _run_all({name: folders[name] for name in taken}, language, score_in_base)
        metrics["base_vocabulary"] = summarise_in_base(in_base, bytes_again, parts_in_base, metrics)
    samples, written = sample_texts(
        lm, prompts.continuations, prompts.questions, settings.max_new_tokens, settings.batch_tokens
    )
    metrics["samples"] = summarise_health(written, language, identify)
    totals = {name: metrics[name]["all"] for name in taken}
    log.info("%s: %.3f bits per byte, %s", language, metrics["bpb"], {n: t[main_measure(t)] for n, t in totals.items()})
    return Evaluation(metrics, outcomes_table(taken, documents, costs), samples, _for_readers(taken))


def language_identifier(settings: EvaluationSettings) -> Identify:
    """Tells the language of texts as the stage clean does that of paragraphs; of a few words "unknown"."""
    # The model that is in its package, so no profile's choice; loaded for the first text that words alone do not tell.
    model = cache(lambda: identification_model("py3langid", settings.identification.glotlid_model))
    identifier = Identifier(settings.identification, lambda text: model()(text))

    def identify(text: str) -> str:
        enough = len(text.split()) >= settings.min_identified_words
        return identifier.identify_paragraph(text) if enough else "unknown"

    return identify


def _run_all(folders: Mapping[str, Path], language: str, *ways: Any) -> dict[str, dict[str, Part]]:
    found = {name: run_tasks(name, folder, language, *ways) for name, folder in sorted(folders.items())}
    return {name: parts for name, parts in found.items() if parts}


def _other_ways(
    parts: Mapping[str, Part], name: str, language: str, identify: Identify, settings: EvaluationSettings
) -> dict[str, Any]:
    """What letters and written answers add to the metrics of a part, and to those of all parts in the total."""
    chosen = [parts[name]] if name in parts else [part for part in parts.values() if part.in_total and name == "all"]
    letters = [outcome for part in chosen for outcome in part.letters]
    answers = [answer for part in chosen for answer in part.answers]
    return summarise_letters(letters, settings.resamples, settings.seed) | _summarise_answers(
        answers, chosen[0].measure if chosen else "", language, identify
    )


def _summarise_answers(answers: Sequence[Answer], measure: str, language: str, identify: Identify) -> dict[str, Any]:
    if not answers:
        return {}
    health = summarise_health([answer.written for answer in answers], language, identify)
    texts = [answer.written.text for answer in answers]
    if measure == "chrf":
        return health | {"corpus_chrf": corpus_chrf(texts, [answer.right for answer in answers])}
    exact = [exact_match(text, answer.right, language) for text, answer in zip(texts, answers, strict=True)]
    return health | {"exact_match": sum(exact) / len(exact)}


def _for_readers(benchmarks: Benchmarks) -> list[dict[str, Any]]:
    return [
        {
            "benchmark": name,
            "part": part,
            "id": answer.id,
            "answer": answer.written.text.strip(),
            "right": list(answer.right),
            "score": round(outcome.score, 4),
        }
        for name, parts in benchmarks.items()
        for part, result in parts.items()
        if result.answers
        for answer, outcome in zip(result.answers, result.outcomes, strict=True)
    ]
