"""Vietnamese sentences of the tiny stories; `story_templates_en` has the same in English.

Mentions, openings and details are aligned by number with the English ones. Fields: `{x}` an
object, an animal or a place, `{p}` and `{f}` two children, `{e}` an elder, `{l}` who leads the
animals. A sentence that begins in lower case or with a field may follow a lead.
"""

# How one of the four things of a story is first named.
MENTIONS = {
    "object": (
        "{p} bỏ {x} vào ba lô.",
        "{f} mang theo {x}.",
        "{e} đưa cho {p} {x}.",
        "Trên tay {f} là {x}.",
        "{p} không quên đem {x}.",
        "Treo bên vách là {x}.",
        "{e} xếp {x} lên kệ.",
        "Dưới gầm bàn có {x}.",
        "{f} vừa được tặng {x}.",
        "{p} giữ khư khư {x}.",
        "chú chó tha đến {x}.",
        "bác hàng xóm cho mượn {x}.",
    ),
    "character": (
        "{x} đến sớm nhất.",
        "{x} vừa đi vừa hát.",
        "Theo sau là {x}.",
        "{x} đang đùa bên suối.",
        "Ngồi cạnh {l} là {x}.",
        "{x} chào mọi người.",
        "Nấp sau bụi cây là {x}.",
        "{x} kể chuyện cười.",
        "Bên gốc cây có {x}.",
        "{x} hôm nay rất vui.",
        "Vẫy tay từ xa là {x}.",
        "{x} thong thả ăn sáng.",
    ),
    "place": (
        "Họ đi ngang {x}.",
        "Từ xa đã thấy {x}.",
        "Gần đó có {x}.",
        "{p} chỉ cho {f} xem {x}.",
        "{e} kể chuyện về {x}.",
        "Hôm qua {f} vừa ghé {x}.",
        "Cuối đường là {x}.",
        "Sương sớm còn phủ {x}.",
        "{p} rất thích {x}.",
        "Lối nhỏ chạy quanh {x}.",
        "{e} đứng nhìn {x}.",
        "Nắng rọi xuống {x}.",
    ),
}
# How a story ends; the last words are the thing that its event asks for.
FINALES = {
    "object": (
        "{p} liền lấy ra {x}.",
        "Thật may vì đã có {x}.",
        "cả nhóm nhớ ngay đến {x}.",
        "Thứ cần lúc này là {x}.",
        "{e} bảo hãy dùng {x}.",
        "{f} vội chạy đi tìm {x}.",
        "ai cũng mừng khi thấy {x}.",
        "Không gì bằng {x}.",
    ),
    "character": (
        "May thay đã có {x}.",
        "Người giúp được là {x}.",
        "ai cũng chạy đi gọi {x}.",
        "{l} liền nhờ đến {x}.",
        "việc ấy được giao cho {x}.",
        "mọi người reo hò cảm ơn {x}.",
        "không ai hợp bằng {x}.",
        "cả rừng trông chờ vào {x}.",
    ),
    "place": (
        "Họ cùng nhau đến {x}.",
        "{p} dắt {f} tới {x}.",
        "họ rủ nhau trở lại {x}.",
        "{e} đưa cả hai ra {x}.",
        "Nơi nên đến là {x}.",
        "Chẳng mấy chốc họ đã tới {x}.",
        "{f} chạy một mạch đến {x}.",
        "Không đâu bằng {x}.",
    ),
}
# The turn of a story by the English name of what it asks for. Each has a word that only this event has.
EVENTS = {
    "umbrella": ("Trời bỗng đổ mưa rào.", "Mây đen kéo tới, mưa nặng hạt rơi."),
    "candle": ("Điện phụt tắt, cả nhà tối om.", "Đêm xuống, trong phòng tối chẳng thấy gì."),
    "kite": ("Gió đồng thổi lên lồng lộng.", "Ngoài đê nổi gió, rất hợp để thả."),
    "ball": ("Lũ trẻ muốn đá một trận.", "Hai đội đã chia xong, chỉ chờ đá."),
    "drum": ("Đoàn múa lân thiếu tiếng tùng tùng.", "Đám rước cần ai đó gõ nhịp."),
    "blanket": ("Nửa đêm, trời trở rét.", "Em bé ngủ mà run vì rét."),
    "map": ("Đến ngã ba, họ lạc đường.", "Không ai biết rẽ đường nào."),
    "pen": ("{e} muốn viết một lá thư.", "Phải viết lại tên từng người."),
    "watch": ("Ai cũng hỏi bây giờ là mấy giờ.", "Sợ trễ tàu, họ hỏi nhau mấy giờ."),
    "scissors": ("Sợi chỉ thừa cần phải cắt.", "Tờ giấy màu phải cắt làm đôi."),
    "sewing kit": ("Vạt áo của {f} rách toạc.", "Chiếc quần của {p} bị rách gối."),
    "rope": ("Con bò sa xuống hố, phải kéo lên.", "Cả nhóm phải kéo thuyền vào bờ."),
    "broom": ("Lá rụng bẩn khắp sân.", "Bụi bẩn bám đầy sàn nhà."),
    "honey": ("{e} ho mãi không dứt.", "Cổ họng {f} rát, cứ ho khan."),
    "basket": ("Rau hái xong chưa có gì đựng.", "Trứng nhiều quá, không có gì đựng."),
    "gloves": ("Hai bàn tay {p} tê cóng.", "Nhổ gai nhiều, bàn tay {f} đau rát."),
    "hammer": ("Chiếc ghế lòi ra một cái đinh.", "Hàng rào long mất mấy cái đinh."),
    "keys": ("Cánh cửa đã khóa chặt.", "Cái rương khóa kín, không sao mở được."),
    "flute": ("Mọi người muốn nghe một điệu nhạc.", "Đêm trăng mà vắng tiếng nhạc."),
    "water bottle": ("Ai nấy đều khát khô cổ.", "Đi nắng lâu, {p} khát quá."),
    "Monkey": ("Quả chín ở tít ngọn cây.", "Phải leo lên ngọn cây cao nhất."),
    "Duck": ("Chiếc khăn trôi ra giữa ao.", "Phải bơi ra tận giữa ao."),
    "Owl": ("Đêm đen như mực, chẳng ai thấy đường.", "Cần ai đó canh rừng suốt đêm."),
    "Rabbit": ("Tin gấp cần báo thật nhanh.", "Phải chạy thật nhanh sang làng bên."),
    "Bear": ("Một tảng đá nặng chắn ngang lối.", "Khúc gỗ nặng không ai nhấc nổi."),
    "Hedgehog": ("Kẻ trộm chỉ sợ gai nhọn.", "Cần một chiếc gai nhọn làm kim."),
    "Squirrel": ("Mùa đông tới mà thiếu hạt dẻ.", "Chẳng ai nhớ chỗ cất hạt dẻ."),
    "Mouse": ("Tấm lưới phải gặm mới đứt.", "Phải gặm đứt sợi dây trói."),
    "Frog": ("Phải nhảy qua những lá sen.", "Chiếc nhẫn nằm trên lá sen xa."),
    "Stork": ("Cần mỏ dài gắp con cá ra.", "Phải có mỏ dài mới thò tới đáy bình."),
    "Turtle": ("Chỉ có mai cứng mới chịu nổi đá rơi.", "Cần một chiếc mai cứng để che."),
    "Puppy": ("Phải đánh hơi tìm dấu kẻ trộm.", "Cần ai đó sủa thật to."),
    "Pony": ("Chiếc xe hàng cần người kéo.", "Phải kéo xe qua thảo nguyên."),
    "Rooster": ("Trời sáng mà cả rừng còn ngủ.", "Cần ai đó gọi mặt trời thức dậy."),
    "library": ("{p} muốn đọc sách.", "{f} cần mượn thêm sách."),
    "clinic": ("{f} bỗng sốt cao.", "{p} ngã, phải băng bó vết thương."),
    "bakery": ("Ai cũng thèm bánh mì nóng.", "{e} dặn mua mấy ổ bánh mì."),
    "market": ("Trong nhà hết cả thịt lẫn rau.", "{e} nhờ mua ít thịt và rau."),
    "landing": ("Họ phải đi đò sang bờ kia.", "Con đò sắp rời bến."),
    "post office": ("{e} có lá thư cần gửi.", "Gói quà phải gửi đi xa."),
    "school": ("Trống đã điểm giờ vào lớp.", "Cô giáo đang đợi học trò vào lớp."),
    "station": ("Chuyến tàu sắp chạy.", "Bố về chuyến tàu tối nay."),
    "pagoda": ("{e} muốn thắp hương ngày rằm.", "Ngày rằm, mọi người đi lễ."),
    "rice field": ("Lúa đã chín, phải đi gặt.", "Đàn trâu cần ra nơi gặt lúa."),
    "forge": ("Lưỡi cuốc đã mẻ, phải rèn lại.", "Con dao cùn phải rèn lại."),
    "theatre": ("Tối nay có vở chèo hay.", "{e} mê chèo, muốn xem diễn."),
    "orchard": ("Xoài chín rụng đầy gốc.", "Mùa xoài đến, ai cũng muốn hái."),
    "kitchen": ("Đã tới giờ nấu cơm.", "{e} gọi hai bạn vào nấu cơm."),
}

