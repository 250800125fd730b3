"""A temporary clone of the repository with everything as small as it goes: the same graph in minutes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from stages.params import read

ROOT = Path(__file__).resolve().parent.parent

# Of each kind one that nano takes items of, or one that it leaves out: the others would only be more of the same.
BENCHMARKS = ("exam", "translation", "xcopa", "arc_easy_vi")

# How much less than nano. Only sizes: what is done stays as it is.
PICO: dict[str, Any] = {
    "benchmarks": {name: read(ROOT / "params.yaml")["benchmarks"][name] for name in BENCHMARKS},
    "profiles.nano.benchmarks.exam.items_per_part": 12,
    "profiles.nano.benchmarks.translation.items_per_part": 2,
    **{f"profiles.nano.fetch.world-{language}.max_documents": 400 for language in ("vi", "en")},
    "profiles.nano.fetch.world-code.max_documents": 20,
    **{f"profiles.nano.fetch.{name}.max_documents": 40 for name in ("vi", "vi_multi_turn", "en")},
    "profiles.nano.base.max_vocabulary": 512,
    "profiles.nano.base.shape.hidden_size": 32,
    "profiles.nano.base.shape.intermediate_size": 64,
    "profiles.nano.base.shape.num_hidden_layers": 2,
    "profiles.nano.base.tokens": 20_000,
    "profiles.nano.vocab.new_tokens": 256,
    "profiles.nano.training.threads": 1,
    "profiles.nano.training.sequence_length": 128,
    "profiles.nano.training.batch_sequences": 8,
    "profiles.nano.training.micro_batch_sequences": 8,
    "profiles.nano.training.validation_sequences": 4,
    **{
        f"profiles.nano.pretrain.{stage}.tokens": 5_120
        for stage in ("new_rows", "embeddings", "all", "blocks", "anneal")
    },
    **{f"profiles.nano.instruct.{name}.epochs": 1 for name in ("vi", "vi_multi_turn", "en")},
    "profiles.nano.evaluate.max_bytes": 4_000,
    "profiles.nano.evaluate.max_new_tokens": 4,
}


class Clone:
    """A copy of the tracked files in a git repository of its own, with a DVC cache of its own."""

    def __init__(self, folder: Path, overrides: dict[str, Any]):
        self.folder = folder
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).exists() and not name.startswith("metrics/") and name != "dvc.lock":
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)
        self.git("init", "--quiet")
        self.change(overrides)
        self.commit("start")

    @classmethod
    def of(cls, other: "Clone", folder: Path) -> "Clone":
        """What a colleague gets from `git clone`: the commits, and none of the data."""
        other.git("clone", "--quiet", str(other.folder), str(folder))
        made = cls.__new__(cls)
        made.folder = folder
        return made

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=pico", "-c", "user.email=pico@localhost"]
        return self._run(["git", *identity, *words])

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def dvc(self, *words: str) -> str:
        return self._run([sys.executable, "-m", "dvc", *words])

    def repro(self, *words: str) -> list[str]:
        """Run `dvc repro`; returns the names of the stages that ran, in order."""
        return re.findall(r"^Running stage '([^']+)':", self.dvc("repro", *words), flags=re.MULTILINE)

    def change(self, values: dict[str, Any]) -> None:
        """Set dotted keys of params.yaml, keeping its comments. A key that is not there is an error."""
        file, yaml = self.folder / "params.yaml", YAML()
        params = yaml.load(file)
        for place, value in values.items():
            *parents, last = place.split(".")
            node = params
            for key in parents:
                node = node[key]
            assert last in node, f"{place} is not a key of params.yaml"
            node[last] = value
        yaml.dump(params, file)

    def _run(self, command: list[str]) -> str:
        # The stages' `python` is this test's interpreter, as under make.
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        environment = {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", "DVC_NO_ANALYTICS": "1"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        return done.stdout
