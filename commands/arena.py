"""Serve a page where people vote between anonymous answers of two models, and see who leads.

Open the address that it prints. The answers are those to the questions of `answers` in params.yaml, made first where
they are not stored; a visitor's own question is answered while they wait. It listens on this machine only: from
another one, forward the port (ssh -L 8765:127.0.0.1:8765 host). Votes go to data/arena/votes.sqlite, where a kill loses
none; --export writes them as CSV. `arena` in params.yaml says who takes part and when votes are too few.
"""

import argparse
import asyncio
import logging
from functools import lru_cache
from pathlib import Path
from random import SystemRandom
from threading import Lock

from commands.answers import Answering, add_places, load_answering
from commands.options import at_least
from stages import params
from stages.arena.duels import Contender, check_contenders
from stages.arena.settings import ArenaSettings
from stages.arena.votes import VoteStore, as_csv
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text

HOST = "127.0.0.1"

log = logging.getLogger("arena")


def contenders(answering: Answering, models: list[str]) -> list[Contender]:
    """The models with their stored answers."""
    for model in models:
        answering.origin(model)  # a wrong name is told of before the first model answers
    return [Contender(model, answering.origin(model).model_sha256, answering.answers(model)) for model in models]


class LiveAnswers:
    """Answers visitors' own questions, one at a time; the models stay open."""

    def __init__(self, answering: Answering, models: list[str]):
        from stages.judging.answers import answerer

        self._lock = Lock()
        self._answerer = lru_cache(len(models))(
            lambda model: answerer(answering.open(model), model, answering.settings)
        )

    def ask(self, model: str, question: str) -> str:
        """The model's answer. Raises `BadInput` for a question that is too long."""
        with self._lock:
            return self._answerer(model)(question).text


async def serve(app: object, port: int) -> None:
    """Run the server until it is interrupted."""
    from aiohttp import web

    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        raise BadInput(f"--port {port}: {error.strerror}. Give another one.") from None
    # The port that it got, where 0 was asked for.
    print(f"http://{HOST}:{runner.addresses[0][1]}/  (Ctrl+C ends it)", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=at_least(0), default=8765, help="default: 8765; 0: any that is free")
    parser.add_argument("--models", nargs="+", metavar="MODEL", help="paths under models/ (default: arena.models)")
    parser.add_argument("--db", type=Path, default=Path("data/arena/votes.sqlite"), metavar="PATH",
                        help="where votes are stored (default: data/arena/votes.sqlite)")  # fmt: skip
    parser.add_argument("--export", type=Path, metavar="PATH", help="write the votes as CSV and end")
    add_places(parser)
    args = parser.parse_args()
    if args.export:
        if not args.db.is_file():
            raise BadInput(f"{args.db}: no votes here. Give the file of votes by --db.")
        votes = VoteStore(args.db)
        write_text(args.export, as_csv(votes.votes()))
        print(f"{votes.count()} votes written to {args.export}")
        return
    settings = params.load(ArenaSettings, args.params, "arena")
    answering = load_answering(args.params, args.model_folder, args.answers)
    models = list(dict.fromkeys(args.models or settings.models))
    votes = VoteStore(args.db)
    taking_part = contenders(answering, models)
    check_contenders(taking_part, answering.questions)

    from stages.arena.server import Arena, make_app

    live = LiveAnswers(answering, models)
    app = make_app(Arena(taking_part, answering.questions, votes, live.ask, settings, SystemRandom()))
    try:
        asyncio.run(serve(app, args.port))
    except KeyboardInterrupt:
        print()
    finally:
        votes.close()


if __name__ == "__main__":
    start(main)
