"""Lines of the page, headings and advertising: what goes and what stays, with the values of params.yaml."""

import pytest

from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.advertising import advertising_remover
from stages.cleaning.boilerplate import boilerplate_remover, line_to_count, plain_headings

TEXT = {
    "vi": """Bà Sáu mở cửa hàng từ lúc trời còn tối. Bà nhóm lò, nhào bột rồi ngồi chờ mẻ bánh đầu tiên.
Đến khi nắng lên, khách đã đứng kín trước hiên. Người mua một ổ, người mua cả chục mang về quê.
Hỏi vì sao bánh thơm, bà chỉ cười và bảo rằng phải biết chờ cho bột nở.""",
    "en": """The baker opens her shop before dawn. She lights the oven, kneads the dough and waits for the first loaves.
When the sun is up, people stand in line along the wall. Some buy one loaf and some a dozen to take home.
Asked why the bread smells so good, she laughs and says that dough wants time.""",
}
# Written for this test, before and apart from the lists: how pages in general put things.
PAGE_LINES = {
    "vi": [
        "Thứ năm, 15/8/2019 | 07:45 GMT+7",
        "12/05/2021 - 09:30",
        "Cập nhật lúc 10h25, 03/11/2017",
        "#phố_cũ #bánh_mì",
        "★★★★★ 4,8/5 (27 đánh giá)",
        "Thời sự | Thế giới | Kinh doanh | Sức khỏe | Xe",
        "© 2018 Báo Làng",
        "Bình luận (12)",
        "Đăng nhập / Đăng ký",
        "Quảng cáo",
        "Giỏ hàng (3)",
        "Giới thiệu - Quảng cáo - Liên hệ",
        "Đăng ký ngay",
        "https://example.com/bai-viet/123.html",
    ],
    "en": [
        "Thursday, August 15, 2019 at 7:45 pm",
        "12/05/2021 - 09:30",
        "Updated 10:25 GMT, 3 November 2017",
        "#bread #oldtown",
        "★★★★★ 4.8/5 (27 reviews)",
        "World | Business | Health | Sports | Cars",
        "© 2018 The Village Paper",
        "Comments (12)",
        "Log in / Sign up",
        "Advertisement",
        "About - Privacy policy - Contact",
        "Sign up for our letter",
        "https://example.com/story/123.html",
    ],
}
BYLINES = {
    "vi": ["Theo Báo Làng", "(Theo AFP)", "PV", "Ảnh: Minh Hà", "Nguyễn Văn Tám\nTheo Reuters", "Nhóm PV Thời Sự"],
    "en": ["By Jane Miller", "Jane Miller, Staff Writer", "(Photo by John Smith)", "From The Village Paper"],
}


