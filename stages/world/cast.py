"""Who and what stories and sums are about: children, animals, elders, objects, places and countable things.

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
    *_same("male", "Tí Tèo Tôm Thóc Bin Bờm Thành Hải Việt Khánh Luân Thịnh Tú Kha Sửu"),
    *_same("female", "Na Bống Mít Cốm Nụ Su Vy Phương Diệp Hòa Vân Hoài Miên Thoa Đào"),
)
ANIMALS = (
    Character("Rabbit", "Thỏ", "male"),
    Character("Turtle", "Rùa", "male"),
    Character("Squirrel", "Sóc", "female"),
    Character("Hedgehog", "Nhím", "male"),
    Character("Duck", "Vịt", "female"),
    Character("Frog", "Ếch", "male"),
    Character("Cat", "Mèo", "female"),
    Character("Puppy", "Cún", "male"),
    Character("Fox", "Cáo", "male"),
    Character("Monkey", "Khỉ", "male"),
    Character("Goat", "Dê", "male"),
    Character("Goose", "Ngỗng", "female"),
    Character("Deer", "Hươu", "female"),
    Character("Mouse", "Chuột", "male"),
    Character("Stork", "Cò", "female"),
    Character("Owl", "Cú", "female"),
    Character("Bear", "Gấu", "male"),
    Character("Otter", "Rái Cá", "male"),
    Character("Swallow", "Én", "female"),
    Character("Pony", "Ngựa", "male"),
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
        ("raincoat", "chiếc áo mưa"),
        ("purse", "chiếc ví vải"),
        ("palm hat", "chiếc nón lá"),
        ("wooden boat", "chiếc thuyền gỗ"),
        ("torch", "chiếc đèn pin"),
        ("drum", "cái trống"),
        ("whistle", "cái còi"),
        ("comb", "cái lược"),
        ("mirror", "cái gương"),
        ("ruler", "cái thước"),
        ("basket", "cái giỏ"),
        ("bell", "cái chuông"),
        ("mug", "cái cốc"),
        ("pen", "cây bút"),
        ("flute", "cây sáo"),
        ("lute", "cây đàn"),
        ("walking stick", "cây gậy"),
        ("candle", "cây nến"),
        ("ball", "quả bóng"),
        ("shuttlecock", "quả cầu"),
        ("doll", "con búp bê"),
        ("kite", "con diều"),
        ("spinning top", "con quay"),
        ("stamp", "con tem"),
        ("storybook", "cuốn truyện"),
        ("notebook", "cuốn sổ"),
        ("calendar", "cuốn lịch"),
        ("dictionary", "cuốn từ điển"),
        ("diary", "cuốn nhật ký"),
        ("sandals", "đôi dép"),
        ("shoes", "đôi giày"),
        ("gloves", "đôi găng tay"),
        ("socks", "đôi tất"),
        ("music box", "hộp nhạc"),
        ("crayons", "hộp bút màu"),
        ("keys", "chùm chìa khóa"),
        ("statuette", "bức tượng"),
        ("letter", "bức thư"),
        ("photograph", "bức ảnh"),
        ("map", "tấm bản đồ"),
        ("blanket", "tấm chăn"),
        ("postcard", "tấm bưu thiếp"),
        ("flag", "lá cờ"),
        ("seeds", "túi hạt giống"),
        ("sweets", "túi kẹo"),
        ("rope", "sợi dây thừng"),
        ("beads", "chuỗi hạt"),
        ("chess set", "bộ cờ"),
        ("jigsaw", "bộ xếp hình"),
        ("honey jar", "lọ mật ong"),
        ("vase", "lọ hoa"),
        ("marble", "viên bi"),
        ("pebble", "viên sỏi"),
        ("water bottle", "bình nước"),
        ("watering can", "bình tưới"),
        ("telescope", "cái ống nhòm"),
        ("newspaper", "tờ báo"),
        ("biscuits", "gói bánh"),
        ("bracelet", "chiếc vòng tay"),
        ("lantern", "cái lồng đèn"),
        ("helmet", "chiếc mũ bảo hiểm"),
        ("pillow", "cái gối bông"),
        ("feather", "chiếc lông công"),
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
            ("courtyard", "khoảng sân"),
            ("cowshed", "chuồng bò"),
            ("tent", "túp lều"),
            ("garden", "mảnh vườn"),
            ("cellar", "căn hầm"),
            ("temple", "ngôi đình"),
            ("bakery", "tiệm bánh"),
            ("pagoda", "sân chùa"),
            ("boathouse", "nhà thuyền"),
            ("cave", "hang đá"),
            ("bamboo grove", "rặng tre"),
            ("stable", "chuồng ngựa"),
            ("corridor", "hành lang"),
            ("orchard", "vườn nhãn"),
            ("workshop", "xưởng mộc"),
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
            ("window", "cửa sổ"),
            ("mango tree", "gốc xoài"),
            ("rice field", "ruộng lúa"),
            ("river", "dòng sông"),
            ("water jar", "chum nước"),
            ("flower bed", "luống hoa"),
            ("brick wall", "tường gạch"),
            ("hedge", "giậu cúc"),
            ("ditch", "con mương"),
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
