"""The sentences of descriptions in both languages, by class and property.

`{thing}` is the name with its article or classifier, `{the}` the same when it is known already,
`{value}` the property.
"""

OPENINGS = {
    "en": {
        "object": (
            "Look at {the} in this picture.",
            "My family owns {thing}.",
            "At the fair I saw {thing}.",
            "Let us describe {thing}.",
            "In the museum of everyday life there is {thing}.",
            "The old man showed us {thing}.",
        ),
        "creature": (
            "Have you ever watched {thing}?",
            "Today the class learned about {thing}.",
            "The zoo keeper told us about {thing}.",
            "Children love to draw {thing}.",
            "This page is about {thing}.",
            "My cousin dreams of seeing {thing}.",
        ),
        "dish": (
            "Grandmother taught me to make {thing}.",
            "Few people can refuse {thing}.",
            "The cook began to talk about {thing}.",
            "The first recipe in the book is {thing}.",
            "Nothing smells as good as {thing}.",
            "On the menu we found {thing}.",
        ),
        "town": (
            "The bus stops in {thing}.",
            "Travellers like to rest in {thing}.",
            "This is a letter from {thing}.",
            "The guide book has a page on {thing}.",
            "Last summer we stayed in {thing}.",
            "Not far away lies {thing}.",
        ),
    },
    "vi": {
        "object": (
            "Hãy nhìn {thing} trong bức ảnh này.",
            "Nhà tôi có một {thing}.",
            "Ở hội chợ, tôi nhìn thấy một {thing}.",
            "Chúng ta hãy tả {thing}.",
            "Trong bảo tàng đời sống có một {thing}.",
            "Cụ già cho chúng tôi xem một {thing}.",
        ),
        "creature": (
            "Bạn đã bao giờ ngắm {thing} chưa?",
            "Hôm nay cả lớp học bài về {thing}.",
            "Người trông vườn thú kể cho chúng tôi nghe về {thing}.",
            "Trẻ em rất thích vẽ {thing}.",
            "Trang sách này viết về {thing}.",
            "Em họ tôi mơ được nhìn thấy {thing}.",
        ),
        "dish": (
            "Bà dạy tôi làm món {thing}.",
            "Ít ai từ chối được món {thing}.",
            "Người đầu bếp bắt đầu nói về món {thing}.",
            "Công thức đầu tiên trong sách là món {thing}.",
            "Không gì thơm bằng món {thing}.",
            "Trong thực đơn, chúng tôi thấy món {thing}.",
        ),
        "town": (
            "Xe khách dừng ở {thing}.",
            "Khách đi đường thích nghỉ chân ở {thing}.",
            "Đây là lá thư gửi từ {thing}.",
            "Cuốn cẩm nang du lịch có một trang về {thing}.",
            "Hè năm ngoái chúng tôi ở lại {thing}.",
            "Cách đây không xa là {thing}.",
        ),
    },
}

