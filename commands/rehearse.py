"""Rehearse the real run: the whole graph in profile smollm2-360m, tiny, through the real hub clients.

A hub on loopback serves small repositories under the real names; a copy of the working tree gets
the profile with its limits lowered, a cache of its own, and `dvc repro` runs there to the model
card. At the end it prints what was asked of the hub. Nothing here is touched.
"""

import argparse
import contextlib
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from commands.rehearsal.hub_server import Hub, serve
from commands.rehearsal.repositories import TOKEN, repositories, unpinned
from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.items.source import FILE_NAME

# How much less than the real run: no more than this, at every place that matches.
AT_MOST = {
    "profiles.{profile}.benchmarks.*.items_per_part": 20,
    "profiles.{profile}.benchmarks.*.max_items": 20,
    "hub.files_at_once": 2,
    "hub.first_wait_seconds": 0.1,
    "vocab.min_count": 2,
    "profiles.{profile}.fetch.*.max_documents": 300,
    "profiles.{profile}.fetch.vi.max_documents": 60,  # conversations
    "profiles.{profile}.fetch.vi_multi_turn.max_documents": 60,
    "profiles.{profile}.fetch.en.max_documents": 60,
    "profiles.{profile}.clean.min_words": 12,
    "profiles.{profile}.vocab.new_tokens": 300,
    "profiles.{profile}.training.threads": 1,
    "profiles.{profile}.training.sequence_length": 64,
    "profiles.{profile}.training.batch_sequences": 8,
    "profiles.{profile}.training.micro_batch_sequences": 4,
    "profiles.{profile}.training.validation_sequences": 8,
    "profiles.{profile}.training.measure_every_steps": 5,
    "profiles.{profile}.training.checkpoint_every_steps": 5,
    "profiles.{profile}.pretrain.*.tokens": 8 * 64 * 10,
    "profiles.{profile}.instruct.*.epochs": 1,
    "profiles.{profile}.instruct.*.steps": 5,
    "profiles.{profile}.instruct.*.tokens": 8 * 64 * 10,
    "profiles.{profile}.*.workers": 1,
    "profiles.{profile}.evaluate.threads": 1,
    "profiles.{profile}.evaluate.batch_tokens": 4096,
    "profiles.{profile}.evaluate.window_tokens": 64,
    "profiles.{profile}.evaluate.stride_tokens": 32,
    "profiles.{profile}.evaluate.max_bytes": 20_000,
    "profiles.{profile}.evaluate.max_new_tokens": 8,
}
# What a machine without a GPU needs, and shares that leave something of a few hundred documents.
INSTEAD = {
    "profiles.{profile}.split.validation_share": 0.1,
    "profiles.{profile}.split.test_share": 0.1,
    "profiles.{profile}.training.accelerator": "cpu",
    "profiles.{profile}.training.devices": 1,
    "profiles.{profile}.training.nodes": 1,
    "profiles.{profile}.training.precision": "32-true",
    "profiles.{profile}.evaluate.device": "cpu",
    "profiles.{profile}.evaluate.dtype": "float32",
}
DOCUMENTS_PER_SET = 300
MODEL_CARD = Path("data/report/model_card.md")


def lowered(values: dict[str, Any], profile: str) -> dict[str, Any]:
    """The parameters with the profile chosen, and `AT_MOST` and `INSTEAD` applied in place.

    A place that the parameters do not have is passed over; one that is already lower stays.
    """
    if profile not in values["profiles"]:
        raise BadInput(f"params.yaml: profiles.{profile} is missing. Choose one of {', '.join(values['profiles'])}.")
    values["profile"] = profile
    for pattern, limit in AT_MOST.items():
        for parent, key in _places(values, pattern.format(profile=profile)):
            if parent[key] is None or parent[key] > limit:
                parent[key] = limit
    for pattern, value in INSTEAD.items():
        for parent, key in _places(values, pattern.format(profile=profile)):
            parent[key] = value
    return values


def _places(node: dict[str, Any], pattern: str) -> Iterator[tuple[dict[str, Any], str]]:
    head, _, rest = pattern.partition(".")
    for key in fnmatch.filter(map(str, node), head):
        if not rest:
            yield node, key
        elif isinstance(node[key], dict):
            yield from _places(node[key], rest)


