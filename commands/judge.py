"""Compare the answers of two models, as a third judges them: each pair in both orders, a win only where both agree.

The judge is a model behind the OpenAI-compatible endpoint of `judge` in params.yaml; its key is read from the
environment variable OPENAI_API_KEY. Answers that are not stored yet are made first. Every reply is stored in
data/verdicts.jsonl as it comes, so a run that was stopped asks only what is missing, and no pair is paid for twice.
Prints Markdown; --limit takes a part of the questions, evenly over them.
"""

import argparse
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from commands.answers import add_places, load_answering
from commands.options import at_least, end_when_reader_leaves
from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.judging.appended_lines import Line, appending, read_lines
from stages.judging.judge import KEY, Judge, JudgeSettings, Reply
from stages.judging.questions import Question
from stages.judging.verdicts import Request, parse_verdict, requests

HTTP_LIBRARIES = ("httpx", "httpx2")  # what openai sends its requests with, by its version


def replies_to(asked: Sequence[Request], file: Path) -> dict[str, str]:
    """The stored replies to these requests, by their key."""
    wanted = {request.key for request in asked}
    return {line["key"]: line["reply"] for line in read_lines(file) if line.get("key") in wanted}


def ask_missing(
    missing: Sequence[Request], models: tuple[str, str], settings: JudgeSettings, key: str, file: Path
) -> None:
    """Ask the judge what is missing and store each reply as it comes.

    After an error or Ctrl-C no other request is sent; the replies to those under way are kept. Then raises `BadInput`.
    """
    from tqdm import tqdm

    judge, failed = Judge(settings, key), Event()

    def ask(request: Request) -> Reply | BadInput | None:
        if failed.is_set():
            return None
        try:
            return judge.ask(request.prompt)
        except BadInput as error:
            failed.set()
            return error

    errors = []
    with appending(file) as append, ThreadPoolExecutor(settings.requests_at_once) as pool:
        under_way = {pool.submit(ask, request): request for request in missing}

        def keep(finished: Iterable[Future[Reply | BadInput | None]]) -> None:
            for done in finished:
                match done.result():
                    case Reply() as reply:
                        append(verdict_line(under_way[done], models, settings.model, reply))
                    case BadInput() as error:
                        errors.append(error)
                under_way.pop(done, None)

        replies = as_completed(list(under_way))
        try:
            keep(tqdm(replies, total=len(under_way), desc="judging", unit=" replies", disable=None))
        except KeyboardInterrupt:
            failed.set()
            errors.append(BadInput("stopped. The replies so far are stored; the same command asks for the others."))
            keep(as_completed(list(under_way)))
        except BaseException:
            failed.set()
            raise
    if errors:
        raise errors[0]


def verdict_line(request: Request, models: tuple[str, str], judge: str, reply: Reply) -> Line:
    """How a reply is stored; `models` stand in the order in which the judge saw them."""
    return {
        "key": request.key,
        "question": request.question.id,
        "models": [models[model] for model in request.order],
        "judge": judge,
        "reply": reply.text,
        "verdict": parse_verdict(reply.text),
        "finish_reason": reply.finish_reason,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
    }


def allowed(missing: Sequence[Request], settings: JudgeSettings, yes: bool) -> bool:
    """Say what asking costs; on a terminal, wait for a yes."""
    characters = sum(len(request.prompt) for request in missing)
    print(
        f"{len(missing):,} requests to {settings.model} at {settings.base_url}, {characters:,} characters of prompts.",
        file=sys.stderr,
    )
    if yes:
        return True
    if not sys.stdin.isatty():
        raise BadInput("nothing was asked. Add --yes (with make: OPTIONS=--yes) to go ahead, or --limit N to ask less.")
    print("Go ahead? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "c", "có")


def spread(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """`limit` questions, evenly over the file, so that every category has its share."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[number * len(questions) // limit] for number in range(limit)]


@end_when_reader_leaves
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs=2, metavar="MODEL", help="path under models/: merge, instruct/vi")
    parser.add_argument("--limit", type=at_least(1), metavar="N", help="so many questions only")
    parser.add_argument("--yes", action="store_true", help="do not ask before the requests are sent")
    parser.add_argument("--verdicts", type=Path, default=Path("data/verdicts.jsonl"), metavar="PATH")
    add_places(parser)
    args = parser.parse_args()
    first, second = args.model
    if first == second or not (first and second):
        raise BadInput(f"models {first!r} and {second!r}: expected two. Say, make judge A=merge B=instruct/vi.")
    settings = params.load(JudgeSettings, args.params, "judge")
    answering = load_answering(args.params, args.model_folder, args.answers)
    try:
        template = Path(settings.prompt).read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"judge.prompt: {settings.prompt}: {error.strerror}. Name a template that is there.") from None
    answering.origin(second)  # a wrong name is told of before the first model answers
    answers = (answering.answers(first), answering.answers(second))
    questions = spread(answering.questions, args.limit)
    asked = list(requests(questions, answers, template, settings.identity))
    stored = replies_to(asked, args.verdicts)
    missing = [request for request in asked if request.key not in stored]
    if missing:
        key = os.environ.get(KEY, "")
        if not key:
            raise BadInput(
                f"{KEY} is not set. It holds the key for judge.base_url; for a server that needs none, any word."
            )
        for library in HTTP_LIBRARIES:  # they log a line for each request, through the progress bar
            logging.getLogger(library).setLevel(logging.WARNING)
        if not allowed(missing, settings, args.yes):
            print("Nothing was asked.", file=sys.stderr)
            return
        ask_missing(missing, (first, second), settings, key, args.verdicts)
        stored = replies_to(asked, args.verdicts)

    from stages.judging.summary import as_markdown, judged_questions, summarise

    judged = judged_questions(questions, asked, stored)
    summary = summarise(judged, answers, settings.resamples, settings.seed)
    print(as_markdown(summary, (first, second), settings.model), end="")


if __name__ == "__main__":
    start(main)