PROPERTY_FRAMES = {
    "en": {
        "object": {
            "material": (
                "{the} is made of {value}.",
                "The craftsman used {value} for it.",
                "Its material is {value}.",
                "It is easy to see that {the} consists of {value}.",
            ),
            "use": (
                "People use {the} to {value}.",
                "With {the} one can {value}.",
                "It helps us to {value}.",
                "Whenever we have to {value}, we fetch {the}.",
            ),
            "place": (
                "You will find {the} {value}.",
                "Its usual place is {value}.",
                "We keep it {value}.",
                "After use {the} goes back to its spot {value}.",
            ),
            "feature": (
                "{the} has {value}.",
                "You recognise it by {value}.",
                "What catches the eye is {value}.",
                "Buyers look first for {value}.",
            ),
        },
        "creature": {
            "home": (
                "{the} lives {value}.",
                "Its home is {value}.",
                "If you search {value}, you may discover {the}.",
                "It feels safe {value}.",
            ),
            "food": (
                "{the} eats {value}.",
                "Its favourite meal is {value}.",
                "Give it {value}, and it will come closer.",
                "When {the} is hungry, it looks for {value}.",
            ),
            "habit": (
                "{the} often {value}.",
                "It is famous because it {value}.",
                "Visitors laugh when {the} {value}.",
                "Patient watchers notice how it {value}.",
            ),
            "feature": (
                "{the} has {value}.",
                "Nature gave it {value}.",
                "A good drawing must show {value}.",
                "Thanks to {value}, {the} is easy to recognise.",
            ),
        },
        "dish": {
            "ingredient": (
                "For {the} you need {value}.",
                "{the} is made with {value}.",
                "First the cook prepares {value}.",
                "The secret lies in {value}.",
            ),
            "taste": (
                "{the} should be {value}.",
                "Done well, it is {value}.",
                "Guests say that {the} is {value}.",
                "One spoonful tells you that it is {value}.",
            ),
            "occasion": (
                "Families serve {the} {value}.",
                "It is most welcome {value}.",
                "Many people long for {the} {value}.",
                "Sellers offer it {value}.",
            ),
            "companion": (
                "{the} goes well with {value}.",
                "It comes to the table with {value}.",
                "Do not forget {value} beside it.",
                "Some add {value} to {the}.",
            ),
        },
        "town": {
            "landmark": (
                "{the} has {value}.",
                "Visitors to {the} come to see {value}.",
                "Every postcard shows {value}.",
                "The pride of {the} is {value}.",
            ),
            "product": (
                "The people of {the} sell {value}.",
                "Traders buy {value} here.",
                "Most families in {the} live from {value}.",
                "Do not leave without some {value}.",
            ),
            "weather": (
                "{the} is known for {value}.",
                "Expect {value} at any time of the year.",
                "Whoever has lived in {the} remembers {value}.",
                "The air here brings {value}.",
            ),
            "festival": (
                "Once a year {the} holds {value}.",
                "The greatest event is {value}.",
                "Crowds travel to {the} for {value}.",
                "Old and young wait for {value}.",
            ),
        },
    },
    "vi": {
        "object": {
            "material": (
                "{the} làm bằng {value}.",
                "Người thợ dùng {value} để làm ra nó.",
                "Chất liệu của nó là {value}.",
                "Nhìn qua cũng biết {the} làm từ {value}.",
            ),
            "use": (
                "Người ta dùng {the} để {value}.",
                "Có {the} thì có thể {value}.",
                "Nó giúp chúng tôi {value}.",
                "Mỗi khi cần {value}, chúng tôi lại đem {the} ra.",
            ),
            "place": (
                "{the} thường nằm {value}.",
                "Nó thường được để {value}.",
                "Chúng tôi để nó {value}.",
                "Dùng xong, {the} lại về chỗ cũ {value}.",
            ),
            "feature": (
                "{the} có {value}.",
                "Muốn nhận ra nó, cứ nhìn {value}.",
                "Điều đáng chú ý nhất là {value}.",
                "Người mua bao giờ cũng ngắm {value} trước tiên.",
            ),
        },
        "creature": {
            "home": (
                "{the} sống {value}.",
                "Người ta hay gặp nó {value}.",
                "Nếu tìm {value}, bạn có thể gặp {the}.",
                "Nó cảm thấy an toàn khi ở {value}.",
            ),
            "food": (
                "{the} ăn {value}.",
                "Món khoái khẩu của nó là {value}.",
                "Cứ cho nó {value} là nó lại gần.",
                "Khi đói, {the} đi tìm {value}.",
            ),
            "habit": (
                "{the} hay {value}.",
                "Nó nổi tiếng vì hay {value}.",
                "Khách bật cười khi thấy {the} {value}.",
                "Ai kiên nhẫn sẽ thấy nó {value}.",
            ),
            "feature": (
                "{the} có {value}.",
                "Thiên nhiên ban cho nó {value}.",
                "Vẽ nó thì không thể quên {value}.",
                "Nhờ {value}, ai cũng nhận ra {the}.",
            ),
        },
        "dish": {
            "ingredient": (
                "Muốn làm {the} phải có {value}.",
                "{the} được làm từ {value}.",
                "Trước hết, người đầu bếp chuẩn bị {value}.",
                "Bí quyết nằm ở {value}.",
            ),
            "taste": (
                "{the} phải {value} mới đúng vị.",
                "Làm khéo thì món này {value}.",
                "Khách khen {the} {value}.",
                "Nếm một miếng là thấy {value}.",
            ),
            "occasion": (
                "Các gia đình thường dọn {the} {value}.",
                "Món này được ưa nhất {value}.",
                "Nhiều người thèm {the} {value}.",
                "Người bán hàng mời khách món này {value}.",
            ),
            "companion": (
                "{the} rất hợp với {value}.",
                "Món này dọn ra cùng {value}.",
                "Đừng quên để {value} bên cạnh.",
                "Có người cho thêm {value} vào {the}.",
            ),
        },
        "town": {
            "landmark": (
                "{the} có {value}.",
                "Khách đến {the} để ngắm {value}.",
                "Tấm bưu thiếp nào cũng in hình {value}.",
                "Niềm tự hào của {the} là {value}.",
            ),
            "product": (
                "Người dân {the} bán {value}.",
                "Lái buôn đến đây mua {value}.",
                "Phần lớn gia đình ở {the} sống nhờ {value}.",
                "Đừng ra về mà quên mua {value}.",
            ),
            "weather": (
                "Nhắc đến {the} là nhắc đến {value}.",
                "Thời tiết đặc trưng nơi đây là {value}.",
                "Ai từng ở {the} đều nhớ {value}.",
                "Khí hậu ở đây mang đến {value}.",
            ),
            "festival": (
                "Mỗi năm một lần, {the} tổ chức {value}.",
                "Sự kiện lớn nhất là {value}.",
                "Người ta kéo về {the} để dự {value}.",
                "Già trẻ đều mong chờ {value}.",
            ),
        },
    },
}

