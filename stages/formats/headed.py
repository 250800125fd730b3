"""Text below lines `# url = ...`, `# date = ...`, as corpora of news carry them."""

import re
from collections.abc import Iterator

from stages.formats.account import Account
from stages.text.documents import Document

_HEADER = re.compile(r"#[ \t]*(\w+)[ \t]*=[ \t]*(.*)")


def read(documents: Iterator[Document], _: Account) -> Iterator[Document]:
    """The documents without those lines: `url` and `date` become the document's, others go into its metadata."""
    for document in documents:
        document.text, fields = split_header(document.text)
        document.url = fields.pop("url", document.url)
        document.date = fields.pop("date", document.date)
        document.metadata |= fields
        yield document


def split_header(text: str) -> tuple[str, dict[str, str]]:
    """The text below its header lines, and what they say.

    >>> split_header("# url = https://bao.example/1\\n# date = 20201001\\nHà Nội có mưa.")
    ('Hà Nội có mưa.', {'url': 'https://bao.example/1', 'date': '20201001'})
    """
    fields = {}
    rest = text.lstrip("\ufeff\r\n")
    while match := _HEADER.match(rest):
        fields[match[1]] = match[2].strip()
        rest = rest[match.end() :].lstrip("\r\n")
    return rest, fields
