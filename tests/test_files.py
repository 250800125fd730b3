"""Your own documents as a source: every format, and every way in which a file can be broken."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import zstandard

from stages.errors import BadInput
from stages.files.source import Source, documents, source_files
from stages.formats.account import Account
from stages.world.legacy_encoders import ENCODINGS, encode

SOURCE = Source(
    text_column="text",
    url_column="url",
    date_column="date",
    counterpart_column="counterpart",
    metadata_columns=("id", "title"),
    max_malformed_share=0.25,
    kind="files",
    corpus="vi",
    input="data/own/vi",
    reader="plain",
    licence="CC-BY-4.0",
    max_documents=100,
    max_megabytes=10,
)
SENTENCES = ["Hà Nội có ba mươi sáu phố phường.", "Nước mắm Phú Quốc thơm lừng.", "Chiều nay trời đổ mưa rào."]


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def read(folder: Path, source: Source = SOURCE):
    account = Account()
    return list(documents("own-vi", source, folder, folder / "checkpoints", account)), dict(account.dropped)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("một.jsonl", lines(*({"text": s} for s in SENTENCES))),
        ("một.jsonl.gz", gzip.compress(lines(*({"text": s} for s in SENTENCES)))),
        ("một.jsonl.zst", zstandard.compress(lines(*({"text": s} for s in SENTENCES)))),
        # several members one after another, as `cat a.gz b.gz` makes them
        (
            "một.jsonl.gz",
            gzip.compress(lines({"text": SENTENCES[0]})) + gzip.compress(lines(*({"text": s} for s in SENTENCES[1:]))),
        ),
        ("một.jsonl", b"\xef\xbb\xbf" + lines(*({"text": s} for s in SENTENCES)).replace(b"\n", b"\r\n\r\n")),
    ],
)
def test_json_lines_in_every_compression(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    found, dropped = read(tmp_path)
    assert [document.text for document in found] == SENTENCES
    assert not dropped


def test_whole_files_and_parquet_below_folders_hidden_ones_left_out(tmp_path):
    (tmp_path / "sách").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "sách" / "truyện.md").write_bytes(b"\xef\xbb\xbf" + "# Truyện\r\nNgày xưa".encode())
    (tmp_path / "thơ.txt").write_text("Trăm năm trong cõi người ta", encoding="utf-8")
    (tmp_path / ".git" / "config.txt").write_text("ẩn")
    (tmp_path / ".gitkeep").write_text("")
    table = pyarrow.table(
        {"text": pyarrow.array(SENTENCES, pyarrow.large_string()), "title": ["a", None, "c"], "x": [1] * 3}
    )
    pyarrow.parquet.write_table(table, tmp_path / "báo.parquet")
    found, _ = read(tmp_path)
    assert sorted(document.text for document in found) == sorted(
        ["# Truyện\r\nNgày xưa", "Trăm năm trong cõi người ta", *SENTENCES]
    )
    first = next(document for document in found if document.text == SENTENCES[0])
    assert first.metadata == {"file": "báo.parquet", "title": "a"}
    assert (first.source, first.licence) == ("own-vi", "CC-BY-4.0")


def test_address_date_and_own_id_are_kept(tmp_path):
    record = {"text": SENTENCES[0], "id": 7, "url": "https://báo.vn/1", "date": "2021-05-04", "other": "x"}
    (tmp_path / "a.jsonl").write_bytes(lines(record))
    [document], _ = read(tmp_path)
    assert (document.url, document.date, document.metadata["id"]) == ("https://báo.vn/1", "2021-05-04", "7")


def test_ids_are_unique_and_do_not_depend_on_other_files(tmp_path):
    (tmp_path / "b.jsonl").write_bytes(lines({"text": SENTENCES[0]}, {"text": SENTENCES[0]}))
    before = {document.id for document in read(tmp_path)[0]}
    (tmp_path / "a.jsonl").write_bytes(lines({"text": SENTENCES[0]}))
    after = {document.id for document in read(tmp_path)[0]}
    assert len(before) == 2
    assert len(after) == 3
    assert before < after


def test_files_take_turns_so_that_a_limit_takes_as_much_text_from_each(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(lines(*({"text": "dài " * 1000} for _ in range(50))))
    (tmp_path / "b.jsonl").write_bytes(lines(*({"text": "ngắn " * 100} for _ in range(500))))
    found, _ = read(tmp_path)
    characters = Counter()
    for document in found[:110]:
        characters[document.metadata["file"]] += len(document.text)
    assert abs(characters["a.jsonl"] - characters["b.jsonl"]) <= 4000


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_files_in_encodings_from_before_unicode(tmp_path, encoding):
    text = "Quê tôi có con sông nhỏ, bờ tre xanh mát.\nMỗi chiều lũ trẻ rủ nhau ra tắm, tiếng cười vang khắp xóm."
    (tmp_path / "cũ.txt").write_bytes(encode(text, encoding))
    [document], dropped = read(tmp_path)
    assert document.text == text
    assert document.metadata["legacy_encoding"] in (encoding, "tcvn3" if encoding.startswith("tcvn") else encoding)
    assert not dropped


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_text_files_with_a_byte_order_mark_are_read(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(f"\ufeff{SENTENCES[0]}".encode(encoding))
    ((document,), dropped) = read(tmp_path)
    assert (document.text, dropped) == (SENTENCES[0], {})
    assert "legacy_encoding" not in document.metadata


def test_a_folder_that_is_not_there_is_named_as_such(tmp_path):
    with pytest.raises(BadInput, match="vi: no such folder"):
        read(tmp_path / "vi")


def test_text_files_in_other_encodings_are_dropped(tmp_path):
    for number, text in enumerate(
        ["Le café est fermé à côté du théâtre, où l’été passe.", "Grüße aus München, schöne Mädchen!"]
    ):
        (tmp_path / f"{number}.txt").write_bytes(text.encode("cp1252"))
    (tmp_path / "half.txt").write_bytes("Quê tôi có con sông nhỏ, bờ tre xanh mát.".encode()[:-3])
    assert read(tmp_path) == ([], {"invalid_utf8": 3})


def test_bad_documents_are_dropped_and_counted(tmp_path):
    good = lines(*({"text": s} for s in SENTENCES * 3))
    (tmp_path / "a.jsonl").write_bytes(
        good + b'{"text": "hai\n' + b"[1, 2]\n" + lines({"text": 5}) + '{"text": "H\xe0"}\n'.encode("latin-1")
    )
    (tmp_path / "latin.txt").write_bytes("Hà Nội".encode("utf-16-le"))  # without its mark
    found, dropped = read(tmp_path)
    assert len(found) == 9
    assert dropped == {"malformed_json": 2, "text_not_a_string": 1, "invalid_utf8": 2}


def test_a_parquet_string_that_is_not_utf8_drops_one_row_only(tmp_path):
    raw = pyarrow.array(["tốt".encode(), b"x\xff\xfe", "cũng tốt".encode()], pyarrow.binary())
    text = pyarrow.Array.from_buffers(pyarrow.string(), 3, raw.buffers())
    pyarrow.parquet.write_table(pyarrow.table({"text": text}), tmp_path / "a.parquet")
    found, dropped = read(tmp_path, replace(SOURCE, max_malformed_share=0.5))
    assert [document.text for document in found] == ["tốt", "cũng tốt"]
    assert dropped == {"invalid_utf8": 1}


def parquet_bytes(**columns) -> bytes:
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(columns), sink)
    return sink.getvalue().to_pybytes()


WHOLE = lines(*({"text": f"{s} {n}"} for s in SENTENCES for n in range(200)))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", ["empty file", "remove"]),
        ("a.pdf", b"%PDF", [".jsonl.zst", "convert"]),
        ("a.jsonl.gz", gzip.compress(WHOLE, mtime=0)[:-20], ["Truncated", "Fetch it again"]),
        ("a.jsonl.zst", zstandard.compress(WHOLE)[:-20], ["Truncated", "Fetch it again"]),
        ("a.jsonl.gz", WHOLE, ["incorrect header", "Fetch it again"]),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0), ["no line"]),
        ("a.parquet", parquet_bytes(text=SENTENCES)[:-30], ["not a whole Parquet"]),
        ("a.parquet", b"PAR1 not at all", ["not a whole Parquet"]),
        ("a.parquet", parquet_bytes(content=SENTENCES), ["no column 'text'", "content", "files.text_column"]),
        ("a.parquet", parquet_bytes(text=[1, 2]), ["int64", "expected string"]),
        ("a.jsonl", lines({"content": "x"}), ["no column 'text'", "line 1", "content", "files.text_column"]),
        ("a.jsonl", WHOLE[:100] + b"\n" + b"<html>\n" * 50, ["records are unreadable", "files.max_malformed_share"]),
        ("a.jsonl", gzip.compress(WHOLE, mtime=0), ["records are unreadable"]),
    ],
)
def test_a_broken_file_stops_with_its_name_and_a_remedy(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput) as error:
        read(tmp_path)
    assert str(tmp_path / name) in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_an_empty_folder_names_the_command_that_fills_it(tmp_path):
    (tmp_path / ".gitkeep").write_text("")
    with pytest.raises(BadInput, match="make own VI="):
        source_files(tmp_path)


@pytest.mark.parametrize("target", ["nowhere", "folder"])
def test_a_link_that_leads_to_no_file_is_not_passed_over(tmp_path, target):
    (tmp_path / "folder").mkdir()
    own = tmp_path / "own"
    own.mkdir()
    (own / "a.txt").write_text("tốt")
    (own / "link").symlink_to(tmp_path / target)
    with pytest.raises(BadInput, match="a link to a folder or to nothing"):
        source_files(own)


def test_a_number_of_too_many_digits_drops_one_line(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x", "n": ' + b"9" * 5000 + b"}\n" + lines(*[{"text": "tốt"}] * 9))
    found, dropped = read(tmp_path)
    assert len(found) == 9
    assert dropped == {"malformed_json": 1}


def test_other_columns_can_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(lines({"nội dung": SENTENCES[0]}))
    [document], _ = read(tmp_path, replace(SOURCE, text_column="nội dung"))
    assert document.text == SENTENCES[0]
