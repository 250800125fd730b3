"""The one error that a user is meant to read."""


class BadInput(Exception):
    """Input from outside is unusable. The message names file, key or line, value and remedy."""
