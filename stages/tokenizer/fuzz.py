"""Random texts that a lossless tokenizer gives back as they were."""

import random
import unicodedata
from collections.abc import Iterator

_RANGES = (
    (0x00, 0x20), (0x20, 0x7F), (0x7F, 0x100), (0x100, 0x250), (0x300, 0x370), (0x370, 0x600), (0xE00, 0xE80),
    (0x1EA0, 0x1EFA), (0x2000, 0x2070), (0x3040, 0x3100), (0x4E00, 0x9FFF), (0xAC00, 0xD7A4), (0xE000, 0xE100),
    (0x1F300, 0x1F700), (0x10000, 0x110000),
)  # fmt: skip
_PIECES = (
    "Tôi yêu tiếng Việt.", unicodedata.normalize("NFD", "những người đã đến Đắk Lắk"), "👩\u200d👩\u200d👧\u200d👦",
    "🇻🇳", "👍🏽", "  \n\t\r\n ", "\ufeff", "\u00a0", "2024-12-31", "a\u0301\u0323",
    "<b>&amp;</b>", "def f(x):\n    return x",
)  # fmt: skip


def random_texts(count: int, seed: int) -> Iterator[str]:
    """Texts of 1 to 12 parts: characters of all planes, controls, emoji with joiners, composed and decomposed words."""
    chosen = random.Random(seed)
    for _ in range(count):
        parts = []
        for _ in range(chosen.randint(1, 12)):
            if chosen.random() < 0.3:
                parts.append(chosen.choice(_PIECES))
            else:
                first, last = chosen.choice(_RANGES)
                parts.append("".join(chr(chosen.randrange(first, last)) for _ in range(chosen.randint(1, 5))))
        yield "".join(parts)
