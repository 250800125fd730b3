"""Encyclopedia articles: wiki markup to plain text, heads as plain lines, without references, links and the like."""

import contextlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from stages.formats.account import Account
from stages.text.documents import Document

# Sections that hold no text of the article, by their head in lower case. Named as the two Wikipedias name them.
# `Notes and references` is boilerplate since both of its parts are.
BOILERPLATE = frozenset(
    """
    tham khảo|chú thích|xem thêm|liên kết ngoài|liên kết|đọc thêm|ghi chú|thư mục|nguồn|nguồn tham khảo|chú giải|
    tài liệu tham khảo|nguồn dẫn|trích dẫn|tham khảo thêm|tài liệu đọc thêm|tài liệu|hình ảnh|thư viện ảnh|
    thư viện hình ảnh|bộ sưu tập ảnh|thể loại|xem|cước chú|sách tham khảo|liên kết khác|liên kết bên ngoài|
    references|reference|external links|external link|see also|further reading|notes|footnotes|bibliography|citations|
    sources|works cited|gallery|image gallery|images|literature|links|general references|explanatory notes|
    cited sources|further information|endnotes
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_AND = re.compile(r"\s+và\s+|\s+and\s+|\s*[,/&]\s*")
# Links whose target is not the article's text, by their prefix in the two languages.
_NOT_TEXT = r"(?:file|image|media|category|tập tin|tệp|hình|thể loại)"
_MARKUP = re.compile(r"\[\[[^\[\]\n]+\]\]|\{\{[^\W\d_]|^\{\||<ref\b|'''", re.MULTILINE)
_HEAD = re.compile(r"[ \t]*(={1,6})[ \t]*(.*?)[ \t]*\1[ \t]*")
_OF_TEXT = ("lang", "nihongo", "nowrap", "nobr", "small", "vie")  # templates that only dress their last argument
_LIST_MARK = re.compile(r"^[*#:;]*[ \t]*", re.MULTILINE)
_EMPTY_BRACKETS = re.compile(r"[ \t]*\([ \t,;:–-]*\)")
_TEMPLATE_LINE = re.compile(r"^[ \t]*(?:Bản mẫu|Template):.*\n?", re.MULTILINE)  # one that an extract left its name of
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_BREAK = re.compile(r"\r\n?")
# A line of prose, which no list of references is: what follows an unmarked head and has such lines is kept.
_PROSE_CHARACTERS = 200


def read(documents: Iterator[Document], account: Account) -> Iterator[Document]:
    """The articles as plain text; one of which nothing is left is dropped."""
    for document in documents:
        if text := plain_text(document.text):
            document.text = text
            yield document
        else:
            account.drop(document, "only_boilerplate")


def plain_text(text: str) -> str:
    """The article's text: markup and boilerplate sections removed, `== heads ==` as lines of their own.

    >>> plain_text("'''Huế''' là [[đô thị|một đô thị]].\\n\\n== Ẩm thực ==\\nBún bò.\\n\\n== Tham khảo ==\\n* x")
    'Huế là một đô thị.\\n\\nẨm thực\\n\\nBún bò.'
    """
    text = _without_boilerplate(_LINE_BREAK.sub("\n", text))
    if _MARKUP.search(text):
        text = _without_markup(text)
    return _BLANK_LINES.sub("\n\n", _TEMPLATE_LINE.sub("", text)).strip()


def _without_markup(text: str) -> str:
    import mwparserfromhell  # only where there is markup: dumps have it, extracts do not

    code = mwparserfromhell.parse(text)
    for table in code.filter_tags(matches=lambda tag: tag.tag in ("table", "ref", "gallery", "timeline")):
        _remove(code, table)
    for link in code.filter_wikilinks():
        if re.match(_NOT_TEXT + r"\s*:", str(link.title).strip(), re.IGNORECASE):
            _remove(code, link)
    for template in code.filter_templates():
        if template.name.strip().lower() in _OF_TEXT and template.params:
            with contextlib.suppress(ValueError):
                code.replace(template, template.params[-1].value)
    plain = code.strip_code(normalize=True, collapse=True, keep_template_params=False)
    return _EMPTY_BRACKETS.sub("", _LIST_MARK.sub("", plain))


def _remove(code: Any, node: Any) -> None:
    with contextlib.suppress(ValueError):  # it went with the one around it
        code.remove(node)


def _without_boilerplate(text: str) -> str:
    lines = text.split("\n")
    kept: list[str] = []
    heads: list[tuple[int, str]] = []  # that wait for a line of text below them
    dropped_level = 0  # of the head of the boilerplate section that we are in, 0: in none
    for number, line in enumerate(lines):
        if match := _HEAD.fullmatch(line):
            level, title = len(match[1]), match[2]
            if dropped_level and level > dropped_level:
                continue
            dropped_level = level if _is_boilerplate(title) else 0
            heads = [head for head in heads if head[0] < level]
            if not dropped_level and title:
                heads.append((level, title))
        elif dropped_level:
            continue
        elif _is_boilerplate(line) and not any(_is_prose(later) for later in lines[number + 1 :]):
            break
        else:
            if line.strip() and heads:
                kept += [part for _, title in heads for part in ("", title, "")]
                heads = []
            kept.append(line)
    return "\n".join(kept)


def _is_boilerplate(title: str) -> bool:
    if len(title) > 40:
        return False
    return BOILERPLATE.issuperset(_AND.split(unicodedata.normalize("NFC", title).strip().lower()))


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE_CHARACTERS or _HEAD.fullmatch(line) is not None
