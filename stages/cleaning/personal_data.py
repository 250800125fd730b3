"""Personal data replaced by placeholders that belong to nobody: addresses, phone numbers, numbers of documents.

E-mail addresses are found by datatrove's pattern. Every other kind is a pattern and a check of what the number means,
since years, prices, statutes and tables are full of digits that belong to nobody. Kept on purpose: toll-free and
service numbers (1800, 1900, +1 800), private and documentation addresses.
"""

import importlib.metadata  # noqa: F401 - datatrove uses it without importing it
import ipaddress
import re
from collections.abc import Callable, Collection

from datatrove.pipeline.formatters import PIIFormatter

from stages.text.vietnamese import LOWER_CASE

# What nobody can have: RFC 2606, RFC 5737 and RFC 3849 for addresses; 00 is the international prefix, so that no
# number begins with 000 (ITU-T E.164); 555-0100 is kept for fiction (ATIS-0300115); no province has the code 000
# (circular 59/2021/TT-BCA), and no social security number the area 000 (SSA, "SSN randomization").
EMAIL, IPV4, IPV6 = "email@example.com", "192.0.2.1", "2001:db8::1"
PHONE, PHONE_US = "0000 000 000", "555-0100"
CITIZEN_ID, OLD_CITIZEN_ID, PASSPORT, SOCIAL_SECURITY = "000000000000", "000000000", "X0000000", "000-00-0000"
PLACEHOLDERS = (EMAIL, IPV4, IPV6, PHONE, PHONE_US, CITIZEN_ID, OLD_CITIZEN_ID, PASSPORT, SOCIAL_SECURITY)

# No digit beside the number, also not beyond a mark that may be part of a longer number.
_BEGIN, _END = r"(?<![\w@#/=.-])(?<!\d[,:])", r"(?![\w@/=]|[.,:-]\d)"

# A number of a telephone may be followed by a word that lost its space (`0123 456 789Website`).
_PHONE_BEGIN = r"(?<![\w@#=.-])(?<!\D/)(?<!\d[,:])"  # `024 3825 1234/0912 345 678`
_PHONE_END = rf"(?-i:(?![\d{LOWER_CASE}_@=]|/(?![\s0(+])|[.,:-]\d|\.?[xX*]{{2}}))"

