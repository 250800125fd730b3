"""The look-out for tokens: what it finds, where, and what it lets pass."""

import os
import subprocess
from pathlib import Path

import pytest

from commands import secrets

# Put together here, so that this file holds none.
TOKENS = {
    "Hugging Face token": "hf_" + "AbCdEfGhIj" * 4,
    "GitHub token": "ghp_" + "a1B2c3D4e5" * 4,
    "AWS access key": "AKIA" + "ABCDEFGH12345678",
    "AWS secret key": "aws_secret_" + "access_key = " + "abcdefghij" * 4,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "password in an address": "https://user:" + "hunter2secret" + "@example.org/x",
    "password of a DVC remote": "  password = " + "hunter2",
    "OpenAI or Anthropic key": "sk-ant-" + "abcdefghij" * 5,
}


@pytest.fixture
def repository_folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text("/data/*\n.env\n")
    commit(tmp_path, "start")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, env=os.environ)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@pytest.mark.parametrize("kind", TOKENS)
def test_each_shape_is_found_with_its_line(kind):
    data = f"một dòng\nkhóa: 1\n{TOKENS[kind]}\n".encode()
    assert [(finding.line, finding.kind) for finding in secrets.scan(data, "a.py")] == [(3, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "revision: b04c8d1ceb2f5cd4588862100d08de323dccfbaa",
        "hf_hub_download(repo_id, filename)",
        "set HF_TOKEN to a token of that account",
        "ssh://user@host:22/path",
        "sha256:" + "0123456789abcdef" * 4,
        "postgres://${USER}:${PASSWORD}@host",
        "https://example.org:443/@user",
    ],
)
def test_what_is_no_secret_passes(text):
    assert not list(secrets.scan(text.encode(), "a.py"))


def test_a_false_alarm_can_be_allowed_on_its_line():
    token = TOKENS["Hugging Face token"]
    data = f"{token}  # secrets: allow\n{token}\n".encode()
    assert [finding.line for finding in secrets.scan(data, "a.py")] == [2]


def test_clean_repository_has_no_findings(repository_folder):
    assert secrets.check(repository_folder) == []


def test_files_not_yet_added_and_ignored_ones(repository_folder):
    (repository_folder / "notes.md").write_text(TOKENS["Hugging Face token"])
    (repository_folder / ".env").write_text(TOKENS["Hugging Face token"])
    assert {finding.place for finding in secrets.check(repository_folder)} == {"notes.md"}


def test_a_secret_removed_by_a_later_commit_is_still_found(repository_folder):
    (repository_folder / "run.sh").write_text(f"export HF_TOKEN={TOKENS['Hugging Face token']}\n")
    commit(repository_folder, "add")
    (repository_folder / "run.sh").unlink()
    commit(repository_folder, "remove")
    [finding] = secrets.check(repository_folder)
    assert finding.place.startswith("commit ")
    assert finding.place.endswith("run.sh")


def test_outs_that_dvc_would_push_are_looked_at(repository_folder):
    (repository_folder / "data" / "report").mkdir(parents=True)
    (repository_folder / "data" / "report" / "index.html").write_text(TOKENS["Hugging Face token"])
    assert [finding.place for finding in secrets.check(repository_folder)] == ["data/report/index.html"]


def test_a_tracked_file_of_credentials_is_refused(repository_folder):
    (repository_folder / ".dvc").mkdir()
    (repository_folder / ".dvc" / "config.local").write_text("[core]\n")
    commit(repository_folder, "credentials")
    assert [finding.kind for finding in secrets.check(repository_folder)] == ["file that holds credentials"]


def test_this_repository_holds_none(repository):
    assert secrets.check(repository) == []
