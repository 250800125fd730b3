"""Who and what stories and sums are about: children, animals, elders, objects, places and countable things.

Each pool is small, so that a nano model meets everyone often; variety comes from what they do.

Children's names have one written form in both languages, stay distinct without diacritics and
are not those of the biographies' people. Everything else comes as an English and a Vietnamese name.
"""

from dataclasses import dataclass
from typing import Literal

from stages.world.world import Term


@dataclass(frozen=True)
class Character:
    """Somebody in a story, with the name that each language uses."""

    en: str
    vi: str
    gender: Literal["male", "female"]

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Item:
    """A countable thing; Vietnamese counts it with a classifier, `3 quả cam`, then `2 quả nữa`."""

    singular: str
    plural: str
    classifier: str
    noun: str


def _same(gender: Literal["male", "female"], names: str) -> tuple[Character, ...]:
    return tuple(Character(name, name, gender) for name in names.split())


CHILDREN = (
    *_same("male", "Tí Tèo Tôm Thóc Bin Bờm Hải Việt"),
    *_same("female", "Na Bống Mít Cốm Nụ Su Vy Diệp"),
)
ANIMALS = (
    Character("Rabbit", "Thỏ", "male"),
    Character("Turtle", "Rùa", "male"),
    Character("Squirrel", "Sóc", "female"),
    Character("Hedgehog", "Nhím", "male"),
    Character("Duck", "Vịt", "female"),
    Character("Frog", "Ếch", "male"),
    Character("Fox", "Cáo", "male"),
    Character("Monkey", "Khỉ", "male"),
    Character("Goat", "Dê", "male"),
    Character("Deer", "Hươu", "female"),
    Character("Owl", "Cú", "female"),
    Character("Bear", "Gấu", "male"),
)
ELDERS = (
    Character("Grandma", "bà ngoại", "female"),
    Character("Grandpa", "ông nội", "male"),
    Character("Aunt Sáu", "cô Sáu", "female"),
    Character("Aunt Út", "dì Út", "female"),
    Character("Uncle Ba", "chú Ba", "male"),
    Character("Uncle Tư", "bác Tư", "male"),
    Character("Uncle Năm", "cậu Năm", "male"),
    Character("Aunt Bảy", "thím Bảy", "female"),
)
SCHOOL_LEADERS = (
    Character("the teacher", "cô giáo", "female"),
    Character("the gym master", "thầy thể dục", "male"),
    Character("the gardener", "bác làm vườn", "male"),
    Character("the class monitor", "chị lớp trưởng", "female"),
)
FOREST_LEADERS = (
    Character("Old Elephant", "bác Voi", "male"),
    Character("Mother Hen", "cô Gà Mái", "female"),
    Character("Old Buffalo", "ông Trâu", "male"),
    Character("Lady Peacock", "bà Công", "female"),
)

# The English name takes "the" or "a", the Vietnamese one begins with its classifier. Any of them can be
# lost, lent, wrapped, drawn or carried off by a dog, so that the object never tells what became of it.
OBJECTS = tuple(
    Term(*pair)
    for pair in (
        ("umbrella", "chiếc ô"),
        ("scarf", "chiếc khăn quàng"),
        ("watch", "chiếc đồng hồ"),
        ("drum", "cái trống"),
        ("comb", "cái lược"),
        ("ruler", "cái thước"),
        ("bell", "cái chuông"),
        ("pen", "cây bút"),
        ("flute", "cây sáo"),
        ("candle", "cây nến"),
        ("ball", "quả bóng"),
        ("doll", "con búp bê"),
        ("kite", "con diều"),
        ("storybook", "cuốn truyện"),
        ("notebook", "cuốn sổ"),
        ("sandals", "đôi dép"),
        ("gloves", "đôi găng tay"),
        ("crayons", "hộp bút màu"),
        ("keys", "chùm chìa khóa"),
        ("letter", "bức thư"),
        ("map", "tấm bản đồ"),
        ("blanket", "tấm chăn"),
        ("flag", "lá cờ"),
        ("seeds", "túi hạt giống"),
        ("beads", "chuỗi hạt"),
        ("vase", "lọ hoa"),
        ("marble", "viên bi"),
        ("lantern", "cái lồng đèn"),
    )
)

