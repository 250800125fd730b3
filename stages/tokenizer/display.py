"""Tokens as a person reads them: the pieces that a tokenizer cuts a text into.

A token may be part of a character, a control character or a lone diacritic. What would not be seen is written out:
bytes that are no whole character as ⟨E1⟩⟨BB⟩, control and format characters as ⟨U+200D⟩, line ends as ↵, tabs as ⇥.
"""

import re
import unicodedata
from collections.abc import Iterable

from tokenizers import Tokenizer, decoders

from stages.tokenizer.byte_bpe import to_bytes

_BYTE_NAME = re.compile(r"<0x([0-9A-F]{2})>")  # a byte's token in SentencePiece's vocabularies
_SENTENCEPIECE_SPACE = "\u2581"
_SIGNS = {"\n": "↵", "\t": "⇥"}
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_FIRST_ESCAPE = 0xDC80 - 0x80  # where Python's `surrogateescape` puts the bytes that it cannot decode


class TokenTexts:
    """The bytes and the readable form of a tokenizer's tokens, byte-level or SentencePiece-style."""

    def __init__(self, tokenizer: Tokenizer):
        self._tokenizer = tokenizer
        self._is_byte_level = isinstance(tokenizer.decoder, decoders.ByteLevel)
        self._added = tokenizer.get_added_tokens_decoder()

    def bytes_of(self, id_: int) -> bytes:
        """What a token stands for in a text. KeyError for an id that the tokenizer lacks."""
        if id_ in self._added:
            return self._added[id_].content.encode()
        token = self._tokenizer.id_to_token(id_)
        if token is None:
            raise KeyError(id_)
        if self._is_byte_level:
            try:
                return to_bytes(token)
            except KeyError:  # a name in other characters than the byte symbols, which no text is cut into
                return token.encode()
        if byte := _BYTE_NAME.fullmatch(token):
            return bytes.fromhex(byte[1])
        return token.replace(_SENTENCEPIECE_SPACE, " ").encode()

    def pieces(self, text: str) -> list[str]:
        """A text's tokens in their readable form, one a token; without those that are put around a text."""
        return self.readable(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def readable(self, ids: Iterable[int]) -> list[str]:
        """Tokens in their readable form."""
        return [show(self.bytes_of(id_)) for id_ in ids]


def show(data: bytes) -> str:
    """Bytes as text in which everything is seen; a diacritic at the beginning stands on a dotted circle.

    >>> show(" chế".encode()), show(b"\\xe1\\xbb"), show("\\u0301\\n".encode())
    (' chế', '⟨E1⟩⟨BB⟩', '◌\u0301↵')
    """
    text = "".join(map(_shown, data.decode(errors="surrogateescape")))
    return f"◌{text}" if text and unicodedata.category(text[0]).startswith("M") else text


def _shown(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"⟨{ord(character) - _FIRST_ESCAPE:02X}⟩"
    if unicodedata.category(character) in _UNSEEN:
        return _SIGNS.get(character, f"⟨U+{ord(character):04X}⟩")
    return character