_IPV4 = re.compile(rf"{_BEGIN}(?:\d{{1,3}}\.){{3}}\d{{1,3}}{_END}")
# Numbers of versions and sections have the form of an address, and so has 1.161.181.177 of anything. Without a word
# that says so, an address must have two numbers of three digits, and not all three after the first (59 % of them do).
_ADDRESS_BEFORE = re.compile(
    r"\b(?:ip|ipv4|địa chỉ|máy|máy chủ|dns|mạng|server|host|address|machine|router|gateway|proxy|from)\W+"
    r"(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_VERSION_BEFORE = re.compile(r"\b(?:phiên bản|bản|version|ver|build|firmware)\W+$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s*(?:đồng|đ\b|vnđ|vnd|usd|\$|€)", re.IGNORECASE)
_IPV6 = re.compile(rf"{_BEGIN}[23][0-9a-f]{{3}}:[0-9a-f:]{{2,35}}(?![\w:])", re.IGNORECASE)  # global: 2000::/3

_GAP = r"[ .-]?"
# The mobile prefixes in use (numbering plan: circular 22/2014/TT-BTTTT; prefixes of 2018: decision 798/QĐ-BTTTT), the
# 11 digits that mobile numbers had until then, and the area codes (decision 2036/QĐ-BTTTT of 2016; before it 04 and 08
# for the two largest cities).
_MOBILE = r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])"
_OLD_MOBILE = r"(?:12\d|16[2-9]|18[68]|199)"
_AREA = r"2(?:0[3-9]|1[0-689]|2[0-25-9]|3[2-9]|5[124-9]|6[0-39]|7[0-7]|9[0-4679])"
_PHONES = (
    re.compile(rf"{_PHONE_BEGIN}\(?0{_MOBILE}\)?(?:{_GAP}\d){{7}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}\(?0{_OLD_MOBILE}\)?(?:{_GAP}\d){{7}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}\(?0(?:2[48]\)?(?:{_GAP}\d)|{_AREA}\)?)(?:{_GAP}\d){{7}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}\(0[48]\) ?[2-8](?:{_GAP}\d){{6,7}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}\(0{_MOBILE}\d\)(?:{_GAP}\d){{6}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}0[35789] \d{{4}} \d{{4}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}\+?84{_MOBILE}\d{{7}}{_PHONE_END}"),
    re.compile(rf"{_PHONE_BEGIN}0084{_GAP}(?:{_MOBILE}|2\d)(?:{_GAP}\d){{7,8}}{_PHONE_END}"),
    # International form: 8 to 15 digits with the country code (ITU-T E.164); a sign and thousands are no number.
    re.compile(
        r"(?<![\w+])\(?\+(?!\d{1,3}(?:[.,]\d{3})+(?!\d))"
        rf"[1-9]\d{{0,2}}\)?(?:[ .-]?\(?\d\)?){{6,11}}[ .-]?\d{_PHONE_END}"
    ),
)
# After a word for telephones any number of 7 to 12 digits is one, in whatever groups, unless it is a span of years.
_NAMED_PHONE = re.compile(
    r"(\b(?:điện[ _]thoại|đt|đtdđ|sđt|sdt|hotline|đường[ _]dây[ _]nóng|zalo|viber|whatsapp|fax|tel|phone|telephone)\b"
    rf"\.?[^\d\n.]{{0,12}}?)(?!(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d\b)(\(?\d(?:[ .)(-]{{0,2}}\d){{6,11}}+){_PHONE_END}",
    re.IGNORECASE,
)
_PHONE_US = re.compile(rf"{_BEGIN}(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([.-]))[2-9]\d\d[.-]\d{{4}}{_PHONE_END}")
_CURRENCY_AFTER = re.compile(r"\s*(?:đồng|vnđ|vnd|usd)\b", re.IGNORECASE)
# Twelve million of something; years in a row.
_COUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|(?:19|20)\d\d(?:[ -]+(?:19|20)\d\d)+")
_TOLL_FREE = re.compile(r"\+?1?[ .(-]*8(?:00|88|77|66|55|44|33)\b|1[89]\W?00")
_CALL_BEFORE = re.compile(r"\b(?:gọi|liên hệ|điện thoại|số|sđt|đt|zalo|hotline|call|phone|tel)\b", re.IGNORECASE)
_NO_PHONE = re.compile(r"\b(?:giá|tỷ|triệu|model|mẫu|năm|price|year)\b", re.IGNORECASE)
_OTHER_NUMBER_BEFORE = re.compile(
    r"(?:\bmst|mã số thuế|mã số|mã (?:đơn|vận đơn|hàng|sản phẩm|giao dịch|khách hàng)|"
    r"tài khoản|\bstk|\btk|số hiệu|\bisbn|\bissn|\bdoi|mã vạch|\bserial|account)"
    r"\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)

# Codes of provinces in citizen ids (circular 59/2021/TT-BCA): three digits, then sex and century, then year of birth
# (decree 137/2015/NĐ-CP, article 13). One in forty of all numbers of 12 digits could be one.
# fmt: off
_PROVINCES = frozenset(f"{code:03}" for code in (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92,
    93, 94, 95, 96,
))
# fmt: on
_CITIZEN_ID = re.compile(rf"{_BEGIN}0\d{{2}}[0-3]\d{{8}}{_END}")
_ID_WORD = (
    r"\b(?:cmnd|cmtnd|cmt|cccd|gcmnd|chứng minh (?:nhân dân|thư)|căn cước(?: công dân)?|"
    r"(?:số )?định danh(?: cá nhân)?|identity card|id card|citizen id)\b"
)
_NAMED_ID = re.compile(
    rf"({_ID_WORD}[^\d\n]{{0,25}})(\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d{{3}})?){_END}", re.IGNORECASE
)
_NAMED_PASSPORT = re.compile(
    r"(\b(?:hộ chiếu|passport)\b[^\d\n]{0,20}?)\b([a-z]{1,2}\d{7}|\d{9})\b(?![.,]\d)", re.IGNORECASE
)
_SOCIAL_SECURITY = re.compile(rf"{_BEGIN}(?!000|666|9)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}{_END}")

# An address that ends a sentence, and the next one without a space: `lan@bao.vn.Trân trọng`.
_SENTENCE_AFTER_EMAIL = re.compile(rf"(@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{{2,4}})\.(?=[^\W\d_{LOWER_CASE}])")

_BEFORE = 40  # characters that are looked at for what a number is
_AROUND = 80  # characters on both sides of a long number, in which its name may stand
# Six digits, or an IPv4 or IPv6 address.
_LONG_NUMBER = re.compile(r"\d(?:[ .:()-]{0,3}\d){5,}|\d\.\d+\.\d+\.\d|[\da-fA-F]{4}:[\da-fA-F]{0,4}:")


def redactor(kinds: Collection[str]) -> Callable[[str], str]:
    """A function that takes a text and gives it back with personal data of these kinds replaced by placeholders.

    >>> redact = redactor(["email", "phone", "identity_number"])
    >>> redact("Gọi 0912 345 678 hoặc viết cho lan@mail.vn, CCCD 001199012345, giá 1.200.000 đ, tổng đài 1900 1234.")
    'Gọi 0000 000 000 hoặc viết cho email@example.com, CCCD 000000000000, giá 1.200.000 đ, tổng đài 1900 1234.'
    """
    email = PIIFormatter(remove_ips=False, email_replacement=EMAIL).emails_replacer
    email.validator = _is_email
    # In this order: a number with its name beside it before one that is known by its form.
    by_digits = [
        (pattern, replacement)
        for kind, replacements in _REPLACEMENTS.items()
        if kind in kinds
        for pattern, replacement in replacements
    ]

    def redact(text: str) -> str:
        if "email" in kinds and "@" in text:
            text = email.replace(_SENTENCE_AFTER_EMAIL.sub(r"\1. ", text))
        parts, end = [], 0
        for start, stop in _windows(text):
            window = text[start:stop]
            for pattern, replacement in by_digits:
                window = pattern.sub(replacement, window)
            parts += [text[end:start], window]
            end = stop
        return "".join([*parts, text[end:]])

    return redact


def _windows(text: str) -> list[tuple[int, int]]:
    """The parts of a text around its long numbers, which alone are looked at: 14 patterns on all of it take long."""
    windows: list[tuple[int, int]] = []
    for found in _LONG_NUMBER.finditer(text):
        start, stop = max(0, found.start() - _AROUND), min(len(text), found.end() + _AROUND)
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, stop))
    return windows


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _BEFORE) : found.start()]


