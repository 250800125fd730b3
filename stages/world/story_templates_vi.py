"""Vietnamese sentences of the tiny stories; `story_templates_en` tells the same threads in English.

A thread is something that happens early (`setups`) and is settled at the end (`payoffs`, whose
last word is `{x}`: an object, a character or a place). Scene sentences are aligned by number with
the English ones. Fields: `{x}` what the thread is about, `{p}` and `{f}` two children, `{e}` an
elder, `{l}` who leads the group, `{at}` the word before a place, `{friend}` cậu bé or cô bé.
"""

from stages.world.story_threads import Thread

OBJECT_THREADS = {
    "lost": Thread(
        setups=(
            "{p} mải chạy nên đánh rơi {x} dọc đường.",
            "Qua khúc quanh, {p} giật mình vì đã đánh rơi {x}.",
            "Không may, {p} đánh rơi {x} giữa đám đông.",
        ),
        payoffs=(
            "{p} tìm ra chỗ mình đánh rơi {x}.",
            "Nhờ người tốt bụng, {p} thấy lại thứ đánh rơi: {x}.",
        ),
    ),
    "borrowed": Thread(
        setups=(
            "{f} sang nhà bên hỏi mượn {x}.",
            "{f} được bác hàng xóm cho mượn {x}.",
            "bác hàng xóm cho {f} mượn {x} đến chiều.",
        ),
        payoffs=(
            "{f} cảm ơn bác hàng xóm đã cho mượn {x}.",
            "Đúng lời hứa, {f} trả bác hàng xóm {x}.",
        ),
    ),
    "dog": Thread(
        setups=(
            "chú chó nghịch ngợm tha {x} rồi chạy biến.",
            "không ai để ý, chú chó đã tha mất {x}.",
            "Tưởng là đồ chơi, chú chó tha {x} ra sau hè.",
        ),
        payoffs=(
            "chú chó vẫy đuôi, tha về {x}.",
            "Gọi mãi, chú chó mới chịu nhả ra {x}.",
        ),
    ),
    "kept": Thread(
        setups=(
            "{e} phải ra ngoài nên nhờ {p} giữ hộ {x}.",
            "{e} nhờ {p} giữ giúp {x} thật cẩn thận.",
            "Vì vướng tay, {e} nhờ {p} giữ giúp {x}.",
        ),
        payoffs=(
            "{e} khen {p} đã giữ hộ {x}.",
            "{e} cảm ơn {p} đã giữ giúp {x}.",
        ),
    ),
    "forgotten": Thread(
        setups=(
            "Ra đến cổng, {e} mới nhớ mình để quên {x}.",
            "{e} đãng trí nên để quên {x} trên bàn.",
            "Vội quá, {e} để quên {x}.",
        ),
        payoffs=(
            "{f} chạy về tìm giúp {e} thứ để quên: {x}.",
            "May sao {f} nhắc {e} chuyện để quên {x}.",
        ),
    ),
    "gift": Thread(
        setups=(
            "Dành dụm mãi, {p} mua được món quà là {x}.",
            "Món quà {p} giấu để tặng mẹ là {x}.",
            "Món quà {p} chọn tặng mẹ là {x}.",
        ),
        payoffs=(
            "mẹ mở ra xem, món quà là {x}.",
            "mẹ ôm {p} và ngắm món quà: {x}.",
        ),
    ),
    "wish": Thread(
        setups=(
            "{f} chỉ ao ước có một {x} của riêng mình.",
            "Từ lâu, {f} vẫn ước có một {x}.",
            "Nằm trên võng, {f} thầm ước có một {x}.",
        ),
        payoffs=(
            "Điều ước của {f} thành sự thật: bố mua về {x}.",
            "Sáng dậy, {f} thấy đúng thứ mình ước: {x}.",
        ),
    ),
    "stored": Thread(
        setups=(
            "{e} cẩn thận cất {x} lên nóc tủ.",
            "Sợ trẻ con nghịch, {e} cất {x} trên nóc tủ.",
            "Trên nóc tủ, {e} còn cất {x} từ năm ngoái.",
        ),
        payoffs=(
            "{e} bắc ghế, với tay lấy từ nóc tủ xuống {x}.",
            "Phủi bụi trên nóc tủ, {e} thấy {x}.",
        ),
    ),
    "drawn": Thread(
        setups=(
            "{f} ngồi bên hiên tập vẽ {x}.",
            "{f} lấy giấy bút ra, nắn nót vẽ {x}.",
            "{f} ngắm thật kỹ rồi vẽ {x} bằng than.",
        ),
        payoffs=(
            "ai cũng khen bức tranh {f} vẽ {x}.",
            "bố treo lên tường bức tranh {f} vẽ {x}.",
        ),
    ),
}

