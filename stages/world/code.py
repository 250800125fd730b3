"""Small Python modules: the code that a language model sees a little of."""

from collections.abc import Iterator
from itertools import count

from stages.world.world import World

FUNCTIONS_PER_MODULE = (2, 4)

# (singular, plural, an attribute that is a number, an attribute that is a text)
NOUNS = (
    ("boat", "boats", "length", "owner"),
    ("book", "books", "pages", "title"),
    ("bridge", "bridges", "height", "river"),
    ("candle", "candles", "hours", "colour"),
    ("child", "children", "age", "name"),
    ("city", "cities", "population", "mayor"),
    ("coin", "coins", "value", "country"),
    ("field", "fields", "area", "crop"),
    ("fish", "catch", "weight", "species"),
    ("house", "houses", "rooms", "street"),
    ("journey", "journeys", "distance", "goal"),
    ("lamp", "lamps", "power", "place"),
    ("letter", "letters", "stamps", "sender"),
    ("market", "markets", "stalls", "town"),
    ("orchard", "orchards", "trees", "fruit"),
    ("picture", "pictures", "width", "painter"),
    ("recipe", "recipes", "minutes", "dish"),
    ("song", "songs", "seconds", "singer"),
    ("train", "trains", "speed", "station"),
    ("tree", "trees", "rings", "kind"),
)

FUNCTIONS = (
    '''def total_{number}({many}):
    """Add up the {number} of all {many}."""
    total = 0
    for {one} in {many}:
        total += {one}["{number}"]
    return total''',
    '''def largest_{one}({many}):
    """Return the {one} with the greatest {number}, or None if there is none."""
    if not {many}:
        return None
    return max({many}, key=lambda {one}: {one}["{number}"])''',
    '''def {many}_by_{text}({many}):
    """Group {many} by their {text}."""
    groups = {{}}
    for {one} in {many}:
        groups.setdefault({one}["{text}"], []).append({one})
    return groups''',
    '''def has_{one}({many}, {text}):
    """Tell whether any of the {many} has this {text}."""
    return any({one}["{text}"] == {text} for {one} in {many})''',
    '''def average_{number}({many}):
    """Mean {number} of the {many}; zero when the list is empty."""
    if len({many}) == 0:
        return 0.0
    return sum({one}["{number}"] for {one} in {many}) / len({many})''',
    '''def small_{many}({many}, limit={limit}):
    """Keep only {many} whose {number} is below the limit."""
    return [{one} for {one} in {many} if {one}["{number}"] < limit]''',
    '''def print_{many}({many}):
    """Print one line for each {one}, sorted by {text}."""
    for {one} in sorted({many}, key=lambda {one}: {one}["{text}"]):
        print(f"{{{one}['{text}']}}: {{{one}['{number}']}}")''',
    '''def count_{text}({many}):
    """Count how often each {text} occurs among the {many}."""
    counts = {{}}
    for {one} in {many}:
        {text} = {one}["{text}"]
        counts[{text}] = counts.get({text}, 0) + 1
    return counts''',
    '''class {Class}:
    """A {one} with its {number} and its {text}."""

    def __init__(self, {number}, {text}):
        self.{number} = {number}
        self.{text} = {text}

    def is_large(self):
        return self.{number} > {limit}''',
    '''def read_{many}(path):
    """Read {many} from a file: {number} and {text} on each line, with a comma between."""
    {many} = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            {number}, {text} = line.strip().split(",")
            {many}.append({{"{number}": int({number}), "{text}": {text}}})
    return {many}''',
    '''def double_{number}({one}, times={few}):
    """Return a copy of the {one} whose {number} was doubled several times."""
    copy = dict({one})
    while times > 0:
        copy["{number}"] *= 2
        times -= 1
    return copy''',
    '''def test_{many}_are_found():
    {many} = [{{"{number}": {limit}, "{text}": "first"}}, {{"{number}": {few}, "{text}": "second"}}]
    found = [{one} for {one} in {many} if {one}["{number}"] > {few}]
    assert len(found) == 1
    assert found[0]["{text}"] == "first"''',
    '''def next_{one}({many}, position):
    """The {one} after a position, starting again at the end."""
    if position + 1 < len({many}):
        return {many}[position + 1]
    return {many}[0]''',
    '''def swap_{many}({many}, left, right):
    """Exchange two {many} in place."""
    {many}[left], {many}[right] = {many}[right], {many}[left]''',
)


def texts(world: World) -> Iterator[tuple[str, str]]:
    """An endless stream of (key, module text)."""
    for number in count():
        random = world.random(f"code:{number}")
        functions = []
        for pattern in random.sample(FUNCTIONS, random.randint(*FUNCTIONS_PER_MODULE)):
            one, many, figure, text = random.choice(NOUNS)
            functions.append(
                pattern.format(
                    one=one,
                    many=many,
                    number=figure,
                    text=text,
                    Class=one.capitalize(),
                    limit=random.randint(10, 500),
                    few=random.randint(2, 9),
                )
            )
        yield f"code-{number:05}", "\n\n\n".join(functions) + "\n"
