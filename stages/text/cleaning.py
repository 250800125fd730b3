"""Cleaning of one text: repairs in a fixed order, then the rules, the first that fails naming the reason."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter

from stages.text import normalisation, quality
from stages.text.cleaning_settings import Rules
from stages.text.counted_rules import Fault, remove_c4_lines
from stages.text.text_statistics import TextStatistics

_DOTTED_NUMBERS = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")  # every IPv4 address holds them


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
    """Cleans texts of one language by its rules. `repeated_lines` are those that many documents share."""

    def __init__(self, settings: Rules, repeated_lines: Collection[str] = ()) -> None:
        repairs = _repairs(settings, repeated_lines)
        self._repairs = [(name, repairs[name]) for name in repairs if name == "composition" or name in settings.repairs]
        self._rules = quality.rules(settings)

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
        statistics = TextStatistics(text)
        return Cleaned(text, changed, next(filter(None, (rule(statistics) for rule in self._rules)), None))


def _repairs(settings: Rules, repeated_lines: Collection[str]) -> dict[str, Callable[[str], str]]:
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

    def redact(text: str) -> str:
        may_hold_one = "@" in text or _DOTTED_NUMBERS.search(text)  # its patterns take 1 s for 20 MB
        return personal_data.format(text) if may_hold_one else text

    return {
        "markup": normalisation.remove_markup,
        "encoding": repair_encoding,
        "composition": normalisation.compose,
        "segmentation": normalisation.join_segmented,
        "whitespace": normalisation.tidy_whitespace,
        "boilerplate": lambda text: normalisation.remove_boilerplate(text, is_boilerplate),
        "c4_lines": lambda text: remove_c4_lines(text, settings.c4) if settings.c4 else text,
        "personal_data": redact,
    }
