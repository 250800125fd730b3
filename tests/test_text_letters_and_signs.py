"""Look-alike letters, signs, invisible characters, glued sentences."""

import pytest

from stages.normalisation.confusables import replace_confusables
from stages.normalisation.punctuation import remove_invisible, separate_sentences, unify_punctuation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ðại học Ðà Nẵng, ÐƯỜNG, ðường", "Đại học Đà Nẵng, ĐƯỜNG, đường"),
        ("Ɖức, ɖể", "Đức, để"),
        ("Bà ðã mua áo màu ðen, người ta nói thế.", "Bà đã mua áo màu đen, người ta nói thế."),
        ("Nghị định 15/NÐ-CP, QÐ-BGDÐT, ÐBSCL", "Nghị định 15/NĐ-CP, QĐ-BGDĐT, ĐBSCL"),
        ("ngƣời, đƣợc, NGƢỜI; nǎm, Vǎn", "người, được, NGƯỜI; năm, Văn"),
        ("chạу, tiếng Vіệt, Сhiều, bà cо́", "chạy, tiếng Việt, Chiều, bà có"),  # Cyrillic у, і, С, о with an acute
        ("Ηà Nội, nhο", "Hà Nội, nho"),  # Greek
        ("𝐓𝐡ô𝐧𝐠 𝐛á𝐨: đ𝐢 ở ẩ𝐧", "Thông báo: đi ở ẩn"),
        ("𝐓𝐢𝐞̂́𝐧𝐠 𝐕𝐢𝐞̣̂𝐭, ＨＡＮＯＩ, ﬁle", "Tiếng Việt, HANOI, file"),
    ],
)
def test_lookalikes_inside_vietnamese_words(text, expected):
    assert replace_confusables(text) == expected
    assert replace_confusables(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sigurður Guðmundsson, Þórður, Ðórr",  # Icelandic
        "Москва, Россия, со мной, Ольга; Αθήνα, το νερό",
        "μm, ΔH, αFP, x², ρV, λ = 5 Å",
        "với 𝑥 và 2×𝑦, y = 𝑎 + b𝑐, α𝑥",
        "Wǎn Lǐ, Hú Jǐntāo, nǐ hǎo",  # pinyin
        "[ɑˈmɑːn], /ˈænəˌmeɪ/, KoЯn",
        "Old English ðe and ða, as in /ðen/; the name is Nguyễn",
    ],
)
def test_letters_of_other_languages_stay(text):
    assert replace_confusables(text) == text


def test_one_sign_for_each_kind():
    assert unify_punctuation("Hà‐Nội – Huế ― ‘‘đẹp’’ ❝quá❞ chờ․") == "Hà-Nội – Huế — “đẹp” “quá” chờ."
    assert unify_punctuation("Giá：５ ？（rẻ）！") == "Giá:5 ?(rẻ)!"
    for text in ("株式会社アスキー・メディア、（海）！", "“Đúng” – ‘vâng’ — l’été… 5′ 7″ −3 ½ „Haus“ «là»"):
        assert unify_punctuation(text) == text


