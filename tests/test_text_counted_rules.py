"""The counted rules decide as datatrove's filters do with syllables as words."""

import gzip
import json
import random
from dataclasses import replace
from itertools import islice

import pytest
from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import get_filter_result
from datatrove.pipeline.filters.gopher_repetition_filter import find_all_duplicate, find_top_duplicate, get_n_grams
from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION

from commands import stock_rules
from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.counted_rules import (
    c4_fault,
    duplicate_n_gram_characters,
    lines_fault,
    quality_fault,
    remove_c4_lines,
    repetition_fault,
    top_n_gram_characters,
)
from stages.cleaning.settings import C4, Lines, NGramShare, Quality, Repetition
from stages.cleaning.text_statistics import TextStatistics
from stages.text.vietnamese import syllables
from stages.text.words import words_of

SENTENCE_ENDS = frozenset(TERMINAL_PUNCTUATION)
SYLLABLES = stock_rules.Syllables()
VOCABULARY = """Hà Nội mùa thu, cây cơm nguội vàng, cây bàng lá đỏ nằm kề bên nhau; phố xưa nhà cổ mái ngói thâm nâu.
Người đàn bà bán xôi ở đầu ngõ gọi khách từ năm giờ sáng: “Xôi nóng đây!” The quick brown fox saw 12 ducks (or 1, 2, 3?)
Giá 1.250.000 đồng… Điều 1 2 12 1 23 123 １ １２ Nguyễn Tiếng ́ a̧ _ snake_case #tag ### ... … • - – 12/5 { } javascript
lorem ipsum terms of use x́ ² ½ Ⅷ ٣ 中文 кот İstanbul ﬁ straße"""
WORDS = VOCABULARY.split()
LINE_ENDS = ["\n", "\n\n", "\n\n\n", "\r\n", "\u2028", "\u2029", "\x0b", "\x85", "\n- ", "\n• ", "...\n", "…\n", ".\n"]


def random_text(rng: random.Random) -> str:
    """A text with lines, paragraphs and phrases that repeat more or less."""
    vocabulary = rng.sample(WORDS, rng.randint(1, len(WORDS)))
    phrases = [" ".join(rng.choices(vocabulary, k=rng.randint(1, 12))) for _ in range(rng.randint(1, 12))]
    breaks = rng.choices([*LINE_ENDS, " ", " ", "\t", "\n"], k=3)
    parts = (rng.choice(phrases) + rng.choice(breaks) for _ in range(rng.randint(1, 40)))
    return "".join(parts) if rng.random() < 0.8 else " ".join(rng.choices(vocabulary, k=rng.randint(1, 60)))


def random_settings(rng: random.Random) -> tuple[Repetition, Quality, Lines]:
    """Limits near what such texts have, some at 0 and 1."""

    def share() -> float:
        return rng.choice([0.0, 1.0, *(round(rng.uniform(0, 0.6), 2) for _ in range(6))])

    def grams(*lengths: int) -> tuple[NGramShare, ...]:
        return tuple(NGramShare(n, share()) for n in lengths if rng.random() < 0.8)

    repetition = Repetition(4000, share(), share(), share(), share(), 0, grams(1, 2, 3, 4, 6), grams(1, 2, 5, 7, 10))
    quality = Quality(rng.choice([20, 10**7]), rng.randint(0, 3), rng.randint(3, 9), share(), share(), share(), share())
    return repetition, quality, Lines(0, share(), share(), rng.randint(1, 30), share(), share())


def check(text: str, repetition: Repetition, quality: Quality, lines: Lines) -> list[str]:
    """Assert equal decisions of the three filters on one text; returns the reasons."""
    statistics = TextStatistics(text)
    reasons = []
    for ours, stock in (
        (
            repetition_fault(statistics, repetition, repetition.top_n_grams),
            stock_rules.repetition(repetition, repetition.top_n_grams, SYLLABLES),
        ),
        (quality_fault(statistics, quality), stock_rules.quality(quality, SYLLABLES)),
        (lines_fault(statistics, lines, SENTENCE_ENDS), stock_rules.lines(lines, SYLLABLES)),
    ):
        reasons.append(stock_rules.judge(stock)(text))
        assert (ours.reason if ours else "") == reasons[-1], repr(text)
    return reasons


def test_decisions_are_those_of_datatrove_on_thousands_of_random_texts():
    rng = random.Random(1)
    seen: set[str] = set()
    for _ in range(3000):
        text = random_text(rng)
        if syllables(text):
            seen.update(check(text, *random_settings(rng)))
    for expected in (
        *("", "dup_para_frac", "dup_para_char_frac", "dup_line_frac", "dup_line_char_frac", "top_1_gram", "top_6_gram"),
        *("duplicated_1_n_grams", "duplicated_10_n_grams", "gopher_long_doc", "gopher_below_avg_threshold"),
        *("gopher_above_avg_threshold", "gopher_too_many_hashes", "gopher_too_many_ellipsis", "list_ratio"),
        *("gopher_too_many_bullets", "gopher_too_many_end_ellipsis", "gopher_below_alpha_threshold"),
        *("line_punct_ratio", "short_line_ratio", "char_dup_ratio"),
    ):
        assert expected in seen, f"the random texts never meet the rule {expected}"


