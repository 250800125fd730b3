"""Personal data: what is replaced, and the numbers that must stay."""

import pytest

from stages.cleaning.personal_data import (
    CITIZEN_ID,
    EMAIL,
    IPV4,
    IPV6,
    OLD_CITIZEN_ID,
    PASSPORT,
    PHONE,
    PHONE_US,
    PLACEHOLDERS,
    SOCIAL_SECURITY,
    redactor,
)

ALL = ("email", "ip_address", "phone", "identity_number")
redact = redactor(ALL)


@pytest.mark.parametrize(
    ("written", "placeholder"),
    [
        ("lan.anh@mail.vn", EMAIL),
        ("giaoduc@bao.com.vn.Trân trọng", f"{EMAIL}. Trân trọng"),
        ("máy chủ 8.8.4.4", f"máy chủ {IPV4}"),
        ("203.162.4.191", IPV4),
        ("2405:4800:102:1::3", IPV6),
        ("0912345678", PHONE),
        ("0912 345 678", PHONE),
        ("0359.123.456", PHONE),
        ("070-123-4567", PHONE),
        ("(098) 1234567", PHONE),
        ("01234567890", PHONE),
        ("01688 123 456", PHONE),
        ("+84 912 345 678", PHONE),
        ("(+84) 24 3825 1234", PHONE),
        ("84912345678", PHONE),
        ("+84912345678", PHONE),
        ("0084 912 345 678", PHONE),
        ("0084912345678", PHONE),
        ("0084 24 3825 1234", PHONE),
        ("(0912)345678", PHONE),
        ("09 1234 5678", PHONE),
        ("024 3825 1234", PHONE),
        ("(028) 38251234", PHONE),
        ("0234.3556608", PHONE),
        ("(04) 3825 1234", PHONE),
        ("ĐT: 38251234", f"ĐT: {PHONE}"),
        ("Điện thoại: (024)3 791 29 05", f"Điện thoại: {PHONE}"),
        ("SĐT 0692.321.345", f"SĐT {PHONE}"),
        ("+91-7303-625-588", PHONE),
        ("(212) 555-1234", PHONE_US),
        ("212-867-5309", PHONE_US),
        ("001199012345", CITIZEN_ID),
        ("079301012345", CITIZEN_ID),
        ("CCCD số 001 199 012 345", f"CCCD số {CITIZEN_ID}"),
        ("số CMND 012345678", f"số CMND {OLD_CITIZEN_ID}"),
        ("chứng minh nhân dân số: 123 456 789", f"chứng minh nhân dân số: {OLD_CITIZEN_ID}"),
        ("hộ chiếu số C1234567", f"hộ chiếu số {PASSPORT}"),
        ("SSN 123-45-6789", f"SSN {SOCIAL_SECURITY}"),
    ],
)
def test_personal_data_is_replaced(written: str, placeholder: str) -> None:
    for text, expected in [
        (f"Anh cho tôi {written}.", f"Anh cho tôi {placeholder}."),
        (f"Số mới ({written}), nhé", f"Số mới ({placeholder}), nhé"),
        (f"{written}\nHà Nội", f"{placeholder}\nHà Nội"),
    ]:
        assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Giá 1.200.000 đ, trước là 84.912.345.678 đồng.",
        "Tổng vốn 1.161.181.177 cổ phần, vay 12.100.120.130 đồng.",
        "Năm 1945, 1954-1975, ngày 30/04/1975, 2.9.1945, lúc 07:30:15.",
        "Luật 36/2009/QH12, Nghị định 15/2020/NĐ-CP, Thông tư 22/2014/TT-BTTTT, số 1234/QĐ-UBND.",
        "Tài khoản 0021000123456 tại ngân hàng, STK: 0711000123, mã số thuế 0700123456.",
        "Điện thoại 12.990.000 đồng, 15.000.000 chiếc điện thoại; WhatsApp có 2.000.000.000 người dùng.",
        "Đường dây nóng 2015 2016 2017.",
        "Tổng đài 1900 1234, 1800 6858, hotline 19001009, gọi 113 hoặc 1-800-555-1234.",
        "Dân số 96.208.984 người; diện tích 331.212 km2; mật độ 290,5.",
        "| 2019 | 0,912 | 345 678 | 1.234 | 5 678 901 |",
        "12 345 678 901 234 hạt, tỉ lệ 0.0912345678, 3.14159265358979, 0912345678901234.",
        "Phiên bản 1.0.154.36, mục 2.1.3.4, Điều 12.3.4.5, nhánh 1.14.1.2.",
        "Giải mảng sườn di động. Từ 1967-1975 nhiều bác sĩ, điện thoại 2010-2012.",
        "ISBN 0393308693, và 0393308693 không có chữ.",
        "10.0.0.1, 192.168.1.1 và 127.0.0.1 là của mạng trong nhà; std::vector, a::b, 12:34:56.",
        "Chứng minh rằng 123456789 chia hết cho 9. Đơn hàng 123456789, mã vạch 893456789012.",
        "000123456789 và 999123456789 không phải số của ai.",
        "Toạ độ 21.028511, 105.804817; +10.000.000 đồng; tăng +12,5 %.",
        "pip install x@1.2.3, npm i @vue/cli@4.5.0",
        "Phiên bản 2.10.113.224, version 10.0.190.118.",
        "Giá 0912345678 đồng, mã đơn hàng 0912345678, mã vận đơn 079203001234.",
        "3 + 4 = 7, 1234567 x 10 = 12345670",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