def test_invisible_characters_go_and_emoji_stay():
    assert remove_invisible("Chất l\u00adượng\u200b \u202aHà\u202c\ufeff\x08 Nội\x00") == "Chất lượng Hà Nội"
    for text in ("👨\u200d👩\u200d👧 vui", "❤\ufe0f\u200d🔥", "dòng một\ndòng\thai\r\n"):
        assert remove_invisible(text) == text


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("ra ngoài cơ thể.Như vậy là tốt", "ra ngoài cơ thể. Như vậy là tốt"),
        ("đi đâu?Tôi hỏi.Nó cười!Rồi thôi…Hết", "đi đâu? Tôi hỏi. Nó cười! Rồi thôi… Hết"),
        ("theo bác sĩ (ở Huế).Bệnh nhẹ...Theo", "theo bác sĩ (ở Huế). Bệnh nhẹ... Theo"),
        ('Ông nói "về đi."Tôi về. Trời mưa."Ở lại nhé"', 'Ông nói "về đi." Tôi về. Trời mưa. "Ở lại nhé"'),
        ("“Vâng.”Nó đáp. Xong.“Đi nào”", "“Vâng.” Nó đáp. Xong. “Đi nào”"),
        ("sinh năm 1984.Năm 2010 về quê", "sinh năm 1984. Năm 2010 về quê"),
        ("lây do virus.Nếu sốt; ở Việt Nam.Trong khi đó", "lây do virus. Nếu sốt; ở Việt Nam. Trong khi đó"),
        ("giúp người bệnh.PGS.TS Lan khám", "giúp người bệnh. PGS.TS Lan khám"),
        ("1.Mở đầu\n2.Kết luận", "1. Mở đầu\n2. Kết luận"),
        ("Xem tuoitre.vn.Đây là báo", "Xem tuoitre.vn. Đây là báo"),
        ("tỉnh Nam Định.Tại Phú Thọ.Theo ông Đức.Ông nói", "tỉnh Nam Định. Tại Phú Thọ. Theo ông Đức. Ông nói"),
        ("ở Mỹ.Tú đi.Hết.Rồi. Châu Á.Ở Hội An.Theo", "ở Mỹ. Tú đi. Hết. Rồi. Châu Á. Ở Hội An. Theo"),
        ("của UBND.Theo đó, 5 tỷ USD.Một là", "của UBND. Theo đó, 5 tỷ USD. Một là"),
        ("tăng 100%.Theo ông, 3 kg.Trong 24h.Ê kíp", "tăng 100%. Theo ông, 3 kg. Trong 24h. Ê kíp"),
        ("bật Wi-Fi.Bạn dùng iPhone.Máy đo insulin.Sau đó", "bật Wi-Fi. Bạn dùng iPhone. Máy đo insulin. Sau đó"),
        (
            "lạ chưa?Albert tới năm 1952.Barry đi, cầm chiếc ô.Nó đẹp",
            "lạ chưa? Albert tới năm 1952. Barry đi, cầm chiếc ô. Nó đẹp",
        ),
        ("cắt khối u.Bà chú ý.Tôm, cua v.v...Tuy nhiên", "cắt khối u. Bà chú ý. Tôm, cua v.v... Tuy nhiên"),
    ],
)
def test_sentences_without_a_space_between_them(glued, apart):
    assert separate_sentences(glued) == apart
    assert separate_sentences(apart) == apart


@pytest.mark.parametrize(
    "text",
    [
        "TP.HCM, TP.Hà Nội, Tp.Vinh, Q.Bình Thạnh, P.Bến Nghé, Th.S Lan, ThS.BS Nam, PGS.TS, U.S., U.S.A, Ph.D",
        "https://Bao.Vn/Tin.Html?A=b.C http://ví.dụ/đường.Dẫn www.chợ.Vn lan@chợ.Vn",
        "tuoitre.Vn, Docbao.Com, Node.Js, ASP.NET, .NET, nền.NET, V.League, P.Diddy, J.K.Rowling, Nguyễn V.A",
        "1.200.000, 3.14, 12.5.2020, v1.2.A, 10.Km",
        "java.lang.Object, obj.Method(), System.Out.Print, a.B",
        "chờ... đợi, thế... à, ba.bốn, cô ấy.nói",
        "TP.Hà Nội, PGS.TS.Nguyễn, TS.BSCKII.Đặng, KTS.Đỗ, NXB.Trẻ, HLV.Đặng, Nguyễn T.Ánh, Y.Đức, Đ.Ánh",
        "tp.Đà Lạt, tx.Thủ Dầu Một, x.Tân Phú, h.Đức Trọng, gs.Đặng, ths.Ánh, bs.Nguyễn, nxb.Trẻ, cty.Ánh, đ/c.Ánh",
        "Báo cáo.Docx, ảnh.Jpg, Math.Tan, string.Trim, math.Min",
        "Nguyễn.Văn.An@bao.Vn, Pháp.Luật.vn, Hoa.Kỳ.pdf",
        "nhờ ô.Nam, IMG_2020.Jpg, Yahoo!Answers",
        "Prof.Đặng, Ths.Nguyễn, Bs.Trần, Nxb.Trẻ, Mr.Hùng, St.Petersburg",
    ],
)
def test_names_numbers_and_abbreviations_stay_whole(text):
    assert separate_sentences(text) == text
