"""Pruning: which tokens stay, and that nothing changes for text that needs only those."""

import dataclasses
import gzip
import json
import random
import unicodedata
from collections import Counter
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path

import pytest
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from stages.errors import BadInput
from stages.params import load
from stages.prune import Params, run
from stages.pruning.decisions import Decision, Policy, decide, new_ids, table
from stages.pruning.overrides import read_overrides
from stages.pruning.price import price
from stages.pruning.renumbering import named_ids, prune, renumbered
from stages.text.documents import Document, write_documents
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.byte_bpe import ByteBPE
from stages.tokenizer.encoding import batches, tokens_of_texts
from stages.tokenizer.scripts import Scripts
from stages.tokenizer.sentencepiece_bpe import SentencePieceBPE, read_either

ENGLISH = ["The cat sat on the mat near the river today.", "She said: “It's 12 degrees!” — and left…"]
VIETNAMESE = ["Con mèo nằm trên chiếc chiếu cạnh dòng sông.", "Chị ấy nói: “Hôm nay trời lạnh quá!” 😀 ❤️"]
GERMAN = ["Der Hund schläft heute zwischen den Häusern.", "Schmetterlinge fliegen über die Wiese."]
OTHERS = [
    "我们今天在河边看书。",
    "Сегодня мы читаем книгу у реки.",
    "วันนี้เราอ่านหนังสือ",
    "오늘 우리는 책을 읽는다",
    "اليوم نقرأ كتابا",
]
TEXTS = ENGLISH + VIETNAMESE + GERMAN + OTHERS
QWEN_SPLIT = r"(?i:'s|'t|'re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SCRIPT = Policy(policy="script", scripts=("Latin", "Common", "Inherited"), min_counts={"vi": 2, "en": 2})
COUNT = Policy(policy="count", scripts=(), min_counts={"vi": 2, "en": 2})
BYTE_LEVEL, SENTENCEPIECE = ("smollm2", "qwen", "llama3"), ("llama2", "gemma2")
KINDS = BYTE_LEVEL + SENTENCEPIECE


def definition(kind: str) -> dict:
    """A small tokenizer of the same construction as a real one, trained on TEXTS."""
    if kind in SENTENCEPIECE:
        tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
        tokenizer.normalizer = normalizers.Replace(" ", "▁")
        decoder = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        if kind == "llama2":
            tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
            decoder.append(decoders.Strip(" ", 1, 0))
        else:
            tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
        tokenizer.decoder = decoders.Sequence(decoder)
        special = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
        trainer = trainers.BpeTrainer(vocab_size=800, special_tokens=special, show_progress=False)
        tokenizer.train_from_iterator(TEXTS * 2 + random_lines(400, seed=9), trainer)
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<bos> $A", pair="<bos> $A <bos> $B", special_tokens=[("<bos>", 2)]
        )
        made = json.loads(tokenizer.to_str())
        made["added_tokens"] = made["added_tokens"][:4]
    else:
        tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
        split = pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated")
        if kind == "smollm2":
            split = pre_tokenizers.Digits(individual_digits=True)
        if kind == "qwen":
            tokenizer.normalizer = normalizers.NFC()
        last = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=kind == "smollm2")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, last])
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=800, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        )
        tokenizer.train_from_iterator(TEXTS * 2 + random_lines(400, seed=9), trainer)
        tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
        if kind == "llama3":
            begin = ("<|endoftext|>", tokenizer.token_to_id("<|endoftext|>"))
            template = processors.TemplateProcessing(single=f"{begin[0]} $A", special_tokens=[begin])
            tokenizer.post_processor = processors.Sequence([processors.ByteLevel(), template])
        made = json.loads(tokenizer.to_str())
    if kind != "smollm2":  # those three list every pair that makes a token, those of one token next to each other
        vocabulary = made["model"]["vocab"]
        pairs = (
            (token[:place], token[place:])
            for token, _ in sorted(vocabulary.items(), key=lambda entry: entry[1])
            for place in range(1, len(token))
        )
        made["model"]["merges"] = [list(pair) for pair in pairs if vocabulary.keys() >= set(pair)]
    return made


@cache
def tokenizer_of(kind: str) -> ByteBPE:
    return SentencePieceBPE(definition(kind)) if kind in SENTENCEPIECE else ByteBPE(definition(kind))


