"""Print how often the language of real sentences and paragraphs is told rightly, as Markdown.

The sentences are those of Debian's manual pages in 18 languages, fetched with apt-get into a temporary folder on the
first run. Other files of sentences, one a line, may come beside them:

    python -m commands.language_report vi=FILE en=FILE
"""

import argparse
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

from commands.translated_texts import ORIGINALS, TRANSLATIONS, download, is_sentence, sentences
from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.languages import CorpusLanguage, Identifier, Label, identification_model
from stages.command import start
from stages.errors import BadInput
from stages.text.diacritics import strip_diacritics

FOLDER = Path(tempfile.gettempdir()) / "vinasmol-manual-pages"
SENTENCES, SENTENCES_PER_PARAGRAPH, SEED = 1000, 3, 1


class Sample(NamedTuple):
    """Sentences of one language from one place, and what each is to be called."""

    language: str
    source: str
    label: Label
    texts: list[str]


def samples(folder: Path, others: dict[str, Path]) -> list[Sample]:
    """Up to `SENTENCES` sentences of each language; those of Vietnamese once more without their diacritics."""
    download([*ORIGINALS, *TRANSLATIONS.values()], folder)
    made = []
    for language, package in {"vi": TRANSLATIONS["vi"], "en": "the originals", **TRANSLATIONS}.items():
        made.append(_sample(language, package, sentences(folder, language)))
    for language, file in others.items():
        lines = file.read_text(encoding="utf-8", errors="ignore").splitlines()
        made.append(_sample(language, file.name, [line for line in dict.fromkeys(lines) if is_sentence(line)]))
    bare = [
        Sample("vi, no diacritics", sample.source, "vi_unaccented", [strip_diacritics(text) for text in sample.texts])
        for sample in made
        if sample.language == "vi"
    ]
    return made + bare


def _sample(language: str, source: str, texts: list[str]) -> Sample:
    label: Label = language if language in ("vi", "en") else "other"
    chosen = texts if len(texts) <= SENTENCES else [texts[i] for i in sorted(_random_places(len(texts)))]
    return Sample(language, source, label, [unicodedata.normalize("NFC", text) for text in chosen])


def _random_places(count: int) -> list[int]:
    return Random(SEED).sample(range(count), SENTENCES)


def joined(texts: list[str]) -> list[str]:
    """Paragraphs of a few sentences each."""
    return [
        " ".join(texts[at : at + SENTENCES_PER_PARAGRAPH])
        for at in range(0, len(texts) - SENTENCES_PER_PARAGRAPH + 1, SENTENCES_PER_PARAGRAPH)
    ]


def identifier(settings: Params) -> Identifier:
    """What tells languages by these settings."""
    assert settings.identification
    model = identification_model(settings.identification_model, settings.identification.glotlid_model)
    return Identifier(settings.identification, model)


def right(identifier: Identifier, sample: Sample) -> tuple[float, float, Counter[Label]]:
    """Shares of sentences and of paragraphs that get the right label, and the wrong labels of sentences."""
    labels = Counter(map(identifier.identify, sample.texts))
    paragraphs = joined(sample.texts)
    right_paragraphs = sum(identifier.identify(text) == sample.label for text in paragraphs) / max(1, len(paragraphs))
    right_sentences = labels.pop(sample.label, 0) / max(1, len(sample.texts))
    return right_sentences, right_paragraphs, labels


def mixed(corpus_language: CorpusLanguage, found: list[Sample]) -> tuple[int, float, float, float]:
    """How many mixed documents were made, and the shares of Vietnamese, English and other paragraphs that stay.

    A document is a paragraph in another language between two in Vietnamese, and one in English at its end.
    """
    paragraphs = {sample.language: joined(sample.texts) for sample in reversed(found)}
    stay: Counter[str] = Counter()
    documents = 0
    for language in TRANSLATIONS:
        if language == "vi":
            continue
        for at, other in enumerate(paragraphs[language][:100]):
            own = [paragraphs["vi"][(at + shift) % len(paragraphs["vi"])] for shift in (0, 1)]
            english = paragraphs["en"][at % len(paragraphs["en"])]
            kept = corpus_language.remove_others("\n".join([own[0], other, own[1], english])).split("\n")
            stay.update(vi=sum(text in kept for text in own), en=english in kept, other=other in kept)
            documents += 1
    return documents, stay["vi"] / (2 * documents), stay["en"] / documents, stay["other"] / documents


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file")
    arguments.add_argument("--folder", type=Path, default=FOLDER, help="where the packages are unpacked")
    arguments.add_argument("others", nargs="*", metavar="LANGUAGE=FILE")
    given = arguments.parse_args()
    others = dict(each.split("=", 1) for each in given.others if "=" in each)
    if len(others) != len(given.others):
        raise BadInput(f"{' '.join(given.others)}: expected LANGUAGE=FILE, each language once.")
    settings = params.load(Params, given.params, *SECTIONS, language="vi")
    found = samples(given.folder, {language: Path(file) for language, file in others.items()})
    judge = identifier(settings)
    print(f"Model: {settings.identification_model}\n")
    print("| language | source | sentences | right | paragraphs right | wrong labels |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    for sample in found:
        of_sentences, of_paragraphs, wrong = right(judge, sample)
        listed = ", ".join(f"{label} {count}" for label, count in wrong.most_common())
        row = [sample.language, sample.source, f"{len(sample.texts):,}", f"{of_sentences:.1%}", f"{of_paragraphs:.1%}"]
        print(f"| {' | '.join(row)} | {listed} |")
    documents, vi, en, other = mixed(CorpusLanguage(judge, settings.language), found)
    print(
        f"\n{documents:,} mixed documents: {vi:.1%} of their Vietnamese paragraphs stay, {en:.1%} of the English ones"
    )
    print(f"and {other:.1%} of those in other languages.")


if __name__ == "__main__":
    start(main)