CHARACTER_THREADS = {
    "race": Thread(
        setups=(
            "Cuộc thi chạy vừa xong, người về nhất là {x}.",
            "Bỏ xa cả bọn, người về nhất là {x}.",
            "trọng tài hô to, về nhất là {x}.",
        ),
        payoffs=(
            "{l} tuyên bố người về nhất là {x}.",
            "Trên bục cao, bạn về nhất là {x}.",
        ),
    ),
    "fall": Thread(
        setups=(
            "Rễ cây làm sưng đầu gối của {x}.",
            "vấp ngã làm rớm máu đầu gối của {x}.",
            "Đường trơn làm trầy đầu gối của {x}.",
        ),
        payoffs=(
            "{l} nhẹ nhàng băng đầu gối của {x}.",
            "cả nhóm xuýt xoa thổi đầu gối của {x}.",
        ),
    ),
    "lunch": Thread(
        setups=(
            "ai cũng nghe tiếng réo từ cái bụng đói của {x}.",
            "Quên cơm trưa, thật tội cho cái bụng đói của {x}.",
            "Cơm trưa để ở nhà nên khổ cái bụng đói của {x}.",
        ),
        payoffs=(
            "Mỗi người góp một miếng cho cái bụng đói của {x}.",
            "Nắm xôi của {l} cứu cái bụng đói của {x}.",
        ),
    ),
    "hat": Thread(
        setups=(
            "một cơn gió thổi bay chiếc mũ của {x}.",
            "dòng suối cuốn trôi chiếc mũ của {x}.",
            "Trên cành cao mắc chiếc mũ của {x}.",
        ),
        payoffs=(
            "bác lái đò nhặt được chiếc mũ của {x}.",
            "{l} phủi bụi chiếc mũ của {x}.",
        ),
    ),
    "song": Thread(
        setups=(
            "Cả khu đồi lắng nghe bài hát của {x}.",
            "Trong veo như suối là bài hát của {x}.",
            "Giữa vòng tròn vang lên bài hát của {x}.",
        ),
        payoffs=(
            "mọi người vỗ tay khen bài hát của {x}.",
            "Ai cũng nhớ mãi bài hát của {x}.",
        ),
    ),
    "birthday": Thread(
        setups=(
            "Hôm ấy đúng vào ngày sinh nhật {x}.",
            "Không ai quên hôm nay là sinh nhật {x}.",
            "{l} nhắc mọi người nhớ sinh nhật {x}.",
        ),
        payoffs=(
            "cả nhóm cùng hô to: chúc mừng sinh nhật {x}.",
            "{l} thắp nến mừng sinh nhật {x}.",
        ),
    ),
    "wet": Thread(
        setups=(
            "Ai cũng cười tấm áo ướt của {x}.",
            "nước nhỏ tong tong từ tấm áo ướt của {x}.",
            "Sau trận hất nước là tấm áo ướt của {x}.",
        ),
        payoffs=(
            "{l} hong khô tấm áo ướt của {x}.",
            "Bên đống lửa bốc hơi tấm áo ướt của {x}.",
        ),
    ),
    "sleep": Thread(
        setups=(
            "bóng cây mát ru giấc ngủ của {x}.",
            "Ăn no xong là giấc ngủ của {x}.",
            "tiếng suối êm đưa giấc ngủ của {x}.",
        ),
        payoffs=(
            "tiếng gọi về làm tan giấc ngủ của {x}.",
            "cả nhóm rón rén phá giấc ngủ của {x}.",
        ),
    ),
    "help": Thread(
        setups=(
            "Được dắt qua cầu, bà cụ cảm động vì lòng tốt của {x}.",
            "Một bà cụ qua đường nhờ lòng tốt của {x}.",
            "Chiếc làn của bà cụ nhẹ hẳn nhờ lòng tốt của {x}.",
        ),
        payoffs=(
            "bà cụ tìm đến cảm ơn lòng tốt của {x}.",
            "Mấy chiếc bánh nếp đền đáp lòng tốt của {x}.",
        ),
    ),
    "riddle": Thread(
        setups=(
            "{l} ra câu đố và gật gù trước lời giải của {x}.",
            "Câu đố khó chịu thua lời giải của {x}.",
            "Ai cũng trầm trồ trước lời giải của {x}.",
        ),
        payoffs=(
            "{l} thưởng kẹo cho lời giải của {x}.",
            "Câu đố khép lại bằng lời giải của {x}.",
        ),
    ),
}

