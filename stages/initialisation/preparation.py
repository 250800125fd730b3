"""What a method needs to know of the new tokens, read from text, dictionary or donor; nothing that it does not."""

from collections.abc import Iterator
from pathlib import Path

from stages.errors import BadInput
from stages.initialisation.methods import Donor, Mixture, NewTokens
from stages.initialisation.settings import Neighbours, Settings
from stages.tokenizer import byte_bpe
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.extension import base_pieces


def new_tokens(
    method: str,
    base: ByteBPE,
    extended: ByteBPE,
    tensor: str,
    documents: Path,
    dictionary: Path,
    donor: Path,
    settings: Settings,
) -> NewTokens:
    """The new tokens as `method` needs them for the rows of `tensor`, a name in the model's weights.

    Raises `BadInput` where what the method reads is missing or unusable.
    """
    from stages.initialisation.dictionary import equivalents
    from stages.text.dictionary import read_dictionary

    symbols = extended.symbols
    return NewTokens(
        pieces=base_pieces(base, extended),
        is_byte=[len(symbols[id_]) == 1 for id_ in range(base.size, extended.size)],
        seed=settings.seed,
        piece_ratio=settings.weighted.piece_ratio,
        equivalents=equivalents(base, extended, read_dictionary(dictionary)) if method == "translation" else (),
        equivalent_weight=settings.translation.weight,
        neighbours=_neighbours(base, extended, documents, settings.neighbours) if method == "neighbours" else (),
        donor=_donor(base, extended, tensor, donor, settings.transplant.atoms) if method == "transplant" else None,
    )


def _neighbours(base: ByteBPE, extended: ByteBPE, documents: Path, settings: Neighbours) -> list[Mixture]:
    import numpy as np

    from stages.initialisation.static_vectors import count_neighbours, nearest, static_vectors, token_stream
    from stages.text.documents import read_documents

    folders = [documents / language / "train" for language in settings.languages]
    occurrences = np.zeros(extended.size, dtype=np.int64)

    def blocks() -> Iterator[np.ndarray]:
        texts = (document.text for folder in folders for document in read_documents(folder))
        for ids in token_stream(texts, extended.tokenizer(), settings.window, settings.max_tokens):
            occurrences[:] += np.bincount(ids[ids >= 0], minlength=extended.size)
            yield ids

    counts = count_neighbours(blocks(), extended.size, settings.window)
    if not occurrences.any():
        raise BadInput(f"{documents}: no text of {', '.join(settings.languages)} to make static vectors from.")
    vectors = static_vectors(counts, occurrences, settings.min_count, settings.dimensions, settings.context_exponent)
    return nearest(vectors, base.size, settings.neighbours, settings.temperature)


def _donor(base: ByteBPE, extended: ByteBPE, tensor: str, folder: Path, atoms: int) -> Donor:
    from stages.initialisation.donor import donor_on_our_vocabulary
    from stages.model.files import EMBEDDING, read_tensors

    if not (folder / "tokenizer.json").exists():
        raise BadInput(
            f"{folder}: no tokenizer.json. extend.transplant.donor must name a model folder in Hugging Face's form."
        )
    tokenizer, tensors = byte_bpe.read(folder / "tokenizer.json"), read_tensors(folder)
    if EMBEDDING not in tensors:
        raise BadInput(f"{folder}: its weights hold no {EMBEDDING}. extend.transplant.donor must be Llama-style.")
    rows = tensors.get(tensor, tensors[EMBEDDING])  # a donor whose head is tied gives its embedding for both
    if len(rows) < tokenizer.size:
        raise BadInput(
            f"{folder}: {len(rows)} rows for the {tokenizer.size} entries of its tokenizer.json. "
            "extend.transplant.donor must hold the tokenizer that its weights were trained with."
        )
    made = donor_on_our_vocabulary(rows, tokenizer, base, extended, atoms)
    if not len(made.known):
        raise BadInput(f"{folder}: its tokenizer can write none of our tokens. Name another extend.transplant.donor.")
    return made
