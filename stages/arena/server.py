"""The arena's web server: pages from `page/`, duels, votes and the leaderboard as JSON.

Nothing that leaves it before a vote names a model. It is made for loopback: a request must name this machine as its
host (so that no page elsewhere reaches it under a name of its own), and one that changes something must come from the
arena's own pages and be JSON.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web

from stages.arena.duels import Contender, choose_duel, choose_pair
from stages.arena.settings import ArenaSettings
from stages.arena.standings import standings
from stages.arena.votes import CHOICES, AlreadyVoted, Duel, Side, VoteStore, as_csv
from stages.errors import BadInput
from stages.judging.questions import Question

PAGE = Path(__file__).parent / "page"
PAGES = {"/": "arena.html", "/leaderboard": "leaderboard.html"}
ASSETS = ("arena.css", "arena.js", "leaderboard.js", "texts.js")
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MAX_BODY_BYTES = 64_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Ask = Callable[[str, str], str]  # model, question -> answer; blocks
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arena:
    """What the server serves. `ask` answers visitors' own questions; it is called in a thread."""

    contenders: Sequence[Contender]
    questions: Sequence[Question]
    votes: VoteStore
    ask: Ask
    settings: ArenaSettings
    random: Random


class Refused(Exception):
    """A request that cannot be served: its status, and a word that the page has a sentence for."""

    def __init__(self, status: int, reason: str, detail: str = ""):
        super().__init__(reason)
        self.status, self.reason, self.detail = status, reason, detail


def make_app(arena: Arena) -> web.Application:
    """The server's application, to be run by aiohttp."""
    app = web.Application(middlewares=[_guard], client_max_size=MAX_BODY_BYTES)
    for path, name in {**PAGES, **{f"/{name}": name for name in ASSETS}}.items():
        app.router.add_get(path, _file(name))

    async def new_duel(request: web.Request) -> web.Response:
        own = (await _body(request)).get("question")
        duel = await _own_duel(arena, own) if own is not None else _stored_duel(arena)
        arena.votes.add_duel(duel)
        shown = {"duel": duel.id, "question": duel.question, "left": duel.left.answer, "right": duel.right.answer}
        return web.json_response(shown)

    async def vote(request: web.Request) -> web.Response:
        body = await _body(request)
        choice, duel = body.get("choice"), body.get("duel")
        if choice not in CHOICES or not isinstance(duel, str):
            raise Refused(400, "bad_vote")
        try:
            voted = arena.votes.vote(duel, choice)
        except KeyError:
            raise Refused(404, "unknown_duel") from None
        except AlreadyVoted:
            raise Refused(409, "already_voted") from None
        return web.json_response({"left": voted.left.model, "right": voted.right.model, "votes": arena.votes.count()})

    async def board(_request: web.Request) -> web.Response:
        votes, current = list(arena.votes.votes()), [each.identity for each in arena.contenders]
        return web.json_response(await asyncio.to_thread(standings, votes, current, arena.settings))

    async def export(_request: web.Request) -> web.Response:
        return web.Response(
            text=as_csv(arena.votes.votes()),
            content_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="votes.csv"'},
        )

    app.router.add_post("/api/duel", new_duel)
    app.router.add_post("/api/vote", vote)
    app.router.add_get("/api/leaderboard", board)
    app.router.add_get("/votes.csv", export)
    return app


def _stored_duel(arena: Arena) -> Duel:
    question, left, right = choose_duel(arena.contenders, arena.questions, arena.votes.count_by_pair(), arena.random)
    sides = [Side(each.model, each.sha256, each.answers[question.id].text) for each in (left, right)]
    return Duel(secrets.token_urlsafe(16), question.id, question.question, *sides)


async def _own_duel(arena: Arena, question: Any) -> Duel:
    if not isinstance(question, str) or not question.strip():
        raise Refused(400, "empty_question")
    question = question.strip()
    if len(question) > arena.settings.max_question_characters:
        raise Refused(400, "long_question", str(arena.settings.max_question_characters))
    pair = choose_pair(arena.contenders, arena.votes.count_by_pair(), arena.random)
    try:
        answers = [await asyncio.to_thread(arena.ask, each.model, question) for each in pair]
    except BadInput as error:  # too many tokens: the message names the model, so it goes to the terminal only
        log.warning("own question: %s", error)
        raise Refused(400, "unanswerable") from None
    sides = [Side(each.model, each.sha256, answer) for each, answer in zip(pair, answers, strict=True)]
    return Duel(secrets.token_urlsafe(16), None, question, *sides)


def _file(name: str) -> Handler:
    async def serve(_request: web.Request) -> web.Response:
        text = (PAGE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=TYPES[Path(name).suffix], charset="utf-8")

    return serve


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, UnicodeDecodeError):
        raise Refused(400, "bad_request") from None
    if not isinstance(body, dict):
        raise Refused(400, "bad_request")
    return body


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _check_origin(request)
        response = await handler(request)
    except Refused as refused:
        answer = {"error": refused.reason, "detail": refused.detail}
        response = web.json_response(answer, status=refused.status)
    except web.HTTPException as error:  # no such page, a body too large
        response = web.json_response({"error": "bad_request", "detail": error.reason}, status=error.status)
    response.headers.update(HEADERS)
    return response


def _check_origin(request: web.Request) -> None:
    """Refuse what another site makes a visitor's browser send."""
    if request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK:
        raise Refused(403, "foreign_host")
    if request.method in ("GET", "HEAD"):
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if (origin is not None and origin != f"http://{request.host}") or site not in (None, "same-origin"):
        raise Refused(403, "foreign_origin")
    if request.content_type != "application/json":
        raise Refused(415, "bad_request")
