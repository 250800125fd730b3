"""Token shards of one language: litdata chunks for each source, and what they hold.

Reads the train and validation documents below --documents and the tokenizer of the model folder
--tokenizer. Writes <out>/<source>/{train,validation}/ (litdata) and <out>/sources.json with
documents, tokens and bytes; a language without documents gets an empty sources.json. Long documents
stand once more in <out>/<source>/long/. In a share of the training documents, words are replaced by
their translation in --dictionary. Conversations become ChatML to train on, without those held out;
of Vietnamese and English training documents that tell the same, both become one.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.text.documents import Document, read_documents

SECTIONS = ("pack", "packed.{language}", "conversations")
Share = Annotated[float, Field(ge=0, le=1)]

log = logging.getLogger(__name__)


@section
class CodeSwitched:
    document_share: Share
    word_rate: Share
    seed: NonNegativeInt


@section
class Params:
    documents: str  # which folder --documents is; dvc.yaml makes the path of it
    content: Literal["texts", "conversations", "twins"]
    enabled: bool
    held_out: Share
    chunk_tokens: PositiveInt
    min_long_document_tokens: PositiveInt
    code_switching: CodeSwitched


def run(
    documents: Path, tokenizer_folder: Path, dictionary: Path, out: Path, language: str, params: Params
) -> dict[str, Any]:
    """Pack the documents of one language; returns what is counted of each source and part."""
    from tokenizers import Tokenizer
    from tqdm import tqdm

    from stages.training.shards import PartWriter, encode

    file = tokenizer_folder / "tokenizer.json"
    if not file.is_file():
        raise BadInput(f"{file}: not found. Run the stage that makes {tokenizer_folder} (dvc repro).")
    tokenizer = Tokenizer.from_file(str(file))
    switched: Counter[str] = Counter()
    streams = _streams(documents, dictionary, language, params, switched) if params.enabled else {}
    writers: dict[tuple[str, str], PartWriter] = {}
    with new_folder(out) as folder:
        for part, stream in streams.items():
            encoded = encode(tokenizer, stream, markup=params.content == "conversations")
            for document, tokens in tqdm(encoded, desc=part, unit="document", mininterval=1):
                is_long = part == "train" and len(tokens) >= params.min_long_document_tokens
                for kind in (part, "long") if is_long else (part,):
                    place = document.source, kind
                    if place not in writers:
                        writers[place] = PartWriter(
                            folder.joinpath(*place), tokenizer.get_vocab_size(), params.chunk_tokens
                        )
                    writers[place].write(document, tokens)
        counts: dict[str, dict[str, dict[str, Any]]] = {}
        metrics: dict[str, dict[str, Any]] = {}
        for (source, part), writer in writers.items():
            writer.close()
            counts.setdefault(source, {})[part] = writer.counts
            metrics.setdefault(source, {})[part] = writer.counts | writer.shares()
            log.info("%s %s: %s", source, part, writer.counts)
        write_json(folder / "sources.json", counts)
    for source, words in switched.items():
        metrics[source]["train"]["switched_words"] = words
    return metrics


def _streams(
    documents: Path, dictionary: Path, language: str, params: Params, switched: Counter[str]
) -> dict[str, Iterable[Document]]:
    """The documents of each part; `switched` counts the replaced words of each source while they are read."""
    if params.content == "conversations":
        from stages.dialogue.conversations import rendered_to_learn

        return {"train": rendered_to_learn(documents, params.held_out)}
    if params.content == "twins":
        from stages.text.twins import joined_twins

        return {"train": joined_twins(language, *(read_documents(documents / name / "train") for name in ("vi", "en")))}
    streams = {part: read_documents(documents / part) for part in ("train", "validation")}
    if params.code_switching.document_share and language in ("vi", "en"):
        streams["train"] = _switch(streams["train"], dictionary, language, params.code_switching, switched)
    return streams


def _switch(
    documents: Iterable[Document], dictionary: Path, language: str, settings: CodeSwitched, switched: Counter[str]
) -> Iterator[Document]:
    from stages.text.code_switching import CodeSwitching, inverted
    from stages.text.dictionary import read_dictionary

    words = read_dictionary(dictionary)
    switching = CodeSwitching(
        words if language == "vi" else inverted(words), settings.document_share, settings.word_rate, settings.seed
    )
    for document in documents:
        document.text, count = switching.switch(document.text, document.id)
        switched[document.source] += count
        yield document


def main() -> None:
    command = parser(__doc__, "documents", "tokenizer", "dictionary", "out", "metrics")
    command.add_argument("--language", required=True)
    a = command.parse_args()
    params = load(Params, a.params, *SECTIONS, language=a.language)
    write_metrics(a.metrics, run(a.documents, a.tokenizer, a.dictionary, a.out, a.language, params))


if __name__ == "__main__":
    start(main)
