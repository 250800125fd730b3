"""English sentences of the tiny stories; `story_templates_vi` tells the same threads in Vietnamese.

Fields: `{x}` what the thread is about (after "the" when it is an object), `{p}` and `{f}` two
children, `{e}` an elder, `{l}` who leads the group, `{at}` the words before a place, and
`{p_his}`, `{f_he}` and their like for pronouns.
"""

from stages.world.story_threads import Thread

OBJECT_THREADS = {
    "lost": Thread(
        setups=(
            "{p} ran so fast that {p_he} dropped the {x}.",
            "At the bend {p} noticed having dropped the {x}.",
            "By bad luck {p} dropped the {x} in the crowd.",
        ),
        payoffs=(
            "{p} went back and found where {p_he} dropped the {x}.",
            "Thanks to a kind stranger {p} found the {x}.",
        ),
    ),
    "borrowed": Thread(
        setups=(
            "{f} went next door and borrowed the neighbour's {x}.",
            "{f} was allowed to borrow the neighbour's {x}.",
            "Until evening {f} could borrow the neighbour's {x}.",
        ),
        payoffs=(
            "{f} politely gave back the neighbour's {x}.",
            "As promised, {f} returned the neighbour's {x}.",
        ),
    ),
    "dog": Thread(
        setups=(
            "the naughty dog carried off the {x} and hid.",
            "When nobody was looking, the dog carried off the {x}.",
            "Taking it for a toy, the dog dragged the {x} behind the house.",
        ),
        payoffs=(
            "the dog wagged its tail and carried back the {x}.",
            "After much calling the dog let go of the {x}.",
        ),
    ),
    "kept": Thread(
        setups=(
            "{e} had to go out and asked {p} to keep the {x}.",
            "{e} told {p} to look after the {x} with care.",
            "With full hands, {e} asked {p} to keep the {x}.",
        ),
        payoffs=(
            "{e} knew that {p} would keep the {x}.",
            "{e} thanked {p} for looking after the {x}.",
        ),
    ),
    "forgotten": Thread(
        setups=(
            "Only at the gate {e} thought of the forgotten {x}.",
            "{e} absent-mindedly forgot the {x} on the table.",
            "In the hurry {e} forgot the {x}.",
        ),
        payoffs=(
            "{f} ran home because {e} forgot the {x}.",
            "Luckily {f} brought {e} the forgotten {x}.",
        ),
    ),
    "gift": Thread(
        setups=(
            "{p} saved for weeks for Mother's present, the {x}.",
            "{p} secretly wrapped Mother's present, the {x}.",
            "{p} had chosen a present for Mother, the {x}.",
        ),
        payoffs=(
            "Mother opened her present, the {x}.",
            "Mother hugged {p} for her present, the {x}.",
        ),
    ),
    "wish": Thread(
        setups=(
            "{f} only wished for the {x}.",
            "For a long time {f} had wished for the {x}.",
            "Lying in the hammock, {f} quietly wished for the {x}.",
        ),
        payoffs=(
            "The wish of {f} came true: Father brought the {x}.",
            "{f} got what {f_he} wished for, the {x}.",
        ),
    ),
    "stored": Thread(
        setups=(
            "{e} carefully put the {x} on top of the cupboard.",
            "Afraid of small hands, {e} put the {x} on top of the cupboard.",
            "On top of the cupboard was the {x}.",
        ),
        payoffs=(
            "{e} climbed a chair and took down from the cupboard the {x}.",
            "On top of the dusty cupboard {e} saw the {x}.",
        ),
    ),
    "drawn": Thread(
        setups=(
            "{f} sat on the porch and tried to draw the {x}.",
            "{f} took out some paper and neatly drew the {x}.",
            "{f} looked closely and drew the {x} in charcoal.",
        ),
        payoffs=(
            "everyone praised how {f} drew the {x}.",
            "Father liked to see {f} draw the {x}.",
        ),
    ),
}

CHARACTER_THREADS = {
    "race": Thread(
        setups=(
            "In the race {x} came in first.",
            "{x} ran like the wind and won the race.",
            "The race around the lake was won by {x}.",
        ),
        payoffs=(
            "the first prize of the race went to {x}.",
            "{l} hung the winning medal on {x}.",
        ),
    ),
    "fall": Thread(
        setups=(
            "{x} tripped over a root and hurt a leg badly.",
            "Chasing a dragonfly, {x} fell and hurt a leg.",
            "The path was slippery, so {x} twisted a leg.",
        ),
        payoffs=(
            "{l} gently put a bandage on the sore leg of {x}.",
            "Because of the sore leg they carried {x}.",
        ),
    ),
    "lunch": Thread(
        setups=(
            "{x} had forgotten to bring lunch and was starving.",
            "Opening the bag, {x} found that lunch was still at home.",
            "Only {x} had no lunch to eat.",
        ),
        payoffs=(
            "everybody shared a little lunch with {x}.",
            "{l} gave half of a lunch to {x}.",
        ),
    ),
    "hat": Thread(
        setups=(
            "A gust of wind blew away the hat of {x}.",
            "{x} leaned over the stream and the hat floated off.",
            "The new hat of {x} got stuck on a high branch.",
        ),
        payoffs=(
            "the ferryman gave the hat back to {x}.",
            "{l} put the hat back on the head of {x}.",
        ),
    ),
    "song": Thread(
        setups=(
            "{x} sang with a voice as clear as a brook.",
            "In the middle of the circle {x} sang a lovely song.",
            "The whole hill listened to the song of {x}.",
        ),
        payoffs=(
            "everyone clapped and praised the singing of {x}.",
            "They all hummed the song of {x}.",
        ),
    ),
    "birthday": Thread(
        setups=(
            "That day happened to be the birthday of {x}.",
            "Nobody had forgotten the birthday of {x}.",
            "For {x} it was a birthday at last.",
        ),
        payoffs=(
            "the whole group shouted happy birthday to {x}.",
            "The birthday candle lit up the face of {x}.",
        ),
    ),
    "wet": Thread(
        setups=(
            "{x} slipped into the water and got wet.",
            "After a splashing game {x} was wet and shivering.",
            "{x} forgot to shelter from the rain and got wet.",
        ),
        payoffs=(
            "{l} wrapped a dry towel around {x}.",
            "they lit a fire to dry and warm {x}.",
        ),
    ),
    "sleep": Thread(
        setups=(
            "{x} leaned against a tree and fell asleep.",
            "In the cool shade {x} fell asleep under a tree.",
            "After a big meal {x} lay down to sleep.",
        ),
        payoffs=(
            "It took a lot to wake {x}.",
            "The loud snoring came from sleepy {x}.",
        ),
    ),
    "help": Thread(
        setups=(
            "{x} helped an old woman carry a heavy basket.",
            "Seeing an old woman on the bridge, {x} ran to take her arm.",
            "{x} picked up the vegetables that an old woman had spilt.",
        ),
        payoffs=(
            "the old woman came to thank {x}.",
            "the old woman packed a few rice cakes for {x}.",
        ),
    ),
    "riddle": Thread(
        setups=(
            "{l} asked a hard riddle and only {x} could answer.",
            "After a moment {x} solved the riddle of {l}.",
            "The riddle of {l} was solved at once by {x}.",
        ),
        payoffs=(
            "{l} gave the reward for the riddle to {x}.",
            "Everybody admired the riddle-solving of {x}.",
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
