"""What an extension changes in held-out text, for people to look at: words, and sentences as they are cut."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from tokenizers import Tokenizer

from stages.tokenizer import fertility
from stages.tokenizer.display import TokenTexts

HeldOut = Mapping[str, Mapping[str, list[str]]]  # language -> domain -> texts

SAMPLES_PER_DOMAIN = 2
SENTENCE_CHARACTERS = (60, 200)  # shorter ones show little, longer ones are not read
MIN_SENTENCE_WORDS = 8  # fewer in so many characters are addresses
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def describe_changes(held_out: HeldOut, before: Tokenizer, after: Tokenizer) -> dict[str, list[Any]]:
    """What the report lists beside the new tokens.

    `english_words_changed`: words of the English texts that are cut otherwise, the most frequent first, each with
    `count` and its pieces `before` and `after`. `samples`: the first sentences of each domain with their pieces.
    """
    old, new = TokenTexts(before), TokenTexts(after)
    words = fertility.count_words(text for texts in held_out.get("en", {}).values() for text in texts)
    changed = sorted(fertility.changed(words, before, after), key=lambda word: (-words[word], word))
    return {
        "english_words_changed": [
            {"word": word, "count": words[word], "before": old.pieces(word), "after": new.pieces(word)}
            for word in changed
        ],
        "samples": [
            {
                "language": language,
                "domain": domain,
                "text": text,
                "before": old.pieces(text),
                "after": new.pieces(text),
            }
            for language, domains in held_out.items()
            for domain, texts in sorted(domains.items())
            for text in islice(sentences(texts), SAMPLES_PER_DOMAIN)
        ],
    }


def sentences(texts: Iterable[str]) -> Iterator[str]:
    """The first sentence of each text that is neither short nor long, nor a long address.

    >>> list(sentences(["Ngắn. Câu này dài hơn sáu mươi ký tự, vì nó kể về một người đi từ làng ra chợ.", "Hết."]))
    ['Câu này dài hơn sáu mươi ký tự, vì nó kể về một người đi từ làng ra chợ.']
    """
    shortest, longest = SENTENCE_CHARACTERS
    for text in texts:
        found = (part.strip() for line in text.splitlines() for part in _SENTENCE_END.split(line))
        sentences_of_text = (part for part in found if len(part.split()) >= MIN_SENTENCE_WORDS)
        sentence = next((part for part in sentences_of_text if shortest <= len(part) <= longest), None)
        if sentence:
            yield sentence
