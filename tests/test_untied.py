"""A base whose head is not its embedding, through the whole chain; and the control without extension."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from test_pretrain import ENGLISH, VIETNAMESE
from tokenizers import Tokenizer

from stages import extend, instruct, merge, new_tokens, pretrain, vocab
from stages.dialogue import chatml
from stages.model.files import EMBEDDING, HEAD, count_entries, read_config, read_tensors
from stages.params import load
from stages.text.documents import Document, write_documents
from tests.packing import pack_documents
from tests.tiny_model import make_tiny_model

BATCH = {"batch_sequences": 4, "micro_batch_sequences": 4}
SMALL = BATCH | {"threads": 1, "sequence_length": 16, "measure_every_steps": 2}


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.numpy().tobytes() == other.numpy().tobytes()


class Chain:
    """The stages from vocab to merge in one folder, with the values of params.yaml and few tokens."""

    def __init__(self, root: Path, repository: Path, tied: bool, new_tokens: int):
        self.root, self.values = root, repository / "params.yaml"
        make_tiny_model(root / "base", chat=True, width=16, text=ENGLISH, tied=tied)
        for language, texts in {"vi": VIETNAMESE, "en": ENGLISH, "code": []}.items():
            for part, some in (("train", texts[:50]), ("validation", texts[50:])):
                made = [Document(f"{number:04}", text, f"world-{language}") for number, text in enumerate(some)]
                write_documents(root / "split" / language / part, made)
        own = {"new_tokens": new_tokens, "size_multiple": 1, "min_count": 2}
        self.vocab = vocab.run(root / "base", root / "split", root / "vocab", self.params(vocab, **own))
        unread = [root / name for name in ("split", "dictionary", "donor")]
        self.extend = extend.run(root / "base", root / "vocab", *unread, root / "extend", self.params(extend))
        for language in ("vi", "en", "code"):
            pack_documents(root / "split" / language, root / "vocab", root / "pack" / language, language=language)

    def params(self, stage: Any, names: dict[str, str] | None = None, **changes: object) -> Any:
        return replace(load(stage.Params, self.values, *stage.SECTIONS, **(names or {})), **changes)

    def pretrain(self, stage: str, origin: str, tokens: int) -> dict[str, Any]:
        chosen = self.params(pretrain, {"stage": stage}, tokens=tokens, **SMALL)
        folders = [self.root / name for name in (origin, "base", "pack")]
        outs = [self.root / name for name in (stage, f"{stage}.csv", "logs", "checkpoints")]
        return pretrain.run(*folders, *outs, chosen)

    def moved(self, one: str, other: str) -> set[str]:
        """Which parts of the model differ, the rows of old and new tokens apart."""
        old, found = count_entries(self.root / "base"), set()
        before, after = read_tensors(self.root / one), read_tensors(self.root / other)
        assert before.keys() == after.keys()
        for name in before:
            if name in (EMBEDDING, HEAD):
                end = "input" if name == EMBEDDING else "output"
                halves = {f"old {end}": slice(None, old), f"new {end}": slice(old, None)}
                found |= {part for part, rows in halves.items() if not same(before[name][rows], after[name][rows])}
            elif not same(before[name], after[name]):
                found.add("body")
        return found


@pytest.fixture(scope="module")
def untied(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Chain:
    return Chain(tmp_path_factory.mktemp("untied"), repository, tied=False, new_tokens=160)


def test_the_stages_of_the_paper_one_after_the_other(untied: Chain) -> None:
    tokens = 4 * 16 * 7
    first = untied.pretrain("new_rows", "extend", tokens)
    assert untied.moved("extend", "new_rows") == {"new input", "new output"}
    assert first["steps"] == 7
    assert first["learning_parameters"] == 2 * untied.extend["new_rows"] * 16
    steps = [line.split(",")[0] for line in (untied.root / "new_rows.csv").read_text().splitlines()]
    assert steps == ["step", "2", "4", "6", "7"]  # 2, 2 and 3 steps
    untied.pretrain("embeddings", "new_rows", tokens)
    assert untied.moved("new_rows", "embeddings") == {"new input", "new output", "old output"}
    untied.pretrain("all", "embeddings", tokens)
    assert untied.moved("embeddings", "all") == {"new input", "new output", "old output", "old input", "body"}
    untied.pretrain("blocks", "all", tokens)
    assert untied.moved("all", "blocks") == {"body"}


def test_tuned_merged_and_opened_with_a_head_of_its_own(untied: Chain) -> None:
    messages = [{"role": "user", "content": "Bạn Lan mua gì?"}, {"role": "assistant", "content": "Quả cam."}]
    made = [Document(f"{number:04}", "", "vi", metadata={"messages": messages}) for number in range(20)]
    write_documents(untied.root / "conversations", made)
    for name in ("vi", "vi_multi_turn", "en"):
        chosen = untied.params(instruct, {"set": name}, epochs=1, **(SMALL | {"sequence_length": 64}))
        outs = [untied.root / "tuned" / name, untied.root / "i.csv", untied.root / "logs", untied.root / "checkpoints"]
        instruct.run(untied.root / "extend", untied.root / "conversations", *outs, chosen)
    assert untied.moved("extend", "tuned/vi") == {"body", "old input", "old output"}
    before, after = (read_tensors(untied.root / name) for name in ("extend", "tuned/vi"))
    tokenizer = Tokenizer.from_file(str(untied.root / "extend" / "tokenizer.json"))
    chat_tokens = sorted(map(tokenizer.token_to_id, (chatml.START, chatml.END)))
    for name in (EMBEDDING, HEAD):
        assert (before[name] != after[name]).any(1).nonzero().flatten().tolist() == chat_tokens
    folders = [untied.root / name for name in ("tuned", "extend", "base", "merge")]
    merge.run(*folders, untied.params(merge))
    from stages.scoring.bits_per_byte import text_costs
    from stages.scoring.language_model import open_model

    lm = open_model(untied.root / "merge")
    assert lm.model.lm_head.weight.data_ptr() != lm.model.get_input_embeddings().weight.data_ptr()
    assert read_config(untied.root / "merge")["tie_word_embeddings"] is False
    assert torch.equal(lm.model.lm_head.weight, read_tensors(untied.root / "merge")[HEAD])
    assert all(cost.bits > 0 for cost in text_costs(lm, VIETNAMESE[:3], 64, 32, 512))


def test_the_readings_of_new_tokens_train_the_phases_too(untied: Chain) -> None:
    small = SMALL | {"sequence_length": 64}
    chosen = untied.params(new_tokens, enabled=True, tokens=4 * 64 * 6, curve_every_steps=2, **small)
    paths = [untied.root / name for name in ("extend", "base", "pack", "logs", "checkpoints")]
    metrics = new_tokens.run(*paths, chosen)
    assert metrics["tokens"] == 4 * 64 * 6
    assert metrics["after"]["vi_loss"] != metrics["before"]["vi_loss"]


def test_plain_continued_pretraining_is_a_matter_of_params(tmp_path: Path, repository: Path) -> None:
    """The control arm: no new tokens, and all tokens for the stage `all`."""
    chain = Chain(tmp_path, repository, tied=True, new_tokens=0)
    assert (chain.vocab["new_tokens"], chain.extend["new_rows"]) == (0, 0)
    definitions = [json.loads((tmp_path / name / "tokenizer.json").read_text())["model"] for name in ("base", "vocab")]
    assert definitions[0]["vocab"] == definitions[1]["vocab"]
    assert chain.moved("base", "extend") == set()
    chain.pretrain("new_rows", "extend", tokens=0)
    chain.pretrain("embeddings", "new_rows", tokens=0)
    assert chain.moved("extend", "embeddings") == set()
    assert chain.pretrain("all", "embeddings", tokens=4 * 16 * 4)["steps"] == 4
    assert chain.moved("embeddings", "all") >= {"old input", "body"}
    chain.pretrain("blocks", "all", tokens=0)
    assert chain.moved("all", "blocks") == set()
    assert new_tokens.run(*[tmp_path] * 5, chain.params(new_tokens, tokens=0)) == {}
