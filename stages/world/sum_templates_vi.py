"""Vietnamese sentences of the word problems; `sum_templates_en` asks the same in English.

A problem is one sentence of `givens`, one of `changes`, a question and an answer. Fields: `{a}`
and `{b}` the two numbers, `{r}` the result, `{p}` and `{f}` two people, `{item}` what is counted
with its classifier (quả cam), `{c}` the classifier alone, `{noun}` the noun alone, `{n}` a number that does not matter,
`{eq}` the worked equation.
"""

from stages.world.sum_problems import Wording

PROBLEMS = {
    "add": Wording(
        givens=(
            "{p} có {a} {item}.",
            "Trước mặt {p} có {a} {item}.",
            "{p} mang theo {a} {item}.",
            "Lúc đầu {p} có {a} {item}.",
        ),
        changes=(
            "{f} cho thêm {b} {c}.",
            "Mẹ mua cho {p} {b} {c} nữa.",
            "{p} được bà tặng thêm {b} {c}.",
            "Một người bạn góp thêm {b} {c}.",
        ),
        questions=(
            "Hỏi {p} có tất cả bao nhiêu {item}?",
            "Bây giờ {p} có tất cả mấy {c}?",
            "Tất cả là bao nhiêu {item}?",
        ),
        answers=(
            "{p} có tất cả {r} {item}.",
            "Tất cả là {r} {item}.",
            "Như vậy, {p} có cả thảy {r} {c}.",
        ),
    ),
    "join": Wording(
        givens=(
            "{p} kiếm được {a} {item}.",
            "{p} bày ra {a} {item}.",
            "Phần của {p} là {a} {item}.",
        ),
        changes=(
            "{f} góp chung {b} {c}.",
            "Phần của {f} là {b} {c}.",
            "Bên cạnh, {f} bày {b} {c}.",
        ),
        questions=(
            "Hỏi cả hai bạn có bao nhiêu {item}?",
            "Hai bạn gom lại được mấy {c}?",
            "Cộng lại được bao nhiêu {item}?",
        ),
        answers=(
            "Cả hai bạn có {r} {item}.",
            "Hai bạn gom lại được {r} {c}.",
            "Cộng lại được {r} {item}.",
        ),
    ),
    "take": Wording(
        givens=(
            "{p} đang có {a} {item}.",
            "Ở nhà {p} có {a} {item}.",
            "Bà chia cho {p} {a} {item}.",
            "Ban đầu {p} có {a} {item}.",
        ),
        changes=(
            "{p} cho {f} {b} {c}.",
            "{p} bán đi {b} {c}.",
            "Dọc đường, {p} làm mất {b} {c}.",
            "{p} biếu bà hàng xóm {b} {c}.",
        ),
        questions=(
            "Hỏi {p} còn lại bao nhiêu {item}?",
            "{p} còn lại mấy {c}?",
            "Còn lại bao nhiêu {item}?",
        ),
        answers=(
            "{p} còn lại {r} {item}.",
            "Còn lại {r} {item}.",
            "Như vậy, {p} chỉ còn {r} {c}.",
        ),
    ),
    "more": Wording(
        givens=(
            "{p} đếm được {a} {item}.",
            "{p} gom được {a} {item}.",
            "Sáng nay {p} có {a} {item}.",
        ),
        changes=(
            "{f} có nhiều hơn {p} {b} {c}.",
            "Số {noun} của {f} nhiều hơn {b} {c}.",
            "So với {p}, {f} nhiều hơn {b} {c}.",
        ),
        questions=(
            "Hỏi {f} có bao nhiêu {item}?",
            "Vậy {f} có mấy {c}?",
            "Số {noun} của {f} là bao nhiêu?",
        ),
        answers=(
            "{f} nhiều hơn nên được {r} {item}.",
            "Nhiều hơn nên {f} có {r} {item}.",
        ),
    ),
    "fewer": Wording(
        givens=(
            "{p} đếm được {a} {item}.",
            "{p} gom được {a} {item}.",
            "Chiều nay {p} có {a} {item}.",
        ),
        changes=(
            "{f} có ít hơn {p} {b} {c}.",
            "Số {noun} của {f} ít hơn {b} {c}.",
            "So với {p}, {f} ít hơn {b} {c}.",
        ),
        questions=(
            "Hỏi {f} có bao nhiêu {item}?",
            "Vậy {f} có mấy {c}?",
            "Số {noun} của {f} là bao nhiêu?",
        ),
        answers=(
            "{f} ít hơn nên chỉ có {r} {item}.",
            "Ít hơn nên {f} có {r} {item}.",
        ),
    ),
    "difference": Wording(
        givens=(
            "{p} mua {a} {item}.",
            "Tổ của {p} gom được {a} {item}.",
            "Phía {p} có {a} {item}.",
        ),
        changes=(
            "{f} chỉ mua {b} {c}.",
            "Còn {f} có {b} {c}.",
            "Bên phía {f} là {b} {c}.",
        ),
        questions=(
            "Hỏi {p} hơn {f} bao nhiêu {item}?",
            "{p} hơn {f} mấy {c}?",
            "Hai bên chênh nhau bao nhiêu {item}?",
        ),
        answers=(
            "{p} hơn {f} {r} {item}.",
            "Hai bên chênh nhau {r} {item}.",
        ),
    ),
    "times": Wording(
        givens=(
            "Nhà {p} có {a} cái hộp.",
            "{p} bày {a} cái giỏ.",
            "{p} chuẩn bị {a} cái thùng.",
        ),
        changes=(
            "Mỗi cái đựng {b} {item}.",
            "{f} xếp vào mỗi cái {b} {item}.",
            "Trong mỗi cái đều có {b} {item}.",
        ),
        questions=(
            "Hỏi gộp lại được bao nhiêu {item}?",
            "Gộp hết thì có mấy {c}?",
            "Số {noun} gộp lại là bao nhiêu?",
        ),
        answers=(
            "Gộp lại được {r} {item}.",
            "Gộp hết thì có {r} {c}.",
        ),
    ),
    "share": Wording(
        givens=(
            "{p} có {a} {item} muốn chia.",
            "Cô giáo đưa {p} {a} {item} để chia.",
            "{p} đem chia {a} {item}.",
        ),
        changes=(
            "{p} chia đều cho {b} bạn.",
            "{p} và {f} xếp đều vào {b} hộp.",
            "Chia đều thành {b} phần.",
        ),
        questions=(
            "Mỗi phần được bao nhiêu {item}?",
            "Mỗi phần có mấy {c}?",
            "Mỗi bên được mấy {item}?",
        ),
        answers=(
            "Mỗi phần được {r} {item}.",
            "Chia đều, mỗi phần có {r} {c}.",
        ),
    ),
}

