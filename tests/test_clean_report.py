"""The command that says what cleaning makes of given files."""

import json
import subprocess
import sys

import pytest

TEXT = "Chiều nay bà ngoại kể cho cả nhà nghe chuyện con đò cũ ở bến sông và người lái đò năm ấy. Lần thứ {}."


@pytest.fixture
def folder(tmp_path):
    texts = [TEXT.format(number) for number in range(5)] + ["Ngắn quá."]
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    (tmp_path / "truyện.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "thơ.txt").write_text(TEXT.format("cuối"), encoding="utf-8")
    return tmp_path


def report(repository, *arguments):
    command = [sys.executable, "-m", "commands.clean_report", *arguments]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=120)


def test_tables_and_samples(repository, folder):
    before = sorted(path.name for path in folder.iterdir())
    done = report(repository, str(folder), "--language", "vi", "--characters", "5")
    assert done.returncode == 0, done.stderr
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in done.stdout.split("\n")]
    assert ("truyện.jsonl", "6", "5", "16.67%") in [row[:4] for row in rows]
    assert ("thơ.txt", "1", "1", "0.00%") in [row[:4] for row in rows]
    assert ("truyện.jsonl", "too_short", "1", "16.67%", "0.000", "2") in rows
    assert "## too_short" in done.stdout
    assert "- truyện.jsonl, 9 characters, value 2: Ngắn  […]" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == before


def test_one_file_and_a_path_that_is_none(repository, folder):
    assert "| all | 1 | 1 |" in report(repository, str(folder / "thơ.txt"), "--language", "vi").stdout
    done = report(repository, str(folder / "không có"), "--language", "vi")
    assert done.returncode == 1
    assert "no such file or folder" in done.stderr
