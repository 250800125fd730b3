"""Which language a text is in, offline, paragraph by paragraph.

Shares of known words decide what is clear, at 30 to 60 MB/s: Vietnamese by syllables that carry its diacritics,
English by words that no other language writes. What they leave open goes to a model from a package, the
engine that the settings name: py3langid (in its wheel) or GlotLID (from the hub, through datatrove).
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

from stages.errors import BadInput
from stages.text.cleaning_settings import Identification, Language
from stages.text.vietnamese import all_bare_syllables, all_syllables

# vi_unaccented: Vietnamese typed without its diacritics. unknown: no words, or too few to tell.
Label = Literal["vi", "vi_unaccented", "en", "other", "unknown"]
# The most likely language of a text, "vi", "en" or any other code, and how sure that is, 0 to 1.
Model = Callable[[str], tuple[str, float]]

_WORD = re.compile(r"[^\W\d_]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# Letters of scripts other than Latin: Greek to Mongolian, East Asia's, what lies beyond the basic plane.
_OTHER_SCRIPT = re.compile("[\u0370-\u1c7f\u2e80-\ua4cf\ua960-\ud7ff\uf900-\ufaff\ufe70-\uffdc\U00010000-\U0003ffff]")
# Of those, the scripts that write no spaces between words; two of their letters are about a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_GLOTLID_CODES = {"vie": "vi", "eng": "en"}


class Identifier:
    """Tells the language of texts in NFC by these settings; the model is loaded here."""

    def __init__(self, settings: Identification) -> None:
        self._settings = settings
        self._english = frozenset(settings.english_words)
        self._model = language_model(settings)
        self.by_paragraph = lru_cache(maxsize=1)(self._by_paragraph)  # the repair and the rule ask for the same text

    def identify(self, text: str) -> Label:
        """The language that most of a text is in."""
        settings = self._settings
        words = text.lower().split()
        accented, english = accented_syllables(), self._english
        # Marks stay on the words here, which costs a tenth of the hits and saves half of the time.
        if sum(map(accented.__contains__, words)) > settings.clear_vietnamese_share * len(words):
            return "vi"
        if sum(map(english.__contains__, words)) > settings.clear_english_share * len(words):
            return "en"
        words = _WORD.findall(text.lower())
        letters = sum(map(len, words))
        if not words or letters < settings.min_letters_share * len("".join(text.split())):
            return "unknown"
        if 2 * len(_OTHER_SCRIPT.findall(text)) > letters:
            return "other"
        if sum(map(accented.__contains__, words)) > settings.clear_vietnamese_share * len(words):
            return "vi"
        language, score = self._model(text[: settings.model_characters].replace("\n", " "))
        if language == "en":
            return "en" if score >= settings.min_model_score else "unknown"
        if sum(map(all_bare_syllables().__contains__, words)) > settings.unaccented_share * len(words):
            return "vi_unaccented"
        if score < settings.min_model_score:
            return "unknown"
        return "vi" if language == "vi" else "other"

    def _by_paragraph(self, text: str, min_words: int) -> list[tuple[str, Label]]:
        """The lines of a text with their language; blank ones are `unknown`.

        Lines of fewer than `min_words` words are judged together with such lines around them; what is still too short,
        or of no language, has that of the line before it, or of the next.
        """
        lines = text.split("\n")
        labels: list[Label] = ["unknown"] * len(lines)
        short: list[int] = []
        for number, line in enumerate([*lines, None]):
            if line is not None and _words(line) < min_words:
                short.append(number)
                continue
            together = "\n".join(lines[each] for each in short)
            if _words(together) >= min_words:
                label = self.identify(together)
                for each in short:
                    labels[each] = label
            short = []
            if line is not None:
                labels[number] = self.identify(line)
        return list(zip(lines, _filled(labels), strict=True))


def _words(text: str) -> int:
    words = len(text.split())
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) // 2


def _filled(labels: list[Label]) -> list[Label]:
    """The labels with each `unknown` replaced by the one before it, at the beginning by the next."""
    last: Label = next((label for label in labels if label != "unknown"), "unknown")
    filled = []
    for label in labels:
        last = label if label != "unknown" else last
        filled.append(last)
    return filled


def languages_repair(identifier: Identifier, settings: Language) -> Callable[[str], str]:
    """A repair that leaves out the paragraphs in languages that the corpus does not keep.

    A text without any paragraph in the corpus's own language stays as it is, for the rule to drop.
    """
    kept_labels = {*settings.kept, "unknown"}

    def remove_other_languages(text: str) -> str:
        labelled = identifier.by_paragraph(text, settings.min_paragraph_words)
        found = {label for _, label in labelled}
        if found <= kept_labels or settings.name not in found:
            return text
        kept = [line for line, label in labelled if not line or label in kept_labels]
        return _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip()

    return remove_other_languages


def language_rule(identifier: Identifier, settings: Language) -> Callable[[str], bool | tuple[bool, str]]:
    """Whether enough of a text, by its bytes, is in the corpus's language; if not, the reason names the main one."""

    def rule(text: str) -> bool | tuple[bool, str]:
        bytes_in: dict[str, int] = {}
        for line, label in identifier.by_paragraph(text, settings.min_paragraph_words):
            bytes_in[label] = bytes_in.get(label, 0) + len(line.encode())
        if bytes_in.get(settings.name, 0) >= max(1, settings.min_share * sum(bytes_in.values())):
            return True
        others = {label: size for label, size in bytes_in.items() if label != settings.name}
        return False, f"language_{max(sorted(others), key=others.get)}"

    return rule


@cache
def accented_syllables() -> frozenset[str]:
    """The possible Vietnamese syllables with a tone or vowel mark, in lower case."""
    return frozenset(syllable for syllable in all_syllables() if not syllable.isascii())


def language_model(settings: Identification) -> Model:
    """The model that the settings name. Raises `BadInput` where it is not installed or cannot be had."""
    return _MODELS[settings.model](settings)


def _py3langid(settings: Identification) -> Model:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise BadInput("identification.model: py3langid is not installed. Run `make setup`.") from None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).classify


def _glotlid(settings: Identification) -> Model:
    import importlib.metadata  # noqa: F401 - datatrove uses it without importing it

    from datatrove.data import Document
    from datatrove.utils.lid import GlotLID

    glotlid = GlotLID(k=1)
    glotlid.MODEL_URL = settings.glotlid_model  # datatrove's own is not pinned to a commit
    try:
        glotlid.model  # noqa: B018 - downloads and loads it now
    except ImportError:
        raise BadInput(
            "identification.model: glotlid needs the package fasttext-numpy2-wheel. Run `make setup`, or choose py3langid."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"identification.glotlid_model: {settings.glotlid_model}: not loaded ({error}). Check the network and the "
            "revision, or choose py3langid."
        ) from None

    def classify(text: str) -> tuple[str, float]:
        (label, score), _ = glotlid.predict(Document(text=text, id=""))
        return _GLOTLID_CODES.get(label.split("_")[0], label), score

    return classify


_MODELS: dict[str, Callable[[Identification], Model]] = {"py3langid": _py3langid, "glotlid": _glotlid}
