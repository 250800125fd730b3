"""Holds dvc.yaml and params.yaml against the code: what DVC believes is what the stages do."""

import importlib
import json
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from dvc.repo import Repo

from commands.code_deps import KIND, READER, code_deps
from stages import params as params_file
from stages.imports import imports

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "transformers", "litgpt", "lightning", "datasets", "datatrove", "lm_eval", "mergekit", "litdata"}
HEAVY |= {"scipy", "sklearn"}
NOT_TRACKED = ("logs/", "checkpoints/")  # speed, memory and resumable state: no result comes from them


class Stage:
    """One resolved stage of the graph (dvc.yaml after interpolation)."""

    def __init__(self, stage):
        self.name = stage.addressing
        self.module = self.name.split("@")[0]
        self.words = shlex.split(stage.cmd)
        self.options = dict(zip(self.words[3::2], self.words[4::2], strict=True))
        plain = [dep for dep in stage.deps if not hasattr(dep, "params")]
        self.deps = {dep.def_path for dep in plain}
        self.params = {name for dep in stage.deps if hasattr(dep, "params") for name in dep.params}
        self.outs = {out.def_path for out in stage.outs}
        self.desc = stage.desc
        # DVC saves no run of a stage that has such an out, so going back to old values would run it again.
        self.forgotten = [out.def_path for out in stage.outs if not (out.use_cache or out.is_metric or out.is_plot)]

    @property
    def code_deps(self) -> set[str]:
        return {dep for dep in self.deps if dep.startswith("stages/")}


@cache
def graph() -> dict[str, Stage]:
    with Repo(str(ROOT)) as repo:
        return {stage.addressing: Stage(stage) for stage in repo.index.stages if stage.addressing.count(".dvc") == 0}


@cache
def values() -> dict:
    return params_file.read(ROOT / "params.yaml")


def reader(stage: Stage) -> str | None:
    """The module that fetch reads a source's format with."""
    if stage.module != "fetch":
        return None
    return f"stages/formats/{values()['sources'][stage.options['--source']]['reader']}.py"


def pipeline_modules() -> list[str]:
    """The stage modules: those with a `run`."""
    return sorted(file.stem for file in (ROOT / "stages").glob("*.py") if "\ndef run(" in file.read_text())


def kind_room(stage: Stage) -> Path | None:
    """The room that fetch and benchmarks enter by name: stages/<kind>."""
    match stage.module:
        case "fetch":
            return ROOT / "stages" / values()["sources"][stage.options["--source"]]["kind"]
        case "benchmarks":
            return ROOT / "stages" / values()["benchmarks"][stage.options["--name"]]["kind"]
    return None


@pytest.mark.parametrize("name", sorted(graph()))
def test_code_deps_are_exactly_the_import_closure(name):
    stage, room = graph()[name], kind_room(graph()[name])
    named = {KIND: room and str(room.relative_to(ROOT)), READER: reader(stage)}
    expected = {named.get(path, path) for path in code_deps(ROOT, stage.module)}
    if stage.module == "benchmarks":  # how rows become items is data in the code's tree
        expected.add(stage.options["--source"])
    assert stage.code_deps == expected, "run `python -m commands.code_deps`, which mends dvc.yaml"


def covered(path: str, others: set[str]) -> bool:
    """A path is among the others, or one is the folder or the stem (`base` of `base-vi.json`) of the other."""
    pairs = [sorted((path, other), key=len) for other in others]
    return any(long == short or long.startswith((f"{short}/", f"{short}-", f"{short}.")) for short, long in pairs)


@pytest.mark.parametrize("name", sorted(graph()))
def test_paths_in_the_command_are_deps_or_outs_and_the_other_way_round(name):
    stage = graph()[name]
    assert stage.words[:3] == ["python", "-m", f"stages.{stage.module}"]
    paths = {value for value in stage.options.values() if "/" in value}
    for path in sorted(paths):
        assert path.startswith(NOT_TRACKED) or covered(path, stage.deps | stage.outs), f"{path} is neither dep nor out"
    for declared in sorted((stage.deps - stage.code_deps) | stage.outs):
        assert covered(declared, paths), f"{declared} does not reach the command as an argument"


@pytest.mark.parametrize("name", sorted(graph()))
def test_params_are_exactly_those_that_the_stage_loads(name):
    stage = graph()[name]
    names = {option.removeprefix("--"): value for option, value in stage.options.items()}
    room = kind_room(stage)
    names |= {"profile": values()["profile"], "kind": room.name if room else ""}
    module = importlib.import_module(f"stages.{stage.module}")
    assert stage.params == {place.format(**names) for place in module.SECTIONS}


def test_every_stage_module_is_in_the_graph_and_described():
    assert sorted({stage.module for stage in graph().values()}) == pipeline_modules()
    assert all(stage.desc for stage in graph().values())


def test_the_run_cache_keeps_every_stage():
    assert not [path for stage in graph().values() for path in stage.forgotten]


@pytest.mark.parametrize("module", pipeline_modules())
def test_stages_meet_only_through_files(module):
    others = {ROOT / "stages" / f"{other}.py" for other in pipeline_modules()}
    assert not imports(ROOT, ROOT / "stages" / f"{module}.py") & others


# Prints the help of each module as a process of its own would, but forked from one that has what all of them import.
SHOW_HELP = """
import contextlib, io, json, os, runpy, sys
import stages.command, stages.params
for module in sys.argv[1:]:
    if os.fork():
        assert os.wait()[1] == 0, module
        continue
    shown, sys.argv = io.StringIO(), [module, "--help"]
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(shown):
        runpy.run_module(f"stages.{module}", run_name="__main__")
    print(json.dumps([module, shown.getvalue(), list(sys.modules)]), flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def helps() -> dict[str, tuple[str, set[str]]]:
    """Of each stage module the help, and what was imported to show it."""
    command = [sys.executable, "-c", SHOW_HELP, *pipeline_modules()]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines()
    return {module: (shown, set(loaded)) for module, shown, loaded in map(json.loads, lines)}


@pytest.mark.parametrize("module", pipeline_modules())
def test_help_loads_no_heavy_library(helps, module):
    shown, loaded = helps[module]
    assert not HEAVY & loaded
    assert "--params" in shown


def keys(value: object, place: str = "") -> set[str]:
    if not isinstance(value, dict) or place.endswith(("world", "shares", "defect_rates")):
        return {place}
    return {place} | {name for key, part in value.items() for name in keys(part, f"{place}.{key}")}


def test_profiles_have_the_same_keys():
    profiles = values()["profiles"]
    expected = keys(profiles["nano"])
    for name, profile in profiles.items():
        assert keys(profile) == expected, f"profile {name} differs from nano in these keys"


def test_profiles_change_values_never_the_graph():
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    assert text.count("\nprofile: ") == 1
    for item in ("sources", "pretrain", "instruct", "evaluated_models", "benchmarks", "corpora"):
        assert f"\n{item}:" in text, "what dvc.yaml loops over stands at the top level, outside the profiles"


def test_mixtures_name_sources_that_exist():
    """A stage knows the sources that have tokens only, so it takes a misspelt one for one that has none."""
    found = values()
    known = {*found["sources"], *found["packed"]}
    stages = {f"pretrain.{name}": stage["mixture"] or {"sources": {}} for name, stage in found["pretrain"].items()}
    for place, mixture in {"mixture": found["mixture"], **stages}.items():
        assert not (unknown := set(mixture["sources"]) - known), f"{place}.sources: {unknown}"
