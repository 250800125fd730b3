"""The report's part about the vocabulary: tokens of any characters, and texts as they are cut before and after."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from report_fixture import SHOWN, VOCABULARY, write_run
from tokenizer_samples import ENGLISH as ENGLISH_TRAINING
from tokenizer_samples import VIETNAMESE as VIETNAMESE_TRAINING
from tokenizer_samples import make_base, make_settings
from tokenizers import Tokenizer

from stages.reporting import vocabulary
from stages.reporting.layout import Poor, Section
from stages.reporting.markdown import render_markdown
from stages.reporting.page import render_page
from stages.reporting.results import Results, read_results
from stages.tokenizer import byte_bpe
from stages.tokenizer.account import write_extension
from stages.tokenizer.changes import describe_changes
from stages.tokenizer.display import TokenTexts, show
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.training import train_tokenizer


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder / "metrics", folder / "evaluations")
    return read_results(folder / "metrics", folder / "none", folder / "none", SHOWN, folder / "vocabulary.json")


def page(section: Section) -> str:
    return render_page("VinaSmol", "", "nano", [], [section])


def markdown(section: Section) -> str:
    return render_markdown("VinaSmol", "", "nano", [], [section])


def test_fertility_by_domain_with_its_floor(results: Results) -> None:
    section = vocabulary.tokenizer(results)
    rows = [row[:5] for row in section.tables[0].rows]
    assert ("Vietnamese", "wikipedia-vi", "3.10 → 1.32", "3.00 → 1.21", "1.17") in rows
    assert [row[1] for row in rows] == ["all", "wikipedia-vi", "all"]
    assert "Vietnamese: wikipedia-vi" in section.charts[0].svg and "floor" in section.charts[0].svg
    assert '<td class="poor">3</td>' in page(section)  # texts that are not restored stand out
    changed = {row[0]: type(row[6]) for row in section.tables[0].rows}
    assert changed == {"Vietnamese": str, "English": Poor}  # so many changed tokens are meant in Vietnamese only


def test_the_pieces_of_a_text_are_told_apart_and_counted(results: Results) -> None:
    section = vocabulary.tokenizer(results)
    html = page(section)
    shown = re.findall(
        r'<span class="count">(\w+): (\d+) tokens?</span> <span class="pieces" dir="auto">(.*?)</span></p>', html
    )
    assert [(name, int(count)) for name, count, _ in shown] == [
        ("before", 13),
        ("after", 9),
        ("before", 5),
        ("after", 5),
    ]
    for (_, _, spans), sample in zip(shown[::2], VOCABULARY["samples"], strict=True):
        assert [unescape(piece) for piece in re.findall(r"<span>(.*?)</span>", spans + "</span>")] == sample["before"]
    assert ".pieces span:nth-child(odd)" in html and ".pieces span:nth-child(even)" in html
    assert "Ng·ư·⟨E1⟩⟨BB⟩·⟨9D⟩·i· \\<·b·\\>·ế·" in markdown(section) and "(13 tokens)" in markdown(section)


def test_tokens_are_shown_as_they_are_not_as_markup(results: Results) -> None:
    section = vocabulary.tokenizer(results)
    assert "␣&lt;b&gt;|*" in page(section) and "<b>" not in page(section)
    text = markdown(section)
    assert r"␣\<b\>\|\*" in text
    assert "⟨E1⟩⟨BA⟩⟨BD⟩" not in text and "ẽ" in text  # whole bytes of a character are one
    assert "| ⟨F5⟩ | byte |" in text
    assert not re.search(r"(?<!\\)<", text)


def test_lists_of_new_tokens(results: Results) -> None:
    tables = {table.title: table for table in vocabulary.tokenizer(results).tables}
    assert [row[0] for row in tables["Most frequent new tokens"].rows][:3] == ["␣người", "ế", "␣<b>|*"]
    assert tables["Longest new tokens"].rows[0][0] == "␣người"
    assert tables["New tokens by kind"].rows[-1] == ("merge", "5", "1", "1", "2")
    unused = tables["New tokens that the training text never uses: 2"]
    assert [(row[0], row[2]) for row in unused.rows] == [("⟨F5⟩", ""), ("␣ngh", "yes")]
    assert len(tables["New tokens that the held-out text never uses: 3"].rows) == 3
    changed = tables["English words that are cut otherwise than before"]
    assert changed.rows == [("␣Trong", "␣Tr·ong", "␣Trong", "7")] and "7 of 7,000 (0.10 %)" in changed.note


def test_superwords_warn_of_runtimes_that_cannot_split_so(results: Results) -> None:
    assert vocabulary.tokenizer(results).warning == ""
    entry = VOCABULARY["new_tokens"][2] | {"text": " người ta", "token": "ĠngÆ°á»ĿiĠta", "kind": "superword"}
    with_superwords = Results(
        results.metrics, {}, {}, {}, SHOWN, VOCABULARY | {"new_tokens": [entry], "unused_held_out": []}
    )
    section = vocabulary.tokenizer(with_superwords)
    assert "llama.cpp" in section.warning
    assert f'<p class="warning">{section.warning}</p>' in page(section) and f"**{section.warning}**" in markdown(
        section
    )


def test_first_rows_and_pruning_are_shown_where_there_are_any(results: Results) -> None:
    assert {("input: method", "mean"), ("input: norm of new rows", "0.9177")} <= set(
        vocabulary.initialisation(results).tables[0].rows
    )
    assert ("kept: byte", "256") in vocabulary.pruning(results).tables[0].rows
    off = Results({**results.metrics, "prune": {"enabled": 0}}, {}, {}, {}, SHOWN, VOCABULARY)
    assert vocabulary.pruning(off).tables == []


ENGLISH = ["The old teacher lives near the river and likes long songs, trong and others, more than anything else."] * 4
VIETNAMESE = ["Người thầy giáo già sống trong làng gần con sông, và thích hát những bài ca thật dài."] * 4


@pytest.fixture(scope="module")
def pair() -> tuple[Tokenizer, Tokenizer]:
    """A tokenizer, and the same with ` trong` and half an emoji as new tokens."""
    bpe = byte_bpe.ByteBPE(json.loads(train_tokenizer([text.replace("trong", "") for text in ENGLISH], 300).to_str()))
    extended = bpe.copy()
    ids = extended.segment([extended.vocabulary[symbol] for symbol in byte_bpe.to_symbols(b" trong")])
    while len(ids) > 1:
        ids = extended.segment([extended.add_merge((ids[0], ids[1])), *ids[2:]])
    extended.add_merge((extended.vocabulary["ð"], extended.vocabulary["Ł"]))  # how an emoji begins
    return bpe.tokenizer(), extended.tokenizer()


def test_what_an_extension_changes(pair: tuple[Tokenizer, Tokenizer]) -> None:
    before, after = pair
    found = describe_changes({"vi": {"law": VIETNAMESE, "web": VIETNAMESE}, "en": {"books": ENGLISH}}, before, after)
    assert [(entry["word"], entry["count"], entry["after"]) for entry in found["english_words_changed"]] == [
        (" trong", 4, [" trong"])
    ]
    assert [(sample["language"], sample["domain"]) for sample in found["samples"]] == [
        ("vi", "law"), ("vi", "law"), ("vi", "web"), ("vi", "web"), ("en", "books"), ("en", "books"),
    ]  # fmt: skip
    for sample in found["samples"]:
        assert " trong" in sample["after"] and " trong" not in sample["before"]
        assert "".join(sample["after"]).startswith("Ng" if sample["language"] == "vi" else "The old")


def test_what_the_stage_writes_is_what_the_report_reads(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    write_tokenizer(tmp_path / "base", make_base(), tmp_path)
    held_out = {"vi": {"books": VIETNAMESE}, "en": {"books": [*ENGLISH, "trong trong"]}}
    texts = (tmp_path / "base", lambda: iter(VIETNAMESE_TRAINING), lambda: iter(ENGLISH_TRAINING))
    vocab = write_extension(*texts, held_out, tmp_path / "out", make_settings(superwords=40))
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    section = vocabulary.tokenizer(Results({"vocab": vocab}, {}, {}, {}, SHOWN, report))
    assert f"{vocab['superwords']} new tokens span several words" in section.warning
    text = markdown(section)
    kinds = {row[0]: row[1:] for table in section.tables for row in table.rows if table.title == "New tokens by kind"}
    assert kinds["byte"][0] == "21" and kinds["superword"][0] == str(vocab["superwords"])
    assert sum(int(cells[0]) for cells in kinds.values()) == vocab["new_tokens"]
    assert report["english_words_changed"][0]["word"] == " trong" and "| ␣trong | ␣" in text
    assert text.count("- before: ") == 4
    for sample in report["samples"]:
        assert f"after: {len(sample['after'])} tokens" in page(section)
        assert len(sample["after"]) < len(sample["before"]) or sample["language"] == "en"


def test_every_character_of_a_piece_is_seen() -> None:
    assert show("\u200d\x00\x85\ufeff".encode()) == "⟨U+200D⟩⟨U+0000⟩⟨U+0085⟩⟨U+FEFF⟩"
    assert show("\u0323".encode()) == "◌\u0323" and show(b"a\xff\xcc") == "a⟨FF⟩⟨CC⟩"


def test_pieces_of_added_tokens_and_bytes(pair: tuple[Tokenizer, Tokenizer]) -> None:
    tokenizer = Tokenizer.from_str(pair[0].to_str())
    tokenizer.add_tokens(["Tôi"])
    assert TokenTexts(tokenizer).pieces("Tôi<|im_end|>ế\n") == ["Tôi", "<|im_end|>", "⟨E1⟩", "⟨BA⟩", "⟨BF⟩", "↵"]
