"""The counted rules as datatrove has them, from the same settings: tests and benchmarks compare ours with them."""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
from collections.abc import Callable

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    c4_filters,
)
from datatrove.pipeline.filters.base_filter import BaseFilter, get_filter_result
from datatrove.utils.word_tokenizers import WordTokenizer

from stages.cleaning.settings import C4, Lines, NGramShare, Quality, Repetition
from stages.text.vietnamese import syllables

Judge = Callable[[str], str]  # from a text to the reason for dropping it, empty for none


class Syllables(WordTokenizer):
    """Syllables as datatrove's words. Its sentence functions are not used by these rules."""

    def word_tokenize(self, text: str) -> list[str]:
        return syllables(text)

    def sent_tokenize(self, text: str) -> list[str]:
        raise NotImplementedError

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        raise NotImplementedError


def judge(stock: BaseFilter) -> Judge:
    """The filter as a function of the text alone."""

    def judge_text(text: str) -> str:
        passes, reason = get_filter_result(stock.filter(Document(text=text, id="")))
        return "" if passes else reason

    return judge_text


def judge_by_pieces(stock: Judge, cut: Callable[[str], list[str]]) -> Judge:
    """As `quality.by_pieces`."""

    def judge_pieces(text: str) -> str:
        verdicts = [stock(piece) for piece in cut(text)]
        reasons = [reason for reason in verdicts if reason]
        return reasons[0] if len(reasons) > len(verdicts) / 2 else ""

    return judge_pieces


def repetition(settings: Repetition, top_n_grams: tuple[NGramShare, ...], words: WordTokenizer) -> BaseFilter:
    """Gopher's repetition rules."""
    return GopherRepetitionFilter(
        dup_line_frac=settings.max_duplicate_lines_share,
        dup_para_frac=settings.max_duplicate_paragraphs_share,
        dup_line_char_frac=settings.max_duplicate_line_characters_share,
        dup_para_char_frac=settings.max_duplicate_paragraph_characters_share,
        top_n_grams=tuple((gram.n, gram.max_share) for gram in top_n_grams),
        dup_n_grams=tuple((gram.n, gram.max_share) for gram in settings.duplicate_n_grams),
        language=words,
    )


def quality(settings: Quality, words: WordTokenizer) -> BaseFilter:
    """Gopher's quality rules, without its numbers of words and stop words."""
    return GopherQualityFilter(
        min_doc_words=None,
        max_doc_words=settings.max_words,
        min_avg_word_length=settings.min_average_word_length,
        max_avg_word_length=settings.max_average_word_length,
        max_symbol_word_ratio=settings.max_symbols_per_word,
        max_bullet_lines_ratio=settings.max_bullet_lines_share,
        max_ellipsis_lines_ratio=settings.max_ellipsis_lines_share,
        max_non_alpha_words_ratio=settings.min_alphabetic_words_share,  # datatrove's name; it is a minimum
        min_stop_words=None,
        language=words,
    )


def lines(settings: Lines, words: WordTokenizer) -> BaseFilter:
    """FineWeb's line rules."""
    return FineWebQualityFilter(
        line_punct_thr=settings.min_punctuated_lines_share,
        short_line_thr=settings.max_short_lines_share,
        short_line_length=settings.short_line_characters,
        char_duplicates_ratio=settings.max_duplicate_line_characters_share,
        new_line_ratio=settings.max_newlines_per_word,
        language=words,
    )


# What datatrove's C4 filter looks for; it takes no phrases of others.
C4_FILLER, C4_CODE, C4_NOTICES = ("lorem ipsum",), ("javascript",), tuple(c4_filters.POLICY_SUBSTRINGS)


def c4(settings: C4) -> BaseFilter:
    """The parts of C4's rules that are used here."""
    return C4QualityFilter(
        remove_citations=False,
        filter_no_terminal_punct=False,
        min_num_sentences=-1,
        min_words_per_line=-1,
        max_word_length=settings.max_word_characters,
        filter_lorem_ipsum=bool(settings.filler_phrases),
        filter_javascript=bool(settings.code_phrases),
        filter_curly_bracket=settings.drop_curly_brackets,
        filter_policy=bool(settings.notice_phrases),
    )
