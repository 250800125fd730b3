"""The arena's server without a browser: blind until the vote, one vote a duel, nothing for other sites."""

import asyncio
import csv
import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request

import pytest
from aiohttp.test_utils import TestClient, TestServer

from commands import arena as command
from stages.arena.duels import Contender, check_contenders, choose_duel, choose_pair
from stages.arena.server import ASSETS, PAGES, Arena, make_app
from stages.arena.settings import ArenaSettings
from stages.arena.standings import standings
from stages.arena.votes import AlreadyVoted, Duel, Side, VoteStore, as_csv
from stages.errors import BadInput
from stages.judging.answers import Answer
from stages.judging.questions import Question

SETTINGS = ArenaSettings(
    models=("a", "b"), prior_draws=0.5, min_votes=3, resamples=100, seed=1, max_question_characters=50
)
QUESTIONS = [Question(f"q{number}", "loại", f"Câu hỏi số {number} là gì?") for number in range(5)]
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' & tiếng Việt"
MODELS = ("merge-bí-mật", "instruct-bí-mật", "anneal-bí-mật")


def contender(model, said=None):
    answers = {q.id: Answer(said or f"{model.split('-')[0][::-1]} nói {q.id} {ATTACK}", True) for q in QUESTIONS}
    return Contender(model, f"{sum(model.encode()):064x}", answers)


def ask(model, question):
    if "dài" in question:
        raise BadInput(f"{model}: the question has 900 tokens")
    return f"Trả lời của {model[0]}: {question}"


@pytest.fixture
def store(tmp_path):
    opened = VoteStore(tmp_path / "votes.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def arena(store):
    return Arena([contender(model) for model in MODELS], QUESTIONS, store, ask, SETTINGS, random.Random(1))


@pytest.fixture
def visit(arena):
    """Run a visit, a coroutine function of a client, against the server."""

    def run(of):
        async def whole():
            async with TestClient(TestServer(make_app(arena))) as client:
                return await of(client)

        return asyncio.run(whole())

    return run


async def get(client, path, **options):
    response = await client.get(path, **options)
    return response.status, await response.text(), response.headers


async def post(client, path, body, **headers):
    response = await client.post(path, json=body, headers=headers)
    return response.status, json.loads(await response.text()), await response.text()


def test_no_model_is_named_before_the_vote(visit, arena):
    async def duel_and_vote(client):
        for path in (*PAGES, *(f"/{name}" for name in ASSETS)):
            _, text, headers = await get(client, path)
            assert not any(model in text + str(headers) for model in MODELS), path
        seen = set()
        for _ in range(12):
            status, duel, text = await post(client, "/api/duel", {})
            assert status == 200 and set(duel) == {"duel", "question", "left", "right"}
            assert not any(c.model in text or c.sha256[:8] in text for c in arena.contenders)
            status, names, _ = await post(client, "/api/vote", {"duel": duel["duel"], "choice": "left"})
            assert status == 200 and {names["left"], names["right"]} < set(MODELS)
            assert duel["left"].startswith(names["left"].split("-")[0][::-1])
            seen.add((names["left"], names["right"]))
        return seen, names["votes"]

    seen, votes = visit(duel_and_vote)
    assert votes == 12 and len(seen) > 3, "each pair in either order"


def test_one_vote_a_duel(visit, store):
    async def twice(client):
        _, duel, _ = await post(client, "/api/duel", {})
        body = {"duel": duel["duel"], "choice": "tie"}
        return [await post(client, "/api/vote", body) for _ in range(2)]

    (first, _, _), (second, answer, text) = visit(twice)
    assert (first, second, answer["error"]) == (200, 409, "already_voted")
    assert not any(model in text for model in MODELS)
    assert store.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"duel": "không có", "choice": "left"}, 404, "unknown_duel"),
        ({"duel": "x", "choice": "better"}, 400, "bad_vote"),
        ({"duel": 3, "choice": "left"}, 400, "bad_vote"),
        ({}, 400, "bad_vote"),
        ([1], 400, "bad_request"),
    ],
)
def test_bad_votes_are_refused(visit, store, body, status, reason):
    found, answer, _ = visit(lambda client: post(client, "/api/vote", body))
    assert (found, answer["error"]) == (status, reason) and store.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "example.org"},
        {"Host": "127.0.0.1.example.org:8765"},
        {"Content-Type": "text/plain"},
    ],
)
def test_other_sites_are_refused(visit, store, headers):
    status, _, _ = visit(lambda client: post(client, "/api/duel", {}, **headers))
    assert status in (403, 415)
    assert store._connection.execute("SELECT count(*) FROM duels").fetchone()[0] == 0


