"""What a pull request does to the scores, for its reviewer: a folder to look at, the job summary, and one comment.

    python -m commands.pull_request origin/main --out build/pull_request --comment 12

The folder gets comparison.md (that of commands.compare with the table of `dvc metrics diff`), a drawing of the changes
in each language, and DVC's page of plots. The same text is added to the file that GITHUB_STEP_SUMMARY names, where it
is set, and is the body of the pull request's comment, which is written once and then kept up to date (with `gh`). Where
the table is too long for that, it is that of the last model.
Nothing of it needs data. Ends with 1, after all is written, where the gate refuses the change or it cannot be compared.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from pathlib import Path

from commands import compare, plots
from commands.options import at_least
from commands.revisions import open_revision
from stages import params
from stages.command import start
from stages.errors import BadInput
from stages.outputs import write_text

MARK = "<!-- comparison of scores -->"  # by which the comment is found again
MAX_COMMENT = 65_000  # bytes; GitHub takes 65,536 characters
MAX_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB
COMMENTS = "repos/{owner}/{repo}/issues"  # gh fills in the names
LEFT_OUT = "\nThe rest is in comparison.md, among the files of this run."
FIND = f'.[] | select(.user.type == "Bot" and (.body | startswith("{MARK}"))) | .id'


def compared(base: str, root: Path, out: Path) -> tuple[str, str]:
    """The comparison with the checked-out commit, its drawings in `out`, and why it should not be merged, if so."""
    try:
        revisions = (open_revision(base, root), open_revision("HEAD", root))
        return compare.run(revisions, None, [], "", out)
    except BadInput as error:
        return f"# Scores\n\nThey could not be compared: {error}\n", f"error: {error}"


def metrics_table(base: str, root: Path, *targets: str) -> str:
    """The table of `dvc metrics diff`, folded; of some files only, where they are given."""
    only = ("--targets", *targets) if targets else ()
    table = _dvc(root, "metrics", "diff", "--md", base, "HEAD", *only)
    words = " ".join(("dvc metrics diff", base, *only))
    return f"\n<details><summary><code>{words}</code></summary>\n\n{table}\n</details>\n" if table else ""


def final_metrics(root: Path) -> list[str]:
    """The metrics files of the last evaluated model: what the whole table is cut to where it is too long."""
    values = params.read(root / "params.yaml")
    model = list(values["evaluated_models"].values())[-1]["model"]
    folder = root / "metrics" / params.profile_name(values, root / "params.yaml") / "evaluate"
    return [str(file.relative_to(root)) for file in sorted(folder.glob(f"{model}-*.json"))]


def draw_plots(base: str, root: Path, out: Path) -> None:
    """The page of `dvc plots diff` into `out`."""
    plots.configure(root)
    _dvc(root, "plots", *plots.with_tables(["diff", base, "HEAD", "--out", str(out)], root))


def _dvc(root: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "dvc", *words], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadInput(f"dvc {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def fitted(text: str, tables: Iterable[str], max_bytes: int) -> str:
    """The text and the first of the tables that leaves room for both; cut at a line's end where the text is too long.

    >>> fitted("Điểm tiếng Việt\\nĐiểm tiếng Anh\\n", ["một bảng dài " * 9], max_bytes=150)
    'Điểm tiếng Việt\\nĐiểm tiếng Anh\\n\\nThe rest is in comparison.md, among the files of this run.'
    """
    for table, note in zip(tables, chain([""], repeat(LEFT_OUT)), strict=False):
        if len(f"{text}{table}{note}".encode()) <= max_bytes:
            return f"{text}{table}{note}"
    room = max_bytes - len(LEFT_OUT.encode())
    if len(text.encode()) > room:
        text = text.encode()[:room].decode(errors="ignore").rpartition("\n")[0]
    return f"{text}{LEFT_OUT}"


def link_to_files(environment: Mapping[str, str]) -> str:
    """Where GitHub shows the files of the run that this is, if it is one."""
    if "GITHUB_RUN_ID" not in environment:
        return ""
    place = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format(**environment)
    return f"\nDrawings of the changes and all plots are among the [files of this run]({place}#artifacts).\n"


def write_comment(number: int, body: Path) -> None:
    """Write the pull request's comment, or write it anew where it is there."""
    found = _gh("--paginate", f"{COMMENTS}/{number}/comments", "--jq", FIND).split()
    place = ("--method", "PATCH", f"{COMMENTS}/comments/{found[0]}") if found else (f"{COMMENTS}/{number}/comments",)
    _gh(*place, "--field", f"body=@{body}")


def _gh(*words: str) -> str:
    try:
        done = subprocess.run(["gh", "api", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BadInput("gh: not found. Install GitHub's command line, or leave out --comment.") from None
    if done.returncode:
        raise BadInput(f"gh api {' '.join(words)}: {done.stderr.strip()}. Its token needs pull-requests: write.")
    return done.stdout


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", metavar="REVISION", help="what the pull request is to be merged into")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--comment", type=at_least(1), metavar="NUMBER", help="the pull request to comment on")
    given = parser.parse_args()
    root, out = Path.cwd(), given.out.absolute()
    text, reason = compared(given.base, root, out)
    text += link_to_files(os.environ)
    table = metrics_table(given.base, root)

    def tables() -> Iterator[str]:
        yield table
        yield metrics_table(given.base, root, *final_metrics(root))

    write_text(out / "comparison.md", f"{text}{table}")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(fitted(text, tables(), MAX_SUMMARY))
    if given.comment:
        write_text(out / "comment.md", fitted(f"{MARK}\n{text}", tables(), MAX_COMMENT))
        write_comment(given.comment, out / "comment.md")
    draw_plots(given.base, root, out / "plots")
    if reason:
        sys.exit(reason)


if __name__ == "__main__":
    start(main)
