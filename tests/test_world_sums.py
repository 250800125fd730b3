"""Word problems: right arithmetic, natural counting, and an exam that is not answered by looking at the options."""

import re
from collections import Counter
from functools import cache

import pytest

from stages.world import cast, sums
from stages.world.leaks import passages, passages_of
from stages.world.sum_problems import WEIGHTS, all_sums, result
from stages.world.world import LANGUAGES, make_world

WORLD = make_world(1, 144)
TEXTS, ITEMS = 1000, 320
LARGEST_TEMPLATE_SHARE = 0.03
# Half of the 99.9 % interval around a quarter of 320, by the normal approximation.
INTERVAL = 3.29 * (0.25 * 0.75 / ITEMS) ** 0.5


@cache
def told(language):
    return [text.text for text in sums.texts(WORLD, language, TEXTS)]


@cache
def items(language):
    return [*sums.exam_items(WORLD, language, ITEMS)]


def templates(language):
    module = sums.TEMPLATES[language]
    yield from module.SCENES + module.EQUATIONS
    for wording in module.PROBLEMS.values():
        yield from wording.givens + wording.changes + wording.questions + wording.answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_equation_is_right_and_the_answer_is_its_result(language):
    work = {"+": int.__add__, "-": int.__sub__, "×": int.__mul__, ":": int.__floordiv__}
    for problem in "\n".join(told(language)).split("\n"):
        (equation,) = re.findall(r"(\d) ([-+×:]) (\d) = (\d)", problem)
        a, sign, b, made = int(equation[0]), equation[1], int(equation[2]), int(equation[3])
        assert work[sign](a, b) == made and (sign != ":" or a % b == 0)
        after_question = problem.split("?")[1]
        without_equation = re.sub(r"\d [-+×:] \d = \d", "", after_question)
        assert re.findall(r"\d", without_equation) == [str(made)]
        assert re.findall(r"\d", problem.split("?")[0])[-2:] == [str(a), str(b)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_answers_come_before_their_equation(language):
    first = [re.search(r"\d", problem.split("?")[1]) for problem in "\n".join(told(language)).split("\n")]
    direct = [not re.match(r"\d [-+×:]", match.string[match.start() :]) for match in first]
    assert 0.55 < sum(direct) / len(direct) < 0.65


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_of_a_template_and_none_of_a_worn_out_one(language):
    patterns = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(template))) for template in templates(language)]
    sentences = [sentence for text in told(language)[:400] for sentence in re.split(r"(?<=[.?]) |\n", text) if sentence]
    counts = Counter()
    for sentence in sentences:
        matching = [pattern.pattern for pattern in patterns if pattern.fullmatch(sentence)]
        assert matching, sentence
        counts[max(matching, key=len)] += 1
    assert len(counts) >= 25
    assert max(counts.values()) / len(sentences) <= LARGEST_TEMPLATE_SHARE


def test_english_counts_one_thing_in_the_singular():
    everything = "\n".join(told("en") + [item.query for item in items("en")])
    for item in cast.ITEMS:
        if item.singular != item.plural:
            assert not re.search(rf"(?<!\d)1 {item.plural}\b", everything)
            assert not re.search(rf"[2-9] {item.singular}\b(?! potato)", everything)


def test_vietnamese_counts_with_the_classifier_of_the_thing():
    classifiers = {item.classifier for item in cast.ITEMS}
    boxes = {"cái", "hộp", "giỏ", "thùng", "bạn", "phần"}
    for problem in "\n".join(told("vi")).split("\n"):
        statement = re.sub(r"lớp \d|số \d|mồng \d|Tổ \d|Lúc \d giờ|\d [-+×:] \d = \d", "", problem)
        used = set(re.findall(r"\d (\w+)", statement))
        assert len((used & classifiers) - boxes) <= 1 and used <= classifiers | boxes, problem


def test_twins_ask_the_same():
    for english, vietnamese in zip(sums.texts(WORLD, "en", 200), sums.texts(WORLD, "vi", 200), strict=True):
        assert (english.twin, vietnamese.twin) == (vietnamese.key, english.key)
        equations = [sorted(re.findall(r"\d [-+×:] \d = \d", text.text)) for text in (english, vietnamese)]
        assert equations[0] == equations[1] != []


def test_numbers_and_results_have_one_digit():
    for each in all_sums():
        assert {each.a, each.b, each.result} <= set(range(1, 10))
        assert result(each.operation, each.a, each.b) == each.result
    assert {each.operation for each in all_sums()} == set(WEIGHTS)
    assert result("add", 5, 5) is None and result("take", 3, 3) is None and result("share", 7, 2) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_option_is_the_result(language):
    for item in items(language):
        a, b = map(int, re.findall(r"\d", item.query)[-2:])
        assert str(result(item.metadata["operation"], a, b)) == item.choices[item.answer]
        assert len({str(a), str(b)} & set(item.choices) - {item.choices[item.answer]}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_options_alone_tell_nothing(language):
    """Four items share their options; each option and each position is right once among them."""
    for start in range(0, ITEMS, 4):
        block = items(language)[start : start + 4]
        assert len({frozenset(item.choices) for item in block}) == 1
        assert {item.choices[item.answer] for item in block} == set(block[0].choices)
        assert sorted(item.answer for item in block) == [0, 1, 2, 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_repeating_a_number_of_the_problem_is_no_better_than_chance(language):
    def share(pick):
        right = 0.0
        for item in items(language):
            mentioned = [number for number in re.findall(r"\d", item.query) if number in item.choices]
            right += bool(mentioned) and pick(mentioned) == item.choices[item.answer]
        return right / ITEMS

    assert share(lambda mentioned: mentioned[0]) <= 0.25 + INTERVAL
    assert share(lambda mentioned: mentioned[-1]) <= 0.25 + INTERVAL


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_passage_of_the_exam_is_in_the_training_text(language):
    seen = passages_of(sums.texts(WORLD, language, 2500))
    assert all(seen.isdisjoint(passages(f"{item.query} {item.choices[item.answer]}")) for item in items(language))


def test_items_are_stable_and_distinct():
    assert [*sums.exam_items(WORLD, "vi", 40)] == items("vi")[:40]
    assert len({item.query for item in items("vi")}) == ITEMS