def test_several_in_one_line_and_twice_is_once() -> None:
    text = "ĐT: 024 35566175, 024 35568795 hoặc 0912 345 678; thư a@b.vn, CCCD 001199012345, IP 8.8.8.8."
    once = redact(text)
    assert once == f"ĐT: {PHONE}, {PHONE} hoặc {PHONE}; thư {EMAIL}, CCCD {CITIZEN_ID}, IP {IPV4}."
    assert redact(once) == once


def test_numbers_divided_by_a_slash_and_numbers_that_are_masked() -> None:
    assert redact("SĐT: 0909 202 911/ 092 643 29 88.") == f"SĐT: {PHONE}/ {PHONE}."
    assert redact("Hotline: 0287 102 6789/028 7300 6858") == f"Hotline: {PHONE}/{PHONE}"
    assert redact("số điện thoại 0988.466.xxx") == "số điện thoại 0988.466.xxx"


def test_placeholders_stay_as_they_are() -> None:
    text = " và ".join(PLACEHOLDERS)
    assert redact(text) == text


def test_only_the_kinds_asked_for() -> None:
    text = "Gọi 0912 345 678 hay a@b.vn"
    assert redactor(["email"])(text) == f"Gọi 0912 345 678 hay {EMAIL}"
    assert redactor(["phone"])(text) == f"Gọi {PHONE} hay a@b.vn"
    assert redactor([])(text) == text


def test_only_what_stands_around_long_numbers_is_looked_at_and_nothing_is_lost() -> None:
    between = "Sông chảy qua làng. " * 30
    text = f"{between}Gọi 0912 345 678 nhé. {between}CMND\u00a0012345678. {between}8.8.8.8 máy 8.8.8.8"
    assert redact(text) == f"{between}Gọi {PHONE} nhé. {between}CMND\u00a0{OLD_CITIZEN_ID}. {between}8.8.8.8 máy {IPV4}"


def test_a_number_glued_to_the_next_word() -> None:
    assert redact("Hotline: 1800 6858 - 0287 300 6858Website: a") == f"Hotline: 1800 6858 - {PHONE}Website: a"
    for word in ("Địa chỉ", "Đặt hàng", "Ăn", "Âu", "Ưu đãi", "Ở", "Ủy ban", "Ứng dụng"):
        assert redact(f"Hotline 0912 345 678{word}, 0912345678{word}") == f"Hotline {PHONE}{word}, {PHONE}{word}"
    for part in ("địa", "ạ", "ừ", "ỹ", "đ"):
        assert redact(f"0912345678{part}") == f"0912345678{part}"
