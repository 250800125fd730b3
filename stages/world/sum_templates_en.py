"""English sentences of the word problems; `sum_templates_vi` asks the same in Vietnamese.

Fields: `{a}` and `{b}` the two numbers, `{r}` the result, `{a_items}`, `{b_items}`, `{r_items}`
a number with its noun (1 orange, 3 oranges), `{items}` the plural, `{p}` and `{f}` two people,
`{n}` a number that does not matter, `{eq}` the worked equation.
"""

from stages.world.sum_problems import Wording

PROBLEMS = {
    "add": Wording(
        givens=(
            "{p} has {a_items}.",
            "In front of {p} we see {a_items}.",
            "{p} brings along {a_items}.",
            "At first {p} has {a_items}.",
        ),
        changes=(
            "{f} gives {p} {b} more.",
            "Mother buys {p} {b} more.",
            "Grandma makes a present of {b} more.",
            "A friend puts in {b} more.",
        ),
        questions=(
            "How many {items} does {p} have altogether?",
            "How many does {p} have in all?",
            "What is the number of {items} altogether?",
        ),
        answers=(
            "Altogether {p} has {r_items}.",
            "Altogether that makes {r_items}.",
            "So in all {p} has {r_items}.",
        ),
    ),
    "join": Wording(
        givens=(
            "{p} finds {a_items}.",
            "{p} lays out {a_items}.",
            "The share of {p} is {a_items}.",
        ),
        changes=(
            "{f} adds {b}.",
            "The share of {f} is {b}.",
            "Next to them {f} lays {b}.",
        ),
        questions=(
            "How many {items} have they together?",
            "How many {items} is that put together?",
            "What do their {items} add up to?",
        ),
        answers=(
            "Together they have {r_items}.",
            "Put together that is {r_items}.",
            "They add up to {r_items}.",
        ),
    ),
    "take": Wording(
        givens=(
            "{p} owns {a_items}.",
            "At home {p} has {a_items}.",
            "Grandma gives {p} a share of {a_items}.",
            "To begin with {p} has {a_items}.",
        ),
        changes=(
            "{p} gives {f} {b}.",
            "{p} sells {b}.",
            "On the way {p} loses {b}.",
            "{p} offers {b} to the lady next door.",
        ),
        questions=(
            "How many {items} does {p} have left?",
            "How many are left for {p}?",
            "What is the number of {items} left?",
        ),
        answers=(
            "Now {p} still has {r_items}.",
            "The number left is {r}.",
            "So {p} is left with only {r_items}.",
        ),
    ),
    "more": Wording(
        givens=(
            "{p} counts {a_items}.",
            "{p} gathers {a_items}.",
            "This morning {p} has {a_items}.",
        ),
        changes=(
            "{f} has {b} more than {p}.",
            "The pile of {f} is larger by {b} more.",
            "Compared with {p}, {f} has {b} more.",
        ),
        questions=(
            "How many {items} does {f} have?",
            "So how many has {f}?",
            "What is the number that {f} has?",
        ),
        answers=(
            "With more, {f} has {r_items}.",
            "Having more, {f} holds {r_items}.",
        ),
    ),
    "fewer": Wording(
        givens=(
            "{p} counts {a_items}.",
            "{p} gathers {a_items}.",
            "This afternoon {p} has {a_items}.",
        ),
        changes=(
            "{f} has {b} fewer than {p}.",
            "The pile of {f} is smaller by {b}.",
            "Compared with {p}, {f} has {b} fewer.",
        ),
        questions=(
            "How many {items} does {f} have?",
            "So how many has {f}?",
            "What is the number that {f} has?",
        ),
        answers=(
            "With fewer, {f} has {r_items}.",
            "Having fewer, {f} holds {r_items}.",
        ),
    ),
    "difference": Wording(
        givens=(
            "{p} buys {a_items}.",
            "The team of {p} collects {a_items}.",
            "On the side of {p} we see {a_items}.",
        ),
        changes=(
            "{f} buys only {b}.",
            "As for {f}, there is a total of {b}.",
            "On the side of {f} we find {b}.",
        ),
        questions=(
            "By how many {items} is {p} ahead of {f}?",
            "How many ahead of {f} is {p}?",
            "By how many {items} do they differ?",
        ),
        answers=(
            "{p} is ahead of {f} by {r_items}.",
            "They differ by {r_items}.",
        ),
    ),
    "times": Wording(
        givens=(
            "At home {p} has {a} boxes.",
            "{p} sets out {a} baskets.",
            "{p} gets {a} crates ready.",
        ),
        changes=(
            "Each one holds {b_items}.",
            "{f} puts {b_items} in each one.",
            "In each one we find {b_items}.",
        ),
        questions=(
            "How many {items} is that in total?",
            "How many {items} in total?",
            "What is the total number of {items}?",
        ),
        answers=(
            "The total is {r_items}.",
            "In total they hold {r_items}.",
        ),
    ),
    "share": Wording(
        givens=(
            "{p} wants to divide {a_items}.",
            "The teacher lets {p} divide {a_items}.",
            "{p} starts dividing {a_items}.",
        ),
        changes=(
            "{p} divides them equally among {b} friends.",
            "{p} and {f} fill {b} equal boxes.",
            "They are divided into {b} equal parts.",
        ),
        questions=(
            "How many {items} make each part?",
            "How many are in each part?",
            "How many {items} are in a part?",
        ),
        answers=(
            "Each part gets {r_items}.",
            "Equally divided, each part has {r_items}.",
        ),
    ),
}

EQUATIONS = (
    "Because {eq}.",
    "The sum is {eq}.",
    "We have {eq}.",
    "To check: {eq}.",
    "The working: {eq}.",
    "The method: {eq}.",
    "We can write {eq}.",
    "In the head: {eq}.",
    "In short: {eq}.",
    "A second look shows {eq}.",
    "Try it yourself, {eq}.",
    "Counting with sticks: {eq}.",
)
SIGNS = {"add": "+", "join": "+", "more": "+", "take": "-", "fewer": "-", "difference": "-", "times": "×", "share": ":"}
SCENES = (
    "At {n} o'clock {p} and {f} sit in front of the house.",
    "{p} is in grade {n} and loves arithmetic.",
    "{p} lives at number {n}, next to {f}.",
    "It is day {n} of the month and the fair is packed.",
    "Team {n} is called to the blackboard.",
    "This afternoon {p} and {f} help Grandma tidy the garden.",
    "At the bazaar {p} meets {f} by a stall.",
    "At break {p} shows {f} all sorts of treasures.",
    "{p} invites {f} to play shop.",
    "Mother tells {p} to share fairly with {f}.",
    "It is raining, so {p} and {f} stay in and practise counting.",
    "The teacher sets {p} a funny puzzle.",
    "On the bus to the country {p} sits beside {f}.",
    "{p} helps {f} to arrange the room.",
    "At the weekend {p} and {f} clear the bookshelf.",
    "The village square is noisy and {p} takes {f} by the hand.",
)
