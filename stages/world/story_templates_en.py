"""English sentences of the tiny stories; `story_templates_vi` tells the same threads in Vietnamese.

Fields: `{x}` what the thread is about (after "the" when it is an object), `{p}` and `{f}` two
children, `{e}` an elder, `{l}` who leads the group, `{at}` the words before a place, and
`{p_his}`, `{f_he}` and their like for pronouns.
"""

from stages.world.story_threads import Thread

OBJECT_THREADS = {
    "lost": Thread(
        setups=(
            "By bad luck {p} had to look for the lost {x}.",
            "On the road {p} asked everyone about the lost {x}.",
            "In the crowd {p} cried over the lost {x}.",
        ),
        payoffs=(
            "a kind stranger gave {p} the lost {x}.",
            "{p} shouted for joy and held up the lost {x}.",
        ),
    ),
    "borrowed": Thread(
        setups=(
            "{f} came from next door with the borrowed {x}.",
            "{f} took good care of the borrowed {x}.",
            "The neighbour let {f} play with the borrowed {x}.",
        ),
        payoffs=(
            "{f} politely returned the borrowed {x}.",
            "{f} thanked the neighbour for the borrowed {x}.",
        ),
    ),
    "dog": Thread(
        setups=(
            "the naughty dog ran off with the stolen {x}.",
            "Behind the house the dog chewed the stolen {x}.",
            "When nobody looked, the dog hid the stolen {x}.",
        ),
        payoffs=(
            "the dog wagged its tail and dropped the stolen {x}.",
            "After much calling the dog gave up the stolen {x}.",
        ),
    ),
    "kept": Thread(
        setups=(
            "{e} went out and {p} guarded the entrusted {x}.",
            "{p} promised {e} to mind the entrusted {x}.",
            "With full hands, {e} left {p} the entrusted {x}.",
        ),
        payoffs=(
            "{e} thanked {p} for the entrusted {x}.",
            "{p} handed {e} the entrusted {x}.",
        ),
    ),
    "forgotten": Thread(
        setups=(
            "{e} thought too late of the forgotten {x}.",
            "At the gate {e} sighed over the forgotten {x}.",
            "In the hurry nobody saw the forgotten {x}.",
        ),
        payoffs=(
            "{f} ran home to fetch the forgotten {x}.",
            "Luckily {f} brought {e} the forgotten {x}.",
        ),
    ),
    "gift": Thread(
        setups=(
            "{p} had ready for Mother the wrapped {x}.",
            "Under the bed {p} hid the wrapped {x}.",
            "{p} wanted to surprise Mother with the wrapped {x}.",
        ),
        payoffs=(
            "Mother was moved by the wrapped {x}.",
            "Mother hugged {p} for the wrapped {x}.",
        ),
    ),
    "wish": Thread(
        setups=(
            "{f} had only one wish, the new {x}.",
            "At the shop window {f} gazed at the new {x}.",
            "Lying in the hammock, {f} wished for the new {x}.",
        ),
        payoffs=(
            "Father came home with the new {x}.",
            "The wish of {f} came true, the new {x}.",
        ),
    ),
    "stored": Thread(
        setups=(
            "{e} put on the cupboard the dusty {x}.",
            "On top of the cupboard lay the dusty {x}.",
            "For years {e} had kept the dusty {x}.",
        ),
        payoffs=(
            "{e} climbed a chair and took down the dusty {x}.",
            "From the cupboard {e} fetched the dusty {x}.",
        ),
    ),
    "drawn": Thread(
        setups=(
            "{f} sat on the porch with the painted {x}.",
            "On the paper {f} finished the painted {x}.",
            "{f} took a brush and touched up the painted {x}.",
        ),
        payoffs=(
            "everyone praised the painted {x}.",
            "Father hung on the wall the painted {x}.",
        ),
    ),
}

