"""Lines of the page around a text (navigation, notices, datelines, bylines) and wiki headings, taken out.

A line is judged by itself first. Short lines say too little for that and take the side of their neighbours, as in
jusText (Pomikálek 2011, "Removing boilerplate and duplicate content from web corpora", section 3.3).
"""

import re
from collections.abc import Callable, Collection
from itertools import groupby

from stages.cleaning.phrases import phrase_pattern
from stages.cleaning.settings import Boilerplate
from stages.normalisation.pages import FENCE, join_lines
from stages.text.vietnamese import syllables

_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")

_SEPARATOR = re.compile(r"\s[|»«›·•/>→]\s|\s[|»«›·•]|[|»«›·•]\s")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HASHTAGS = re.compile(r"#\w+(?: \w+){0,2}(?:[\s,]+#\w+(?: \w+){0,2})+")  # at least two, of three words at most
_STARS = re.compile(r"[★☆⭐✩✮✭]\s?[★☆⭐✩✮✭]")
_CLOCK = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}(?::\d{2})?\b|\b\d{1,2} ?(?:am|pm)\b", re.IGNORECASE)
# What a line holds that is cut by separators, or is a link, hashtags, stars or a time of day.
_SUSPICIOUS = re.compile(r"[|»«›·•/>→#★☆⭐✩✮✭]|www\.|\d\s?[:h]\s?\d|\d ?[ap]m")
_DATE = re.compile(r"\b\d{1,4}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?\b|\b\d{4}\b")
_BULLET = re.compile(r"\s*(?:[-–—*+•|]|\d+[.)]|[a-zđ][.)])\s")
_LEADERS = re.compile(r"[.…]{5,}|_{5,}|(?:\. ){5,}\.?")  # between a title and its page, or to be filled in
# Four lines and more of at most three characters: a formula, taken apart by the extraction.
_SINGLE_SIGNS = re.compile(r"(?:(?<=\n)|^)(?:\S{1,3}\n+){3,}\S{1,3}(?=\n|$)")
_CLOSING = re.compile(r" *[)}\]][)}\];, ]*")
_TABLE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")  # what stands below the head of a Markdown table
_FORMULA = re.compile(r"[=%°]|[{};]$")  # figures and code are cut by the same signs as menus
_HEADING = re.compile(r"(={2,6})\s*([^=\s].*?)\s*\1")
_ENDS_SENTENCE = (".", "!", "?", "…", ".”", '."', "!”", "?”", ":", ";", ",")
_ENDS_TEXT = (".", "!", "?", "…", ".”", '."', "!”", "?”", ")")
_CONNECTING = frozenset(("the", "of", "and", "for", "in", "at", "và", "của"))

MAX_WORDS_PER_ENTRY = 4
MAX_BYLINE_CHARACTERS = 60
MAX_COUNTED_CHARACTERS = 150  # longer lines are not counted for being repeated
MIN_TEMPLATE_WORDS = 3  # beside its numbers; fewer are a heading (`Chương 2`, `Điều 12`, `Table 3`)


def boilerplate_remover(settings: Boilerplate, repeated_lines: Collection[str] = ()) -> Callable[[str], str]:
    """A function that takes a text and gives it back without the lines of the page around it.

    `repeated_lines` holds what `line_to_count` makes of lines that many documents of a source share.
    Lines of marks alone go too, and are no neighbours; dots to be filled in become one mark, and a
    formula of a sign a line becomes one line. Lines of up to
    `short_line_words` words that end no sentence go if they stand between such lines, or between the text's last
    sentence and such lines, and are a small part of the text.
    """
    is_boilerplate = boilerplate_test(settings, repeated_lines)
    is_byline = _byline_test(settings.bylines)

    def remove(text: str) -> str:
        text = _SINGLE_SIGNS.sub(_on_one_line, _LEADERS.sub("…", text))
        lines = text.split("\n")
        written = [number for number, line in enumerate(lines) if _WORD.search(line)]
        bad = {number for number in written if is_boilerplate(lines[number])}
        bad |= _bylines_below(lines, written, bad, is_byline)
        bad |= _short_lines_beside(lines, written, bad, settings) if bad else set()
        gone = bad.union(
            number
            for number, line in enumerate(lines)
            if line and not _WORD.search(line) and not _TABLE.fullmatch(line) and not _is_code(lines, number)
        )
        if not gone:
            return text
        return join_lines(line for number, line in enumerate(lines) if number not in gone)

    return remove


