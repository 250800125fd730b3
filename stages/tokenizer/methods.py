"""The ways to extend a vocabulary, behind one function. docs/vocabulary.md tells how they work."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from stages.errors import BadInput
from stages.text.vietnamese import all_syllables
from stages.tokenizer import fertility
from stages.tokenizer.byte_bpe import ByteBPE, to_symbols
from stages.tokenizer.encoding import tokens_of_texts, tokens_of_words
from stages.tokenizer.extension import Growth, Guard, NewToken, begin
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from stages.tokenizer.sentencepiece_pieces import merge_pieces, train_pieces
from stages.tokenizer.settings import Extension
from stages.tokenizer.superwords import Superwords, count_runs, keep_runs_whole

Texts = Callable[[], Iterator[str]]  # a stream of texts that can be read again
_PIECES_PER_NEW_TOKEN = 4  # so many are asked of SentencePiece: more than half are the base's already, or no syllables


@dataclass(frozen=True)
class Extended:
    """A tokenizer and what it has beyond its base, in the order of ids, with its occurrences in the training text."""

    bpe: ByteBPE
    made: list[NewToken]
    occurrences: Mapping[int, int]


def extend_tokenizer(base: ByteBPE, vietnamese: Texts, english: Texts, settings: Extension) -> Extended:
    """Extend a tokenizer by entries for Vietnamese; by none with `new_tokens` 0. The order of texts has no influence.

    `english` is the text whose encoding has to stay (read with guard `guarded` only). Without new tokens no text is
    read. Raises `BadInput` if there is no Vietnamese text, or if the settings leave too little room.
    """
    if settings.superwords and settings.method == "added_tokens":
        raise BadInput("vocab.superwords: added_tokens can have none. Set superwords: 0, or another vocab.method.")
    if settings.normaliser == "nfc":
        base = _with_nfc(base)
    if settings.new_tokens == 0:
        return Extended(base, [], {})
    words = fertility.count_words(vietnamese())
    if not words:
        raise BadInput("no words in the Vietnamese training text. Add text, or see what clean has dropped.")
    if settings.method == "added_tokens":
        bpe, made = _add_pieces(base, words, settings)
    else:
        bpe, made = _merge(base, words, english, settings)
        if settings.superwords:
            bpe, made = _merge_superwords(bpe, made, vietnamese, settings)
    bpe, made = _fit_size(base, bpe, made, settings.size_multiple)
    tokenizer = bpe.tokenizer()
    # A superword lies in several words, so that counting distinct words would not find it.
    used = tokens_of_texts(vietnamese(), tokenizer) if settings.superwords else tokens_of_words(words, tokenizer)
    return Extended(bpe, made, {token.id: used[token.id] for token in made})


def _merge(
    base: ByteBPE, words: Mapping[str, int], english: Texts, settings: Extension
) -> tuple[ByteBPE, list[NewToken]]:
    """New merges within words, by continued BPE or for the pieces of SentencePiece."""
    tokenizer = base.tokenizer()
    guard = None
    if settings.guard == "guarded":
        pretokens = fertility.count_pretokens(fertility.count_words(english()), tokenizer)
        if not pretokens:
            raise BadInput("vocab.guard: guarded, but there is no English text to guard. Add some, or set strict.")
        guard = Guard(pretokens, settings.max_guard_per_million)
    new_tokens = settings.new_tokens - settings.superwords
    pretokens = fertility.count_pretokens(words, tokenizer)
    growth = begin(base, pretokens, SyllablePieces(all_syllables()).allows, accented_letters(), new_tokens, guard)
    if settings.method == "continued_bpe":
        growth.merge_most_frequent("merge", new_tokens, settings.min_count)
    else:
        pieces = train_pieces(words, _PIECES_PER_NEW_TOKEN * new_tokens)
        merge_pieces(growth, pieces, new_tokens, settings.min_count)
    return growth.bpe, growth.made


def _merge_superwords(
    bpe: ByteBPE, made: list[NewToken], vietnamese: Texts, settings: Extension
) -> tuple[ByteBPE, list[NewToken]]:
    bpe = keep_runs_whole(bpe)
    runs = count_runs(vietnamese(), settings.max_superword_runs)
    growth = Growth(bpe, made, runs, Superwords(all_syllables()).allows, None)
    growth.merge_most_frequent("superword", len(made) + settings.superwords, settings.min_count)
    return growth.bpe, growth.made


def _add_pieces(base: ByteBPE, words: Mapping[str, int], settings: Extension) -> tuple[ByteBPE, list[NewToken]]:
    """SentencePiece's pieces as added tokens, which text is split at wherever they stand: for comparison only.

    It breaks what the other methods keep: pieces cut into English words, those made of Latin-1 letters only (`Tôi`)
    are decoded as if they were symbols and come back broken, and bytes that the base lacks stay lost.
    """
    pieces = train_pieces(words, _PIECES_PER_NEW_TOKEN * settings.new_tokens)
    new = [piece for piece in pieces if to_symbols(piece.encode()) not in base.vocabulary and piece.strip()]
    made = [
        NewToken(id_, piece, "added", (), 0) for id_, piece in enumerate(new[: settings.new_tokens], start=base.size)
    ]
    options = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    added = [{"id": token.id, "content": token.token} | options for token in made]
    return base.copy(added_tokens=[*base.definition()["added_tokens"], *added]), made


def _fit_size(base: ByteBPE, bpe: ByteBPE, made: list[NewToken], multiple: int) -> tuple[ByteBPE, list[NewToken]]:
    """Without the last entries, so that the size is a multiple."""
    excess = bpe.size % multiple
    if excess == 0:
        return bpe, made
    kept = made[: max(len(made) - excess, 0)]
    if any(token.kind in ("byte", "letter") for token in made[len(kept) :]) or not kept:
        raise BadInput(
            f"vocab.size_multiple: {bpe.size} entries are no multiple of {multiple}, and the {len(made)} new ones are "
            "too few to leave some out. Set more vocab.new_tokens, or size_multiple: 1."
        )
    return bpe.without_last(excess), kept


def _with_nfc(base: ByteBPE) -> ByteBPE:
    """The tokenizer with NFC after what its normaliser does."""
    existing = base.definition().get("normalizer")
    if existing == {"type": "NFC"}:
        return base
    steps = [] if existing is None else existing["normalizers"] if existing["type"] == "Sequence" else [existing]
    nfc = {"type": "NFC"}
    return base.copy(normalizer={"type": "Sequence", "normalizers": [*steps, nfc]} if steps else nfc)