# Put before some finales.
LEADS = (
    "cuối cùng",
    "thế là",
    "rốt cuộc",
    "ngay lúc ấy",
    "tức thì",
    "nghĩ một lát",
    "không chần chừ",
    "một lúc sau",
)

HOME_OPENINGS = (
    "Sáng chủ nhật, {p} và {f} sang nhà {e} chơi.",
    "Mấy hôm nay {p} ở nhà {e}, có {f} làm bạn.",
    "Trời vừa hửng nắng, {p} đã gọi {f} ra sân.",
    "{p} với {f} là đôi bạn thân cùng xóm với {e}.",
    "Kỳ nghỉ hè, {p} rủ {f} về quê thăm {e}.",
    "Ngày giáp Tết, nhà {e} tất bật, {p} và {f} cũng chạy theo.",
    "Hôm nay làng mở hội, {e} dắt {p} và {f} đi xem.",
    "Buổi trưa yên ả, {e} kể chuyện cho {p} và {f}.",
    "Nghe tiếng chuông gió, {p} biết {f} đã đến nhà {e}.",
    "Ngày xưa, {p} và {f} sống cạnh nhà {e}.",
    "Xế chiều, {p} cùng {f} ghé qua nhà {e}.",
    "Mùa gặt đến, {e} gọi {p} và {f} ra phụ một tay.",
)
FOREST_OPENINGS = (
    "Ngày xửa ngày xưa, muông thú theo {l} đi hội.",
    "Rừng già thức giấc khi {l} gõ mõ.",
    "Mùa thu năm ấy, {l} mời bạn bè.",
    "Rằm tháng tám, {l} bày cỗ giữa rừng.",
    "Trên thảo nguyên, {l} mở lớp học.",
    "Sau mùa đông, {l} rủ muôn loài đón nắng.",
    "Bên con suối, {l} họp cả đàn.",
    "Trong khu rừng nọ, {l} được kính trọng.",
)
DETAILS = (
    "Gió thoảng đưa mùi {scent} ngào ngạt.",
    "Xa xa vọng lại tiếng {sound}.",
    "Trên mâm bày sẵn {food}.",
    "Bầu trời {sky}, ai cũng thấy vui.",
    "Ngoài kia, {weather}.",
    "Cả bọn vừa ăn {food} vừa cười khúc khích.",
    "Tiếng {sound} làm cả bọn ngoái nhìn.",
    "Hương {scent} quyện trong làn gió nhẹ.",
    "{food} là món quà quê ai cũng thích.",
    "Một đĩa {food} được bày ra mời khách.",
    "Đâu đây thoang thoảng mùi {scent}, xen lẫn tiếng {sound}.",
    "Vì {weather}, chẳng ai muốn ngồi yên.",
)
SCENTS = (
    "hoa bưởi", "hoa nhài", "lúa chín", "ngọc lan", "rơm mới", "cốm non", "nhang trầm", "lá sả", "hoa sữa",
    "bánh nướng", "mộc lan", "hoa cau", "gừng tươi", "quế khô", "cỏ dại", "mít chín",
)  # fmt: skip
SOUNDS = (
    "ve kêu râm ran", "sáo diều vi vu", "chày giã gạo", "gà trống gáy", "chuông chùa", "thác đổ ầm ầm",
    "trẻ con nô đùa", "còi tàu hú", "ếch kêu ộp oạp", "lá xào xạc", "mái chèo khua nước", "rao quà sáng",
    "chim cu gáy", "kèn lá", "xe bò lộc cộc", "dế gáy ri ri",
)  # fmt: skip
FOODS = (
    "khoai lang luộc", "xôi gấc", "bánh rán", "chè đậu xanh", "ngô nướng", "bánh xèo", "cháo sen", "nem cuốn",
    "bún riêu", "bánh giò", "lạc rang", "canh cua", "thịt kho", "dưa hấu", "sữa chua", "mứt dừa",
)  # fmt: skip
SKIES = (
    "trong vắt", "xanh ngắt", "lơ lửng mây trắng", "lồng lộng gió", "dịu mát", "bồng bềnh mây", "cao vời vợi",
    "quang đãng",
)  # fmt: skip
WEATHERS = (
    "nắng vàng rót xuống mái ngói", "mây trôi lững lờ", "bướm trắng chập chờn bay", "gió mơn man ngọn cỏ",
    "đàn cò chao nghiêng trên đồng", "sông lấp lánh như dát bạc", "khói bếp quấn quýt mái tranh",
    "hoa phượng nở đỏ góc trời",
    "lá bàng rụng đầy lối", "chuồn chuồn ớt đậu kín bờ giậu", "thác bạc buông dài trước núi", "cánh đồng ngả màu mật",
)  # fmt: skip