def random_lines(count: int, seed: int) -> list[str]:
    """Lines of words of all the texts, some cut or joined, with signs and characters from anywhere between them."""
    source = random.Random(seed)
    words = [word for text in TEXTS for word in text.split()]
    others = ["  ", "\n", "\t", "\u0301", "👩\u200d👧", "é", "\x04", "12", "<|im_end|>", "<bos>", "▁", "日本", "\u0e01"]
    lines = []
    for _ in range(count):
        picked = [source.choice(words)[: source.choice((2, 99))] for _ in range(source.randrange(1, 5))]
        picked += [source.choice(others)] * (source.random() < 0.2)
        lines.append(source.choice((" ", " ", "")).join(picked))
    return lines


def violations(lines: list[str], bpe: ByteBPE, smaller: ByteBPE, new_id: dict[int, int]) -> tuple[int, int]:
    """Of the lines whose tokens are all kept, how many there are and how many do not have exactly their new ids."""
    kept = wrong = 0
    before, after = bpe.tokenizer(), smaller.tokenizer()
    for batch in batches(lines):
        for old, new in zip(before.encode_batch(batch), after.encode_batch(batch), strict=True):
            if new_id.keys() >= set(old.ids):
                kept += 1
                wrong += [new_id[id_] for id_ in old.ids] != new.ids
    return kept, wrong


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_kept_tokens_has_exactly_their_new_ids(kind):
    bpe, lines, source = tokenizer_of(kind), random_lines(1_500, seed=1), random.Random(2)
    for share in (0.3, 0.7, 0.95):
        chosen = {id_: 2 for id_ in bpe.tokens if source.random() < share}
        new_id = new_ids(decide(bpe, COUNT, {"vi": chosen}))
        smaller = prune(bpe, new_id)
        kept, wrong = violations(lines, bpe, smaller, new_id)
        assert len(new_id) == smaller.size < bpe.size
        assert kept > 100 and wrong == 0
        assert price(lines, bpe.tokenizer(), smaller.tokenizer(), new_id).identical_share < 1


def test_lines_would_differ_without_the_parents():
    """That the test above can fail: the same kept tokens without their parents."""
    bpe, lines, source = tokenizer_of("qwen"), random_lines(1_500, seed=1), random.Random(2)
    chosen = {id_: 2 for id_ in bpe.tokens if source.random() < 0.7}
    without = [each for each in decide(bpe, COUNT, {"vi": chosen}) if each.reason != "parent"]
    new_id = new_ids(without)
    assert violations(lines, bpe, prune(bpe, new_id), new_id)[1] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_script_alone_changes_no_text_in_these_scripts_and_removes_the_others_from_the_output(kind):
    bpe, scripts = tokenizer_of(kind), Scripts(SCRIPT.scripts)
    decisions = decide(bpe, SCRIPT, {})
    new_id = new_ids(decisions)
    smaller = prune(bpe, new_id)
    assert not any(decision.reason == "parent" for decision in decisions)
    assert price(ENGLISH + VIETNAMESE + GERMAN, bpe.tokenizer(), smaller.tokenizer(), new_id).identical_share == 1
    whole = [smaller.bytes_of(id_) for id_ in smaller.tokens if id_ not in smaller.byte_ids() | smaller.special_ids]
    assert all(scripts.allow(data) for data in whole)
    assert fertility.not_restored([*TEXTS, "日本語 👩\u200d👧 नमस्ते"], smaller.tokenizer()) == []
    for text in OTHERS:
        produced = smaller.tokenizer().encode(text, add_special_tokens=False).ids
        assert len(produced) > len(bpe.tokenizer().encode(text, add_special_tokens=False).ids)
        letters = [(smaller.bytes_of(id_) or b"").decode(errors="ignore") for id_ in produced]
        assert all(letter.isascii() or not letter.isalpha() for letter in "".join(letters))


@pytest.mark.parametrize("kind", KINDS)
def test_always_kept_are_special_tokens_bytes_and_single_characters(kind):
    bpe = tokenizer_of(kind)
    decisions = {each.id: each for each in decide(bpe, COUNT, {})}
    texts = {id_: bpe.bytes_of(id_).decode(errors="replace") for id_ in bpe.tokens}
    assert {decisions[id_].reason for id_ in bpe.special_ids} == {"special"}
    assert {decisions[id_].reason for id_ in bpe.byte_ids() - bpe.special_ids} == {"byte"}
    kept = {texts[id_].strip() for id_ in bpe.tokens if decisions[id_].kept}
    present = set(texts.values())
    assert all(sign in kept for sign in ["è", "ế", "“", "—", "…", "😀", "1", "T"] if sign in present)
    assert {"“", "1", "T"} <= present
    gone = {texts[id_] for id_ in bpe.tokens if not decisions[id_].kept}
    assert {" the", " cat"} & gone and not {"我", "книгу"} & kept


