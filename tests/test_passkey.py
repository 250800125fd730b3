"""Passkey retrieval: the prompts, the scores, and that training on longer sequences makes it reach further."""

import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tiny_model import make_tiny_model

from commands import passkey as command
from stages import base, pretrain
from stages.errors import BadInput
from stages.params import load
from stages.scoring.language_model import LanguageModel, open_model
from stages.scoring.passkey import FILLER, QUESTION, passkey_text, retrievals
from stages.text.documents import Document, write_documents
from tests.packing import pack_documents


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    return open_model(make_tiny_model(tmp_path_factory.mktemp("passkey") / "model", chat=False))


class Reader(torch.nn.Module):
    """Answers with the key that it finds in the text, or with another one."""

    def __init__(self, tiny: LanguageModel, finds: bool):
        super().__init__()
        self.tiny, self.finds, self.device, self.prompts = tiny, finds, "cpu", []

    def forward(self, tokens: torch.Tensor, logits_to_keep: int) -> SimpleNamespace:
        text = self.tiny.decode(tokens[0].tolist())
        self.prompts.append((len(tokens[0]), text))
        mark = " là " if "Mật mã" in text else " is "
        said = text.split(("Mật mã" if "Mật mã" in text else "passkey") + mark)[1][:5]
        answer = self.tiny.encode([f"x {said}"])[0][1:] if self.finds else [0] * logits_to_keep
        logits = torch.zeros(1, logits_to_keep, len(self.tiny.tokenizer))
        logits[0, torch.arange(logits_to_keep), torch.tensor(answer)] = 50.0
        return SimpleNamespace(logits=logits)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_prompts_fill_the_length_hide_the_key_at_its_depth_and_end_in_the_question(
    tiny: LanguageModel, language: str
) -> None:
    reader = Reader(tiny, finds=True)
    longest = max(len(ids) for ids in tiny.encode([f" {sentence}" for sentence in FILLER[language]]))
    answers = list(retrievals(replace(tiny, model=reader), [language], [400, 800], [0.0, 0.5, 1.0], samples=3))
    assert len(answers) == len(reader.prompts) == 18
    for answer, (tokens, text) in zip(answers, reader.prompts, strict=True):
        assert answer.length - longest - 1 <= tokens <= answer.length
        before = text.index("Mật mã là" if language == "vi" else "The passkey is")
        share = before / text.index(QUESTION[language])
        assert share == pytest.approx(answer.depth * 0.85, abs=0.16)
    assert len({text for _, text in reader.prompts}) == 18, "each with a key of its own"


def test_prompts_that_cannot_hold_the_key_are_refused(tiny: LanguageModel) -> None:
    with pytest.raises(BadInput, match="passkey: 5 tokens cannot hold the vi question and its key, which take"):
        list(retrievals(tiny, ["vi"], [5], [0.5], samples=1))


def test_a_reader_that_finds_the_key_is_told_from_one_that_does_not(tiny: LanguageModel) -> None:
    for finds in (True, False):
        model = replace(tiny, model=Reader(tiny, finds))
        answers = list(retrievals(model, ["vi", "en"], [300], [0.5], samples=4))
        assert all(answer.found is finds for answer in answers)
        assert all((answer.nats < 1) is finds for answer in answers)


def test_the_table_and_the_chart_hold_every_cell(tiny: LanguageModel) -> None:
    model = replace(tiny, model=Reader(tiny, finds=True))
    cells = command.by_cell(retrievals(model, ["vi", "en"], [200, 300], [0.0, 1.0], samples=2))
    assert len(cells) == 8
    assert len(command.chart(cells)["data"]["values"]) == 8
    made = command.table("vi", cells)
    assert [column.header for column in made.columns] == ["tokens", "depth 0", "depth 1"]
    assert made.row_count == 2


def passkey_documents(folder: Path, seed: int, *amounts: tuple[int, int, int]) -> None:
    """For each of `amounts` so many documents with `least` to `most` filler sentences, the key as their last word."""
    draw = random.Random(seed)
    made = []
    for count, least, most in amounts:
        for _ in range(count):
            key, sentences = f"{draw.randrange(10**5):05}", draw.randint(least, most)
            before = draw.randint(0, sentences)
            text = passkey_text("en", before, sentences - before, key, draw.randrange(6))
            made.append(Document(f"{len(made):06}", f"{text} {key}", "world-en"))
    write_documents(folder, made)


@pytest.mark.campaign
def test_training_on_longer_sequences_makes_retrieval_reach_further(tmp_path: Path, repository: Path) -> None:
    small = {"threads": 1, "sequence_length": 64, "batch_sequences": 32, "micro_batch_sequences": 32}
    small |= {"validation_sequences": 8, "measure_every_steps": 500}
    params = load(base.Params, repository / "params.yaml", *base.SECTIONS)
    shape = replace(params.shape, hidden_size=64, intermediate_size=128, num_hidden_layers=2)
    params = replace(params, tokens=2_500_000, learning_rate=0.003, max_vocabulary=400, shape=shape, **small)
    for seed, part in enumerate(("train", "validation")):
        passkey_documents(tmp_path / "short" / part, seed, (12_000 if part == "train" else 100, 0, 2))
        passkey_documents(tmp_path / "split" / part, seed, (8000, 0, 2), (3000 if part == "train" else 100, 6, 22))
    paths = [tmp_path / name for name in ("base", "curve.csv", "logs", "checkpoints")]
    base.run(tmp_path / "short", *paths, params)
    pack_documents(
        tmp_path / "split", tmp_path / "base", tmp_path / "pack" / "en", language="en", min_long_document_tokens=80
    )
    changes = {"tokens": 2_000_000, "learning_rate": 0.002, "context_factor": 4, "long_documents": 0.8}
    stage = load(pretrain.Params, repository / "params.yaml", *pretrain.SECTIONS, stage="long_context")
    stage = replace(stage, **changes, **small, languages={"en": 1.0}, sources={"world-en": 1.0})
    paths = [tmp_path / name for name in ("long", "curve.csv", "logs", "checkpoints")]
    pretrain.run(tmp_path / "base", tmp_path / "base", tmp_path / "pack", *paths, stage)

    depths = [0.0, 0.5, 0.75, 1.0]
    before, after = (
        command.by_cell(retrievals(open_model(tmp_path / name), ["en"], [64, 128, 256], depths, samples=20))
        for name in ("base", "long")
    )
    for name, cells in (("before", before), ("after", after)):
        print(name, {place[1:]: (round(share, 2), round(nats, 1)) for place, (share, nats) in cells.items()})
    assert before["en", 64, 0.5][0] > 0.5, "it retrieves over the length that it was trained on"
    for length in (128, 256):
        assert before["en", length, 0.5][0] < 0.1
        assert after["en", length, 0.5][0] >= before["en", length, 0.5][0] + 0.1
        assert after["en", length, 0.5][1] < 0.5 * before["en", length, 0.5][1]
    assert after["en", 256, 1.0][0] > 0.9