def boilerplate_test(settings: Boilerplate, repeated_lines: Collection[str] = ()) -> Callable[[str], bool]:
    """A function that says whether a line by itself is navigation, advertising or a notice of the page.

    Such a line is one of `repeated_lines`, or has at most `max_words` words and holds one of `notices`, or is
    little more than a link, hashtags, stars or a date with a time of day, or is no sentence and begins with one of
    `phrases`, or holds nothing but `whole_entries` in one of its entries, or is cut by separators into short entries.
    """
    phrase, notice = phrase_pattern(settings.phrases), phrase_pattern(settings.notices)
    whole_entry = phrase_pattern(settings.whole_entries)
    any_phrase = phrase_pattern({*settings.phrases, *settings.whole_entries, *settings.notices})
    dateline_words = frozenset(settings.dateline_words)

    def is_boilerplate(line: str) -> bool:
        if repeated_lines and line_to_count(line) in repeated_lines:
            return True
        if len(line) > 12 * settings.max_words:  # cheaper than counting: no longer line has so few words
            return False
        lowered = line.lower()
        if not _SUSPICIOUS.search(lowered) and not any_phrase.search(lowered):  # most lines, and cheaper than the rest
            return False
        words = len(syllables(line))
        if words > settings.max_words:
            return False
        if notice.search(lowered) or _is_address(line) or _HASHTAGS.fullmatch(line) or _is_dateline(line):
            return True
        if line.endswith(_ENDS_SENTENCE) or line.startswith("|"):  # a sentence, a row of a table
            return False
        if _STARS.search(line):
            return True
        entries = [entry for entry in _SEPARATOR.split(line) if entry.strip()]
        if len(entries) > 2 and words <= MAX_WORDS_PER_ENTRY * len(entries) and not _FORMULA.search(line):
            return True
        if len(entries) < 2 and line.count(" - ") > 1:
            entries = line.split(" - ")
        found = phrase.search(lowered)
        if found and (len(entries) > 1 or not _WORD.search(lowered[: found.start()])):
            return True
        return any(_is_whole_entry(entry.lower()) for entry in entries)

    def _is_whole_entry(entry: str) -> bool:
        rest, phrases = whole_entry.subn(" ", entry)
        return phrases > 0 and all(word.isdigit() for word in syllables(rest))

    def _is_dateline(line: str) -> bool:
        """Whether a line holds a date, a time of day and words that belong to them, and nothing else."""
        if not _CLOCK.search(line):
            return False
        rest = [word for word in syllables(_CLOCK.sub(" ", line).lower()) if not word.isdigit()]
        return bool(_DATE.search(_CLOCK.sub(" ", line)) or rest) and all(word in dateline_words for word in rest)

    return is_boilerplate


def line_to_count(line: str) -> str:
    """The line as it counts for being repeated across documents; empty if it does not: it reads as a sentence.

    Numbers are masked where enough words stand beside them, so that counters and dates do not tell lines apart.

    >>> line_to_count("Đã có 1.204 lượt xem trang"), line_to_count("Chương 2"), line_to_count("Trời mưa.")
    ('Đã có 0 lượt xem trang', 'Chương 2', '')
    """
    line = _SPACES.sub(" ", line).strip()
    if line.endswith(_ENDS_SENTENCE) or len(line) > MAX_COUNTED_CHARACTERS:
        return ""
    masked = _NUMBER.sub("0", line)
    if masked == line:
        return line
    words = sum(not word.isdigit() for word in syllables(masked))
    return masked if words >= MIN_TEMPLATE_WORDS else line


