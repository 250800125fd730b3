"""Poems, statutes and lists through the whole cleaning: they stay, and stay whole."""

import gzip
import json
import re
from itertools import islice

import pytest
from survival_samples import LOST, SAMPLES

from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.cleaner import Cleaner
from stages.text.vietnamese import syllables

LUC_BAT = """Chiều nghiêng bóng ngả bên thềm
Bà ngồi nhóm bếp cho mềm nồi khoai
Khói bay qua mái ra ngoài
Lẫn trong tiếng gió thổi hoài bờ tre
Cháu còn mải đuổi con ve
Chạy vòng giếng nước rồi về gọi bà
Cơm thơm, bát mắm, quả cà
Bữa nghèo mà ấm cả nhà bên nhau"""
FOUR_WORDS = """Mưa rơi trên mái
Rơi xuống bờ ao
Con cá quẫy đuôi
Con cua bò vào
Bờ tre đứng đợi
Ngọn gió đi đâu
Để trời xám lại
Để đồng chìm sâu"""
FREE_VERSE = """Tôi đi
qua cánh đồng
không còn ai gặt

chỉ có gió
và những gốc rạ
nói với nhau điều gì
tôi nghe không rõ"""
SONG = """Bến đò nằm cuối con đê
Mẹ ngồi gỡ lưới đợi về chiều nay
Cha đi theo nước lên ngày
Thuyền mang hơi muối, áo đầy gió khơi

Hò ơi con nước vơi đầy
Ai đi nhớ bến, nhớ ngày mẹ mong
Hò ơi con nước vơi đầy
Ai đi nhớ bến, nhớ ngày mẹ mong

Đêm nghe sóng vỗ đầu thôn
Đèn chài lấm tấm như muôn sao trời
Cá tươi đầy khoang ai ơi
Chợ mai đông khách, tiếng cười râm ran
Nắng lên lưới vá xong hàng
Trẻ con xuống bãi nhặt toàn ốc nâu

Hò ơi con nước vơi đầy
Ai đi nhớ bến, nhớ ngày mẹ mong"""
STATUTE = """Chương II
QUẢN LÝ VÀ SỬ DỤNG CHỢ

Điều 5. Nội quy chợ
1. Nội quy chợ gồm những nội dung sau đây:
a) Thời gian họp chợ và đóng chợ;
b) Hàng hóa không được mua bán;
c) Giữ gìn vệ sinh, phòng cháy và chữa cháy.
2. Nội quy chợ được niêm yết ở nơi dễ thấy.

Điều 6. Phí sử dụng diện tích bán hàng
1. Người bán hàng thường xuyên nộp phí theo tháng.
2. Người bán hàng không thường xuyên nộp phí theo ngày.

Điều 7. Hiệu lực thi hành
Quy định này có hiệu lực kể từ ngày 01 tháng 7 năm 2019."""
RECIPE = """Canh chua cá lóc cho bốn người
Nguyên liệu:
- 1 con cá lóc
- 2 quả cà chua
- 1/4 quả dứa
- 100 g giá đỗ
- Me, hành, ngò gai
Cách làm:
1. Cá làm sạch, cắt khúc, ướp mắm.
2. Nấu me lấy nước chua, lọc bỏ hạt.
3. Thả cá vào nước sôi, hớt bọt.
4. Cho cà chua, dứa, giá đỗ, nêm lại rồi tắt bếp."""
LIST = """Danh sách các phiên chợ trong huyện
Chợ Gốm: ngày 2 và ngày 7
Chợ Bến: ngày 4 và ngày 9
Chợ Đình: ngày 1 và ngày 6
Chợ Mới: mỗi sáng chủ nhật
Chợ Trâu: ngày rằm"""
YEARS = """Lịch sử của làng
1786: dân mười hai họ đến khẩn hoang.
1852: dựng đình, đắp con đê đầu tiên.
1913: mở trường học.
1945: lũ lớn, cả làng dời lên gò.
1976: có điện.
2004: nối cầu qua sông."""
DIALOGUE = """– Cháu chào bà ạ!
– Ừ, cháu đi đâu về đấy?
– Cháu đi học về. Hôm nay cô giáo cho chúng cháu ra vườn.
– Thế cháu thấy những gì?
– Cháu thấy tổ chim, có ba quả trứng."""
VI = {
    "lục bát": LUC_BAT,
    "four words": FOUR_WORDS,
    "free verse": FREE_VERSE,
    "song with a refrain": SONG,
    "statute": STATUTE,
    "recipe": RECIPE,
    "list": LIST,
    "years": YEARS,
    "dialogue": DIALOGUE,
}
EN = {
    "poem": """The kettle hums, the window clears,
A robin sings of other years.
The road is white, the field is grey,
And someone walks the other way.
I do not know him, nor he me;
We share the snow, the road, the tree.""",
    "list": """Things to bring to the lake
- two warm blankets
- a lamp and some matches
- bread, cheese and apples
- the old map that hangs in the hall
- a book for when it rains""",
    "statute": """Section 4. Opening hours
(1) The market shall be open from six in the morning until noon.
(2) The council may by notice change these hours:
(a) on public holidays;
(b) in bad weather.
Section 5. Fees
(1) Each stall holder shall pay a fee for every day on which the stall is used.""",
}


