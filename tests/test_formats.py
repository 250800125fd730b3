"""The readers of formats: wiki, statutes, books, pairs, header lines. On texts of ours, and on real ones."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from stages import fetch
from stages.formats import gutenberg, headed, law, pairs, wiki
from stages.formats.account import COUNTERPART, Account
from stages.text.documents import Document, document_id


def document(text: str, number: int = 0, **metadata: str) -> Document:
    return Document(id=document_id("thử", str(number)), text=text, source="thử", metadata=metadata)


def read(reader: str, *documents: Document) -> tuple[list[Document], dict[str, int]]:
    account = Account()
    return list(import_module(f"stages.formats.{reader}").read(iter(documents), account)), dict(account.dropped)


@pytest.mark.parametrize(
    ("reader", "given", "reason", "kept"),
    [
        ("wiki", document("== Tham khảo ==\n* Sách"), "only_boilerplate", "== Tham khảo ==\n* Sách"),
        ("law", document("Trang 1\n- 2 -"), "only_boilerplate", "Trang 1\n- 2 -"),
        ("gutenberg", document("Mưa."), "licence_unknown", "Mưa."),
        ("questions", document("Vì sao?"), "no_answer", "Vì sao?"),
        ("questions", document(" ", **{COUNTERPART: "Vì mưa."}), "no_question", "Vì mưa."),
        ("pairs", document("ok", **{COUNTERPART: "yes"}), "pair_unclear", "ok\nyes"),
    ],
)
def test_what_a_reader_drops_is_kept_with_its_text_and_reason(reader, given, reason, kept):
    dropped = []
    account = Account(keep_dropped=dropped.append)
    assert list(import_module(f"stages.formats.{reader}").read(iter([given]), account)) == []
    assert [(one.text, one.metadata) for one in dropped] == [(kept, {"reason": reason})]


@pytest.mark.parametrize("reader", fetch.READERS)
def test_every_reader_is_there_and_takes_nothing(reader):
    assert read(reader) == ([], {})


def test_the_readers_that_can_be_named_are_those_of_the_room(repository):
    modules = {file.stem for file in (repository / "stages" / "formats").glob("*.py")} - {"__init__", "account"}
    assert modules == set(fetch.READERS)


# ---- wiki


ARTICLE = """Chợ Bến Thành là một ngôi chợ ở Thành phố Hồ Chí Minh.

== Lịch sử ==
Chợ có từ trước khi người Pháp đến.

=== Thời Pháp ===
Năm 1912 chợ mới được xây.

== Hình ảnh ==
Mặt tiền chợ.

=== Ban đêm ===
Chợ đêm.

== Ẩm thực ==

== Giao thông ==
Nhiều tuyến xe buýt đi qua đây.

== Chú thích và tham khảo ==
"Chợ Bến Thành". Báo Sài Gòn.

== Liên kết ngoài ==
Trang chủ
"""


def test_sections_that_hold_no_text_are_dropped_with_those_below_them():
    text = wiki.plain_text(ARTICLE.replace("\n", "\r\n"))
    assert text.split("\n\n") == [
        "Chợ Bến Thành là một ngôi chợ ở Thành phố Hồ Chí Minh.",
        "Lịch sử",
        "Chợ có từ trước khi người Pháp đến.",
        "Thời Pháp",
        "Năm 1912 chợ mới được xây.",
        "Giao thông",
        "Nhiều tuyến xe buýt đi qua đây.",
    ]
    assert wiki.plain_text(text) == text


@pytest.mark.parametrize("head", ["References", "External links", "See also", "Notes and references", "Tham khảo"])
def test_unmarked_heads_of_an_extract_end_the_article(head):
    text = f"Huế is a city in Vietnam.\n\nCulture\nIt has a court music.\n\n{head}\n\nA book. 1999.\n"
    assert wiki.plain_text(text) == "Huế is a city in Vietnam.\n\nCulture\nIt has a court music."


def test_an_unmarked_head_with_prose_below_it_stays():
    text = "Bảng đấu\n\nGhi chú\n\n" + "Đội chủ nhà thắng trận mở màn trước đông đảo khán giả. " * 5
    assert wiki.plain_text(text) == text.strip()


def test_wiki_markup_becomes_text():
    markup = """{{Thông tin thành phố|tên=Huế|dân số={{số|652572}}}}
