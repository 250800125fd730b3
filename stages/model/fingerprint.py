"""Hashes that say which model a score is of."""

import hashlib
import json
from pathlib import Path
from typing import Any

BLOCK_BYTES = 2**20


def fingerprint(folder: Path) -> dict[str, Any]:
    """`files`: the SHA-256 of every file of a model folder. `folder`: the hash that DVC gives it in dvc.lock.

    The latter is the MD5 of the sorted list of the files' MD5, as JSON, with `.dir` behind it.
    """
    hashes = {file.relative_to(folder).as_posix(): _hashes(file) for file in folder.rglob("*") if file.is_file()}
    listed = [{"md5": hashes[name][1], "relpath": name} for name in sorted(hashes)]
    whole = hashlib.md5(json.dumps(listed, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return {"files": {name: sha256 for name, (sha256, _) in sorted(hashes.items())}, "folder": f"{whole}.dir"}


def _hashes(file: Path) -> tuple[str, str]:
    """SHA-256 and MD5 in one reading."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            sha256.update(block)
            md5.update(block)
    return sha256.hexdigest(), md5.hexdigest()
