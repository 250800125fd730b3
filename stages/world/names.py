# ruff: noqa: SIM905 (a list of names reads best as one string)
"""Proper names of the world: people, and the bilingual values that a person's facts take.

A person's name has one written form in both languages, so a fact can travel between them. All
names stay distinct without diacritics (tested). Values come as (English, Vietnamese) pairs;
the heads of one list differ in both languages, so that no two answers share a long prefix.
"""

VIETNAMESE_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
VIETNAMESE_MIDDLE = {"male": "Văn Đình Quốc Hữu Công Thế".split(), "female": "Thị Bích Diệu Thu Kim Mộng".split()}
VIETNAMESE_GIVEN = {
    "male": (
        "An Bách Bảo Bình Cường Duy Đạt Đông Đức Hiếu Hùng Huy Khang Khoa Khôi Kiên Lâm Lộc Long Mạnh Nam Nghĩa "
        "Phong Phúc Quân Quang Sơn Tài Thắng Tiến Tín Toàn Trí Trung Tuấn Vinh"
    ).split(),
    "female": (
        "Châu Chi Cúc Dung Giang Hà Hạnh Hiền Huệ Hương Khuê Lan Lệ Liên Linh Loan Mai My Nga Ngân Ngọc Nguyệt Nhi "
        "Nhung Oanh Quỳnh Thảo Thơ Thủy Trang Trinh Trúc Tuyết Uyên Xuân Yến"
    ).split(),
}
ENGLISH_GIVEN = {
    "male": (
        "Adam Albert Arthur Barry Bruce Calvin Cedric Clive Conrad Daniel Dexter Edgar Ernest Felix Frank Gordon "
        "Harold Hugo Ivan Jasper Joseph Kenneth Leonard Lewis Marcus Martin Nathan Oliver Oscar Patrick Ralph Rupert "
        "Simon Stanley Victor Walter"
    ).split(),
    "female": (
        "Alice Amelia Beatrice Brenda Caroline Clara Deborah Doris Edith Eleanor Emma Fiona Florence Gloria Grace "
        "Hannah Harriet Ingrid Irene Jane Judith Katherine Louise Lucy Mabel Margaret Matilda Nora Olivia Pamela "
        "Penelope Rebecca Rosalind Sophie Ursula Winifred"
    ).split(),
}
ENGLISH_FAMILY = (
    "Abbott Barlow Carter Dalton Ellison Fletcher Garland Hobson Ingram Jennings Kendall Lawson Mercer Norton Osborne "
    "Parsons Quinn Radcliffe Sawyer Thornton Underhill Vaughan Whitaker Yardley"
).split()

