"""Tokens on the screen: lists of them, and texts cut into their pieces."""

from collections.abc import Mapping

LISTED = 20


def listed(texts: list[str]) -> str:
    """The first texts in a line, and a sign if there are more.

    >>> listed(["một", "hai"])
    'một  hai'
    """
    return "  ".join(texts[:LISTED]) + ("  …" if len(texts) > LISTED else "")


def visible_spaces(token: str) -> str:
    """A token for a list, in which its spaces would not be seen."""
    return token.replace(" ", "␣")


def print_lines(lines: Mapping[str, str]) -> None:
    """Names and values, the values under each other."""
    width = max(map(len, lines))
    for name, value in lines.items():
        print(f"{name:<{width}}  {value}")


def print_pieces(label: str, pieces: list[str]) -> None:
    """A line with a label and the pieces, in alternating colours on a terminal and parted by dots elsewhere."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    styles = ("black on bright_cyan", "black on bright_yellow")
    if console.is_terminal and not console.no_color:
        line = Text.assemble(*((piece, styles[place % 2]) for place, piece in enumerate(pieces)))
    else:
        line = Text("·".join(pieces))
    console.print(Text.assemble(f"{label}: ", line), soft_wrap=True)
