"""Cleaning of one text: repairs in a fixed order, then the rules, the first that fails naming the reason."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from stages.cleaning import quality
from stages.cleaning.advertising import advertising_remover
from stages.cleaning.boilerplate import boilerplate_remover, plain_headings
from stages.cleaning.counted_rules import Fault, remove_c4_lines
from stages.cleaning.doubled_passages import doubled_passage_remover
from stages.cleaning.languages import CorpusLanguage, Identifier, identification_model
from stages.cleaning.personal_data import redactor
from stages.cleaning.settings import Rules
from stages.cleaning.text_statistics import TextStatistics
from stages.cleaning.urls import url_rule
from stages.normalisation import confusables, legacy_encodings, mojibake, pages, punctuation, segmentation, tones

MAX_ROUNDS = 5  # of all repairs; a text takes two, one with a fault inside another's remains three


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after its repairs, which repairs changed it, and why it is to be dropped (None: it is kept)."""

    text: str
    repairs: tuple[str, ...]
    fault: Fault | None

    @property
    def reason(self) -> str:
        """The rule that drops it; empty if it is kept."""
        return self.fault.reason if self.fault else ""


class Cleaner:
    """Cleans texts of one language by its rules.

    `repeated_lines` are those that many documents share, `blocked_domains` come beside those of the settings.
    `repairs` and `rules` are their names and functions, in their order.
    """

    def __init__(
        self, settings: Rules, repeated_lines: Collection[str] = (), blocked_domains: Collection[str] = ()
    ) -> None:
        language = None
        if settings.language and settings.identification:
            model = identification_model(settings.identification_model, settings.identification.glotlid_model)
            language = CorpusLanguage(Identifier(settings.identification, model), settings.language)
        self.repairs = _repairs(settings, repeated_lines, language)
        self._url_rule = url_rule(settings.urls, blocked_domains) if settings.urls else lambda url: True
        self.rules = quality.rules(settings, language)

    def repair(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The repaired text and the names of the repairs that changed it.

        What one repair uncovers another may have to mend (a zero-width space within an entity), so they take turns
        until none has anything to do: a repaired text needs no repair.
        """
        changed = set()
        unchanged_in_a_row = 0
        for name, repaired in self.repairs * MAX_ROUNDS:
            before, text = text, repaired(text)
            if text == before:
                unchanged_in_a_row += 1
                if unchanged_in_a_row == len(self.repairs):
                    break
            else:
                changed.add(name)
                unchanged_in_a_row = 0
        return text, tuple(name for name, _ in self.repairs if name in changed)

    def clean(self, text: str, url: str = "") -> Cleaned:
        """Judge a document's address, repair its text and judge that."""
        match self._url_rule(url):
            case (False, str(reason)):
                return Cleaned(text, (), Fault(reason, url))
        text, changed = self.repair(text)
        statistics = TextStatistics(text)
        return Cleaned(text, changed, next(filter(None, (rule(statistics) for _, rule in self.rules)), None))


def before_boilerplate(settings: Rules) -> Callable[[str], str]:
    """A function that gives a text as the repair `boilerplate` meets it: what lines are to be counted in."""
    first = [repair for _, repair in takewhile(lambda pair: pair[0] != "boilerplate", _repairs(settings, (), None))]

    def repaired(text: str) -> str:
        for repair in first:
            text = repair(text)
        return text

    return repaired


def _repairs(
    settings: Rules, repeated_lines: Collection[str], language: CorpusLanguage | None
) -> list[tuple[str, Callable[[str], str]]]:
    """The repairs that the settings name, in their order: bytes before letters, letters before signs and lines."""
    boilerplate, flagged_words, placement = settings.boilerplate, settings.flagged_words, settings.tone_placement
    min_doubled_words = settings.min_doubled_words

    def unchanged(text: str) -> str:
        return text

    repairs = {
        "markup": pages.remove_markup,
        "legacy_encoding": legacy_encodings.repair,
        "encoding": mojibake.repair,
        "composition": pages.compose,
        "tones": partial(tones.place_tones, placement=placement),
        "confusables": confusables.replace_confusables,
        "segmentation": segmentation.join_segmented,
        "punctuation": punctuation.unify_punctuation,
        "invisible": punctuation.remove_invisible,
        "whitespace": pages.tidy_whitespace,
        "glued_sentences": punctuation.separate_sentences,
        "headings": plain_headings,
        "boilerplate": boilerplate_remover(boilerplate, repeated_lines) if boilerplate else unchanged,
        "c4_lines": lambda text: remove_c4_lines(text, settings.c4) if settings.c4 else text,
        "doubled_passages": doubled_passage_remover(min_doubled_words) if min_doubled_words else unchanged,
        "advertising": advertising_remover(flagged_words) if flagged_words else unchanged,
        "languages": language.remove_others if language else unchanged,
        "personal_data": redactor(settings.personal_data),
    }
    wanted = {*settings.repairs, "composition"}
    wanted |= {name for name, value in (("tones", placement), ("doubled_passages", min_doubled_words)) if value}
    return [(name, repair) for name, repair in repairs.items() if name in wanted]
