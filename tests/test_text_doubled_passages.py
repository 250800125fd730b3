"""Passages that follow themselves are cut down to one; what is meant to be said twice stays."""

import random

import pytest

from stages.cleaning.doubled_passages import doubled_passage_remover

MIN_WORDS = 30
RAU = (
    "Rau lá xanh như cải bó xôi, rau ngót, rau muống có nhiều chất xơ và vitamin. Ăn rau mỗi ngày giúp bữa cơm đỡ "
    "ngán, bụng dễ chịu và ngủ ngon hơn."
)
CA = (
    "Cá nấu với khế, cà chua hay dưa chua đều ngon. Người lớn tuổi nên chọn cá ít xương, hấp hoặc kho nhạt, ăn hai ba "
    "bữa một tuần thay cho thịt đỏ."
)
KHO = "Quả khô cất trong lọ kín để được cả tháng."
STANZA = (
    "Con đò cũ đợi bên sông\nKhách qua không gọi, ai trông mà chờ\nNước trôi qua mấy mùa mơ\nMái chèo gác lại, đôi "
    "bờ vẫn xa"
)
WORDS = ("an", "bình", "cơm", "dâu", "em", "gà", "hoa", "im", "kẹo", "lá", "mưa", "nắng", "phố", "sông", "vườn")


@pytest.fixture(scope="module")
def remove():
    return doubled_passage_remover(MIN_WORDS)


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"{RAU}\n{RAU}\n{CA}\n{CA}", f"{RAU}\n{CA}"),
        (f"{RAU}\n\n{RAU}", RAU),
        (f"{RAU} {RAU}{CA} {CA}{KHO}", f"{RAU}{CA}{KHO}"),
        (f"{KHO} {RAU}\n{CA} {RAU}\n{CA}", f"{KHO} {RAU}\n{CA}"),
        (f"{KHO}\n{RAU}\n{RAU}\n{RAU}\n{CA}", f"{KHO}\n{RAU}\n{CA}"),
        (f"{RAU}\n{CA}\n{CA}\n{RAU}\n{CA}", f"{RAU}\n{CA}"),
        (f"{RAU.replace('. ', '.')} {RAU}", RAU.replace(". ", ".")),
    ],
    ids=["lines", "paragraphs", "within a line", "two sentences", "three times", "doubled within doubled", "spaces"],
)
def test_of_what_stands_twice_in_a_row_one_stays(remove, text, expected):
    assert remove(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{RAU}\n{KHO}\n{RAU}",
        f"{STANZA}\n\n{STANZA}",
        f"{KHO} {KHO}",
        f"{RAU.removesuffix('.')}\n{RAU.removesuffix('.')} theo lời bà tôi kể.",
        "\n".join(["| 0 | 0 | 1 |"] * 40),
        " + ".join(f"a{n} - b{n}" for n in range(20)) + ".\n" + " - ".join(f"a{n} + b{n}" for n in range(20)) + ".",
    ],
    ids=["clause", "stanza", "short", "heading", "table", "formulas"],
)
def test_what_is_no_doubled_passage_stays(remove, text):
    assert remove(text) == text


def test_any_doubled_sentences_are_found_and_nothing_else_is_cut(remove):
    for seed in range(300):
        rng = random.Random(f"doubled {seed}")
        sentences = [" ".join(rng.choices(WORDS, k=rng.randint(MIN_WORDS, 80))) + "." for _ in range(rng.randint(1, 5))]
        plain = rng.choice([" ", "\n"]).join(sentences)
        assert remove(plain) == plain
        doubled = rng.choice([" ", "\n", "\n\n"])
        assert remove("\n".join(doubled.join([sentence] * rng.randint(1, 4)) for sentence in sentences)) == "\n".join(
            sentences
        )
