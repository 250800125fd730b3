# ruff: noqa: E501, SIM905 (a sentence stays on one line; a list of words reads best as one string)
"""Sentences and words from which `defects` are made, as patterns of `grammar`."""

from collections.abc import Iterable


def _joined(values: Iterable[object]) -> str:
    return "|".join(str(value) for value in values)


TAILS = ["(end)", "[+]", "*** ***", "(2)", "// x", "(sao lưu)", "[copy]", "#1"]
HEADS = ["(1)", ">>", "[bis]", "*", "#", "1."]
MAIL_NAMES = tuple(
    "lan minh hoa tuan thao dung hanh quang bich phuc trang khanh ngoc son thuy vinh yen long huong duc kim tam "
    "admin info contact office sales editor hello support library school reader class garden team".split()
)

WEB_WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "topic": "đời sống|giáo dục|sức khỏe|du lịch|văn hóa|thể thao|khoa học|ẩm thực|pháp luật|công nghệ|xã hội|"
        "kinh tế|gia đình|giải trí|bạn đọc|môi trường|nhà đất|xe cộ|lịch sử|tuổi trẻ",
        "site": "Góc Phố|Bến Sông|Mái Đình|Hạt Nắng|Cây Khế|Tờ Mờ Sáng|Chợ Phiên|Lá Thư|Con Diều|Ngõ Nhỏ|"
        "Bếp Lửa|Trang Vở|Cánh Buồm|Hoa Gạo",
        "count": _joined(range(2, 900, 7)),
        "year": _joined(range(2006, 2025)),
        "time": _joined(f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (5, 17, 28, 42, 53)),
        "day": _joined(f"{day}/{month}" for month in range(1, 13) for day in (3, 9, 14, 21, 27)),
    },
    "en": {
        "topic": "living|education|health|travel|culture|sports|science|food|law|technology|society|business|family|"
        "opinion|readers|environment|property|cars|history|youth",
        "site": "Corner Street|Riverside|Old Gate|Sunny Grain|Plum Tree|First Light|Market Day|The Letter|Paper Kite|"
        "Small Lane|Hearth|Notebook|White Sail|Red Bloom",
        "count": _joined(range(2, 900, 7)),
        "year": _joined(range(2006, 2025)),
        "time": _joined(f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (5, 17, 28, 42, 53)),
        "day": _joined(f"{month}/{day}" for month in range(1, 13) for day in (3, 9, 14, 21, 27)),
    },
}

ABOVE: dict[str, list[str]] = {
    "vi": [
        "Trang chủ | {topic} | {topic2} | {topic3} | Liên hệ",
        "Trang chủ > {topic} > {topic2}",
        "Đăng nhập | Đăng ký | Giỏ hàng ({count})",
        "[Menu|Danh mục] · {topic} · {topic2} · {topic3} · Tìm kiếm",
        "{site} - chuyên trang {topic} - cập nhật lúc {time} ngày {day}",
        "[Trang web này|{site}] sử dụng cookie để [cải thiện trải nghiệm|ghi nhớ lựa chọn của bạn]. [Đồng ý|Chấp nhận tất cả]",
        "Chuyên mục: {topic} | Lượt xem: {count} | {day}/{year}",
        "[Bấm vào đây|Nhấn vào đây] để [đăng nhập|tạo tài khoản] và [lưu bài viết|bình luận]",
        "Cỡ chữ: A- A A+ | In bài viết | Gửi cho bạn bè",
        "Bạn đang xem: {topic} / {topic2} / Trang {count}",
        "Quảng cáo",
        "Tải ứng dụng {site} [trên điện thoại|miễn phí] | Đóng [X]".replace("[X]", "×"),
    ],
    "en": [
        "Home | {topic} | {topic2} | {topic3} | Contact us",
        "Home > {topic} > {topic2}",
        "Log in | Sign up | Cart ({count})",
        "[Menu|Sections] · {topic} · {topic2} · {topic3} · Search",
        "{site} - all about {topic} - last updated {time} on {day}",
        "[This website|{site}] uses cookies to [improve your experience|remember your choices]. [Accept all|I agree]",
        "Category: {topic} | Views: {count} | {day}/{year}",
        "Click here to [log in|create an account] and [save this article|leave a comment]",
        "Font size: A- A A+ | Print | Email this page",
        "You are here: {topic} / {topic2} / Page {count}",
        "Advertisement",
        "Get the {site} app [on your phone|for free] | Close ×",
    ],
}