# Places by the words that go before them, so that those words stand before the options of an exam item.
PLACES = {
    Term("in the", "trong"): tuple(
        Term(*pair)
        for pair in (
            ("kitchen", "gian bếp"),
            ("barn", "nhà kho"),
            ("attic", "gác xép"),
            ("cowshed", "chuồng bò"),
            ("tent", "túp lều"),
            ("garden", "mảnh vườn"),
            ("cellar", "căn hầm"),
            ("bakery", "tiệm bánh"),
            ("cave", "hang đá"),
            ("bamboo grove", "rặng tre"),
            ("stable", "chuồng ngựa"),
            ("orchard", "vườn nhãn"),
        )
    ),
    Term("by the", "bên"): tuple(
        Term(*pair)
        for pair in (
            ("pond", "bờ ao"),
            ("well", "giếng nước"),
            ("bridge", "chân cầu"),
            ("gate", "cổng làng"),
            ("fence", "hàng rào"),
            ("banana trees", "bụi chuối"),
            ("haystack", "đống rơm"),
            ("banyan tree", "gốc đa"),
            ("stone steps", "bậc đá"),
            ("mango tree", "gốc xoài"),
            ("flower bed", "luống hoa"),
            ("brick wall", "tường gạch"),
        )
    ),
}

ITEMS = (
    Item("orange", "oranges", "quả", "cam"),
    Item("mango", "mangoes", "quả", "xoài"),
    Item("guava", "guavas", "quả", "ổi"),
    Item("egg", "eggs", "quả", "trứng"),
    Item("coconut", "coconuts", "quả", "dừa"),
    Item("pear", "pears", "quả", "lê"),
    Item("pumpkin", "pumpkins", "quả", "bí"),
    Item("balloon", "balloons", "quả", "bóng bay"),
    Item("marble", "marbles", "viên", "bi"),
    Item("brick", "bricks", "viên", "gạch"),
    Item("sweet", "sweets", "viên", "kẹo"),
    Item("shell", "shells", "vỏ", "ốc"),
    Item("duckling", "ducklings", "con", "vịt"),
    Item("chick", "chicks", "con", "gà"),
    Item("goldfish", "goldfish", "con", "cá vàng"),
    Item("stamp", "stamps", "con", "tem"),
    Item("rabbit", "rabbits", "con", "thỏ"),
    Item("paper crane", "paper cranes", "con", "hạc giấy"),
    Item("pen", "pens", "cây", "bút"),
    Item("candle", "candles", "cây", "nến"),
    Item("notebook", "notebooks", "quyển", "vở"),
    Item("comic", "comics", "quyển", "truyện"),
    Item("cake", "cakes", "cái", "bánh"),
    Item("fan", "fans", "cái", "quạt"),
    Item("cup", "cups", "cái", "chén"),
    Item("paper boat", "paper boats", "chiếc", "thuyền giấy"),
    Item("leaf", "leaves", "chiếc", "lá"),
    Item("button", "buttons", "chiếc", "cúc áo"),
    Item("rose", "roses", "bông", "hồng"),
    Item("sunflower", "sunflowers", "bông", "hướng dương"),
    Item("sweet potato", "sweet potatoes", "củ", "khoai"),
    Item("carrot", "carrots", "củ", "cà rốt"),
    Item("ear of corn", "ears of corn", "bắp", "ngô"),
    Item("postcard", "postcards", "tấm", "bưu thiếp"),
    Item("picture card", "picture cards", "tấm", "thẻ hình"),
    Item("coin", "coins", "đồng", "xu"),
    Item("bookmark", "bookmarks", "cái", "kẹp sách"),
    Item("star sticker", "star stickers", "ngôi", "sao dán"),
)
