"""Vietnamese statutes as crawls have them: without the frame around the articles, and with whole lines."""

import re
import unicodedata
from collections.abc import Iterator

from stages.formats.account import Account
from stages.text.documents import Document
from stages.text.vietnamese import LOWER_CASE

_LINE_BREAK = re.compile(r"\r\n?|\x0c")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*\)")
_MARKDOWN_MARKS = re.compile(r"\*\*|^#{1,6}[ \t]+|\\(?=[_*.\-#\[\]()+!>])", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]{3,}\|?[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"[-_=*–—]{3,}")
_STATE, _VALUES = r"C[ỘO]NG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM", r"Độc lập\s*[-–—]\s*Tự do\s*[-–—]\s*Hạnh phúc[ .]*"
_MOTTO = re.compile(rf"{_STATE}[\s*_-]*{_VALUES}|^[ \t]*(?:{_STATE}|{_VALUES})[ \t]*$", re.MULTILINE)
_PAGE = re.compile(
    r"^[ \t]*(?:(?:trang|page)[ \t]*\d+(?:[ \t]*/[ \t]*\d+)?|[-–][ \t]*\d+[ \t]*[-–]|"
    r"(?:\d+[ \t]+)?CÔNG BÁO/Số.{0,60})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_NUMBER = re.compile(r"^[ \t]*(\d{1,3})[ \t]*$", re.MULTILINE)
# Page numbers are so many, and so far from each other; of tables and lists they stand closer.
_MIN_PAGES, _MIN_PAGE_CHARACTERS = 3, 500
_RECIPIENTS = re.compile(r"\s*(?:nơi nhận|nơi gửi)\s*:", re.IGNORECASE)
_RECIPIENT = re.compile(r"\s*(?:[-–+•*]\s*\S|lưu\s*:|như (?:trên|điều)\b)", re.IGNORECASE)
_SIGNER_MARK = re.compile(
    rf"\s*(?:(?:TM|KT|TL|TUQ|T/M|K/T|T/L)\s*\.\s*(?=[^\W\d_])|Q\s*\.\s*(?=[^\W\d_](?![{LOWER_CASE}])))"
)
_HEAD_WORDS = frozenset(("Phụ", "Điều", "Chương", "Mục", "Phần", "Mẫu", "Biểu"))  # what may follow a signature
_SIGNER_TITLES = (
    "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "THỦ TƯỚNG", "PHÓ THỦ TƯỚNG", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "CHỦ NHIỆM", "PHÓ CHỦ NHIỆM",
    "THỐNG ĐỐC", "PHÓ THỐNG ĐỐC", "TỔNG THANH TRA", "CHÁNH ÁN", "VIỆN TRƯỞNG", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC",
    "TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG", "CHÁNH VĂN PHÒNG", "TỔNG GIÁM ĐỐC", "TỔNG KIỂM TOÁN",
)  # fmt: skip
_SIGNED = re.compile(r"\s*[(\[]?\s*(?:đã ký|ký tên|đã kí)\b[^)\]\n]{0,40}[)\]]?\s*", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*MỤC LỤC\s*", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(
    r"\s*(?:.*(?:\.{3,}|…|\t)\s*\d{1,4}|(?:phần|chương|mục|điều|phụ lục)\b.{0,250}\s\d{1,4})\s*", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?<=[.;:”\"])[ \t]*(?=Điều \d{1,3}[a-zđ]?\. ?)")
_END_MARK = re.compile(r"\s*\./\.")
_CRAWL_MARK = re.compile(r"\[(?:JavaScript|Link|ID):[^\]\n]*\]")
_SPLIT_SIGNER = re.compile(r"^[ \t]*(TM|KT|TL|TUQ)\.[ \t]*\n[ \t]*(?=[^\W\d_])", re.MULTILINE)
_OPEN_LINE = re.compile(rf"\n(?:(?<![.:;!?…]\n)(?=[{LOWER_CASE}])(?![a-zđ]\))|(?<=\bSố:\n)(?=\d))")
_MAX_NAME_WORDS = 5


def read(documents: Iterator[Document], account: Account) -> Iterator[Document]:
    """The statutes as plain text; one of which nothing is left is dropped."""
    for document in documents:
        if text := plain_text(document.text):
            document.text = text
            yield document
        else:
            account.drop(document, "only_boilerplate")


def plain_text(text: str) -> str:
    """The statute without motto, page marks, contents, recipients and signatures; its wrapped lines joined. In NFC.

    >>> plain_text("Điều 1. Phạm vi\\nNghị định này quy định\\nvề phí./.\\nNơi nhận:\\n- Lưu: VT\\nTM. UBND\\nLê An")
    'Điều 1. Phạm vi\\nNghị định này quy định về phí.'
    """
    text = unicodedata.normalize("NFC", _LINE_BREAK.sub("\n", text))
    text = _MARKDOWN_MARKS.sub("", _MARKDOWN_LINK.sub(r"\1", _TABLE_RULE.sub("", text)))
    text = _without_page_numbers(_PAGE.sub("", _RULE.sub("\n", _MOTTO.sub("\n", text))))
    text = _ARTICLE.sub("\n", _END_MARK.sub(".", _SPLIT_SIGNER.sub(r"\1. ", _CRAWL_MARK.sub("", text))))
    lines = [" ".join(words) for line in text.split("\n") if (words := line.split())]
    return _OPEN_LINE.sub(" ", "\n".join(_without_frame(lines)))


def _without_page_numbers(text: str) -> str:
    """Numbers alone in their line go if they rise by one, a page apart."""
    runs: list[list[re.Match[str]]] = [[]]
    for number in _NUMBER.finditer(text):
        last = runs[-1][-1] if runs[-1] else None
        if last and (int(number[1]) != int(last[1]) + 1 or number.start() - last.end() < _MIN_PAGE_CHARACTERS):
            runs.append([])
        runs[-1].append(number)
    pages = {number.start() for run in runs if len(run) >= _MIN_PAGES for number in run}
    return _NUMBER.sub(lambda number: "" if number.start() in pages else number[0], text)


def _without_frame(lines: list[str]) -> Iterator[str]:
    inside = None  # contents, recipients, signature
    for line in lines:
        if _RECIPIENTS.match(line):
            inside = "recipients"
            continue
        if _CONTENTS.fullmatch(line):
            inside = "contents"
            continue
        if (inside == "recipients" and _RECIPIENT.match(line)) or (
            inside == "contents" and _CONTENTS_ENTRY.fullmatch(line)
        ):
            continue
        rest = without_signature(line)
        if rest != line:
            inside = "signature"
        elif inside in ("recipients", "signature") and _is_of_signature(line):
            continue
        else:
            inside = None
        if rest:
            yield rest


def without_signature(line: str) -> str:
    """The line without the signatures that it begins with: office in capitals, then a name.

    >>> without_signature("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH Nguyễn Hữu Tháp CHƯƠNG TRÌNH HÀNH ĐỘNG")
    'CHƯƠNG TRÌNH HÀNH ĐỘNG'
    >>> without_signature("BỘ TRƯỞNG BỘ TÀI CHÍNH")
    'BỘ TRƯỞNG BỘ TÀI CHÍNH'
    """
    marked = _SIGNER_MARK.match(line)
    if not marked and not line.startswith(_SIGNER_TITLES):
        return line
    words = _SIGNED.sub(" ", line, count=1).split() if _SIGNED.search(line) else line.split()
    office = next((n for n, word in enumerate(words) if any(letter.islower() for letter in word)), len(words))
    name = 0
    for word in words[office : office + _MAX_NAME_WORDS]:
        if not word.istitle() or word in _HEAD_WORDS:
            break
        name += 1
    if not _is_name(words[office : office + name]):
        return "" if marked and office == len(words) else line
    return without_signature(" ".join(words[office + name :]))


def _is_of_signature(line: str) -> bool:
    office = line.isupper() and line.startswith(_SIGNER_TITLES)
    return office or _SIGNED.fullmatch(line) is not None or _is_name(line.split())


def _is_name(words: list[str]) -> bool:
    return 2 <= len(words) <= _MAX_NAME_WORDS and all(word.istitle() and word.isalpha() for word in words)
