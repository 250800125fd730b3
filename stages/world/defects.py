"""Defects as they occur in crawled text, planted at given rates and labelled.

The label stands in `metadata["defect"]`; where a repair is possible, `metadata["original"]` holds
the text that a perfect one would give back; a copy names its model in `metadata["copy_of"]`.
Cleaning never looks at them: they are there to state recall and precision for each kind.
"""

import html
import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import entities
from itertools import chain
from random import Random

from stages.text.documents import Document, document_id
from stages.world import defect_material as material
from stages.world import letter_defects
from stages.world.grammar import capitalise, expand

SHINGLE_WORDS = 5
NEAR_DUPLICATE_MIN_JACCARD = 0.85
HARDER = 0.2  # share of a kind's documents in which the defect is harder to see or to mend
PASSAGES_PER_LANGUAGE = 8  # so that a passage occurs in several documents, even in a small corpus

# Whose words stand around a text: code is surrounded by English.
_WRITTEN_IN = {"vi": "vi", "en": "en", "code": "en"}

# Each returns the spoilt text and, where a repair could give it back, the text before; None where
# the text offers no hold (an English text has no diacritics to decompose).
Spoiler = Callable[[str, str, Random], tuple[str, str | None] | None]


def plant(documents: Iterator[Document], rates: dict[str, float], seed: int, language: str) -> Iterator[Document]:
    """Yield the documents in their order, each with at most one defect, copies right after their model.

    `rates` gives the share of documents for each kind of `KINDS`. Which document gets what depends
    only on its id and the seed. Raises ValueError for an unknown kind or rates that sum above 1.
    """
    if unknown := sorted(set(rates) - set(KINDS)):
        raise ValueError(f"unknown defect {unknown[0]!r}; known are {', '.join(KINDS)}")
    if sum(rates.values()) > 1:
        raise ValueError(f"the rates of defects sum to {sum(rates.values()):.3f}, above 1")
    for document in documents:
        random = Random(f"{seed}/defect/{document.id}")
        kind = _choose(rates, random.random())
        if kind in _COPIES:
            yield document
            if (text := _COPIES[kind](document.text, language, random)) is not None:
                yield replace(
                    document,
                    id=document_id(document.source, f"{kind} of {document.id}"),
                    text=text,
                    metadata=document.metadata | {"defect": kind, "copy_of": document.id},
                )
        elif kind and (spoilt := _spoiler(kind)(document.text, _WRITTEN_IN.get(language, "en"), random)):
            label = {"defect": kind} | ({} if spoilt[1] is None else {"original": spoilt[1]})
            yield replace(document, text=spoilt[0], metadata=document.metadata | label)
        else:
            yield document


def _spoiler(kind: str) -> Spoiler:
    return (_SPOILERS | _LATER_SPOILERS)[kind]


def _choose(rates: dict[str, float], point: float) -> str | None:
    for kind in KINDS:
        point -= rates.get(kind, 0.0)
        if point < 0:
            return kind
    return None


# ---- encodings ----------------------------------------------------------------------------------


def mojibake(text: str, language: str, random: Random) -> tuple[str, str]:
    """UTF-8 read as Windows-1252 (its holes as Latin-1, as browsers do) or as Latin-1, sometimes twice."""
    original = text if re.search(r"[^\x00-\x7f]", text) else _with_typographic_marks(text)
    as_windows = random.random() < 0.7
    spoilt = original
    for _ in range(2 if random.random() < HARDER else 1):
        spoilt = "".join(_windows_1252(byte) if as_windows else chr(byte) for byte in spoilt.encode())
    return spoilt, original


def _windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _with_typographic_marks(text: str) -> str:
    """ASCII text as a word processor would set it, so that there is something to break."""
    curly = re.sub(r'"([^"\n]*)"', r"“\1”", text).replace("'", "’")
    return curly if curly != text else re.sub(r",? (and|but|in|with|for) ", r" – \1 ", text, count=1) + " …"


def decomposed(text: str, language: str, random: Random) -> tuple[str, str] | None:
    """Letters and their marks as separate code points (NFD), as some file systems and PDFs give them."""
    spoilt = unicodedata.normalize("NFD", text)
    return None if spoilt == text else (spoilt, text)


# ---- what surrounds a text on the web -----------------------------------------------------------


