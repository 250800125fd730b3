"""The instruct stage: what is learnt, what stays, what comes out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.dialogue import chatml
from stages.dialogue.batches import Example, chosen, collate, cut
from stages.dialogue.conversations import read_conversations
from stages.errors import BadInput
from stages.instruct import Params, run
from stages.model.chosen_rows import join_rows, learn_rows
from stages.model.files import read_tensors
from stages.model.folder import load_model
from stages.model.lora import adapt, merge
from stages.params import load
from stages.text.documents import Document, write_documents
from stages.training.loss import IGNORED
from stages.training.settings import Divergence, Schedule
from tests.tiny_model import make_tiny_model

EMBEDDING = "model.embed_tokens.weight"
PLACES = ["Huế", "Vinh", "Đà Lạt", "Cần Thơ"]


PARAMS = Params(
    initial="pretrain/long_context",
    rank=4,
    alpha=8,
    chat_token_rows=False,
    schedule=Schedule(kind="cosine", warmup=0.1, decay=0.0, final=0.1),
    held_out=0.1,
    epochs=8,
    learning_rate=0.01,
    seed=1,
    betas=(0.9, 0.95),
    weight_decay=0.0,
    gradient_clip=1.0,
    keep_checkpoints=1,
    document_mask=False,
    accelerator="cpu",
    devices=1,
    nodes=1,
    strategy="ddp",
    threads=1,
    loader_workers=0,
    compile=False,
    precision="32-true",
    sequence_length=64,
    batch_sequences=4,
    micro_batch_sequences=2,
    validation_sequences=4,
    measure_every_steps=10,
    checkpoint_every_steps=1000,
    divergence=Divergence(policy="stop", max_loss_rise=5.0, window_steps=10, max_step_backs=1),
)


def conversation(number: int) -> list[chatml.Message]:
    place = PLACES[number % 4]
    question = {"role": "user", "content": f"Bạn {number} sống ở {place} à?"}
    return [question, {"role": "assistant", "content": f"Vâng, ở {place}."}]


def write(folder: Path, conversations: list) -> Path:
    write_documents(
        folder, [Document(f"{n:016}", "", "set", metadata={"messages": m}) for n, m in enumerate(conversations)]
    )
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    text = [chatml.render(conversation(number)) for number in range(4)]
    folder = make_tiny_model(tmp_path_factory.mktemp("models") / "pretrained", chat=False, text=text)
    (folder / "generation_config.json").write_text('{"eos_token_id": 0, "suppress_tokens": [400, 401]}')
    return folder


@pytest.fixture(scope="module")
def tuned(model, tmp_path_factory) -> tuple[Path, dict]:
    root = tmp_path_factory.mktemp("tuned")
    conversations = write(root / "conversations", [conversation(number) for number in range(40)])
    metrics = run(model, conversations, root / "out", root / "curve.csv", root / "logs", root / "kept", PARAMS)
    return root, metrics


def test_it_learns_and_counts(tuned):
    root, metrics = tuned
    assert metrics["held_out_loss"] < 0.7 * metrics["held_out_loss_before"]
    assert (metrics["conversations"], metrics["held_out"], metrics["cut"], metrics["without_answer"]) == (40, 4, 0, 0)
    assert metrics["steps"] == 8 * 36 // 4
    assert len((root / "curve.csv").read_text().splitlines()) == 1 + 8
    assert not (root / "kept").exists()


def test_a_plain_folder_with_one_tied_embedding_that_did_not_move(model, tuned):
    before, after = read_tensors(model), load_file(tuned[0] / "out" / "model.safetensors")
    assert set(after) == set(before) - {"lm_head.weight"}
    assert torch.equal(before[EMBEDDING], after[EMBEDDING])
    moved = {name for name in after if not torch.equal(before[name], after[name])}
    assert moved == {name for name in after if name.endswith("_proj.weight")}
    opened = AutoModelForCausalLM.from_pretrained(tuned[0] / "out")
    assert opened.lm_head.weight.data_ptr() == opened.model.embed_tokens.weight.data_ptr()


def test_the_rows_of_the_chat_tokens_learn_alone_where_that_is_wanted(model, tuned, tmp_path):
    paths = [tmp_path / name for name in ("out", "curve.csv", "logs", "checkpoints")]
    metrics = run(model, tuned[0] / "conversations", *paths, replace(PARAMS, chat_token_rows=True, epochs=2))
    assert metrics["held_out_loss_before"] == pytest.approx(tuned[1]["held_out_loss_before"])
    assert metrics["held_out_loss"] < metrics["held_out_loss_before"]
    before, after = read_tensors(model), load_file(tmp_path / "out" / "model.safetensors")
    assert set(after) == set(before) - {"lm_head.weight"}
    moved = (before[EMBEDDING] != after[EMBEDDING]).any(dim=1).nonzero().flatten().tolist()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert moved == sorted(tokenizer.convert_tokens_to_ids([chatml.START, chatml.END]))


@pytest.mark.parametrize("tied", [True, False])
def test_chosen_rows_are_the_same_function_with_the_same_gradient(model, tied):
    ids, tokens = [7, 3], torch.arange(20)[None]
    whole, chosen = load_model(model, torch.float32), load_model(model, torch.float32)
    for each in (whole, chosen):
        if not tied:
            each.lm_head.weight = torch.nn.Parameter(each.lm_head.weight.detach().flip(0))
    learn_rows(chosen, ids)
    assert torch.allclose(chosen(tokens), whole(tokens), atol=1e-6)
    for each in (whole, chosen):
        each(tokens).log_softmax(-1)[..., ids].sum().backward()
    ends = [(whole.transformer.wte, chosen.transformer.wte)] + [(whole.lm_head, chosen.lm_head)] * (not tied)
    for plain, split in ends:
        assert torch.allclose(split.rows.grad, plain.weight.grad[ids], rtol=1e-3, atol=1e-5)
        assert split.frozen.grad is None
    with torch.no_grad():
        chosen.transformer.wte.rows += 1.0
        expected = chosen(tokens)
        join_rows(chosen)
        assert torch.allclose(chosen(tokens), expected, atol=1e-5)
    assert (chosen.lm_head.weight is chosen.transformer.wte.weight) == tied


def test_transformers_sees_the_loss_that_was_measured(tuned):
    """The merged folder is the function that was trained, also its head."""
    root, metrics = tuned
    model, tokenizer = (kind.from_pretrained(root / "out") for kind in (AutoModelForCausalLM, AutoTokenizer))
    total, count = 0.0, 0
    for messages in read_conversations(root / "conversations")[:4]:
        ids, learnt = chatml.encode(messages, tokenizer.backend_tokenizer)
        with torch.no_grad():
            losses = -model(torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
        for place, is_learnt in enumerate(learnt[1:]):
            total += float(losses[place, ids[place + 1]]) * is_learnt
            count += is_learnt
    assert total / count == pytest.approx(metrics["held_out_loss"], abs=1e-4)


def test_generation_stops_at_the_end_of_a_turn(tuned):
    config = json.loads((tuned[0] / "out" / "generation_config.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(tuned[0] / "out")
    ends = tokenizer.convert_tokens_to_ids([chatml.END, "<|endoftext|>"])
    assert config["eos_token_id"] == ends
    assert config["suppress_tokens"] == [400, 401], "what generation must not write stays forbidden"
    assert tokenizer.eos_token == chatml.END


def test_the_same_bytes_again(model, tuned, tmp_path):
    root = tuned[0]
    again = run(
        model, root / "conversations", tmp_path / "out", tmp_path / "c.csv", tmp_path / "l", tmp_path / "k", PARAMS
    )
    assert again == tuned[1]
    for file in sorted((root / "out").iterdir()):
        assert file.read_bytes() == (tmp_path / "out" / file.name).read_bytes(), file.name


def test_no_epochs_pass_the_model_through(model, tmp_path):
    metrics = run(
        model,
        tmp_path / "none",
        tmp_path / "out",
        tmp_path / "c.csv",
        tmp_path / "l",
        tmp_path / "k",
        replace(PARAMS, epochs=0),
    )
    assert metrics["steps"] == 0
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == (model / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([{"content": "Xin chào"}], "message 1: role None"),
        ([{"role": "bot", "content": "Xin chào"}], "role 'bot'"),
        ([{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}], "in turn"),
        (None, "expected a list"),
    ],
)
def test_a_bad_conversation_is_named_and_leaves_nothing(model, tmp_path, messages, problem):
    folder = write(tmp_path / "conversations", [conversation(0), messages])
    with pytest.raises(BadInput, match=problem) as raised:
        run(model, folder, tmp_path / "out", tmp_path / "c.csv", tmp_path / "l", tmp_path / "k", PARAMS)
    assert f"{folder}: document {1:016}" in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_too_few_conversations_are_said(model, tmp_path):
    folder = write(tmp_path / "conversations", [conversation(0)])
    with pytest.raises(BadInput, match="too few to learn from"):
        run(model, folder, tmp_path / "out", tmp_path / "c.csv", tmp_path / "l", tmp_path / "k", PARAMS)


def test_merged_weights_are_the_function_of_the_adapters(model):
    tokens = torch.arange(20)[None]
    lora = load_model(model, torch.float32)
    with torch.no_grad():
        plain = lora(tokens)
        adapt(lora, rank=4, alpha=8, seed=1)
        assert torch.equal(lora(tokens), plain)
        for name, parameter in lora.named_parameters():
            if ".lora_" in name:
                parameter.normal_(std=0.1)
        adapted = lora(tokens)
        assert not torch.allclose(adapted, plain, atol=0.1)
        merge(lora)
        assert torch.allclose(lora(tokens), adapted, atol=1e-4)
    assert lora.lm_head.weight is lora.transformer.wte.weight


def test_targets_are_the_next_tokens_that_are_learnt():
    one = Example([5, 6, 7, 8], [False, False, True, True])
    two = Example([5, 9], [False, True])
    tokens, targets = collate([one, two])
    assert tokens.tolist() == [[5, 6, 7, 8], [5, 9, 0, 0]]
    assert targets.tolist() == [[IGNORED, 7, 8, IGNORED], [9, IGNORED, IGNORED, IGNORED]]


def test_a_long_example_is_cut_or_dropped():
    example = Example([1, 2, 3, 4], [False, False, True, True])
    assert cut(example, 3) == Example([1, 2, 3], [False, False, True])
    assert cut(example, 2) is None
    assert cut(example, 9) == example


def test_an_epoch_sees_each_example_once_and_the_order_depends_on_the_step_alone():
    examples = [Example([n], [True]) for n in range(12)]
    seen = [example.ids[0] for step in range(3) for example in chosen(examples, step, 4, seed=1)]
    assert sorted(seen) == list(range(12))
    assert seen != list(range(12))
    next_epoch = [example.ids[0] for step in range(3, 6) for example in chosen(examples, step, 4, seed=1)]
    assert sorted(next_epoch) == list(range(12))
    assert next_epoch != seen


@pytest.mark.parametrize("name", ["vi", "vi_multi_turn", "en"])
def test_params_of_the_repository_load(repository, name):
    from stages.instruct import SECTIONS

    assert load(Params, repository / "params.yaml", *SECTIONS, set=name).rank > 0