@pytest.fixture(scope="module")
def cleaners(repository) -> dict[str, Cleaner]:
    return {
        language: Cleaner(params.load(Params, repository / "params.yaml", *SECTIONS, language=language))
        for language in ("vi", "en")
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [pytest.param("vi", text, id=f"vi {name}") for name, text in VI.items()]
    + [pytest.param("en", text, id=f"en {name}") for name, text in EN.items()],
)
def test_poems_statutes_and_lists_stay_whole(cleaners, language, text):
    cleaned = cleaners[language].clean(text)
    assert (cleaned.reason, cleaned.text) == ("", text)


@pytest.mark.parametrize("name", VI)
def test_they_stay_whole_on_a_page(cleaners, name):
    page = f"Trang chủ | Văn hoá | Pháp luật\n{VI[name]}\nXem thêm: Thơ | Truyện | Ký\n© 2020 Góc Phố"
    cleaned = cleaners["vi"].clean(page)
    assert (cleaned.reason, cleaned.text) == ("", VI[name])


@pytest.mark.parametrize("kind", SAMPLES)
def test_several_texts_of_a_kind_stay_whole(cleaners, kind):
    cleaned = [(text, cleaners["vi"].clean(text)) for text in SAMPLES[kind]]
    lost = [(after.fault, text) for text, after in cleaned if (after.reason, after.text) != ("", text)]
    assert len(lost) <= LOST.get(kind, 0), lost


STATUTE_ARTICLE = re.compile(r"^Điều \d+[.:]", re.MULTILINE)


@pytest.mark.real
def test_real_statutes_survive_with_their_articles(real_data, cleaners):
    with gzip.open(real_data("corpus/vi/law.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"][:200_000] for line in islice(lines, 120)]
    statutes = [text for text in texts if len(STATUTE_ARTICLE.findall(text)) >= 3]
    assert len(statutes) >= 50
    cleaned = [cleaners["vi"].clean(text) for text in statutes]
    kept = [(before, after.text) for before, after in zip(statutes, cleaned, strict=True) if not after.reason]
    assert len(kept) >= 0.95 * len(statutes)
    articles = [sum(len(STATUTE_ARTICLE.findall(side)) for side in sides) for sides in zip(*kept, strict=True)]
    words = [sum(len(syllables(side)) for side in sides) for sides in zip(*kept, strict=True)]
    assert articles[1] >= 0.999 * articles[0]
    assert words[1] >= 0.995 * words[0]
