"""Superwords: tokens of two to four syllables, the first of which carries a diacritic, such as ` người ta`.

A BPE merges within what the pre-tokenizer leaves whole, which is a word. The rule here leaves whole a run of words
instead, if its first one holds a Vietnamese letter that ASCII lacks, so text in ASCII is split as before. Within a
run no merge crosses a space but those of superwords, which rank last: all other words are encoded as before.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from stages.errors import BadInput
from stages.tokenizer.byte_bpe import ByteBPE, to_symbols
from stages.tokenizer.pieces import accented_letters, is_written_form

_MAX_SYLLABLES = 4
_ACCENTED = "".join(accented_letters())
# L is any letter: `\p{L}` in the tokenizers' patterns (Oniguruma), `[^\W\d_]` in Python's.
_RUN = f" ?L*[{_ACCENTED}]L*(?: L+)*"
_RUN_IN_TEXT = re.compile(_RUN.replace("L", r"[^\W\d_]"))
# GPT-2's split, which the ByteLevel pre-tokenizer applies with use_regex (Radford et al. 2019).
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# A split that cuts this otherwise is none at words, and the words in a run would not be what they are without.
_PROBE = "người taBạn ĐƯỢC nói café"


def keep_runs_whole(base: ByteBPE) -> ByteBPE:
    """The tokenizer with a split rule that leaves runs whole. `BadInput` for one that does not split at words."""
    definition = base.definition()
    words = re.findall(" ?[^ ]+", _PROBE)
    if [piece for piece, _ in base.tokenizer().pre_tokenizer.pre_tokenize_str(_PROBE)] != list(map(_symbols, words)):
        raise BadInput(
            "tokenizer.json: does not split at words, so it can have no superwords. Set vocab.superwords: 0."
        )
    pre_tokenizer = definition["pre_tokenizer"]
    parts = pre_tokenizer["pretokenizers"] if pre_tokenizer["type"] == "Sequence" else [pre_tokenizer]
    return base.copy(
        pre_tokenizer={"type": "Sequence", "pretokenizers": [new for part in parts for new in _with_runs(part)]}
    )


def _symbols(text: str) -> str:
    return to_symbols(text.encode())


def _with_runs(part: dict[str, Any]) -> list[dict[str, Any]]:
    """What takes the place of a part of the pre-tokenizer."""
    if part["type"] == "ByteLevel" and part["use_regex"]:
        return [_split(_GPT2), part | {"use_regex": False}]
    if part["type"] == "Split" and part["behavior"] == "Isolated" and "Regex" in part["pattern"]:
        return [_split(part["pattern"]["Regex"])]
    if part["type"] == "Digits" or (part["type"] == "ByteLevel" and not part["use_regex"]):
        return [part]
    raise BadInput(
        f"tokenizer.json: superwords need a split by Digits, ByteLevel or a pattern, found {json.dumps(part)[:200]}. "
        "Set vocab.superwords: 0."
    )


def _split(pattern: str) -> dict[str, Any]:
    runs_first = _RUN.replace("L", r"\p{L}") + "|" + pattern
    return {"type": "Split", "pattern": {"Regex": runs_first}, "behavior": "Isolated", "invert": False}


def count_runs(texts: Iterable[str], max_runs: int) -> Counter[str]:
    """The runs of two and more words in the texts, in symbols, with their counts; at most `max_runs` distinct ones.

    If there are more, a half, a quarter, ... of them is kept, drawn by their hashes, with their counts doubled each
    time: so counts of what stands in them stay unbiased, memory is bounded, and the order of the texts has no
    influence (distinct sampling, Gibbons 2001).

    >>> count_runs(["Anh nói được rồi. Nói được rồi", "Ta nói được rồi"], 10)
    Counter({'ĠnÃ³iĠÄĳÆ°á»£cĠrá»ĵi': 2, 'NÃ³iĠÄĳÆ°á»£cĠrá»ĵi': 1})
    """
    counts: Counter[str] = Counter()
    kept_bits = 64
    for text in texts:
        for run in _RUN_IN_TEXT.findall(text):
            if " " not in run[1:]:
                continue
            if run in counts or _hash(run) >> kept_bits == 0:
                counts[run] += 1
        while len(counts) > max_runs:
            kept_bits -= 1
            counts = Counter({run: count for run, count in counts.items() if _hash(run) >> kept_bits == 0})
    weight = 1 << (64 - kept_bits)
    return Counter({_symbols(run): count * weight for run, count in counts.items()})


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")


class Superwords:
    """Says which byte strings may be a superword: two to four whole syllables, with a diacritic in the first."""

    def __init__(self, syllables: Collection[str]):
        self._syllables = syllables

    def allows(self, piece: bytes) -> bool:
        """
        >>> superwords = Superwords({"người", "ta", "anh"})
        >>> [superwords.allows(piece.encode()) for piece in (" người ta", "Người ta", " anh ta", " người t", " người")]
        [True, True, False, False, False]
        """
        try:
            words = piece.decode().removeprefix(" ").split(" ")
        except UnicodeDecodeError:
            return False
        return (
            2 <= len(words) <= _MAX_SYLLABLES
            and not words[0].isascii()
            and all(word.lower() in self._syllables and is_written_form(word) for word in words)
        )
