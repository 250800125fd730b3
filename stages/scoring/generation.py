"""Text from a model, token by token: greedy or sampled, raw or in a chat."""

from collections.abc import Iterable, Iterator, Sequence

import torch
from transformers import DynamicCache

from stages.scoring.language_model import LanguageModel


@torch.inference_mode()
def generate(
    lm: LanguageModel, prompt: Sequence[int], max_new_tokens: int, temperature: float = 0.0, seed: int = 0
) -> Iterator[int]:
    """Yield token ids after the prompt until a stop token, `max_new_tokens`, or the end of the model's positions.

    Temperature 0 takes the most likely token; above it, the seed decides.
    """
    device = lm.model.device
    random = torch.Generator().manual_seed(seed)
    cache = DynamicCache()
    step = torch.tensor([list(prompt)], device=device)
    for _ in range(min(max_new_tokens, lm.max_tokens - len(prompt))):
        hidden = lm.model.model(step, past_key_values=cache, use_cache=True).last_hidden_state
        logits = lm.model.lm_head(hidden[0, -1]).float().cpu()
        if temperature > 0:
            token = int(torch.multinomial(torch.softmax(logits / temperature, -1), 1, generator=random))
        else:
            token = int(logits.argmax())
        if token in lm.stop_tokens:
            return
        yield token
        step = torch.tensor([[token]], device=device)


def stream_text(lm: LanguageModel, tokens: Iterable[int]) -> Iterator[str]:
    """Decode tokens as they come, holding back a character until all its bytes are there."""
    ids: list[int] = []
    shown = ""
    for token in tokens:
        ids.append(token)
        text = lm.decode(ids)
        if not text.endswith("\N{REPLACEMENT CHARACTER}"):
            yield text[len(shown) :]
            shown = text
    rest = lm.decode(ids)[len(shown) :]
    if rest:
        yield rest


def sample_texts(
    lm: LanguageModel, continuations: Sequence[str], questions: Sequence[str], max_new_tokens: int
) -> list[dict[str, str]]:
    """Greedy continuations of raw texts, and answers to questions where the model has a chat template."""
    prompts = [("continuation", text, [lm.start_token, *lm.encode([text])[0]]) for text in continuations]
    if lm.tokenizer.chat_template:
        prompts += [("answer", text, chat_prompt(lm, [{"role": "user", "content": text}])) for text in questions]
    return [
        {"kind": kind, "prompt": text, "text": "".join(stream_text(lm, generate(lm, ids, max_new_tokens)))}
        for kind, text, ids in prompts
    ]


def chat_prompt(lm: LanguageModel, messages: list[dict[str, str]]) -> list[int]:
    """Token ids of a conversation in the model's own chat template, up to where the assistant answers."""
    return lm.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True)
