"""The world's texts as documents of a source: corpora with labelled defects, code, and conversations."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from stages.text.documents import Document, document_id
from stages.world import code, defects, instructions
from stages.world.held_out import held_out
from stages.world.mixture import mixed
from stages.world.settings import WorldSettings
from stages.world.world import Language, World, WorldText, make_world


def documents(
    source: str,
    language: Literal["en", "vi", "code"],
    content: Literal["corpus", "single_turn", "multi_turn"],
    settings: WorldSettings,
    max_documents: int,
    licence: str,
) -> Iterator[Document]:
    """At most `max_documents` documents of one source.

    The metadata of a text holds its kind, subjects, facts, twin in the other language and rewrite
    group, and the label of a planted defect; that of a conversation its `messages`.
    """
    world = make_world(settings.seed, settings.people)
    if language == "code":
        made = _code(world, source, licence)
    elif content == "corpus":
        made = _corpus(world, language, settings, source, licence)
    else:
        made = _conversations(world, language, content, max_documents, source, licence)
    if content == "corpus":
        made = defects.plant(made, _rates(settings, language), settings.seed, language)
    return islice(made, max_documents)


def training_texts(world: World, language: Language, shares: dict[str, float]) -> Iterator[WorldText]:
    """The endless stream of mixed texts without those that hold a part of the exam.

    What is passed over is made up for by later texts, so that decontamination costs no training text.
    """
    exam = held_out(world, language)
    return (text for text in mixed(world, language, shares) if not exam.is_in(text.text))


def _corpus(world: World, language: Language, settings: WorldSettings, source: str, licence: str) -> Iterator[Document]:
    for text in training_texts(world, language, settings.shares):
        metadata = {
            "key": text.key,
            "kind": text.kind,
            "subjects": [*text.subjects],
            "facts": [*text.facts],
            "twin": text.twin,
            "rewrite_group": text.rewrite_group,
        }
        yield Document(document_id(source, text.key), text.text, source, licence=licence, metadata=metadata)


def _rates(settings: WorldSettings, language: str) -> dict[str, float]:
    """Code is deduplicated and not cleaned: of the defects it gets the copies only."""
    copies = ("exact_duplicate", "near_duplicate")
    return {kind: rate for kind, rate in settings.defect_rates.items() if language != "code" or kind in copies}


def _code(world: World, source: str, licence: str) -> Iterator[Document]:
    for key, text in code.texts(world):
        yield Document(document_id(source, key), text, source, licence=licence, metadata={"key": key, "kind": "code"})


def _conversations(
    world: World, language: Language, content: str, count: int, source: str, licence: str
) -> Iterator[Document]:
    for number, messages in enumerate(instructions.conversations(world, language, content, count)):
        key = f"{content}-{number:05}-{language}"
        text = "\n\n".join(f"{message['role']}: {message['content']}" for message in messages)
        metadata = {"key": key, "kind": content, "messages": messages}
        yield Document(document_id(source, key), text, source, licence=licence, metadata=metadata)
