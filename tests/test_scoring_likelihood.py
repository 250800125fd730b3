"""Likelihoods, bits per byte and generation against transformers itself, one text at a time."""

import json
import math
import random

import pytest
import torch
from safetensors.torch import load_file, save_file

from commands.bench_evaluation import Question, compare, real_questions, world_questions
from stages.errors import BadInput
from stages.model.files import read_config, with_padding, write_tensors
from stages.scoring.bits_per_byte import text_costs, windows
from stages.scoring.generation import chat_prompt, generate, sample_texts, stream_text
from stages.scoring.language_model import open_model
from stages.scoring.likelihood import Group, group_pairs, score_groups, score_pairs
from tests.tiny_model import make_tiny_model

QUESTIONS = [
    ("Bạn Lan đi chợ mua", [" ba quả cam.", " một con mèo nhỏ màu đen.", " cá", " 12 cái bút"]),
    ("Trường học nằm cạnh", [" dòng sông", " ngọn núi xa xôi ở phía tây", " biển", " nhà"]),
    ("", ["Đêm qua trời mưa to.", "Đêm qua trời mưa tò.", "Đềm qua trời mưa to.", "Đêm quả trời mưa to."]),
    ("The cat sat on", [" the mat", " the moon today", " a dog", " Chiếc ghế"]),
    ("Ký tự lạ: 🙂 và e\u0301", ["\u0301", " ☃", "é", " x"]),
]
PAIRS = [(context, choice) for context, choices in QUESTIONS for choice in choices]


@pytest.fixture(scope="module")
def lm(tmp_path_factory):
    return open_model(make_tiny_model(tmp_path_factory.mktemp("model")))


def naive_log_likelihoods(lm, tokens):
    """log p of each token after the first, by one plain forward pass of transformers' model."""
    with torch.no_grad():
        logits = lm.model(torch.tensor([tokens])).logits[0, :-1].float()
    return torch.log_softmax(logits, -1).gather(-1, torch.tensor(tokens[1:])[:, None]).squeeze(-1)


@pytest.mark.parametrize("batch_tokens", [1, 64, 100_000])
def test_scores_equal_one_plain_forward_pass_each(lm, batch_tokens):
    groups, members = group_pairs(lm, PAIRS)
    scores = score_pairs(lm, PAIRS, batch_tokens)
    for group, numbers in zip(groups, members, strict=True):
        for continuation, number in zip(group.continuations, numbers, strict=True):
            expected = naive_log_likelihoods(lm, [*group.context, *continuation])[-len(continuation) :].sum().item()
            assert scores[number].log_likelihood == pytest.approx(expected, abs=1e-4)