[[Tập tin:Hue.jpg|nhỏ|phải|Ngọ Môn của [[Đại Nội]]]]
'''Huế''' là [[thành phố (Việt Nam)|thành phố]] ở [[miền Trung]].<ref name="a">{{chú thích web|url=http://x}}</ref>
{| class="wikitable"
|-
| ô || bảng
|}
* Sông [[Hương]]
* Núi Ngự

== Xem thêm ==
* [[Đà Nẵng]]

== Ẩm thực ==
Bún bò và {{lang|vi|cơm hến}}.

[[Thể loại:Huế]]
"""
    text = wiki.plain_text(markup)
    assert text == "Huế là thành phố ở miền Trung.\n\nSông Hương\nNúi Ngự\n\nẨm thực\n\nBún bò và cơm hến."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Có {{convert|5|km|mi|lk=on}} đường", "Có 5 km đường"),
        ("Có {{nowrap|{{convert|5|km}}}} đường", "Có 5 km đường"),
        ("Dân số {{formatnum:1000000}} người.", "Dân số 1000000 người."),
        ("An ({{ngày sinh và tuổi|1990|1|2}}) là", "An (2 tháng 1 năm 1990) là"),
        ("Born {{birth date|1990|1|2|df=y}}.", "Born 1990-01-02."),
        ("sông Hương ({{lang-en|Perfume River}})", "sông Hương (Perfume River)"),
        ("Núi cao {{đo|1}} và rộng {{đo|2}}, đẹp {{đo}}.", "Núi cao và rộng, đẹp."),
        ("Có {{convert|5|-|10|km}} đường", "Có 5–10 km đường"),
        ("Có {{convert}} đường", "Có đường"),
        ("Ta có <math>a^{2}+b^{2}=c^{2}</math>.", "Ta có $a^{2}+b^{2}=c^{2}$."),
        ("[[Một]]<br />Hai", "Một\nHai"),
        ("* Một\n** Hai\n# Ba\n: Bốn\n#1 nam", "Một\nHai\nBa\nBốn\n#1 nam"),
    ],
)
def test_templates_and_formulas_leave_no_holes_and_list_marks_go(markup, text):
    assert wiki.plain_text(markup) == text


def test_an_article_of_boilerplate_alone_is_dropped_and_counted():
    found, dropped = read("wiki", document("== Tham khảo ==\nMột trang.\n"), document("Sao Mộc là một hành tinh."))
    assert [d.text for d in found] == ["Sao Mộc là một hành tinh."]
    assert dropped == {"only_boilerplate": 1}


# ---- law


STATUTE = """CHÍNH PHỦ
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số:
12/2031/NĐ-CP
Hà Nội, ngày 05 tháng 4 năm 2031
NGHỊ ĐỊNH
VỀ CHỢ PHIÊN
Trang 1
MỤC LỤC
Chương I Quy định chung .......... 2
Điều 1. Phạm vi điều chỉnh 3
Căn cứ Luật Tổ chức Chính phủ;
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định về việc mở
chợ phiên ở nước Cộng hòa xã hội chủ nghĩa Việt Nam.
- 2 -
Điều 2. Hiệu lực
1. Nghị định có hiệu lực từ ngày ký.
2. Chợ phiên họp vào các ngày:
- ngày rằm;
- ngày mồng một./.
Nơi nhận:
- Như trên;
- Lưu: VT, KTTH (2b).
TM. CHÍNH PHỦ
KT. THỦ TƯỚNG
PHÓ THỦ TƯỚNG
(Đã ký)
Nguyễn Văn Bình
PHỤ LỤC
Danh sách các chợ.
"""


def test_a_statute_loses_its_frame_and_keeps_its_articles():
    assert law.plain_text(STATUTE).split("\n") == [
        "CHÍNH PHỦ",
        "Số: 12/2031/NĐ-CP",
        "Hà Nội, ngày 05 tháng 4 năm 2031",
        "NGHỊ ĐỊNH",
        "VỀ CHỢ PHIÊN",
        "Căn cứ Luật Tổ chức Chính phủ;",
        "Điều 1. Phạm vi điều chỉnh",
        "Nghị định này quy định về việc mở chợ phiên ở nước Cộng hòa xã hội chủ nghĩa Việt Nam.",
        "Điều 2. Hiệu lực",
        "1. Nghị định có hiệu lực từ ngày ký.",
        "2. Chợ phiên họp vào các ngày:",
        "- ngày rằm;",
        "- ngày mồng một.",
        "PHỤ LỤC",
        "Danh sách các chợ.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Điều 1. Phạm vi điều chỉnh\nĐiều 2. Đối tượng áp dụng\nĐiều 3. Giải thích từ ngữ",
        "CHỦ TỊCH NƯỚC\nĐiều 86. Nhiệm kỳ",
        "Mục 1\nĐIỀU KIỆN\nƯU ĐÃI\nẢNH HƯỞNG",
        "Hồ sơ gồm\na) Đơn;\nđ) Bản sao",
    ],
)
def test_lines_that_begin_with_a_capital_or_a_point_are_not_joined(text):
    assert law.plain_text(text) == text


def test_page_numbers_go_and_numbers_of_tables_and_lists_stay():
    page = (
        "Cơ quan nhà nước có trách nhiệm bảo đảm quyền lợi của người dân ở\nđịa phương. " * 8 + "Mức chi\n{}\ncủa xã."
    )
    pages = "\n".join(page.format(number) for number in (7, 8, 9, 10))
    assert law.plain_text(pages).count("Mức chi của xã.") == 4
    assert not re.search(r"^\d+$", law.plain_text(pages), re.MULTILINE)
    assert law.plain_text("\n".join(page.format(number) for number in (7, 8))).count("Mức chi\n") == 2
    for cells in ("Bậc 1\n200\n300\n350\nĐiều 4. Hết", "Số thứ tự\n1\nLúa\n2\nNgô\n3\nKhoai\n4\nSắn"):
        assert law.plain_text(cells) == cells


def test_markdown_of_statutes_becomes_plain():
    text = "## **Điều 1.** Xem [Luật Giá](https://luat.example/gia(2)) và khoản 1\\.\n\n**\\_\\_\\_\\_**\n\nHết."
    assert law.plain_text(text) == "Điều 1. Xem Luật Giá và khoản 1.\nHết."


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("CHỦ TỊCH QUỐC HỘI Nguyễn Thị Lan", ""),
        ("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê An PHỤ LỤC I", "PHỤ LỤC I"),
        ("KT. BỘ TRƯỞNG BỘ Y TẾ THỨ TRƯỞNG Lê An KT. BỘ TRƯỞNG THỨ TRƯỞNG Vũ Hà", ""),
        ("BỘ TRƯỞNG (Đã ký) Trần Văn An", ""),
        ("TM. HỘI ĐỒNG Nguyễn Văn An Điều 4. Tổ chức thực hiện", "Điều 4. Tổ chức thực hiện"),
        ("PHÓ THỦ TƯỚNG Trần Hồng Hà Phụ lục (Kèm theo Nghị định)", "Phụ lục (Kèm theo Nghị định)"),
        ("Q. BỘ TRƯỞNG Vũ Thị Hà", ""),
        ("Q. Bình Thạnh là quận.", "Q. Bình Thạnh là quận."),
        ("THỦ TƯỚNG CHÍNH PHỦ", "THỦ TƯỚNG CHÍNH PHỦ"),
        ("Thủ tướng Chính phủ quyết định.", "Thủ tướng Chính phủ quyết định."),
    ],
)
def test_signatures(line, rest):
    assert law.without_signature(line) == rest


# ---- gutenberg


def book(header: str = "This eBook is for the use of anyone anywhere at no cost.", body: str = "It rained.") -> str:
    return (
        f"The Project Gutenberg EBook of Rain, by A. Nobody\r\n\r\n{header}\r\n\r\n"
        "*** START OF THIS PROJECT GUTENBERG EBOOK\r\nRAIN ***\r\n\r\nProduced by Somebody\r\nand others\r\n\r\n"
        f"{body}\r\n\r\n*** END OF THIS PROJECT GUTENBERG EBOOK RAIN ***\r\n\r\nSection 1. General terms of use"
    )


def test_a_book_is_what_stands_between_the_marks():
    verse = "O rain,\nthou fallest\non the plain."
    prose = (
        "It was a dark and stormy night, and the rain fell upon\nthe roofs of the town in torrents, and no one\nslept."
    )
    text = gutenberg.body(book(body=f"CHAPTER I\n\n[Illustration: rain]\n\n{prose}\n\n* * * * *\n\n{verse}"))
    assert text == "CHAPTER I\n\n" + prose.replace("\n", " ") + "\n\n" + verse


@pytest.mark.parametrize(
    ("text", "extra", "reason"),
    [
        (book(), "", ""),
        (book(), '{"usagerights": "open"}', ""),
        (book("** This is a COPYRIGHTED Project Gutenberg eBook, Details Below **"), "", "copyrighted"),
        (book("** This is a COPYRIGHTED Project Gutenberg eBook **"), '{"usagerights": "open"}', "copyrighted"),
        ("It rained.", '{"usagerights": "open"}', ""),
        ("It rained.", '{"usagerights": "copyright_open"}', "copyrighted"),
        ("It rained.", "", "licence_unknown"),
        ("It rained.", "not JSON", "licence_unknown"),
        (book("Nothing is said."), "", "licence_unknown"),
    ],
)
def test_only_books_in_the_public_domain_are_kept(text, extra, reason):
    found, dropped = read("gutenberg", document(text, extra=extra))
    assert dropped == ({reason: 1} if reason else {})
    assert [d.text for d in found] == ([] if reason else ["It rained."])
    assert all("extra" not in d.metadata for d in found)


# ---- pairs, questions, header lines, line breaks, segmented text


def sentence_pairs(count: int) -> list[Document]:
    made = []
    for n in range(count):
        vi, en = f"Hôm nay tôi mua {n} quả cam.", f"Today I buy {n} oranges."
        one, other = (vi, en) if n % 2 else (en, vi)
        made.append(document(one, n, **{COUNTERPART: other}))
    return made


def test_pairs_become_documents_of_both_directions_in_many_forms():
    found, dropped = read("pairs", *sentence_pairs(2_000))
    assert not dropped
    assert sum(d.metadata["pairs"] for d in found) == 2_000
    directions = Counter(d.metadata["direction"] for d in found)
    assert min(directions.values()) > 0.4 * len(found)
    assert {d.metadata["pairs"] for d in found} == set(range(1, pairs.MAX_PAIRS + 1))
    forms = {re.sub(r"\d+", "N", d.text.split("\n\n")[0]) for d in found}
    assert len(forms) == sum(map(len, pairs.TEMPLATES.values()))
    text = " ".join(d.text for d in found)
    assert all(f"mua {n} quả cam" in text and f"buy {n} oranges" in text for n in range(2_000))
    for d in found:
        vi, en = d.text.index("Hôm nay"), d.text.index("Today")
        assert (vi < en) == (d.metadata["direction"] == "vi-en")
        assert COUNTERPART not in d.metadata


def test_pairs_follow_from_ids_alone():
    assert read("pairs", *sentence_pairs(50)) == read("pairs", *sentence_pairs(50))


def test_pairs_that_repeat_or_are_no_pairs_are_dropped():
    mirrored = [
        document("Trời mưa.", 1, **{COUNTERPART: "It rains."}),
        document("It rains.", 2, **{COUNTERPART: "Trời mưa."}),
        document("Trời nắng.", 3, **{COUNTERPART: " "}),
        document("ok", 4, **{COUNTERPART: "yes"}),
    ]
    found, dropped = read("pairs", *mirrored)
    assert len(found) == 1
    assert dropped == {"pair_repeated": 1, "pair_incomplete": 1, "pair_unclear": 1}


def test_questions_are_joined_with_their_answers():
    asked = [document(f"What is {n} + 1?", n, **{COUNTERPART: f"It is {n + 1}."}) for n in range(50)]
    found, dropped = read("questions", *asked, document("Why?", 99, **{COUNTERPART: ""}))
    assert dropped == {"no_answer": 1}
    assert all(d.text.index("What") < d.text.index("It is") for d in found)
    assert len({re.sub(r"\d+", "N", d.text) for d in found}) == 3


def test_header_lines_become_fields():
    text = "# doc_id = news_1\r\n# url = https://bao.example/a\r\n# date = 20201001\r\nTin\n# url = trong bài\n"
    ((found,), _) = read("headed", document(text))
    assert (found.url, found.date, found.metadata) == ("https://bao.example/a", "20201001", {"doc_id": "news_1"})
    assert found.text == "Tin\n# url = trong bài\n"
    assert fetch.iso_date(found.date) == "2020-10-01"


def test_written_line_breaks_become_real_and_segmented_words_plain():
    assert read("escaped", document(r"Một\nHai"))[0][0].text == "Một\nHai"
    assert read("segmented", document("Chủ_tịch nói , hôm_nay ."))[0][0].text == "Chủ tịch nói, hôm nay."


# ---- on real texts


def texts(file: Path) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


@pytest.mark.real
def test_real_articles_keep_their_text_and_no_marked_head(real_data: Callable[[str], Path]):
    articles = [text for text in texts(real_data("corpus/vi/viwiki.jsonl.gz")) if text.strip()]
    read_ = list(map(wiki.plain_text, articles))
    assert 0.93 < sum(map(len, read_)) / sum(map(len, articles)) < 0.95
    assert sum(not text for text in read_) < 0.002 * len(articles)
    lines = [line for text in read_ for line in text.split("\n")]
    assert not [line for line in lines if re.fullmatch(r"\s*(=+).*\1\s*", line) and line.strip("= ")]
    assert sum(line in ("Tham khảo", "Liên kết ngoài", "Xem thêm") for line in lines) < 5  # of 12,792 heads


@pytest.mark.real
def test_real_statutes_keep_their_articles_and_lose_their_frame(real_data: Callable[[str], Path]):
    statutes = texts(real_data("corpus/vi/law.jsonl.gz"))
    read_ = list(map(law.plain_text, statutes))
    assert 0.985 < sum(map(len, read_)) / sum(map(len, statutes)) < 0.995
    assert all(len(text) > 0.75 * len(statute) for text, statute in zip(read_, statutes, strict=True))
    # Lines that begin with an article or a point stay lines; more begin with one where a crawl lost its line breaks.
    for begins in (r"Điều \d+[a-zđ]?[.:]", r"[a-zđ]\) "):
        line = re.compile(rf"^[ \t]*{begins}", re.MULTILINE)
        assert sum(len(line.findall(text)) for text in read_) >= sum(len(line.findall(statute)) for statute in statutes)
    left = [
        text for text in read_ if re.search(r"^(?:Nơi nhận:|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM$)", text, re.MULTILINE)
    ]
    assert not left


@pytest.mark.real
def test_real_news_have_no_header_lines_left_and_all_have_dates(real_data: Callable[[str], Path]):
    for text in texts(real_data("corpus/vi/news.jsonl.gz")):
        rest, fields = headed.split_header(text)
        assert fields["url"].startswith("http")
        assert fetch.iso_date(fields["date"])[:2] == "20"
        assert rest
        assert not re.match(r"#\s*\w+\s*=", rest)


@pytest.mark.real
def test_real_books_without_frame_stay_as_they_are(real_data: Callable[[str], Path]):
    books = texts(real_data("corpus/en/books.jsonl.gz"))
    kept = [len(gutenberg.body(text)) / len(text) for text in books]
    assert sum(share > 0.98 for share in kept) > 0.95 * len(books)


@pytest.mark.real
def test_real_pairs_are_told_apart(real_data: Callable[[str], Path]):
    files = [real_data(f"parallel/tatoeba.{code}.txt") for code in ("en", "vi")]
    sides = [file.read_text(encoding="utf-8", errors="replace").splitlines() for file in files]  # one byte is not UTF-8
    found = [pairs.vietnamese_first(en.strip(), vi.strip()) for en, vi in zip(*sides, strict=True)]
    right = sum(pair is not None and pair[0] == vi.strip() for pair, vi in zip(found, sides[1], strict=True))
    assert right >= len(found) - 1  # the one whose other side is Chinese
