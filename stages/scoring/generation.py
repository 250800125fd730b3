"""Text from a model: token by token, greedy or sampled, or of many prompts at once; raw or in a chat."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import torch
from transformers import DynamicCache

from stages.scoring.language_model import LanguageModel
from stages.tokenizer.display import TokenTexts


@dataclass(frozen=True, slots=True)
class Generated:
    """A text that a model wrote. `is_utf8`: all its bytes were characters; what was none is U+FFFD in the text."""

    text: str
    is_utf8: bool


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


def generate_texts(
    lm: LanguageModel,
    prompts: Sequence[Sequence[int]],
    max_new_tokens: int,
    batch_tokens: int,
    until: Sequence[str] = (),
) -> list[Generated]:
    """Greedy texts after prompts of token ids, in the order given: of each what `generate` gives it alone.

    A text ends before the first of the strings `until`. A prompt too long for the model loses its oldest tokens. A
    batch holds prompts of similar length, at most `batch_tokens` tokens with what is to be written.
    """
    cut = [list(prompt[-max(1, lm.max_tokens - max_new_tokens) :]) for prompt in prompts]
    texts: dict[int, Generated] = {}
    batch: list[int] = []
    for number in sorted(range(len(cut)), key=lambda number: (len(cut[number]), number)):
        widest = len(cut[number]) + max_new_tokens
        # What one prompt has more than the shortest is read token by token: no more than is written anyway.
        if batch and (
            (len(batch) + 1) * widest > batch_tokens or len(cut[number]) - len(cut[batch[0]]) > max_new_tokens
        ):
            texts |= zip(batch, _generate_batch(lm, [cut[i] for i in batch], max_new_tokens, until), strict=True)
            batch = []
        batch.append(number)
    if batch:
        texts |= zip(batch, _generate_batch(lm, [cut[i] for i in batch], max_new_tokens, until), strict=True)
    return [texts[number] for number in range(len(cut))]


@torch.inference_mode()
def _generate_batch(
    lm: LanguageModel, prompts: Sequence[list[int]], max_new_tokens: int, until: Sequence[str]
) -> list[Generated]:
    """The texts after prompts in order of length.

    What all begin with (examples) is read once, then each up to the end of the shortest; from there on each step gives
    a row the next token of its prompt, or, at its end, of its text. So no row is padded, and the scores are those that
    it has alone.
    """
    device, token_bytes, cache = lm.model.device, _TokenBytes(lm), DynamicCache()
    written, counts, ended = [bytearray() for _ in prompts], [0] * len(prompts), [False] * len(prompts)
    stops = [stop.encode() for stop in until]
    position, rows = len(prompts[0]), [*range(len(prompts))]
    # Of lists in order, the first and the last have in common what all have.
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(prompts), max(prompts), strict=False))
    shared = min(sum(1 for _ in alike), position - 1)
    if shared and len(prompts) > 1:
        lm.model.model(torch.tensor([prompts[0][:shared]], device=device), past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(prompts))
    else:
        shared = 0
    step = torch.tensor([prompt[shared:position] for prompt in prompts], device=device)
    while True:
        hidden = lm.model.model(step, past_key_values=cache, use_cache=True).last_hidden_state[:, -1]
        first_choices = lm.model.lm_head(hidden).float().argmax(-1).tolist()
        kept, tokens = [], []
        for place, (row, token) in enumerate(zip(rows, first_choices, strict=True)):
            if position < len(prompts[row]):
                token = prompts[row][position]
            else:
                ended[row] = token in lm.stop_tokens
                if not ended[row]:
                    written[row] += token_bytes[token]
                    counts[row] += 1
                    ended[row] = any(stop in written[row] for stop in stops)
                if ended[row] or counts[row] == min(max_new_tokens, lm.max_tokens - len(prompts[row])):
                    continue
            kept.append(place)
            tokens.append(token)
        if not kept:
            return [_as_text(bytes(data), stops, end) for data, end in zip(written, ended, strict=True)]
        if len(kept) < len(rows):
            rows = [rows[place] for place in kept]
            cache.batch_select_indices(torch.tensor(kept, device=device))
        step = torch.tensor(tokens, device=device)[:, None]
        position += 1


def _as_text(data: bytes, stops: Sequence[bytes], is_whole: bool) -> Generated:
    data = data[: min((place for stop in stops if (place := data.find(stop)) >= 0), default=len(data))]
    # A text cut at its last token may end within a character, which is no fault of the model.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=is_whole)
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data, final=is_whole)
    except UnicodeDecodeError:
        return Generated(text, is_utf8=False)
    return Generated(text, is_utf8=True)


class _TokenBytes(dict[int, bytes]):
    """What each token writes; special ones nothing."""

    def __init__(self, lm: LanguageModel):
        tokenizer = lm.tokenizer.backend_tokenizer
        special = tokenizer.get_added_tokens_decoder().items()
        super().__init__({token: b"" for token, added in special if added.special})
        self._texts = TokenTexts(tokenizer)

    def __missing__(self, token: int) -> bytes:
        self[token] = self._texts.bytes_of(token)
        return self[token]


def sample_texts(
    lm: LanguageModel,
    continuations: Sequence[str],
    questions: Sequence[str],
    max_new_tokens: int,
    batch_tokens: int,
) -> tuple[list[dict[str, str]], list[Generated]]:
    """Greedy continuations of raw texts, and answers to questions where the model has a chat template.

    Returns each with its kind and prompt, as a reader wants them, and as `generate_texts` gives them.
    """
    prompts = [("continuation", text, [lm.start_token, *lm.encode([text])[0]]) for text in continuations]
    if lm.tokenizer.chat_template:
        prompts += [("answer", text, chat_prompt(lm, [{"role": "user", "content": text}])) for text in questions]
    texts = generate_texts(lm, [ids for _, _, ids in prompts], max_new_tokens, batch_tokens)
    samples = [
        {"kind": kind, "prompt": prompt, "text": made.text}
        for (kind, prompt, _), made in zip(prompts, texts, strict=True)
    ]
    return samples, texts


def chat_prompt(lm: LanguageModel, messages: list[dict[str, str]]) -> list[int]:
    """Token ids of a conversation in the model's own chat template, up to where the assistant answers."""
    return lm.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True)