def plain_headings(text: str) -> str:
    """Wiki headings (`== Lịch sử ==`) as plain lines; that of a section without text goes.

    >>> plain_headings("Làng ven sông.\\n== Lịch sử ==\\nLàng có từ xưa.\\n== Xem thêm ==\\n=== Ảnh ===")
    'Làng ven sông.\\nLịch sử\\nLàng có từ xưa.'
    """
    if "==" not in text:
        return text
    kept: list[str] = []
    below = 0  # what comes next: the level of a heading, more than any heading's for text, 0 for the end
    for line in reversed(text.split("\n")):
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            kept.append(line)
            below = 7 if line.strip() else below
        elif below > len(heading[1]):
            kept.append(heading[2])
            below = len(heading[1])
    return join_lines(reversed(kept))


def _is_code(lines: list[str], number: int) -> bool:
    """Whether a line without words is a fence around code, or closes what indented lines above it began."""
    if not _CLOSING.fullmatch(lines[number]):
        return lines[number].startswith(FENCE)
    above = next((lines[place] for place in range(number - 1, -1, -1) if lines[place]), "")
    return above.startswith(" ") or above == "}"


def _on_one_line(found: re.Match[str]) -> str:
    return " ".join(found[0].split())


def _short_lines_beside(lines: list[str], written: list[int], bad: set[int], settings: Boilerplate) -> set[int]:
    """The short lines between boilerplate (or an edge), and those between the text's last sentence and boilerplate."""

    def side(number: int) -> str:
        return "page" if number in bad else "short" if _is_short(lines[number], settings) else "text"

    blocks = [(name, list(numbers)) for name, numbers in groupby(written, side)]
    last_text = max((place for place, (name, _) in enumerate(blocks) if name == "text"), default=-1)
    found: set[int] = set()
    for place, (name, numbers) in enumerate(blocks):
        above = blocks[place - 1][0] if place > 0 else "edge"
        below = blocks[place + 1][0] if place + 1 < len(blocks) else "edge"
        ended = place - 1 == last_text and lines[blocks[last_text][1][-1]].endswith(_ENDS_TEXT)
        if name == "short" and "page" in (above, below) and ("text" not in (above, below) or ended):
            found.update(numbers)
    if not found:
        return found
    words = {number: len(syllables(lines[number])) for number in written}
    share = sum(words[number] for number in found) / max(1, sum(words.values()))
    return found if share <= settings.max_short_lines_share else set()


def _is_short(line: str, settings: Boilerplate) -> bool:
    if line.endswith(_ENDS_SENTENCE) or _BULLET.match(line) or len(line) > 12 * settings.short_line_words:
        return False
    return len(syllables(line)) <= settings.short_line_words


def _bylines_below(lines: list[str], written: list[int], bad: set[int], is_byline: Callable[[str], bool]) -> set[int]:
    """The lines at the end of the text, boilerplate left aside, that name who wrote it."""
    found: set[int] = set()
    for number in reversed(written[1:]):
        if number in bad:
            continue
        if not is_byline(lines[number]):
            break
        found.add(number)
    return found


def _byline_test(markers: Collection[str]) -> Callable[[str], bool]:
    """A function that says whether a line begins or ends with one of the markers and otherwise holds names only."""
    marker = phrase_pattern(markers)
    marker_words = {word for phrase in markers for word in phrase.split()} | _CONNECTING

    def is_byline(line: str) -> bool:
        bare = line.strip("()[] ")
        if bare.endswith(_ENDS_SENTENCE) or len(bare) > MAX_BYLINE_CHARACTERS:
            return False
        lowered = bare.lower()
        if not any(found.start() == 0 or found.end() == len(lowered) for found in marker.finditer(lowered)):
            return False
        words = syllables(bare)
        is_more = len(words) > 1 or bare.isupper()  # `PV`, but not `Theo`
        return is_more and all(word[0].isupper() or word.lower() in marker_words for word in words)

    return is_byline


def _is_address(line: str) -> bool:
    """Whether a line is a link, with a few words before it at most (`url = https://...`)."""
    rest = _LINK.sub("", line)
    return rest != line and len(syllables(rest)) <= MAX_WORDS_PER_ENTRY
