"""Cleaning of one text: repairs in a fixed order, then the rules, the first that fails naming the reason."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
from collections.abc import Callable, Collection
from dataclasses import dataclass

from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter

from stages.text import normalisation, quality
from stages.text.cleaning_settings import Rules
from stages.text.languages import CorpusLanguage, Identifier, identification_model


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after its repairs, which repairs changed it, and why it is to be dropped (empty: it is kept)."""

    text: str
    repairs: tuple[str, ...]
    reason: str


class Cleaner:
    """Cleans texts of one language by its rules. `repeated_lines` are those that many documents share."""

    def __init__(self, settings: Rules, repeated_lines: Collection[str] = ()) -> None:
        language = None
        if settings.language and settings.identification:
            model = identification_model(settings.identification_model, settings.identification.glotlid_model)
            language = CorpusLanguage(Identifier(settings.identification, model), settings.language)
        repairs = _repairs(settings, repeated_lines, language)
        self._repairs = [(name, repairs[name]) for name in repairs if name == "composition" or name in settings.repairs]
        self._rules = quality.rules(settings, language)

    def repair(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The repaired text and the names of the repairs that changed it."""
        changed = []
        for name, repaired in self._repairs:
            before, text = text, repaired(text)
            if text != before:
                changed.append(name)
        return text, tuple(changed)

    def clean(self, text: str) -> Cleaned:
        """Repair a text and judge it."""
        text, changed = self.repair(text)
        for rule in self._rules:
            match rule(text):
                case (False, str(reason)):
                    return Cleaned(text, changed, reason)
        return Cleaned(text, changed, "")


def _repairs(
    settings: Rules, repeated_lines: Collection[str], language: CorpusLanguage | None
) -> dict[str, Callable[[str], str]]:
    """All repairs in their order: bytes before letters, letters before lines, lines before what is in them."""
    encoding = FTFYFormatter(unescape_html=False)
    personal_data = PIIFormatter(
        email_replacement=normalisation.EMAIL_PLACEHOLDER, ip_replacement=normalisation.IP_PLACEHOLDER
    )
    boilerplate = settings.boilerplate
    is_boilerplate = (
        normalisation.boilerplate_test(boilerplate.phrases, boilerplate.notices, boilerplate.max_words, repeated_lines)
        if boilerplate
        else lambda line: False
    )

    def repair_encoding(text: str) -> str:
        if not normalisation.looks_broken(text):  # ftfy takes 1 s for 1.5 to 4 MB; most texts need no look
            return text
        return normalisation.repair_vietnamese_letters(encoding.format(text))

    return {
        "markup": normalisation.remove_markup,
        "encoding": repair_encoding,
        "composition": normalisation.compose,
        "segmentation": normalisation.join_segmented,
        "whitespace": normalisation.tidy_whitespace,
        "boilerplate": lambda text: normalisation.remove_boilerplate(text, is_boilerplate),
        "languages": language.remove_others if language else lambda text: text,
        "personal_data": personal_data.format,
    }
