"""The vocab stage: a folder that every library reads alike, its report and metrics."""

import json

import pytest
from tokenizers import Tokenizer

from stages.dialogue import chatml
from stages.errors import BadInput
from stages.text.documents import Document, write_documents
from stages.tokenizer.training import train_tokenizer, write_tokenizer
from stages.vocab import Params, run

ENGLISH = [f"The old teacher number {n} lives near the river and likes long songs." for n in range(20)]
VIETNAMESE = [f"Người thầy giáo thứ {n} sống trong làng gần sông và thích hát." for n in range(20)]
CONVERSATION = [{"role": "user", "content": "Bạn sống ở đâu?"}, {"role": "assistant", "content": "Trong làng."}]
PARAMS = Params(
    method="continued_bpe",
    guard="guarded",
    max_guard_per_million=2.0,
    min_count=2,
    normaliser="none",
    new_tokens=400,
    size_multiple=1,
    superwords=0,
    max_superword_runs=1000,
)


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


def test_transformers_reads_the_same_ids_and_the_chat_template(inputs):
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    run(inputs / "base", inputs / "split", inputs / "vocab", PARAMS)
    loaded = AutoTokenizer.from_pretrained(inputs / "vocab")
    raw = Tokenizer.from_file(str(inputs / "vocab" / "tokenizer.json"))
    assert type(loaded) is PreTrainedTokenizerFast
    for text in [*VIETNAMESE, *ENGLISH, "Năm 2024, “Tôi” đã 3 lần… 👩\u200d👧"]:
        assert loaded(text)["input_ids"] == raw.encode(text).ids
        assert loaded.decode(raw.encode(text).ids) == text
    assert set(loaded("làng")) == {"input_ids", "attention_mask"}
    assert loaded.eos_token == "<|endoftext|>"
    assert loaded.apply_chat_template(CONVERSATION, tokenize=False) == chatml.render(CONVERSATION)
    prompted = loaded.apply_chat_template(CONVERSATION, tokenize=False, add_generation_prompt=True)
    assert prompted == chatml.prompt(CONVERSATION)


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
