"""The thread: what ties the beginning of a tiny story to its end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thread:
    """Sentences that open one thread of a story, and sentences that settle it and end in `{x}`."""

    setups: tuple[str, ...]
    payoffs: tuple[str, ...]
