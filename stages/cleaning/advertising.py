"""Advertising sentences that do not belong to the text they were put into, taken out."""

import re
from collections.abc import Callable, Iterable, Iterator

from stages.cleaning.phrases import phrase_pattern
from stages.cleaning.settings import FlaggedWords
from stages.text.vietnamese import syllables

_SENTENCE_END = re.compile(r"[.!?…]+[\"”’)\]]*(?=\s)|\n")
# A percentage, or a name with a lucky number as gambling sites have (three letters and two or three digits).
_OFFER_SIGN = re.compile(r"\d ?%|\b[A-Za-z]{3,12}\d{2,3}\b|!|/7\b")


def advertising_remover(settings: FlaggedWords) -> Callable[[str], str]:
    """A function that takes a text and gives it back without advertising sentences at its beginning and end.

    An advertisement holds a flagged phrase and a sign of an offer (one of `offers`, a percentage, a name with a number,
    an exclamation mark), and these fill at least `min_offer_share` of its words, which a report on the subject does
    not reach. It is cut if the rest holds no flagged phrase (else the text is about the subject, or is advertising
    as a whole, which the rule on their share sees) and is long enough beside it.
    """
    flagged, find_offer_signs = phrase_pattern(settings.phrases), offer_finder(settings)

    def is_advertisement(sentence: str) -> bool:
        signs = find_offer_signs(sentence)
        words = count_words([*flagged.findall(sentence.lower()), *signs])
        return bool(signs) and words >= settings.min_offer_share * len(syllables(sentence))

    def remove(text: str) -> str:
        if not flagged.search(text.lower()):
            return text
        sentences = list(_sentences(text))
        with_phrase = [number for number, sentence in enumerate(sentences) if flagged.search(sentence.lower())]
        first, last = 0, len(sentences)
        while first < last and (first in with_phrase and is_advertisement(sentences[first])):
            first += 1
        while last > first and (last - 1 in with_phrase and is_advertisement(sentences[last - 1])):
            last -= 1
        if any(first <= number < last for number in with_phrase):
            return text
        words = [len(syllables(sentence)) for sentence in sentences]
        if sum(words) - sum(words[first:last]) > settings.max_cut_share * sum(words):
            return text
        return "".join(sentences[first:last]).strip()

    return remove


def offer_finder(settings: FlaggedWords) -> Callable[[str], list[str]]:
    """A function that lists the signs of an offer in a text, as often as they stand there."""
    offer = phrase_pattern(settings.offers)
    return lambda text: [*offer.findall(text.lower()), *_OFFER_SIGN.findall(text)]


def count_words(phrases: Iterable[str]) -> int:
    """How many words the phrases have together."""
    return sum(len(phrase.split()) for phrase in phrases)


def _sentences(text: str) -> Iterator[str]:
    """The text in sentences, each with the spaces and line breaks after it; joined they are the text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
