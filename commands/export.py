"""Copy the final model into a folder that can be published: weights, tokenizer, its card as README.md, the licence.

The card was written with the report. If it tells of other files than the model has, nothing is copied.
"""

import argparse
import shutil
from pathlib import Path

from stages.command import start
from stages.errors import BadInput
from stages.outputs import new_folder

ROOT = Path(__file__).resolve().parent.parent
LICENCES = ("LICENSE", "NOTICE")
README = "README.md"


def export(model: Path, card: Path, out: Path) -> list[str]:
    """Write the folder `out`, which must be missing or empty, whole or not at all; returns the names of its files.

    Raises `BadInput` where model or card are missing, or do not belong together.
    """
    from stages.model.fingerprint import fingerprint
    from stages.reporting.model_card import read_files

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out}: is there and not an empty folder. Choose another: make export OUT=folder.")
    if not (model / "config.json").is_file():
        raise BadInput(f"{model}: no model here. Make it (dvc repro), or bring it from the remote (dvc pull).")
    try:
        told = read_files(card.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{card}: no model card here. Make it (dvc repro), or bring it (dvc pull).") from None
    found = fingerprint(model)["files"]
    if differing := sorted(name for name in {*told, *found} if told.get(name) != found.get(name)):
        raise BadInput(
            f"{card}: tells of another model than {model}: {', '.join(differing)}. Evaluate this one and write its "
            "card with: dvc repro."
        )
    with new_folder(out) as folder:
        for name in found:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(model / name, folder / name)
        shutil.copyfile(card, folder / README)
        for name in LICENCES:
            shutil.copyfile(ROOT / name, folder / name)
    return [*found, README, *LICENCES]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="folder to write, missing or empty")
    parser.add_argument("--model", type=Path, default=Path("models/merge"))
    parser.add_argument("--card", type=Path, default=Path("data/report/model_card.md"))
    args = parser.parse_args()
    if not args.out:
        raise BadInput("No folder to write to. Name it: make export OUT=folder.")
    names = export(args.model, args.card, Path(args.out))
    print(f"{args.out}: {', '.join(names)}")


if __name__ == "__main__":
    start(main)