def test_the_own_pages_are_let_in(visit):
    async def own(client):
        origin = str(client.make_url("/")).rstrip("/")
        return await post(client, "/api/duel", {}, **{"Origin": origin, "Sec-Fetch-Site": "same-origin"})

    assert visit(own)[0] == 200


def test_pages_need_no_other_host_and_run_no_inline_script(visit):
    async def all_files(client):
        return {path: await get(client, path) for path in (*PAGES, *(f"/{name}" for name in ASSETS))}

    for path, (status, text, headers) in visit(all_files).items():
        assert status == 200
        assert not re.search(r"https?://|//[a-z]+\.", text), path
        assert "innerHTML" not in text and not re.search(r"<script>|\son\w+=", text), path
        assert "default-src 'none'" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"]


def test_own_questions_are_answered_by_both(visit, store):
    async def own(client):
        _, duel, _ = await post(client, "/api/duel", {"question": "  Phở là gì? "})
        await post(client, "/api/vote", {"duel": duel["duel"], "choice": "right"})
        return duel

    duel = visit(own)
    assert duel["question"] == "Phở là gì?" and duel["left"] != duel["right"]
    vote = next(store.votes())
    assert vote.duel.question_id is None and vote.duel.left.answer == duel["left"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [(" ", "empty_question"), (3, "empty_question"), ("ô" * 51, "long_question"), ("rất dài", "unanswerable")],
)
def test_own_questions_that_cannot_be_asked(visit, question, reason):
    status, answer, text = visit(lambda client: post(client, "/api/duel", {"question": question}))
    assert (status, answer["error"]) == (400, reason)
    assert not any(model in text for model in MODELS)


def test_missing_pages_and_huge_bodies_are_refused(visit):
    assert visit(lambda client: get(client, "/../votes.sqlite"))[0] == 404
    assert visit(lambda client: post(client, "/api/duel", {"question": "x" * 100_000}))[0] == 413


def test_the_leaderboard_and_the_export_tell_the_votes(visit, store, arena):
    async def votes(client):
        for number in range(30):
            _, duel, _ = await post(client, "/api/duel", {})
            row = store._connection.execute("SELECT * FROM duels WHERE id = ?", (duel["duel"],)).fetchone()
            better = "left" if MODELS.index(row["left_model"]) < MODELS.index(row["right_model"]) else "right"
            choice = "both_bad" if number % 5 == 4 else better
            await post(client, "/api/vote", {"duel": duel["duel"], "choice": choice})
        return await get(client, "/api/leaderboard"), await get(client, "/votes.csv")

    (_, board, _), (_, exported, headers) = visit(votes)
    board = json.loads(board)
    assert [model["model"] for model in board["models"]] == list(MODELS)
    assert board["votes"] == 30 and board["both_bad"] == 6
    assert all(model["votes"] == 20 for model in board["models"]), "pairs with few votes come first"
    assert board["won"][0][1] + board["won"][1][0] == 10
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert len(rows) == 30 and rows[0]["question"] in {q.question for q in QUESTIONS}
    assert "attachment" in headers["Content-Disposition"]
    assert exported == as_csv(store.votes())


def test_a_model_trained_again_is_another_one(store, arena):
    old, other = Side("merge", "0" * 64, "cũ"), Side("base", "1" * 64, "khác")
    for number in range(4):
        store.add_duel(Duel(f"d{number}", "q", "Hỏi?", old, other))
        store.vote(f"d{number}", "left" if number else "right")
    board = standings(store.votes(), [("merge", "2" * 64), ("base", "1" * 64)], SETTINGS)
    found = {(model["model"], model["version"]): model for model in board["models"]}
    assert found["merge", "00000000"]["current"] is False and found["merge", "00000000"]["standing"] == "ranked"
    assert found["merge", "22222222"]["current"] and found["merge", "22222222"]["standing"] == "few_votes"
    assert board["models"][-1]["version"] == "22222222", "who is not placed comes last"