EQUATIONS = (
    "Vì {eq}.",
    "Phép tính là {eq}.",
    "Ta có {eq}.",
    "Thử lại: {eq}.",
    "Bài giải: {eq}.",
    "Cách làm: {eq}.",
    "Có thể viết {eq}.",
    "Tính nhẩm: {eq}.",
    "Viết gọn: {eq}.",
    "Kiểm tra lại thì {eq}.",
    "Bạn nhẩm xem, {eq}.",
    "Lấy que tính ra đếm: {eq}.",
)
SIGNS = {"add": "+", "join": "+", "more": "+", "take": "-", "fewer": "-", "difference": "-", "times": "×", "share": ":"}
SCENES = (
    "Lúc {n} giờ, {p} và {f} ngồi trước hiên nhà.",
    "{p} học lớp {n}, rất thích làm toán.",
    "Nhà {p} ở số {n}, ngay cạnh nhà {f}.",
    "Hôm nay là mồng {n}, chợ phiên đông nghịt.",
    "Tổ {n} được cô giáo gọi lên bảng.",
    "Chiều nay {p} với {f} phụ bà dọn vườn.",
    "Ở hội chợ, {p} gặp {f} bên gian hàng.",
    "Giờ ra chơi, {p} khoe với {f} đủ thứ.",
    "{p} rủ {f} chơi trò bán hàng.",
    "Mẹ dặn {p} chia đồ cho {f} thật khéo.",
    "Trời mưa, {p} và {f} ở nhà tập đếm.",
    "Thầy giáo đố {p} một bài toán vui.",
    "Trên chuyến xe về quê, {p} ngồi cạnh {f}.",
    "{p} giúp {f} sắp xếp căn phòng.",
    "Cuối tuần, {p} và {f} dọn kệ sách.",
    "Sân đình rộn rã, {p} dắt tay {f} đi chơi.",
)
