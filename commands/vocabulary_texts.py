"""Real text for judging vocabularies: read, repaired as in the stage clean, and cut into training and held-out text.

The folder is laid out as docs/fertility.md says: corpus/vi and corpus/en (JSON lines, gzip), parallel, benchmarks and
tokenizers. Nothing is dropped but exact duplicates: rules that drop documents would hide what real text costs.
"""

import importlib
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

from stages import params
from stages.cleaning.cleaner import Cleaner
from stages.cleaning.settings import Rules
from stages.errors import BadInput
from stages.files.reading import read_jsonl
from stages.formats.account import Account
from stages.normalisation.pages import compose
from stages.text.documents import Document, document_id, number_of, read_documents, write_documents

PARAMS = Path("params.yaml")
CLEAN_SECTIONS = ("clean.{language}", "languages", "profiles.{profile}.clean")
# Of letters, signs and spaces: these decide how a word is cut. The others take lines away.
LETTER_REPAIRS = frozenset(
    ("markup", "legacy_encoding", "encoding", "confusables", "segmentation", "punctuation", "invisible", "whitespace",
     "glued_sentences")
)  # fmt: skip
# Domain -> file below corpus/<language> and the reader of its format in stages/formats.
VIETNAMESE = {
    "wiki": ("viwiki", "wiki"),
    "news": ("news_segmented", "segmented"),
    "law": ("law", "law"),
    "web": ("web", "plain"),
    "health": ("health_crawl", "plain"),
}
ENGLISH = {"books": ("books", "plain"), "prose": ("nltk", "plain")}
# Their novels are full of foreign names, and stay out of the guard as a whole.
AUTHORS_OF_FOREIGN_NAMES = frozenset(("Leo Tolstoy", "Fyodor Dostoevsky"))
HELD_OUT_OF = 20  # one document in so many is held out
SHARES = 10_000  # to which a share of all documents is exact
# Files of benchmarks below benchmarks/, and the keys of an item that hold text.
BENCHMARKS = {
    "m3exam": ("m3exam/vietnamese_test", ("background_description", "question_text", "options")),
    "vmlu": ("vmlu/test", ("question", "choices")),
    "xcopa": ("xcopa_vi/test.vi", ("premise", "choice1", "choice2")),
    "arc_e": ("arc_easy_vi/test", ("instruction", "option_a", "option_b", "option_c", "option_d")),
    "arc_c": ("arc_challenge_vi/test", ("instruction", "option_a", "option_b", "option_c", "option_d")),
    "mmlu": ("mmlu_vi/test", ("instruction", "option_a", "option_b", "option_c", "option_d")),
    "truthfulqa": ("truthfulqa_vi/test", ("question", "mc2_targets_choices")),
}
CODE_BYTES = 4_000_000

Lines = list[str]


@dataclass(frozen=True)
class Corpus:
    """Training text on disk, to be read again and again, and held-out lines by domain in memory."""

    vietnamese: Path
    english: Path
    held_out: dict[str, Lines]
    held_out_english: dict[str, Lines]

    def vietnamese_texts(self) -> Iterator[str]:
        """The training text."""
        return (document.text for document in read_documents(self.vietnamese))

    def english_texts(self) -> Iterator[str]:
        """The text of the guard."""
        return (document.text for document in read_documents(self.english))


def prepare(data: Path, scratch: Path, share: float) -> Corpus:
    """Read the corpus below `data`, or this share of its documents; training text is written into `scratch`."""
    held_out: dict[str, dict[str, Lines]] = {"vi": {}, "en": {}}
    foreign: Lines = []
    for language, domains in (("vi", VIETNAMESE), ("en", ENGLISH)):
        repair = letter_repair(language)
        for domain, (name, reader) in domains.items():
            file = data / "corpus" / language / f"{name}.jsonl.gz"
            documents = distinct(_repaired(_documents(file, reader, share), repair))
            lines = held_out[language][domain] = []
            bar = tqdm(documents, desc=f"read {language}/{name}", unit=" documents")
            write_documents(scratch / language / domain, _set_apart(bar, lines, foreign))
            if not lines and language == "vi":
                raise BadInput(
                    f"{file}: none of its documents is held out, which are one in {HELD_OUT_OF}. "
                    "Give more text, or a larger --share."
                )
    held_out["en"] |= {"foreign names": foreign, "code": python_code(CODE_BYTES)}
    return Corpus(
        scratch / "vi",
        scratch / "en",
        held_out["vi"],
        {domain: lines for domain, lines in held_out["en"].items() if lines},
    )


