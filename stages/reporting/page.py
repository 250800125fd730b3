"""The report as HTML pages that need nothing beside themselves."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.reporting.document_samples import LanguageSamples
from stages.reporting.layout import NAMES, Figure, Section


def render_page(title: str, subtitle: str, profile: str, figures: list[Figure], sections: list[Section]) -> str:
    """The page: styles and drawings inline, no script, no request to anywhere; light and dark."""
    return _render("page.html", title=title, subtitle=subtitle, profile=profile, figures=figures, sections=sections)


def render_samples(title: str, profile: str, languages: list[LanguageSamples]) -> str:
    """The page with documents to read, a fold for each rule and source. Addresses are shown, not linked to."""
    names = {samples.language: NAMES.get(samples.language, samples.language) for samples in languages}
    return _render("samples.html", title=title, profile=profile, languages=languages, names=names)


def _render(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.get_template(template).render(**values)