def test_parents_are_the_last_pair_of_the_tokens_own_string():
    for kind in KINDS:
        bpe = tokenizer_of(kind)
        for id_ in bpe.tokens.keys() - bpe.special_ids - bpe.byte_ids():
            parents = bpe.parents(id_)
            if parents:
                assert "".join(bpe.tokens[parent] for parent in parents) == bpe.tokens[id_]
                assert bpe.segment([bpe.vocabulary[symbol] for symbol in bpe.tokens[id_]]) == [id_]
        assert all(bpe.parents(id_) is None for id_ in bpe.byte_ids())


def test_a_part_of_a_character_stays_if_it_is_part_of_one_in_the_scripts():
    latin = Scripts(["Latin", "Common"])
    assert latin.allow("“".encode()[:2]) and latin.allow("“".encode()[1:]) and latin.allow("x ế".encode()[:-1])
    assert not latin.allow("中".encode()[:2]) and not latin.allow("a中".encode()[:-1])
    assert Scripts(["Thai"]).allow("ก".encode()[:2]) and not Scripts(["Thai"]).allow(b"a")
    with pytest.raises(BadInput, match="'Vietnamese' is no Unicode script"):
        Scripts(["Vietnamese"])


@pytest.mark.parametrize("kind", ["llama3", "llama2", "gemma2"])
def test_ids_of_post_processors_are_renumbered(kind):
    bpe = tokenizer_of(kind)
    new_id = new_ids(decide(bpe, SCRIPT, {}))
    smaller = prune(bpe, new_id).tokenizer()
    begin = "<bos>" if kind in SENTENCEPIECE else "<|endoftext|>"
    assert smaller.encode("cat").ids[0] == smaller.token_to_id(begin)
    assert [new_id[id_] for id_ in bpe.tokenizer().encode("cat").ids] == smaller.encode("cat").ids


def test_an_unknown_post_processor_is_refused():
    broken = tokenizer_of("smollm2").definition() | {"post_processor": {"type": "Novel"}}
    with pytest.raises(BadInput, match="'Novel' is not known"):
        decide(ByteBPE(broken), SCRIPT, {})


def test_merges_of_older_files_and_compressed_files_are_read(tmp_path):
    made = definition("qwen")
    made["model"]["merges"] = [" ".join(pair) for pair in made["model"]["merges"]]
    (tmp_path / "tokenizer.json.gz").write_bytes(gzip.compress(json.dumps(made).encode()))
    read = read_either(tmp_path / "tokenizer.json.gz")
    assert read.dump() == tokenizer_of("qwen").dump()


def test_a_tokenizer_without_bytes_is_refused(tmp_path):
    made = definition("gemma2")
    made["model"]["byte_fallback"] = False
    (tmp_path / "tokenizer.json").write_text(json.dumps(made))
    with pytest.raises(BadInput, match=r"tokenizer\.json: neither byte-level nor with byte_fallback"):
        read_either(tmp_path / "tokenizer.json")


def overridden(tmp_path: Path, lines: str, policy: Policy = SCRIPT) -> dict[int, Decision]:
    file, bpe = tmp_path / "overrides.txt", tokenizer_of("qwen")
    file.write_text(lines, encoding="utf-8")
    return {each.id: each for each in decide(bpe, policy, {}, read_overrides(file, bpe))}


def test_a_hand_edited_list_goes_before_the_policy(tmp_path):
    bpe = tokenizer_of("qwen")
    russian, cat = bpe.vocabulary[byte_bpe.to_symbols(" книгу".encode())], bpe.vocabulary["Ġcat"]
    assert not overridden(tmp_path, "")[russian].kept
    name = json.dumps(bpe.tokens[russian], ensure_ascii=False)
    decisions = overridden(tmp_path, f"# ours\n\nkeep {name}  a book\ndrop {cat}\n")
    assert (decisions[russian].kept, decisions[russian].reason) == (True, "override")
    assert (decisions[cat].kept, decisions[cat].reason) == (False, "override")
    assert all(decisions[parent].kept for parent in bpe.parents(russian))
    smaller = prune(bpe, new_ids(decisions.values())).tokenizer()
    assert len(smaller.encode(" книгу").ids) == 1 and len(smaller.encode(" cat").ids) > 1


