"""The section `clean.<language>` of params.yaml: what cleaning repairs and which rules drop a document."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.params import section

Share = Annotated[float, Field(ge=0, le=1)]
Repair = Literal[
    "markup",
    "legacy_encoding",
    "encoding",
    "confusables",
    "segmentation",
    "punctuation",
    "invisible",
    "whitespace",
    "glued_sentences",
    "headings",
    "boilerplate",
    "c4_lines",
    "advertising",
    "languages",
    "personal_data",
]
PersonalData = Literal["email", "ip_address", "phone", "identity_number"]


@section
class Boilerplate:
    """Which lines belong to a page and not to its text."""

    phrases: tuple[str, ...]
    whole_entries: tuple[str, ...]
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
    blocked_host_words: tuple[str, ...]
    blocked_host_parts: tuple[str, ...]
    blocked_phrases: tuple[str, ...]
    allowed_domains: tuple[str, ...]


@section
class Identification:
    """How the language of a paragraph is told, the same in every corpus."""

    clear_vietnamese_share: Share
    english_words: tuple[str, ...]
    clear_english_share: Share
    min_letters_share: Share
    glotlid_model: str
    model_characters: PositiveInt
    min_model_score: Share
    min_paragraph_score: Share
    sure_model_score: Share
    min_syllables_share: Share
    vietnamese_names_share: Share
    unaccented_share: Share
    clear_unaccented_share: Share


@section
class Language:
    """Which language a corpus is in, and which paragraphs in other languages stay."""

    name: Literal["vi", "en"]
    kept: tuple[Literal["vi", "vi_unaccented", "en", "other"], ...]
    min_paragraph_words: PositiveInt
    min_share: Share


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
    min_text_offer_share: Share
    min_different_offers: PositiveInt
    min_different_phrases: PositiveInt
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
class C4:
    """Rules of C4 (Raffel et al. 2020, section 2.2). Phrases are in lower case and found in lower-cased text."""

    filler_phrases: tuple[str, ...]
    drop_curly_brackets: bool
    code_phrases: tuple[str, ...]
    notice_phrases: tuple[str, ...]
    max_word_characters: PositiveInt


@section
class Rules:
    """All rules of a language; `None` switches one off."""

    repairs: tuple[Repair, ...]
    tone_placement: Literal["new", "old"] | None
    min_doubled_words: PositiveInt | None
    personal_data: tuple[PersonalData, ...]
    urls: Urls | None
    boilerplate: Boilerplate | None
    identification: Identification | None  # needed with language
    language: Language | None
    gibberish: Gibberish | None
    flagged_words: FlaggedWords | None
    repetition: Repetition | None
    quality: Quality | None
    lines: Lines | None
    c4: C4 | None
    min_words: NonNegativeInt
    identification_model: Literal["py3langid", "glotlid"]

    def __post_init__(self) -> None:
        if self.language and not self.identification:
            raise ValueError("language needs languages.identification; only a corpus of any language goes without")
