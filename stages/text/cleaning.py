"""Cleaning of one text: repairs in a fixed order, then the rules, the first that fails naming the reason."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
from collections.abc import Callable, Collection
from dataclasses import dataclass

from datatrove.pipeline.formatters import FTFYFormatter

from stages.text import normalisation, quality
from stages.text.advertising import advertising_remover
from stages.text.boilerplate import boilerplate_remover, plain_headings
from stages.text.cleaning_settings import Rules
from stages.text.counted_rules import Fault, remove_c4_lines
from stages.text.languages import CorpusLanguage
from stages.text.personal_data import redactor
from stages.text.text_statistics import TextStatistics
from stages.text.urls import url_rule


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
        language = CorpusLanguage(settings.identification, settings.language) if settings.language else None
        repairs = _repairs(settings, repeated_lines, language)
        self.repairs = [(name, repairs[name]) for name in repairs if name == "composition" or name in settings.repairs]
        self._url_rule = url_rule(settings.urls, blocked_domains) if settings.urls else lambda url: True
        self.rules = quality.rules(settings, language)

    def repair(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The repaired text and the names of the repairs that changed it."""
        changed = []
        for name, repaired in self.repairs:
            before, text = text, repaired(text)
            if text != before:
                changed.append(name)
        return text, tuple(changed)

    def clean(self, text: str, url: str = "") -> Cleaned:
        """Judge a document's address, repair its text and judge that."""
        match self._url_rule(url):
            case (False, str(reason)):
                return Cleaned(text, (), Fault(reason, url))
        text, changed = self.repair(text)
        statistics = TextStatistics(text)
        return Cleaned(text, changed, next(filter(None, (rule(statistics) for _, rule in self.rules)), None))


def _repairs(
    settings: Rules, repeated_lines: Collection[str], language: CorpusLanguage | None
) -> dict[str, Callable[[str], str]]:
    """All repairs in their order: bytes before letters, letters before lines, lines before what is in them."""
    encoding = FTFYFormatter(unescape_html=False)
    boilerplate, flagged_words = settings.boilerplate, settings.flagged_words

    def repair_encoding(text: str) -> str:
        if not normalisation.looks_broken(text):  # ftfy takes 1 s for 1.5 to 4 MB; most texts need no look
            return text
        return normalisation.repair_vietnamese_letters(encoding.format(text))

    def unchanged(text: str) -> str:
        return text

    return {
        "markup": normalisation.remove_markup,
        "encoding": repair_encoding,
        "composition": normalisation.compose,
        "segmentation": normalisation.join_segmented,
        "whitespace": normalisation.tidy_whitespace,
        "headings": plain_headings,
        "boilerplate": boilerplate_remover(boilerplate, repeated_lines) if boilerplate else unchanged,
        "c4_lines": lambda text: remove_c4_lines(text, settings.c4) if settings.c4 else text,
        "advertising": advertising_remover(flagged_words) if flagged_words else unchanged,
        "languages": language.remove_others if language else unchanged,
        "personal_data": redactor(settings.personal_data),
    }
