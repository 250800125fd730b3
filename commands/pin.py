"""Pin data sets and benchmarks: asks the hub for the newest commit and writes its hash where the entry stands.

A source's stands in params.yaml, a benchmark's in its source.yaml, with the SHA-256 of each of its files. Without
names: every source and benchmark of kind hub that is not pinned whole. With names: those, also when they are pinned
already; look at what changed in the data set before you commit that.
"""

import argparse
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.items.source import load_source
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


def pin_benchmark(file: Path, hub: dict[str, Any], again: bool) -> dict[str, str]:
    """Complete a source.yaml in place: revisions that are null, and hashes of files; returns these by what they are of.

    `hub` is the section `hub` of the parameter file. `again`: also what is pinned, to the newest commit. All else in
    the file, comments too, stays as it was.
    """
    load_source(file)  # whatever else is wrong with it is said first
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    values = yaml.load(file.read_text(encoding="utf-8"))
    written: dict[str, str] = {}
    patience = (hub["max_attempts"], hub["first_wait_seconds"])
    for entry in [values, *values["parts"]]:
        if entry.get("repository") and (again or entry.get("revision") is None):
            from stages.hub.client import newest_revision  # seconds of imports

            if "revision" not in entry:
                entry.insert(list(entry).index("repository") + 1, "revision", None)
            written[entry["repository"]] = newest_revision(entry["repository"])
            entry["revision"] = _quoted(written[entry["repository"]])
    for part in values["parts"]:
        place = part if part.get("repository") else values
        for data in _files(part):
            if place["repository"] in written or data["sha256"] is None:
                from stages.hub.client import file_sha256

                sha256 = file_sha256(place["repository"], place["revision"], data["path"], *patience)
                data["sha256"], written[f"{place['repository']}/{data['path']}"] = _quoted(sha256), sha256
    if written:
        text = io.StringIO()
        yaml.dump(values, text)
        write_text(file, text.getvalue())
    return written


def with_revision(text: str, source: str, revision: str) -> str:
    """The parameter file's text with a source's revision replaced, all else (comments too) as it was."""
    pattern = rf"(^  {re.escape(source)}:\n(?:^    .*\n)*?^    revision:)[ ]*[^\s#]*"
    # In quotes, since a hash of digits alone would be read as a number.
    changed, count = re.subn(pattern, rf'\g<1> "{revision}"', text, count=1, flags=re.MULTILINE)
    if not count:
        raise BadInput(f"sources.{source}: no line `revision:` of its own. Write the entry in block style.")
    return changed


def _quoted(value: str) -> str:
    """In quotes, since a hash of digits alone, or with one e among them, would be read as a number."""
    return DoubleQuotedScalarString(value)


def _files(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("test", "examples"):
        if part.get(key):
            yield part[key]
            if part[key].get("beside"):
                yield part[key]["beside"]


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    arguments.add_argument("names", nargs="*", metavar="NAME", help="of a source or a benchmark")
    given = arguments.parse_args()
    values = params.read(given.params)
    of_hub = {
        section: {name: entry for name, entry in values.get(section, {}).items() if entry["kind"] == "hub"}
        for section in ("sources", "benchmarks")
    }
    for name in given.names:
        if not any(name in entries for entries in of_hub.values()):
            raise BadInput(f"{given.params}: {name} is no source or benchmark of kind hub. Give the name of one.")
    sources = [name for name in given.names if name in of_hub["sources"]]
    found = pin(given.params, sources) if sources or not given.names else {}
    refused = []
    for name, entry in of_hub["benchmarks"].items():
        if not given.names or name in given.names:
            try:
                pinned = pin_benchmark(Path(entry["source"]), values["hub"], again=name in given.names)
                found |= {f"{name}: {place}": value for place, value in pinned.items()}
            except BadInput as error:  # the others are pinned all the same: each may have terms of its own
                refused.append(f"{name}: {error}")
    for name, value in found.items():
        print(f"{name}: {value}")
    print(f"{len(found)} hashes written. Commit them." if found else "No hash written.")
    if refused:
        raise BadInput("\n".join(refused))


if __name__ == "__main__":
    start(main)
