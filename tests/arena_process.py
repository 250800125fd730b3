"""The arena as a process of its own, as `make arena` runs it, with two tiny models and their stored answers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.answers import load_answering
from stages import params
from stages.judging.answers import Answer, answer_line
from stages.judging.appended_lines import appending
from tests.tiny_model import make_tiny_model

ATTACK = "<img src=x onerror=\"document.title='chạy mất rồi'\"><script>document.title='hỏng'</script>"
LONG_WORD = "rất" * 120  # must not make a narrow page scroll sideways
SAID = {"mô-hình-một": f"Phở là món nước. {ATTACK}", "mô-hình-hai": f"Bún cũng là món nước.\n\n{LONG_WORD}"}


@dataclass(frozen=True)
class Running:
    """Where it listens (without a slash at the end), and its process."""

    address: str
    pid: int


@contextmanager
def running_arena(repository: Path, folder: Path) -> Iterator[Running]:
    """Run the arena on the files in `folder`, which are made first, until the block ends. Votes stay for the next."""
    if not (folder / "params.yaml").exists():
        prepare(repository, folder)
    places = {"params": "params.yaml", "model-folder": "models", "answers": "answers", "db": "votes.sqlite"}
    options = [word for name, path in places.items() for word in (f"--{name}", str(folder / path))]
    command = [sys.executable, "-m", "commands.arena", "--port", "0", *options]
    with (folder / "arena.log").open("a") as log:
        process = subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        first = process.stdout.readline()
        assert first.startswith("http://127.0.0.1:"), (folder / "arena.log").read_text(encoding="utf-8")
        yield Running(first.split()[0].rstrip("/"), process.pid)
    finally:
        process.kill()
        process.wait()


def prepare(repository: Path, folder: Path) -> None:
    """Write params.yaml, two models and their answers."""
    values = params.read(repository / "params.yaml")
    profile = values["profiles"]["nano"]
    kept = {name: values[name] for name in ("answers", "arena")} | {"profile": "nano"}
    kept["arena"]["models"] = list(SAID)
    kept["profiles"] = {"nano": {name: profile[name] for name in ("answers", "evaluate")}}
    kept["answers"]["questions"] = str(repository / values["answers"]["questions"])
    kept["arena"]["min_votes"] = 3
    (folder / "params.yaml").write_text(json.dumps(kept), encoding="utf-8")  # JSON is YAML
    for layers, model in enumerate(SAID, start=1):
        make_tiny_model(folder / "models" / model, layers=layers)
    answering = load_answering(folder / "params.yaml", folder / "models", folder / "answers")
    for model, text in SAID.items():
        with appending(folder / f"answers/{model}.jsonl") as append:
            for question in answering.questions:
                append(answer_line(question, Answer(f"{question.id}: {text}", True), answering.origin(model)))
