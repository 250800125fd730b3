"""Write into dvc.yaml, for each stage, exactly the code files that it imports.

DVC does not follow imports: an edit reruns a stage only if the edited file stands among its deps.
Run it after adding or removing an import; a test fails when dvc.yaml and the imports differ.
"""

import argparse
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from stages import params
from stages.imports import reachable

KIND = "stages/${item.kind}"  # fetch and benchmarks enter the room that params.yaml names
READER = "stages/formats/${item.reader}.py"  # and fetch the module that makes plain text of their format
# Stage -> the section that its loop comes from, and the module of the room that it enters.
KINDS = {"fetch": ("sources", "source.py"), "benchmarks": ("benchmarks", "benchmark.py")}


def import_closure(root: Path, start: Path) -> set[str]:
    """Every file with code that runs when `start` does, and the data files in the rooms it enters."""
    seen = reachable(root, start)
    data = {
        entry
        for file in seen
        if file.parent != root / "stages"
        for entry in file.parent.iterdir()
        if entry.suffix != ".py" and entry.name != "__pycache__" and not (entry / "__init__.py").exists()
    }
    return {str(file.relative_to(root)) for file in seen | data if file.is_dir() or file.stat().st_size > 0}


@cache
def code_deps(root: Path, stage: str) -> frozenset[str]:
    """The code deps of a stage as they stand in dvc.yaml, before DVC fills in `${item.kind}`."""
    deps = import_closure(root, root / "stages" / f"{stage}.py")
    if stage not in KINDS:
        return frozenset(deps)
    values = params.read(root / "params.yaml")
    section, module = KINDS[stage]
    rooms = {f"stages/{entry['kind']}" for entry in values[section].values()}
    closures = [import_closure(root, root / room / module) for room in sorted(rooms)]
    by_name = {KIND}
    if stage == "fetch":
        rooms.add("stages/formats")
        closures += [import_closure(root, file) for file in sorted((root / "stages/formats").glob("*.py"))]
        by_name.add(READER)
    inside = tuple(f"{room}/" for room in rooms)
    return frozenset(by_name | {path for path in deps.union(*closures) if not path.startswith(inside)})


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    root, yaml = Path.cwd(), YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    graph = yaml.load(root / "dvc.yaml")
    for name, entry in graph["stages"].items():
        stage = entry.get("do", entry)
        data = [dep for dep in stage.get("deps", []) if not dep.startswith("stages/")]
        stage["deps"] = [*data, *sorted(code_deps(root, name))]
    yaml.dump(graph, root / "dvc.yaml")


if __name__ == "__main__":
    main()