PLACE_THREADS = {
    "cat": Thread(
        setups=(
            "con mèo mướp tìm chỗ ngủ {at} {x}.",
            "Sợ tiếng sấm, con mèo mướp nấp {at} {x}.",
            "con mèo mướp nằm cuộn tròn {at} {x}.",
        ),
        payoffs=(
            "Tìm khắp nơi, cả nhà mới thấy con mèo mướp {at} {x}.",
            "Nghe tiếng meo meo, {p} biết con mèo mướp đang nấp {at} {x}.",
        ),
    ),
    "glasses": Thread(
        setups=(
            "{e} để quên cặp kính {at} {x}.",
            "Đọc báo xong, {e} bỏ quên cặp kính {at} {x}.",
            "cặp kính của {e} rơi lại {at} {x}.",
        ),
        payoffs=(
            "cặp kính mà {e} tìm mãi hóa ra nằm {at} {x}.",
            "{p} chạy đi lấy cặp kính cho {e} {at} {x}.",
        ),
    ),
    "bicycle": Thread(
        setups=(
            "bố dựng chiếc xe đạp {at} {x}.",
            "Đi làm về, bố để chiếc xe đạp {at} {x}.",
            "chiếc xe đạp của bố dựng {at} {x}.",
        ),
        payoffs=(
            "Muốn đi chợ, bố lấy chiếc xe đạp {at} {x}.",
            "bố bảo {p} lau chiếc xe đạp {at} {x}.",
        ),
    ),
    "hen": Thread(
        setups=(
            "con gà mái kêu cục tác, đẻ trứng {at} {x}.",
            "con gà mái chọn ổ đẻ {at} {x}.",
            "Không ai hay con gà mái đẻ trứng {at} {x}.",
        ),
        payoffs=(
            "Ổ trứng của con gà mái nằm gọn {at} {x}.",
            "{f} reo lên khi thấy con gà mái ấp trứng {at} {x}.",
        ),
    ),
    "box": Thread(
        setups=(
            "{f} giấu chiếc hộp bí mật {at} {x}.",
            "chiếc hộp bí mật của {f} được giấu {at} {x}.",
            "Nhân lúc vắng vẻ, {f} đem chiếc hộp bí mật giấu {at} {x}.",
        ),
        payoffs=(
            "{f} rủ {p} mở chiếc hộp bí mật {at} {x}.",
            "chiếc hộp bí mật của {f} vẫn còn nguyên {at} {x}.",
        ),
    ),
    "mother": Thread(
        setups=(
            "mẹ ngồi khâu áo {at} {x}.",
            "mẹ mang kim chỉ ra khâu áo {at} {x}.",
            "Vừa hát khe khẽ, mẹ vừa khâu áo {at} {x}.",
        ),
        payoffs=(
            "{p} chạy ùa đến chỗ mẹ khâu áo {at} {x}.",
            "Khâu áo xong, mẹ gọi {p} lại thử {at} {x}.",
        ),
    ),
    "meeting": Thread(
        setups=(
            "{p} và {f} hẹn gặp nhau {at} {x}.",
            "{p} hẹn {f} chiều nay gặp {at} {x}.",
            "hai bạn hẹn sẽ gặp nhau {at} {x}.",
        ),
        payoffs=(
            "đúng hẹn, {p} và {f} gặp nhau {at} {x}.",
            "{f} đến đúng chỗ hẹn {at} {x}.",
        ),
    ),
    "sparrows": Thread(
        setups=(
            "đôi chim sẻ tha rơm về làm tổ {at} {x}.",
            "đôi chim sẻ ríu rít xây tổ {at} {x}.",
            "Năm nay, đôi chim sẻ làm tổ {at} {x}.",
        ),
        payoffs=(
            "Tối đến, đôi chim sẻ lại bay về tổ {at} {x}.",
            "lũ chim sẻ non há mỏ chờ mồi {at} {x}.",
        ),
    ),
    "carpenter": Thread(
        setups=(
            "bác thợ mộc ngồi đóng ghế {at} {x}.",
            "bác thợ mộc cưa gỗ đóng ghế {at} {x}.",
            "Tiếng búa của bác thợ mộc vang lên {at} {x}.",
        ),
        payoffs=(
            "bác thợ mộc khoe những chiếc ghế mới {at} {x}.",
            "{e} ngồi thử ghế của bác thợ mộc {at} {x}.",
        ),
    ),
}