BELOW: dict[str, list[str]] = {
    "vi": [
        "Chia sẻ bài viết: Facebook | Zalo | Email",
        "© {year} {site}. [Bản quyền thuộc về {site}|Giữ toàn quyền]. Ghi rõ nguồn khi đăng lại.",
        "Bình luận ({count}) | Thích ({count2}) | Báo cáo vi phạm",
        "Xem thêm: {topic} | {topic2} | {topic3}",
        "Bài viết liên quan » Tin mới nhất » Đọc nhiều nhất",
        "[Đăng ký nhận bản tin|Nhận thư hằng tuần] của {site} | Nhập email của bạn",
        "Từ khóa: {topic}, {topic2}, {topic3}",
        "« Trang trước | 1 | 2 | 3 | Trang sau »",
        "Giới thiệu | Điều khoản sử dụng | Chính sách bảo mật | Quảng cáo",
        "Về đầu trang ↑",
        "Bạn cần đăng nhập để gửi bình luận.",
        "{count} người đang xem | Cập nhật {time} {day}/{year}",
    ],
    "en": [
        "Share this article: Facebook | Twitter | Email",
        "© {year} {site}. All rights reserved. [Do not republish without permission.|Credit the source when quoting.]",
        "Comments ({count}) | Likes ({count2}) | Report abuse",
        "Read more: {topic} | {topic2} | {topic3}",
        "Related posts » Latest news » Most read",
        "[Subscribe to our newsletter|Get the weekly letter] of {site} | Enter your email",
        "Tags: {topic}, {topic2}, {topic3}",
        "« Previous | 1 | 2 | 3 | Next »",
        "About | Terms of use | Privacy policy | Advertise",
        "Back to top ↑",
        "You must be logged in to post a comment.",
        "{count} people are reading this | Updated {time} {day}/{year}",
    ],
}

# Lines of a page that look more like text, or have no word that gives them away.
SUBTLE_LINES: dict[str, list[str]] = {
    "vi": [
        "{topic}\n{topic2}\n{topic3}",
        "Thứ [hai|ba|tư|năm|sáu|bảy], {day}/{year}, {time} (GMT+7)",
        "Ảnh minh họa: {site}",
        "[PV {site}|Theo {site}|Ban biên tập {site}]",
        "Đánh giá: ★★★★☆ ({count} lượt)",
        "Nguồn: {site} số ra ngày {day}/{year}",
        "Bài trước: {topic} cuối tuần → Bài sau: {topic2} đầu tháng",
        "#{topic} #{topic2}",
    ],
    "en": [
        "{topic}\n{topic2}\n{topic3}",
        "[Mon|Tues|Wednes|Thurs|Fri|Satur]day, {day}/{year}, {time} GMT",
        "Photo illustration: {site}",
        "[By the {site} desk|Staff writer, {site}|From {site}]",
        "Rating: ★★★★☆ ({count} votes)",
        "Source: {site}, issue of {day}/{year}",
        "Previous post: weekend {topic} → Next post: {topic2} of the month",
        "#{topic} #{topic2}",
    ],
}

