"""Tiny repositories under the real names, with the real file layout and columns, filled from the built-in world."""

import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from commands.rehearsal import benchmark_rows
from commands.rehearsal.hub_server import Repository
from stages import params, world
from stages.formats.gutenberg import PUBLIC_DOMAIN, RIGHTS
from stages.items.source import load_source
from stages.text.documents import Document
from stages.world.settings import WorldSettings

# SmolLM2's tokenizer: 17 special tokens first, and 21 of the 256 bytes without a symbol.
SPECIAL_TOKENS = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>", "<reponame>", "<file_sep>", "<filename>",
    "<gh_stars>", "<issue_start>", "<issue_comment>", "<issue_closed>", "<jupyter_start>", "<jupyter_text>",
    "<jupyter_code>", "<jupyter_output>", "<jupyter_script>", "<empty_output>",
]  # fmt: skip
MISSING_BYTES = {0x04, 0x06, 0x13, 0x14, 0x16, 0x1D, 0xC0, 0xC1, 0xF1, 0xF2, *range(0xF5, 0x100)}
SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 8192,
    "rope_theta": 100_000,
}
MAX_ENTRIES = 1_500
SHARDS = 2
UNREQUESTED_WIDTH = 64
TOKEN = "hf_rehearsal"  # of an account that accepted all terms of this hub
START_OF_BOOK = "*** START OF THIS PROJECT GUTENBERG EBOOK REHEARSAL ***"
END_OF_BOOK = "*** END OF THIS PROJECT GUTENBERG EBOOK REHEARSAL ***"


def repositories(file: Path, documents_per_set: int) -> list[Repository]:
    """The base model's repository and one for each data set that the parameter file and its benchmarks name.

    Each claims the commit that the file pins it to, if it does; a gated one opens with `TOKEN`.
    """
    values = params.read(file)
    settings = params.load(WorldSettings, file, "world")
    english = world.documents("base", "en", "corpus", settings, documents_per_set, "CC0-1.0")
    base = values["base"]
    model = Repository(base["repository"], "models", _model_files(english), pinned=base["revision"])
    return [model, *data_sets(file, documents_per_set), *benchmark_sets(file)]


def data_sets(file: Path, documents_per_set: int) -> list[Repository]:
    """A repository for each data set that the parameter file names."""
    values = params.read(file)
    settings = params.load(WorldSettings, file, "world")
    made: dict[str, Repository] = {}
    cards: dict[str, list[dict[str, Any]]] = {}
    hub_sources = [(name, entry) for name, entry in values["sources"].items() if entry["kind"] == "hub"]
    texts = _texts(hub_sources, settings, documents_per_set)
    for name, entry in hub_sources:
        gated = {"gated": entry["gated"], "tokens": frozenset({TOKEN})}
        repository = made.setdefault(
            entry["repository"], Repository(entry["repository"], "datasets", {}, pinned=entry["revision"], **gated)
        )
        folder = entry["config"] or "data"
        kind, written = ("jsonl", _lines) if entry["reader"] == "questions" else ("parquet", _parquet)
        for shard in range(SHARDS):
            file_name = f"{folder}/{entry['split']}-{shard:05}-of-{SHARDS:05}.{kind}"
            repository.files[file_name] = written([_row(document, entry) for document in texts[name][shard::SHARDS]])
        if entry["config"]:
            data_files = [{"split": entry["split"], "path": f"{folder}/{entry['split']}-*"}]
            cards.setdefault(entry["repository"], []).append({"config_name": entry["config"], "data_files": data_files})
    for name, configs in cards.items():
        made[name].files["README.md"] = f"---\nconfigs: {json.dumps(configs)}\n---\n# {name}\n".encode()
    return list(made.values())


def benchmark_sets(file: Path) -> list[Repository]:
    """A repository for each data set that a benchmark of the parameter file names in its source.yaml.

    Each holds the file's rows as its own do, and claims the commit that it is pinned to, if it is.
    """
    made: dict[str, Repository] = {}
    for name, entry in params.read(file)["benchmarks"].items():
        if entry["kind"] == "hub":
            source = load_source(file.parent / entry["source"])
            found = benchmark_rows.rows(name)
            for part in source.parts:
                repository, revision = source.place_of(part)
                held = made.setdefault(repository, Repository(repository, "datasets", {}, pinned=revision))
                for data in (part.test, part.examples):
                    for one in filter(None, (data, data and data.beside)):
                        held.files[one.path] = benchmark_rows.contents(one.path, found[f"{repository}/{one.path}"])
    return list(made.values())


