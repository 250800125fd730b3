"""Texts and a base tokenizer for the tests of extended vocabularies."""

import json
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from stages.text.vietnamese import all_bare_syllables
from stages.tokenizer import byte_bpe
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.extension import Guard, NewToken, begin
from stages.tokenizer.settings import Extension

ENGLISH = [
    "The thing that the teacher taught them was not in the book, so they chose to go on.",
    "She was born in a small town near the river, and she works there as a nurse today.",
    "Trong is a name; strong winds and long songs belong to the throng of 1,234 people.",
    "He can see a cat on the mat. It's a cat! Don't you see the 3 cats?",
] * 3
VIETNAMESE = [
    "Người thầy giáo dạy học trong một ngôi trường nhỏ ở làng quê.",
    "Chị ấy sinh ra ở một thị trấn nhỏ gần sông, và hôm nay chị làm y tá ở đó.",
    "Anh Nguyễn Văn Trường mua 12 quả cam cho các em nhỏ trong làng.",
    "Ở trong làng, người ta thường nói: “Đường về nhà là đường đẹp nhất.”",
] * 5
MISSING_BYTES = [0x04, 0x06, 0x13, 0x14, 0x16, 0x1D, 0xC0, 0xC1, 0xF1, 0xF2, *range(0xF5, 0x100)]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def make_base(digits_and_byte_level: bool = True) -> ByteBPE:
    """A tokenizer built as SmolLM2's: special tokens first, digit split, 21 bytes missing, a null unk.

    Or split by a pattern as Llama-3's and Qwen's are.
    """
    tokenizer = Tokenizer(models.BPE())
    if digits_and_byte_level:
        split = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    else:
        pattern = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
        split = [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(split)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=[AddedToken(token, special=True) for token in SPECIAL],
        initial_alphabet=[byte_bpe.SYMBOLS[byte] for byte in range(256) if byte not in MISSING_BYTES],
        show_progress=False,
    )
    tokenizer.train_from_iterator(ENGLISH, trainer)
    return ByteBPE(json.loads(tokenizer.to_str()))


def extend(
    base: ByteBPE, words, allows, letters, new_tokens: int, min_count: int, guard: Guard | None
) -> tuple[ByteBPE, list[NewToken]]:
    """Continued BPE with any rule of what may be a token."""
    growth = begin(base, words, allows, letters, new_tokens, guard)
    growth.merge_most_frequent("merge", new_tokens, min_count)
    return growth.bpe, growth.made


def make_settings(**changes) -> Extension:
    values = {
        "method": "continued_bpe",
        "guard": "guarded",
        "max_guard_per_million": 2.0,
        "min_count": 2,
        "normaliser": "none",
        "new_tokens": 400,
        "size_multiple": 1,
        "superwords": 0,
        "max_superword_runs": 1000,
    }
    return Extension(**(values | changes))


def random_ascii_lines(count: int, seed: int) -> list[str]:
    """ASCII lines, half of them of possible syllables without their diacritics, the nearest to what is learnt."""
    source = random.Random(seed)
    bare = sorted(all_bare_syllables())
    signs = "".join(map(chr, range(0x20, 0x7F))) + " " * 20

    def one(number: int) -> str:
        if number % 2:
            return " ".join(source.choices(bare, k=8))
        return "".join(source.choices(signs, k=40))

    return [one(number) for number in range(count)]
