"""Duels and the votes on them, in a SQLite file that survives a kill."""

import csv
import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from stages.errors import BadInput

Choice = Literal["left", "right", "tie", "both_bad"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

SCHEMA = """
CREATE TABLE IF NOT EXISTS duels (
    id TEXT PRIMARY KEY,
    begun TEXT NOT NULL,
    question_id TEXT,  -- null: a visitor's own question
    question TEXT NOT NULL,
    left_model TEXT NOT NULL, left_sha256 TEXT NOT NULL, left_answer TEXT NOT NULL,
    right_model TEXT NOT NULL, right_sha256 TEXT NOT NULL, right_answer TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS votes (
    duel TEXT PRIMARY KEY REFERENCES duels (id),  -- one vote a duel
    choice TEXT NOT NULL CHECK (choice IN ('left', 'right', 'tie', 'both_bad')),
    voted TEXT NOT NULL
);
"""
VOTES = """
SELECT duels.*, votes.choice, votes.voted FROM votes JOIN duels ON duels.id = votes.duel ORDER BY votes.rowid
"""
EXPORTED = (
    "voted", "question_id", "question", "left_model", "left_sha256", "right_model", "right_sha256", "choice",
    "left_characters", "right_characters",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """Whose answer stands on one side of a duel: the model, the hash of its weights, the text."""

    model: str
    sha256: str
    answer: str


@dataclass(frozen=True)
class Duel:
    """A question with two answers."""

    id: str
    question_id: str | None
    question: str
    left: Side
    right: Side


@dataclass(frozen=True)
class Vote:
    """A vote with the duel that it is on. `voted` is a time in UTC."""

    duel: Duel
    choice: Choice
    voted: str


class AlreadyVoted(Exception):
    """A duel takes one vote."""


class VoteStore:
    """The file with all duels and votes. To be used from one thread."""

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(file, timeout=10)
            self._connection.row_factory = sqlite3.Row
            # A vote is on the disk before it is answered, also when the power goes.
            self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + SCHEMA)
            self._connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            raise BadInput(
                f"{file}: not usable as a file of votes ({error}). Move it away, or give another --db."
            ) from None

    def add_duel(self, duel: Duel) -> None:
        """Store a duel before it is shown."""
        sides = [(side.model, side.sha256, side.answer) for side in (duel.left, duel.right)]
        row = (duel.id, _now(), duel.question_id, duel.question, *sides[0], *sides[1])
        with self._connection:
            self._connection.execute(f"INSERT INTO duels VALUES ({', '.join('?' * len(row))})", row)

    def vote(self, duel: str, choice: Choice) -> Duel:
        """Store the vote on a duel and return that duel. Raises KeyError for an unknown one, and `AlreadyVoted`."""
        row = self._connection.execute("SELECT * FROM duels WHERE id = ?", (duel,)).fetchone()
        if row is None:
            raise KeyError(duel)
        try:
            with self._connection:
                self._connection.execute("INSERT INTO votes VALUES (?, ?, ?)", (duel, choice, _now()))
        except sqlite3.IntegrityError:
            raise AlreadyVoted(duel) from None
        return _duel(row)

    def votes(self) -> Iterator[Vote]:
        """All votes in the order in which they came."""
        for row in self._connection.execute(VOTES):
            yield Vote(_duel(row), row["choice"], row["voted"])

    def count(self) -> int:
        """How many votes there are."""
        return self._connection.execute("SELECT count(*) FROM votes").fetchone()[0]

    def count_by_pair(self) -> Counter[frozenset[tuple[str, str]]]:
        """Votes on each pair of models, a model being its name and the hash of its weights."""
        counted: Counter[frozenset[tuple[str, str]]] = Counter()
        query = (
            f"SELECT left_model, left_sha256, right_model, right_sha256, count(*) FROM ({VOTES}) GROUP BY 1, 2, 3, 4"
        )
        for left, left_hash, right, right_hash, count in self._connection.execute(query):
            counted[frozenset({(left, left_hash), (right, right_hash)})] += count
        return counted

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def as_csv(votes: Iterator[Vote]) -> str:
    """The votes as CSV with a head; answers are given by their length only."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(EXPORTED)
    for vote in votes:
        duel = vote.duel
        sides = (duel.left.model, duel.left.sha256, duel.right.model, duel.right.sha256)
        lengths = (len(duel.left.answer), len(duel.right.answer))
        writer.writerow([vote.voted, duel.question_id or "", duel.question, *sides, vote.choice, *lengths])
    return text.getvalue()


def _duel(row: sqlite3.Row) -> Duel:
    left, right = (
        Side(row[f"{side}_model"], row[f"{side}_sha256"], row[f"{side}_answer"]) for side in ("left", "right")
    )
    return Duel(row["id"], row["question_id"], row["question"], left, right)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