def unpinned(text: str) -> str:
    """A source.yaml's text without the hashes of its files, which are those of the real ones."""
    return re.sub(r"(\bsha256:) *[\"']?[0-9a-f]{64}[\"']?", r"\1 null", text)


def _texts(sources: list[tuple[str, dict[str, Any]]], settings: WorldSettings, count: int) -> dict[str, list[Document]]:
    """World documents for each source; those of one language share them out, or they would be all duplicates."""
    found = {}
    for corpus in sorted({entry["corpus"] for _, entry in sources}):
        names = [name for name, entry in sources if entry["corpus"] == corpus]
        made = list(world.documents("rehearsal", corpus, "corpus", settings, count * len(names), "CC0-1.0"))
        found |= {name: made[place :: len(names)] for place, name in enumerate(names)}
    return found


def _row(document: Document, entry: dict[str, Any]) -> dict[str, Any]:
    """A row with every column that the source's entry reads, fields of structs too, and one that it does not read."""
    columns = entry["columns"]
    text, counterpart = _sides(document.text, entry["reader"])
    values = {columns["text"]: text, columns["counterpart"]: counterpart, columns["id"]: document.id}
    values |= {columns["url"]: f"https://rehearsal.invalid/{document.id}", columns["date"]: "2024-01-31T08:30:00Z"}
    values |= dict.fromkeys(columns["metadata"], document.id)
    if entry["reader"] == "gutenberg":
        values["extra"] = json.dumps({RIGHTS: PUBLIC_DOMAIN})
    for column, bound in entry["scores_above"].items():
        # One in four is not above the bound.
        values[column] = float(bound) + (0 if int(document.id, 16) % 4 == 0 else 0.5)
    row: dict[str, Any] = {"embeddings": [0.5] * UNREQUESTED_WIDTH}
    for column, value in values.items():
        if column is not None:
            *structs, field = column.split(".")
            place = row
            for struct in structs:
                place = place.setdefault(struct, {})
            place[field] = value
    return row


def _sides(text: str, reader: str) -> tuple[str, str]:
    """A text, and its counterpart, in the format that a reader reads."""
    match reader:
        case "escaped":
            return text.replace("\n", "\\n"), ""
        case "gutenberg":
            return f"{START_OF_BOOK}\n\n{text}\n\n{END_OF_BOOK}\nlicence", ""
        case "wiki":
            return f"{text}\n\nReferences\n\nA book.", ""
        case "pairs":
            return text, f"{len(text)} characters of which this is the English side."
        case "questions":
            half = len(text) // 2
            return text[:half], text[half:]
        case _:
            return text, ""


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink, row_group_size=100)
    return sink.getvalue()


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _model_files(english: Iterator[Document]) -> dict[str, bytes]:
    """A model folder as SmolLM2's is: bfloat16, tied embeddings, GPT-2's tokenizer class beside tokenizer.json."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer(document.text for document in english)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        bos_token_id=0,
        eos_token_id=0,
        tie_word_embeddings=True,
        rms_norm_eps=1e-5,
        torch_dtype="bfloat16",
        **SHAPE,
    )
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
        tokenizer.save(str(folder / "tokenizer.json"))
        tokenizer.model.save(str(folder))  # vocab.json and merges.txt
        settings = {
            "tokenizer_class": "GPT2Tokenizer",
            "add_prefix_space": False,
            "bos_token": SPECIAL_TOKENS[0],
            "eos_token": SPECIAL_TOKENS[0],
            "unk_token": SPECIAL_TOKENS[0],
            "additional_special_tokens": SPECIAL_TOKENS,
            "clean_up_tokenization_spaces": False,
            "model_max_length": SHAPE["max_position_embeddings"],
            "vocab_size": tokenizer.get_vocab_size(),
        }
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
        special = {key: settings[key] for key in ("bos_token", "eos_token", "unk_token", "additional_special_tokens")}
        (folder / "special_tokens_map.json").write_text(json.dumps(special))
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} | {"README.md": b"# rehearsal\n"}


def _tokenizer(texts: Iterator[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    split = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(split)
    tokenizer.decoder = decoders.ByteLevel()
    missing = {_symbol(byte) for byte in MISSING_BYTES}
    trainer = trainers.BpeTrainer(
        vocab_size=MAX_ENTRIES,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(set(pre_tokenizers.ByteLevel.alphabet()) - missing),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _symbol(byte: int) -> str:
    """GPT-2's character for a byte: printable ones stand for themselves, the others follow from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    if byte in printable:
        return chr(byte)
    return chr(0x100 + [b for b in range(0x100) if b not in printable].index(byte))
