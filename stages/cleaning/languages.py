"""Which language a text is in, offline, paragraph by paragraph.

Shares of known words decide what is clear, at 30 to 60 MB/s: Vietnamese by syllables that carry its diacritics,
English by words that no other language writes. What they leave open goes to a model from a package, the
one that the settings name: py3langid (in its wheel) or GlotLID (from the hub, through datatrove).
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

from stages.cleaning.settings import Identification, Language
from stages.errors import BadInput
from stages.normalisation.pages import join_lines
from stages.text.vietnamese import all_bare_syllables, all_syllables

# vi_unaccented: Vietnamese typed without its diacritics. unknown: no words, or too few to tell.
Label = Literal["vi", "vi_unaccented", "en", "other", "unknown"]
# The most likely language of a text, "vi", "en" or any other code, and how sure that is, 0 to 1.
Model = Callable[[str], tuple[str, float]]

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
_ONLY_VIETNAMESE = re.compile("[ơư\u1ea0-\u1ef9]")
# What English text hardly holds: letters beyond ASCII that Vietnamese names do not have either.
_NOT_ENGLISH = re.compile("[^\x00-\x7f\u2010-\u2030àáâãèéêìíòóôõùúýăđĩũơư\u1ea0-\u1ef9]")
# Letters of scripts other than Latin: Greek to Mongolian, East Asia's, what lies beyond the basic plane.
_OTHER_SCRIPT = re.compile("[\u0370-\u1c7f\u2e80-\ua4cf\ua960-\ud7ff\uf900-\ufaff\ufe70-\uffdc\U00010000-\U0003ffff]")
# Of those, the scripts that write no spaces between words; two of their letters are about a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_GLOTLID_CODES = {"vie": "vi", "eng": "en"}


class Identifier:
    """Tells the language of texts in NFC by these settings and a model (see `identification_model`)."""

    def __init__(self, settings: Identification, model: Model) -> None:
        self._settings = settings
        self._english = frozenset(settings.english_words)
        self._model = model

    def identify(self, text: str) -> Label:
        """The language that most of a sentence or a longer text is in."""
        return self._identify(text, self._settings.min_model_score)

    def identify_paragraph(self, text: str) -> Label:
        """As `identify`, but only surely another language: lists of names look like one."""
        return self._identify(text, self._settings.min_paragraph_score)

    def _identify(self, text: str, min_score: float) -> Label:
        settings, lowered = self._settings, text.lower()
        # Marks stay on these words, which costs a tenth of the hits and saves half of the time.
        if clear := self.clear(lowered.split()):
            return clear
        words = _WORD.findall(_ADDRESS.sub(" ", lowered))
        letters = sum(map(len, words))
        if not words or letters < settings.min_letters_share * len("".join(text.split())):
            return "unknown"
        if 2 * len(_OTHER_SCRIPT.findall(text)) > letters:
            return "other"
        return self.clear(words) or self._unclear(text, words, min_score)

    def clear(self, words: list[str]) -> Label | None:
        """What words in lower case show at a glance."""
        if _share(words, accented_syllables()) > self._settings.clear_vietnamese_share:
            return "vi"
        is_english = _share(words, self._english) > self._settings.clear_english_share
        may_be_bare = _share(words, all_bare_syllables()) > self._settings.unaccented_share
        if is_english and not may_be_bare and not _NOT_ENGLISH.search(" ".join(words)):
            return "en"
        return None

    def _unclear(self, text: str, words: list[str], min_score: float) -> Label:
        """What the model says, unless the words contradict it."""
        settings, is_accented = self._settings, _share(words, accented_syllables()) > 0
        bare = _share(words, all_bare_syllables())
        if is_accented and bare > settings.clear_unaccented_share:
            return "vi"
        language, score = self._model(text[: settings.model_characters].replace("\n", " "))
        is_sure = score >= settings.sure_model_score
        contradictions = (language == "en") + (is_sure and language != "vi")
        if not is_accented and bare > (settings.unaccented_share, settings.clear_unaccented_share, 1)[contradictions]:
            return "vi_unaccented"
        has_vietnamese = _share(words, only_vietnamese_syllables()) > settings.vietnamese_names_share
        if language == "vi" or (language != "en" and has_vietnamese and not is_sure):
            return "vi" if _share(words, all_syllables()) > settings.min_syllables_share else "unknown"
        if language == "en":
            return "en" if score >= settings.min_model_score else "unknown"
        return "other" if score >= min_score else "unknown"


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(map(known.__contains__, words)) / len(words) if words else 0.0


def _words(text: str) -> int:
    words = len(text.split())
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) // 2


def _filled(labels: list[Label]) -> list[Label]:
    """The labels with each `unknown` replaced by that of its neighbours, where those agree."""
    before, after = _carried(labels), _carried(labels[::-1])[::-1]
    return [
        first if second in (first, "unknown") else second if first == "unknown" else "unknown"
        for first, second in zip(before, after, strict=True)
    ]


def _carried(labels: list[Label]) -> list[Label]:
    last: Label = "unknown"
    return [last := label if label != "unknown" else last for label in labels]


class CorpusLanguage:
    """Holds the texts of a corpus to its language, paragraph by paragraph."""

    def __init__(self, identifier: Identifier, settings: Language) -> None:
        self._settings = settings
        # Both methods look at the same text, one after the other.
        self._paragraphs = lru_cache(maxsize=1)(lambda text: paragraphs(text, identifier, settings.min_paragraph_words))

    def remove_others(self, text: str) -> str:
        """The text without its paragraphs in languages that the corpus does not keep.

        A text without any paragraph in the corpus's own language stays as it is, for `wrong_language` to name.
        """
        kept = {*self._settings.kept, "unknown"}
        labelled = self._paragraphs(text)
        found = {label for _, label in labelled}
        if found <= kept or self._settings.name not in found:
            return text
        return join_lines(line for line, label in labelled if not line or label in kept)

    def wrong_language(self, text: str) -> tuple[str, float] | None:
        """Why a text is not in the corpus's language, `language_` and what it is, and the share that is; else None."""
        bytes_in: Counter[str] = Counter()
        for line, label in self._paragraphs(text):
            bytes_in[label] += len(line.encode())
        own = bytes_in.pop(self._settings.name, 0)
        share = own / max(1, own + bytes_in.total())
        if own and share >= self._settings.min_share:
            return None
        return f"language_{max(sorted(bytes_in), key=bytes_in.__getitem__, default='unknown')}", share