def test_without_votes_all_models_are_listed():
    board = standings([], [("a", "0" * 64), ("b", "1" * 64)], SETTINGS)
    assert board["votes"] == 0 and [model["model"] for model in board["models"]] == ["a", "b"]


def test_votes_survive_and_two_stores_share_a_file(tmp_path):
    first, second = VoteStore(tmp_path / "votes.sqlite"), VoteStore(tmp_path / "votes.sqlite")
    side = Side("m", "0" * 64, "a")
    first.add_duel(Duel("d", None, "Hỏi?", side, side))
    second.vote("d", "both_bad")
    with pytest.raises(AlreadyVoted):
        first.vote("d", "left")
    with pytest.raises(sqlite3.IntegrityError), first._connection:
        first._connection.execute("INSERT INTO votes VALUES ('không có', 'left', '')")
    assert [vote.choice for vote in first.votes()] == ["both_bad"]


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "votes.sqlite").write_text("không phải SQLite, mà là một đoạn văn dài " * 50, encoding="utf-8")
    with pytest.raises(BadInput, match="not usable as a file of votes"):
        VoteStore(tmp_path / "votes.sqlite")


def test_the_pair_with_fewest_votes_comes_next(arena):
    a, b, c = arena.contenders
    votes = {frozenset({a.identity, b.identity}): 3, frozenset({a.identity, c.identity}): 2}
    for seed in range(10):
        chosen = choose_pair(arena.contenders, votes, random.Random(seed))
        assert {each.model for each in chosen} == {b.model, c.model}


def test_equal_answers_are_no_duel():
    one, same, other = contender("a", "Giống nhau"), contender("b", "Giống nhau"), contender("c")
    for seed in range(20):
        _, left, right = choose_duel([one, same, other], QUESTIONS, {}, random.Random(seed))
        assert {left.model, right.model} != {"a", "b"}
    with pytest.raises(BadInput, match="alike"):
        check_contenders([one, same], QUESTIONS)


@pytest.mark.parametrize("models", [["a"], ["a", "a"]])
def test_an_arena_needs_two_different_models(models):
    with pytest.raises(BadInput, match="two or more models of different weights"):
        check_contenders([contender(model) for model in models], QUESTIONS)


def test_votes_are_exported_without_a_server(tmp_path, store, monkeypatch, capsys):
    side = Side("m", "0" * 64, "đáp")
    store.add_duel(Duel("d", "q", "Hỏi, và hỏi nữa?", side, side))
    store.vote("d", "tie")
    out = tmp_path / "votes.csv"
    monkeypatch.setattr("sys.argv", ["arena", "--db", str(tmp_path / "votes.sqlite"), "--export", str(out)])
    command.main()
    assert "1 votes" in capsys.readouterr().out
    assert next(csv.DictReader(io.StringIO(out.read_text("utf-8"))))["question"] == "Hỏi, và hỏi nữa?"
    monkeypatch.setattr("sys.argv", ["arena", "--db", str(tmp_path / "không có"), "--export", str(out)])
    with pytest.raises(BadInput, match="no votes here"):
        command.main()


def test_the_commands_start_without_heavy_libraries(repository):
    loaded = "import sys, commands.answers, commands.arena, commands.judge; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=repository, capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "openai", "aiohttp", "scipy", "numpy"} & set(done.stdout.split())


@pytest.mark.campaign
def test_votes_survive_a_kill(tmp_path, repository):
    """A vote that was answered is in the file, whatever happens to the server next."""
    from tests.arena_process import running_arena

    voted = set()
    for _ in range(3):
        with running_arena(repository, tmp_path) as server:
            for _ in range(15):
                duel = send(server.address, "/api/duel", {})["duel"]
                send(server.address, "/api/vote", {"duel": duel, "choice": "left"})
                voted.add(duel)
            os.kill(server.pid, signal.SIGKILL)
            time.sleep(0.1)
    store = VoteStore(tmp_path / "votes.sqlite")
    assert {vote.duel.id for vote in store.votes()} == voted and len(voted) == 45


def send(address, path, body):
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)