PASSAGE_SENTENCES: dict[str, list[list[str]]] = {
    "vi": [
        [
            "tủ sách {site} mở cửa [từ sáng đến tối|suốt các ngày trong tuần], ai cũng có thể vào đọc mà không phải trả tiền.",
            "người đọc được mượn tối đa [ba|năm] cuốn về nhà, mỗi cuốn giữ trong [mười|mười lăm] ngày.",
            "ai làm mất hoặc làm rách sách thì [đền một cuốn khác cùng loại|góp công dán lại những cuốn cũ].",
            "mọi góp ý xin viết vào cuốn sổ đặt trên bàn gần cửa ra vào, chúng tôi đọc và trả lời từng ý một.",
        ],
        [
            "những câu chuyện trong mục {topic} do bạn đọc khắp nơi gửi về và được ban biên tập {site} chọn lọc.",
            "chúng tôi chỉ sửa lỗi chính tả và giữ nguyên lời kể, vì mỗi vùng có một cách nói riêng rất đáng quý.",
            "nếu bạn có một kỷ niệm muốn chia sẻ, hãy viết trong khoảng một trang giấy, ghi rõ bút danh và gửi trước ngày {day}.",
            "bài được chọn sẽ đăng vào [sáng thứ bảy|tối chủ nhật] hằng tuần.",
        ],
        [
            "nội quy của khu nhà: sau mười giờ đêm xin giữ yên lặng, không mở nhạc lớn và không kéo bàn ghế.",
            "rác được phân loại thành [hai|ba] loại và đem xuống sân trước [sáu|bảy] giờ sáng.",
            "xe đạp và xe máy để đúng vạch ở tầng dưới, không dựng ở lối đi chung để mọi người còn qua lại.",
            "trẻ nhỏ đi thang máy phải có người lớn đi cùng; ai thấy bóng đèn hỏng thì báo ngay cho bác bảo vệ.",
        ],
        [
            "lưu ý dành cho hành khách: vui lòng đến bến trước giờ xe chạy ít nhất [hai mươi|ba mươi] phút và giữ vé cho đến cuối chặng.",
            "hành lý nặng được gửi ở khoang dưới, đồ quý thì nên mang theo bên người.",
            "trên xe không hút thuốc, không mang hàng dễ cháy và không vứt rác qua cửa sổ.",
            "khi cần giúp đỡ, hãy báo cho người phụ xe ngồi gần cửa trước, người ấy sẽ tìm cách giúp bạn ngay.",
        ],
    ],
    "en": [
        [
            "the {site} reading room is open [from morning until late evening|every day of the week], and anybody may come in and read free of charge.",
            "readers may take home up to [three|five] books at once and keep each of them for [ten|fifteen] days.",
            "whoever loses or tears a book [brings another one of the same kind|helps us to mend the old ones].",
            "please write your suggestions into the notebook on the table beside the door; we read and answer every one of them.",
        ],
        [
            "the stories in our {topic} pages are sent in by readers from everywhere and chosen by the editors of {site}.",
            "we only mend the spelling and leave the telling as it is, because every region has its own way of speaking and that is worth keeping.",
            "if there is a memory that you would like to share, write about a page, add a pen name and send it before {day}.",
            "chosen pieces appear every [Saturday morning|Sunday evening].",
        ],
        [
            "house rules: after ten at night please keep quiet, do not play loud music and do not drag chairs across the floor.",
            "rubbish is sorted into [two|three] kinds and taken down to the yard before [six|seven] in the morning.",
            "bicycles and scooters stand within the lines on the lower floor and never in the passage, so that everybody can get through.",
            "small children use the lift together with an adult; whoever sees a broken lamp tells the caretaker at once.",
        ],
        [
            "a note to passengers: please be at the station at least [twenty|thirty] minutes before departure and keep your ticket until the end of the journey.",
            "heavy luggage goes into the lower hold, and valuables are best kept with you at your seat.",
            "on board there is no smoking, nothing that burns easily may be carried and no litter may be thrown out of the windows.",
            "when you need help, speak to the conductor who sits beside the front door and who will look after you right away.",
        ],
    ],
}

PHONE_AREAS = {"vi": ("59", "55", "38", "79", "83", "91", "98"), "en": ("202", "312", "415", "617", "718")}
PROVINCE_CODES = ("001", "019", "034", "048", "056", "079", "092")

CONTACTS: dict[str, list[str]] = {
    "vi": [
        "[mọi thư từ xin gửi về|liên hệ theo địa chỉ|ai cần thêm tin thì viết cho] {mail}.",
        "[bài do {mail} gửi|người đăng là {mail}], từ máy {ip}.",
        "[lần truy cập cuối từ|máy chủ ghi lại] địa chỉ {ip} [lúc {time}|ngày {day}].",
        "[bạn nào biết thêm thì nhắn|xin báo lại] qua {mail} [trước ngày {day}|sau {time}].",
        "({mail})",
        "địa chỉ mạng: {ip}, thư: {mail}.",
        "[gọi cho tôi theo số|điện thoại nhà:|muốn hỏi thì gọi] {phone} [sau {time}|trước {time}].",
        "[người nhận hàng dùng số|ai nhặt được xin gọi] {phone}, hoặc viết về {mail}.",
        "[số CCCD của tôi là|căn cước công dân số|CMND:|giấy chứng minh nhân dân mang số] {identity}, cấp ngày {day}/{year}.",
        "(ĐT: {phone})",
    ],
    "en": [
        "[please send all letters to|you can reach us at|for more, write to] {mail}.",
        "[sent in by {mail}|posted by {mail}], from the machine {ip}.",
        "[last visited from|the server logged] the address {ip} [at {time}|on {day}].",
        "[if you know more, tell|please report to] {mail} [before {day}|after {time}].",
        "({mail})",
        "network address: {ip}, mail: {mail}.",
        "[call me on|my number at home is|for questions ring] {phone} [after {time}|before {time}].",
        "[the parcel is for the owner of|whoever finds it, please call] {phone} or write to {mail}.",
        "[my social security number is|the form asks for the SSN, which is] {identity}, as of {day}/{year}.",
        "(tel. {phone})",
    ],
}

