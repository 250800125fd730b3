"""The arithmetic of the word problems, and the shape in which a language words it."""

from dataclasses import dataclass
from random import Random

# Operations on two numbers and how often each is asked. Numbers and results stay from 1 to 9: one
# digit each, so that no answer is longer than another, and a table small enough for a nano model.
WEIGHTS = {"add": 24, "join": 14, "take": 26, "more": 8, "fewer": 8, "difference": 8, "times": 6, "share": 6}
DIGITS = range(1, 10)


@dataclass(frozen=True)
class Wording:
    """Sentences for one operation; each of `answers` holds the result once."""

    givens: tuple[str, ...]
    changes: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """`operation` applied to `a` and `b` gives `result`."""

    operation: str
    a: int
    b: int
    result: int


def result(operation: str, a: int, b: int) -> int | None:
    """What an operation makes of two numbers, or None where it is no problem for the world.

    >>> result("take", 7, 3), result("share", 7, 3)
    (4, None)
    """
    match operation:
        case "add" | "join" | "more":
            made = a + b
        case "take" | "fewer" | "difference":
            made = a - b
        case "times" if a > 1 and b > 1:
            made = a * b
        case "share" if b > 1 and a > b and a % b == 0:
            made = a // b
        case _:
            return None
    return made if made in DIGITS else None


def all_sums() -> tuple[Sum, ...]:
    """Every sum of the world."""
    return tuple(
        Sum(operation, a, b, made)
        for operation in WEIGHTS
        for a in DIGITS
        for b in DIGITS
        if (made := result(operation, a, b)) is not None
    )


def draw_sum(random: Random, sums: tuple[Sum, ...]) -> Sum:
    """One of `sums`: an operation by its weight, then any sum of it."""
    operations = sorted({each.operation for each in sums})
    (operation,) = random.choices(operations, [WEIGHTS[name] for name in operations])
    return random.choice([each for each in sums if each.operation == operation])
