"""Repairs of text, on Vietnamese as it comes from pages and files."""

import unicodedata
from typing import get_args

import pytest

from stages.cleaning.cleaner import Cleaner
from stages.cleaning.personal_data import EMAIL, IPV4
from stages.cleaning.settings import Boilerplate, Repair, Rules
from stages.normalisation.pages import tidy_whitespace

TEXT = """Nguyễn Đức Ẩn ở phố Hàng Bạc, Hà Nội. Ông thuộc lòng Truyện Kiều: “Trăm năm trong cõi người ta”.
Mỗi sáng ông pha một ấm trà rồi kể cho lũ trẻ nghe."""

BOILERPLATE = Boilerplate(
    phrases=("trang chủ", "đăng nhập", "xem thêm"),
    whole_entries=("bản quyền",),
    notices=("©", "bản quyền thuộc", "cần đăng nhập để"),
    bylines=("theo", "pv", "ban biên tập"),
    dateline_words=("thứ", "ba", "hai", "gmt", "cập", "nhật"),
    max_words=25,
    short_line_words=4,
    max_short_lines_share=0.2,
    repeated_line_min_documents=20,
    repeated_line_min_share=0.05,
)
REPAIRS = Rules(
    repairs=get_args(Repair),
    tone_placement=None,
    min_doubled_words=30,
    personal_data=("email", "ip_address", "phone", "identity_number"),
    urls=None,
    boilerplate=BOILERPLATE,
    identification=None,
    language=None,
    gibberish=None,
    flagged_words=None,
    repetition=None,
    quality=None,
    lines=None,
    c4=None,
    min_words=0,
    identification_model="py3langid",
)


@pytest.fixture(scope="module")
def repair():
    cleaner = Cleaner(REPAIRS)
    return lambda text: cleaner.repair(text)[0]