PLACEHOLDERS: dict[str, list[str]] = {
    "vi": [
        "[đang cập nhật|nội dung đang cập nhật]…",
        "[không tìm thấy trang|trang không tồn tại] ({count}).",
        "xem ảnh ({count})",
        "ảnh: {site}.",
        "tin {topic} ngày {day}",
        "[bài đã bị xóa|bài đã được gỡ].",
    ],
    "en": [
        "[coming soon|content coming soon]…",
        "[page not found|this page does not exist] ({count}).",
        "see photos ({count})",
        "photo: {site}.",
        "{topic} news, {day}",
        "[this post was deleted|the article was removed].",
    ],
}

SPAM_WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "game": "cá cược bóng đá|casino trực tuyến|nổ hũ đổi thưởng|lô đề online|xóc đĩa|tài xỉu|đánh bài ăn tiền|"
        "sòng bạc|baccarat|xổ số ba miền|cá độ",
        "adult": "phim sex|phim người lớn|gái gọi|ảnh nóng|clip khiêu dâm|web sex",
        "brand": _joined(
            f"{name}{number}" for name in ("VUA", "LOC", "RONG", "TAI", "KING", "WIN") for number in (68, 79, 88)
        ),
        "percent": _joined(range(20, 220, 15)),
    },
    "en": {
        "game": "online casino|sports betting|slot machines|live poker|roulette|baccarat|jackpot lottery|blackjack|"
        "gambling bonus|betting tips",
        "adult": "porn videos|xxx movies|escort girls|nude photos|sex chat|adult webcams",
        "brand": _joined(
            f"{name}{number}" for name in ("LUCKY", "KING", "GOLD", "WIN", "DRAGON") for number in (68, 77, 88)
        ),
        "percent": _joined(range(20, 220, 15)),
    },
}

SPAM: dict[str, list[str]] = {
    "vi": [
        "{game} [uy tín|số một|xanh chín] tại {brand}, thưởng {percent}% cho lần nạp đầu!",
        "[nhà cái|cổng game] {brand} nhận {game} và {game2} [cả ngày lẫn đêm|không giới hạn]!!!",
        "xem {adult} [không che|miễn phí], [tải nhanh|không quảng cáo], bấm vào {brand}.",
        "[vay nóng|cho vay nóng] không cần thế chấp, lấy tiền ngay để chơi {game}.",
        "[đăng ký|mở] tài khoản {brand}, nhận {percent} vòng {game} miễn phí, rút tiền trong {percent2} giây.",
        "{adult}, {adult2} mới nhất [hôm nay|mỗi giờ] chỉ có ở {brand}.",
        "[soi cầu|chốt số] chính xác, {game} trúng lớn, hoàn tiền {percent}%.",
        "tham gia {game} cùng {brand} để [đổi đời|làm giàu] chỉ sau một đêm!",
        "nạp thẻ đổi [quà|vàng|xu], {game} không bao giờ lỗ, hỗ trợ suốt ngày đêm.",
        "[mười nghìn|hàng nghìn] người đã thắng {game}, còn bạn thì sao?",
        "thuốc [tăng cân|giảm cân|cường dương] giá sốc, mua hai tặng một, giao tận nhà!",
        "nhóm kín chia sẻ {adult}, nhắn tin để vào nhóm ngay.",
        "kiếm {percent} triệu mỗi tháng nhờ {game}, không cần vốn, không cần kinh nghiệm.",
        "link vào {brand} mới nhất, không bị chặn, {game} nhận thưởng tức thì.",
    ],
    "en": [
        "{game} you can trust at {brand}, {percent}% bonus on your first deposit!",
        "[the bookmaker|the gaming portal] {brand} takes {game} and {game2} [day and night|without limits]!!!",
        "watch {adult} [uncensored|for free], [fast download|no ads], click {brand}.",
        "[payday loans|instant cash loans] without any check, play {game} right now.",
        "[sign up|open an account] at {brand}, get {percent} free spins of {game}, cash out in {percent2} seconds.",
        "{adult}, {adult2}, new [today|every hour], only on {brand}.",
        "[sure tips|winning numbers] for {game}, {percent}% of your money back.",
        "join {game} with {brand} and [change your life|get rich] overnight!",
        "swap your [cards|coins|points] for chips, {game} never loses, help around the clock.",
        "[ten thousand|thousands of] players have won at {game}, what about you?",
        "cheap [viagra|diet pills|weight loss tablets], buy two and get one, delivered to your door!",
        "private group for {adult}, send a message and join now.",
        "earn {percent} dollars a day with {game}, no skill and no money needed.",
        "newest link to {brand}, never blocked, {game} pays at once.",
    ],
}

