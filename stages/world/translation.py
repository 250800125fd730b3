"""Translation in both directions: the beginnings of stories, which the world tells alike in either language."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from stages.world import stories
from stages.world.leaks import TEXTS_SEARCHED, passages, passages_of
from stages.world.mixture import ENDLESS, FIRST_EXAM_TEXT
from stages.world.spelling import sentences
from stages.world.world import LANGUAGES, Language, World, WorldText, other

PART = "stories"
FIRST_STORY = FIRST_EXAM_TEXT + 10**6  # far from the texts that the other parts of the exam are made of
EXAMPLES = 3  # that a prompt shows
SENTENCES = 2  # the opening and what follows it: from the first event on, each language has words of its own


def items(world: World, language: Language, count: int) -> Iterator[dict[str, Any]]:
    """Texts in the other language, and their translations into this one."""
    for number, pair in enumerate(islice(_pairs(world), count)):
        yield {
            "id": f"{PART}-{number:04}-{language}",
            "part": PART,
            "language": language,
            "query": pair[other(language)],
            "answers": [pair[language]],
        }


def _pairs(world: World) -> Iterator[dict[Language, str]]:
    """Beginnings of stories in both languages, each once, that share no passage with a training text of either."""
    trained = {language: [*stories.texts(world, language, TEXTS_SEARCHED)] for language in LANGUAGES}
    seen = {language: passages_of(texts) for language, texts in trained.items()}
    told = {_beginning(text) for texts in trained.values() for text in texts}
    later = (stories.texts(world, language, ENDLESS, first=FIRST_STORY) for language in LANGUAGES)
    for twins in zip(*later, strict=True):
        pair = {twin.language: _beginning(twin) for twin in twins}
        if all(text not in told and seen[language].isdisjoint(passages(text)) for language, text in pair.items()):
            told.update(pair.values())
            yield pair


def _beginning(story: WorldText) -> str:
    return " ".join(sentences(story.text)[:SENTENCES])
