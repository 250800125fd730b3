"""Shards and the order of the data."""

import json
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from litdata import StreamingDataset, TokensLoader
from tokenizers import Tokenizer

from stages import params
from stages.errors import BadInput
from stages.pack import CodeSwitched
from stages.text.code_switching import CodeSwitching
from stages.text.dictionary import read_dictionary
from stages.text.documents import Document, document_id, write_documents
from stages.tokenizer.training import train_tokenizer, write_tokenizer
from stages.training.documents_in_blocks import document_ids
from stages.training.mixture import CARDS, Mixture, annealing_weights, long_weights, source_weights
from stages.training.packed import held_out_blocks, training_mixture
from stages.training.prefetch import Prefetched
from stages.training.shards import ShardWriter, cut_blocks, encode, open_blocks
from tests.packing import DICTIONARY, pack_documents

TEXTS = [f"Bạn Lan mua {number} quả cam ở chợ. The market is {number} steps away." for number in range(60)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, 400)


@pytest.fixture(scope="module")
def shards(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    write_tokenizer(tokenizer, folder / "tokenizer", max_tokens=64)
    for language, sources in {"vi": ("books", "news"), "en": ("web",), "code": ()}.items():
        for part, texts in (("train", TEXTS), ("validation", TEXTS[:20])):
            documents = [Document(f"{n}", text, source) for n, text in enumerate(texts) for source in sources]
            write_documents(folder / "split" / language / part, documents)
        split, out = folder / "split" / language, folder / "pack" / language
        pack_documents(split, folder / "tokenizer", out, chunk_tokens=256)
    return folder / "pack"


def test_shards_hold_every_token_in_order_and_lose_none_where_chunks_meet(tmp_path: Path) -> None:
    tokens = np.arange(1000)
    writer = ShardWriter(tmp_path, vocabulary_size=1000, chunk_tokens=64)
    for piece in np.array_split(tokens, [5, 6, 200, 999]):
        writer.write(piece)
    writer.close()
    blocks = open_blocks(tmp_path, 16)
    assert len(list(tmp_path.glob("*.bin"))) == 16
    assert np.concatenate([blocks[i] for i in range(len(blocks))]).tolist() == tokens[: 1000 // 16 * 16].tolist()


@pytest.mark.parametrize("length", [1, 7, 16, 64, 100, 999])
def test_a_length_that_does_not_divide_a_chunk_loses_only_the_last_block(tmp_path: Path, length: int) -> None:
    write_shards(tmp_path, np.arange(1000))
    blocks = open_blocks(tmp_path, length)
    assert np.concatenate([blocks[i] for i in range(len(blocks))]).tolist() == list(range(1000 // length * length))
    for beyond in (-1, len(blocks)):
        with pytest.raises(IndexError):
            blocks[beyond]


@pytest.mark.parametrize("vocabulary_size", [1000, 2**17])
def test_litdata_reads_the_same_blocks(tmp_path: Path, vocabulary_size: int) -> None:
    write_shards(tmp_path, np.arange(1000), vocabulary_size)
    ours, stock = open_blocks(tmp_path, 16), StreamingDataset(str(tmp_path), item_loader=TokensLoader(block_size=16))
    assert len(ours) == len(stock) == 1000 // 16
    assert all(np.array_equal(ours[i], stock[i]) for i in range(len(ours)))


def test_a_truncated_chunk_is_named(tmp_path: Path) -> None:
    write_shards(tmp_path, np.arange(1000))
    chunk = tmp_path / "chunk-0-3.bin"
    chunk.write_bytes(chunk.read_bytes()[:-2])
    with pytest.raises(BadInput, match=r"index\.json: no readable token shards"):
        open_blocks(tmp_path, 16)


def write_shards(folder: Path, tokens: np.ndarray, vocabulary_size: int = 1000) -> None:
    """Shards of 64 tokens a chunk."""
    writer = ShardWriter(folder, vocabulary_size, chunk_tokens=64)
    writer.write(tokens)
    writer.close()


@pytest.mark.parametrize("vocabulary_size", [2**16, 2**16 + 1])
def test_the_largest_id_survives(tmp_path: Path, vocabulary_size: int) -> None:
    writer = ShardWriter(tmp_path, vocabulary_size, chunk_tokens=64)
    writer.write(np.full(8, vocabulary_size - 1))
    writer.close()
    assert open_blocks(tmp_path, 8)[0].tolist() == [vocabulary_size - 1] * 8


def test_a_special_tokens_name_in_a_text_is_text(tokenizer: Tokenizer) -> None:
    [(_, ids)] = encode(tokenizer, [Document("1", "a<|endoftext|>b<|im_start|>", "s")])
    assert ids[-1] == 0
    assert not {0, 1, 2} & set(ids[:-1].tolist())
    assert tokenizer.decode(ids[:-1].tolist()) == "a<|endoftext|>b<|im_start|>"


def test_packing_counts_what_it_holds_and_gives_the_same_bytes_again(shards: Path, tmp_path: Path) -> None:
    counts = json.loads((shards / "vi" / "sources.json").read_text())
    assert counts["news"]["train"]["documents"] == len(TEXTS)
    assert counts["news"]["train"]["bytes"] == sum(len(text.encode()) for text in TEXTS)
    assert json.loads((shards / "code" / "sources.json").read_text()) == {}
    again = tmp_path / "vi"
    pack_documents(shards.parent / "split" / "vi", shards.parent / "tokenizer", again, chunk_tokens=256)
    files = [file for file in sorted((shards / "vi").rglob("*")) if file.is_file()]
    assert len(files) > 4
    for file in files:
        assert file.read_bytes() == (again / file.relative_to(shards / "vi")).read_bytes(), file


def test_what_blocks_lose_and_cut_is_counted(shards: Path, tmp_path: Path) -> None:
    split, tokenizer = shards.parent / "split" / "vi", shards.parent / "tokenizer"
    metrics = pack_documents(split, tokenizer, tmp_path / "out")["news"]["train"]
    blocks = open_blocks(tmp_path / "out" / "news" / "train", 256)
    assert metrics["left_out_tokens"]["256"] == pytest.approx(1 - 256 * len(blocks) / metrics["tokens"])
    # A block that does not end in the end of a document cuts one; none here is so long that two borders cut it.
    cut = sum(blocks[i][-1] != 0 for i in range(len(blocks)))
    assert cut > 3
    assert metrics["cut_documents"]["256"] == pytest.approx(cut / metrics["documents"])
    assert metrics["cut_documents"]["8192"] == 0


def test_long_documents_are_kept_once_more_and_get_their_share(shards: Path, tmp_path: Path) -> None:
    split, tokenizer = tmp_path / "split", shards.parent / "tokenizer"
    long = Document("long", " ".join(TEXTS[:12]), "news")
    for part in ("train", "validation"):
        write_documents(split / part, [*(Document(f"{n}", text, "news") for n, text in enumerate(TEXTS)), long])
    metrics = pack_documents(split, tokenizer, tmp_path / "vi", min_long_document_tokens=100)
    assert metrics["news"]["long"]["documents"] == 1
    assert metrics["news"]["train"]["documents"] == len(TEXTS) + 1
    [(_, ids)] = encode(Tokenizer.from_file(str(tokenizer / "tokenizer.json")), [long])
    assert open_blocks(tmp_path / "vi" / "news" / "long", len(ids))[0].tolist() == ids.tolist()
    plain = pack_documents(split, tokenizer, tmp_path / "plain" / "vi")
    assert "long" not in plain["news"], "none has 8,192 tokens"

    shares = training_mixture(tmp_path, 64, {"vi": 1.0}, {"news": 1.0}, seed=1, long_share=0.4).shares
    assert shares == {"news": 0.6, "news/long": 0.4}
    assert training_mixture(tmp_path, 64, {"vi": 1.0}, {"news": 1.0}, seed=1).shares == {"news": 1.0}
    assert held_out_blocks(tmp_path, 64, max_sequences=3, seed=1).keys() == {"vi"}


def test_long_documents_are_mixed_as_their_sources_are() -> None:
    weights = {"web": 0.6, "books": 0.3, "news": 0.1}
    mixed = long_weights(weights, {"web/long": "web", "books/long": "books"}, 0.3)
    expected = {"web": 0.42, "books": 0.21, "news": 0.07, "web/long": 0.2, "books/long": 0.1}
    assert mixed == pytest.approx(expected)
    assert long_weights(weights, {}, 0.3) == weights


SWITCHED = CodeSwitched(document_share=0.5, word_rate=1.0, seed=1)


def test_words_are_switched_in_training_documents_only(shards: Path, tmp_path: Path) -> None:
    split, tokenizer = shards.parent / "split" / "vi", shards.parent / "tokenizer"
    metrics = pack_documents(split, tokenizer, tmp_path / "vi", chunk_tokens=256, code_switching=SWITCHED)
    for name in ("index.json", "chunk-0-0.bin"):
        file = Path("news", "validation", name)
        assert (tmp_path / "vi" / file).read_bytes() == (shards / "vi" / file).read_bytes()
    switching = CodeSwitching(read_dictionary(DICTIONARY), 0.5, 1.0, seed=1)
    made = [switching.switch(text, f"{n}") for n, text in enumerate(TEXTS)]
    assert metrics["news"]["train"]["switched_words"] == sum(count for _, count in made)
    assert 0.3 < sum(count > 0 for _, count in made) / len(TEXTS) < 0.7
    documents = [Document(f"{n}", text, "news") for n, (text, _) in enumerate(made)]
    expected, _ = cut_blocks(encode(Tokenizer.from_file(str(tokenizer / "tokenizer.json")), documents), 32)
    blocks = open_blocks(tmp_path / "vi" / "news" / "train", 32)
    assert [blocks[i].tolist() for i in range(len(blocks))] == expected.tolist()


def test_code_is_not_switched(shards: Path, tmp_path: Path) -> None:
    split, tokenizer = shards.parent / "split" / "vi", shards.parent / "tokenizer"
    pack_documents(split, tokenizer, tmp_path, chunk_tokens=256, language="code", code_switching=SWITCHED)
    file = Path("news", "train", "chunk-0-0.bin")
    assert (tmp_path / file).read_bytes() == (shards / "vi" / file).read_bytes()


def conversations(folder: Path, count: int) -> None:
    for name in ("vi", "en"):
        made = []
        for number in range(count):
            question = {"role": "user", "content": f"Bạn {number} sống ở đâu?"}
            messages = [question, {"role": "assistant", "content": f"Ở chợ {number}, nhà {name}."}]
            made.append(Document(f"{number:04}", "user: ...", name, metadata={"messages": messages}))
        write_documents(folder / name, made[::-1])


def test_conversations_are_packed_as_chatml_without_those_held_out(shards: Path, tmp_path: Path) -> None:
    tokenizer_folder = shards.parent / "tokenizer"
    conversations(tmp_path / "instruct", 20)
    options = {"language": "instruct", "enabled": True, "held_out": 0.1}
    out = tmp_path / "pack" / "instruct"
    metrics = pack_documents(tmp_path / "instruct", tokenizer_folder, out, **options)
    assert {name: parts.keys() for name, parts in metrics.items()} == {"vi": {"train"}, "en": {"train"}}
    assert metrics["vi"]["train"]["documents"] == 18
    tokens = open_blocks(out / "vi" / "train", metrics["vi"]["train"]["tokens"])[0]
    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    texts = tokenizer.decode(tokens.tolist(), skip_special_tokens=False).split("<|endoftext|>")
    assert (
        texts[0] == "<|im_start|>user\nBạn 2 sống ở đâu?<|im_end|>\n<|im_start|>assistant\nỞ chợ 2, nhà vi.<|im_end|>\n"
    )
    assert (tokens == tokenizer.token_to_id("<|im_start|>")).sum() == 2 * 18

    for language in ("vi", "en"):
        shutil.copytree(shards / language, tmp_path / "pack" / language)
    languages, sources = {"vi": 0.5, "en": 0.5}, {"books": 1.0, "news": 1.0, "web": 1.0}
    main = training_mixture(tmp_path / "pack", 32, languages, sources, seed=1).shares
    assert main == {"books": 0.25, "news": 0.25, "web": 0.5}, (
        "conversations have no weight in the mixture of all stages"
    )
    sets = {"web": 0.3, "vi": 0.1}
    annealed = training_mixture(tmp_path / "pack", 32, languages, sources, 1, main_share=0.6, sets=sets).shares
    assert annealed == pytest.approx({"books": 0.15, "news": 0.15, "web": 0.6, "vi": 0.1})
    assert held_out_blocks(tmp_path / "pack", 32, max_sequences=5, seed=1).keys() == {"vi", "en"}


def test_twins_become_documents_in_both_languages(shards: Path, tmp_path: Path) -> None:
    numbers = range(40)
    for language, other in (("vi", "en"), ("en", "vi")):
        made = [
            Document(
                document_id(language, f"{n}"),
                f"{language} {n}",
                f"world-{language}",
                metadata={"key": f"{n}-{language}", "twin": f"{n}-{other}" if n % 4 else ""},
            )
            for n in (numbers if language == "vi" else reversed(numbers[:30]))
        ]
        write_documents(tmp_path / "split" / language / "train", made)
    metrics = pack_documents(
        tmp_path / "split", shards.parent / "tokenizer", tmp_path / "out", language="bilingual", enabled=True
    )
    counts = metrics["bilingual"]["train"]
    assert counts["documents"] == sum(n % 4 > 0 for n in numbers[:30])
    tokens = open_blocks(tmp_path / "out" / "bilingual" / "train", counts["tokens"])[0]
    tokenizer = Tokenizer.from_file(str(shards.parent / "tokenizer" / "tokenizer.json"))
    texts = tokenizer.decode(tokens.tolist(), skip_special_tokens=False).split("<|endoftext|>")[:-1]
    orders = Counter()
    for text in texts:
        (first, one), (second, other) = (side.split() for side in text.split("\n\n"))
        assert one == other
        orders[first, second] += 1
    assert orders.keys() == {("vi", "en"), ("en", "vi")}


def test_conversations_that_are_not_enabled_leave_no_trace(shards: Path, tmp_path: Path) -> None:
    conversations(tmp_path / "instruct", 5)
    out = tmp_path / "pack"
    assert pack_documents(tmp_path / "instruct", shards.parent / "tokenizer", out, language="instruct") == {}
    assert [file.name for file in out.rglob("*")] == ["sources.json"]


def test_packing_without_a_tokenizer_says_so(shards: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"tokenizer\.json: not found"):
        pack_documents(shards.parent / "split" / "vi", tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_blocks_in_memory_and_on_disk_are_the_same(tokenizer: Tokenizer, shards: Path) -> None:
    documents = [Document(f"{n}", text, "web") for n, text in enumerate(TEXTS)]
    in_memory, tokens_per_byte = cut_blocks(encode(tokenizer, documents), 32)
    on_disk = open_blocks(shards / "en" / "web" / "train", 32)
    assert in_memory.tolist() == [on_disk[i].tolist() for i in range(len(on_disk))]
    assert 0.1 < tokens_per_byte < 1


def sources(**sizes: int) -> dict[str, np.ndarray]:
    return {name: np.arange(size * 4).reshape(size, 4) for name, size in sizes.items()}


def test_an_epoch_is_a_permutation_and_the_next_one_another() -> None:
    mixture = Mixture(sources(a=50), {"a": 1.0}, seed=1)
    epochs = [[mixture.origin(50 * epoch + row)[1] for row in range(50)] for epoch in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(50))
    assert list(range(50)) != epochs[0] != epochs[1]


def test_each_sequence_of_each_source_comes_once_an_epoch_in_a_mixture() -> None:
    mixture = Mixture(sources(a=7, b=13), {"a": 0.3, "b": 0.7}, seed=1)
    drawn = {"a": [], "b": []}
    for row in range(3000):
        name, place = mixture.origin(row)
        drawn[name].append(place)
    for name, size in (("a", 7), ("b", 13)):
        for epoch in range(len(drawn[name]) // size):
            assert sorted(drawn[name][epoch * size : (epoch + 1) * size]) == list(range(size))


def test_realised_shares_are_the_configured_ones() -> None:
    weights = {"a": 0.55, "b": 0.4, "c": 0.05}
    mixture = Mixture(sources(a=9, b=9, c=9), weights, seed=3)
    drawn = Counter(mixture.origin(row)[0] for row in range(CARDS + 317))
    for name, weight in weights.items():
        assert drawn[name] / drawn.total() == pytest.approx(weight, abs=0.0001)
    assert mixture.shares == weights


def test_the_shares_hold_at_the_beginning_and_over_any_stretch() -> None:
    weights = {"a": 0.55, "b": 0.4, "c": 0.05}
    mixture = Mixture(sources(a=9, b=9, c=9), weights, seed=3)
    names = [mixture.origin(row)[0] for row in range(CARDS - 700, CARDS + 3000)]
    for begin in (0, 300, 700, 1111):
        counts = dict.fromkeys(weights, 0)
        for rows, name in enumerate(names[begin:], start=1):
            counts[name] += 1
            assert all(abs(counts[name] - weight * rows) < 4 for name, weight in weights.items())


def test_small_shares_are_kept_to_half_a_percent_of_themselves_and_smaller_ones_refused() -> None:
    weights = {"large": 0.9971, "small": 0.0019, "least": 0.0010}
    shares = Mixture(sources(large=9, small=9, least=9), weights, seed=3).shares
    assert shares == pytest.approx(weights, rel=0.005)
    with pytest.raises(BadInput, match="source least has a share of less than"):
        Mixture(sources(large=9, least=9), {"large": 1.0, "least": 0.000_004}, seed=3)


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_any_number_of_loader_workers_gives_the_same_stream_also_after_a_restart(shards: Path, workers: int) -> None:
    mixture = training_mixture(shards, 32, {"vi": 0.5, "en": 0.5}, {"books": 1.0, "news": 1.0, "web": 1.0}, seed=1)
    delays = random.Random(workers)

    def batch(step: int) -> np.ndarray:
        time.sleep(delays.random() / 1000)  # so that threads overtake each other
        return mixture.batch(step, rows=6)

    expected = [mixture.batch(step, rows=6) for step in range(40)]
    for first in (0, 17):
        loaded = Prefetched(batch, 40, workers)
        assert all(np.array_equal(loaded(step), expected[step]) for step in range(first, 40))
    # However many devices there are, each takes rows of that one batch.
    assert all(np.array_equal(mixture.row(3 * 6 + row), expected[3][row]) for row in range(6))


def test_what_goes_wrong_in_a_loader_worker_stops_the_run() -> None:
    loaded = Prefetched(lambda step: 1 // (3 - step), 10, workers=2)
    assert [loaded(step) for step in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        loaded(3)


def test_the_documents_of_a_block_are_numbered_and_an_end_belongs_to_what_it_ends(shards: Path) -> None:
    blocks = open_blocks(shards / "vi" / "news" / "train", 64)
    tokens = torch.from_numpy(np.stack([blocks[0], blocks[1]]).astype(np.int64))
    ids = document_ids(tokens, end_of_text=0)
    for row in range(2):
        number = 0
        for token, id_ in zip(tokens[row].tolist(), ids[row].tolist(), strict=True):
            assert id_ == number
            number += token == 0
    assert ids.max() >= 2


def test_any_step_can_be_computed_alone() -> None:
    in_order = [Mixture(sources(a=5, b=30), {"a": 1, "b": 2}, seed=1).batch(step, rows=8) for step in range(90)]
    for step in (89, 0, 45):
        alone = Mixture(sources(b=30, a=5), {"b": 2, "a": 1}, seed=1).batch(step, rows=8)
        assert np.array_equal(alone, in_order[step])
    assert not np.array_equal(in_order[0], Mixture(sources(a=5, b=30), {"a": 1, "b": 2}, seed=2).batch(0, rows=8))


def test_what_has_no_tokens_gives_its_share_to_the_others() -> None:
    languages, weights = {"vi": 0.5, "en": 0.4, "code": 0.1}, {"books": 3.0, "news": 1.0, "web": 1.0, "python": 1.0}
    shares = source_weights(languages, weights, {"books": "vi", "news": "vi", "web": "en"})
    assert shares == pytest.approx({"books": 0.5 / 0.9 * 0.75, "news": 0.5 / 0.9 * 0.25, "web": 0.4 / 0.9})


def test_a_source_without_a_weight_is_named() -> None:
    with pytest.raises(BadInput, match=r"mixture\.sources\.blogs"):
        source_weights({"vi": 1.0}, {"news": 1.0}, {"blogs": "vi"})


def test_annealing_takes_a_share_from_the_mixture_and_the_rest_from_its_sets() -> None:
    main = {"web": 0.5, "news": 0.5, "maths": 0.0}
    annealed = annealing_weights(main, 0.6, {"news": 1.0, "maths": 2.0, "journals": 1.0})
    assert annealed == pytest.approx({"web": 0.3, "news": 0.3 + 0.4 / 3, "maths": 0.8 / 3})
    assert annealing_weights(main, 0.6, {"journals": 1.0}) == main, "no set is there"


def test_the_annealing_of_the_built_in_world_has_more_english(repository: Path) -> None:
    values = params.read(repository / "params.yaml")
    present = {"world-vi": "vi", "world-en": "en", "world-code": "code"}
    main = source_weights(values["mixture"]["languages"], values["mixture"]["sources"], present)
    own = values["pretrain"]["anneal"]["mixture"]
    annealed = annealing_weights(main, own["main_share"], own["sources"])
    assert annealed == pytest.approx({"world-vi": 0.45, "world-en": 0.50, "world-code": 0.05})


def test_packed_languages_become_a_mixture_and_held_out_blocks(shards: Path) -> None:
    weights = {"books": 1.0, "news": 1.0, "web": 1.0}
    mixture = training_mixture(shards, 32, {"vi": 0.5, "en": 0.5}, weights, seed=1)
    assert mixture.shares == {"books": 0.25, "news": 0.25, "web": 0.5}
    assert mixture.batch(0, rows=4).shape == (4, 32)
    held_out = held_out_blocks(shards, 32, max_sequences=5, seed=1)
    assert held_out.keys() == {"vi", "en"}
    assert all(part.blocks.shape == (5, 32) for part in held_out.values())


def test_a_mixture_of_nothing_is_refused(shards: Path) -> None:
    with pytest.raises(BadInput, match="Nothing to train on"):
        training_mixture(shards, 10**6, {"vi": 1.0}, {}, seed=1)