FOREIGN: dict[str, tuple[list[str], dict[str, str]]] = {
    "en": (
        [
            "[this morning|last week|on Tuesday] the {who} [opened|repaired|painted] the {thing} beside the {place}.",
            "nobody in the {place} [remembers|can explain] why the {who} [sold|hid|kept] such a {thing}.",
            "when the rain stopped, the {who} walked [slowly|happily] from the {place} to the {place2}.",
            "[we believe|they say] that a good {thing} is [cheaper|easier to find] in the {place}.",
            "the {who} asked the {who2} whether the {thing} was [ready|broken|theirs].",
            "[every year|in winter] there are more {who}s than {thing}s around the {place}.",
        ],
        {
            "who": "teacher|farmer|driver|neighbour|painter|doctor|visitor|clerk|singer|gardener",
            "thing": "bicycle|window|lamp|wooden box|radio|fishing boat|blue door|kettle|sewing machine",
            "place": "station|village|harbour|library|old bridge|market|school yard|museum|garden",
        },
    ),
    "vi": (
        [
            "[sáng nay|tuần trước|hôm thứ ba] {who} [sửa|sơn|dọn] lại {thing} ở gần {place}.",
            "ở {place} không ai [nhớ|biết] vì sao {who} lại [bán|giấu|giữ] {thing} ấy.",
            "khi mưa tạnh, {who} [thong thả|vui vẻ] đi bộ từ {place} đến {place2}.",
            "[người ta bảo|chúng tôi nghĩ] rằng {thing} tốt thì [rẻ hơn|dễ tìm hơn] ở {place}.",
            "{who} hỏi {who2} xem {thing} đã [xong|hỏng|cũ] chưa.",
            "[năm nào|mùa đông] quanh {place} cũng có nhiều {thing} bị bỏ quên.",
        ],
        {
            "who": "thầy giáo|bác nông dân|chú lái xe|cô hàng xóm|anh thợ sơn|ông bác sĩ|chị bán hoa|bà cụ",
            "thing": "chiếc xe đạp|cái cửa sổ|cây đèn|cái hộp gỗ|chiếc thuyền|cái ấm|chiếc máy khâu",
            "place": "nhà ga|đầu làng|bến cảng|thư viện|cây cầu cũ|chợ|sân trường|bảo tàng|khu vườn",
        },
    ),
    "fr": (
        [
            "[ce matin|la semaine dernière|mardi] {who} a [réparé|vendu|peint] {thing} près de {place}.",
            "personne ne sait pourquoi {who} [garde|cache] encore {thing} derrière {place}.",
            "quand la pluie s'est arrêtée, {who} est allé [lentement|gaiement] jusqu'à {place}.",
            "[on dit|nous pensons] que {thing} coûte [moins cher|plus cher] à côté de {place}.",
            "{who} a demandé à son frère si {thing} était déjà [prêt|perdu|cassé].",
            "[chaque été|en hiver], il y a beaucoup de monde devant {place}.",
        ],
        {
            "who": "le professeur|le fermier|le voisin|le boulanger|le facteur|le médecin|le jardinier",
            "thing": "le vélo|le petit bateau|le vieux piano|le chapeau de paille|le panier|le journal",
            "place": "la gare|la mairie|l'église|la bibliothèque|l'ancien pont|la rivière|l'école",
        },
    ),
    "id": (
        [
            "[tadi pagi|minggu lalu|hari Selasa] {who} [memperbaiki|menjual|mengecat] {thing} di dekat {place}.",
            "tidak ada yang tahu mengapa {who} masih [menyimpan|menyembunyikan] {thing} di belakang {place}.",
            "ketika hujan berhenti, {who} berjalan [perlahan|dengan gembira] menuju {place}.",
            "[kata orang|kami pikir] harga {thing} lebih [murah|mahal] di sekitar {place}.",
            "{who} bertanya kepada adiknya apakah {thing} sudah [siap|rusak|hilang].",
            "[setiap tahun|pada musim hujan] banyak orang berkumpul di depan {place}.",
        ],
        {
            "who": "pak guru|seorang petani|tetangga kami|ibu penjual sayur|tukang kayu|dokter itu|si nelayan",
            "thing": "sepeda tua|perahu kecil|lampu minyak|kotak kayu|jendela biru|mesin jahit|keranjang bambu",
            "place": "stasiun|pasar|pelabuhan|perpustakaan|jembatan lama|halaman sekolah|balai desa",
        },
    ),
}
