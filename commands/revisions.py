"""What a commit holds, read with git alone: no checkout, no DVC cache, no data."""

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from stages.errors import BadInput

HASH_DIGITS = 9
MAX_NAMED = 3  # files or keys in a message


@dataclass(frozen=True)
class Revision:
    """A commit, or the working tree on top of one; `root` is the repository's."""

    root: Path
    name: str
    commit: str
    subject: str
    is_workspace: bool = False

    def read(self, *places: str) -> dict[str, bytes]:
        """The files at and below some places (folders end with a slash), by path; what is not there is left out."""
        return _working_files(self.root, places) if self.is_workspace else _committed(self.root, self.commit, places)

    def yaml(self, file: str) -> dict[str, Any]:
        """A YAML file, read as DVC reads it. Raises `BadInput` if it is missing or none."""
        found = self.read(file).get(file)
        if found is None:
            raise BadInput(f"{self.name}: no {file} in it. Give a revision of this pipeline.")
        try:
            return _parsed(found)
        except (MarkedYAMLError, UnicodeDecodeError) as error:
            raise BadInput(f"{self.name}: {file} is not YAML: {error}") from None


@cache  # two seconds for a dvc.lock, which two commits may share
def _parsed(content: bytes) -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load(content.decode()) or {}


def open_revision(name: str | None, folder: Path) -> Revision:
    """A revision by any name that git knows; without one, the working tree.

    Raises `BadInput` where git does not know it, with what would bring it here.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    if name is None:
        changed = len(_git(root, "status", "--porcelain").splitlines())
        commit = _git(root, "rev-parse", f"--short={HASH_DIGITS}", "HEAD").strip()
        subject = f"working tree, {changed} changed {'file' if changed == 1 else 'files'}"
        return Revision(root, "workspace", commit, subject, is_workspace=True)
    commit = _commit(root, name)
    if commit is None:
        raise BadInput(f"{name}: no revision of this repository. {_remedy(root, name)}")
    subject = _git(root, "log", "-1", "--format=%s", commit).strip()
    return Revision(root, name, commit[:HASH_DIGITS], subject)


def _commit(root: Path, name: str) -> str | None:
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    except BadInput:
        return None


def _remedy(root: Path, name: str) -> str:
    if _commit(root, f"origin/{name}"):
        return f"There is origin/{name}: give that, or make the branch with `git branch {name} origin/{name}`."
    fetch = f"git fetch origin {name}:{name}" if _may_be_branch(root, name) else "git fetch origin"
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        return f"This clone is shallow. Run `git fetch --unshallow origin`, for a branch `{fetch}`."
    return f"For a branch of the remote run `{fetch}`; `git log --oneline` lists commits."


def _may_be_branch(root: Path, name: str) -> bool:
    done = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], cwd=root, check=False)
    return done.returncode == 0


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)
    except FileNotFoundError:
        raise BadInput("git: not found. Install it.") from None
    except subprocess.CalledProcessError as error:
        raise BadInput(f"git {' '.join(words)}: {error.stderr.decode().strip()}. Run from a clone.") from None
    return done.stdout.decode()


def _below(name: str, places: Sequence[str]) -> bool:
    return any(name.startswith(place) if place.endswith("/") else name == place for place in places)


def _committed(root: Path, commit: str, places: Sequence[str]) -> dict[str, bytes]:
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0")
    # An archive of a place that is not there is an error.
    present = [place for place in places if any(_below(name, [place]) for name in listed)]
    if not present:
        return {}
    command = ["git", "archive", "--format=tar", commit, "--", *present]
    archive = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        return {entry.name: files.extractfile(entry).read() for entry in files if entry.isfile()}


def _working_files(root: Path, places: Sequence[str]) -> dict[str, bytes]:
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    names = sorted({name for name in listed if name and _below(name, places) and (root / name).is_file()})
    return {name: (root / name).read_bytes() for name in names}


def stale_reasons(revision: Revision, profile: str) -> list[str]:
    """Why the metrics in a revision may not be those of its code and params, as its dvc.lock tells.

    Of a profile that dvc.lock does not record nothing is known, and nothing is said.
    """
    stages = revision.yaml("dvc.lock").get("stages", {}) if revision.read("dvc.lock") else {}
    outs = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ()) if "md5" in out}
    metrics = revision.read(f"metrics/{profile}/")
    if not outs.keys() & metrics.keys():
        return []
    reasons = []
    if edited := sorted(name for name in metrics if outs.get(name, _md5(metrics[name])) != _md5(metrics[name])):
        reasons.append(f"{_some(edited)} differ from what dvc.lock records; run `dvc repro` and commit both.")
    changed, stages_behind = _changed_since(revision, stages)
    if changed:
        reasons.append(
            f"{_some(sorted(changed))} changed after {_some(sorted(stages_behind))} ran; run `dvc repro` and commit "
            "dvc.lock and metrics."
        )
    return reasons


def _changed_since(revision: Revision, stages: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Code and params that are not what stages ran with, and those stages."""
    files = revision.read("stages/", "dvc.yaml")
    params = revision.yaml("params.yaml")
    hashes = {name: _md5(content) for name, content in files.items()}
    changed: set[str] = set()
    behind: set[str] = set()
    for name, stage in stages.items():
        deps = {dep["path"]: dep.get("md5") for dep in stage.get("deps", ())}
        found = {path for path, md5 in deps.items() if hashes.get(path, md5) != md5}
        recorded = stage.get("params", {}).get("params.yaml", {})
        found |= {f"params {key}" for key, value in recorded.items() if _at(params, key) != value}
        changed |= found
        behind |= {name} if found else set()
    return changed, behind


def _at(values: Any, key: str) -> Any:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _some(names: Sequence[str]) -> str:
    rest = len(names) - MAX_NAMED
    return f"{', '.join(names[:MAX_NAMED])}{f' and {rest} more' if rest > 0 else ''}"
