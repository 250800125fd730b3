"""The built-in bilingual world: a seeded generator of documents, defects and an exam."""

from stages.world.corpus import documents

__all__ = ["documents"]
