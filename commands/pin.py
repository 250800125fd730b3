"""Pin data sets to their newest commit: asks the hub for its hash and writes it into params.yaml.

Without names: every source of kind hub whose revision is null. With names: those, also when they
are pinned already; look at what changed in the data set before you commit that.
"""

import argparse
import re
from pathlib import Path

from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text


def pin(file: Path, names: list[str]) -> dict[str, str]:
    """Write the newest revision of the sources `names` (or of all that have none); returns them by source."""
    sources = params.read(file).get("sources", {})
    for name in names:
        if sources.get(name, {}).get("kind") != "hub":
            raise BadInput(f"{file}: sources.{name} is not a source of kind hub. Give the name of one that is.")
    chosen = names or [n for n, entry in sources.items() if entry["kind"] == "hub" and entry["revision"] is None]
    if not chosen:
        return {}

    from stages.hub.client import newest_revision  # seconds of imports

    found = {name: newest_revision(sources[name]["repository"]) for name in chosen}
    text = file.read_text(encoding="utf-8")
    for name, revision in found.items():
        text = with_revision(text, name, revision)
    write_text(file, text)
    return found


def with_revision(text: str, source: str, revision: str) -> str:
    """The parameter file's text with a source's revision replaced, all else (comments too) as it was."""
    pattern = rf"(^  {re.escape(source)}:\n(?:^    .*\n)*?^    revision:)[ ]*[^\s#]*"
    # In quotes, since a hash of digits alone would be read as a number.
    changed, count = re.subn(pattern, rf'\g<1> "{revision}"', text, count=1, flags=re.MULTILINE)
    if not count:
        raise BadInput(f"sources.{source}: no line `revision:` of its own. Write the entry in block style.")
    return changed


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    arguments.add_argument("names", nargs="*", metavar="SOURCE")
    given = arguments.parse_args()
    found = pin(given.params, given.names)
    for name, revision in found.items():
        print(f"{name}: {revision}")
    print(f"{len(found)} pinned in {given.params}. Commit it." if found else "Every source of kind hub is pinned.")


if __name__ == "__main__":
    start(main)