# Who brought an object home, which states no lasting fact.
KIN = (
    ("my grandmother", "bà ngoại tôi"),
    ("my grandfather", "ông nội tôi"),
    ("my eldest uncle", "bác tôi"),
    ("my father's younger brother", "chú tôi"),
    ("my aunt", "dì tôi"),
    ("my mother's brother", "cậu tôi"),
    ("my older sister", "chị gái tôi"),
    ("my older brother", "anh trai tôi"),
    ("my younger sister", "em gái tôi"),
    ("my mother", "mẹ tôi"),
    ("my father", "bố tôi"),
    ("my godmother", "mẹ đỡ đầu của tôi"),
    ("the neighbour's son", "con trai bác hàng xóm"),
    ("my nephew", "cháu tôi"),
    ("my cousin", "em họ tôi"),
    ("my teacher", "thầy giáo tôi"),
)
MEMORIES = {
    "en": (
        "{kin} bought it in {year} for {price} coins.",
        "It was a gift that {kin} received in {year}.",
        "In {year} {kin} paid {price} coins for it.",
        "{kin} says that it is {age} years old.",
        "For {age} years {kin} has taken care of it.",
        "{kin} would not sell it for {price} coins.",
    ),
    "vi": (
        "{kin} mua nó năm {year} với giá {price} đồng.",
        "Đó là món quà mà {kin} được tặng năm {year}.",
        "Năm {year}, {kin} trả {price} đồng để mua nó.",
        "{kin} bảo nó đã {age} tuổi.",
        "Suốt {age} năm nay, {kin} giữ gìn nó cẩn thận.",
        "Có trả {price} đồng {kin} cũng không bán.",
    ),
}