def _set_apart(documents: Iterable[Document], held_out: Lines, foreign: Lines) -> Iterator[Document]:
    """The documents to train on; lines of the others are put into the two lists."""
    for document in documents:
        if document.metadata["author"] in AUTHORS_OF_FOREIGN_NAMES:
            foreign.extend(lines_of(document.text))
        elif is_held_out(document.id):
            held_out.extend(lines_of(document.text))
        else:
            yield document


def unseen_lines(data: Path) -> dict[str, Lines]:
    """Vietnamese of kinds that no training text has: sentence pairs, and the items of each benchmark."""
    repair = letter_repair("vi")
    found = {"pairs": [vi for vi, _ in sentence_pairs(data)]}
    for name, (file, keys) in BENCHMARKS.items():
        path = data / "benchmarks" / f"{file}.jsonl.gz"
        items = (record for _, record in read_jsonl(_existing(path), keys) if isinstance(record, dict))
        texts = (repair("\n".join(_strings([item.get(key) for key in keys]))) for item in items)
        found[name] = [line for text in texts for line in lines_of(text)]
    return found


def sentence_pairs(data: Path) -> list[tuple[str, str]]:
    """Vietnamese sentences, each with its English translation; white space is single spaces."""
    sides = [_sentences(data / "parallel" / f"tatoeba.{language}.txt") for language in ("vi", "en")]
    if len(sides[0]) != len(sides[1]):
        raise BadInput(
            f"{data / 'parallel'}: tatoeba.vi.txt has {len(sides[0])} lines and tatoeba.en.txt {len(sides[1])}. "
            "Fetch both again: line by line one is the translation of the other."
        )
    return [(vi, en) for vi, en in zip(*sides, strict=True) if vi and en]


@cache
def letter_repair(language: str) -> Callable[[str], str]:
    """The repairs of letters, signs and spaces that the stage clean makes in this language, in their order."""
    rules = params.load(Rules, PARAMS, *CLEAN_SECTIONS, language=language)
    kept = tuple(name for name in rules.repairs if name in LETTER_REPAIRS)
    cleaner = Cleaner(replace(rules, repairs=kept, min_doubled_words=None, language=None))
    return lambda text: cleaner.repair(text)[0]


def is_held_out(id_: str) -> bool:
    """Whether a document is held out: by its id alone, so that neither order nor other documents matter.

    >>> [is_held_out(f"{number:016x}") for number in (0, 1, 19, 20)]
    [True, False, False, True]
    """
    return number_of(id_) % HELD_OUT_OF == 0


def distinct(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents without those whose text an earlier one has."""
    seen = set()
    for document in documents:
        key = document_id("", document.text)
        if key not in seen:
            seen.add(key)
            yield document


def lines_of(text: str) -> Lines:
    """The lines with text; a tokenizer's tokens for line breaks would be counted in none of them.

    >>> lines_of("Điều 1.\\n\\n  Phạm vi ")
    ['Điều 1.', 'Phạm vi']
    """
    return [stripped for line in text.split("\n") if (stripped := line.strip())]


def python_code(size_bytes: int) -> Lines:
    """Lines with text of the standard library of the running interpreter, with their indentation."""
    lines: Lines = []
    for file in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        new = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        size_bytes -= sum(len(line.encode()) for line in new)
        lines += new
        if size_bytes <= 0:
            break
    return lines


def _documents(file: Path, reader: str, share: float) -> Iterator[Document]:
    source = file.name.removesuffix(".jsonl.gz")

    def raw() -> Iterator[Document]:
        for key, record in read_jsonl(_existing(file), ("text",)):
            if not isinstance(record, dict) or not isinstance(record.get("text"), str):
                raise BadInput(f"{file}, {key}: no string under the key text. Mend the line, or take it out.")
            id_ = document_id(source, str(record.get("id", key)))
            if number_of(id_) // HELD_OUT_OF % SHARES < share * SHARES:
                yield Document(id_, record["text"], source, metadata={"author": str(record.get("author", ""))})

    return importlib.import_module(f"stages.formats.{reader}").read(raw(), Account())


def _repaired(documents: Iterable[Document], repair: Callable[[str], str]) -> Iterator[Document]:
    for document in documents:
        document.text = repair(document.text.encode(errors="replace").decode())
        yield document


def _sentences(file: Path) -> Lines:
    """The lines of a file, in NFC; one that is not UTF-8 is empty, so that its pair is left out."""
    return [" ".join(compose(_decoded(line)).split()) for line in _existing(file).read_bytes().splitlines()]


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return ""


def _strings(value: Any) -> Iterator[str]:
    """All strings in a value and the lists in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_strings, value))


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise BadInput(f"{file}: no such file. docs/fertility.md tells how the folder of real text is laid out.")
    return file
