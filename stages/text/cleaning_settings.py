"""The section `clean.<language>` of params.yaml: what cleaning repairs and which rules drop a document."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.params import section

Share = Annotated[float, Field(ge=0, le=1)]
Repair = Literal[
    "markup", "encoding", "segmentation", "whitespace", "headings", "boilerplate", "advertising", "personal_data"
]
PersonalData = Literal["email", "ip_address", "phone", "identity_number"]


@section
class Boilerplate:
    """Which lines belong to a page and not to its text."""

    phrases: tuple[str, ...]
    notices: tuple[str, ...]
    bylines: tuple[str, ...]
    dateline_words: tuple[str, ...]
    max_words: PositiveInt
    short_line_words: PositiveInt
    max_short_lines_share: Share
    repeated_line_min_documents: PositiveInt
    repeated_line_min_share: Share


@section
class Urls:
    """Which addresses drop a document."""

    blocked_domains: tuple[str, ...]
    blocked_words: tuple[str, ...]
    allowed_domains: tuple[str, ...]


@section
class Language:
    """What a text must show to count as one in the corpus's language."""

    function_words: tuple[str, ...]
    min_function_words_share: Share
    min_syllables_share: Share
    min_diacritics_share: Share
    max_diacritics_share: Share


@section
class Gibberish:
    """What no readable text shows."""

    max_unpronounceable_share: Share
    max_symbols_share: Share


@section
class FlaggedWords:
    """Advertising for gambling, loans, adult pages and medicines."""

    phrases: tuple[str, ...]
    offers: tuple[str, ...]
    max_share: Share
    min_offer_share: Share
    max_cut_share: Share


@section
class NGramShare:
    """The largest share of a text's characters that repeated n-grams of this length may fill."""

    n: PositiveInt
    max_share: Share


@section
class Repetition:
    """Gopher's repetition rules (Rae et al. 2021, arXiv 2112.11446, table A1)."""

    piece_characters: PositiveInt
    max_duplicate_lines_share: Share
    max_duplicate_paragraphs_share: Share
    max_duplicate_line_characters_share: Share
    max_duplicate_paragraph_characters_share: Share
    top_n_grams_min_words: NonNegativeInt
    top_n_grams: tuple[NGramShare, ...]
    duplicate_n_grams: tuple[NGramShare, ...]


@section
class Quality:
    """Gopher's quality rules (arXiv 2112.11446, section A.1.1)."""

    max_words: PositiveInt
    min_average_word_length: NonNegativeInt
    max_average_word_length: PositiveInt
    max_symbols_per_word: Share
    max_bullet_lines_share: Share
    max_ellipsis_lines_share: Share
    min_alphabetic_words_share: Share


@section
class Lines:
    """FineWeb's line rules (Penedo et al. 2024, arXiv 2406.17557, section 3.6)."""

    min_lines: NonNegativeInt
    min_punctuated_lines_share: Share
    max_short_lines_share: Share
    short_line_characters: PositiveInt
    max_duplicate_line_characters_share: Share
    max_newlines_per_word: Share


@section
class Rules:
    """All rules of a language; `None` switches one off."""

    repairs: tuple[Repair, ...]
    personal_data: tuple[PersonalData, ...]
    urls: Urls | None
    boilerplate: Boilerplate | None
    language: Language | None
    gibberish: Gibberish | None
    flagged_words: FlaggedWords | None
    repetition: Repetition | None
    quality: Quality | None
    lines: Lines | None
    min_words: NonNegativeInt
