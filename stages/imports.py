"""Which of the project's files run when one of them does."""

import ast
from functools import cache
from pathlib import Path


@cache
def imports(root: Path, file: Path) -> frozenset[Path]:
    """The project's own files that a file names in an import, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] not in ("stages", "commands"):
                continue
            for depth in range(1, len(parts) + 1):
                place = root.joinpath(*parts[:depth])
                found |= {f for f in (place.with_suffix(".py"), place / "__init__.py") if f.is_file()}
    return frozenset(found)


def reachable(root: Path, *starts: Path) -> set[Path]:
    """`starts` and every file that they import, directly or through others."""
    seen, waiting = set(), list(starts)
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting.extend(imports(root, file))
    return seen
