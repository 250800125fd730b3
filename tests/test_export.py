"""Exporting: a folder that stands alone, and only with the card of the model that it holds."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commands.export import LICENCES, README, ROOT, export
from stages.errors import BadInput
from stages.model.fingerprint import fingerprint

CARD = """---
license: apache-2.0
---

# Mô hình

| file | SHA-256 |
| :--- | ---: |
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's files and a card that tells of them. tests/test_pipeline.py has a real one of each."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "model").mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (folder / "model" / name).write_text(f"{name}: tiếng Việt", encoding="utf-8")
    rows = (f"| `{name}` | `{digest}` |" for name, digest in fingerprint(folder / "model")["files"].items())
    (folder / "out").mkdir()
    (folder / "out/model_card.md").write_text(CARD + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_what_is_exported_has_all_files_card_and_licence(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "commands.export", str(tmp_path / "vi"), "--model", str(made / "model")]
    subprocess.run([*command, "--card", str(made / "out/model_card.md")], cwd=ROOT, check=True, capture_output=True)
    names = {file.name for file in (tmp_path / "vi").iterdir()}
    assert names == {file.name for file in (made / "model").iterdir()} | {README, *LICENCES}
    for name in names - {README, *LICENCES}:
        assert (tmp_path / "vi" / name).read_bytes() == (made / "model" / name).read_bytes()
    assert (tmp_path / "vi" / README).read_bytes() == (made / "out/model_card.md").read_bytes()


def test_a_card_of_another_model_is_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "model", tmp_path / "model")
    weights = tmp_path / "model/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(BadInput, match=r"another model than .*: model\.safetensors\. .*dvc repro"):
        export(tmp_path / "model", made / "out/model_card.md", tmp_path / "vi")
    shutil.copyfile(made / "model/model.safetensors", weights)
    (tmp_path / "model/tokenizer.json").unlink()
    with pytest.raises(BadInput, match=r"another model than .*: tokenizer\.json\."):
        export(tmp_path / "model", made / "out/model_card.md", tmp_path / "vi")
    assert not (tmp_path / "vi").exists()


def test_nothing_is_overwritten_and_what_is_missing_is_named(made: Path, tmp_path: Path) -> None:
    card = made / "out/model_card.md"
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("của tôi", encoding="utf-8")
    with pytest.raises(BadInput, match="full: is there and not an empty folder"):
        export(made / "model", card, tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]
    with pytest.raises(BadInput, match="no model here"):
        export(tmp_path / "none", card, tmp_path / "vi")
    with pytest.raises(BadInput, match="no model card here"):
        export(made / "model", tmp_path / "none.md", tmp_path / "vi")
    (tmp_path / "empty").mkdir()
    assert README in export(made / "model", card, tmp_path / "empty")