def boilerplate(text: str, language: str, random: Random) -> tuple[str, str]:
    """Lines of navigation, login, cookies, sharing and copyright around the text."""
    words = material.WEB_WORDS[language]
    above = [expand(line, words, random) for line in random.sample(material.ABOVE[language], random.randint(1, 3))]
    below = [expand(line, words, random) for line in random.sample(material.BELOW[language], random.randint(1, 4))]
    if random.random() < HARDER:
        below.insert(0, expand(random.choice(material.SUBTLE_LINES[language]), words, random))
    return "\n".join([*above, text, *below]), text


def markup(text: str, language: str, random: Random) -> tuple[str, str]:
    """Tags, entities and script remains, as a careless extraction leaves them; sometimes letters as entities only."""
    if random.random() < HARDER and (spoilt := _with_entities(text, random)) != text:
        return spoilt, text
    name = random.choice(["content", "post-body", "entry", "detail", "article__text", f"block-{random.randint(2, 99)}"])
    escaped = html.escape(text, quote=False)
    wrap = random.choice(["p", "div", "span", "section", "td"])
    style = random.choice(["", f' class="{name}"', f' id="{name}"', f' style="font-size:{random.randint(11, 18)}px"'])
    sentences = re.sub(
        r"(?<=[.!?]) (?=\w)", lambda _: random.choice([" ", " ", "&nbsp;", "<br/>", "<br>\n", " </b>"]), escaped
    )
    page = f"<{wrap}{style}>" + sentences.replace("\n", f"</{wrap}>\n<{wrap}{style}>") + f"</{wrap}>"
    remains = [
        f"<script>var {random.choice('abxyz')}{random.randint(1, 99)} = document.getElementById('{name}');</script>",
        f"<!-- {name} {random.randint(1000, 9999)} -->",
        f'<img src="/upload/{random.randint(10**5, 10**6)}.jpg" alt="" width="{random.randint(200, 900)}">',
        f'<a href="/{name}/{random.randint(10, 999)}.html" rel="nofollow"></a>',
        f"<style>.{name} {{ margin: 0 {random.randint(1, 20)}px; }}</style>",
        "&nbsp;&nbsp;&raquo;&nbsp;",
    ]
    before, after = random.sample(remains, 2)
    return random.choice([f"{before}\n{page}", f"{page}\n{after}", f"{before}\n{page}\n{after}", page]), text


def _with_entities(text: str, random: Random) -> str:
    """Every letter beyond ASCII as a named or numeric entity, and perhaps spaces that do not break."""
    space = random.choice([" ", "&nbsp;", "&#160;"])
    names = entities.codepoint2name if random.random() < 0.5 else {}
    letters = [
        letter if letter.isascii() else f"&{names[ord(letter)]};" if ord(letter) in names else f"&#{ord(letter)};"
        for letter in html.escape(text, quote=False)
    ]
    return re.sub(r"(?<=[.!?]) ", space, "".join(letters))


def repeated_passage(text: str, language: str, random: Random) -> tuple[str, str]:
    """A passage of 50 words or more that several documents share, before or after their own text."""
    passage = random.choice(_passages(language))
    return random.choice([f"{passage}\n{text}", f"{text}\n{passage}"]), text


@cache
def _passages(language: str) -> tuple[str, ...]:
    random, words = Random("passages"), material.WEB_WORDS[language]
    passages = []
    for number in range(PASSAGES_PER_LANGUAGE):
        kind = material.PASSAGE_SENTENCES[language][number % len(material.PASSAGE_SENTENCES[language])]
        passages.append(capitalise(" ".join(expand(sentence, words, random) for sentence in kind)))
    return tuple(passages)


def personal_data(text: str, language: str, random: Random) -> tuple[str, str]:
    """Addresses, phone numbers and numbers of identity papers between the sentences.

    Mail domains are reserved ones (RFC 2606).
    """
    sentences = re.split(r"(?<=[.!?]) ", text)
    for _ in range(random.randint(1, 3)):
        words = {
            "mail": _mail_address(random),
            "ip": _ip_address(random),
            "phone": _phone_number(language, random),
            "identity": _identity_number(language, random),
        } | material.WEB_WORDS[language]
        place = random.randint(1, len(sentences))
        sentences.insert(place, capitalise(expand(random.choice(material.CONTACTS[language]), words, random)))
    return " ".join(sentences), text