def copy_working_tree(root: Path, folder: Path) -> None:
    """Copy what git tracks or would add, as it stands now, into a git repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file() and not name.startswith("metrics/") and name != "dvc.lock":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)


def rehearse(root: Path, parameters: Path, folder: Path, profile: str, targets: list[str]) -> Hub:
    """Run the graph, or what leads to `targets`, in `folder`; returns the hub with what was asked of it.

    Raises `BadInput` if it fails.
    """
    clone = folder / "vinasmol"
    clone.mkdir(parents=True, exist_ok=True)  # one that was cut short goes on where it stood
    copy_working_tree(root, clone)
    file, yaml = clone / "params.yaml", YAML()
    values = lowered(yaml.load(parameters), profile)
    yaml.width = 1000
    yaml.dump(values, file)
    for source in clone.glob(f"stages/scoring/tasks/*/{FILE_NAME}"):
        source.write_text(unpinned(source.read_text(encoding="utf-8")), encoding="utf-8")
    with serve(repositories(file, DOCUMENTS_PER_SET)) as hub:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "DVC_"))}
        environment |= hub.environment | {
            "PATH": f"{Path(sys.executable).parent}:{environment.get('PATH', '')}",
            "HF_HOME": str(folder / "huggingface"),
            "HF_TOKEN": TOKEN,
            "DVC_NO_ANALYTICS": "1",
            "PYTHONPATH": "",
        }
        for command in (["python", "-m", "commands.pin"], [sys.executable, "-m", "dvc", "repro", *targets]):
            done = subprocess.run(command, cwd=clone, env=environment, check=False)
            if done.returncode:
                raise BadInput(f"`{' '.join(command)}` failed in {clone}, which is kept. Its messages stand above.")
    return hub


def summary(hub: Hub) -> str:
    """What was asked of the hub: requests by repository and kind, and how much was sent."""
    counts: Counter[str] = Counter()
    for request in hub.requests:
        verb, path = request.split(" ", 1)
        name = next((name for _, name in hub.repositories if f"/{name}" in path), path)
        kind = "file" if "/resolve/" in path else "API"
        counts[f"{name}: {verb} {kind}"] += 1
    lines = [f"  {what}: {count}" for what, count in sorted(counts.items())]
    return "\n".join([f"asked of the hub, which sent {hub.bytes_sent / 1e6:.1f} MB of files:", *lines])


def _require_whole(hub: Hub, clone: Path, profile: str) -> None:
    if hub.asked_elsewhere:
        raise BadInput(
            f"asked of other hosts: {', '.join(sorted(set(hub.asked_elsewhere)))}. The run must not need them."
        )
    for name, entry in params.read(clone / "params.yaml")["sources"].items():
        metrics = json.loads((clone / "metrics" / profile / "fetch" / f"{name}.json").read_text(encoding="utf-8"))
        if entry["kind"] == "hub" and not metrics["documents"]:
            raise BadInput(f"{name} was not fetched. Give it documents in profile {profile}.")
    for name, entry in params.read(clone / "params.yaml")["benchmarks"].items():
        metrics = json.loads((clone / f"metrics/{profile}/benchmarks/{name}.json").read_text(encoding="utf-8"))
        if entry["kind"] == "hub" and not metrics["items"]:
            raise BadInput(f"{name} was not fetched. Give it items in profile {profile}.")
    card = clone / MODEL_CARD
    if not card.exists():
        raise BadInput(f"{card}: the run ended without a model card. Look at the stage report.")
    print(f"The rehearsal went through to the model card ({card.stat().st_size} bytes).")


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--profile", default="smollm2-360m")
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    arguments.add_argument("--folder", type=Path, help="where to run, kept afterwards (default: a temporary one)")
    arguments.add_argument("targets", nargs="*", metavar="STAGE", help="only what leads to these stages")
    given = arguments.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="vinasmol-rehearsal-"))
    hub = rehearse(Path.cwd(), given.params, folder, given.profile, given.targets)
    print(summary(hub))
    if not given.targets:
        _require_whole(hub, folder / "vinasmol", given.profile)
    if not given.folder:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)


if __name__ == "__main__":
    start(main)