def test_characters_of_repeated_n_grams_are_those_of_datatrove():
    rng = random.Random(2)
    for _ in range(400):
        text = random_text(rng)
        words, arrays = syllables(text), words_of(text)
        for n in (1, 2, 3, 5, 8, 14):
            assert duplicate_n_gram_characters(arrays, n) == find_all_duplicate(words, n), (n, text)
            if len(words) >= n:
                assert top_n_gram_characters(arrays, n) == find_top_duplicate(get_n_grams(words, n)), (n, text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "１",
        "１ １１ a",
        "1 23 12 3 1 23 12 3",  # equal once the spaces are gone
        "\nHà Nội\n",
        "Hà Nội\n\n\n\nHà Nội",
        " \n \nHà\u2028Nội \n ",
        "Hà Nội Hà Nội Hà Nội Hà",  # duplicates that overlap
        "thơ\n" * 50,
        "- một\n- hai\n• ba\n-bốn",
        "́Hà a̧",  # a mark without a letter
        "x" * 5000,
        ("x" * 70 + " ") * 70,
        "𝐇à 𐐀𐐁 " * 9,
    ],
)
def test_edge_cases(text, repository):
    rng = random.Random(text)
    for language in ("vi", "en"):
        settings = params.load(Params, repository / "params.yaml", *SECTIONS, language=language)
        check(text, settings.repetition, settings.quality, settings.lines)
    for _ in range(50):
        check(text, *random_settings(rng))


def test_words_are_the_syllables():
    rng = random.Random(3)
    for _ in range(1000):
        text = random_text(rng)
        words = words_of(text)
        spans = zip(words.starts.tolist(), words.lengths.tolist(), strict=True)
        assert [text[start : start + length] for start, length in spans] == syllables(text)


def test_equal_runs_have_equal_hashes_and_others_do_not():
    words = words_of("ba con mèo, ba con mèo; bac on mèo con ba mèo")
    assert words.run_hashes(3)[0] == words.run_hashes(3)[3] != words.run_hashes(2)[6]
    assert words.run_hashes(2)[0] != words.run_hashes(2)[6]
    assert words.joined_run_hashes(2)[0] == words.joined_run_hashes(2)[6]
    assert len(set(words.run_hashes(1).tolist())) == len({"ba", "con", "mèo", "bac", "on"})
    assert len(words.run_hashes(12)) == 1 and len(words.run_hashes(13)) == len(words.joined_run_hashes(13)) == 0


def test_datatrove_takes_no_other_letter_for_punctuation():
    assert {mark for mark in PUNCTUATION_SET if mark.isalnum()} == {"１"}


C4_SETTINGS = C4(
    filler_phrases=stock_rules.C4_FILLER,
    drop_curly_brackets=True,
    code_phrases=stock_rules.C4_CODE,
    notice_phrases=stock_rules.C4_NOTICES,
    max_word_characters=40,
)


def stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines()).strip()


@pytest.mark.parametrize("drop_curly_brackets", [True, False])
def test_c4_drops_and_cuts_as_datatrove(drop_curly_brackets):
    rng = random.Random(4)
    settings = replace(C4_SETTINGS, drop_curly_brackets=drop_curly_brackets)
    stock = stock_rules.c4(settings)
    words = ["Hà Nội", "lorem ipsum", "Lorem", "JavaScript", "{", "Terms of use", "uses cookies", "x" * 41, "x" * 40]
    for _ in range(2000):
        lines = (" ".join(rng.choices(words, [20] + [1] * 8, k=rng.randint(0, 5))) for _ in range(rng.randint(1, 6)))
        text = rng.choice(["\n", "\u2028", " \n"]).join(lines)
        document = Document(text=text, id="")
        passes, reason = get_filter_result(stock.filter(document))
        cut = remove_c4_lines(text, settings)
        fault = c4_fault(TextStatistics(cut), settings)
        assert bool(fault) is not passes, repr(text)
        if fault:
            assert {"c4_filler": "lorem_ipsum", "c4_curly_bracket": "curly_bracket"}[fault.reason] == reason or (
                "lorem ipsum" in text.lower() and "{" in text
            )
        else:
            assert stripped(cut) == document.text


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "language"),
    [("vi/viwiki", "vi"), ("vi/news", "vi"), ("vi/law", "vi"), ("vi/web", "vi"), ("en/nltk", "en"), ("en/books", "en")],
)
def test_decisions_on_real_text(real_data, repository, name, language):
    settings = params.load(Params, repository / "params.yaml", *SECTIONS, language=language)
    rng = random.Random(name)
    with gzip.open(real_data(f"corpus/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"][:20_000] for line in islice(lines, 60)]
    for text in texts:
        if syllables(text):
            check(text, settings.repetition, settings.quality, settings.lines)
            for _ in range(2):
                check(text, *random_settings(rng))
