"""An extended tokenizer's folder with the account of what was won: metrics and report.json."""

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from stages.outputs import new_folder, write_json
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.changes import HeldOut, describe_changes
from stages.tokenizer.encoding import tokens_of_texts
from stages.tokenizer.extension import NewToken
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.methods import Texts, extend_tokenizer
from stages.tokenizer.settings import Extension


def write_extension(
    base: Path, vietnamese: Texts, english: Texts, held_out: HeldOut, out: Path, settings: Extension
) -> dict[str, Any]:
    """Extend the tokenizer in the folder `base`, write it into `out` with report.json; returns the metrics.

    The metrics hold, for each language and domain of `held_out`, what its text costs before and after, and
    under `all` the same for all domains of the language. `llama_cpp` is 0 if llama.cpp, which has a fixed list of split
    rules, cannot split as this tokenizer does. The report lists the new tokens, the ids of those that no held-out
    Vietnamese text uses, the held-out English words that change (guard `guarded` allows a few), and sentences with
    their pieces before and after.
    """
    old = byte_bpe.read(base)
    extended = extend_tokenizer(old, vietnamese, english, settings)
    before, after = old.tokenizer(), extended.bpe.tokenizer()
    texts = {
        language: [text for domain in domains.values() for text in domain] for language, domains in held_out.items()
    }
    new_ids = {token.id for token in extended.made}
    used_held_out = tokens_of_texts(texts.get("vi", []), after).keys() & new_ids
    metrics: dict[str, Any] = {
        "size": extended.bpe.size,
        "base_size": old.size,
        "new_tokens": len(extended.made),
        "new_tokens_used": sum(count > 0 for count in extended.occurrences.values()) / max(len(extended.made), 1),
        "new_tokens_used_held_out": len(used_held_out) / max(len(extended.made), 1),
        "superwords": sum(token.kind == "superword" for token in extended.made),
        "llama_cpp": int(extended.bpe.definition()["pre_tokenizer"] == old.definition()["pre_tokenizer"]),
    }
    for language, domains in held_out.items():
        metrics[language] = {
            name: _compare(domain, before, after)
            for name, domain in sorted({**domains, "all": texts[language]}.items())
        }
    report = {
        "new_tokens": [_entry(token, extended.occurrences[token.id]) for token in extended.made],
        "unused_held_out": sorted(new_ids - used_held_out),
        **describe_changes(held_out, before, after),
    }
    with new_folder(out) as folder:
        write_tokenizer(folder, extended.bpe, base)
        write_json(folder / "report.json", report)
    return metrics


def _compare(texts: list[str], before: Tokenizer, after: Tokenizer) -> dict[str, float]:
    spans = fertility.count_spans(texts)
    plain = fertility.without_digits(spans)
    old, new = fertility.measure(spans, before), fertility.measure(spans, after)
    old_plain, new_plain = fertility.measure(plain, before), fertility.measure(plain, after)
    words = fertility.count_words(texts)
    return {
        "documents": len(texts),
        "words": new.words,
        "tokens_per_word_before": old.tokens_per_word,
        "tokens_per_word": new.tokens_per_word,
        "floor": old.floor,
        "bytes_per_token_before": old.bytes_per_token,
        "bytes_per_token": new.bytes_per_token,
        "no_digits_tokens_per_word_before": old_plain.tokens_per_word,
        "no_digits_tokens_per_word": new_plain.tokens_per_word,
        "no_digits_floor": old_plain.floor,
        "tokens_changed": fertility.share_changed(spans, before, after),
        "words_changed": sum(words[word] for word in fertility.changed(words, before, after)) / max(new.words, 1),
        "documents_changed": len(fertility.changed(texts, before, after)) / max(len(texts), 1),
        "round_trip_failures": len(fertility.not_restored(texts, after)),
    }


def _entry(token: NewToken, occurrences: int) -> dict[str, Any]:
    """A line of the report. `text` is empty for a token that is no whole characters.

    An intermediate occurs in no training text by itself: it is there for the merges that need it, or, a byte or a
    letter, so that any text can be written.
    """
    try:
        text = token.token if token.kind == "added" else byte_bpe.to_bytes(token.token).decode()
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
        "intermediate": occurrences == 0,
    }
