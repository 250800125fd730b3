"""Rules that count repetition, words and lines: Gopher's, FineWeb's and C4's, with syllables as the words.

They decide as datatrove 0.9's GopherRepetitionFilter, GopherQualityFilter, FineWebQualityFilter and C4QualityFilter
do with the same words, and give the same reasons, at several times the speed: they share what they count, and count
runs of words by their hashes (tests/test_text_counted_rules.py compares the two). What is peculiar there is so here:

- Gopher's limits on lines, paragraphs, lengths and marks are off at 0; those on n-grams and FineWeb's are not.
- Duplicate n-grams are compared without the spaces between words (`1 23` is `12 3`), and the search goes on after
  a duplicate, so that what overlaps it is neither counted nor remembered.
- If no n-gram occurs twice, the first counts as the top n-gram. Shares are of all characters, spaces included.
- Gopher ends lines at every line break of Unicode, FineWeb at `\\n` alone; to Gopher a full-width １ is punctuation.
- A line that C4 removes is not searched for what removes a text, if the line's fault is looked for earlier.

Texts without words, at which datatrove divides by zero, pass; `quality.long_enough` drops them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stages.cleaning.settings import C4, Lines, NGramShare, Quality, Repetition
from stages.cleaning.text_statistics import TextStatistics
from stages.text.words import LETTER, Words, classes

_FULL_WIDTH_ONE = 0xFF11


class Fault(NamedTuple):
    """Why a text is to be dropped: the rule, and what was found: the value that went past its limit, or an address."""

    reason: str
    value: float | str


def repetition_fault(
    statistics: TextStatistics, settings: Repetition, top_n_grams: Sequence[NGramShare]
) -> Fault | None:
    """Whether lines, paragraphs or n-grams repeat too much; `top_n_grams` are those of the settings to look at."""
    size = max(1, len(statistics.text))
    max_characters_share = settings.max_duplicate_paragraph_characters_share
    fault = _duplicates_fault(
        "para", statistics.paragraphs, size, settings.max_duplicate_paragraphs_share, max_characters_share
    )
    max_characters_share = settings.max_duplicate_line_characters_share
    fault = fault or _duplicates_fault(
        "line", statistics.line_blocks, size, settings.max_duplicate_lines_share, max_characters_share
    )
    if fault:
        return fault
    for gram in top_n_grams:
        share = top_n_gram_characters(statistics.words, gram.n) / size
        if share > gram.max_share:
            return Fault(f"top_{gram.n}_gram", share)
    for gram in settings.duplicate_n_grams:
        share = duplicate_n_gram_characters(statistics.words, gram.n) / size
        if share > gram.max_share:
            return Fault(f"duplicated_{gram.n}_n_grams", share)
    return None


def _duplicates_fault(
    name: str, parts: list[str], size: int, max_share: float, max_characters_share: float
) -> Fault | None:
    duplicates, characters = count_duplicates(parts)
    if max_share and duplicates / len(parts) > max_share:
        return Fault(f"dup_{name}_frac", duplicates / len(parts))
    if max_characters_share and characters / size > max_characters_share:
        return Fault(f"dup_{name}_char_frac", characters / size)
    return None


def count_duplicates(parts: list[str]) -> tuple[int, int]:
    """How many parts occurred before, and their characters."""
    if len(parts) == 1 or len(set(parts)) == len(parts):
        return 0, 0
    seen: set[str] = set()
    lengths = [len(part) for part in parts if part in seen or seen.add(part)]
    return len(lengths), sum(lengths)


def top_n_gram_characters(words: Words, n: int) -> int:
    """Characters, spaces included, of all occurrences of the most frequent n-gram, of equals the first."""
    hashes = words.run_hashes(n)
    if not len(hashes):
        return 0
    ordered = np.sort(hashes)
    edges = np.flatnonzero(ordered[1:] != ordered[:-1])
    if len(edges) == len(hashes) - 1:  # no n-gram occurs twice
        first, count = 0, 1
    else:
        begins, ends = np.append(0, edges + 1), np.append(edges + 1, len(hashes))
        counts = ends - begins
        count = int(counts.max())
        first = min(int((hashes == most).argmax()) for most in ordered[begins[counts == count]])
    return (int(words.offsets[first + n] - words.offsets[first]) + n - 1) * count


def duplicate_n_gram_characters(words: Words, n: int) -> int:
    """Characters, without spaces, of n-grams that occurred before."""
    hashes = words.joined_run_hashes(n)
    ordered = np.sort(hashes)
    if not (ordered[1:] == ordered[:-1]).any():
        return 0
    order = np.argsort(hashes)
    same = np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]])
    places = np.union1d(order[same], order[same + 1])
    characters = words.offsets[places + n] - words.offsets[places]
    seen: set[int] = set()
    total = free_from = 0
    for place, run, length in zip(places.tolist(), hashes[places].tolist(), characters.tolist(), strict=True):
        if place < free_from:
            continue
        if run in seen:
            total += length
            free_from = place + n
        else:
            seen.add(run)
    return total


def quality_fault(statistics: TextStatistics, settings: Quality) -> Fault | None:
    """Whether words are too many, too short, too long or without letters, or marks and bullets too many."""
    text, words = statistics.text, statistics.words
    count = max(1, len(words))
    real_words, letters = _words_but_full_width_ones(words)
    if settings.max_words and real_words > settings.max_words:
        return Fault("gopher_long_doc", real_words)
    average = letters / real_words if real_words else float("nan")  # which is never past a limit
    if settings.min_average_word_length and average < settings.min_average_word_length:
        return Fault("gopher_below_avg_threshold", average)
    if settings.max_average_word_length and average > settings.max_average_word_length:
        return Fault("gopher_above_avg_threshold", average)
    if settings.max_symbols_per_word:
        hashes = text.count("#") / count
        if hashes > settings.max_symbols_per_word:
            return Fault("gopher_too_many_hashes", hashes)
        ellipses = (text.count("...") + text.count("…")) / count
        if ellipses > settings.max_symbols_per_word:
            return Fault("gopher_too_many_ellipsis", ellipses)
    lines = text.splitlines()
    if settings.max_bullet_lines_share:
        bullets = sum(line.lstrip().startswith(("•", "-")) for line in lines) / max(1, len(lines))
        if bullets > settings.max_bullet_lines_share:
            return Fault("gopher_too_many_bullets", bullets)
    if 0 < settings.max_ellipsis_lines_share < 1:  # no share is larger than 1
        ends = sum(line.rstrip().endswith(("...", "…")) for line in lines) / max(1, len(lines))
        if ends > settings.max_ellipsis_lines_share:
            return Fault("gopher_too_many_end_ellipsis", ends)
    if settings.min_alphabetic_words_share and len(words):
        alphabetic = int(np.count_nonzero(words.with_any(classes(words.joined) & LETTER))) / count
        if alphabetic < settings.min_alphabetic_words_share:
            return Fault("gopher_below_alpha_threshold", alphabetic)
    return None


def _words_but_full_width_ones(words: Words) -> tuple[int, int]:
    """Words that are more than full-width ones, and their characters."""
    other = words.joined != _FULL_WIDTH_ONE
    if other.all():
        return len(words), len(other)
    real = words.with_any(other)
    return int(np.count_nonzero(real)), int(words.lengths[real].sum())


def lines_fault(statistics: TextStatistics, settings: Lines, sentence_ends: frozenset[str]) -> Fault | None:
    """Whether lines end without punctuation, or are too short, repeated or too many."""
    lines = [line for line in statistics.lines if line.strip()]
    if not lines:
        return Fault("empty", 0)
    if settings.min_punctuated_lines_share:
        share = sum(line[-1] in sentence_ends for line in lines) / len(lines)
        if share < settings.min_punctuated_lines_share:
            return Fault("line_punct_ratio", share)
    short = sum(len(line) <= settings.short_line_characters for line in lines) / len(lines)
    if short > settings.max_short_lines_share:
        return Fault("short_line_ratio", short)
    newlines = len(statistics.lines) - 1
    repeated = count_duplicates(lines)[1] / (len(statistics.text) - newlines)
    if repeated > settings.max_duplicate_line_characters_share:
        return Fault("char_dup_ratio", repeated)
    newlines_per_word = newlines / max(1, len(statistics.words))
    if newlines_per_word > settings.max_newlines_per_word:
        return Fault("list_ratio", newlines_per_word)
    return None


def c4_fault(statistics: TextStatistics, settings: C4) -> Fault | None:
    """Whether the text, without the lines that `remove_c4_lines` takes out, is filler or code."""
    for phrase in settings.filler_phrases:
        if found := statistics.lowered.count(phrase):
            return Fault("c4_filler", found)
    if settings.drop_curly_brackets and (found := statistics.text.count("{")):
        return Fault("c4_curly_bracket", found)
    return None


def remove_c4_lines(text: str, settings: C4) -> str:
    """The text without lines of code, of notices on cookies and terms, and of unbroken strings such as base64.

    Lines that drop the whole text stay for `c4_fault` to find them.
    """
    lines, lowered = text.splitlines(), text.lower()
    phrases = settings.code_phrases + settings.notice_phrases
    if len(max(lines, key=len, default="")) <= settings.max_word_characters and not any(
        phrase in lowered for phrase in phrases
    ):
        return text
    kept = [line for line in lines if not _is_c4_line(line, settings)]
    return text if len(kept) == len(lines) else "\n".join(kept).strip()


def _is_c4_line(line: str, settings: C4) -> bool:
    if len(line) > settings.max_word_characters and any(
        len(word) > settings.max_word_characters for word in line.split()
    ):
        return True
    lowered = line.lower()
    if any(phrase in lowered for phrase in settings.filler_phrases):
        return False
    if any(phrase in lowered for phrase in settings.code_phrases):
        return True
    if settings.drop_curly_brackets and "{" in line:
        return False
    return any(phrase in lowered for phrase in settings.notice_phrases)
