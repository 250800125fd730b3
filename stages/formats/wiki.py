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
_MARKUP = re.compile(r"\[\[[^\[\]\n]+\]\]|\{\{[^\W\d_]|^\{\||<(?:ref|math)\b|'''", re.MULTILINE)
_HEAD = re.compile(r"[ \t]*(={1,6})[ \t]*(.*?)[ \t]*\1[ \t]*")
# Templates whose text stands in their arguments, by name in lower case: what they show, {1} is the first argument.
_MEASURES = ("convert", "cvt")
_DAY, _ISO_DAY = "{3} tháng {2} năm {1}", "{1}-{2:0>2}-{3:0>2}"
_SHOWN = (
    dict.fromkeys(("nowrap", "nobr", "small", "big", "vie", "nihongo", "abbr", "formatnum", "quote", "cquote"), "{1}")
    | dict.fromkeys(_MEASURES, "{1} {2}")
    | dict.fromkeys(("ngày sinh", "ngày sinh và tuổi", "ngày mất", "ngày mất và tuổi"), _DAY)
    | dict.fromkeys(("birth date", "birth date and age", "death date", "death date and age", "start date"), _ISO_DAY)
    | {"lang": "{2}", "frac": "{1}/{2}"}
)
_RANGE_SIGNS = frozenset(("-", "–", "to", "đến", "and", "by", "x"))
_LANGUAGE = "lang-"  # {{lang-en|word}}
_LIST_MARK = re.compile(r"^(?:[*:;]|#(?!\d))+[ \t]*", re.MULTILINE)  # `#1` is a rank
# What a removed template leaves: spaces at a line's ends, before others, and before punctuation.
_HOLE = re.compile(r"^[ \t]+|[ \t]+(?=[ \t]|[,.;!?)]|$)", re.MULTILINE)
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
    return _BLANK_LINES.sub("\n\n", _LIST_MARK.sub("", _TEMPLATE_LINE.sub("", text))).strip()


def _without_markup(text: str) -> str:
    import mwparserfromhell  # only where there is markup: dumps have it, extracts do not

    code = mwparserfromhell.parse(text)
    for table in code.filter_tags(matches=lambda tag: tag.tag in ("table", "ref", "gallery", "timeline")):
        _remove(code, table)
    for link in code.filter_wikilinks():
        if re.match(_NOT_TEXT + r"\s*:", str(link.title).strip(), re.IGNORECASE):
            _remove(code, link)
    for template in reversed(code.filter_templates()):  # the inner ones first
        _replace(code, template, _shown(template))
    for tag in code.filter_tags(matches=lambda tag: tag.tag in ("br", "math")):
        # A formula stays as its TeX source, as in corpora of mathematics: without it its sentence says nothing.
        shown = "\n" if tag.tag == "br" else f"${tag.contents.strip()}$"
        _replace(code, tag, mwparserfromhell.nodes.Text(shown))
    plain = code.strip_code(normalize=True, collapse=True, keep_template_params=False)
    return _HOLE.sub("", _EMPTY_BRACKETS.sub("", plain))


def _shown(template: Any) -> str:
    """The text that a template shows, empty if the table does not say."""
    name, _, first = str(template.name).strip().lower().partition(":")  # {{formatnum:1000}} has it in its name
    arguments = [str(one.value).strip() for one in template.params if str(one.name).strip().isdigit()]
    arguments = [first, *arguments] if first else arguments
    if name in _MEASURES and len(arguments) > 3 and arguments[1] in _RANGE_SIGNS:  # {{convert|5|-|10|km}}
        arguments = [f"{arguments[0]}–{arguments[2]}", *arguments[3:]]
    form = "{1}" if name.startswith(_LANGUAGE) else _SHOWN.get(name, "")
    try:
        return form.format("", *arguments)
    except IndexError:
        return ""


def _replace(code: Any, node: Any, other: Any) -> None:
    with contextlib.suppress(ValueError):  # it went with the one around it
        code.replace(node, other)


def _remove(code: Any, node: Any) -> None:
    with contextlib.suppress(ValueError):
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
