"""The extend stage and the first values of new rows."""

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.errors import BadInput
from stages.extend import SECTIONS, Params, run
from stages.params import load
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.extension import base_pieces, extend
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from tests.tiny_model import make_tiny_model

VIETNAMESE = ["Người thầy giáo sống trong làng gần sông.", "Trường học nằm trong một thị trấn nhỏ."] * 5
EMBEDDING = "model.embed_tokens.weight"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_tiny_model(tmp_path_factory.mktemp("model") / "base", text=["The cat sat on the mat today."])


@pytest.fixture(scope="module")
def tokenizer(base, tmp_path_factory):
    old = byte_bpe.read(base / "tokenizer.json")
    words = fertility.count_pretokens(fertility.count_words(VIETNAMESE), old.tokenizer())
    new, _ = extend(old, words, SyllablePieces(all_syllables()).allows, accented_letters(), 300, 2, None)
    folder = tmp_path_factory.mktemp("model") / "vocab"
    folder.mkdir()
    write_tokenizer(folder, new, base)
    return folder


@pytest.fixture(scope="module")
def params(repository):
    return load(Params, repository / "params.yaml", *SECTIONS)


@pytest.fixture
def unread(tmp_path):
    """Text, dictionary and donor that do not exist, for methods that read none of them."""
    return tmp_path / "split", tmp_path / "dictionary.tsv", tmp_path / "donor"


def test_base_rows_stay_and_new_rows_are_means_of_their_pieces(base, tokenizer, tmp_path, params, unread):
    metrics = run(base, tokenizer, *unread, tmp_path / "extend", params)
    before, after = (load_file(folder / "model.safetensors") for folder in (base, tmp_path / "extend"))
    old_size = len(before[EMBEDDING])
    assert metrics["size"] == len(after[EMBEDDING]) == old_size + metrics["new_rows"]
    assert torch.equal(after[EMBEDDING][:old_size], before[EMBEDDING])
    assert {name for name in before if not torch.equal(before[name], after[name][: len(before[name])])} == set()
    assert set(before) == set(after), "a tied head must stay one tensor"
    old, new = (AutoTokenizer.from_pretrained(folder) for folder in (base, tokenizer))
    (id_,) = new(" làng")["input_ids"]
    pieces = old(" làng")["input_ids"]
    assert len(pieces) > 1
    assert torch.allclose(after[EMBEDDING][id_], before[EMBEDDING][pieces].mean(dim=0))


def test_opens_in_transformers_and_gives_english_the_same_hidden_states(base, tokenizer, tmp_path, params, unread):
    run(base, tokenizer, *unread, tmp_path / "extend", params)
    before, after = (AutoModelForCausalLM.from_pretrained(folder) for folder in (base, tmp_path / "extend"))
    assert after.lm_head.weight.data_ptr() == after.model.embed_tokens.weight.data_ptr()
    ids = AutoTokenizer.from_pretrained(tmp_path / "extend")("The cat sat on the mat.", return_tensors="pt")[
        "input_ids"
    ]
    with torch.no_grad():
        old_logits, new_logits = before(ids).logits, after(ids).logits
    assert torch.equal(old_logits, new_logits[..., : old_logits.shape[-1]])


def test_a_byte_that_the_base_lacks_stands_for_all_its_bytes(base):
    definition = byte_bpe.read(base / "tokenizer.json").definition()
    lacking = byte_bpe.to_symbols(b"\xff")
    del definition["model"]["vocab"][lacking]
    old = byte_bpe.ByteBPE(definition)
    new = old.copy()
    new.add_token(lacking)
    (pieces,) = base_pieces(old, new)
    assert len(pieces) == 255


def test_a_tokenizer_of_another_base_is_refused(base, tokenizer, tmp_path, params, unread):
    other = make_tiny_model(tmp_path / "other", text=["Quite different text gives quite different merges."])
    with pytest.raises(BadInput, match="Run the stage vocab"):
        run(other, tokenizer, *unread, tmp_path / "extend", params)
    assert not (tmp_path / "extend").exists()
