"""The two halves of a corpus, so that no document is scored by a model that has read it."""

import hashlib

HALVES = 2


def half_of(document_id: str) -> int:
    """Which half a document belongs to; not by the id itself, so that `split` cuts independently."""
    return stable_number(f"half {document_id}") % HALVES


def stable_number(text: str, size: int = 1) -> int:
    """A number below 256^size that depends on the text alone."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "big")