def _is_email(address: str) -> bool:
    """Whether the last part of the domain begins with a letter: `x@1.2.3` is a package and its version."""
    return not address.rpartition(".")[2][:1].isdigit()


def _named_id(found: re.Match[str]) -> str:
    return found[1] + (CITIZEN_ID if len(re.sub(r"\D", "", found[2])) == len(CITIZEN_ID) else OLD_CITIZEN_ID)


def _citizen_id(found: re.Match[str]) -> str:
    is_one = found[0][:3] in _PROVINCES and not _OTHER_NUMBER_BEFORE.search(_before(found))
    return CITIZEN_ID if is_one else found[0]


def _ipv6(found: re.Match[str]) -> str:
    return IPV6 if _is_global(found[0].rstrip(":")) else found[0]


def _ipv4(found: re.Match[str]) -> str:
    has_three = [len(part) == 3 for part in found[0].split(".")]
    has_form = sum(has_three) >= 2 and not all(has_three[1:])
    if _VERSION_BEFORE.search(_before(found)):
        return found[0]
    is_address = (has_form or _ADDRESS_BEFORE.search(_before(found))) and _is_global(found[0])
    return IPV4 if is_address and not _MONEY_AFTER.match(found.string, found.end()) else found[0]


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _phone(found: re.Match[str]) -> str:
    before = _before(found)
    is_other = _TOLL_FREE.match(found[0]) or _OTHER_NUMBER_BEFORE.search(before)
    is_other = is_other or _CURRENCY_AFTER.match(found.string, found.end())
    is_other = is_other or (_is_isbn(found[0]) and not _CALL_BEFORE.search(before))
    return found[0] if is_other else _open_bracket(found[0]) + PHONE


def _named_phone(found: re.Match[str]) -> str:
    is_other = _TOLL_FREE.match(found[2]) or _NO_PHONE.search(found[1]) or _COUNT.fullmatch(found[2])
    is_other = is_other or _CURRENCY_AFTER.match(found.string, found.end())
    return (
        found[0] if is_other else found[1] + (found[2] if found[2] in PLACEHOLDERS else _open_bracket(found[2]) + PHONE)
    )


def _open_bracket(number: str) -> str:
    """The bracket before a number that it does not close: `(024) 3825 1234` closes it, `(0912 345 678` does not."""
    return "(" if number.startswith("(") and ")" not in number else ""


def _is_isbn(number: str) -> bool:
    """Whether digits and hyphens have the check sum of a book's number (ISO 2108), as one in eleven others has."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    weighed = sum((10 - place) * digit for place, digit in enumerate(digits))
    return len(digits) == 10 and weighed % 11 == 0 and number.replace("-", "").isdigit()


def _phone_us(found: re.Match[str]) -> str:
    return found[0] if _TOLL_FREE.match(found[0]) else PHONE_US


_REPLACEMENTS: dict[str, list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]] = {
    "identity_number": [
        (_NAMED_ID, _named_id),
        (_NAMED_PASSPORT, lambda found: found[1] + PASSPORT),
        (_SOCIAL_SECURITY, lambda _: SOCIAL_SECURITY),
        (_CITIZEN_ID, _citizen_id),
    ],
    "ip_address": [(_IPV6, _ipv6), (_IPV4, _ipv4)],
    "phone": [(_NAMED_PHONE, _named_phone), *((pattern, _phone) for pattern in _PHONES), (_PHONE_US, _phone_us)],
}