def _mail_address(random: Random) -> str:
    name = random.choice(["{0}.{1}", "{0}{1}", "{0}_{1}", "{1}.{0}{2}", "{0}{2}", "{0}-{1}", "{0}.{1}{2}"]).format(
        random.choice(material.MAIL_NAMES), random.choice(material.MAIL_NAMES), random.randint(1, 2010)
    )
    host = random.choice(
        ["mail.", "", "", f"{random.choice(material.MAIL_NAMES)}.", f"{random.choice(material.MAIL_NAMES)}-edu."]
    )
    return f"{name}@{host}example.{random.choice(['com', 'org', 'net'])}"


def _ip_address(random: Random) -> str:
    while True:
        address = ipaddress.IPv4Address(random.getrandbits(32))
        if address.is_global and not address.is_multicast:
            return str(address)


def _phone_number(language: str, random: Random) -> str:
    area = random.choice(material.PHONE_AREAS[language])
    if language == "en":
        last = f"01{random.randrange(100):02}"  # 555-0100 to 555-0199 are kept for fiction
        form = random.choice(["{0}-555-{1}", "({0}) 555-{1}", "+1 {0} 555 {1}", "{0}.555.{1}"])
        return form.format(area, last)
    form = random.choice(
        ["0{0}{1}{2}{3}", "0{0}{1} {2} {3}", "0{0}{1}.{2}.{3}", "+84 {0}{1} {2} {3}", "(0{0}){1}{2}{3}"]
    )
    return form.format(area, random.randrange(10), f"{random.randrange(1000):03}", f"{random.randrange(1000):03}")


def _identity_number(language: str, random: Random) -> str:
    """A social security number, or a citizen's number or the older one of nine digits."""
    if language == "en":
        return f"001-{random.randint(1, 99):02}-{random.randint(1, 9999):04}"
    if random.random() < 0.3:
        return f"{random.randrange(10**9):09}"
    groups = [
        random.choice(material.PROVINCE_CODES),
        f"{random.choice('456789')}{random.randrange(100):02}",  # sex and century: born from 2100 on, so nobody's
        *(f"{random.randrange(1000):03}" for _ in range(2)),
    ]
    return random.choice(["", " "]).join(groups)


# ---- text that is worth nothing -----------------------------------------------------------------


def wrong_language(text: str, language: str, random: Random) -> tuple[str, None]:
    """A text in another language, about as long as the one that it replaces, sometimes below a sentence of that."""
    other = random.choice([name for name in sorted(material.FOREIGN) if name != language])
    patterns, words = material.FOREIGN[other]
    sentences = [re.split(r"(?<=[.!?])\s", text)[0]] if random.random() < HARDER else []
    while len(" ".join(sentences)) < max(len(text), 150):
        sentences.append(capitalise(expand(random.choice(patterns), words, random)))
    return " ".join(sentences), None


def gibberish(text: str, language: str, random: Random) -> tuple[str, None]:
    """Random letters, a mashed keyboard, a failed OCR, or letters shuffled within the text."""
    manner = random.choice([_random_letters, _mashed_keyboard, _failed_ocr, _shuffled_letters])
    return " ".join(manner(word, random) for word in text.split()), None


def _random_letters(word: str, random: Random) -> str:
    return "".join(random.choice("bcdfghjklmnpqrstvwxzaeiouy") for _ in range(random.randint(2, 11)))


def _mashed_keyboard(word: str, random: Random) -> str:
    row = random.choice(["qwertyuiop", "asdfghjkl;", "zxcvbnm,.", "1234567890"])
    start = random.randrange(len(row))
    return "".join(row[(start + random.choice([0, 1, 2, -1])) % len(row)] for _ in range(random.randint(3, 9)))


def _failed_ocr(word: str, random: Random) -> str:
    return "".join(random.choice("|!l1I~^*§¦#°¬.,;:_'%") if random.random() < 0.55 else letter for letter in word)


def _shuffled_letters(word: str, random: Random) -> str:
    letters = list(word + random.choice(["", "x", "q", "zk", "wj"]))
    random.shuffle(letters)
    return "".join(letters)


