"""An OpenAI-compatible server on loopback whose judge follows a planted rule."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

Rule = Callable[[str, str], str]  # the two answers as the judge sees them -> its reply

KEY = "khoa-thu-nghiem"
MODEL = "giam-khao"


class JudgeServer:
    """Counts what it is asked; `failures` are statuses that it answers with first, one a request.

    `reply` is what it answers in place of a chat completion: a page, or a JSON value.
    """

    def __init__(self, rule: Rule):
        self.rule, self.failures, self.bodies, self.wait_seconds = rule, [], [], 0.0
        self.reply: Any = None
        self.address = ""

    @property
    def asked(self) -> int:
        return len(self.bodies)

    async def complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return self.refuse(401, f"Incorrect API key provided: {request.headers.get('Authorization')}")
        if body["model"] != MODEL:
            return self.refuse(404, f"The model {body['model']} does not exist")
        if self.failures:
            return self.refuse(self.failures.pop(0), "busy")
        await asyncio.sleep(self.wait_seconds)
        self.bodies.append(body)
        if isinstance(self.reply, str):
            return web.Response(text=self.reply, content_type="text/html")
        if self.reply is not None:
            return web.json_response(self.reply)
        reply = self.rule(*answers_in(body["messages"][-1]["content"]))
        message = {"role": "assistant", "content": reply}
        return web.json_response(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": MODEL,
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
            }
        )

    def refuse(self, status: int, message: str) -> web.Response:
        return web.json_response({"error": {"message": message}}, status=status, headers={"retry-after-ms": "1"})


def answers_in(prompt: str) -> tuple[str, str]:
    found = re.search(r"^\[(\w+) BÀI A\]\n(.*)\n\[\1 BÀI B\]\n(.*)\n\[\1 HẾT\]$", prompt, re.DOTALL | re.MULTILINE)
    assert found, prompt
    return found[2], found[3]


@contextmanager
def serve(rule: Rule) -> Iterator[JudgeServer]:
    """Run the server in a thread until the block ends."""
    server, loop, ready = JudgeServer(rule), asyncio.new_event_loop(), threading.Event()

    async def begin() -> Any:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", server.complete)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(begin())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def verdict(letter: str) -> str:
    return f"Nhận xét: hai bài khác nhau ở cách diễn đạt.\n\nKẾT LUẬN: {letter}"
