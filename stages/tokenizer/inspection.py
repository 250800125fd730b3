"""What kind of tokenizer one is, and what its vocabulary holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer, decoders

from stages.tokenizer.byte_bpe import SYMBOLS
from stages.tokenizer.display import TokenTexts
from stages.tokenizer.scripts import scripts_of


@dataclass(frozen=True)
class Facts:
    """What a tokenizer's definition tells.

    `rows`: what an embedding needs, one more than the highest id. `added`: added tokens in the order of ids, special
    ones and others. `missing_bytes`: bytes that no token stands for, so that text with them is not restored.
    """

    kind: str
    entries: int
    rows: int
    merges: int
    special: list[str]
    added: list[str]
    normaliser: str
    splits: str
    missing_bytes: list[int]


def read_facts(tokenizer: Tokenizer, definition: Mapping[str, Any]) -> Facts:
    """The facts of any tokenizer of the library, and of the content of its tokenizer.json."""
    model = definition["model"]
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    if isinstance(tokenizer.decoder, decoders.ByteLevel):
        kind, names = f"byte-level {model['type']}", [{symbol} for symbol in SYMBOLS]
    elif model.get("byte_fallback"):
        kind = f"SentencePiece-style {model['type']} with byte tokens"
        names = [{f"<0x{byte:02X}>", chr(byte) if byte < 0x80 else ""} for byte in range(256)]
    else:
        kind, names = f"{model['type']} without bytes", []
    added = sorted(definition["added_tokens"], key=lambda token: token["id"])
    return Facts(
        kind=kind,
        entries=len(vocabulary),
        rows=1 + max(vocabulary.values()),
        merges=len(model.get("merges", [])),
        special=[token["content"] for token in added if token["special"]],
        added=[token["content"] for token in added if not token["special"]],
        normaliser=_steps(definition.get("normalizer"), "normalizers"),
        splits=_steps(definition.get("pre_tokenizer"), "pretokenizers"),
        missing_bytes=[byte for byte, forms in enumerate(names) if not forms & vocabulary.keys()],
    )


def _steps(step: dict[str, Any] | None, inner: str) -> str:
    if step is None:
        return "none"
    if step["type"] == "Sequence":
        return ", then ".join(_steps(part, inner) for part in step[inner])
    patterns = step.get("pattern", {}).values()
    return step["type"] + "".join(f" {pattern!r}" for pattern in patterns)


def token_bytes(tokenizer: Tokenizer) -> dict[int, bytes]:
    """The bytes of each token of the vocabulary, added tokens left out."""
    added = tokenizer.get_added_tokens_decoder()
    texts = TokenTexts(tokenizer)
    return {id_: texts.bytes_of(id_) for id_ in sorted(tokenizer.get_vocab().values()) if id_ not in added}


def count_scripts(tokens: Iterable[bytes]) -> Counter[str]:
    """How many tokens are written in which script; `mixed` in several, `part of a character` in none that is whole.

    >>> count_scripts([" chế".encode(), b"\\xe1\\xba", "Мы".encode(), b"42"])
    Counter({'Latin': 1, 'part of a character': 1, 'Cyrillic': 1, 'digits, punctuation, symbols': 1})
    """
    return Counter(map(_group, tokens))


def _group(token: bytes) -> str:
    scripts = set(scripts_of(token))
    if "partial" in scripts:
        return "part of a character"
    own = scripts - {"Common", "Inherited"}
    return "mixed" if len(own) > 1 else own.pop() if own else "digits, punctuation, symbols"
