"""Model folders: to LitGPT and back without a bit lost, and open to transformers."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_model import make_tiny_model
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

from commands.export import export
from stages.errors import BadInput
from stages.model.conversion import from_huggingface, random_model, to_huggingface
from stages.model.files import copy_companions, read_config, read_tensors, without_padding, write_tensors
from stages.model.fingerprint import fingerprint
from stages.model.folder import load_model, save_model
from stages.model.smollm2 import smollm2_config
from stages.tokenizer.training import train_tokenizer, write_tokenizer

SHAPE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "rope_theta": 10000,
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def test_a_folder_survives_the_way_to_litgpt_and_back_bit_for_bit(tiny: Path, tmp_path: Path) -> None:
    save_model(load_model(tiny), read_config(tiny), tmp_path)
    before, after = read_tensors(tiny), read_tensors(tmp_path)
    assert before.keys() == after.keys()
    assert all(before[name].numpy().tobytes() == after[name].numpy().tobytes() for name in before)


def test_a_saved_folder_opens_in_transformers_with_the_same_logits(tiny: Path, tmp_path: Path) -> None:
    model = load_model(tiny)
    save_model(model, read_config(tiny), tmp_path)
    copy_companions(tiny, tmp_path)
    opened, problems = LlamaForCausalLM.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(problems.values()), problems
    tokens = torch.arange(40).reshape(2, 20)
    with torch.no_grad():
        assert torch.allclose(opened(tokens).logits, model(tokens), atol=1e-5)
    assert AutoTokenizer.from_pretrained(tmp_path).decode([5]) == AutoTokenizer.from_pretrained(tiny).decode([5])


def test_tied_embeddings_are_one_tensor_in_memory_and_on_disk(tiny: Path, tmp_path: Path) -> None:
    model = load_model(tiny)
    assert model.lm_head.weight is model.transformer.wte.weight
    save_model(model, read_config(tiny), tmp_path)
    assert "lm_head.weight" not in load_file(tmp_path / "model.safetensors")


def test_a_stored_copy_of_the_tied_embedding_is_not_a_second_parameter(tiny: Path, tmp_path: Path) -> None:
    tensors = read_tensors(tiny)
    save_file(tensors | {"lm_head.weight": tensors["model.embed_tokens.weight"].clone()}, tmp_path / "m.safetensors")
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_text((tiny / name).read_text())
    model = load_model(tmp_path)
    assert model.lm_head.weight is model.transformer.wte.weight


def test_an_untied_head_is_kept() -> None:
    config = smollm2_config(SHAPE, 50) | {"tie_word_embeddings": False}
    tensors = to_huggingface(random_model(config, seed=1))
    head, embedding = tensors["lm_head.weight"], tensors["model.embed_tokens.weight"]
    assert not torch.equal(head, embedding)
    assert torch.equal(to_huggingface(from_huggingface(config, tensors))["lm_head.weight"], head)


def test_the_vocabulary_keeps_its_exact_size() -> None:
    model = random_model(smollm2_config(SHAPE, 4093), seed=1)
    assert model(torch.zeros(1, 3, dtype=torch.long)).shape == (1, 3, 4093)


def test_a_random_model_follows_its_seed() -> None:
    config = smollm2_config(SHAPE, 100)
    first, same, other = (random_model(config, seed).transformer.wte.weight for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert first.std().item() == pytest.approx(SHAPE["hidden_size"] ** -0.5, rel=0.1)


@pytest.mark.parametrize(
    ("key", "value"), [("rope_scaling", {"factor": 2}), ("attention_bias", True), ("model_type", "phi")]
)
def test_what_is_no_plain_llama_is_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=key):
        random_model(smollm2_config(SHAPE, 50) | {key: value}, seed=1)


def test_a_config_and_weights_of_different_vocabularies_are_refused(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes())
    config = read_config(tiny)
    (tmp_path / "config.json").write_text(json.dumps(config | {"vocab_size": config["vocab_size"] + 1}))
    with pytest.raises(BadInput, match="vocab_size"):
        load_model(tmp_path)


def test_an_embedding_with_fewer_rows_than_entries_is_refused(tiny: Path, tmp_path: Path) -> None:
    tensors, config = read_tensors(tiny), read_config(tiny)
    write_tensors(without_padding(tensors, config["vocab_size"] - 1), config, tmp_path)
    copy_companions(tiny, tmp_path)
    with pytest.raises(BadInput, match=r"entries, the embedding only"):
        load_model(tmp_path)


def test_a_folder_without_a_tokenizer_is_named(tiny: Path, tmp_path: Path) -> None:
    write_tensors(read_tensors(tiny), read_config(tiny), tmp_path)
    with pytest.raises(BadInput, match=r"tokenizer\.json: not found"):
        load_model(tmp_path)


def test_truncated_weights_are_named(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(BadInput, match=r"model\.safetensors"):
        read_tensors(tmp_path)


TEXTS = ["The cat sat on the mat in 2024.", "The dog sat on the log in 1999."] * 20


def test_the_trained_tokenizer_splits_digits_and_loses_no_byte(tmp_path: Path) -> None:
    write_tokenizer(train_tokenizer(TEXTS, 300), tmp_path, max_tokens=64)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    for text in ("in 2024", "Tôi yêu tiếng Việt \x04\x16 🙂", "NFD: e\u0302\u0301"):
        assert tokenizer.decode(tokenizer.encode(text)) == text
    assert len(tokenizer.encode("2024")) == 4
    assert tokenizer.convert_tokens_to_ids(["<|endoftext|>", "<|im_start|>", "<|im_end|>"]) == [0, 1, 2]
    assert "token_type_ids" not in tokenizer("cat")


def test_the_trained_tokenizer_is_no_larger_than_its_text() -> None:
    tokenizer = train_tokenizer(TEXTS, 4096)
    assert 259 < tokenizer.get_vocab_size() < 400


def test_training_a_tokenizer_twice_gives_the_same_bytes() -> None:
    assert train_tokenizer(TEXTS, 300).to_str() == train_tokenizer(TEXTS, 300).to_str()


def test_what_is_exported_opens_in_transformers_and_answers(tmp_path):
    model = make_tiny_model(tmp_path / "model")
    rows = (f"| `{name}` | `{digest}` |" for name, digest in fingerprint(model)["files"].items())
    (tmp_path / "card.md").write_text("\n".join(rows), encoding="utf-8")
    export(model, tmp_path / "card.md", tmp_path / "vi")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "vi")
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "vi")
    messages = [{"role": "user", "content": "Bạn Lan đi chợ mua ba quả cam chín."}]
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
    assert loaded.generate(ids, max_new_tokens=2, do_sample=False).shape[1] > ids.shape[1]
    assert "Lan đi chợ mua ba quả cam chín." in tokenizer.decode(ids[0])
    assert all(torch.equal(weights, loaded.state_dict()[name]) for name, weights in read_tensors(model).items())
