"""A blind arena: people vote between two anonymous answers, and the votes rank the models."""
