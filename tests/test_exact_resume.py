"""Exact resume through the real commands: killed at random moments, and while a checkpoint is being written."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tiny_model import extend_tiny_model, make_tiny_model

from stages.text.documents import Document, write_documents
from tests.packing import pack_documents
from tests.pico import PICO, ROOT, Clone

pytestmark = pytest.mark.campaign
VIETNAMESE = [f"Bạn Lan mua {n} quả cam ở chợ rồi về nhà với mẹ." for n in range(200)]
ENGLISH = [f"The cat number {n} sat on the mat near the old tree." for n in range(200)]
MADE = ("model/model.safetensors", "model/config.json", "curve.csv", "metrics.json")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """base, extend (20 more rows), packed Vietnamese and English, and params.yaml with a run of 400 short steps."""
    root = tmp_path_factory.mktemp("resume")
    base = make_tiny_model(root / "base", chat=False, width=64, layers=2)
    extend_tiny_model(base, root / "extend", new_tokens=20)
    for language, texts in {"vi": VIETNAMESE, "en": ENGLISH}.items():
        for part, some in (("train", texts[:180]), ("validation", texts[180:])):
            made = [Document(f"{number:04}", text, f"world-{language}") for number, text in enumerate(some)]
            write_documents(root / "split" / language / part, made)
        pack_documents(root / "split" / language, base, root / "pack" / language, language=language)
    yaml = YAML()
    values = yaml.load(ROOT / "params.yaml")
    values["profiles"]["nano"]["training"] |= {
        "threads": 1,
        "sequence_length": 64,
        "measure_every_steps": 25,
        "checkpoint_every_steps": 5,  # so often that many kills fall into the writing of one
    }
    values["profiles"]["nano"]["pretrain"]["all"]["tokens"] = 400 * 4 * 64
    yaml.dump(values, root / "params.yaml")
    return root


def started(folders: Path, out: Path) -> subprocess.Popen[bytes]:
    paths = {
        "params": folders / "params.yaml",
        "model": folders / "extend",
        "base": folders / "base",
        "shards": folders / "pack",
        "out": out / "model",
        "metrics": out / "metrics.json",
        "curve": out / "curve.csv",
        "logs": out / "logs",
        "checkpoints": out / "checkpoints",
    }
    words = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
    command = [sys.executable, "-m", "stages.pretrain", "--stage", "all", *words]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def newest_step(checkpoints: Path) -> int:
    return max((int(file.name.removeprefix("step-")[:8]) for file in checkpoints.rglob("step-*.ckpt")), default=0)


def test_the_command_killed_again_and_again_makes_the_same_files(folders: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert started(folders, whole).wait() == 0
    dice, kills, while_writing, ended = random.SystemRandom(), 0, 0, None
    while ended != 0:
        process = started(folders, killed)
        checkpoints = killed / "checkpoints"
        wanted = newest_step(checkpoints) + dice.randrange(30, 100)
        while process.poll() is None and newest_step(checkpoints) < wanted:
            time.sleep(0.002)
        if kills % 2:  # while a checkpoint is being written
            until = time.monotonic() + 2
            while process.poll() is None and time.monotonic() < until and not [*checkpoints.rglob("unfinished")]:
                pass
        else:
            time.sleep(dice.uniform(0, 0.05))
        while_writing += bool([*checkpoints.rglob("unfinished")])
        process.send_signal(signal.SIGKILL)
        ended = process.wait()
        kills += ended != 0
        assert kills < 200
    assert kills >= 3 and while_writing >= 1
    for name in MADE:
        assert (killed / name).read_bytes() == (whole / name).read_bytes(), f"{name} after {kills} kills"
    assert not (killed / "checkpoints").exists()
    steps = [int(line.split(",")[0]) for line in (killed / "logs" / "speed.csv").read_text().splitlines()[1:]]
    assert steps == list(range(1, 401))


def test_dvc_repro_after_a_kill_makes_the_same_files(tmp_path: Path) -> None:
    """`dvc repro base` killed with all its children, and started again, until it ends."""
    clone = Clone(tmp_path / "whole", PICO | {"profiles.nano.training.checkpoint_every_steps": 2})
    clone.repro("split@en")
    shutil.copytree(tmp_path / "whole", tmp_path / "killed", symlinks=True)
    clone.repro("base")
    folder = tmp_path / "killed"
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "DVC_NO_ANALYTICS": "1"}
    dice, kills, ended = random.SystemRandom(), 0, None
    while ended != 0:
        process = subprocess.Popen(
            [sys.executable, "-m", "dvc", "repro", "base"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wanted = newest_step(folder / "checkpoints") + dice.randrange(1, 8)
        while process.poll() is None and newest_step(folder / "checkpoints") < wanted:
            time.sleep(0.002)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        ended = process.wait()
        assert kills < 100
    assert kills
    for name in ("models/base/model.safetensors", "data/curves/base.csv", "metrics/nano/base.json"):
        assert (folder / name).read_bytes() == (clone.folder / name).read_bytes(), f"{name} after {kills} kills"
