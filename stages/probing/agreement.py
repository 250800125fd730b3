"""English agreement: a sentence goes on with the verb in the subject's number, or in the other one.

Minimal pairs (BLiMP, Warstadt et al. 2020; Linzen et al. 2016) from sentences as they were written: what stands there
is taken for right, and only its opposite must be wrong. That is safe without a parser where a sentence begins with its
subject: a pronoun, or a noun after a determiner, with or without an attractor (`The keys to the cabinet are`). As
many probes have a singular verb as a plural one, so the right form is the longer one as often as not.
"""

import re
from collections import Counter
from random import Random

from stages.probing.choosing import Probe
from stages.probing.counts import Counts
from stages.probing.sentences import Sentence

AUXILIARIES = {"is": "are", "was": "were", "has": "have", "does": "do"}
SINGULAR_PRONOUNS = ("he", "she", "it")
PLURAL_PRONOUNS = ("they", "we")

_ADVERB = r"(?:(?:always|also|never|often|still|then|now|only|really|usually|sometimes|soon) )?"
_DETERMINER = r"(?:The|This|That|These|Those|His|Her|Their|My|Our|Your|Its|Some|Many|Few|All|Every|Each|A|An)"
_PREPOSITION = r"(?:of|in|on|at|near|from|with|by|for|to|behind|beside|under)"
_ATTRACTOR = rf"{_PREPOSITION} (?:the|a|an|his|her|their|these|this) [a-z]+ "
_PRONOUN = re.compile(rf"(?P<subject>He|She|It|They|We) {_ADVERB}(?P<verb>[a-z]+) ")
_NOUN = re.compile(
    rf"{_DETERMINER} (?P<subject>(?:[a-z]+ ){{1,2}}?)(?P<attractor>{_ATTRACTOR})?{_ADVERB}"
    rf"(?P<verb>is|are|was|were|has|have|does|do) "
)
# Not the head of a subject that has one number: pronouns, conjunctions, collective nouns, numerals, other verbs.
# fmt: off
_NO_HEAD = frozenset(
    (
        "that", "which", "who", "whom", "whose", "what", "and", "or", "but", "if", "when", "where", "while",
        "as", "than", "not", "one", "ones", "two", "three", "four", "five", "six", "more", "most", "other",
        "others", "same", "rest", "family", "government", "team", "group", "crowd", "couple", "public",
        "majority", "number", "police", "company", "committee", "army", "council", "pair", "lot", "half",
        "enemy", "press", "court", "party", "band", "staff", "you", "i", "he", "she", "it", "they", "we",
        "will", "would", "can", "could", "may", "might", "must", "shall", "should", "had", "been", "be", "did",
        "said", "all", "both", "none", "only", "such", "like", "kind", "sort",
    )
)
# fmt: on


class Agreement:
    """Makes probes of sentences, one after the other: with pronouns, nouns and attractors, both numbers as often."""

    def __init__(self, counts: Counts, min_count: int, ratio: float) -> None:
        self._to_plural = AUXILIARIES | _verbs(counts, min_count, ratio)
        self._to_singular = {plural: singular for singular, plural in self._to_plural.items()}
        self._made: Counter[tuple[str, str]] = Counter()

    def __call__(self, sentence: Sentence, random: Random) -> Probe | None:
        """A probe of this sentence; None if it does not begin with a subject and a verb, or has enough of its kind."""
        if found := _PRONOUN.match(sentence.text):
            kind, is_singular = "pronoun", found["subject"].lower() in SINGULAR_PRONOUNS
            verb = found["verb"]
            if (verb in self._to_plural) != is_singular or verb not in self._to_plural.keys() | self._to_singular:
                return None
        elif found := _NOUN.match(sentence.text):
            kind, verb = "attractor" if found["attractor"] else "noun", found["verb"]
            if not _NO_HEAD.isdisjoint(found.group().split()[1:-1]):
                return None
            is_singular = verb in self._to_plural
        else:
            return None
        number, other = ("singular", "plural") if is_singular else ("plural", "singular")
        if self._made[kind, number] > self._made[kind, other] or not self._is_wanted(kind):
            return None
        self._made[kind, number] += 1
        start, end = found.span("verb")
        rest = sentence.text[end:]
        opposite = (self._to_plural if is_singular else self._to_singular)[verb]
        return Probe(sentence.text[: start - 1], f"{verb}{rest}", (f"{opposite}{rest}",))

    def _is_wanted(self, kind: str) -> bool:
        """Pronouns are the easiest and the most frequent: at most as many as nouns."""
        made = {name: self._made[name, "singular"] + self._made[name, "plural"] for name in ("pronoun", "noun")}
        return kind != "pronoun" or made["pronoun"] <= made["noun"]


def _verbs(counts: Counts, min_count: int, ratio: float) -> dict[str, str]:
    """Verbs in the third person with their plural form, as the training text has them after pronouns.

    Left out are those that hardly differ from their past after a singular pronoun (`he put`, `she let`): the plural
    form must be `ratio` times as rare there as the singular one.
    """
    after: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for (first, second), count in counts.pairs.items():
        if (pronoun := first.lower()) in SINGULAR_PRONOUNS + PLURAL_PRONOUNS:
            after[pronoun in SINGULAR_PRONOUNS][second] += count
    verbs = {}
    for plural, count in after[False].items():
        singular = _third_person(plural)
        often = after[True][singular]
        if min(count, often) >= min_count and after[True][plural] * ratio <= often:
            verbs[singular] = plural
    return verbs


def _third_person(plural: str) -> str:
    """The verb after `he`, by spelling.

    >>> [_third_person(verb) for verb in ("walk", "play", "carry", "watch", "go")]
    ['walks', 'plays', 'carries', 'watches', 'goes']
    """
    if re.search("(?:s|x|z|ch|sh|o)$", plural):
        return f"{plural}es"
    return re.sub("(?<=[^aeiou])y$", "ie", plural) + "s"