CHARACTER_THREADS = {
    "race": Thread(
        setups=(
            "The race was won by swift {x}.",
            "Nobody could catch swift {x}.",
            "First to the finish came swift {x}.",
        ),
        payoffs=(
            "the first prize of the race went to swift {x}.",
            "{l} hung the winning medal on swift {x}.",
        ),
    ),
    "fall": Thread(
        setups=(
            "After a fall at the back came limping {x}.",
            "The slippery path left us a limping {x}.",
            "Because of a root they waited for limping {x}.",
        ),
        payoffs=(
            "{l} put a bandage on limping {x}.",
            "the group took turns to carry limping {x}.",
        ),
    ),
    "lunch": Thread(
        setups=(
            "There was no lunch for hungry {x}.",
            "Over an empty bag sat hungry {x}.",
            "Lunch was left at home by hungry {x}.",
        ),
        payoffs=(
            "everybody shared a little with hungry {x}.",
            "{l} gave half of a lunch to hungry {x}.",
        ),
    ),
    "hat": Thread(
        setups=(
            "the wind stole the hat of bareheaded {x}.",
            "the stream carried off the hat of bareheaded {x}.",
            "High on a branch hung the hat of bareheaded {x}.",
        ),
        payoffs=(
            "the ferryman gave the hat back to bareheaded {x}.",
            "{l} found the hat of bareheaded {x}.",
        ),
    ),
    "song": Thread(
        setups=(
            "The whole hill listened to singing {x}.",
            "In the middle of the circle stood singing {x}.",
            "Like a clear brook sounded singing {x}.",
        ),
        payoffs=(
            "everyone clapped for singing {x}.",
            "They all hummed along with singing {x}.",
        ),
    ),
    "birthday": Thread(
        setups=(
            "That day was the birthday of lucky {x}.",
            "Nobody had forgotten the birthday of lucky {x}.",
            "{l} spoke of the birthday of lucky {x}.",
        ),
        payoffs=(
            "the whole group shouted happy birthday to lucky {x}.",
            "The birthday candle lit up the face of lucky {x}.",
        ),
    ),
    "wet": Thread(
        setups=(
            "Out of the stream climbed wet {x}.",
            "The splashing game ended badly for wet {x}.",
            "The rain poured on shivering, wet {x}.",
        ),
        payoffs=(
            "{l} wrapped a dry towel around wet {x}.",
            "they lit a fire to warm wet {x}.",
        ),
    ),
    "sleep": Thread(
        setups=(
            "Under a tree snored sleepy {x}.",
            "The cool shade pleased sleepy {x}.",
            "After a big meal down lay sleepy {x}.",
        ),
        payoffs=(
            "It took a lot to wake sleepy {x}.",
            "the loud snoring came from sleepy {x}.",
        ),
    ),
    "help": Thread(
        setups=(
            "An old woman was helped by kind {x}.",
            "A heavy basket was carried by kind {x}.",
            "On the bridge an old woman met kind {x}.",
        ),
        payoffs=(
            "the old woman came to thank kind {x}.",
            "the old woman packed a few rice cakes for kind {x}.",
        ),
    ),
    "riddle": Thread(
        setups=(
            "{l} asked a hard riddle and pointed at clever {x}.",
            "The riddle of {l} was solved by clever {x}.",
            "Nobody knew the riddle but clever {x}.",
        ),
        payoffs=(
            "{l} gave the reward for the riddle to clever {x}.",
            "everybody admired clever {x}.",
        ),
    ),
}