# Put before some sentences; each must read well before any setup.
SETUP_LEADS = (
    "lúc ấy", "sau đó", "một lát sau", "chẳng bao lâu", "trong khi đó", "cùng lúc ấy", "kế đó", "thế rồi",
    "hôm ấy", "chừng nửa tiếng sau", "nghe kể lại", "ngay trước đó",
)  # fmt: skip
PAYOFF_LEADS = (
    "cuối cùng", "đến chiều", "khi trời sắp tối", "lúc hoàng hôn", "sau bữa cơm", "khi mọi việc đã yên",
    "chập tối", "khi đèn vừa thắp", "thế là", "rốt cuộc", "một lúc lâu sau", "khi ai cũng đã thấm mệt",
)  # fmt: skip

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
    "Tan học, {p} cùng {f} ghé qua nhà {e}.",
    "Mùa gặt đến, {e} gọi {p} và {f} ra phụ một tay.",
)
SCHOOL_OPENINGS = (
    "Lớp học lên đồi dã ngoại cùng {l}.",
    "Thứ bảy, {l} dẫn lớp đi cắm trại.",
    "Cuối năm học, {l} mở hội ngoài trời.",
    "Sân trường đông vui, {l} chia từng đội.",
    "Theo chân {l}, học trò thăm thác.",
    "Sớm tinh mơ, {l} gọi cả lớp dậy.",
    "Trại hè bắt đầu khi {l} thổi còi.",
    "Ngày trồng cây, {l} đưa lớp ra công viên.",
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
# The turn: what happens all of a sudden, and how everybody takes it.
TURN_CAUSES = (
    "bỗng tiếng sấm nổ vang",
    "đột nhiên mưa ập xuống",
    "gió lốc tràn tới",
    "đàn ong vỡ tổ bay ra",
    "ngọn đèn phụt tắt",
    "con trâu sổng chuồng",
    "sương mù kéo đến",
    "tiếng trống bỗng dồn dập",
    "có khách lạ ghé vào",
    "cành cây gãy đánh rắc",
    "bầy vịt trời ùa qua",
    "mặt đất khẽ rung chuyển",
    "trời tối sầm lại",
    "ai đó kêu thất thanh",
)
TURN_REACTIONS = (
    "ai nấy giật mình",
    "cả bọn ngơ ngác nhìn nhau",
    "tiếng cười im bặt",
    "mọi người chạy tán loạn",
    "chẳng ai biết làm sao",
    "lòng ai cũng thấp thỏm",
    "nhưng không ai bỏ cuộc",
    "nhưng rồi lại yên",
    "may chẳng ai sao",
    "chuyện rẽ sang hướng khác",
    "tất cả nháo nhào",
    "kế hoạch suýt nữa hỏng bét",
    "hóa ra lại hay",
    "cả nhóm vội xoay xở",
)
SCENTS = (
    "hoa bưởi", "hoa nhài", "lúa chín", "ngọc lan", "rơm mới", "cốm non", "nhang trầm", "lá sả", "hoa sữa",
    "bánh nướng", "mộc lan", "hoa cau", "gừng tươi", "quế khô", "cỏ dại", "mít chín",
)  # fmt: skip
SOUNDS = (
    "ve kêu râm ran", "sáo diều vi vu", "chày giã gạo", "gà trống gáy", "chuông chùa", "thác đổ ầm ầm",
    "trẻ con nô đùa", "còi tàu hú", "ếch nhái gọi mưa", "lá xào xạc", "mái chèo khua nước", "rao bánh mì",
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