def test_lines_that_cannot_be_followed_are_refused(tmp_path):
    bpe = tokenizer_of("qwen")
    child = next(id_ for id_ in bpe.tokens if bpe.tokens[id_] == "Ġthe")
    part = max(bpe.parents(child))
    for lines, message in {
        "remove 12": r"overrides\.txt: line 1: 'remove 12', expected `keep` or `drop`",
        'keep "Ġnever seen': "line 1: .* expected",
        '\nkeep "Ġneverseen"': "line 2: .* is not in this vocabulary",
        "drop 999999": "line 1: 999999 is not in this vocabulary",
        f'keep "Ġthe"\ndrop {child}': r"line 2: .* stands in .*line 1 already",
        "drop 65": r"line 1: drops 65, a byte token",
        f"drop {max(bpe.special_ids)}": r"line 1: drops .* special token",
        f'keep "Ġthe"\ndrop {part}': r'line 2: drops .* needs on the way to "Ġt.* Remove the line',
    }.items():
        with pytest.raises(BadInput, match=message):
            overridden(tmp_path, lines)


def test_decisions_are_listed_with_token_text_scripts_and_counts():
    bpe = tokenizer_of("qwen")
    counts = {"en": tokens_of_texts(ENGLISH, bpe.tokenizer()), "vi": tokens_of_texts(VIETNAMESE, bpe.tokenizer())}
    decisions = decide(bpe, SCRIPT, counts)
    head, *lines = table(bpe, decisions, SCRIPT.min_counts).splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    assert [int(row["id"]) for row in rows] == list(range(bpe.size))
    new = new_ids(decisions)
    assert {int(row["id"]): int(row["new_id"]) for row in rows if row["kept"] == "kept"} == new
    (row,) = [row for row in rows if row["text"] == '" sông"']
    assert (row["scripts"], row["reason"], row["count_vi"], row["count_en"]) == ("Latin", "script", "1", "0")
    assert json.loads(row["token"]) == "ĠsÃ´ng"
    assert {row["scripts"] for row in rows if row["reason"] == "special"} == {"special"}


def test_counts_are_per_language():
    bpe = tokenizer_of("qwen")
    cat, meo = bpe.vocabulary["Ġcat"], bpe.vocabulary[byte_bpe.to_symbols(" mèo".encode())]
    policy = Policy(policy="count", scripts=(), min_counts={"vi": 2, "en": 5})
    why = {each.id: each for each in decide(bpe, policy, {"vi": {meo: 2}, "en": {cat: 4, meo: 1}})}
    assert why[meo].kept and not why[cat].kept and why[meo].counts == (2, 1)


CONFIG = {
    "eos_token_id": [7, 2],
    "bos_token_id": 2,
    "pad_token_id": -1,
    "sep_token_id": None,
    "vocab_size": 9,
    "text_config": {"image_token_index": 7},
    "suppress_tokens": [2, 5, 8],
    "bad_words_ids": [[2, 7], [5]],
}


def test_special_ids_in_configs_are_renumbered():
    assert named_ids(CONFIG) == {2, 7}
    assert renumbered(CONFIG, {0: 0, 2: 1, 7: 2}) == CONFIG | {
        "eos_token_id": [2, 1],
        "bos_token_id": 1,
        "text_config": {"image_token_index": 2},
        "suppress_tokens": [1],
        "bad_words_ids": [[1, 2]],
    }
    with pytest.raises(BadInput, match="token_id: 2 is no id of"):
        renumbered(CONFIG, {7: 0})


def make_model(folder: Path, tokenizer: str | ByteBPE, tied: bool, padding: int = 5) -> Path:
    """A nano Llama with random weights, padding rows beyond the tokenizer, and ids in its configs."""
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    bpe = tokenizer_of(tokenizer) if isinstance(tokenizer, str) else tokenizer
    end = max(bpe.special_ids)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=bpe.size + padding, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=tied, initializer_range=0.3, bos_token_id=end, eos_token_id=[end],
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    model.generation_config.suppress_tokens = [end, bpe.size + 1]
    model.save_pretrained(folder)
    end_token = bpe.added_tokens[end]
    PreTrainedTokenizerFast(tokenizer_object=bpe.tokenizer(), eos_token=end_token).save_pretrained(folder)
    return folder


