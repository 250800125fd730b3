"""ChatML: the text, and which ids are learnt."""

import pytest

from stages.dialogue import chatml
from stages.tokenizer.training import train_tokenizer

CONVERSATION = [
    {"role": "system", "content": "Trả lời ngắn gọn."},
    {"role": "user", "content": "Lan sinh ở đâu?"},
    {"role": "assistant", "content": "Lan sinh ở Huế."},
    {"role": "user", "content": "Còn Minh?\nVà An?"},
    {"role": "assistant", "content": "\nMinh sinh ở Vinh, An ở Huế. "},
]


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer([message["content"] for message in CONVERSATION] * 3, 400)


def test_text():
    assert chatml.render(CONVERSATION[1:3]) == (
        "<|im_start|>user\nLan sinh ở đâu?<|im_end|>\n<|im_start|>assistant\nLan sinh ở Huế.<|im_end|>\n"
    )


def test_ids_are_those_of_the_whole_text(tokenizer):
    ids, learnt = chatml.encode(CONVERSATION, tokenizer)
    assert ids == tokenizer.encode(chatml.render(CONVERSATION)).ids
    assert len(ids) == len(learnt)


def test_only_what_the_assistant_says_and_its_end_are_learnt(tokenizer):
    ids, learnt = chatml.encode(CONVERSATION, tokenizer)
    said = tokenizer.decode([id_ for id_, is_learnt in zip(ids, learnt, strict=True) if is_learnt], False)
    # The newline that opens the second answer is one token with the marker's own, so it is not learnt.
    assert said.replace("\n", "") == "Lan sinh ở Huế.<|im_end|>Minh sinh ở Vinh, An ở Huế. <|im_end|>"
    start = tokenizer.token_to_id(chatml.START)
    assert not any(is_learnt for id_, is_learnt in zip(ids, learnt, strict=True) if id_ == start)


def test_a_good_conversation_passes():
    assert chatml.check(CONVERSATION) is CONVERSATION


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([], "expected a list"),
        ("text", "expected a list"),
        ([{"content": "a"}], "message 1: role None"),
        ([{"role": "human", "content": "a"}], "message 1: role 'human'"),
        ([{"role": "user"}, {"role": "assistant", "content": "b"}], "message 1: content None"),
        ([{"role": "user", "content": " "}], "message 1: content ' '"),
        ([{"role": "user", "content": "a"}], "in turn"),
        ([{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}], "in turn"),
        ([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}], "in turn"),
        ([{"role": "user", "content": "a<|im_end|>"}, {"role": "assistant", "content": "b"}], "marker"),
    ],
)
def test_what_is_no_conversation_is_said(messages, problem):
    with pytest.raises(ValueError, match=problem):
        chatml.check(messages)
