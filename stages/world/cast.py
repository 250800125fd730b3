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
# What each of the animals, objects and places below is good for stands in the templates, by its English name.
ANIMALS = (
    Character("Monkey", "Khỉ", "male"),
    Character("Duck", "Vịt", "female"),
    Character("Owl", "Cú", "female"),
    Character("Rabbit", "Thỏ", "male"),
    Character("Bear", "Gấu", "male"),
    Character("Hedgehog", "Nhím", "male"),
    Character("Squirrel", "Sóc", "female"),
    Character("Mouse", "Chuột", "male"),
    Character("Frog", "Ếch", "male"),
    Character("Stork", "Cò", "female"),
    Character("Turtle", "Rùa", "male"),
    Character("Puppy", "Cún", "male"),
    Character("Pony", "Ngựa", "male"),
    Character("Rooster", "Gà Trống", "male"),
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
FOREST_LEADERS = (
    Character("Old Elephant", "bác Voi", "male"),
    Character("Mother Hen", "cô Gà Mái", "female"),
    Character("Old Buffalo", "ông Trâu", "male"),
    Character("Lady Peacock", "bà Công", "female"),
)

# The English name follows "the", the Vietnamese one begins with its classifier.
OBJECTS = (
    Term("umbrella", "chiếc ô"),
    Term("candle", "cây nến"),
    Term("kite", "con diều"),
    Term("ball", "quả bóng"),
    Term("drum", "cái trống"),
    Term("blanket", "tấm chăn"),
    Term("map", "tờ bản đồ"),
    Term("pen", "cây bút"),
    Term("watch", "chiếc đồng hồ"),
    Term("scissors", "cái kéo"),
    Term("sewing kit", "bộ kim chỉ"),
    Term("rope", "sợi dây thừng"),
    Term("broom", "cây chổi"),
    Term("honey", "lọ mật ong"),
    Term("basket", "chiếc làn"),
    Term("gloves", "đôi găng tay"),
    Term("hammer", "cái búa"),
    Term("keys", "chùm chìa khóa"),
    Term("flute", "ống sáo"),
    Term("water bottle", "bình nước"),
)
PLACES = (
    Term("library", "thư viện"),
    Term("clinic", "trạm xá"),
    Term("bakery", "lò bánh"),
    Term("market", "khu chợ"),
    Term("landing", "bến sông"),
    Term("post office", "bưu điện"),
    Term("school", "trường làng"),
    Term("station", "nhà ga"),
    Term("pagoda", "ngôi chùa"),
    Term("rice field", "cánh đồng"),
    Term("forge", "xưởng rèn"),
    Term("theatre", "rạp hát"),
    Term("orchard", "vườn cây"),
    Term("kitchen", "gian bếp"),
)

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
