"""Short texts of kinds that web filters tend to lose, several of each, and how many of them cleaning still loses."""

SAMPLES: dict[str, list[str]] = {
    "dialogue with hyphens": [
        """- Cháu chào bà ạ!
- Ừ, cháu đi đâu về đấy?
- Cháu đi học về. Hôm nay cô giáo cho chúng cháu ra vườn.
- Thế cháu thấy những gì?
- Cháu thấy tổ chim, có ba quả trứng.""",
        """- Alô, ai đấy?
- Mẹ đây.
- Mẹ ơi, tối nay con về muộn.
- Muộn là mấy giờ?
- Chắc chín giờ ạ.
- Cơm mẹ để trong nồi nhé.""",
        """- Bác ơi, cam bán thế nào?
- Ba mươi nghìn một cân.
- Bớt cho cháu đi…
- Hai tám, lấy mấy cân?
- Dạ, hai cân.""",
        """- Mày làm bài chưa?
- Chưa!
- Sao thế?
- Tao quên vở ở lớp rồi.
- Thôi, chép tạm của tao.""",
    ],
    "ingredients": [
        """Nguyên liệu làm phở bò
- 1 kg xương bò
- 500 g thịt bò
- 2 củ hành tây
- 1 nhánh gừng
- 3 hoa hồi
- 1 thanh quế
- 1 kg bánh phở
Gia vị
- muối, đường
- nước mắm""",
        """500 g thịt ba chỉ
6 quả trứng
1 quả dừa
2 củ tỏi
1 củ hành
Nước mắm
Đường
Tiêu""",
        """Bánh chuối
- 5 quả chuối
- 200 g bột mì
- 100 g đường
- 2 quả trứng
- 1 hộp sữa""",
        """Gà kho gừng cần có:
* nửa con gà
* 1 củ gừng
* 2 thìa nước mắm
* 1 thìa đường
* hành lá""",
    ],
    "poem of three words a line": [
        """Em đi rồi
Mưa còn rơi
Trên mái ngói
Của nhà tôi
Con chim nhỏ
Gọi mặt trời
Gió ngừng thổi
Biển ngừng khơi""",
        """Hạt gạo trắng
Bát cơm đầy
Mồ hôi mặn
Của ai đây
Trưa tháng sáu
Cấy dưới đồng
Nước như lửa
Cua ngoi sông""",
        """Con mèo con
Nằm góc bếp
Đuôi cong cong
Mắt khép khép
Chuột chạy qua
Mèo không biết
Mải mơ cá
Thơm và béo""",
        """Bé tập đi
Bà dắt tay
Một bước ngắn
Như chim bay
Hai bước dài
Ngã cái bịch
Bé không khóc
Bé cười khích""",
    ],
    "list of names": [
        """Nguyễn Trãi
Lê Lợi
Trần Hưng Đạo
Lý Thường Kiệt
Ngô Quyền
Đinh Bộ Lĩnh
Hai Bà Trưng
Quang Trung""",
        """Các quận của Hà Nội
Ba Đình
Hoàn Kiếm
Tây Hồ
Cầu Giấy
Đống Đa
Hai Bà Trưng
Hoàng Mai
Thanh Xuân""",
        """Danh sách lớp 5A
1. Trần Thị Lan
2. Lê Văn Bình
3. Phạm Minh Châu
4. Vũ Đức Duy
5. Hoàng Thu Hà
6. Đỗ Quang Huy""",
        """Sông Hồng
Sông Đà
Sông Lô
Sông Mã
Sông Cả
Sông Gianh
Sông Hương
Sông Ba""",
    ],
    "table": [
        """| Tỉnh | Dân số | Diện tích |
|---|---|---|
| Hà Giang | 854.679 | 7.929,5 |
| Cao Bằng | 530.341 | 6.700,3 |
| Bắc Kạn | 313.905 | 4.860,0 |
| Lạng Sơn | 781.655 | 8.310,2 |""",
        """| Món | Giá |
| --- | --- |
| Phở bò | 40.000 |
| Bún chả | 35.000 |
| Cơm tấm | 30.000 |""",
        """| Năm | Lúa (tấn) | Ngô (tấn) |
| --- | ---: | ---: |
| 2016 | 1.204 | 310 |
| 2017 | 1.310 | 295 |
| 2018 | 1.287 | 322 |""",
        """| Lớp | Sĩ số | Nam | Nữ |
|---|---|---|---|
| 1A | 32 | 15 | 17 |
| 1B | 30 | 16 | 14 |
| 1C | 33 | 18 | 15 |""",
    ],
    "sums and formulas": [
        """Bài 1: Tính 25 + 37 = 62
Bài 2: Tính 48 - 19 = 29
Bài 3: Tính 12 x 3 = 36
Bài 4: Tính 81 : 9 = 9""",
        """Cho hàm số f(x) = {x nếu x > 0; -x nếu x < 0}. Tính f(-3) + f(2). Giải: f(-3) = 3, f(2) = 2, tổng là 5.""",
        """2H2 + O2 -> 2H2O
Fe + CuSO4 -> FeSO4 + Cu
NaOH + HCl -> NaCl + H2O
Các phản ứng trên đều tỏa nhiệt và xảy ra hoàn toàn.""",
        """Bảng nhân 3
3 x 1 = 3
3 x 2 = 6
3 x 3 = 9
3 x 4 = 12
3 x 5 = 15
3 x 6 = 18""",
        """Giải: x + 5 = 12, vậy x = 12 - 5 = 7. Thử lại: 7 + 5 = 12, đúng.""",
    ],
    "song with a refrain three times": [
        """Ta đi tới trên đường đê chiều nay
Gió thơm mùi rơm, nắng vàng trên tay
Em hát câu hò bên sông vắng
Con đò qua bến nước đầy

Quê hương ơi, quê hương
Nơi con sông hiền hòa

Mẹ chờ bên hiên nhà mái lá
Khói bếp lên nghiêng nghiêng
Bầy trẻ thả diều trên bãi
Tiếng cười vang khắp xóm giềng

Quê hương ơi, quê hương
Nơi con sông hiền hòa

Mai đây con đi xa
Vẫn mang theo tiếng sáo
Vẫn nhớ vị canh cà

Quê hương ơi, quê hương
Nơi con sông hiền hòa""",
        """Trời sáng rồi, gà gáy vang làng
Trâu ra đồng, bước chân rộn ràng
Bà con ơi ta cùng gặt lúa

Hò lơ hó lơ
Lúa chín vàng đồng

Mặt trời lên, mồ hôi rơi xuống
Liềm đưa nhanh, bó lúa thơm lừng
Trưa ngồi nghỉ dưới bóng tre làng

Hò lơ hó lơ
Lúa chín vàng đồng

Chiều về, xe đầy rơm rạ
Trẻ con reo đùa, chó chạy theo sau

Hò lơ hó lơ
Lúa chín vàng đồng""",
        """Đêm nay trăng sáng sân đình
Ai ngồi đan nón một mình chờ ai

Trăng ơi trăng hỡi
Đừng lặn vội vàng

Sợi lá trắng, sợi chỉ dài
Nón nghiêng che cả hai vai người về

Trăng ơi trăng hỡi
Đừng lặn vội vàng

Ngày mai chợ huyện đông người
Nón em bán hết, tiếng cười còn đây

Trăng ơi trăng hỡi
Đừng lặn vội vàng""",
    ],
    "proverbs and rhymes": [
        """Ăn quả nhớ kẻ trồng cây
Uống nước nhớ nguồn
Có công mài sắt, có ngày nên kim
Gần mực thì đen, gần đèn thì sáng
Chó treo mèo đậy
Cha nào con nấy""",
        """Dung dăng dung dẻ
Dắt trẻ đi chơi
Đến cổng nhà trời
Lạy cậu lạy mợ
Cho cháu về quê
Cho dê đi học""",
        """Chi chi chành chành
Cái đanh thổi lửa
Con ngựa chết trương
Ba vương ngũ đế
Chấp dế đi tìm
Ù à ù ập""",
    ],
    "vocabulary and years": [
        """apple: quả táo
banana: quả chuối
cherry: quả anh đào
orange: quả cam
grape: quả nho
mango: quả xoài
pear: quả lê""",
        """1945: Cách mạng
1954: Điện Biên Phủ
1968: Mậu Thân
1975: Thống nhất
1986: Đổi mới
1995: Gia nhập ASEAN""",
        """Việt Nam 3-0 Lào
Thái Lan 2-1 Malaysia
Indonesia 1-1 Singapore
Philippines 0-2 Myanmar
Campuchia 4-0 Đông Timor""",
    ],
}
# Known losses: tables and sums of numbers, a song that is mostly refrain, a list that is half English.
LOST = {"table": 1, "song with a refrain three times": 1, "sums and formulas": 2, "vocabulary and years": 1}
