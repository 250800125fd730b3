"""Quality rules: each looks at the statistics of a text alone and says what is wrong with it, if anything is.

A rule returns a `Fault`, its reason and the measured value, or None. The rules share what they count: all get the
same `TextStatistics`. Counted rules (Gopher, FineWeb, C4) are in counted_rules.py, with syllables as words for every
language, so that neither spaCy nor a word segmenter is loaded.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from stages.cleaning.advertising import count_words, offer_finder
from stages.cleaning.counted_rules import Fault, c4_fault, lines_fault, quality_fault, repetition_fault
from stages.cleaning.languages import CorpusLanguage
from stages.cleaning.phrases import phrase_pattern
from stages.cleaning.settings import FlaggedWords, Gibberish, Lines, Repetition, Rules
from stages.cleaning.text_statistics import TextStatistics
from stages.text.vietnamese import is_bare_syllable

Rule = Callable[[TextStatistics], Fault | None]

_UNPRONOUNCEABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|^[bcdfghjklmnpqrstvwxz]{3,}$|[aeiouy]{5}|(.)\1\1")


def rules(settings: Rules, corpus_language: CorpusLanguage | None) -> list[tuple[str, Rule]]:
    """The rules that these settings switch on with the names of the settings, cheap and most telling ones first."""
    chosen: list[tuple[str, Rule]] = [("min_words", lambda statistics: length_fault(statistics, settings.min_words))]
    if settings.gibberish:
        chosen.append(("gibberish", gibberish_rule(settings.gibberish)))
    if corpus_language:
        chosen.append(("language", language_rule(corpus_language)))
    if settings.flagged_words:
        chosen.append(("flagged_words", flagged_words_rule(settings.flagged_words)))
    if settings.c4:
        c4 = settings.c4
        chosen.append(("c4", lambda statistics: c4_fault(statistics, c4)))
    if settings.quality:
        quality = settings.quality
        chosen.append(("quality", lambda statistics: quality_fault(statistics, quality)))
    if settings.repetition:
        rule = repetition_rule(settings.repetition)
        chosen.append(("repetition", by_pieces(rule, settings.repetition.piece_characters)))
    if settings.lines:
        chosen.append(("lines", lines_rule(settings.lines)))
    return chosen


def length_fault(statistics: TextStatistics, min_words: int) -> Fault | None:
    """Whether a text has less than `min_words` syllables, foreign words or numbers (or none at all)."""
    count = len(statistics.words)
    return None if count >= max(1, min_words) else Fault("too_short", count)


def language_rule(corpus_language: CorpusLanguage) -> Rule:
    """Whether too little of a text is in the corpus's language."""

    def rule(statistics: TextStatistics) -> Fault | None:
        fault = corpus_language.wrong_language(statistics.text)
        return Fault(*fault) if fault else None

    return rule


def gibberish_rule(settings: Gibberish) -> Rule:
    """Whether a text is made of words that cannot be spoken or of stray marks."""

    def rule(statistics: TextStatistics) -> Fault | None:
        size = max(1, len(statistics.text))
        if statistics.symbols > settings.max_symbols_share * size:
            return Fault("gibberish_symbols", statistics.symbols / size)
        strange = sum(occurs for word, occurs in statistics.lowered_counts.items() if _is_unpronounceable(word))
        if strange > settings.max_unpronounceable_share * len(statistics.words):
            return Fault("gibberish_unpronounceable", strange / max(1, len(statistics.words)))
        return None

    return rule


@lru_cache(maxsize=200_000)
def _is_unpronounceable(word: str) -> bool:
    return word.isascii() and word.isalpha() and bool(_UNPRONOUNCEABLE.search(word)) and not is_bare_syllable(word)


def flagged_words_rule(settings: FlaggedWords) -> Rule:
    """Whether flagged phrases fill more than a share of the text, counted in syllables, and it advertises.

    It does if different signs of an offer fill a share of it, too, or the phrases are of many kinds: a sober text on
    one of the subjects names it again and again.
    """
    pattern, find_offer_signs = phrase_pattern(settings.phrases), offer_finder(settings)

    def rule(statistics: TextStatistics) -> Fault | None:
        phrases, count = pattern.findall(statistics.lowered), max(1, len(statistics.words))
        share = count_words(phrases) / count
        if share <= settings.max_share:
            return None
        offers = find_offer_signs(statistics.text)
        is_offer = len(set(offers)) >= settings.min_different_offers
        is_offer = is_offer and count_words(offers) >= settings.min_text_offer_share * count
        advertises = is_offer or len(set(phrases)) >= settings.min_different_phrases
        return Fault("flagged_words", share) if advertises else None

    return rule


def repetition_rule(settings: Repetition) -> Rule:
    """Whether lines, paragraphs and n-grams repeat too much; a short text may repeat its few words."""

    def rule(statistics: TextStatistics) -> Fault | None:
        short = len(statistics.words) < settings.top_n_grams_min_words
        return repetition_fault(statistics, settings, () if short else settings.top_n_grams)

    return rule


def lines_rule(settings: Lines) -> Rule:
    """Whether lines are not those of a text; passed by texts that have few of them."""
    from datatrove.utils.text import TERMINAL_PUNCTUATION

    sentence_ends = frozenset(TERMINAL_PUNCTUATION)
    return lambda statistics: (
        None if len(statistics.lines) < settings.min_lines else lines_fault(statistics, settings, sentence_ends)
    )


def by_pieces(rule: Rule, piece_characters: int) -> Rule:
    """The rule applied to pieces of a long text, cut at spaces; the text fails if more than half of them do."""

    def rule_by_pieces(statistics: TextStatistics) -> Fault | None:
        if len(statistics.text) <= piece_characters:
            return rule(statistics)
        verdicts = [rule(piece) for piece in statistics.pieces(piece_characters)]
        faults = [verdict for verdict in verdicts if verdict]
        return faults[0] if len(faults) > len(verdicts) / 2 else None

    return rule_by_pieces
