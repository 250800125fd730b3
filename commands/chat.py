"""Talk to a tuned model in the terminal. /new forgets the conversation, /quit (or end of input) ends it."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from stages.command import start
from stages.errors import BadInput

QUIT, NEW = "/quit", "/new"


def fit_history(lm: Any, history: list[dict[str, str]], max_new_tokens: int) -> list[dict[str, str]]:
    """The latest turns that leave room for an answer; a conversation always starts with the user.

    Raises `BadInput` where the last question alone is too long.
    """
    from stages.scoring.generation import chat_prompt

    while len(chat_prompt(lm, history)) + max_new_tokens > lm.max_tokens:
        if len(history) < 3:
            raise BadInput(f"the question is too long: the model has {lm.max_tokens} positions, answer included.")
        history = history[2:]
    return history


def converse(lm: Any, max_new_tokens: int, temperature: float, seed: int) -> None:
    """Read questions from standard input and stream answers to standard output until the input ends."""
    from stages.scoring.generation import chat_prompt, generate, stream_text

    history: list[dict[str, str]] = []
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            question = input(prompt).strip()
        except EOFError:
            return
        if question == QUIT:
            return
        if question == NEW:
            history = []
        if not question or question == NEW:
            continue
        try:
            history = fit_history(lm, [*history, {"role": "user", "content": question}], max_new_tokens)
        except BadInput as error:
            print(f"({error})", file=sys.stderr)
            continue
        pieces = []
        for piece in stream_text(lm, generate(lm, chat_prompt(lm, history), max_new_tokens, temperature, seed)):
            pieces.append(piece)
            print(piece, end="", flush=True)
        print(flush=True)
        history.append({"role": "assistant", "content": "".join(pieces)})
        seed += 1  # the same question asked again may get another answer, the same session never


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", type=Path, default=Path("models/merge"), help="model folder with a chat template")
    arguments.add_argument("--max-new-tokens", type=int, default=128, help="length of an answer (default: 128)")
    arguments.add_argument("--temperature", type=float, default=0.0, help="0 takes the likeliest token (default: 0)")
    arguments.add_argument("--seed", type=int, default=1, help="of sampling, when the temperature is above 0")
    args = arguments.parse_args()

    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported
    from stages.scoring.language_model import open_model

    lm = open_model(args.model)
    if not lm.tokenizer.chat_template:
        raise BadInput(f"{args.model}: has no chat template. Choose a tuned model: models/merge or models/instruct/vi.")
    if not 0 < args.max_new_tokens < lm.max_tokens:
        raise BadInput(f"--max-new-tokens {args.max_new_tokens}: must lie between 1 and {lm.max_tokens - 1}.")
    if args.temperature < 0:
        raise BadInput(f"--temperature {args.temperature}: must not be negative.")
    # Whatever the terminal's locale says: the answers are Vietnamese.
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        converse(lm, args.max_new_tokens, args.temperature, args.seed)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    start(main)
