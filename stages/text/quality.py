"""Quality rules: each looks at a text alone and says True, or False with the reason for dropping it.

Counted rules (Gopher, FineWeb) are datatrove's, with syllables as words for every language, so
that neither spaCy nor a word segmenter is loaded.
"""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
import re
from collections.abc import Callable
from functools import lru_cache

from datatrove.data import Document as DatatroveDocument
from datatrove.pipeline.filters import FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.word_tokenizers import WordTokenizer

from stages.text.cleaning_settings import (
    FlaggedWords,
    Gibberish,
    Lines,
    NGramShare,
    Quality,
    Repetition,
    Rules,
)
from stages.text.languages import CorpusLanguage
from stages.text.vietnamese import is_bare_syllable, syllables

Verdict = bool | tuple[bool, str]
Rule = Callable[[str], Verdict]

_UNPRONOUNCEABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|^[bcdfghjklmnpqrstvwxz]{3,}$|[aeiouy]{5}|(.)\1\1")
_SPACE = re.compile(r"\s+")
_SYMBOL = re.compile(r"[^\w\s.,;:!?–—()\"'“”‘’…/%-]")


def rules(settings: Rules, corpus_language: CorpusLanguage | None) -> list[Rule]:
    """The rules that these settings switch on, cheap ones and the most telling first."""
    chosen: list[Rule] = [lambda text: long_enough(text, settings.min_words)]
    if settings.gibberish:
        chosen.append(gibberish_rule(settings.gibberish))
    if corpus_language:
        chosen.append(language_rule(corpus_language))
    if settings.flagged_words:
        chosen.append(flagged_words_rule(settings.flagged_words))
    if settings.quality:
        chosen.append(_datatrove_rule(_quality_filter(settings.quality)))
    if settings.repetition:
        chosen.append(by_pieces(repetition_rule(settings.repetition), settings.repetition.piece_characters))
    if settings.lines:
        rule = _datatrove_rule(_lines_filter(settings.lines))
        chosen.append(with_lines(rule, settings.lines.min_lines))
    return chosen


def long_enough(text: str, min_words: int) -> Verdict:
    """Whether a text has at least `min_words` syllables, foreign words or numbers (and one at all)."""
    return len(_words(text)) >= max(1, min_words) or (False, "too_short")


def language_rule(corpus_language: CorpusLanguage) -> Rule:
    """Whether enough of a text is in the corpus's language."""

    def rule(text: str) -> Verdict:
        fault = corpus_language.wrong_language(text)
        return (False, fault[0]) if fault else True

    return rule


def gibberish_rule(settings: Gibberish) -> Rule:
    """Whether a text is made of words that can be spoken and not of stray marks."""

    def rule(text: str) -> Verdict:
        if len(_SYMBOL.findall(text)) > settings.max_symbols_share * len(text):
            return False, "gibberish_symbols"
        words = [word for word in _lowered(text) if word.isascii() and word.isalpha()]
        strange = sum(bool(_UNPRONOUNCEABLE.search(word)) and not is_bare_syllable(word) for word in words)
        if strange > settings.max_unpronounceable_share * len(_words(text)):
            return False, "gibberish_unpronounceable"
        return True

    return rule


def flagged_words_rule(settings: FlaggedWords) -> Rule:
    """Whether flagged phrases fill at most a share of the text, counted in syllables."""
    alternatives = "|".join(re.escape(phrase) for phrase in sorted(settings.phrases, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")

    def rule(text: str) -> Verdict:
        found = sum(match.count(" ") + 1 for match in pattern.findall(text.lower()))
        return found <= settings.max_share * len(_words(text)) or (False, "flagged_words")

    return rule


def repetition_rule(settings: Repetition) -> Rule:
    """Whether lines, paragraphs and n-grams repeat little enough; a short text may repeat its few words."""
    full = _datatrove_rule(_repetition_filter(settings, settings.top_n_grams))
    short = _datatrove_rule(_repetition_filter(settings, ()))
    return lambda text: (short if len(_words(text)) < settings.top_n_grams_min_words else full)(text)


def by_pieces(rule: Rule, piece_characters: int) -> Rule:
    """The rule applied to pieces of a long text, cut at spaces; the text fails if more than half of them do."""

    def rule_by_pieces(text: str) -> Verdict:
        if len(text) <= piece_characters:
            return rule(text)
        verdicts = [rule(piece) for piece in pieces(text, piece_characters)]
        failures = [verdict for verdict in verdicts if verdict is not True]
        return len(failures) <= len(verdicts) / 2 or failures[0]

    return rule_by_pieces


def pieces(text: str, piece_characters: int) -> list[str]:
    """The text cut at the first space after every so many characters; a last short piece stays with the one before."""
    cuts = [0]
    while len(text) - cuts[-1] >= 2 * piece_characters and (space := _SPACE.search(text, cuts[-1] + piece_characters)):
        cuts.append(space.end())
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]


def with_lines(rule: Rule, min_lines: int) -> Rule:
    """The rule, passed by texts that have fewer lines."""
    return lambda text: text.count("\n") + 1 < min_lines or rule(text)


class Syllables(WordTokenizer):
    """Syllables as datatrove's words. Its sentence functions are not used by the rules here."""

    def word_tokenize(self, text: str) -> list[str]:
        return _words(text)

    def sent_tokenize(self, text: str) -> list[str]:
        raise NotImplementedError

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        raise NotImplementedError


def _quality_filter(settings: Quality) -> BaseFilter:
    return GopherQualityFilter(
        min_doc_words=None,
        max_doc_words=settings.max_words,
        min_avg_word_length=settings.min_average_word_length,
        max_avg_word_length=settings.max_average_word_length,
        max_symbol_word_ratio=settings.max_symbols_per_word,
        max_bullet_lines_ratio=settings.max_bullet_lines_share,
        max_ellipsis_lines_ratio=settings.max_ellipsis_lines_share,
        max_non_alpha_words_ratio=settings.min_alphabetic_words_share,  # datatrove's name; it is a minimum
        min_stop_words=None,  # the language rule counts function words
        language=Syllables(),
    )


def _repetition_filter(settings: Repetition, top_n_grams: tuple[NGramShare, ...]) -> BaseFilter:
    return GopherRepetitionFilter(
        dup_line_frac=settings.max_duplicate_lines_share,
        dup_para_frac=settings.max_duplicate_paragraphs_share,
        dup_line_char_frac=settings.max_duplicate_line_characters_share,
        dup_para_char_frac=settings.max_duplicate_paragraph_characters_share,
        top_n_grams=tuple((gram.n, gram.max_share) for gram in top_n_grams),
        dup_n_grams=tuple((gram.n, gram.max_share) for gram in settings.duplicate_n_grams),
        language=Syllables(),
    )


def _lines_filter(settings: Lines) -> BaseFilter:
    return FineWebQualityFilter(
        line_punct_thr=settings.min_punctuated_lines_share,
        short_line_thr=settings.max_short_lines_share,
        short_line_length=settings.short_line_characters,
        char_duplicates_ratio=settings.max_duplicate_line_characters_share,
        new_line_ratio=settings.max_newlines_per_word,
        language=Syllables(),
    )


def _datatrove_rule(datatrove_filter: BaseFilter) -> Rule:
    return lambda text: datatrove_filter.filter(DatatroveDocument(text=text, id=""))


@lru_cache(maxsize=1)  # all rules look at one text after the other
def _words(text: str) -> list[str]:
    return syllables(text)


@lru_cache(maxsize=1)
def _lowered(text: str) -> list[str]:
    return syllables(text.lower())
