"""Hand-written decisions on single tokens: what pruning keeps or drops whatever its policy says.

A line is `keep` or `drop`, white space, and the token's id or its name in quotes, as both stand in the list of
decisions; what follows is a remark. `#` begins a comment:

    keep  "Ġxin"   greeting
    drop  1532
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import ByteBPE

_LINE = re.compile(r'(?P<action>keep|drop)\s+(?P<entry>\d+|"(?:[^"\\]|\\.)*")(?:\s.*)?')


@dataclass(frozen=True)
class Override:
    """One line: `place` is file and line number, `entry` the id or the quoted token as written."""

    place: str
    keep: bool
    entry: str

    def id_in(self, bpe: ByteBPE) -> int:
        """The token's id. Raises `BadInput` if the vocabulary does not have it."""
        quoted = self.entry.startswith('"')
        id_ = bpe.vocabulary.get(json.loads(self.entry)) if quoted else int(self.entry)
        if id_ is None or id_ not in bpe.tokens.keys() | bpe.special_ids:
            raise BadInput(
                f"{self.place}: {self.entry} is not in this vocabulary. Take id or token from decisions.tsv, "
                "or remove the line."
            )
        return id_


def read_overrides(file: Path, bpe: ByteBPE) -> list[Override]:
    """The decisions in a file. Raises `BadInput` for a line that is none, a token that is unknown or named twice."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: not readable ({error}). It is a UTF-8 text file; an empty one will do.") from None
    found: dict[int, Override] = {}
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        place = f"{file}: line {number}"
        match = _LINE.fullmatch(stripped)
        if not match or not _is_json(match["entry"]):
            raise BadInput(f'{place}: {stripped!r}, expected `keep` or `drop` and an id or a token in quotes ("Ġxin").')
        override = Override(place, match["action"] == "keep", match["entry"])
        id_ = override.id_in(bpe)
        if id_ in found:
            raise BadInput(f"{place}: {override.entry} stands in {found[id_].place} already. Remove one of the lines.")
        found[id_] = override
    return list(found.values())


def _is_json(entry: str) -> bool:
    try:
        json.loads(entry)
    except ValueError:
        return False
    return True