@pytest.fixture(scope="module", params=["vi", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def settings(repository, language) -> Params:
    return params.load(Params, repository / "params.yaml", *SECTIONS, language=language)


@pytest.fixture(scope="module")
def remove(settings):
    return boilerplate_remover(settings.boilerplate)


@pytest.fixture(scope="module")
def cut(settings):
    return advertising_remover(settings.flagged_words)


def test_lines_of_the_page_go_wherever_they_stand(remove, language):
    for line in PAGE_LINES[language]:
        first, *rest = TEXT[language].split("\n")
        assert remove(f"{line}\n{TEXT[language]}") == TEXT[language], line
        assert remove(f"{TEXT[language]}\n{line}") == TEXT[language], line
        assert remove("\n".join([first, line, *rest])) == TEXT[language], line


def test_who_wrote_a_text_goes_from_its_end(remove, language):
    for line in BYLINES[language]:
        assert remove(f"{TEXT[language]}\n{line}") == TEXT[language], line


def test_short_lines_take_the_side_of_their_neighbours(remove, language):
    menu, text = PAGE_LINES[language][5], TEXT[language]
    short = "Du lịch\nẨm thực\nGiáo dục"
    assert remove(f"{text}\n{short}\n{menu}") == text  # above the page's last lines
    assert remove(f"{menu}\n{short}\n{menu}\n{text}") == text  # between lines of the page
    assert remove(f"{menu}\nBà Sáu\n{text}") == f"Bà Sáu\n{text}"  # a title
    assert remove(f"{text}\n{short}") == f"{text}\n{short}"  # a list of the text
    items = "- Muối\n- Đường\n- Bột"
    assert remove(f"{text}\n{items}\n{menu}") == f"{text}\n{items}"


def test_a_poem_above_a_menu_stays_whole(remove, language):
    poem = "Trăng treo đầu ngõ\nGió thổi ngoài sông\nAi về bến cũ\nCó nhớ ai không"
    assert remove(f"{poem}\n{PAGE_LINES[language][5]}") == poem


@pytest.mark.parametrize(
    "line",
    [
        "Chương 2",
        "Điều 12",
        "Năm 1954",
        "Ngày 2 tháng 9 năm 1945",
        "Lúc 5 giờ sáng ngày 7/5, trận đánh kết thúc",
        "Theo mẹ ra đồng",
        "Nguồn nước chảy từ trên núi xuống làng",
        "Tin nhắn của cô ấy",
        "Chín Khúc Sông Quê",
        "| Tỉnh | Dân số |",
        "| --- | --- |",
        "a) Chợ là nơi mua bán;",
        "ĐĂNG KÝ ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT",
        "Đăng ký kết hôn cần giấy tờ gì",
        "Bản quyền tác giả là gì",
        "Quảng cáo \"thuốc trị xương khớp\" vi phạm nghiêm trọng chính sách của Google",
        "Điều khoản sử dụng đất được quy định",
        "In bài thơ lên lụa",
        "Nhận thư em giữa chiều mưa",
        "Previous research on the subject",
        "Privacy policy and the law",
    ],
)  # fmt: skip
def test_lines_of_the_text_stay(remove, language, line):
    for text in (f"{line}\n{TEXT[language]}", f"{TEXT[language]}\n{line}\n{TEXT[language]}"):
        assert remove(text) == text


def test_removing_twice_is_removing_once(remove, language):
    text = "\n".join([*PAGE_LINES[language], "Bà Sáu", TEXT[language], *BYLINES[language], *PAGE_LINES[language]])
    assert remove(remove(text)) == remove(text)


def test_dots_to_be_filled_in_become_one_mark(remove):
    form = "Họ và tên: .................... Sinh năm: ________\n......\nỞ đâu: . . . . . . . ."
    assert remove(form) == "Họ và tên: … Sinh năm: …\nỞ đâu: …"


def test_a_formula_of_a_sign_a_line_becomes_one_line(remove):
    assert remove("Ta có:\nx\n=\n\na\n+\n12\n\nvới mọi a.") == "Ta có:\nx = a + 12\n\nvới mọi a."
    assert remove("Ba chữ:\na\nb\nc.") == "Ba chữ:\na\nb\nc."


def test_lines_with_changing_numbers_count_as_one():
    assert line_to_count("Lượt truy cập hôm nay: 1.204") == line_to_count("Lượt truy cập hôm nay: 87")
    assert line_to_count("Điều 12") != line_to_count("Điều 13")
    assert line_to_count("Trời đã tối.") == ""


ADVERTISING = {
    "vi": [
        "Nhà cái VIP88 khuyến mãi 50% cho khách mới!",
        "Chơi tài xỉu đổi thưởng, nạp một tặng một, liên hệ zalo ngay hôm nay.",
        "Truy cập web sex miễn phí tại đây.",
        "Vay nóng không cần giấy tờ, liên hệ ngay.",
    ],
    "en": [
        "Visit the best casino and claim your free bonus!",
        "Get 50% bonus at BIGWIN99 casino now.",
        "Buy cheap viagra online without prescription.",
        "Call our escort agency tonight!",
    ],
}
REPORTS = {
    "vi": [
        "Công an vừa triệt phá một đường dây cá độ bóng đá qua mạng với số tiền giao dịch hơn 500 tỷ đồng ở ba tỉnh.",
        "Ông cho biết casino này tham gia nộp thuế cho địa phương từ năm ngoái và có hơn hai trăm người làm việc.",
    ],
    "en": [
        "Police said on Friday that the owner of the casino had paid no taxes for years and would be charged.",
        "You may remember that in the second act the two brothers lose their father's farm in a game of poker.",
    ],
}


def test_advertising_is_cut_from_the_ends_of_a_text(cut, language):
    text = TEXT[language]
    for sentence in ADVERTISING[language]:
        assert cut(f"{text} {sentence}") == text, sentence
        assert cut(f"{text}\n\n{sentence}") == text, sentence
        assert cut(f"{sentence} {text}") == text, sentence


def test_a_report_on_the_subject_stays(cut, language):
    text = TEXT[language]
    for sentence in REPORTS[language]:
        assert cut(f"{text} {sentence}") == f"{text} {sentence}"
        assert cut(f"{sentence} {text} {ADVERTISING[language][0]}") == f"{sentence} {text} {ADVERTISING[language][0]}"


def test_a_text_that_is_mostly_advertising_is_left_to_the_rule(cut, language):
    text = " ".join(ADVERTISING[language])
    assert cut(text) == text


def test_headings_become_lines_and_empty_sections_go():
    text = "Mở đầu.\n\n\n== Lịch sử ==\n=== Thời xưa ===\nCó từ lâu.\n=== Nay ===\n\n== Xem thêm ==\n== Tham khảo =="
    assert plain_headings(text) == "Mở đầu.\n\nLịch sử\nThời xưa\nCó từ lâu."
    assert plain_headings(plain_headings(text)) == plain_headings(text)
    for other in ("a == b và c == d", "x = 1\n=====\ny", "if a == b:", ""):
        assert plain_headings(other) == other.strip()