PLACE_THREADS = {
    "cat": Thread(
        setups=(
            "the tabby cat looked for a place to sleep {at} {x}.",
            "Afraid of the thunder, the tabby cat hid {at} {x}.",
            "the tabby cat lay curled up {at} {x}.",
        ),
        payoffs=(
            "After a long search the family found the tabby cat {at} {x}.",
            "Hearing a meow, {p} knew that the tabby cat was hiding {at} {x}.",
        ),
    ),
    "glasses": Thread(
        setups=(
            "{e} left a pair of glasses {at} {x}.",
            "After reading the paper, {e} left the glasses {at} {x}.",
            "the glasses of {e} were lying {at} {x}.",
        ),
        payoffs=(
            "the glasses that {e} missed turned out to be {at} {x}.",
            "{p} ran to get {e} the glasses {at} {x}.",
        ),
    ),
    "bicycle": Thread(
        setups=(
            "Father parked the bicycle {at} {x}.",
            "Coming home from work, Father put the bicycle {at} {x}.",
            "the bicycle of Father stood {at} {x}.",
        ),
        payoffs=(
            "To go to market, Father had to get the bicycle {at} {x}.",
            "Father told {p} to clean the bicycle {at} {x}.",
        ),
    ),
    "hen": Thread(
        setups=(
            "the hen cackled and laid her eggs {at} {x}.",
            "the hen chose to make her nest {at} {x}.",
            "Nobody knew that the hen was laying eggs {at} {x}.",
        ),
        payoffs=(
            "the eggs of the hen lay safe and warm {at} {x}.",
            "{f} was delighted to see the hen on her eggs {at} {x}.",
        ),
    ),
    "box": Thread(
        setups=(
            "{f} hid the secret box {at} {x}.",
            "the secret box of {f} was hidden {at} {x}.",
            "When it was quiet, {f} went to hide the secret box {at} {x}.",
        ),
        payoffs=(
            "{f} invited {p} to open the secret box {at} {x}.",
            "the secret box of {f} was still untouched {at} {x}.",
        ),
    ),
    "mother": Thread(
        setups=(
            "Mother sat sewing a shirt {at} {x}.",
            "Mother took needle and thread and sewed a shirt {at} {x}.",
            "Humming softly, Mother was sewing a shirt {at} {x}.",
        ),
        payoffs=(
            "{p} rushed to where Mother was sewing {at} {x}.",
            "After sewing, Mother let {p} try the shirt {at} {x}.",
        ),
    ),
    "meeting": Thread(
        setups=(
            "{p} and {f} agreed to meet {at} {x}.",
            "{p} asked {f} to meet that afternoon {at} {x}.",
            "the two friends promised to meet {at} {x}.",
        ),
        payoffs=(
            "As agreed, {p} and {f} met {at} {x}.",
            "{f} came to the meeting place {at} {x}.",
        ),
    ),
    "sparrows": Thread(
        setups=(
            "two sparrows carried straw to build a nest {at} {x}.",
            "two chirping sparrows built their nest {at} {x}.",
            "This year two sparrows were nesting {at} {x}.",
        ),
        payoffs=(
            "At dusk the sparrows flew back to their nest {at} {x}.",
            "the baby sparrows opened their beaks for food {at} {x}.",
        ),
    ),
    "carpenter": Thread(
        setups=(
            "the carpenter was making chairs {at} {x}.",
            "the carpenter sawed wood for chairs {at} {x}.",
            "The hammer of the carpenter rang out {at} {x}.",
        ),
        payoffs=(
            "the carpenter proudly showed the new chairs {at} {x}.",
            "{e} tried a chair made by the carpenter {at} {x}.",
        ),
    ),
}

SETUP_LEADS = (
    "at that moment", "after that", "a little later", "before long", "meanwhile", "at the same time", "next",
    "and so", "that day", "about half an hour later", "as the story goes", "just before that",
)  # fmt: skip
PAYOFF_LEADS = (
    "in the end", "towards evening", "just before dark", "at sunset", "after supper", "when all was calm again",
    "at nightfall", "when the lamps were lit", "and so", "at last", "a good while later", "when everyone was tired",
)  # fmt: skip

