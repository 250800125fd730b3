"""Take your own text: link (or copy) Vietnamese and English documents into data/own/vi and data/own/en.

A path is a file or a folder of txt, md, jsonl (also .gz, .zst) and Parquet files. Then set
`profile: files` in params.yaml and run `make repro`.
"""

import argparse
import os
import shutil
from pathlib import Path

from stages.command import start
from stages.errors import BadInput
from stages.files.source import READERS, suffix_of

OWN = Path("data/own")


def take(given: Path, folder: Path, copy: bool) -> tuple[int, int]:
    """Link or copy the readable files of `given` into `folder`, below the same names; returns how many, and how many
    others were left out.

    Files that are there already with the same content stay. Raises `BadInput` before anything is
    written if a name is taken by other content, or if nothing is readable.
    """
    pairs, left_out = _pairs(given)
    if not pairs:
        raise BadInput(f"{given}: no file that can be read. Expected {', '.join(READERS)}.")
    new = []
    for source, relative in pairs:
        target = folder / relative
        if not os.path.lexists(target):
            new.append((source, target))
        elif not _same(source, target):
            raise BadInput(f"{target} exists with other content. Move it away, or rename {source}.")
    for source, target in new:
        target.parent.mkdir(parents=True, exist_ok=True)
        if copy:
            unfinished = target.with_name(f".{target.name}.unfinished")
            shutil.copyfile(source, unfinished)
            unfinished.rename(target)
        else:
            target.symlink_to(source.resolve())
    return len(new), left_out


def _pairs(given: Path) -> tuple[list[tuple[Path, Path]], int]:
    if given.is_file():
        found = [(given, Path(given.name))]
    elif given.is_dir():
        found = [(path, path.relative_to(given)) for path in sorted(given.rglob("*")) if path.is_file()]
    else:
        raise BadInput(f"{given}: no such file or folder. Give the path of your documents.")
    visible = [(path, name) for path, name in found if not any(part.startswith(".") for part in name.parts)]
    readable = [(path, name) for path, name in visible if suffix_of(path)]
    return readable, len(visible) - len(readable)


def _same(source: Path, target: Path) -> bool:
    if not target.exists():  # a link to what is no longer there
        return False
    if target.samefile(source):
        return True
    return target.is_file() and source.stat().st_size == target.stat().st_size and _bytes_equal(source, target)


def _bytes_equal(one: Path, other: Path) -> bool:
    with one.open("rb") as a, other.open("rb") as b:
        while chunk := a.read(1 << 20):
            if chunk != b.read(1 << 20):
                return False
    return True


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--vi", default="", metavar="PATH", help="Vietnamese documents")
    arguments.add_argument("--en", default="", metavar="PATH", help="English documents")
    arguments.add_argument("--copy", action="store_true", help="copy instead of linking")
    given = arguments.parse_args()
    wanted = {"vi": given.vi, "en": given.en}
    if not any(wanted.values()):
        raise BadInput("no path given. Run: make own VI=<your Vietnamese> EN=<your English>")
    for language, path in wanted.items():
        if path:
            new, left_out = take(Path(path).expanduser(), OWN / language, given.copy)
            also = f", {left_out} of other kinds left out" if left_out else ""
            print(f"{OWN / language}: {new} files {'copied' if given.copy else 'linked'} from {path}{also}")
    missing = [language for language in wanted if not any(p for p in (OWN / language).rglob("*") if p.name[0] != ".")]
    for language in missing:
        print(f"{OWN / language} is still empty: the profile needs text of both languages.")
    if not missing:
        print("Now set `profile: files` in params.yaml and run: make repro")


if __name__ == "__main__":
    start(main)