def test_rows_that_pad_the_embedding_take_no_probability(lm, tmp_path):
    folder = make_tiny_model(tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    write_tensors(with_padding(tensors, len(tensors["model.embed_tokens.weight"]) + 9), read_config(folder), folder)
    assert score_pairs(open_model(folder), PAIRS, 64) == score_pairs(lm, PAIRS, 64)


def test_scores_do_not_depend_on_order_or_company(lm):
    shuffled = random.Random(7).sample(range(len(PAIRS)), len(PAIRS))
    together = score_pairs(lm, PAIRS, 4096)
    mixed = score_pairs(lm, [PAIRS[i] for i in shuffled], 128)
    for place, number in enumerate(shuffled):
        assert mixed[place].log_likelihood == pytest.approx(together[number].log_likelihood, abs=1e-4)
    assert score_pairs(lm, PAIRS, 4096) == together


EXAMPLES = (
    "Bạn Lan có ba quả cam, mẹ cho thêm hai quả. Đáp: năm.\nTrên cây có bảy con chim, bay đi hai con. Đáp: năm.\n"
)


def count_tokens_read(lm, monkeypatch):
    """Returns a list to which every forward pass of the model appends the number of its tokens, padding included."""
    read, forward = [], lm.model.model.forward

    def counting(input_ids, **options):
        read.append(input_ids.numel())
        return forward(input_ids, **options)

    monkeypatch.setattr(lm.model.model, "forward", counting)
    return read


@pytest.mark.parametrize("batch_tokens", [1, 256, 4096])
def test_the_examples_before_every_question_run_once_a_row(lm, monkeypatch, batch_tokens):
    pairs = [
        (f"{EXAMPLES}{first} cộng {second}? Đáp:", f" {answer}")
        for first in ("một", "hai", "ba", "bốn")
        for second in ("năm", "sáu", "tám")
        for answer in ("bảy", "tám cái", "tám quả", "mười")
    ]
    groups, _ = group_pairs(lm, pairs)
    examples = len(lm.encode([EXAMPLES])[0])
    expected = [
        [
            naive_log_likelihoods(lm, [*group.context, *tokens])[-len(tokens) :].sum().item()
            for tokens in group.continuations
        ]
        for group in groups
    ]
    read = count_tokens_read(lm, monkeypatch)
    scores = score_groups(lm, groups, batch_tokens)
    for ours, theirs in zip(scores, expected, strict=True):
        assert [score.log_likelihood for score in ours] == pytest.approx(theirs, abs=1e-4)
    rows = 1 if batch_tokens == 4096 else 12
    own = sum(len(group.context) - examples + sum(map(len, group.continuations)) for group in groups)
    assert examples < sum(read) < rows * examples + own


def test_padding_takes_little_of_a_batch(lm, monkeypatch):
    groups = [Group((0, *[4 * length + i] * length), ((1, 2), (3,))) for length in range(2, 70) for i in range(4)]
    needed = sum(len(group.context) + 1 for group in groups)
    read = count_tokens_read(lm, monkeypatch)
    score_groups(lm, groups, 1024)
    assert max(read) <= 1024 and needed <= sum(read) < 1.1 * needed


def test_a_continuation_may_begin_another_or_equal_it(lm):
    context = (lm.start_token, *lm.encode(["Trường học nằm"])[0])
    cạnh, sông = (tuple(lm.encode([text])[0]) for text in (" cạnh", " dòng sông"))
    continuations = (cạnh, cạnh + sông, sông, cạnh, cạnh + cạnh)
    groups = [Group(context, continuations), Group(context + cạnh, (sông,)), Group(context[:1], (context[1:],))]
    for group, scores in zip(groups, score_groups(lm, groups, 4096), strict=True):
        for tokens, score in zip(group.continuations, scores, strict=True):
            nats = naive_log_likelihoods(lm, [*group.context, *tokens])[-len(tokens) :].sum().item()
            assert score.log_likelihood == pytest.approx(nats, abs=1e-4)


def test_scores_and_cuts_are_those_of_the_harness_own_model(lm):
    questions = [Question(context, tuple(choices), 0) for context, choices in QUESTIONS]
    questions.append(Question("Đến Trư", ("ờng học nằm cạnh dòng sông", " xa"), 0))  # "Trường" is one token
    figures = compare(lm, questions, 4096, rounds=1)
    assert (figures["items"], figures["pairs"]) == (6, 22)
    assert figures["most_nats_apart"] < 1e-4
    assert figures["acc_at_harness_cuts"] == figures["harness_acc"]
    assert figures["cut_otherwise"] == 2, "where a token spans the boundary, all choices are scored from before it"


@pytest.mark.campaign
def test_the_exam_has_the_scores_of_the_harness_own_model(lm):
    for _, questions in world_questions():
        figures = compare(lm, questions[::50], 4096, rounds=1)
        assert figures["most_nats_apart"] < 1e-4 and figures["items"] >= 29
        assert figures["acc_at_harness_cuts"] == pytest.approx(figures["harness_acc"], abs=1e-3)


@pytest.mark.real
def test_real_questions_have_a_right_choice(real_data):
    for name, questions in real_questions(real_data("benchmarks")):
        assert len(questions) > 200, name
        assert all(0 <= one.answer < len(one.choices) and all(one.choices) for one in questions), name


def test_every_byte_of_the_text_is_scored_or_given_once(lm):
    groups, members = group_pairs(lm, PAIRS)
    for group, numbers in zip(groups, members, strict=True):
        assert group.context[0] == lm.start_token
        for continuation, number in zip(group.continuations, numbers, strict=True):
            assert lm.decode([*group.context, *continuation]) == "".join(PAIRS[number])


def test_a_token_across_the_boundary_is_scored_for_all_choices(lm):
    # "Trường" is one token of the tiny tokenizer, so "Trư" + "ờng" is not cut where the context ends.
    assert len(lm.encode([" Trường"])[0]) < len(lm.encode([" Trư"])[0]) + len(lm.encode(["ờng"])[0])
    pairs = [("Trư", "ờng học"), ("Trư", " xa")]
    (group,), _ = group_pairs(lm, pairs)
    for (context, choice), continuation in zip(pairs, group.continuations, strict=True):
        assert lm.decode([*group.context, *continuation]) == context + choice
        assert list(group.context[1:]) + list(continuation) == lm.encode([context + choice])[0]
    assert len(group.context) <= len(lm.encode(["Trư"])[0])


def test_greedy_means_the_model_would_have_said_it(lm):
    prompt = (lm.start_token, *lm.encode(["Bạn Lan"])[0])
    said = list(generate(lm, prompt, max_new_tokens=5))
    other = (said[0], (said[1] + 1) % lm.model.config.vocab_size)
    ((told, changed),) = score_groups(lm, [Group(prompt, (tuple(said), other))], 4096)
    assert told.greedy and not changed.greedy


def test_a_context_too_long_loses_its_beginning(lm, caplog):
    long = "một hai ba " * 300
    ((score,), (expected,)) = score_pairs(lm, [(long, "bốn")], 64), score_pairs(lm, [(long, "bốn")], 100_000)
    assert math.isfinite(score.log_likelihood) and score.log_likelihood == pytest.approx(expected.log_likelihood)
    (group,), _ = group_pairs(lm, [(long, "bốn")])
    assert f"1 of 1 contexts are longer than the model's {lm.max_tokens} positions" in caplog.text
    assert len(group.context) + len(group.continuations[0]) == lm.max_tokens
    with pytest.raises(ValueError, match="positions"):
        score_pairs(lm, [("a", long)], 64)
    with pytest.raises(ValueError, match="empty"):
        score_pairs(lm, [("a", "")], 64)


def test_bits_per_byte_equal_the_loss_of_transformers(lm):
    texts = ["Đường về nhà qua một cây cầu nhỏ.", "A short walk.", "x"]
    for text, cost in zip(texts, text_costs(lm, texts, 128, 64, 4096), strict=True):
        ids = torch.tensor([[lm.start_token, *lm.encode([text])[0]]])
        with torch.no_grad():
            loss = lm.model(ids, labels=ids).loss.item()  # mean over the tokens after the first, in nats
        assert cost.bits == pytest.approx(loss * cost.tokens / math.log(2), rel=1e-5)
        assert (cost.bytes, cost.syllables) == (len(text.encode()), len(text.split()))


def test_long_texts_are_scored_in_windows_each_token_once(lm):
    text = "Sáng nay trời trong xanh và gió nhẹ thổi qua cánh đồng lúa. " * 6
    (cost,) = text_costs(lm, [text], window_tokens=40, stride_tokens=15, batch_tokens=200)
    tokens = [lm.start_token, *lm.encode([text])[0]]
    expected = naive_log_likelihoods(lm, tokens[:40]).sum().item()
    for begin in range(40, len(tokens), 15):
        end = min(begin + 15, len(tokens))
        expected += naive_log_likelihoods(lm, tokens[end - 40 : end])[begin - end :].sum().item()
    assert cost.bits == pytest.approx(-expected / math.log(2), rel=1e-5)


@pytest.mark.parametrize("length", [1, 2, 9, 10, 11, 12, 25, 100])
def test_windows_score_each_token_after_the_first_once(length):
    cut = windows(range(length), window=10, stride=3)
    assert [token for group in cut for token in group.continuations[0]] == list(range(1, length))
    for group in cut:
        joined = [*group.context, *group.continuations[0]]
        assert joined == list(range(joined[0], joined[0] + len(joined))) and len(joined) <= 10
    assert all(len(group.context) >= 7 for group in cut[1:])


def test_windows_refuse_a_stride_as_wide_as_the_window():
    with pytest.raises(ValueError, match="stride"):
        windows(range(20), window=8, stride=8)


def test_greedy_generation_equals_transformers(lm):
    prompt = [lm.start_token, *lm.encode(["Ngày xưa có một"])[0]]
    ours = list(generate(lm, prompt, max_new_tokens=30))
    theirs = lm.model.generate(
        torch.tensor([prompt]), max_new_tokens=30, do_sample=False, eos_token_id=sorted(lm.stop_tokens), pad_token_id=0
    )[0, len(prompt) :].tolist()
    assert ours == [token for token in theirs if token not in lm.stop_tokens] and ours


def test_sampling_is_decided_by_the_seed(lm):
    prompt = [lm.start_token]
    drawn = [tuple(generate(lm, prompt, 12, temperature=1.5, seed=seed)) for seed in (1, 1, 2, 3)]
    assert drawn[0] == drawn[1] and len(set(drawn)) > 1


def test_generation_stops_at_the_last_position(lm):
    prompt = [lm.start_token] * (lm.max_tokens - 3)
    assert len(list(generate(lm, prompt, max_new_tokens=50, temperature=5.0, seed=1))) <= 3


def test_streaming_never_shows_half_a_letter(lm):
    text = "Chữ Việt có dấu: ễ, ặ, ỹ 🙂"
    pieces = list(stream_text(lm, lm.encode([text])[0]))
    assert "".join(pieces) == text and len(pieces) > 5
    assert not any("\N{REPLACEMENT CHARACTER}" in piece for piece in pieces)
    cut = lm.encode(["ễ"])[0][:1] if len(lm.encode(["ễ"])[0]) > 1 else []
    assert list(stream_text(lm, cut)) in ([], ["\N{REPLACEMENT CHARACTER}"])


def test_samples_ask_questions_only_of_a_model_with_a_chat_template(lm, tmp_path):
    samples, written = sample_texts(lm, ["Ngày xưa"], ["Bạn tên gì?"], 5, 4096)
    assert [(sample["kind"], sample["prompt"]) for sample in samples] == [
        ("continuation", "Ngày xưa"),
        ("answer", "Bạn tên gì?"),
    ]
    assert [sample["text"] for sample in samples] == [text.text for text in written]
    plain = open_model(make_tiny_model(tmp_path / "plain", chat=False))
    samples, _ = sample_texts(plain, ["Ngày xưa"], ["Bạn tên gì?"], 5, 4096)
    assert [sample["kind"] for sample in samples] == ["continuation"]


def test_a_chat_prompt_ends_where_the_assistant_begins(lm):
    text = lm.tokenizer.decode(chat_prompt(lm, [{"role": "user", "content": "Chào bạn"}]))
    assert text == "<|im_start|>user\nChào bạn<|im_end|>\n<|im_start|>assistant\n"


def test_a_tuned_tokenizer_still_starts_texts_with_the_document_separator(lm):
    assert lm.tokenizer.eos_token == "<|im_end|>"
    assert lm.start_token == lm.tokenizer.convert_tokens_to_ids("<|endoftext|>")
    assert lm.stop_tokens == {lm.start_token, lm.tokenizer.eos_token_id}


def test_folders_that_are_no_model_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"config\.json is missing"):
        open_model(tmp_path)
    broken = make_tiny_model(tmp_path / "broken")
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BadInput, match="broken"):
        open_model(broken)


def test_a_missing_tensor_is_refused_not_drawn_at_random(tmp_path):
    folder = make_tiny_model(tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BadInput, match=r"layers\.1\.mlp\.up_proj"):
        open_model(folder)


def test_a_tokenizer_with_more_entries_than_rows_is_refused(tmp_path):
    small = make_tiny_model(tmp_path / "small", vocabulary=300)
    large = make_tiny_model(tmp_path / "large", vocabulary=400)
    (large / "tokenizer.json").replace(small / "tokenizer.json")
    with pytest.raises(BadInput, match="rows"):
        open_model(small)


def test_a_model_that_sees_only_a_window_is_refused(tmp_path):
    folder = make_tiny_model(tmp_path / "model")
    config = read_config(folder) | {
        "sliding_window": 64,
        "model_type": "mistral",
        "architectures": ["MistralForCausalLM"],
    }
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(BadInput, match="full attention"):
        open_model(folder)
