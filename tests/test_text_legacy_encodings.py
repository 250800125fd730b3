"""Vietnamese in encodings from before Unicode: read back, and nothing else taken for it."""

import gzip
import json
import unicodedata
from itertools import islice

import pytest

from stages.normalisation import legacy_encodings
from stages.text.vietnamese import all_syllables
from stages.world.legacy_encoders import ENCODINGS, encode

SENTENCE = "Những cánh đồng lúa chín vàng trải dài đến tận chân núi."
ARTICLE = """Chợ phiên vùng cao

Mỗi sáng chủ nhật, bà con từ khắp các bản làng lại gùi hàng xuống chợ. Người bán mật ong, kẻ bán rau cải, mấy cụ già
ngồi quanh chảo thắng cố kể chuyện ngày xưa. Ở góc chợ, tiếng khèn vang lên réo rắt.

Giá một lít mật ong khoảng 250.000 đồng. Ông Giàng nói: Năm nay mưa nhiều, hoa nở muộn.
Lý do là vậy.
Ế ẩm thì về.
"""


def read_as_latin_1(data: bytes) -> str:
    return data.decode("latin-1")


def read_as_windows_1252(data: bytes) -> str:
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data)


def same_encodings(encoding: str) -> tuple[str, ...]:
    """Those that have the same bytes for small letters."""
    return ("tcvn3", "tcvn5712") if encoding.startswith("tcvn") else (encoding,)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [SENTENCE, ARTICLE, ARTICLE * 20], ids=["sentence", "article", "long"])
def test_every_encoding_comes_back(encoding, text):
    data = encode(text, encoding)
    expected = text if encoding != "tcvn3" else text.replace("Ở góc", "ở góc").replace("Ế ẩm", "ế ẩm")
    assert legacy_encodings.decode(data) in [(expected, name) for name in same_encodings(encoding)]
    assert legacy_encodings.repair(read_as_latin_1(data)) == expected
    assert legacy_encodings.repair(read_as_windows_1252(data)) == expected


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if name != "tcvn3"])
def test_every_syllable_in_every_case_comes_back(encoding):
    syllables = sorted(all_syllables())
    text = "\n".join(" ".join(syllables[start : start + 50]) for start in range(0, len(syllables), 50))
    for cased in (text, text.upper(), text.title()):
        found = legacy_encodings.decode(encode(cased, encoding))
        assert found in [(cased, name) for name in same_encodings(encoding)]


def test_the_font_of_capitals_of_tcvn3():
    data = "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM\n§éc lËp - Tù do - H¹nh phóc".encode("latin-1")
    assert legacy_encodings.decode(data) == ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", "tcvn3")


def test_quotes_of_windows_beside_tcvn3_and_vni():
    for encoding in ("tcvn3", "vni"):
        text = "Bà cụ nói: “Cháu ăn đi” – rồi cười, mắt nheo lại…"
        assert legacy_encodings.repair(read_as_windows_1252(encode(text, encoding))) == text


def test_decomposed_windows_1258_as_python_decodes_it():
    decoded = encode(SENTENCE, "cp1258").decode("cp1258")
    assert unicodedata.normalize("NFC", legacy_encodings.repair(decoded)) == SENTENCE


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_one_broken_paragraph_among_good_ones(encoding):
    text = f"Hôm nay trời đẹp, chúng em đi chơi.\n{read_as_windows_1252(encode(SENTENCE, encoding))}\nBà và cô là ai?"
    assert legacy_encodings.repair(text) == f"Hôm nay trời đẹp, chúng em đi chơi.\n{SENTENCE}\nBà và cô là ai?"


def test_a_short_line_is_read_as_the_others_are():
    text = read_as_latin_1(encode(f"{SENTENCE}\nHết giờ\n{SENTENCE}", "viscii"))
    assert legacy_encodings.repair(text) == f"{SENTENCE}\nHết giờ\n{SENTENCE}"


RIGHT = [
    ARTICLE,
    "Bà và cô là ai? Hà là cháu bà, có lúc hát hò, có lúc im.",  # Vietnamese with letters of Latin-1 alone
    "Không có gì quý hơn độc lập, tự do.",
    "Ý!",
    "naïve café – “quoted” … it’s déjà vu, says Zoë.",
    "L’été dernier, nous étions à la plage où le thé était très cher et la mère préférait rester à côté du café.",
    "Élise Müller à Genève: là où, dès, né, thé, pré, blé, été, clé.",
    "Der Bürgermeister von München grüßt höflich die schönen Mädchen, die über die Brücke zurückkehren.",
    "El niño comió más jamón en la montaña que mañana llegará a España, según él.",
    "Não há razão para a reunião em São João, irmã, amanhã às três; põe o pão à mão.",
    "Vid ån sjöng lärkan över åkern när flickan från Skåne gick hem för att äta smörgås på söndagen.",
    "Così è, se vi pare: perché più in là non c’è né città né virtù, e però io ci andrò lunedì.",
    "5 × 3 ± 2 °C, ½ kg, £5, §7, ©2024, «guillemets», ®, 10 µm, a·b",
    "Tiáº¿ng Viá»‡t lÃ  tiáº¿ng máº¹ Ä‘áº» cá»§a ngÆ°á»\u009di Viá»‡t.",  # UTF-8 read wrongly: another repair's
    'printf("\\x80\\x9f"); // ÿþ',
    "",
]


@pytest.mark.parametrize("text", RIGHT)
def test_other_text_stays_as_it_is(text):
    assert legacy_encodings.repair(text) == text
    for encoding in ("latin-1", "cp1252"):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        assert legacy_encodings.decode(data) is None


@pytest.mark.real
@pytest.mark.parametrize("name", ["vi/news", "vi/health_crawl", "en/nltk"])
def test_no_real_text_is_taken_for_a_legacy_encoding(real_data, name):
    with gzip.open(real_data(f"corpus/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in islice(lines, 500):
            assert legacy_encodings.repair(text := json.loads(line)["text"]) == text
