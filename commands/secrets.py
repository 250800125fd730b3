"""Look for tokens and secrets: in the files that git tracks or would add, in every commit that a push would
send, and in what DVC would push.

Ends with an error that names each place (never the secret itself).
"""

import argparse
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stages.command import start
from stages.errors import BadInput

# Shapes of credentials. A line may be allowed with the comment `secrets: allow`.
PATTERNS = {
    "Hugging Face token": r"\b(?:hf|api_org)_[A-Za-z0-9]{30,}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}\b",
    "AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "AWS secret key": r"(?i)aws_?secret_?access_?key[\"']?\s*[:=]\s*[\"']?[A-Za-z0-9/+]{40}\b",
    "Google API key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "OpenAI or Anthropic key": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}\b",
    "Weights & Biases key": r"(?i)wandb_?api_?key[\"']?\s*[:=]\s*[\"']?[a-f0-9]{40}\b",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}$<>]+:[^\s/@\"'{}$<>]{3,}@",
    "password of a DVC remote": r"(?i)^\s*(?:password|secret_access_key|session_token|sas_token)\s*=\s*\S+",
}
COMPILED = {name: re.compile(pattern.encode(), re.MULTILINE) for name, pattern in PATTERNS.items()}
ALLOWED = b"secrets: allow"
MAX_BYTES = 20_000_000
# DVC writes these beside its config when told to keep credentials out of git.
NEVER_TRACKED = (".dvc/config.local", ".env", ".netrc")


@dataclass(frozen=True, order=True)
class Finding:
    """Where something secret stands, and of which shape it is."""

    place: str
    line: int
    kind: str


def scan(data: bytes, place: str) -> Iterator[Finding]:
    """Findings in one file's bytes."""
    for kind, pattern in COMPILED.items():
        for match in pattern.finditer(data):
            start_of_line = data.rfind(b"\n", 0, match.start()) + 1
            end = data.find(b"\n", match.end())
            if ALLOWED not in data[start_of_line : end if end >= 0 else len(data)]:
                yield Finding(place, data.count(b"\n", 0, match.start()) + 1, kind)


def check(root: Path) -> list[Finding]:
    """Findings in the working tree, in commits that no remote has, and in the outs that DVC would push."""
    found = set()
    for name in _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name in NEVER_TRACKED and name in _git(root, "ls-files").splitlines():
            found.add(Finding(name, 1, "file that holds credentials"))
        found.update(_scan_file(root / name, name) if name else ())
    found.update(_unpushed(root))
    for folder in ("data", "models"):
        for file in sorted((root / folder).rglob("*")):
            # Corpora are other people's text; what is written here is configuration, code and reports.
            if file.suffix in (".json", ".yaml", ".yml", ".md", ".html", ".txt", ".jinja") and "own" not in file.parts:
                found.update(_scan_file(file, str(file.relative_to(root))))
    return sorted(found)


def _unpushed(root: Path) -> Iterator[Finding]:
    """Findings in lines that commits added which no remote has yet: removing a secret later does not unsend it."""
    log = _git(root, "log", "--all", "--not", "--remotes", "--unified=0", "--no-color", "--format=commit %h", "--patch")
    commit, file = "", ""
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line.split()[1]
        elif line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/")
        elif line.startswith("+"):
            for finding in scan(line[1:].encode("utf-8", "surrogateescape"), f"commit {commit}, {file}"):
                yield Finding(finding.place, 0, finding.kind)


def _scan_file(file: Path, place: str) -> Iterator[Finding]:
    if file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_BYTES:
        yield from scan(file.read_bytes(), place)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def main() -> None:
    """Entry point."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = check(Path.cwd())
    if found:
        places = "\n".join(f"  {f.place}{f':{f.line}' if f.line else ''}: {f.kind}" for f in found)
        raise BadInput(
            f"{len(found)} possible secrets:\n{places}\nRevoke them first, then remove them (from commits with "
            "`git rebase`), or mark a false alarm with the comment `secrets: allow` on its line."
        )
    print("No token or secret found.")


if __name__ == "__main__":
    start(main)
