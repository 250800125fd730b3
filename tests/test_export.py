"""Exporting: a folder that stands alone and loads, and only with the card of the model that it holds."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report_fixture import write_corpus, write_run
from test_report import report

from commands.export import LICENCES, README, ROOT, export
from stages.errors import BadInput
from stages.model.fingerprint import fingerprint
from stages.outputs import write_json
from tests.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model and the card that a report wrote of it."""
    folder = tmp_path_factory.mktemp("export")
    write_run(folder / "metrics", folder / "evaluations")
    write_corpus(folder / "data")
    make_tiny_model(folder / "model")
    write_json(folder / "evaluations/merge/model.json", fingerprint(folder / "model"))
    report(folder, folder / "out")
    return folder


def test_what_is_exported_loads_and_has_card_and_licence(made: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    command = [sys.executable, "-m", "commands.export", str(tmp_path / "vi"), "--model", str(made / "model")]
    subprocess.run([*command, "--card", str(made / "out/model_card.md")], cwd=ROOT, check=True, capture_output=True)
    names = {file.name for file in (tmp_path / "vi").iterdir()}
    assert names == {file.name for file in (made / "model").iterdir()} | {README, *LICENCES}
    assert (tmp_path / "vi" / README).read_bytes() == (made / "out/model_card.md").read_bytes()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "vi")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "vi")
    messages = [{"role": "user", "content": "Bạn Lan đi chợ mua ba quả cam chín."}]
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
    assert model.generate(ids, max_new_tokens=2, do_sample=False).shape[1] > ids.shape[1]
    assert "Lan đi chợ mua ba quả cam chín." in tokenizer.decode(ids[0])


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
