"""DVC experiments beside the workspace: run one, find it again, read its metrics.

An experiment runs in a copy of the repository's last commit, so the workspace stays as it is. It hangs on that commit:
what was run on it is found by its name, and what was run on an earlier one comes from DVC's run cache.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stages.errors import BadInput
from stages.scoring.outcomes import Row, read_outcomes

PARAMS = Path("params.yaml")
UNTOUCHED = ":(exclude)docs"  # what may be changed without being committed: no experiment reads it
LAST_LINES = 15


def digest(settings: Sequence[str]) -> str:
    """Six hex digits of KEY=VALUE settings in any order, for the name of an experiment."""
    return hashlib.sha256("\n".join(sorted(settings)).encode()).hexdigest()[:6]


def check_workspace() -> None:
    """Raise `BadInput` where the results would not be those of a commit, or pass unseen."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no", "--", ".", UNTOUCHED],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if changed.returncode:
        raise BadInput(f"git status: {changed.stderr.strip()}. Run from the root of a clone.")
    if changed.stdout.strip():
        raise BadInput(
            f"the workspace has changes that are not committed:\n{changed.stdout.rstrip()}\n"
            "Experiments start from a commit. Commit these files (or git stash them), then run again."
        )


def check_settings(settings: Sequence[str]) -> None:
    """Raise `BadInput` for a setting that is not KEY=VALUE."""
    if wrong := [setting for setting in settings if not all(setting.partition("="))]:
        raise BadInput(f"{wrong[0]}: expected KEY=VALUE, the key as in params.yaml, such as vocab.min_count=20.")


def run_experiment(name: str, stage: str, changes: Sequence[str], logs: Path) -> None:
    """Run the pipeline up to a stage with changed params. Raises `BadInput` with the last lines of its log."""
    logs.mkdir(parents=True, exist_ok=True)
    file = logs / f"{name}.log"
    command = [sys.executable, "-m", "dvc", "exp", "run", "--temp", "--name", name]
    command += [word for change in changes for word in ("--set-param", change)]
    with file.open("w", encoding="utf-8") as output:
        done = subprocess.run([*command, stage], stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        tail = "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:])
        raise BadInput(f"experiment {name} failed. The end of {file}:\n{tail}")


def known_experiments() -> dict[str, str]:
    """The experiments that hang on the last commit: their names and commits."""
    from dvc.repo import Repo

    with Repo() as repo:
        found = repo.experiments.ls()
    return {name: commit for experiments in found.values() for name, commit in experiments}


def check_values(name: str, commit: str, changes: Sequence[str]) -> None:
    """Raise `BadInput` if an experiment was made by hand with other values than these KEY=VALUE."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)  # as DVC reads it
    params = yaml.load(_read_at(commit, str(PARAMS)))
    for change in changes:
        key, _, wanted = change.partition("=")
        found: Any = params
        for part in key.split("."):
            found = found[part]
        if found != yaml.load(wanted):
            raise BadInput(f"experiment {name}: {key} is {found}, not {wanted}. Remove it: dvc exp remove {name}")


def read_metrics(name: str, commit: str, file: str) -> dict[str, Any]:
    """A metrics file of an experiment. Raises `BadInput` if it has none of that name."""
    try:
        return json.loads(_read_at(commit, file))
    except subprocess.CalledProcessError as error:
        raise BadInput(
            f"experiment {name}: no metrics file {file} ({error.stderr.strip()}). Name one that a stage writes."
        ) from None


def read_outcomes_of(commit: str, file: str) -> list[Row]:
    """A table of outcomes of an experiment; empty where it has none, as before they were kept."""
    try:
        return read_outcomes(_read_at(commit, file), f"{commit}: {file}")
    except subprocess.CalledProcessError:
        return []


def _read_at(commit: str, file: str) -> str:
    """A file that git holds: params and metrics are such, and asking DVC for one resolves the whole pipeline."""
    return subprocess.run(["git", "show", f"{commit}:{file}"], check=True, capture_output=True, text=True).stdout