def paragraphs(text: str, identifier: Identifier, min_words: int) -> list[tuple[str, Label]]:
    """The lines of a text with their language; blank ones have that of their neighbours, too.

    Lines of fewer than `min_words` words are judged together with such lines around them, unless they are clear alone.
    What is still too short or of no language has the label of the lines around it, where those agree.
    """
    lines = text.split("\n")
    labels: list[Label] = ["unknown"] * len(lines)
    together: list[int] = []
    for number, line in enumerate(lines):
        if not line:
            continue
        words = line.lower().split()
        if len(words) >= min_words or _words(line) >= min_words:
            labels[number] = identifier.clear(words) or identifier.identify_paragraph(line)
        elif clear := identifier.clear(_WORD.findall(line.lower())):
            labels[number] = clear
        else:
            together.append(number)
            continue
        if together:
            _label_together(lines, labels, together, identifier, min_words)
            together = []
    _label_together(lines, labels, together, identifier, min_words)
    return list(zip(lines, _filled(labels), strict=True))


def _label_together(
    lines: list[str], labels: list[Label], numbers: list[int], identifier: Identifier, min_words: int
) -> None:
    passage = "\n".join(lines[number] for number in numbers)
    if _words(passage) >= min_words:
        label = identifier.identify_paragraph(passage)
        for number in numbers:
            labels[number] = label


@cache
def accented_syllables() -> frozenset[str]:
    """The possible Vietnamese syllables with a tone or vowel mark, in lower case."""
    return frozenset(syllable for syllable in all_syllables() if not syllable.isascii())


@cache
def only_vietnamese_syllables() -> frozenset[str]:
    """Those with a letter that hardly any other language writes: ơ, ư and the letters with two marks or a dot below."""
    return frozenset(syllable for syllable in all_syllables() if _ONLY_VIETNAMESE.search(syllable))


@cache
def identification_model(name: str, glotlid: str) -> Model:
    """A model by its name (py3langid, glotlid), and where GlotLID is. Raises `BadInput` where it cannot be had."""
    return _py3langid() if name == "py3langid" else _glotlid(glotlid)


def _py3langid() -> Model:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise BadInput("identification_model: py3langid is not installed. Run `make setup`.") from None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Nigerian Pidgin is in English words, and short English is often taken for it.
    identifier.set_languages([label for label in identifier.labels if label != "pcm"])
    return identifier.classify


def _glotlid(place: str) -> Model:
    import importlib.metadata  # noqa: F401 - datatrove uses it without importing it

    from datatrove.data import Document
    from datatrove.utils.lid import GlotLID

    glotlid = GlotLID(k=1)
    glotlid.MODEL_URL = place  # datatrove's own is not pinned to a commit
    try:
        glotlid.model  # noqa: B018 - downloads and loads it now
    except ImportError:
        raise BadInput(
            "identification_model: glotlid needs the package fasttext-numpy2-wheel. Run `make setup`, "
            "or choose py3langid."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"languages.identification.glotlid_model: {place}: not loaded ({error}). Check the network and the "
            "revision, or choose py3langid."
        ) from None

    def classify(text: str) -> tuple[str, float]:
        (label, score), _ = glotlid.predict(Document(text=text, id=""))
        return _GLOTLID_CODES.get(label.split("_")[0], label), score

    return classify
