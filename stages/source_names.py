"""Names of sources in the settings of a stage, checked against those that params.yaml defines."""

from collections.abc import Iterable
from pathlib import Path

from stages import params
from stages.errors import BadInput


def refuse_unknown_sources(names: Iterable[str], place: str, file: Path) -> None:
    """Raise `BadInput` if a name that stands at `place` is none of the keys of `sources` in the file."""
    known = sorted(params.read(file).get("sources") or {})
    for name in names:
        if name not in known:
            raise BadInput(f"{file}: {place}: source {name!r} does not exist. Choose from: {', '.join(known)}.")