BIRTHPLACES = (
    ("Willow Quay", "Bến Liễu"),
    ("Pine Hill", "Đồi Thông"),
    ("Moonriver", "Sông Trăng"),
    ("Cloudmound", "Gò Mây"),
    ("Lotus Lake", "Hồ Sen"),
    ("Elephant Peak", "Núi Voi"),
    ("Potter's Green", "Làng Gốm"),
    ("Woodbridge", "Cầu Gỗ"),
    ("Earlmarket", "Chợ Sớm"),
    ("Silverbrook", "Suối Bạc"),
    ("Sandy Bay", "Vịnh Cát"),
    ("Swift Island", "Đảo Yến"),
    ("Mulberry Beach", "Bãi Dâu"),
    ("Reedmarsh", "Đầm Sậy"),
    ("Windcave", "Hang Gió"),
    ("Quarrytown", "Mỏ Đá"),
    ("Apricot Valley", "Thung Mơ"),
    ("Fisher's Row", "Xóm Chài"),
    ("King's Pond", "Ao Vua"),
    ("Sunny Pass", "Đèo Nắng"),
    ("Arecaville", "Phố Cau"),
    ("Horsefarm", "Trại Ngựa"),
    ("Flowerfield", "Đồng Hoa"),
    ("Greycastle", "Thành Cổ"),
)
# In Vietnamese "trường" stands before the name, in English "School" or its like after it.
SCHOOLS = (
    ("Lantern School", "Đèn Lồng"),
    ("Riverside College", "Ven Sông"),
    ("North Star School", "Sao Bắc"),
    ("Oakwood Academy", "Rừng Sồi"),
    ("Morning Bell School", "Chuông Sớm"),
    ("Harbour College", "Hải Cảng"),
    ("Blue Gate School", "Cổng Xanh"),
    ("Maple Academy", "Lá Phong"),
    ("Old Temple School", "Chùa Xưa"),
    ("Golden Field College", "Cánh Đồng Vàng"),
    ("White Crane School", "Hạc Trắng"),
    ("Two Rivers Academy", "Hai Dòng"),
)
SUBJECTS = (
    ("history", "lịch sử"),
    ("botany", "thực vật học"),
    ("music", "âm nhạc"),
    ("mathematics", "toán học"),
    ("medicine", "y khoa"),
    ("law", "luật"),
    ("painting", "hội họa"),
    ("astronomy", "thiên văn"),
    ("chemistry", "hóa học"),
    ("geography", "địa lý"),
    ("architecture", "kiến trúc"),
    ("economics", "kinh tế"),
)
EMPLOYERS = (
    ("the Blue Heron press", "nhà in Diệc Xanh"),
    ("the Fourwinds shipyard", "xưởng đóng tàu Bốn Gió"),
    ("the Rosegarden hospital", "bệnh viện Vườn Hồng"),
    ("the Redgold bank", "ngân hàng Vàng Son"),
    ("the Cedarline workshop", "hãng mộc Bách Tùng"),
    ("the Skylight observatory", "đài quan sát Trời Quang"),
    ("the Greenleaf nursery", "vườn ươm Lá Non"),
    ("the Daily Herald", "báo Tin Ngày"),
    ("the Velvet theatre", "rạp hát Màn Nhung"),
    ("the Goodharvest cooperative", "hợp tác xã Được Mùa"),
    ("the Swallow bus company", "công ty xe buýt Cánh Én"),
    ("the Cowbell dairy", "trại sữa Lục Lạc"),
    ("the Warmcrust bakery", "lò bánh Vỏ Giòn"),
    ("the Openpage library", "thư viện Trang Mở"),
    ("the Quickletter post office", "bưu điện Thư Nhanh"),
    ("the Camphor pharmacy", "hiệu thuốc Long Não"),
    ("the Oldcoin museum", "bảo tàng Tiền Xưa"),
    ("the Silkway mill", "nhà máy dệt Đường Tơ"),
    ("the Brightlamp power station", "trạm điện Đèn Sáng"),
    ("the Saltwind fishery", "đội tàu Gió Muối"),
    ("the Kindhand clinic", "phòng khám Tay Hiền"),
    ("the Firstbrick builders", "tổ thợ Viên Gạch"),
    ("the Longstring radio", "đài phát thanh Dây Đàn"),
    ("the Teacup inn", "quán trọ Chén Trà"),
)
WORKPLACES = (
    ("Clock Square", "quảng trường Đồng Hồ"),
    ("the east harbour", "bến cảng phía đông"),
    ("Banyan Street", "phố Cây Đa"),
    ("the old citadel", "khu thành nội"),
    ("Ferry Landing", "bến phà Sông Cái"),
    ("the railway quarter", "xóm Đường Tàu"),
    ("Kite Hill", "đồi Thả Diều"),
    ("the night market", "chợ Đêm"),
    ("Lighthouse Point", "mũi Hải Đăng"),
    ("the flower village", "làng Hoa"),
    ("Iron Bridge", "chân cầu Sắt"),
    ("Drum Tower", "tháp Trống"),
)
BIRTH_YEARS = tuple(range(1942, 1990, 2))
