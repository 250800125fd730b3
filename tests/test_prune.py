"""The prune stage: which tokens stay, and that nothing changes for text that needs only those."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.errors import BadInput
from stages.params import load
from stages.prune import Params, run
from stages.text.documents import Document, write_documents
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.pruning import prune, reasons, renumbered
from tests.tiny_model import make_tiny_model

KEPT_TEXT = ["The cat sat on the mat near the river today.", "Con mèo nằm trên chiếc chiếu cạnh dòng sông."]
DROPPED_TEXT = ["Der Hund schläft heute zwischen den Häusern.", "Schmetterlinge fliegen über die Wiese."]
PARAMS = Params(enabled=True, languages=("vi", "en"), min_count=2)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_tiny_model(tmp_path_factory.mktemp("model") / "base", text=KEPT_TEXT + DROPPED_TEXT, vocabulary=420)


@pytest.fixture
def documents(tmp_path):
    for language, text in {"en": KEPT_TEXT[0], "vi": KEPT_TEXT[1]}.items():
        write_documents(
            tmp_path / "split" / language / "train", [Document(f"{n:016}", text, "source") for n in range(3)]
        )
    return tmp_path / "split"


def test_disabled_passes_the_base_through(base, documents, tmp_path):
    run(base, documents, tmp_path / "out", Params(enabled=False, languages=("en",), min_count=1))
    assert {file.name: file.read_bytes() for file in base.iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()
    }


def test_text_of_kept_tokens_has_their_new_ids_and_logits(base, documents, tmp_path):
    metrics = run(base, documents, tmp_path / "out", PARAMS)
    assert metrics["size"] < metrics["size_before"]
    assert metrics["tokens_per_word"] == metrics["tokens_per_word_before"]
    decisions = json.loads((tmp_path / "out" / "decisions.json").read_text())
    kept = [decision["id"] for decision in decisions if decision["kept"]]
    assert all(decision["reason"] for decision in decisions if decision["kept"])
    models = [AutoModelForCausalLM.from_pretrained(folder) for folder in (base, tmp_path / "out")]
    tokenizers = [AutoTokenizer.from_pretrained(folder) for folder in (base, tmp_path / "out")]
    assert models[1].config.vocab_size == metrics["size"] == len(tokenizers[1])
    for text in [*KEPT_TEXT, "The <|im_end|> river"]:
        old, new = (tokenizer(text)["input_ids"] for tokenizer in tokenizers)
        assert [kept[id_] for id_ in new] == old
        with torch.no_grad():
            logits = [model(torch.tensor([ids])).logits for model, ids in zip(models, (old, new), strict=True)]
        assert torch.equal(logits[0][..., kept], logits[1])


def test_removed_words_are_still_read_and_restored(base, documents, tmp_path):
    run(base, documents, tmp_path / "out", PARAMS)
    tokenizer = byte_bpe.read(tmp_path / "out" / "tokenizer.json").tokenizer()
    assert fertility.not_restored([*DROPPED_TEXT, "日本語 👩\u200d👧 \x04"], tokenizer) == []
    old = byte_bpe.read(base / "tokenizer.json").tokenizer()
    assert len(tokenizer.encode(DROPPED_TEXT[1]).ids) > len(old.encode(DROPPED_TEXT[1]).ids)


def test_kept_tokens_are_closed_under_parents(base):
    bpe = byte_bpe.read(base / "tokenizer.json")
    (word,) = bpe.tokenizer().encode(" river").ids
    why = reasons(bpe, {word: 5}, min_count=5)
    assert why[word] == "count"
    assert all(parent in why for id_ in why if id_ not in bpe.special_ids for parent in bpe.parents(id_) or ())
    assert "parent" in why.values()
    assert prune(bpe, list(why)).tokenizer().encode(" river").tokens == ["Ġriver"]
    assert {why[bpe.vocabulary[symbol]] for symbol in byte_bpe.SYMBOLS} == {"byte"}
    assert {why[id_] for id_ in bpe.special_ids} == {"special"}


def test_parents_are_the_last_pair_of_the_tokens_own_string(base):
    bpe = byte_bpe.read(base / "tokenizer.json")
    for id_, token in bpe.tokens.items():
        if id_ not in bpe.special_ids and len(token) > 1:
            left, right = bpe.parents(id_)
            assert bpe.tokens[left] + bpe.tokens[right] == token
    assert bpe.parents(bpe.vocabulary["a"]) is None


def test_special_ids_in_configs_are_renumbered():
    config = {"eos_token_id": [7, 2], "bos_token_id": 2, "pad_token_id": None, "vocab_size": 9}
    assert renumbered(config, [0, 2, 7]) == {
        "eos_token_id": [2, 1],
        "bos_token_id": 1,
        "pad_token_id": None,
        "vocab_size": 9,
    }


def test_a_post_processor_with_ids_is_refused(base):
    definition = byte_bpe.read(base / "tokenizer.json").definition() | {
        "post_processor": {"type": "TemplateProcessing"}
    }
    with pytest.raises(BadInput, match="TemplateProcessing"):
        prune(byte_bpe.ByteBPE(definition), [0, 1, 2])


def test_params_of_the_repository_load(repository):
    assert load(Params, repository / "params.yaml", "prune").languages
