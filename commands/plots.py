"""Draw loss curves and scores into dvc_plots/index.html, a page that needs no network.

DVC's own page loads its drawing library from the network. Here a page template with the library
inside is made once under build/, and DVC is told to use it, so that `dvc plots show` and `dvc plots
diff REVISION` work offline from then on. Arguments go to `dvc plots`: `diff main`, for example.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import vl_convert

from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path("build/plots.html")
HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>VinaSmol: plots</title>
<style>body { font-family: sans-serif; margin: 2rem; } body > div { margin-bottom: 2rem; }</style>
"""
BODY = """</head>
<body>
{plot_divs}
</body>
</html>
"""


def page_template() -> str:
    """DVC's page with Vega, Vega-Lite and Vega-Embed inside; it has no place for DVC's own script tags."""
    library = vl_convert.javascript_bundle()
    # The HTML parser would take these for the script's end, and DVC replaces its placeholders everywhere.
    library = library.replace("</script", r"<\/script").replace("<!--", r"<\!--")
    return f"{HEAD}<script>{library}</script>\n{BODY}"


def configure(root: Path) -> None:
    """Write the template below `root` and name it in DVC's local configuration, which is not in git."""
    write_text(root / TEMPLATE, page_template())
    # DVC takes the path from its own folder.
    place = os.path.relpath(root / TEMPLATE, root / ".dvc")
    _dvc(root, "config", "--local", "plots.html_template", place)


def with_tables(words: Sequence[str], root: Path) -> list[str]:
    """The words of `show` and `diff` with what the report draws, where they name no table.

    Outcomes of items are plots only in name: so DVC keeps the runs of a stage whose table is in git. Raises `BadInput`
    where the report was not made.
    """
    folder = Path("metrics") / params.profile_name(params.read(root / "params.yaml"), root / "params.yaml") / "report"
    tables = [str(file.relative_to(root)) for file in sorted((root / folder).glob("*.csv"))]
    if not tables:
        raise BadInput(f"{folder}: no tables to draw. Run `dvc repro report`.")
    match list(words):
        case [] | ["show"]:
            return ["show", *tables]
        case ["diff", *rest] if "--targets" not in rest:
            return ["diff", *rest, "--targets", *tables]
        case _:
            return list(words)


def _dvc(root: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "dvc", *words], cwd=root, check=True)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs=argparse.REMAINDER, help="of `dvc plots` (default: show)")
    words = with_tables(parser.parse_args().words, ROOT)
    configure(ROOT)
    try:
        _dvc(ROOT, "plots", *words)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    start(main)
