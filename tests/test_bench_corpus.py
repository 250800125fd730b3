"""The benchmark of the corpus stages, on a few texts."""

import gzip
import json

import pytest

from commands import bench_corpus, bench_scale
from commands.stock_rules import Syllables
from stages.clean import SECTIONS, Params
from stages.cleaning.cleaner import Cleaner
from stages.errors import BadInput
from stages.params import load
from stages.text.vietnamese import is_syllable, syllables

STORY = """Ngày xưa, ở một làng nhỏ bên sông có cậu bé tên là Tí rất thích thả diều. Chiều nào cậu cũng ra bờ đê cùng
các bạn, tay cầm cuộn dây, mắt nhìn trời. Một hôm gió to quá, con diều giấy đứt dây bay mất về phía rặng tre."""
TEXTS = [
    *(f"{STORY} Lần thứ {number}." for number in range(10)),
    "\n".join(["Mua ngay hôm nay để nhận quà."] * 12),
    *("- một\n- hai\n- ba", "1 2 3 4 5 6", "{ javascript }"),
]


@pytest.fixture
def at_root(repository, monkeypatch):
    monkeypatch.chdir(repository)


def test_both_sides_decide_alike(at_root):
    comparisons = bench_corpus.compare(TEXTS, "vi", Syllables())
    assert {each.name for each in comparisons} >= {"rule: quality", "rule: repetition", "rule: lines", "rule: c4"}
    assert all(each.alike == len(TEXTS) for each in comparisons)


def test_every_repair_and_rule_has_a_rate(at_root):
    rates = dict(bench_corpus.bench_steps(TEXTS, "vi"))
    cleaner = Cleaner(load(Params, bench_corpus.PARAMS, *SECTIONS, language="vi"))
    assert {f"repair: {name}" for name, _ in cleaner.repairs} <= rates.keys()
    assert {f"rule: {name}" for name, _ in cleaner.rules} <= rates.keys()
    assert {
        "the cleaning chain",
        "MinHash signature",
        "suffix array of all text",
        "perplexity, order 5",
    } <= rates.keys()
    assert all(rate.mb_per_s > 0 and rate.documents == len(TEXTS) for rate in rates.values())


def test_texts_are_taken_from_every_file(tmp_path):
    for name in ("a", "b"):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"text": f"{name} {number} {'x' * 1000}"}) + "\n" for number in range(50))
    texts = bench_corpus.read_texts([tmp_path], megabytes=0.02)
    assert {text[0] for text in texts} == {"a", "b"}
    assert len(texts) == 20
    with pytest.raises(BadInput, match=r"no \.jsonl"):
        bench_corpus.read_texts([tmp_path / "none"], megabytes=1)


def test_the_memory_of_a_stage_is_its_own(at_root, tmp_path):
    held = bytearray(400_000_000)
    held[::4096] = b"x" * len(held[::4096])
    costs = bench_scale.measure_stages(TEXTS[:2], 1)
    assert set(costs) == {"mb", *bench_scale.STAGES}
    assert all(50 < costs[stage]["peak_mib"] < 390 and costs[stage]["cpu_s"] > 0 for stage in bench_scale.STAGES)
    assert costs["clean"]["kept"] == 1.0


def test_a_copy_is_another_text_of_the_same_statistics():
    mapping = bench_scale.other_syllables(1)
    other = bench_scale.written_otherwise(TEXTS[0], mapping)
    assert len(other.encode()) == len(TEXTS[0].encode())
    assert list(map(is_syllable, syllables(other))) == list(map(is_syllable, syllables(TEXTS[0])))
    runs = ({tuple(words[n : n + 5]) for n in range(len(words))} for words in (syllables(other), syllables(TEXTS[0])))
    assert len(set.intersection(*runs)) <= 2
    assert bench_scale.written_otherwise(TEXTS[0], mapping) == other
