"""The report as one HTML page that needs nothing beside itself."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.reporting.content import Figure, Section


def render_page(title: str, subtitle: str, profile: str, figures: list[Figure], sections: list[Section]) -> str:
    """The page: styles and drawings inline, no script, no request to anywhere; light and dark."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.get_template("page.html").render(
        title=title, subtitle=subtitle, profile=profile, figures=figures, sections=sections
    )
