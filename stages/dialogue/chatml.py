"""ChatML: conversations as text and ids, and which of those ids a model learns to say.

<|im_start|>user
Xin chào!<|im_end|>
<|im_start|>assistant
Chào bạn!<|im_end|>
"""

from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer

START, END = "<|im_start|>", "<|im_end|>"
ROLES = ("system", "user", "assistant")

# The same text as `render`, for tokenizer_config.json (Jinja, read by transformers' apply_chat_template).
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

Message = dict[str, str]


def check(messages: Any) -> list[Message]:
    """The messages, if they are a conversation: an optional system message, then user and assistant in turn.

    It ends with the assistant and no content is empty. Raises ValueError with what is wrong and where.
    """
    if not isinstance(messages, list) or not messages:
        raise ValueError("expected a list of messages")
    for number, message in enumerate(messages, start=1):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ROLES:
            raise ValueError(f"message {number}: role {role!r} is none of {', '.join(ROLES)}")
        content = message.get("content")
        if not isinstance(content, str) or not content.strip():
            raise ValueError(f"message {number}: content {content!r} is not text")
        if START in content or END in content:
            raise ValueError(f"message {number}: content holds the marker {START} or {END}")
    roles = [message["role"] for message in messages]
    turns = roles[1:] if roles[0] == "system" else roles
    if len(turns) < 2 or len(turns) % 2 or turns != ["user", "assistant"] * (len(turns) // 2):
        raise ValueError(f"roles {', '.join(roles)}: expected user and assistant in turn, the assistant last")
    return messages


def render(messages: Sequence[Message]) -> str:
    """The text of a conversation."""
    return "".join(f"{START}{message['role']}\n{message['content']}{END}\n" for message in messages)


def prompt(messages: Sequence[Message]) -> str:
    """The text after which the assistant speaks next."""
    return f"{render(messages)}{START}assistant\n"


def encode(messages: Sequence[Message], tokenizer: Tokenizer) -> tuple[list[int], list[bool]]:
    """Ids of a conversation, and for each whether it is learnt: what the assistant says, and the end of its turn.

    The text is encoded in one piece, so the ids are those that a chat gives at run time.
    """
    encoding = tokenizer.encode(render(messages), add_special_tokens=False)
    learnt = [False] * len(encoding.ids)
    position = 0
    spoken = []
    for message in messages:
        begin = position + len(f"{START}{message['role']}\n")
        position = begin + len(f"{message['content']}{END}\n")
        if message["role"] == "assistant":
            spoken.append((begin, position - 1))  # without the newline, which no model needs to say
    for begin, end in spoken:
        for place, (first, last) in enumerate(encoding.offsets):
            learnt[place] |= begin <= first and last <= end and first < last
    return encoding.ids, learnt