HOME_OPENINGS = (
    "On Sunday morning {p} and {f} went to play at the house of {e}.",
    "For days {p} stayed with {e}, and {f} kept {p_him} company.",
    "The sun had hardly come out when {p} called {f} into the yard.",
    "{p} and {f} were close friends and lived near {e}.",
    "In the holidays {p} and {f} visited {e}.",
    "It was nearly New Year, {e} was busy, and {p} and {f} ran along.",
    "There was a fair in the village and {e} took {p} and {f} along.",
    "On a quiet noon {e} was telling {p} and {f} a tale.",
    "By the sound of the wind chime {p} knew that {f} had come to see {e}.",
    "Once upon a time {p} and {f} lived beside the cottage of {e}.",
    "After school {p} and {f} dropped in on {e}.",
    "At harvest time {e} called {p} and {f} to lend a hand.",
)
SCHOOL_OPENINGS = (
    "The class hiked up the hills with {l}.",
    "On Saturday {l} took the class camping.",
    "Before the holidays {l} held a festival.",
    "On the playground {l} picked the teams.",
    "Following {l}, the pupils reached the waterfall.",
    "At daybreak {l} woke the class.",
    "Summer camp began when {l} blew a whistle.",
    "On tree-planting day {l} led the pupils.",
)
FOREST_OPENINGS = (
    "Long, long ago the animals followed {l}.",
    "The old forest woke when {l} called.",
    "One autumn {l} gave a forest party.",
    "In August {l} laid out a moonlight feast.",
    "On the prairie {l} opened a school.",
    "After the winter {l} led everyone into the sun.",
    "Beside a stream {l} gathered the herd.",
    "In a certain forest {l} was much respected.",
)
DETAILS = (
    "The breeze carried a rich smell of {scent}.",
    "From far away came the sound of {sound}.",
    "On the tray they found {food}.",
    "The sky was {sky} and everyone felt merry.",
    "Outside, {weather}.",
    "They giggled and ate {food}.",
    "Hearing {sound}, they looked back.",
    "A scent of {scent} floated on the gentle wind.",
    "{food} made a treat that all loved.",
    "A dish of {food} was brought out for the guests.",
    "{scent} filled the air, along with {sound}.",
    "As {weather}, nobody sat still.",
)
TURN_CAUSES = (
    "suddenly thunder cracked",
    "rain poured down",
    "a whirlwind swept in",
    "a swarm of bees burst out",
    "the lamps went dark",
    "a buffalo ran wild",
    "thick fog rolled in",
    "the drums grew wild",
    "a strange visitor dropped in",
    "a branch snapped",
    "wild ducks rushed by",
    "the ground trembled",
    "the sky turned black",
    "somebody screamed",
)
TURN_REACTIONS = (
    "and everybody jumped",
    "and they stared",
    "and the laughter stopped",
    "and they scattered in panic",
    "and nobody knew why",
    "and every heart was uneasy",
    "but nobody gave up",
    "but soon all was well",
    "but no one was harmed",
    "and things took a turn",
    "and chaos followed",
    "and the plan nearly failed",
    "yet it proved a blessing",
    "and they hatched a scheme",
)
SCENTS = (
    "pomelo blossom", "jasmine", "ripe rice", "magnolia", "fresh straw", "young rice flakes", "incense",
    "lemongrass", "milkwood flowers", "baked bread", "mulan flowers", "areca flowers", "fresh ginger", "dry cinnamon",
    "wild grass", "ripe jackfruit",
)  # fmt: skip
SOUNDS = (
    "humming cicadas", "kite flutes", "pounding rice", "a crowing cock", "temple bells", "a roaring waterfall",
    "playing children", "a train whistle", "croaking frogs", "rustling leaves", "splashing oars", "a bread seller",
    "cooing doves", "a leaf horn", "a creaking ox cart", "chirping crickets",
)  # fmt: skip
FOODS = (
    "boiled yam", "red sticky rice", "doughnuts", "mung bean pudding", "grilled corn", "sizzling pancakes",
    "lotus porridge", "spring rolls", "crab noodle soup", "steamed dumplings", "roasted peanut brittle", "crab broth",
    "braised pork", "watermelon", "yoghurt", "candied coconut",
)  # fmt: skip
SKIES = (
    "crystal clear", "deep blue", "dotted with white clouds", "wide and windy", "mild", "soft with clouds",
    "endlessly high", "bright and open",
)  # fmt: skip
WEATHERS = (
    "golden sunshine spilled over the tiled roofs", "clouds were sailing past", "white butterflies fluttered by",
    "the wind stroked the grass", "egrets wheeled above the paddies", "the water glittered like silver",
    "kitchen smoke curled round the thatch", "flame trees blossomed scarlet", "almond leaves covered the lane",
    "red dragonflies lined the hedgerow", "a silver cascade tumbled down", "the fields turned honey yellow",
)  # fmt: skip
