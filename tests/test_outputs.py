"""Outputs appear whole or not at all, and documents survive the way to Parquet and back."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.errors import BadInput
from stages.outputs import new_folder, write_metrics
from stages.text.documents import Document, document_id, read_documents, write_documents


def test_new_folder_replaces_the_old_one_only_when_whole(tmp_path):
    out = tmp_path / "out"
    with new_folder(out) as folder:
        (folder / "a").write_text("1")
    with pytest.raises(RuntimeError), new_folder(out) as folder:
        (folder / "a").write_text("2")
        raise RuntimeError
    assert (out / "a").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_killed_writer_leaves_nothing_that_looks_finished(tmp_path):
    code = (
        "import os, signal, pathlib, sys\n"
        "from stages.outputs import new_folder\n"
        "with new_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'a').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, tmp_path / "out"], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    with new_folder(tmp_path / "out") as folder:
        assert list(folder.iterdir()) == []


def test_a_stage_dies_with_its_parent(tmp_path):
    code = (
        "import os, pathlib, sys, time\n"
        "from stages.command import start\n"
        "def main():\n"
        "    pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "    while True: time.sleep(0.05)\n"
        "start(main)\n"
    )
    mark = tmp_path / "pid"
    parent = (
        "import pathlib, subprocess, sys, os, signal\n"
        "subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2]])\n"
        "while not pathlib.Path(sys.argv[2]).exists() or not pathlib.Path(sys.argv[2]).read_text(): pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", parent, code, mark], check=False, timeout=60)
    child = int(mark.read_text())
    for _ in range(10_000_000):
        try:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
                break
        except FileNotFoundError:
            break
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("the stage went on after its parent was killed")


def test_metrics_are_sorted_and_rounded(tmp_path):
    write_metrics(tmp_path / "m.json", {"b": 1 / 3, "a": {"d": 2, "c": 0.12345}})
    assert (tmp_path / "m.json").read_text() == '{\n  "a": {\n    "c": 0.1235,\n    "d": 2\n  },\n  "b": 0.3333\n}\n'


def test_documents_round_trip_and_bytes_repeat(tmp_path):
    documents = [
        Document(document_id("nguồn", str(i)), f"Hà Nội là thủ đô. {i}", "nguồn", metadata={"b": "ế", "a": [i]})
        for i in range(5000)
    ]
    assert write_documents(tmp_path / "a", documents) == 5000
    write_documents(tmp_path / "b", iter(documents))
    assert list(read_documents(tmp_path / "a")) == documents
    assert (tmp_path / "a/00000.parquet").read_bytes() == (tmp_path / "b/00000.parquet").read_bytes()


def test_no_documents_is_a_valid_folder(tmp_path):
    assert write_documents(tmp_path / "empty", []) == 0
    assert list(read_documents(tmp_path / "empty")) == []


def test_a_truncated_or_foreign_parquet_names_the_file(tmp_path):
    write_documents(tmp_path, [Document("1", "một", "s")])
    file = tmp_path / "00000.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BadInput, match=r"00000\.parquet: not a readable Parquet file"):
        list(read_documents(tmp_path))
    with pytest.raises(BadInput, match=r"no such folder"):
        list(read_documents(tmp_path / "nowhere"))
