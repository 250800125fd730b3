"""The commands that extend, compare and inspect a tokenizer: on folders of any kind of text, and their errors."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from commands.tokenizer import build_parser, main
from stages.errors import BadInput
from stages.tokenizer.fuzz import random_texts
from stages.tokenizer.training import train_tokenizer

PLACES = (
    "Hà Nội",
    "Huế",
    "Đà Nẵng",
    "Cần Thơ",
    "Nha Trang",
    "Đắk Lắk",
    "Quảng Ngãi",
    "Bình Dương",
    "Vũng Tàu",
    "Sa Pa",
)
VIETNAMESE = [
    f"Người dân ở {place} đã nói chuyện trong {n} ngày về những mùa lúa mới." for place in PLACES for n in range(9)
]
ENGLISH = [f"People in town number {n} have talked for days about the new harvest and the weather." for n in range(90)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base without some bytes, as SmolLM2's; Vietnamese in four kinds of file, English in one."""
    folder = tmp_path_factory.mktemp("tokenizers")
    (folder / "base").mkdir()
    train_tokenizer(ENGLISH, 400).save(str(folder / "base/tokenizer.json"))
    (folder / "vi/law").mkdir(parents=True)
    (folder / "vi/news.txt").write_text("\n".join(VIETNAMESE[:40]), encoding="utf-8")
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in VIETNAMESE[40:70])
    with gzip.open(folder / "vi/law/one.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    pyarrow.parquet.write_table(pyarrow.table({"text": VIETNAMESE[70:]}), folder / "vi/law/two.parquet")
    (folder / "en.txt").write_text("\n".join(ENGLISH), encoding="utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr(sys, "argv", ["tokenizer", *map(str, words)])
    main()


def table(text: str) -> list[list[str]]:
    """The rows of the Markdown table in a command's output, its head first."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [rows[0], *rows[2:]]


def extend(monkeypatch: pytest.MonkeyPatch, place: Path, out: Path, *more: object) -> None:
    given = ("--vietnamese", place / "vi", "--english", place / "en.txt", "--out", out, "--size-multiple", 1)
    run(monkeypatch, "extend", place / "base", *given, "--min-count", 2, "--new-tokens", 300, *more)


def test_extend_writes_a_tokenizer_and_shows_what_it_saves(place, tmp_path, monkeypatch, capsys) -> None:
    (place / "base/model.safetensors").write_bytes(b"")
    extend(monkeypatch, place, tmp_path / "out")
    printed = capsys.readouterr().out
    head, *rows = table(printed)
    by_text = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert {"Vietnamese, law", "Vietnamese, news", "Vietnamese, all", "English, all"} <= set(by_text)
    whole = by_text["Vietnamese, all"]
    assert float(whole["after"]) < 1.6 < 2.5 < float(whole["tokens a word before"])
    assert by_text["English, all"]["words cut otherwise"] == "0.000 %" and whole["not restored"] == "0"
    assert f"stages.extend --base {place / 'base'} --tokenizer {tmp_path / 'out'} --documents" in printed
    assert f"--dictionary data/dictionaries/vi-en.tsv --donor data/own/donor --out {tmp_path / 'out-model'} " in printed
    made, base = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (tmp_path / "out", place / "base"))
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert made.get_vocab_size() == base.get_vocab_size() + len(report["new_tokens"])
    assert {" chuyện", " mùa"} <= {token["text"] for token in report["new_tokens"]}
    assert {sample["domain"] for sample in report["samples"]} == {"law", "news", "en"}


def test_extend_takes_single_files_and_what_the_options_say(place, tmp_path, monkeypatch) -> None:
    packed = tmp_path / "small.json.gz"
    packed.write_bytes(gzip.compress((place / "base/tokenizer.json").read_bytes()))
    given = ("--vietnamese", place / "vi", "--out", tmp_path / "out", "--size-multiple", 1, "--min-count", 2)
    run(monkeypatch, "extend", packed, *given, "--guard", "strict", "--new-tokens", 200)
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert 134 < len(report["new_tokens"]) <= 200
    merges = [token["text"] for token in report["new_tokens"] if token["kind"] == "merge" and token["text"]]
    assert merges and not any(text.isascii() for text in merges)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--guard", "loose"), r"--guard: .*'loose'"),
        (("--new-tokens", "0"), r"--new-tokens: .*0"),
        (("--vietnamese", "none"), "none: no such file or folder"),
        (("--column", "body"), "no 'body', found .*--column"),
        (
            ("--min-count", "99999", "--size-multiple", "80"),
            r"^--size-multiple: \d+ entries .*more text.*--size-multiple 1\.$",
        ),
    ],
)
def test_extend_says_what_is_wrong(place, tmp_path, monkeypatch, words, message) -> None:
    with pytest.raises(BadInput, match=message):
        extend(monkeypatch, place, tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_extend_needs_english_to_guard_and_never_writes_over_a_folder(place, tmp_path, monkeypatch) -> None:
    with pytest.raises(BadInput, match="--english: needed"):
        run(monkeypatch, "extend", place / "base", "--vietnamese", place / "vi", "--out", tmp_path / "out")
    with pytest.raises(BadInput, match="exists already"):
        extend(monkeypatch, place, tmp_path)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--superwords", "99999"), "^--superwords: 99,999, has to be less than --new-tokens 300"),
        (("--superwords", "200"), "^--new-tokens: 100 is too few beside superwords"),
        (("--size-multiple", "9999"), "^--size-multiple: no multiple of 9,999 lies between"),
        (("--superwords", "9", "--method", "added_tokens"), "^--superwords: --method added_tokens can have none"),
    ],
)
def test_extend_tells_sizes_that_cannot_be_before_it_reads_text(place, tmp_path, monkeypatch, words, message) -> None:
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        extend(monkeypatch, place, tmp_path / "out", "--vietnamese", tmp_path / "broken.jsonl", *words)


def test_extend_names_the_file_given_where_its_kind_cannot_be_extended(place, tmp_path, monkeypatch) -> None:
    file, out = tmp_path / "other.json.gz", tmp_path / "out"
    file.write_bytes(gzip.compress(sentencepiece_style().to_str().encode()))
    given = ("--vietnamese", place / "vi", "--guard", "strict", "--out", out)
    with pytest.raises(BadInput, match=rf"^{file}: a SentencePiece-style BPE.*Take a base"):
        run(monkeypatch, "extend", file, *given)
    definition = json.loads((place / "base/tokenizer.json").read_text(encoding="utf-8"))
    definition["model"]["merges"].append(["Ġ", "ếế"])
    del definition["added_tokens"]
    (tmp_path / "half.json").write_text(json.dumps(definition), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"^{tmp_path / 'half.json'}: "):
        run(monkeypatch, "extend", tmp_path / "half.json", *given)


def test_extend_shows_superwords_examples_and_changed_words(place, tmp_path, monkeypatch, capsys) -> None:
    extend(monkeypatch, place, tmp_path / "out", "--superwords", 100, "--max-guard-per-million", 1e6)
    printed = capsys.readouterr().out
    lines = dict(line.split("  ", 1) for line in printed.splitlines() if "  " in line)
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    superwords = [token["text"] for token in report["new_tokens"] if token["kind"] == "superword"]
    assert lines["superwords"].strip() == str(len(superwords)) and superwords
    longest = max((token["text"].strip() for token in report["new_tokens"]), key=len).replace(" ", "␣")
    assert lines["longest"].strip().split("  ")[0].strip("␣") == longest
    assert "fixed list" in lines["llama.cpp"] and "in the held-out one" in lines["unused"]
    before, after = [line for line in printed.splitlines() if line.startswith(("before, ", "after, "))][:2]
    assert "⟨" in before and "·" in after and len(after) < len(before)
    run(monkeypatch, "inspect", tmp_path / "out", "--random-texts", 0)
    by_report = capsys.readouterr().out
    assert f"new tokens          {len(report['new_tokens'])}\n" in by_report and longest in by_report
    (tmp_path / "out/report.json").unlink()
    run(monkeypatch, "inspect", tmp_path / "out", "--random-texts", 0, "--base", place / "base")
    assert capsys.readouterr().out == by_report


def test_extend_warns_of_added_tokens_and_lists_changed_words(place, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "en.txt").write_text("\n".join(f"{text} They saw Huế." for text in ENGLISH), encoding="utf-8")
    more = ("--english", tmp_path / "en.txt", "--new-tokens", 50)
    extend(monkeypatch, place, tmp_path / "out", *more, "--method", "added_tokens")
    printed = capsys.readouterr().out
    assert "warning: added tokens change English" in printed
    changed = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))["english_words_changed"]
    assert f"English words cut otherwise, {len(changed)} of {len(changed)}:\n" in printed
    (word,) = (word for word in changed if "Huế" in word["word"])
    cut = f"{'·'.join(word['before'])} → {'·'.join(word['after'])}"
    assert f"Huế. ({word['count']}): {cut}\n" in printed


def sentencepiece_style() -> Tokenizer:
    """A BPE as Gemma's: spaces as ▁, bytes as <0x00>."""
    made = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=["<unk>", *byte_tokens], show_progress=False)
    made.train_from_iterator(VIETNAMESE, trainer)
    definition = json.loads(made.to_str())
    definition["added_tokens"] = definition["added_tokens"][:1]
    return Tokenizer.from_str(json.dumps(definition))


def test_compare_by_domain_also_beside_other_kinds_of_tokenizers(place, tmp_path, monkeypatch, capsys) -> None:
    sentencepiece_style().save(str(tmp_path / "other.json"))
    base = place / "base/tokenizer.json"
    run(monkeypatch, "compare", base, tmp_path / "other.json", place / "vi/../base", "--text", place / "vi")
    head, *rows = table(capsys.readouterr().out)
    assert head[3:] == ["tokens a word", "bytes a token", "words cut otherwise", "not restored"]
    names = [str(base), str(tmp_path / "other.json"), str(place / "vi/../base")]  # short ones would be alike
    assert [row[:2] for row in rows] == [[text, name] for text in ("law", "news", "mean of all") for name in names]
    by_name = {(text, name): cells for text, name, *cells in rows}
    texts = VIETNAMESE[40:]
    tokenizer = Tokenizer.from_file(str(base))
    tokens, words = sum(len(tokenizer.encode(text).ids) for text in texts), sum(len(text.split()) for text in texts)
    assert by_name["law", names[0]][1] == f"{tokens / words:.3f}"
    assert by_name["law", names[2]][1:4] == [*by_name["law", names[0]][1:3], "0.000 %"]
    other = by_name["law", names[1]]
    assert float(other[1]) < 1.5 and float(other[3].rstrip(" %")) > 50 and other[4] == "0 of 50"
    means = [float(by_name[text, names[0]][1]) for text in ("law", "news", "mean of all")]
    assert means[2] == pytest.approx((means[0] + means[1]) / 2, abs=0.001)


def test_inspect_tells_the_kind_the_holes_and_the_pieces(place, tmp_path, monkeypatch, capsys) -> None:
    definition = json.loads((place / "base/tokenizer.json").read_text(encoding="utf-8"))
    model = definition["model"]
    symbol = "õ"  # of byte F5
    model["vocab"] = {token: id_ for token, id_ in model["vocab"].items() if token != symbol}
    (tmp_path / "tokenizer.json").write_text(json.dumps(definition), encoding="utf-8")
    run(monkeypatch, "inspect", tmp_path, "--random-texts", 500, "--text", place / "en.txt", "People nói ế", "the")
    printed = capsys.readouterr().out
    lines = dict(line.split("  ", 1) for line in printed.splitlines() if "  " in line)
    lines = {name: value.strip() for name, value in lines.items()}
    assert lines["kind"] == "byte-level BPE" and lines["missing bytes"] == "F5"
    rows = 1 + max(model["vocab"].values())
    assert lines["entries"] == f"{rows - 1}, an embedding needs {rows} rows"
    assert lines["special tokens"].startswith("3: <|endoftext|>")
    assert "Latin" in lines["scripts"] and "of 500 come back" in lines["random texts"]
    assert "never used here" in lines and "most used here" in lines
    assert "tokens: People· n·⟨C3⟩·⟨B3⟩·i· ·⟨E1⟩·⟨BA⟩·⟨BF⟩" in printed  # no colours where there is no terminal
    assert "\x1b[" not in printed


def test_inspect_knows_sentencepieces_bytes(tmp_path, monkeypatch, capsys) -> None:
    sentencepiece_style().save(str(tmp_path / "other.json"))
    run(monkeypatch, "inspect", tmp_path / "other.json", "--random-texts", 500, "Người ў")
    printed = capsys.readouterr().out
    assert "SentencePiece-style BPE with byte tokens" in printed and "missing bytes       none" in printed
    assert "Người· ·⟨D1⟩·⟨9E⟩" in printed and "500 of 500 come back" in printed


def test_records_left_out_are_told_and_a_file_that_is_no_text_stops(place, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "một hai"}\n{"text": 3}\n{\n', encoding="utf-8")
    (tmp_path / "b.txt").write_text("ba bốn", encoding="utf-8")
    run(monkeypatch, "compare", place / "base", "--text", tmp_path)
    printed = capsys.readouterr().out
    assert f"left out of {tmp_path / 'a.jsonl'}: 1 records (malformed_json)" in printed
    assert "1 records (text_not_a_string)" in printed and "0 of 1" in printed
    (tmp_path / "b.txt").write_bytes(bytes(range(128, 256)))
    with pytest.raises(BadInput, match=r"b\.txt: neither UTF-8"):
        run(monkeypatch, "compare", place / "base", "--text", tmp_path)


def test_texts_without_one_that_can_be_read_are_told_with_their_first_place(place, tmp_path, monkeypatch) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{\n\n{"text": 3}\n{\n', encoding="utf-8")
    left_out = rf"3 records were left out \(malformed_json: 2, text_not_a_string: 1\), the first at {file}, line 1\."
    with pytest.raises(BadInput, match=left_out):
        run(monkeypatch, "compare", place / "base", "--text", file)
    with pytest.raises(BadInput, match=left_out):
        run(monkeypatch, "prune", place / "base", "--text", f"vi={file}", "--compare", 1)
    table = place / "vi/law/two.parquet"
    with pytest.raises(BadInput, match=rf"{table}: no column 'body', found .'text'.\. Name it with --column"):
        run(monkeypatch, "compare", place / "base", "--text", table, "--column", "body")
    (tmp_path / "empty/.hidden").mkdir(parents=True)
    (tmp_path / "empty/.hidden/a.txt").write_text("một", encoding="utf-8")
    with pytest.raises(BadInput, match=r"empty: no file in it\. Expected \.txt"):
        run(monkeypatch, "compare", place / "base", "--text", tmp_path / "empty")


def test_output_that_is_no_longer_read_ends_quietly(place) -> None:
    words = [sys.executable, "-m", "commands.tokenizer", "inspect", str(place / "base"), "--random-texts", "0"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.close()
    assert (running.stderr.read(), running.wait()) == (b"", 0)
    running.stderr.close()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{", "no tokenizer that can be read"),
        ("a.json.gz", b"\x1f\x8b\x08", "cannot be read"),
        ("none.json", None, "not found. Give a model's folder"),
    ],
)
def test_what_is_no_tokenizer_is_named(tmp_path, monkeypatch, name, content, message) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=rf"{name}: {message}"):
        run(monkeypatch, "inspect", tmp_path / name)


def test_a_folder_without_tokenizer_json_tells_what_is_there(tmp_path, monkeypatch) -> None:
    (tmp_path / "tokenizer.model").write_bytes(b"")
    with pytest.raises(BadInput, match=r"found tokenizer\.model"):
        run(monkeypatch, "inspect", tmp_path)


def test_help_answers_at_once_with_examples() -> None:
    loaded = "import sys; from commands.tokenizer import main; sys.argv[1:] = ['extend', '--help']\n"
    code = loaded + "try: main()\nexcept SystemExit: print('tokenizers' in sys.modules, 'pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "examples:" in done.stdout and done.stdout.endswith("False False\n")
    assert "prune" in build_parser().format_help()


def test_prune_is_the_command_that_stands_by_itself(monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "prune", "--help")
    assert "decisions.tsv" in capsys.readouterr().out


def test_random_texts_are_the_same_each_time_and_hold_what_is_hard() -> None:
    texts = list(random_texts(500, seed=1))
    assert texts == list(random_texts(500, seed=1)) and texts != list(random_texts(500, seed=2))
    everything = "".join(texts)
    for hard in ("\u200d", "\x00", "ế", "e\u0302", "\U0001f1fb", "\ufeff"):
        assert hard in everything
