"""Cleaning of one text: repairs in a fixed order, then the rules, the first that fails naming the reason."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from datatrove.pipeline.formatters import PIIFormatter

from stages.text import (
    confusables,
    legacy_encodings,
    mojibake,
    normalisation,
    punctuation,
    quality,
    segmentation,
    tones,
    unaccented,
)
from stages.text.cleaning_settings import Rules

MAX_ROUNDS = 5  # of all repairs; a text takes two, one with a fault inside another's remains three


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after its repairs, which repairs changed it, and why it is to be dropped (empty: it is kept).

    `is_unaccented`: it is Vietnamese typed without diacritics.
    """

    text: str
    repairs: tuple[str, ...]
    reason: str
    is_unaccented: bool


class Cleaner:
    """Cleans texts of one language by its rules. `repeated_lines` are those that many documents share."""

    def __init__(self, settings: Rules, repeated_lines: Collection[str] = ()) -> None:
        self._repairs = _repairs(settings, repeated_lines)
        self._rules = quality.rules(settings)
        self._is_unaccented = unaccented.test(settings)

    def repair(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The repaired text and the names of the repairs that changed it.

        What one repair uncovers another may have to mend (a zero-width space within an entity), so they take turns
        until none has anything to do: a repaired text needs no repair.
        """
        changed = set()
        unchanged_in_a_row = 0
        for name, repaired in self._repairs * MAX_ROUNDS:
            before, text = text, repaired(text)
            if text == before:
                unchanged_in_a_row += 1
                if unchanged_in_a_row == len(self._repairs):
                    break
            else:
                changed.add(name)
                unchanged_in_a_row = 0
        return text, tuple(name for name, _ in self._repairs if name in changed)

    def clean(self, text: str) -> Cleaned:
        """Repair a text and judge it."""
        text, changed = self.repair(text)
        is_unaccented = self._is_unaccented(text)
        for rule in self._rules:
            match rule(text):
                case (False, str(reason)):
                    return Cleaned(text, changed, reason, is_unaccented)
        return Cleaned(text, changed, "", is_unaccented)


def _repairs(settings: Rules, repeated_lines: Collection[str]) -> list[tuple[str, Callable[[str], str]]]:
    """The repairs that the settings name, in their order: bytes before letters, letters before signs and lines."""
    personal_data = PIIFormatter(
        email_replacement=normalisation.EMAIL_PLACEHOLDER, ip_replacement=normalisation.IP_PLACEHOLDER
    )
    boilerplate, placement = settings.boilerplate, settings.tone_placement
    is_boilerplate = (
        normalisation.boilerplate_test(boilerplate.phrases, boilerplate.notices, boilerplate.max_words, repeated_lines)
        if boilerplate
        else lambda line: False
    )
    repairs = {
        "markup": normalisation.remove_markup,
        "legacy_encoding": legacy_encodings.repair,
        "encoding": mojibake.repair,
        "composition": normalisation.compose,
        "tones": partial(tones.place_tones, placement=placement),
        "confusables": confusables.replace_confusables,
        "segmentation": segmentation.join_segmented,
        "punctuation": punctuation.unify_punctuation,
        "invisible": punctuation.remove_invisible,
        "whitespace": normalisation.tidy_whitespace,
        "glued_sentences": punctuation.separate_sentences,
        "boilerplate": lambda text: normalisation.remove_boilerplate(text, is_boilerplate),
        "personal_data": personal_data.format,
    }
    wanted = {*settings.repairs, "composition"} | ({"tones"} if placement else set())
    return [(name, repair) for name, repair in repairs.items() if name in wanted]
