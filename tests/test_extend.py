"""The extend stage and the first values of new rows."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.errors import BadInput
from stages.extend import SECTIONS, Params, run
from stages.initialisation.donor import donor_on_our_vocabulary
from stages.initialisation.methods import INITIALISATIONS
from stages.model.files import read_config, read_optional, write_tensors
from stages.outputs import write_json
from stages.params import load
from stages.text.documents import Document, write_documents
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.extension import base_pieces
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.methods import extend_tokenizer
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from tests.tiny_model import make_tiny_model
from tests.tokenizer_samples import extend, make_settings

VIETNAMESE = ["Người thầy giáo sống trong làng gần sông.", "Trường học nằm trong một thị trấn nhỏ."] * 5
EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"


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


@pytest.fixture(scope="module")
def untied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "untied"
    return make_tiny_model(folder, text=["The cat sat on the mat today."], tied=False)


@pytest.fixture
def inputs(tmp_path, base):
    """Text, a dictionary and a donor for the methods that read them."""
    documents = [Document(f"{number:02}", text, "test") for number, text in enumerate(VIETNAMESE)]
    (tmp_path / "split/vi/train").mkdir(parents=True)
    write_documents(tmp_path / "split/vi/train", documents)
    (tmp_path / "dictionary.tsv").write_text("vi\ten\nlàng\tcat\nsông\tmat\nsông\tcat\n", encoding="utf-8")
    donor = make_tiny_model(tmp_path / "donor", width=16, text=VIETNAMESE, layers=1)
    return tmp_path / "split", tmp_path / "dictionary.tsv", donor


def ids_of(folder, *texts):
    tokenizer = byte_bpe.read(folder / "tokenizer.json").tokenizer()
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def test_rows_of_an_untied_head_have_their_own_rule(untied, tokenizer, tmp_path, params, unread):
    metrics = run(untied, tokenizer, *unread, tmp_path / "extend", params)
    before, after = (load_file(folder / "model.safetensors") for folder in (untied, tmp_path / "extend"))
    ((id_,),), (pieces,) = ids_of(tokenizer, " làng"), ids_of(untied, " làng")
    assert set(before) == set(after)
    for name in before:
        assert torch.equal(before[name], after[name][: len(before[name])])
    assert torch.allclose(after[EMBEDDING][id_], before[EMBEDDING][pieces].mean(dim=0))
    assert torch.equal(after[HEAD][id_], before[HEAD][pieces[0]])
    assert (metrics["input"]["method"], metrics["output"]["method"]) == ("mean", "first_piece")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "extend")
    assert model.lm_head.weight.data_ptr() != model.model.embed_tokens.weight.data_ptr()
    assert torch.equal(model.lm_head.weight.data, after[HEAD])


def test_an_untied_base_without_a_head_is_refused(untied, tokenizer, tmp_path, params, unread):
    shutil.copytree(untied, tmp_path / "headless")
    tensors = load_file(untied / "model.safetensors")
    save_file(
        {name: tensor for name, tensor in tensors.items() if name != HEAD}, tmp_path / "headless/model.safetensors"
    )
    with pytest.raises(BadInput, match=r"tie_word_embeddings.*lm_head\.weight"):
        run(tmp_path / "headless", tokenizer, *unread, tmp_path / "extend", params)


@pytest.mark.parametrize("method", sorted(INITIALISATIONS))
def test_every_method_runs_on_both_tensors(untied, tokenizer, tmp_path, params, inputs, method):
    """From the files to the rows: vectors that differ, and the same bytes each time."""
    chosen = replace(params, input=method, output=method, transplant=replace(params.transplant, atoms=8))
    metrics = run(untied, tokenizer, *inputs, tmp_path / "extend", chosen)
    assert metrics["input"]["method"] == metrics["output"]["method"] == method
    tensors = load_file(tmp_path / "extend/model.safetensors")
    base_size = metrics["size"] - metrics["new_rows"]
    for name in (EMBEDDING, HEAD):
        assert min(len(row.unique()) for row in tensors[name][base_size:]) > 16, "a row of one repeated number"
    run(untied, tokenizer, *inputs, tmp_path / "again", chosen)
    files = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("extend", "again")]
    assert files[0] == files[1]
    if method == "translation":
        assert metrics["input"]["fallbacks"] == metrics["new_rows"] - 2
    if method == "transplant":
        assert metrics["input"]["fallbacks"] == 0, "the donor has all bytes"


def test_translation_reads_the_dictionary_by_whole_words(base, tokenizer, tmp_path, params, inputs):
    chosen = replace(params, input="translation", translation=replace(params.translation, weight=0.25))
    run(base, tokenizer, *inputs, tmp_path / "extend", chosen)
    before, after = (load_file(folder / "model.safetensors")[EMBEDDING] for folder in (base, tmp_path / "extend"))
    (pieces, cat, mat), ((id_,),) = ids_of(base, " sông", " cat", " mat"), ids_of(tokenizer, " sông")
    english = (before[cat].mean(dim=0) + before[mat].mean(dim=0)) / 2
    assert torch.allclose(after[id_], 0.75 * before[pieces].mean(dim=0) + 0.25 * english, atol=1e-6)


def test_neighbours_counts_the_tokens_without_a_vector(base, tokenizer, tmp_path, params, inputs):
    few = replace(params, input="neighbours", neighbours=replace(params.neighbours, min_count=1))
    none = replace(params, input="neighbours", neighbours=replace(params.neighbours, min_count=1000))
    found, missed = (run(base, tokenizer, *inputs, tmp_path / "extend", chosen) for chosen in (few, none))
    assert 0 < found["input"]["fallbacks"] < found["new_rows"] == missed["input"]["fallbacks"]


def test_new_rows_may_get_the_norm_of_the_base(base, tokenizer, tmp_path, params, unread):
    metrics = run(base, tokenizer, *unread, tmp_path / "extend", replace(params, base_norm=True))["input"]
    assert metrics["norm_of_new_rows"] == pytest.approx(metrics["norm_of_base_rows"])


def test_padding_rows_are_zeros_that_generation_never_chooses(untied, tokenizer, tmp_path, params, unread):
    metrics = run(untied, tokenizer, *unread, tmp_path / "extend", replace(params, row_multiple=64))
    size = metrics["size"]
    assert 0 < metrics["padding_rows"] < 64
    tensors = load_file(tmp_path / "extend/model.safetensors")
    for name in (EMBEDDING, HEAD):
        assert len(tensors[name]) == size + metrics["padding_rows"]
        assert not tensors[name][size:].any() and tensors[name][size - 1].any()
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "extend")
    assert model.config.vocab_size == len(tensors[EMBEDDING])
    assert model.generation_config.suppress_tokens == list(range(size, len(tensors[EMBEDDING])))
    assert (
        model.generation_config.eos_token_id
        == AutoModelForCausalLM.from_pretrained(untied).generation_config.eos_token_id
    )


def test_padding_rows_of_the_base_are_left_out(base, tokenizer, tmp_path, params, unread):
    shutil.copytree(base, tmp_path / "padded")
    tensors = load_file(base / "model.safetensors")
    tensors[EMBEDDING] = torch.cat([tensors[EMBEDDING], torch.full((10, tensors[EMBEDDING].shape[1]), 9.0)])
    save_file(tensors, tmp_path / "padded/model.safetensors")
    for name in ("base", "padded"):
        run({"base": base, "padded": tmp_path / "padded"}[name], tokenizer, *unread, tmp_path / f"of_{name}", params)
    made = [(tmp_path / f"of_{name}/model.safetensors").read_bytes() for name in ("base", "padded")]
    assert made[0] == made[1]


def test_new_tokens_in_the_place_of_suppressed_padding_rows_may_be_generated(base, tokenizer, tmp_path, params, unread):
    shutil.copytree(base, tmp_path / "padded")
    size, generation = read_config(base)["vocab_size"], tmp_path / "padded/generation_config.json"
    for listed, kept in (([7, *range(size, size + 10)], [7]), (list(range(size, size + 10)), None)):
        write_json(generation, read_optional(generation) | {"suppress_tokens": listed})
        out = tmp_path / f"extend_{kept}"
        run(tmp_path / "padded", tokenizer, *unread, out, params)
        assert AutoModelForCausalLM.from_pretrained(out).generation_config.suppress_tokens == kept


def test_a_base_with_fewer_rows_than_tokens_is_refused(base, tokenizer, tmp_path, params, unread):
    shutil.copytree(base, tmp_path / "short")
    tensors = load_file(base / "model.safetensors")
    save_file(tensors | {EMBEDDING: tensors[EMBEDDING][:-3].clone()}, tmp_path / "short/model.safetensors")
    with pytest.raises(BadInput, match=r"embed_tokens.weight has \d+ rows, its tokenizer\.json \d+ entries"):
        run(tmp_path / "short", tokenizer, *unread, tmp_path / "extend", params)


@pytest.mark.parametrize("method", ["mean", "translation", "neighbours", "transplant"])
def test_added_tokens_get_rows_too(base, tmp_path, params, inputs, method):
    settings = make_settings(method="added_tokens", new_tokens=40)
    extended = extend_tokenizer(byte_bpe.read(base / "tokenizer.json"), lambda: VIETNAMESE, lambda: (), settings)
    (tmp_path / "vocab").mkdir()
    write_tokenizer(tmp_path / "vocab", extended.bpe, base)
    metrics = run(base, tmp_path / "vocab", *inputs, tmp_path / "extend", replace(params, input=method))
    assert metrics["new_rows"] == len(extended.made) > 0


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("translation", r"dictionary\.tsv: not found.*extend\.translation\.dictionary"),
        ("neighbours", "split/vi/train: no such folder of documents"),
        ("transplant", r"donor: no tokenizer\.json.*extend\.transplant\.donor"),
    ],
)
def test_what_a_method_needs_and_lacks_is_named(base, tokenizer, tmp_path, params, unread, method, message):
    unread[2].mkdir()
    with pytest.raises(BadInput, match=message):
        run(base, tokenizer, *unread, tmp_path / "extend", replace(params, input=method))
    assert not (tmp_path / "extend").exists()


def test_static_vectors_need_text(base, tokenizer, tmp_path, params, unread):
    (unread[0] / "vi/train").mkdir(parents=True)
    with pytest.raises(BadInput, match="split: no text of vi"):
        run(base, tokenizer, *unread, tmp_path / "extend", replace(params, input="neighbours"))


def test_a_donor_with_another_kind_of_tokenizer_is_refused(base, tokenizer, tmp_path, params, inputs):
    Tokenizer(WordLevel({"a": 0}, unk_token="a")).save(str(inputs[2] / "tokenizer.json"))
    with pytest.raises(BadInput, match=r"donor/tokenizer\.json: a WordLevel tokenizer.*byte-level BPE"):
        run(base, tokenizer, *inputs, tmp_path / "extend", replace(params, input="transplant"))


def test_a_donor_with_fewer_rows_than_tokens_is_refused(base, tokenizer, tmp_path, params, inputs):
    shutil.copy(tokenizer / "tokenizer.json", inputs[2] / "tokenizer.json")
    with pytest.raises(BadInput, match=r"donor: \d+ rows for the \d+ entries.*extend\.transplant\.donor"):
        run(base, tokenizer, *inputs, tmp_path / "extend", replace(params, input="transplant"))


def test_a_donor_of_another_architecture_is_refused(base, tokenizer, tmp_path, params, inputs):
    save_file({"transformer.wte.weight": torch.zeros(2, 2)}, inputs[2] / "model.safetensors")
    with pytest.raises(BadInput, match=r"no model\.embed_tokens\.weight.*extend\.transplant\.donor"):
        run(base, tokenizer, *inputs, tmp_path / "extend", replace(params, input="transplant"))


def test_a_weight_above_a_half_is_refused(repository, tmp_path):
    text = (repository / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(text.replace("    weight: 0.3\n", "    weight: 0.6\n"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"params\.yaml: extend\.translation\.weight: .*0\.5.*0\.6"):
        load(Params, tmp_path / "params.yaml", *SECTIONS)


@pytest.mark.campaign
def test_transplant_is_what_mergekits_command_gives(base, tokenizer, tmp_path, params, inputs):
    """The command reads a donor that is written to disk with our tokenizer, of the same rows."""
    old, new = (byte_bpe.read(folder / "tokenizer.json") for folder in (base, tokenizer))
    rows = load_file(inputs[2] / "model.safetensors")[EMBEDDING]
    donor = donor_on_our_vocabulary(rows, byte_bpe.read(inputs[2] / "tokenizer.json"), old, new, atoms=8)
    shutil.copytree(tokenizer, tmp_path / "rewritten")
    write_tensors(
        load_file(inputs[2] / "model.safetensors") | {EMBEDDING: torch.cat([donor.base_rows, donor.new_rows])},
        read_config(inputs[2]),
        tmp_path / "rewritten",
    )
    command = [Path(sys.executable).parent / "mergekit-tokensurgeon", base, tmp_path / "rewritten", tmp_path / "theirs"]
    subprocess.run([*command, "--k", "8"], check=True, env=os.environ | {"HF_HUB_OFFLINE": "1"}, capture_output=True)
    chosen = replace(params, input="transplant", transplant=replace(params.transplant, atoms=8))
    run(base, tokenizer, *inputs, tmp_path / "ours", chosen)
    (theirs,) = (load_file(file)[EMBEDDING] for file in (tmp_path / "theirs").glob("*.safetensors"))
    ours = load_file(tmp_path / "ours/model.safetensors")[EMBEDDING]
    ours, theirs = ours[old.size :], theirs[old.size :]
    # Where fewer atoms reach the donor's row, the command goes on, and its rows grow to 10^7.
    same = theirs.norm(dim=1) < 10 * ours.norm(dim=1).max()
    assert same.float().mean() > 0.5
    assert torch.allclose(ours[same], theirs[same], atol=1e-4)
