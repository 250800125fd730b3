"""The vocab stage: a folder that every library reads alike, its report and metrics."""

import json
from dataclasses import replace

import pytest
from tokenizers import Tokenizer

from stages.dialogue import chatml
from stages.errors import BadInput
from stages.text.documents import Document, write_documents
from stages.tokenizer.fuzz import random_texts
from stages.tokenizer.training import train_tokenizer, write_tokenizer
from stages.vocab import run
from tests.tokenizer_samples import make_settings

ENGLISH = [f"The old teacher number {n} lives near the river and likes long songs." for n in range(20)]
VIETNAMESE = [f"Người thầy giáo thứ {n} sống trong làng gần sông và thích hát." for n in range(20)]
CONVERSATION = [{"role": "user", "content": "Bạn sống ở đâu?"}, {"role": "assistant", "content": "Trong làng."}]
PARAMS = make_settings()


@pytest.fixture
def inputs(tmp_path):
    for language, texts in {"vi": VIETNAMESE, "en": ENGLISH}.items():
        for part in ("train", "validation"):
            documents = [Document(f"{n:016}", text, f"source-{n % 2}") for n, text in enumerate(texts)]
            write_documents(tmp_path / "split" / language / part, documents)
    (tmp_path / "base").mkdir()
    write_tokenizer(train_tokenizer(ENGLISH, 400), tmp_path / "base", max_tokens=128)
    return tmp_path


def test_folder_metrics_and_report(inputs):
    metrics = run(inputs / "base", inputs / "split", inputs / "vocab", PARAMS)
    vietnamese, english = metrics["vi"]["all"], metrics["en"]["all"]
    assert set(metrics["vi"]) == {"all", "source-0", "source-1"}
    assert vietnamese["no_digits_tokens_per_word"] < 1.3 < 2.5 < vietnamese["no_digits_tokens_per_word_before"]
    assert vietnamese["no_digits_tokens_per_word"] >= vietnamese["no_digits_floor"]
    assert english["documents_changed"] == english["words_changed"] == 0
    assert vietnamese["round_trip_failures"] == english["round_trip_failures"] == 0
    listed = json.loads((inputs / "vocab" / "report.json").read_text())["new_tokens"]
    assert [entry["id"] for entry in listed] == list(range(metrics["base_size"], metrics["size"]))
    assert " làng" in {entry["text"] for entry in listed}


def test_inputs_special_tokens_and_chat_template(inputs):
    from transformers import AutoTokenizer

    run(inputs / "base", inputs / "split", inputs / "vocab", PARAMS)
    loaded = AutoTokenizer.from_pretrained(inputs / "vocab")
    assert set(loaded("làng")) == {"input_ids", "attention_mask"}
    assert loaded.eos_token == "<|endoftext|>"
    assert loaded.apply_chat_template(CONVERSATION, tokenize=False) == chatml.render(CONVERSATION)
    prompted = loaded.apply_chat_template(CONVERSATION, tokenize=False, add_generation_prompt=True)
    assert prompted == chatml.prompt(CONVERSATION)


@pytest.mark.parametrize("superwords", [0, 30])
def test_transformers_tokenizers_and_litgpt_give_the_same_ids(inputs, superwords):
    from litgpt.tokenizer import Tokenizer as LitGPTTokenizer
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    run(inputs / "base", inputs / "split", inputs / "vocab", replace(PARAMS, superwords=superwords))
    loaded, litgpt = AutoTokenizer.from_pretrained(inputs / "vocab"), LitGPTTokenizer(inputs / "vocab")
    raw = Tokenizer.from_file(str(inputs / "vocab" / "tokenizer.json"))
    assert type(loaded) is PreTrainedTokenizerFast
    for text in [*VIETNAMESE, *ENGLISH, *random_texts(500, seed=1), "Năm 2024, “Tôi” đã 3 lần… 👩\u200d👧"]:
        ids = raw.encode(text).ids
        assert loaded(text)["input_ids"] == ids
        assert litgpt.encode(text).tolist() == ids
        assert loaded.decode(ids) == text
    loaded.save_pretrained(inputs / "again")
    again = AutoTokenizer.from_pretrained(inputs / "again")
    assert again(VIETNAMESE[3])["input_ids"] == raw.encode(VIETNAMESE[3]).ids


def test_the_same_bytes_again(inputs):
    first = run(inputs / "base", inputs / "split", inputs / "one", PARAMS)
    assert first == run(inputs / "base", inputs / "split", inputs / "two", PARAMS)
    for file in sorted((inputs / "one").iterdir()):
        assert file.read_bytes() == (inputs / "two" / file.name).read_bytes()


def test_no_vietnamese_text_is_said_and_leaves_nothing(inputs):
    for language in ("vi", "en"):
        for part in ("train", "validation"):
            write_documents(inputs / "empty" / language / part, [])
    with pytest.raises(BadInput, match="no words in the Vietnamese training text"):
        run(inputs / "base", inputs / "empty", inputs / "vocab", PARAMS)
    assert not (inputs / "vocab").exists()
