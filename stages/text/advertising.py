"""Advertising sentences that do not belong to the text they were put into, taken out."""

import re
from collections.abc import Callable, Iterator

from stages.text.cleaning_settings import FlaggedWords
from stages.text.phrases import phrase_pattern
from stages.text.vietnamese import syllables

_SENTENCE_END = re.compile(r"[.!?…]+[\"”’)\]]*(?=\s)|\n")
# A percentage, or a name with a lucky number as gambling sites have (three letters and two or three digits).
_OFFER_SIGN = re.compile(r"\d ?%|\b[A-Za-z]{3,12}\d{2,3}\b|!|/7\b")


def advertising_remover(settings: FlaggedWords) -> Callable[[str], str]:
    """A function that takes a text and gives it back without advertising at its beginning and end.

    An advertisement is a sentence with a flagged phrase and a sign of an offer: one of `offers`, a percentage, a name
    with a number, an exclamation mark. It is cut where it opens or closes a line of the text, if the rest holds no
    flagged phrase (else the text is about the subject, or is advertising as a whole, which the rule on their share
    sees) and is long enough beside it.
    """
    flagged, offer = phrase_pattern(settings.phrases), phrase_pattern(settings.offers)

    def remove(text: str) -> str:
        if not flagged.search(text.lower()):
            return text
        sentences = list(_sentences(text))
        lowered = [sentence.lower() for sentence in sentences]
        with_phrase = [bool(flagged.search(sentence)) for sentence in lowered]
        ads = {
            number
            for number, sentence in enumerate(lowered)
            if with_phrase[number] and (offer.search(sentence) or _OFFER_SIGN.search(sentences[number]))
        }
        if len(ads) < sum(with_phrase) or not all(_at_edge(sentences, number, ads) for number in ads):
            return text
        words = [len(syllables(sentence)) for sentence in sentences]
        if sum(words[number] for number in ads) > settings.max_cut_share * sum(words):
            return text
        kept = "".join(sentence for number, sentence in enumerate(sentences) if number not in ads)
        return re.sub(r"[^\S\n]+(?=\n|$)", "", kept).strip()

    return remove


def _sentences(text: str) -> Iterator[str]:
    """The text in sentences, each with the spaces or line break after it; joined they are the text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        while end < len(text) and text[end] == " ":
            end += 1
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _at_edge(sentences: list[str], number: int, ads: set[int]) -> bool:
    """Whether nothing but advertising stands between a sentence and the beginning or end of its line."""
    first = last = number
    while first > 0 and not sentences[first - 1].endswith("\n") and first - 1 in ads:
        first -= 1
    while last + 1 < len(sentences) and not sentences[last].endswith("\n") and last + 1 in ads:
        last += 1
    opens = first == 0 or sentences[first - 1].endswith("\n")
    closes = last + 1 == len(sentences) or sentences[last].endswith("\n") or sentences[last + 1] == "\n"
    return opens or closes
