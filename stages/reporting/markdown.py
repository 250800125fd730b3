"""The report as Markdown: the same tables, without the charts."""

import re

from stages.reporting.layout import Cut, Figure, Poor, Section, Table, Verbatim

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$!]")


def render_markdown(title: str, subtitle: str, profile: str, figures: list[Figure], sections: list[Section]) -> str:
    """The summary and every section with its tables and samples."""
    lines = [f"# {title}: {profile}", "", subtitle, ""]
    lines += [f"- {figure.label}: **{figure.value}** ({figure.before})" for figure in figures]
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        if section.text:
            lines += [section.text, ""]
        if section.warning:
            lines += [f"**{section.warning}**", ""]
        for table in section.tables:
            if table.rows:
                lines += [f"### {table.title}", ""] if table.title else []
                lines += [render_table(table), ""]
        if section.cuts:
            lines += ["### Texts before and after", "", *map(_cut, section.cuts), ""]
        for model, texts in section.samples.items():
            lines += [f"### {model}", ""]
            for sample in texts:
                lines += [f"- {sample.language}, {sample.kind}: **{_line(sample.prompt)}** {_line(sample.text)}"]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def render_table(table: Table) -> str:
    """A pipe table, names to the left and numbers to the right, its note below.

    >>> print(render_table(Table(("model", "acc"), [("base", "25 %")])))
    | model | acc |
    | :--- | ---: |
    | base | 25 % |
    """
    rules = [":---" if number < table.labels else "---:" for number in range(len(table.head))]
    rows = [table.head, tuple(rules), *table.rows]
    text = "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)
    return f"{text}\n\n{table.note}" if table.note else text


def _cut(cut: Cut) -> str:
    """The pieces of a text parted by dots, before the extension and after it."""
    before, after = (f"{_literal('·'.join(pieces))} ({len(pieces)} tokens)" for pieces in (cut.before, cut.after))
    return f"- {cut.language}, {cut.source}\n  - before: {before}\n  - after: {after}"


def _literal(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", _line(text))


def _cell(text: str) -> str:
    escaped = _literal(text) if isinstance(text, Verbatim) else _line(text).replace("|", "\\|")
    return f"**{escaped}**" if isinstance(text, Poor) else escaped


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
