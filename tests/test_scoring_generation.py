"""Texts of many prompts at once against one at a time, and the health of what a model writes."""

import codecs
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from stages.params import load
from stages.scoring.evaluation import language_identifier
from stages.scoring.generation import Generated, generate, generate_texts
from stages.scoring.health import summarise_health
from stages.scoring.language_model import LanguageModel, open_model
from stages.scoring.settings import EvaluationSettings
from stages.tokenizer.byte_bpe import to_bytes, to_symbols
from tests.tiny_model import make_tiny_model

PROMPTS = (
    "Ngày xưa có một",
    "Bạn Lan đi chợ mua ba quả cam chín. Trường học nằm cạnh dòng sông nhỏ. Hỏi Lan mua gì? Lan mua",
    "x",
    "The cat sat on the mat today. The cat sat on",
    "Trường",
    "Ngày xưa có một",
)
SENTENCES = {
    "vi": ("Buổi sáng, bạn nhỏ đi học qua cánh đồng lúa.", "Bà kể chuyện bên bếp lửa.", "Con mèo ngủ trên ghế."),
    "en": ("In the morning the child walks to school.", "She told them an old story.", "The cat sleeps on the chair."),
}


@pytest.fixture(scope="module")
def lm(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    torch.set_num_threads(1)  # many are slower where the model is tiny and the processor busy
    return open_model(make_tiny_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def identify(repository: Path):
    places = ("evaluate", "languages", "profiles.{profile}.evaluate")
    return language_identifier(load(EvaluationSettings, repository / "params.yaml", *places))


@pytest.mark.parametrize("batch_tokens", [1, 100, 100_000])
@pytest.mark.parametrize("shown", ["", "Bạn Lan đi chợ mua ba quả cam chín.\n\n"])
def test_texts_are_those_of_one_prompt_at_a_time(lm, batch_tokens, shown):
    prompts = [[lm.start_token, *ids] for ids in lm.encode([shown + prompt for prompt in PROMPTS])]
    made = generate_texts(lm, prompts, 10, batch_tokens)
    for ids, text in zip(prompts, made, strict=True):
        tokens = list(generate(lm, ids, 10))
        data = b"".join(to_bytes(lm.tokenizer.convert_ids_to_tokens(token)) for token in tokens)
        # A text that its last token cuts may end within a character, which is left out.
        assert text.text == codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=len(tokens) < 10)
    assert made[0] == made[-1] and len({text.text for text in made}) > 3


def test_a_prompt_too_long_for_the_model_loses_its_beginning(lm):
    ids = lm.encode(["một hai ba " * 300])[0]
    (text,), (expected,) = (generate_texts(lm, [one], 8, 4096) for one in (ids, ids[-(lm.max_tokens - 8) :]))
    assert text == expected and text.text


def saying(lm: LanguageModel, tokens: list[int]) -> LanguageModel:
    """A model that writes these tokens after any prompt of one token, whatever its weights."""

    class Body(torch.nn.Module):
        def forward(self, step, past_key_values, use_cache):
            place = self.seen = getattr(self, "seen", 0) + step.shape[1]
            hidden = torch.nn.functional.one_hot(torch.tensor(tokens[place - 1]), lm.model.config.vocab_size).float()
            return type("Output", (), {"last_hidden_state": hidden.expand(*step.shape, -1)})

    model = type("Model", (), {"model": Body(), "lm_head": torch.nn.Identity(), "device": torch.device("cpu")})
    model.config = lm.model.config
    return LanguageModel(model, lm.tokenizer, lm.start_token, lm.stop_tokens)


def write(lm: LanguageModel, data: bytes, max_new_tokens: int = 50, ends: bool = True, until: Sequence[str] = ()):
    """What becomes of a text of these bytes, written with a token for each byte."""
    tokens = [lm.tokenizer.convert_tokens_to_ids(symbol) for symbol in to_symbols(data)] + [lm.start_token] * ends
    (text,) = generate_texts(saying(lm, tokens), [[lm.start_token]], max_new_tokens, 4096, until)
    return text


def test_a_text_ends_before_the_first_of_the_strings(lm):
    data = " Lan mua cam.\nHỏi: Bin mua gì?".encode()
    assert write(lm, data, until=("Hỏi", "\n")) == Generated(" Lan mua cam.", is_utf8=True)
    assert write(lm, data, until=("ỏi: Bin",)).text == " Lan mua cam.\nH"
    assert write(lm, data, until=("Vy",)).text == data.decode()
    assert write(lm, b"\n" + data, until=("\n",)).text == ""


def test_bytes_that_are_no_character_are_told(lm):
    assert write(lm, " Huế ở đâu?".encode()) == Generated(" Huế ở đâu?", is_utf8=True)
    assert write(lm, b"Hu\xe1\xba") == Generated("Hu\N{REPLACEMENT CHARACTER}", is_utf8=False)  # ends within ế
    assert write(lm, b"Hu\xbf!") == Generated("Hu\N{REPLACEMENT CHARACTER}!", is_utf8=False)
    assert write(lm, "một \N{REPLACEMENT CHARACTER}".encode()).is_utf8  # a character like any other


def test_a_character_that_the_last_token_allowed_cuts_is_no_fault(lm):
    data = "Huế".encode()
    assert write(lm, data, max_new_tokens=len(data) - 1, ends=False) == Generated("Hu", is_utf8=True)
    assert write(lm, b"Hu\xbf!\xe1", max_new_tokens=5, ends=False).text == "Hu\N{REPLACEMENT CHARACTER}!"


def as_texts(*texts: str) -> list[Generated]:
    return [Generated(text, True) for text in texts]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_health_of_good_text(identify, language):
    texts = SENTENCES[language]
    assert summarise_health(as_texts(*texts), language, identify) == {
        "language_consistency": 1.0,
        "repetition": 0.0,
        "invalid_utf8": 0.0,
        "answer_bytes": pytest.approx(sum(len(text.encode()) for text in texts) / 3),
    }


def test_planted_faults_are_found(identify):
    texts = as_texts(*SENTENCES["vi"][:2], SENTENCES["en"][0], "Buoi sang, ban nho di hoc qua canh dong lua.")
    assert summarise_health(texts, "vi", identify)["language_consistency"] == 0.5  # without its marks it is none
    looped = as_texts("rồi đi về nhà " * 10, SENTENCES["vi"][0])
    assert summarise_health(looped, "vi", identify)["repetition"] == pytest.approx((1 - 4 / 37) / 2)
    broken = [Generated("Hu\N{REPLACEMENT CHARACTER}", False), *as_texts("Huế", "", "Vinh")]
    health = summarise_health(broken, "vi", identify)
    assert (health["invalid_utf8"], health["answer_bytes"]) == (0.25, (5 + 5 + 0 + 4) / 4)


def test_what_tells_no_language_is_left_out(identify):
    texts = as_texts("1945", "", "3 + 4 = 7", "The cat", "?")
    assert "language_consistency" not in summarise_health(texts, "vi", identify)
    health = summarise_health([*texts, *as_texts("năm một chín bốn lăm")], "vi", identify)
    assert health["language_consistency"] == 1


@pytest.mark.real
def test_the_language_of_real_sentences_is_told(identify, real_data):
    for language, right in (("vi", 0.999), ("en", 0.99)):
        lines = real_data(f"parallel/tatoeba.{language}.txt").read_text(encoding="utf-8", errors="replace").splitlines()
        health = summarise_health(as_texts(*lines), language, identify)
        assert health["language_consistency"] > right
        assert health["repetition"] < 0.001
