"""Flagged words: advertising goes, sober texts on the same subjects stay, with the values of params.yaml."""

import pytest

from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.cleaner import Cleaner

# Short on purpose: in a long text the words are a small share.
SOBER = {
    "cash machine": (
        "Rút tiền tại cây ATM cần thẻ. Khi rút tiền, khách hàng nhập mã PIN. Phí rút tiền là 3.300 đồng mỗi lần. "
        "Hạn mức rút tiền mỗi ngày là 100 triệu đồng. Muốn rút tiền tại quầy cần căn cước."
    ),
    "refund": (
        "Khách được hoàn tiền khi hàng lỗi. Thời hạn hoàn tiền là bảy ngày. Để được hoàn tiền, bạn gửi ảnh chụp "
        "hóa đơn, cửa hàng sẽ liên hệ lại."
    ),
    "disorder": (
        "Xuất tinh sớm là rối loạn thường gặp. Nguyên nhân xuất tinh sớm gồm tâm lý và thể chất. Điều trị xuất "
        "tinh sớm cần bác sĩ chuyên khoa nam học. Người bệnh xuất tinh sớm không nên tự ý dùng thuốc."
    ),
    "disorder and doctor": (
        "Rối loạn cương dương và xuất tinh sớm ảnh hưởng đến sinh lý nam. Bác sĩ khuyên người bệnh đi khám, không "
        "tự mua thuốc cường dương. Nếu có dấu hiệu xuất tinh sớm kéo dài, hãy liên hệ bệnh viện để được hỗ trợ."
    ),
    "sex education": (
        "Giáo dục giới tính cho trẻ. Trẻ cần hiểu sex là gì, sex an toàn ra sao, và vì sao sex không phải điều "
        "cấm kỵ. Cha mẹ nên nói về sex với con từ sớm. Nghiên cứu cho thấy trẻ được giáo dục về sex ít gặp rủi ro "
        "hơn."
    ),
    "poker": (
        "Poker là trò chơi bài. Trong poker, mỗi người chơi nhận hai lá bài. Poker đòi hỏi tính toán và tâm lý. "
        "Giải poker thế giới tổ chức hằng năm ở Las Vegas."
    ),
    "baccarat": (
        "Baccarat là trò chơi bài ở casino. Ở casino châu Âu, baccarat chơi với sáu bộ bài, người chia bài của "
        "casino giữ cái."
    ),
    "lottery": (
        "Người trúng lớn đến nhận giải. Ông nói sẽ dùng tiền làm từ thiện và đổi đời cho gia đình mình sau nhiều "
        "năm khó khăn vất vả."
    ),
    "arrest": (
        "Công an bắt ba người cá độ bóng đá qua mạng. Nhóm này làm đại lý cho một nhà cái nước ngoài, nhận cá độ "
        "của hàng chục người chơi trong xã."
    ),
    "court": (
        "Tòa phạt bà Hạnh 18 tháng tù vì ghi lô đề. Mỗi chiều bà nhận bảng lô đề của mười người rồi chuyển cho "
        "chủ lô đề ở huyện bên."
    ),
    "loan": (
        "Vay tín chấp là khoản vay không cần thế chấp tài sản. Ngân hàng xét lương khi cho vay tín chấp. Lãi suất "
        "vay tín chấp cao hơn vay có tài sản bảo đảm."
    ),
    "warning": (
        "Bộ Y tế cảnh báo về viên giảm cân có chất cấm. Một phụ nữ nhập viện sau khi uống viên giảm cân mua trên "
        "mạng, trà giảm cân cũng có chất này."
    ),
    "folk game": (
        "Xóc đĩa là trò chơi dân gian ngày hội. Người làng xóc đĩa bằng bát úp, đoán chẵn lẻ cho vui, ngày nay "
        "xóc đĩa ăn tiền bị cấm."
    ),
    "law": (
        "Kinh doanh casino, cá cược đua ngựa, đua chó và bóng đá quốc tế là ngành nghề có điều kiện. Người chơi "
        "casino phải đủ 21 tuổi."
    ),
    "history": "Thời Pháp thuộc, sòng bạc Đại Thế Giới ở Chợ Lớn mở suốt đêm. Sòng bạc đóng cửa năm 1955.",
    "parents": (
        "Con xem phim người lớn, cha mẹ nên làm gì? Đừng mắng. Hãy nói với con rằng phim người lớn không phải đời thật."
    ),
}
ADVERTISING = {
    "bookmaker": "Nhà cái VIP88 khuyến mãi 50% cho khách mới, rút tiền trong 30 giây. Truy cập link ngay!",
    "slogans": "Nhà cái số một, cá cược bóng đá và nổ hũ đổi thưởng, casino trực tuyến cả ngày!",
    "quick loan": "Vay nóng không cần giấy tờ, giải ngân trong ngày. Vay nóng lãi thấp, liên hệ zalo 0900 000 000.",
    "adult": "Xem phim sex miễn phí không che. Phim sex Việt, phim sex Nhật mới nhất, link tải nhanh, bấm vào đây.",
    "game": "Chơi tài xỉu đổi thưởng uy tín, nạp một tặng một. Tải ngay game tài xỉu xanh chín nhất.",
    "numbers": (
        "Soi cầu miền Bắc hôm nay chuẩn xác. Soi cầu lô đề miễn phí, chốt số cho anh em, inbox nhận số trúng 100%."
    ),
    "diet": (
        "Viên giảm cân giá sốc, mua hai tặng một. Giảm 10 kg trong một tháng, viên giảm cân cam kết an toàn, đặt "
        "hàng ngay hôm nay!"
    ),
    "escort": "Gái gọi cao cấp Sài Gòn, phục vụ tận nơi, gái gọi sinh viên giá rẻ, liên hệ zalo.",
    "medicine": (
        "Thuốc trị xuất tinh sớm số một, hết xuất tinh sớm sau một tuần, cam kết hoàn tiền. Đặt mua ngay, giá chỉ "
        "500k, hotline hỗ trợ."
    ),
    "casino": (
        "Casino trực tuyến uy tín, tham gia casino nhận thưởng chào mừng 100%, nạp tiền rút tiền tức thì, casino live."
    ),
    "loan shop": (
        "Hỗ trợ vay tín chấp lãi suất ưu đãi, không cần thế chấp, không cần gặp mặt. Liên hệ ngay để được tư vấn "
        "miễn phí."
    ),
    "lottery tips": "Soi cầu VIP hôm nay, cam kết trúng, không trúng hoàn tiền. Nhắn tin zalo để nhận chốt số đẹp.",
    "pills": "Trà giảm cân thảo mộc chính hãng, giảm giá 30% cho đơn đầu, miễn phí giao hàng, tặng kèm cân điện tử!",
}
SOBER_EN = {
    "poker": "Poker is a game of cards. In poker each player is dealt two cards. A poker hand has five cards.",
    "sex education": "Children ask what sex is. Talk about sex early, say that sex is not a secret, and listen.",
    "research": "Gambling is studied as an illness. Of those who live with gambling, few see a doctor for gambling.",
}
ADVERTISING_EN = {
    "casino": "Join the best casino now! Free casino chips, 100% bonus, instant cash out. Click the link to win.",
    "pills": "Buy cheap viagra online without prescription. Order now, free delivery, viagra guaranteed!",
}


@pytest.fixture(scope="module")
def reason(repository):
    cleaners = {
        language: Cleaner(params.load(Params, repository / "params.yaml", *SECTIONS, language=language))
        for language in ("vi", "en")
    }
    return lambda language, text: cleaners[language].clean(text).reason


@pytest.mark.parametrize("name", SOBER)
def test_sober_texts_stay(reason, name):
    assert reason("vi", SOBER[name]) == ""


@pytest.mark.parametrize("name", ADVERTISING)
def test_advertising_goes(reason, name):
    assert reason("vi", ADVERTISING[name]) in ("flagged_words", "too_short")  # too short: all of it was a notice


def test_in_english_too(reason):
    assert {name: reason("en", text) for name, text in SOBER_EN.items()} == dict.fromkeys(SOBER_EN, "")
    assert {name: reason("en", text) for name, text in ADVERTISING_EN.items()} == dict.fromkeys(
        ADVERTISING_EN, "flagged_words"
    )
