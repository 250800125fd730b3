"""The tokenizer extended with Vietnamese merges, and its report.

Reads the base's tokenizer and the training text, learns new merges after the base's own (continued
byte-level BPE), and writes a tokenizer that transformers, tokenizers and LitGPT read alike. The
report lists each new token; the metrics say what the text costs in tokens before and after.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt
from tokenizers import Tokenizer

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.text.documents import read_documents
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.extension import Guard, NewToken, extend
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.pieces import SyllablePieces, accented_letters

SECTIONS = ("vocab", "profiles.{profile}.vocab")
LANGUAGES = ("vi", "en")
log = logging.getLogger("vocab")


@section
class Params:
    guard: Literal["strict", "guarded"]
    max_guard_per_million: Annotated[float, Field(ge=0)]
    min_count: PositiveInt
    new_tokens: PositiveInt


def run(base: Path, documents: Path, out: Path, params: Params) -> dict[str, Any]:
    """Write the extended tokenizer into `out`; returns the metrics. `documents` holds <language>/<part>."""
    old = byte_bpe.read(base / "tokenizer.json")
    old_tokenizer = old.tokenizer()
    train = fertility.count_words(_texts(documents / "vi" / "train"))
    if not train:
        raise BadInput(f"{documents / 'vi' / 'train'}: no words. Add Vietnamese text, or see what clean has dropped.")
    guard = None
    if params.guard == "guarded":
        english = fertility.count_words(_texts(documents / "en" / "train"))
        guard = Guard(fertility.count_pretokens(english, old_tokenizer), params.max_guard_per_million)
    new, made = extend(
        old,
        fertility.count_pretokens(train, old_tokenizer),
        SyllablePieces(all_syllables()).allows,
        accented_letters(),
        params.new_tokens,
        params.min_count,
        guard,
    )
    log.info("%d entries and %d new ones, the last seen %d times", old.size, len(made), made[-1].count)

    new_tokenizer = new.tokenizer()
    used = fertility.token_counts(train, new_tokenizer)
    metrics: dict[str, Any] = {
        "size": new.size,
        "base_size": old.size,
        "new_tokens": len(made),
        "new_tokens_used": sum(used[token.id] > 0 for token in made) / len(made),
    }
    for language in LANGUAGES:
        by_source = _texts_by_source(documents / language / "validation")
        metrics[language] = {
            name: _compare(texts, old_tokenizer, new_tokenizer) for name, texts in sorted(by_source.items())
        }
    with new_folder(out) as folder:
        write_tokenizer(folder, new, base)
        write_json(folder / "report.json", {"new_tokens": [_entry(token, used[token.id]) for token in made]})
    return metrics


def _texts(folder: Path) -> Iterator[str]:
    return (document.text for document in read_documents(folder))


def _texts_by_source(folder: Path) -> dict[str, list[str]]:
    """The held-out texts of each source, and of all of them."""
    by_source: dict[str, list[str]] = {"all": []}
    for document in read_documents(folder):
        by_source.setdefault(document.source, []).append(document.text)
        by_source["all"].append(document.text)
    return by_source


def _compare(texts: list[str], before: Tokenizer, after: Tokenizer) -> dict[str, float]:
    words = fertility.count_words(texts)
    plain = fertility.without_digits(words)
    old, new = fertility.measure(words, before), fertility.measure(words, after)
    old_plain, new_plain = fertility.measure(plain, before), fertility.measure(plain, after)
    return {
        "documents": len(texts),
        "words": new.words,
        "tokens_per_word_before": old.tokens_per_word,
        "tokens_per_word": new.tokens_per_word,
        "floor": new.floor,
        "bytes_per_token_before": old.bytes_per_token,
        "bytes_per_token": new.bytes_per_token,
        "no_digits_tokens_per_word_before": old_plain.tokens_per_word,
        "no_digits_tokens_per_word": new_plain.tokens_per_word,
        "no_digits_floor": new_plain.floor,
        "words_changed": sum(words[word] for word in fertility.changed(words, before, after)) / max(new.words, 1),
        "documents_changed": len(fertility.changed(texts, before, after)) / max(len(texts), 1),
        "round_trip_failures": len(fertility.not_restored(texts, after)),
    }


def _entry(token: NewToken, occurrences: int) -> dict[str, Any]:
    """A line of the report. `text` is empty for a token that is no whole characters."""
    try:
        text = byte_bpe.to_bytes(token.token).decode()
    except UnicodeDecodeError:
        text = ""
    return {
        "id": token.id,
        "token": token.token,
        "text": text,
        "kind": token.kind,
        "parts": list(token.parts),
        "count_when_merged": token.count,
        "occurrences": occurrences,
    }


def main() -> None:
    arguments = parser(__doc__, "base", "documents", "out", "metrics").parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(arguments.base, arguments.documents, arguments.out, params))


if __name__ == "__main__":
    start(main)
