"""The built-in bilingual world: a seeded generator of documents, defects and an exam."""
