"""Word-segmented text, restored: pairs of plain sentences and what segmenters make of them, and real news."""

import gzip
import json
import re
from difflib import SequenceMatcher
from itertools import islice

import pytest

from stages.normalisation.pages import compose
from stages.normalisation.segmentation import join_segmented

PAIRS = [
    ("Chủ tịch xã nói: \"Bà con cứ yên tâm\".", "Chủ_tịch xã nói : \" Bà_con cứ yên_tâm \" ."),
    ("Ông gọi đó là “mùa vàng”, ai cũng vui vẻ.", "Ông gọi đó là “ mùa vàng ” , ai cũng vui_vẻ ."),
    ("Giá lúa (vụ mùa) tăng 5%, còn ngô giảm 2,5%/năm.", "Giá lúa ( vụ_mùa ) tăng 5 % , còn ngô giảm 2,5 % / năm ."),
    ("Ngày 12/3/2020, lúc 7g30, con tàu rời nhà ga.", "Ngày 12 / 3 / 2020 , lúc 7 g 30 , con_tàu rời nhà_ga ."),
    ("Vé 1.200.000 đồng/người, trẻ em 600.000 đồng.", "Vé 1.200.000 đồng / người , trẻ_em 600.000 đồng ."),
    ("Rau, cá, gạo,… đều rẻ tiền; thịt thì đắt đỏ…", "Rau , cá , gạo , … đều rẻ_tiền ; thịt thì đắt_đỏ …"),
    ("Sở GD&ĐT ra quyết định số 23/QĐ-UBND.", "Sở GD & ĐT ra quyết_định số 23 / QĐ - UBND ."),
    ("Người H’Mông ở huyện Cư M’gar giữ nghề dệt vải.", "Người H ’ Mông ở huyện Cư_M ’ gar giữ nghề dệt_vải ."),
    ("Anh hỏi: \"Đi đâu đấy?\" rồi im lặng.", "Anh hỏi : \" Đi đâu đấy ? \" rồi im_lặng ."),
    ("Xem www.lang_nghe.vn hoặc thư từ tới to_bao@bao.vn!", "Xem www.lang_nghe.vn hoặc thư_từ tới to_bao@bao.vn !"),
    ("Tuyến Hà Nội - Lào Cai dài 5-7 giờ [tạm tính].", "Tuyến Hà_Nội - Lào_Cai dài 5 - 7 giờ [ tạm_tính ] ."),
    ("TP. Vinh và TP. Huế mưa to lớn, gió cấp 6-7.", "TP._Vinh và TP._Huế mưa to_lớn , gió cấp 6-7 ."),
    ("Bà Nguyễn Thị H. kể: Nhà tôi mất con trâu!", "Bà Nguyễn_Thị_H. kể : Nhà tôi mất con_trâu !"),
    ("Tốc độ 80 km/h, nước chảy xiết 1.200 m3/s.", "Tốc_độ 80 km / h , nước chảy_xiết 1.200 m3 / s ."),
]  # fmt: skip


# One sentence may hold too few joined words to be known for segmented.
BEFORE = "Thông_tin ban_đầu cho_biết cơ_quan chức_năng đang xác_minh vụ_việc .\n"


@pytest.mark.parametrize(("plain", "segmented"), PAIRS)
def test_pairs(plain, segmented):
    assert join_segmented(BEFORE + segmented) == (
        f"Thông tin ban đầu cho biết cơ quan chức năng đang xác minh vụ việc.\n{plain}"
    )


def test_pairs_as_one_text_to_99_percent_of_characters():
    plain, segmented = ("\n".join(side) for side in zip(*PAIRS, strict=True))
    restored = join_segmented(segmented)
    same = sum(block.size for block in SequenceMatcher(None, plain, restored, autojunk=False).get_matching_blocks())
    assert same >= 0.99 * max(len(plain), len(restored))


def test_quoted_speech_over_several_lines():
    segmented = 'Ông kể_lại : " Đêm đó trời_mưa .\nNước lên nhanh " .\nNgười dân gọi là " cơn lũ lịch_sử " .'
    expected = 'Ông kể lại: "Đêm đó trời mưa.\nNước lên nhanh".\nNgười dân gọi là "cơn lũ lịch sử".'
    assert join_segmented(segmented) == expected


def test_sums_stay_and_ranges_are_joined():
    segmented = (
        "Lan có 5 cái kẹo , cho bạn : 5 - 2 = 3 . Chia_đều : 4 : 2 = 2 . Trẻ_em từ 10 - 12 tuổi chơi_đùa ở công_viên ."
    )
    assert (
        join_segmented(segmented)
        == "Lan có 5 cái kẹo, cho bạn: 5 - 2 = 3. Chia đều: 4 : 2 = 2. Trẻ em từ 10-12 tuổi chơi đùa ở công viên."
    )


def test_an_opening_quote_that_closes():
    assert join_segmented("Họ là “ người_nhà “ , bà_con nói .") == "Họ là “người nhà”, bà con nói."


def test_text_that_was_decomposed_when_it_was_segmented():
    segmented = "Sáng nay , tại thị_xã Ky \u0300 Anh , mưa rất to , gió mạnh , sóng lớn và thuyền không ra khơi ."
    assert compose(join_segmented(segmented)) == (
        "Sáng nay, tại thị xã Kỳ Anh, mưa rất to, gió mạnh, sóng lớn và thuyền không ra khơi."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Hàm tinh_tong trả về tổng của hai số nguyên , rồi in ra màn hình máy tính của người dùng ở nhà.",
        "Biến so_luong, so_tien và ham tinh_tong(so_luong, so_tien): lấy so_luong nhân với so_tien cho mỗi lần.",
        "#giáo_dục là từ khóa, #đời_sống cũng vậy, còn đây là một câu dài không có gì lạ, kể cả dấu phẩy.",
        'Anh nói: " Tôi đi " , rồi đi.',
        "",
    ],
)
def test_ordinary_text_stays(text):
    assert join_segmented(text) == text


# What segmentation leaves behind: per million characters of ordinary news there is a little of each.
TRACES = {
    "joined word": r"(?<=[^\W_])_(?=[^\W_])",
    "comma apart": r" ,",
    "full stop apart": r" \.(?=\s|$)",
    "colon or the like apart": r" [;:!?](?=\s|$)",
    "open bracket apart": r"\( ",
    "closed bracket apart": r" \)",
    "open quote apart": r"“ ",
    "closed quote apart": r" ”",
    "straight quote apart": r'(?<=\s)"(?=\s)',
    "slash apart": r"\w / \w",
    "percent apart": r"\d %",
    "ellipsis apart": r" …",
}


@pytest.mark.real
def test_real_segmented_news_ends_up_like_ordinary_news(real_data):
    def texts(name, count):
        with gzip.open(real_data(f"corpus/vi/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            return [compose(json.loads(line)["text"]) for line in islice(lines, count)]

    restored = "\n".join(map(join_segmented, texts("news_segmented", 4000)))
    ordinary = "\n".join(re.sub(r"^# .*$", "", text, flags=re.MULTILINE) for text in texts("news", 3000))
    for trace, pattern in TRACES.items():
        here, there = (1e6 * len(re.findall(pattern, text)) / len(text) for text in (restored, ordinary))
        assert here <= max(10.0, 2 * there), f"{trace}: {here:.1f} per million characters, {there:.1f} in ordinary news"