def word_salad(text: str, language: str, random: Random) -> tuple[str, None]:
    """The words of the text in a random order, sometimes by twos and threes; signs and capitals stay in their places.

    Every word, line and count is that of a good text: only what follows what is wrong.
    """
    run = random.randint(2, 3) if random.random() < HARDER else 1
    pieces = re.split(r"(\w+(?:['’]\w+)*)", text)  # signs at even places, words at odd ones
    words = pieces[1::2]
    runs = [words[start : start + run] for start in range(0, len(words), run)]
    random.shuffle(runs)
    pieces[1::2] = (
        capitalise(new) if old.istitle() else new.lower() for old, new in zip(words, chain(*runs), strict=True)
    )
    return "".join(pieces), None


def too_short(text: str, language: str, random: Random) -> tuple[str, None]:
    """What is left of a page whose text was not found: a few words, or a placeholder."""
    if random.random() < 0.3:
        return capitalise(
            expand(random.choice(material.PLACEHOLDERS[language]), material.WEB_WORDS[language], random)
        ), None
    words = text.split()
    start = random.randrange(max(1, len(words) - 6))
    return " ".join(words[start : start + random.randint(2, 6)]), None


def flagged(text: str, language: str, random: Random) -> tuple[str, str | None]:
    """Advertising for gambling, loans and adult pages with a sentence or two of the text, or below all of the text."""
    if random.random() < HARDER:
        (sentence,) = random.sample(material.SPAM[language], 1)
        return f"{text} {capitalise(expand(sentence, material.SPAM_WORDS[language], random))}", text
    spam = random.sample(material.SPAM[language], random.randint(3, 5))
    sentences = [capitalise(expand(sentence, material.SPAM_WORDS[language], random)) for sentence in spam]
    own = re.split(r"(?<=[.!?])\s", text)
    for sentence in random.sample(own, min(len(own), random.randint(0, 2))):
        sentences.insert(random.randint(0, len(sentences)), sentence)
    return " ".join(sentences), None


# ---- copies -------------------------------------------------------------------------------------


def exact_duplicate(text: str, language: str, random: Random) -> str:
    """The same text once more."""
    return text


def near_duplicate(text: str, language: str, random: Random) -> str | None:
    """The text after a light edit or two that keep `NEAR_DUPLICATE_MIN_JACCARD` of its shingles; None if none does."""
    once = _edited(text, text, random)
    return once and (_edited(once, text, random) or once)


def _edited(text: str, model: str, random: Random) -> str | None:
    words = text.split(" ")
    place = random.randrange(len(words))
    edits = [
        " ".join([*words[:place], random.choice(["…", "(*)", "–"]), *words[place:]]),
        " ".join([*words[:place], *words[place + 1 :]]),
        " ".join([*words[:place], words[place], words[place], *words[place + 1 :]]),
        " ".join(words[1:]),
        f"{text} {random.choice(material.TAILS)}",
        f"{random.choice(material.HEADS)} {text}",
    ]
    random.shuffle(edits)
    return next((edit for edit in edits if 1 > jaccard(edit, model) >= NEAR_DUPLICATE_MIN_JACCARD), None)


def jaccard(first: str, second: str) -> float:
    """Shared part of the 5-word shingles of two texts; a text shorter than a shingle is one itself."""
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other)


def shingles(text: str) -> set[tuple[str, ...]]:
    """The 5-word shingles of a text, in lower case and without punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + SHINGLE_WORDS]) for start in range(max(1, len(words) - SHINGLE_WORDS + 1))}


_SPOILERS: dict[str, Spoiler] = {
    "mojibake": mojibake,
    "decomposed": decomposed,
    "wrong_language": wrong_language,
    "boilerplate": boilerplate,
    "html": markup,
    "repeated_passage": repeated_passage,
    "too_short": too_short,
    "gibberish": gibberish,
    "flagged": flagged,
    "personal_data": personal_data,
}
_COPIES = {"exact_duplicate": exact_duplicate, "near_duplicate": near_duplicate}
# These came later: `_choose` goes through the kinds in order, so that they leave the others' documents as they were.
_LATER_SPOILERS: dict[str, Spoiler] = {
    "legacy_encoding": letter_defects.legacy_encoding,
    "tone_placement": letter_defects.tone_placement,
    "confusables": letter_defects.confusables,
    "glued_sentences": letter_defects.glued_sentences,
    "segmented": letter_defects.segmented,
    "unaccented": letter_defects.unaccented,
    "word_salad": word_salad,
}
KINDS = (*_SPOILERS, *_COPIES, *_LATER_SPOILERS)