@pytest.fixture
def documents(tmp_path):
    for language, texts in {"en": ENGLISH, "vi": VIETNAMESE}.items():
        for part in ("train", "validation"):
            listed = [Document(f"{n:016}", text, "source") for n, text in enumerate(texts * 2)]
            write_documents(tmp_path / "split" / language / part, listed)
    return tmp_path / "split"


def pruned(model: Path, documents: Path, tmp_path: Path, policy: Policy) -> dict:
    (tmp_path / "overrides.txt").write_text("")
    params = Params(enabled=True, policy=policy.policy, scripts=policy.scripts, min_counts=policy.min_counts)
    return run(model, documents, tmp_path / "overrides.txt", tmp_path / "out", params)


@pytest.mark.parametrize(("kind", "tied"), [("qwen", True), ("gemma2", False)])
def test_logits_of_kept_ids_are_those_of_the_base(kind, tied, documents, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = make_model(tmp_path / "base", kind, tied)
    metrics = pruned(base, documents, tmp_path, COUNT)
    assert metrics["size"] < metrics["size_before"] and metrics["kept"]["parent"] > 0
    assert metrics["identical_documents"] == {"vi": 1, "en": 1}
    assert metrics["length_change"] == {"vi": 0, "en": 0}
    lines = (tmp_path / "out" / "decisions.tsv").read_text().splitlines()[1:]
    kept = [int(line.split("\t")[0]) for line in lines if "\tkept\t" in line]
    models = [AutoModelForCausalLM.from_pretrained(folder) for folder in (base, tmp_path / "out")]
    tokenizers = [AutoTokenizer.from_pretrained(folder) for folder in (base, tmp_path / "out")]
    assert models[1].config.vocab_size == metrics["size"] == len(tokenizers[1]) == len(kept)
    for text in [*ENGLISH, *VIETNAMESE, f"{ENGLISH[0]}{tokenizers[0].eos_token}{ENGLISH[0]}"]:
        old, new = (tokenizer(text)["input_ids"] for tokenizer in tokenizers)
        assert [kept[id_] for id_ in new] == old
        with torch.no_grad():
            logits = [model(torch.tensor([ids])).logits for model, ids in zip(models, (old, new), strict=True)]
        torch.testing.assert_close(logits[0][..., kept], logits[1], rtol=0, atol=1e-6)
    end = tokenizers[1].eos_token_id
    assert models[1].config.eos_token_id == [end] and models[1].generation_config.suppress_tokens == [end]


def test_disabled_passes_the_base_through(documents, tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    params = Params(enabled=False, policy="script", scripts=("Latin",), min_counts={"en": 1})
    assert run(tmp_path / "base", documents, tmp_path / "none", tmp_path / "out", params) == {"enabled": 0}
    assert (tmp_path / "out" / "config.json").read_text() == "{}"


def test_rows_that_pad_are_zero_and_never_generated(tmp_path):
    from stages.model.files import read_tensors
    from stages.model.vocabulary import write_selection

    base, bpe = make_model(tmp_path / "base", "qwen", tied=True), tokenizer_of("qwen")
    new_id = new_ids(decide(bpe, SCRIPT, {}))
    (tmp_path / "out").mkdir()
    size = write_selection(base, tmp_path / "out", prune(bpe, new_id), new_id, multiple=64)
    rows = read_tensors(tmp_path / "out")["model.embed_tokens.weight"]
    assert size == len(rows) and size % 64 == 0 and size > len(new_id)
    assert torch.equal(rows[: len(new_id)], read_tensors(base)["model.embed_tokens.weight"][list(new_id)])
    assert not rows[len(new_id) :].any()
    generation = json.loads((tmp_path / "out" / "generation_config.json").read_text())
    assert generation["suppress_tokens"][1:] == list(range(len(new_id), size))
    assert json.loads((tmp_path / "out" / "config.json").read_text())["vocab_size"] == size


def chain(repository: Path, base: Path, documents: Path, tmp_path: Path, new_tokens: int) -> list[Path]:
    """The stages prune, vocab and extend one after the other; returns the folders of base, pruned and extended."""
    from stages import extend, vocab

    metrics = pruned(base, documents, tmp_path, SCRIPT)
    assert metrics["size"] < metrics["size_before"]
    wanted = {"new_tokens": new_tokens, "min_count": 2}
    settings = dataclasses.replace(load(vocab.Params, repository / "params.yaml", *vocab.SECTIONS), **wanted)
    vocab.run(tmp_path / "out", documents, tmp_path / "vocab", settings)
    settings = load(extend.Params, repository / "params.yaml", *extend.SECTIONS)
    by_mean = dataclasses.replace(settings, input="mean", output="mean")
    unread = [tmp_path / name for name in ("documents", "dictionary", "donor")]
    extend.run(tmp_path / "out", tmp_path / "vocab", *unread, tmp_path / "extended", by_mean)
    return [base, tmp_path / "out", tmp_path / "extended"]


def assert_chain_holds(folders: list[Path], english: list[str], others: list[str]) -> None:
    """English has the same ids and logits in the pruned and the extended model, and every text comes back."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base, smaller, extended = (read_either(folder / "tokenizer.json") for folder in folders)
    assert smaller.size < base.size and smaller.size < extended.size
    assert smaller.vocabulary.items() <= extended.vocabulary.items()
    models = [AutoModelForCausalLM.from_pretrained(folder) for folder in folders[1:]]
    assert [model.config.vocab_size for model in models] == [smaller.size, extended.size]
    tokenizers = [AutoTokenizer.from_pretrained(folder) for folder in folders]
    for text in english:
        with_end = f"{text}{tokenizers[0].eos_token}"
        ids = [tokenizer(with_end)["input_ids"] for tokenizer in tokenizers[1:]]
        assert ids[0] == ids[1] and len(ids[0]) == len(tokenizers[0](with_end)["input_ids"])
        assert ids[1][-1] == models[1].config.eos_token_id[0] == tokenizers[2].eos_token_id
        with torch.no_grad():
            logits = [
                model(torch.tensor([one])).logits[..., : smaller.size] for model, one in zip(models, ids, strict=True)
            ]
        torch.testing.assert_close(*logits, rtol=0, atol=1e-6)
    # Qwen's tokenizer brings text to NFC itself.
    lines = [unicodedata.normalize("NFC", line) for line in [*english, *others]]
    assert fertility.not_restored(lines, extended.tokenizer()) == []


def test_a_pruned_vocabulary_can_be_extended(repository, documents, tmp_path):
    base = make_model(tmp_path / "base", "qwen", tied=True)
    folders = chain(repository, base, documents, tmp_path, new_tokens=300)
    assert_chain_holds(folders, ENGLISH[:1], TEXTS + random_lines(300, seed=3))


def test_the_command_compares_policies_and_writes_the_chosen_one(tmp_path, repository, monkeypatch, capsys):
    from commands.prune_vocabulary import main

    model = make_model(tmp_path / "base", "gemma2", tied=True)
    for language, texts in {"vi": VIETNAMESE, "en": ENGLISH + OTHERS[:1]}.items():
        (tmp_path / language).mkdir()
        lines = [json.dumps({"text": text * times}, ensure_ascii=False) for text in texts for times in range(1, 40)]
        (tmp_path / language / "documents.jsonl").write_text("\n".join(lines), encoding="utf-8")
    russian = next(token for token in tokenizer_of("gemma2").vocabulary if "кн" in token)
    (tmp_path / "overrides.txt").write_text(f'keep "{russian}"', encoding="utf-8")
    words = f"""prune_vocabulary {model} --params {repository / "params.yaml"} --text vi={tmp_path / "vi"}
        --text en={tmp_path / "en"} --compare 1 5000 --out {tmp_path / "out"} --pad-to-multiple 64
        --overrides {tmp_path / "overrides.txt"}"""
    monkeypatch.setattr("sys.argv", words.split())
    main()
    shown = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown.splitlines() if line.startswith("|")]
    sizes = {row[0]: int(row[1].replace(",", "")) for row in rows[2:]}
    assert list(sizes) == [
        "script", "script_and_count 1", "script_and_count 5000", "count 1", "count 5000", "script, written",
    ]  # fmt: skip
    assert sizes["script_and_count 5000"] < sizes["script_and_count 1"] < sizes["script"] == sizes["script, written"]
    assert russian in read_either(tmp_path / "out" / "tokenizer.json").vocabulary
    (script,) = [row for row in rows if row[0] == "script"]
    saved = (tokenizer_of("gemma2").size - sizes["script"]) * 32 * 4 / 1e6
    assert script[3] == f"{saved:,.1f}" and script[4:6] == ["100.0%", "+0.00%"] and script[6] != "100.0%"
    assert json.loads((tmp_path / "out" / "config.json").read_text())["vocab_size"] % 64 == 0
    assert (tmp_path / "out" / "decisions.tsv").read_text().count("\n") == tokenizer_of("gemma2").size + 1


def test_text_comes_evenly_from_more_files_than_are_open_at_a_time(tmp_path, monkeypatch):
    from commands import prune_vocabulary

    monkeypatch.setattr(prune_vocabulary, "OPEN_FILES", 2)
    for number in range(5):
        lines = [json.dumps({"text": f"văn bản {number} {line}"}) for line in range(200)]
        (tmp_path / f"{number}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = prune_vocabulary.read_text(tmp_path, "text", 5000)
    pieces = [*found.counted, *found.held_out]
    assert sum(len(piece.encode()) for piece in pieces) == pytest.approx(5000, abs=100)
    per_file = Counter(piece.split()[2] for piece in pieces)
    assert len(per_file) == 5 and max(per_file.values()) - min(per_file.values()) <= 3


def test_the_command_refuses_what_it_cannot_use(tmp_path, repository, monkeypatch):
    from commands.prune_vocabulary import main

    (tmp_path / "tokenizer.json").write_text(tokenizer_of("qwen").dump())
    (tmp_path / "short.txt").write_text("một\n")
    (tmp_path / "other.jsonl").write_text('{"body": "một hai"}\n')
    params = repository / "params.yaml"
    for words, message in {
        "--compare 1": "expected LANGUAGE=PATH",
        f"--text vi={tmp_path}/short.txt": "nothing to do",
        f"--text vi={tmp_path}/short.txt --compare 1": "too little text",
        f"--text vi={tmp_path}/tokenizer.json --compare 1": "unknown kind of file",
        f"--text vi={tmp_path}/none --compare 1": "none: no such file or folder",
        f"--text vi={tmp_path}/other.jsonl --compare 1": "no 'text', found .'body'.*--column",
        "--text vi= --compare 1": "expected LANGUAGE=PATH",
        f"--text ru={tmp_path}/short.txt --compare 1": "prune.min_counts: nothing for ru",
        f"--text vi={tmp_path}/none --out {tmp_path}/out --scripts Latin}}": "--scripts: 'Latin}'",
        f"--text vi={tmp_path}/none --out {tmp_path}/out --scripts Klingon": "--scripts: 'Klingon' is no Unicode",
        f"--text vi={tmp_path}/none --out {tmp_path}/out --pad-to-multiple 64": "holds no model",
    }.items():
        monkeypatch.setattr("sys.argv", f"prune_vocabulary {tmp_path} --params {params} {words}".split())
        with pytest.raises(BadInput, match=message):
            main()


@pytest.mark.parametrize("out", ["there", ".", "none/..", "file/out", "/proc/out", "link"])
def test_the_command_never_writes_over_what_is_there(tmp_path, repository, monkeypatch, out):
    from commands.prune_vocabulary import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "there/tokenizer.json").write_text(tokenizer_of("qwen").dump())
    (tmp_path / "file").write_text("một")
    (tmp_path / "link").symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    words = f"prune_vocabulary there --text vi=none --params {repository / 'params.yaml'} --out {out}"
    monkeypatch.setattr("sys.argv", words.split())
    with pytest.raises(BadInput, match=f"--out {out}: "):
        main()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--min-count 0", "--min-count: '0'"),
        ("--min-count -4", "--min-count: '-4'"),
        ("--compare 1 0", "--compare: '0'"),
        ("--pad-to-multiple -64", "--pad-to-multiple: '-64'"),
        ("--max-megabytes nan", "--max-megabytes: 'nan'"),
    ],
)
def test_the_command_refuses_numbers_out_of_range(monkeypatch, capsys, words, message):
    from commands.prune_vocabulary import main

    monkeypatch.setattr("sys.argv", f"prune_vocabulary model --text vi=none --out out {words}".split())
    with pytest.raises(SystemExit):
        main()
    assert message in capsys.readouterr().err


def test_a_bare_tokenizer_becomes_a_folder_that_transformers_opens(tmp_path, repository, monkeypatch):
    from transformers import AutoTokenizer

    from commands.prune_vocabulary import main

    (tmp_path / "qwen.json.gz").write_bytes(gzip.compress(tokenizer_of("qwen").dump().encode()))
    lines = [f"{text} {number}" for number in range(30) for text in VIETNAMESE]
    (tmp_path / "vi.jsonl").write_text("\n".join(json.dumps({"text": line}) for line in lines))
    words = f"""prune_vocabulary {tmp_path / "qwen.json.gz"} --params {repository / "params.yaml"}
        --text vi={tmp_path / "vi.jsonl"} --out {tmp_path / "out"}"""
    monkeypatch.setattr("sys.argv", words.split())
    main()
    opened = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert opened.decode(opened(VIETNAMESE[0]).input_ids) == VIETNAMESE[0]


def test_params_of_the_repository_load(repository):
    assert load(Params, repository / "params.yaml", "prune").policy == "script"
    bpe = tokenizer_of("smollm2")
    assert read_overrides(repository / "data" / "pruning_overrides.txt", bpe) == []


REAL = {
    "smollm2": "tokenizers/smollm2/tokenizer.json",
    "qwen": "tokenizers/qwen/tokenizer.json.gz",
    "llama3": "tokenizers/llama3/tokenizer.json.gz",
    "gemma2": "tokenizers/gemma2/tokenizer.json.gz",
}


def real_lines(real_data, count: int, language: str = "*") -> list[str]:
    """Lines of the corpus, in turns from each of its files."""
    files = sorted(real_data("corpus").glob(f"{language}/*.jsonl.gz"))
    assert files
    found: list[list[str]] = []
    for file in files:
        found.append([])
        with gzip.open(file, "rt", encoding="utf-8") as documents:
            for document in documents:
                found[-1] += [line for line in json.loads(document)["text"].splitlines() if line]
                if len(found[-1]) >= count:
                    break
    in_turns = (line for lines in zip_longest(*found) for line in lines if line)
    return list(islice(in_turns, count))


@pytest.mark.real
@pytest.mark.parametrize("kind", sorted(REAL))
def test_real_lines_of_kept_tokens_have_exactly_their_new_ids(real_data, kind):
    bpe, lines = read_either(real_data(REAL[kind])), real_lines(real_data, 150_000)
    assert len(lines) == 150_000
    counts = {"vi": tokens_of_texts(lines[::20], bpe.tokenizer())}
    both = Policy(policy="script_and_count", scripts=SCRIPT.scripts, min_counts={"vi": 2})
    for policy, least_kept in ((SCRIPT, 0.97), (both, 0.3)):
        decisions = decide(bpe, policy, counts)
        new_id = new_ids(decisions)
        smaller = prune(bpe, new_id)
        kept, wrong = violations(lines, bpe, smaller, new_id)
        assert kept > least_kept * len(lines) and wrong == 0
    foreign = ["我们今天在河边看书。", "Сегодня мы читаем книгу.", "วันนี้เราอ่านหนังสือ", "오늘 책을 읽는다", "नमस्ते दुनिया"]
    assert fertility.not_restored(foreign, smaller.tokenizer()) == []


@pytest.mark.real
def test_qwen_is_pruned_and_extended_with_a_nano_model(real_data, repository, tmp_path):
    for language in ("vi", "en"):
        lines = [line for line in real_lines(real_data, 24_000, language) if len(line) > 40]
        listed = [Document(f"{n:016}", line, "source") for n, line in enumerate(lines)]
        write_documents(tmp_path / "split" / language / "train", listed[20:])
        write_documents(tmp_path / "split" / language / "validation", listed[:20])
    base = make_model(tmp_path / "base", read_either(real_data(REAL["qwen"])), tied=True, padding=290)
    folders = chain(repository, base, tmp_path / "split", tmp_path, new_tokens=2_000)
    vietnamese = real_lines(real_data, 2_000, "vi")
    assert_chain_holds(
        folders, ["The old teacher lives near the river; she is 72."], vietnamese + random_lines(2_000, 3)
    )
    lengths = [
        sum(
            len(encoding.ids)
            for encoding in read_either(folder / "tokenizer.json").tokenizer().encode_batch(vietnamese)
        )
        for folder in folders
    ]
    assert lengths[2] < lengths[0] <= lengths[1] < 1.01 * lengths[0]
