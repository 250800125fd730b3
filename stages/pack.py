"""Token shards of one language: litdata chunks for each source, and what they hold.

Reads the train and validation documents of data/split/<language> and the tokenizer of the model
folder --tokenizer. Writes <out>/<source>/{train,validation}/ (litdata) and <out>/sources.json
with documents, tokens and bytes; a language without documents gets an empty sources.json.
"""

import logging
from pathlib import Path
from typing import Any

from pydantic import PositiveInt

from stages.command import parser, start
from stages.errors import BadInput
from stages.outputs import new_folder, write_json, write_metrics
from stages.params import load, section
from stages.text.documents import read_documents

SECTIONS = ("pack",)
PARTS = ("train", "validation")

log = logging.getLogger(__name__)


@section
class Params:
    chunk_tokens: PositiveInt


def run(documents: Path, tokenizer_folder: Path, out: Path, params: Params) -> dict[str, Any]:
    """Pack the documents of one language; returns documents, tokens, bytes and tokens per byte of each source."""
    from tokenizers import Tokenizer
    from tqdm import tqdm

    from stages.training.shards import ShardWriter, encode

    file = tokenizer_folder / "tokenizer.json"
    if not file.is_file():
        raise BadInput(f"{file}: not found. Run the stage that makes {tokenizer_folder} (dvc repro).")
    tokenizer = Tokenizer.from_file(str(file))
    sources: dict[str, dict[str, dict[str, Any]]] = {}
    with new_folder(out) as folder:
        for part in PARTS:
            writers: dict[str, ShardWriter] = {}
            stream = encode(tokenizer, read_documents(documents / part))
            for document, tokens in tqdm(stream, desc=part, unit="document", mininterval=1):
                source = document.source
                if source not in writers:
                    target = folder / source / part
                    writers[source] = ShardWriter(target, tokenizer.get_vocab_size(), params.chunk_tokens)
                    sources.setdefault(source, {})[part] = {"documents": 0, "tokens": 0, "bytes": 0}
                writers[source].write(tokens)
                counts = sources[source][part]
                counts["documents"] += 1
                counts["tokens"] += len(tokens)
                counts["bytes"] += len(document.text.encode())
            for writer in writers.values():
                writer.close()
        write_json(folder / "sources.json", sources)
    for name, parts in sources.items():
        for part, counts in parts.items():
            log.info("%s %s: %d tokens in %d documents", name, part, counts["tokens"], counts["documents"])
            counts["tokens_per_byte"] = counts["tokens"] / max(1, counts["bytes"])
    return sources


def main() -> None:
    command = parser(__doc__, "documents", "tokenizer", "out", "metrics")
    command.add_argument("--language", required=True)
    arguments = command.parse_args()
    params = load(Params, arguments.params, *SECTIONS)
    write_metrics(arguments.metrics, run(arguments.documents, arguments.tokenizer, arguments.out, params))


if __name__ == "__main__":
    start(main)
