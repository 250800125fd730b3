"""Scores renormalised over the base's entries: the base's own, as long as only new rows have learnt."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from test_evaluate import list_contaminated
from test_scoring_harness import write_exam

from stages import evaluate, extend
from stages.model.files import EMBEDDING, count_entries, read_config, read_tensors, write_tensors
from stages.params import load
from stages.scoring.base_vocabulary import costs_in_base, scores_in_base
from stages.scoring.bits_per_byte import text_costs
from stages.scoring.language_model import LanguageModel, open_model
from stages.scoring.likelihood import score_pairs
from stages.text.documents import Document, write_documents
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from tests.tiny_model import make_tiny_model
from tests.tokenizer_samples import extend as extend_tokenizer

ENGLISH = ["The cat sat on the mat.", "In the morning the child walks to school, sits down and reads.", "A mat."]
VIETNAMESE = ["Trường học nằm cạnh dòng sông.", "The village is called làng sông Hồng."]
WINDOWS = (16, 8, 4096)
PLACES = ("benchmarks", "probes", "documents", "metrics", "outcomes", "out")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> tuple[Path, Path]:
    """A base, and the same with new rows that have learnt something else than they began with."""
    root = tmp_path_factory.mktemp("models")
    base = make_tiny_model(root / "base", text=["The cat sat on the mat today."])
    old = byte_bpe.read(base / "tokenizer.json")
    words = fertility.count_pretokens(fertility.count_words(VIETNAMESE * 5), old.tokenizer())
    new, _ = extend_tokenizer(old, words, SyllablePieces(all_syllables()).allows, accented_letters(), 300, 2, None)
    (root / "vocab").mkdir()
    write_tokenizer(root / "vocab", new, base)
    params = load(extend.Params, repository / "params.yaml", *extend.SECTIONS)
    unread = [root / name for name in ("split", "dictionary", "donor")]
    extend.run(base, root / "vocab", *unread, root / "extend", params)
    tensors = read_tensors(root / "extend")
    random = torch.Generator().manual_seed(1)
    rows = tensors[EMBEDDING][count_entries(base) :]
    rows += torch.randn(rows.shape, generator=random)
    write_tensors(tensors, read_config(root / "extend"), root / "extend")
    return base, root / "extend"


@pytest.fixture(scope="module")
def models(folders: tuple[Path, Path]) -> tuple[LanguageModel, LanguageModel]:
    base, extended = folders
    return open_model(base, base=base), open_model(extended, base=base)


def test_the_base_has_no_other_vocabulary(models: tuple[LanguageModel, LanguageModel]) -> None:
    base, extended = models
    assert base.base is None
    assert extended.have_new_tokens([*ENGLISH, *VIETNAMESE]) == [False] * 3 + [True] * 2
    assert all(cost.bits == cost.bits_in_base for cost in text_costs(base, ENGLISH, *WINDOWS))


def test_text_without_new_tokens_has_the_bases_scores_exactly(models: tuple[LanguageModel, LanguageModel]) -> None:
    """From one pass: the full-vocabulary scores stand beside, and are those of the whole softmax."""
    _, extended = models
    expected, own = (text_costs(lm, ENGLISH, *WINDOWS) for lm in models)
    assert [cost.bits_in_base for cost in own] == [cost.bits for cost in expected]
    assert all(cost.bits > cost.bits_in_base for cost in own), "new tokens take some of the probability"
    found, bytes_again = costs_in_base(extended, ENGLISH, own, *WINDOWS)
    assert (found, bytes_again) == ([replace(cost, bits=cost.bits_in_base) for cost in own], 0)
    ids = [extended.start_token, *extended.encode(ENGLISH[:1])[0]]
    with torch.no_grad():
        steps = torch.log_softmax(extended.model(torch.tensor([ids])).logits[0], dim=-1)
    nats = -steps[torch.arange(len(ids) - 1), ids[1:]].sum()
    assert own[0].bits == pytest.approx(float(nats) / math.log(2), rel=1e-5)


def test_text_with_new_tokens_is_read_again_in_the_bases(models: tuple[LanguageModel, LanguageModel]) -> None:
    base, extended = models
    texts = [ENGLISH[0], *VIETNAMESE]
    own = text_costs(extended, texts, *WINDOWS)
    assert [math.isinf(cost.bits_in_base) for cost in own] == [False, True, True]
    found, bytes_again = costs_in_base(extended, texts, own, *WINDOWS)
    assert bytes_again == sum(len(text.encode()) for text in VIETNAMESE)
    expected = text_costs(base, texts, *WINDOWS)
    assert [cost.tokens for cost in found] == [cost.tokens for cost in expected]
    assert [cost.bits for cost in found] == pytest.approx([cost.bits for cost in expected], rel=1e-6)


def test_a_context_is_read_again_for_all_its_continuations(models: tuple[LanguageModel, LanguageModel]) -> None:
    base, extended = models
    pairs = [("The cat sat on the", choice) for choice in (" mat.", " làng.", " school.")]
    pairs += [("In the morning the", choice) for choice in (" child walks.", " cat sat.")]
    known = dict(zip(pairs, score_pairs(extended, pairs, 4096), strict=True))
    found = [score.log_likelihood for score in scores_in_base(extended, pairs, known, 4096)]
    assert found == pytest.approx([score.log_likelihood for score in score_pairs(base, pairs, 4096)], rel=1e-5)


def test_the_stage_reports_both_and_the_difference(
    folders: tuple[Path, Path], tmp_path: Path, repository: Path
) -> None:
    write_exam(tmp_path / "benchmarks", 4)
    for language, texts in (("en", [*ENGLISH, VIETNAMESE[1]]), ("vi", VIETNAMESE)):
        documents = [Document(f"{number:04}", text, "news") for number, text in enumerate(texts)]
        write_documents(tmp_path / "documents" / language / "test", documents)
        list_contaminated(tmp_path / "documents", language)
        (tmp_path / "probes" / language).mkdir(parents=True)
    params = load(evaluate.Params, repository / "params.yaml", *evaluate.SECTIONS)
    base, own = (evaluate.run(folder, folders[0], *[tmp_path / name for name in PLACES], params) for folder in folders)
    assert "base_vocabulary" not in base["en"]
    assert "base_vocabulary" not in own["vi"]
    scores = own["en"]["base_vocabulary"]
    assert scores["bpb"] == pytest.approx(base["en"]["bpb"], rel=1e-6)
    assert scores["bpb_difference"] == pytest.approx(own["en"]["bpb"] - base["en"]["bpb"], rel=1e-4)
    assert scores["read_again"] == pytest.approx(len(VIETNAMESE[1].encode()) / own["en"]["bytes"])
    assert scores["exam"]["acc"] == base["en"]["exam"]["all"]["acc"]
    assert scores["exam"]["acc_difference"] == own["en"]["exam"]["all"]["acc"] - scores["exam"]["acc"]