def windows_1252(data: bytes) -> str:
    """Decoded as a browser does: the five holes of the code page are control characters."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data)


def test_good_text_is_left_as_it_is(repair):
    assert repair(TEXT) == TEXT


def test_utf8_read_as_windows_1252_or_latin_1(repair):
    assert repair("Tiáº¿ng Viá»‡t") == "Tiếng Việt"
    assert repair(windows_1252(TEXT.encode())) == TEXT
    assert repair(TEXT.encode().decode("latin-1")) == TEXT


def test_english_quotes_read_wrongly(repair):
    assert repair("It was the captainâ€™s last voyage.") == "It was the captain’s last voyage."


def test_one_broken_name_in_an_english_text(repair):
    text = "It is raining, so Thoa and Sửu stay in and count. Thoa brings 7 coconuts."
    assert repair(windows_1252(text.encode())) == text


def test_letters_and_marks_are_composed(repair):
    assert repair(unicodedata.normalize("NFD", TEXT)) == TEXT
    assert repair("hoa\u0300 hòa") == "hoà hòa"  # the place of the mark stays the writer's


def test_markup_leaves_the_text(repair):
    page = (
        '<div class="bai"><script>var x = "<p>";</script><p>Chợ họp&nbsp;lúc s&aacute;ng sớm.</p>'
        "<!-- quảng cáo --><p>Ai <b>cũng</b> vui &amp; khoẻ.<br/>Giá 5 &lt; 7 nghìn.</p></div>"
    )
    assert repair(page).split("\n") == ["Chợ họp lúc sáng sớm.", "", "Ai cũng vui & khoẻ.", "Giá 5 < 7 nghìn."]


def test_powers_are_written_as_such(repair):
    assert repair("Cao 10<sup>6</sup> m<sup>2</sup>, 10<sup>-3</sup>, Huế<sup>1</sup> <b>đẹp</b>.") == (
        "Cao 10⁶ m², 10⁻³, Huế1 đẹp."
    )


@pytest.mark.parametrize("escaped", ["&lt;", "&amp;lt;", "&#38;#x26;lt;", "&amp;" + 30 * "amp;" + "lt;"])
def test_entities_escaped_over_and_over(repair, escaped):
    assert repair(f"Giá 5 {escaped} 7 nghìn, R&amp;D.") == "Giá 5 < 7 nghìn, R&D."


@pytest.mark.parametrize("text", ["Nếu a < b và b > c thì sao?", "Tên <Lan> trong sổ.", "AT&T ở Mỹ.", "R&D; hết."])
def test_signs_that_are_no_markup_stay(repair, text):
    assert repair(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Nếu a<b và c>d thì ta có a+c<b+d.",
        "Cho i<p và q>0, x<s>y. Xem https://python.org/?a<b>c nhé.",
        "If a<b and c>d then stop.",
        "Thẻ <table> dùng để tạo bảng, <b> là một thẻ HTML.",
        "Chữ đậm đứng giữa `<b>` và `</b>`, xuống dòng bằng `<br>`.",
    ],
)
def test_inequalities_and_tags_that_are_spoken_of_stay(repair, text):
    assert repair(text) == text


def test_tags_that_html_need_not_close_go_from_a_page(repair):
    page = "<P>Chợ họp<br>sớm.<ul><li>Cam<li>Bưởi <b>ngọt</b></ul><select multiple><option selected>Một</select>"
    assert [line for line in repair(page).split("\n") if line] == ["Chợ họp", "sớm.", "Cam", "Bưởi ngọt", "Một"]


def test_segmented_news_becomes_plain_text(repair):
    segmented = 'Chủ_tịch tỉnh ( Hà_Giang ) nói : " Chúng_tôi làm được " , rồi im_lặng .'
    assert repair(segmented) == 'Chủ tịch tỉnh (Hà Giang) nói: "Chúng tôi làm được", rồi im lặng.'


def test_a_name_with_underscores_does_not_make_a_text_segmented(repair):
    text = "Hàm tinh_tong trả về tổng của hai số nguyên , rồi in ra màn hình máy tính của người dùng ở nhà."
    assert repair(text) == text


def test_spaces_and_invisible_characters(repair):
    assert repair("Hà\u00a0Nội\u200b  mưa\r\nrồi\ufeff \t nắng\n\n\n\nlại mưa ") == "Hà Nội mưa\nrồi nắng\n\nlại mưa"


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(10):\n    if i % 2:\n        print(i)\n\n    print(0)",
        "int main() {\n  return 0;\n}",
        "```\n  thụt vào\nkhông thụt\n```",
    ],
)
def test_code_keeps_its_indentation(repair, code):
    text = f"Đoạn mã sau in ra các số lẻ:\n\n{code}\n\nBạn hãy chạy thử trên máy của mình."
    assert tidy_whitespace(text) == text
    assert repair(text) == text
    assert tidy_whitespace(text.replace("    ", "\t").replace("\n\n", " \r\n\r\n\r\n")) == text


def test_indentation_of_a_page_goes(repair):
    assert repair("Chợ đông.\n}\n);\nMua cam.") == "Chợ đông.\nMua cam."
    assert repair("  Chợ Gốm:\n    - cam\n  Còn nữa.\n\n   Hết ") == "Chợ Gốm:\n- cam\nCòn nữa.\n\nHết"


@pytest.mark.parametrize(
    "line",
    [
        "Trang chủ | Giáo dục | Thể thao",
        "Đăng nhập",
        "» Xem thêm: Du lịch mùa thu",
        "Bản quyền thuộc về Góc Phố",
        "© 2024 Góc Phố. Giữ toàn quyền.",
        "Bạn cần đăng nhập để gửi bình luận.",
        "url = https://example.com/bai-viet-1.htm",
        "-----------",
        "#giáo_dục #đời_sống",
    ],
)
def test_lines_of_the_page_go(repair, line):
    assert repair(f"{line}\n{TEXT}") == TEXT
    assert repair(f"{TEXT}\n{line}") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Đăng nhập xong, Lan mở thư của bà ra đọc.",
        "Nó xem thêm một lúc rồi ngủ",
        "Trời xanh | mây trắng",
        "Xem trang https://example.com để biết thêm về lịch sử của ngôi làng nhỏ ấy.",
        "Chương 2",
        "2003: Q1 - 2.2% | Q2 - 3.8% | Q3 - 4.7%",
        "8!! = 2 · 4 · 6 · 8 = 384",
        "if (a.isEmpty || a.length > 1) {",
        "| 7 | Trên 960 | Trên 80 | 35 |",
        "– Cháu chào bà ạ!",
    ],
)
def test_lines_of_the_text_stay(repair, line):
    assert repair(f"{line}\n{TEXT}") == f"{line}\n{TEXT}"


def test_lines_that_many_documents_share_go():
    cleaner = Cleaner(REPAIRS, {"Góc Phố, tờ báo của mọi nhà"})
    assert cleaner.repair(f"Góc Phố, tờ báo của mọi nhà\n{TEXT}") == (TEXT, ("boilerplate",))


def test_addresses_are_masked_and_nothing_else(repair):
    masked = repair("Thư gửi lan.anh@mail.vn hoặc máy 8.8.8.8, trước 12.30 ngày 1.2.2024.")
    assert EMAIL in masked and IPV4 in masked
    assert "lan.anh" not in masked and "8.8.8.8" not in masked
    assert "trước 12.30 ngày 1.2.2024." in masked


@pytest.mark.parametrize(
    "text",
    [windows_1252(TEXT.encode()), unicodedata.normalize("NFD", TEXT), f"<p>{TEXT}</p>", "Gọi a@b.vn, 8.8.4.4 nhé."],
)
def test_repairing_twice_is_repairing_once(repair, text):
    assert repair(repair(text)) == repair(text)


def test_repairs_that_changed_a_text_are_named():
    cleaner = Cleaner(REPAIRS)
    assert cleaner.repair(unicodedata.normalize("NFD", f"<p>{TEXT}</p>"))[1] == ("markup", "composition", "whitespace")
