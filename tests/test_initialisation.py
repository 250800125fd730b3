"""First values of new rows: each method on cases worked by hand, and what it reads."""

import gzip
import json
import re
import unicodedata
from collections import Counter
from itertools import product

import numpy as np
import pytest
import torch

from stages.errors import BadInput
from stages.initialisation.dictionary import equivalents
from stages.initialisation.donor import donor_on_our_vocabulary
from stages.initialisation.methods import INITIALISATIONS, Donor, NewTokens, fallbacks, first_values
from stages.initialisation.row_statistics import describe
from stages.initialisation.settings import Method
from stages.initialisation.static_vectors import count_neighbours, nearest, static_vectors, token_stream
from stages.text.dictionary import read_dictionary
from stages.text.vietnamese import all_syllables
from stages.tokenizer.byte_bpe import ByteBPE, read, to_symbols
from stages.tokenizer.extension import base_pieces
from stages.tokenizer.training import train_tokenizer

ROWS = torch.tensor([[1.0, 2.0, 3.0], [3.0, 6.0, 9.0], [0.0, 0.0, 30.0], [8.0, 4.0, 2.0]])
PIECES = [[0, 1], [2], [0, 0, 2, 2]]
OF_MIXED_SIZE = torch.randn(300, 96, generator=torch.Generator().manual_seed(1)) * torch.logspace(-2, 2, 300)[:, None]


def tokens(pieces=PIECES, **known):
    return NewTokens(pieces, [False] * len(pieces), seed=1, **known)


def everything(rows, count):
    """New tokens of which every method knows something, and which have nothing in common."""
    generator = torch.Generator().manual_seed(2)
    pieces = torch.randperm(len(rows), generator=generator)[: 3 * count].reshape(count, 3).tolist()
    donor_rows = torch.randn(len(rows) + count, 40, generator=generator)
    return tokens(
        pieces,
        piece_ratio=2.0,
        equivalents=[{ids[0]: 0.25, ids[2]: 0.75} for ids in pieces],
        equivalent_weight=0.5,
        neighbours=[{ids[1]: 0.9, ids[2]: 0.1} for ids in pieces],
        donor=Donor(
            donor_rows[: len(rows)], torch.arange(len(rows)), donor_rows[len(rows) :], torch.ones(count).bool(), atoms=8
        ),
    )


def made(method, known, rows=ROWS, base_norm=False):
    return first_values(rows, known, method, base_norm)


def test_mean_is_of_vectors():
    assert made("mean", tokens()).tolist() == [[2.0, 4.0, 6.0], [0.0, 0.0, 30.0], [0.5, 1.0, 16.5]]


def test_first_piece_is_that_row():
    assert made("first_piece", tokens([[1, 0], [2], [3, 3, 1]])).tolist() == ROWS[[1, 2, 3]].tolist()


def test_weights_grow_or_shrink_from_piece_to_piece():
    rows = made("weighted", tokens([[0, 1], [1, 0], [0, 1, 2]], piece_ratio=3.0))
    assert torch.allclose(rows[0], torch.tensor([2.5, 5.0, 7.5]))  # (1 x row 0 + 3 x row 1) / 4
    assert torch.allclose(rows[1], torch.tensor([1.5, 3.0, 4.5]))
    assert torch.allclose(rows[2], torch.tensor([10 / 13, 20 / 13, 300 / 13]))  # 1, 3, 9 of 13
    falling = made("weighted", tokens([[0, 1]], piece_ratio=0.5))
    assert torch.allclose(falling, torch.tensor([[5 / 3, 10 / 3, 5.0]]))
    assert torch.equal(made("weighted", tokens()), made("mean", tokens())), "a ratio of 1 is the plain mean"


def test_translation_mixes_english_in_where_the_dictionary_knows_the_word():
    known = tokens([[0], [0, 1]], equivalents=[{3: 0.5, 2: 0.5}, {}], equivalent_weight=0.5)
    assert made("translation", known).tolist() == [[2.5, 2.0, 9.5], [2.0, 4.0, 6.0]]
    assert fallbacks(known, "translation") == 1


def test_neighbours_are_mixed_by_their_weights():
    known = tokens([[0], [0, 1]], neighbours=[{}, {3: 0.75, 2: 0.25}])
    assert made("neighbours", known).tolist() == [[1.0, 2.0, 3.0], [6.0, 3.0, 9.0]]
    assert fallbacks(known, "neighbours") == 1


def test_transplant_does_with_our_rows_what_the_pursuit_did_with_the_donors():
    donor_rows = torch.tensor([[1.0, 0.0], [0.0, 2.0], [9.0, 9.0], [0.0, 0.0]])
    new_rows = torch.tensor([[3.0, 4.0], [0.0, 0.0]])  # 3 x row 0 + 2 x row 1; unknown
    donor = Donor(donor_rows, torch.tensor([0, 1]), new_rows, torch.tensor([True, False]), atoms=2)
    known = tokens([[2], [3]], donor=donor)
    rows = made("transplant", known)
    assert torch.allclose(rows[0], 3 * ROWS[0] + 2 * ROWS[1], atol=1e-4)
    assert rows[1].tolist() == ROWS[3].tolist(), "what the donor does not know is the mean of its pieces"
    assert fallbacks(known, "transplant") == 1


@pytest.mark.parametrize("width", [400, 12])
def test_transplant_stops_where_the_donors_row_is_reached(width):
    """A donor without the token has the mean of its pieces' rows; more atoms than that are rounding errors."""
    generator = torch.Generator().manual_seed(1)
    base_rows = torch.randn(60, width, generator=generator)
    rows = torch.randn(60, 8, generator=generator)
    new_rows = torch.stack([base_rows[[3, 7]].mean(dim=0), base_rows[5], torch.randn(width, generator=generator)])
    donor = Donor(base_rows, torch.arange(60), new_rows, torch.ones(3, dtype=torch.bool), atoms=40)
    found = INITIALISATIONS["transplant"](rows, tokens([[0]] * 3, donor=donor))
    assert (found.norm(dim=1) < 10 * rows.norm(dim=1).mean()).all()
    if width == 400:  # rows of so many dimensions are nearly orthogonal, so that the pursuit finds the two
        assert torch.allclose(found[0], rows[[3, 7]].mean(dim=0), atol=1e-4)
        assert torch.allclose(found[1], rows[5], atol=1e-4)


def test_random_rows_follow_the_base_and_the_seed():
    rows = torch.randn(500, 4, generator=torch.Generator().manual_seed(1)) * torch.tensor([1.0, 2.0, 0.1, 5.0]) + 3
    seven, eight = (NewTokens([[0]] * 2000, [False] * 2000, seed) for seed in (7, 8))
    drawn = made("random", seven, rows)
    assert torch.allclose(drawn.mean(dim=0), rows.mean(dim=0), atol=0.3)
    assert torch.allclose(drawn.std(dim=0), rows.std(dim=0), rtol=0.1)
    assert torch.equal(drawn, made("random", seven, rows))
    assert not torch.equal(drawn, made("random", eight, rows))


def test_resizing_of_transformers_puts_every_row_on_the_mean():
    base = 0.1 * torch.randn(2000, 256, generator=torch.Generator().manual_seed(1)) + 0.05  # SmolLM2's deviation
    known, state = everything(base, 20), torch.get_rng_state()
    rows = made("mean_resizing", known, base)
    assert 0 < (rows - base.mean(dim=0)).abs().max() < 1.5e-5
    assert len(rows.unique(dim=0)) == 20
    assert torch.equal(torch.get_rng_state(), state), "the global random state is not ours to move"


def test_the_registry_is_what_the_settings_allow():
    assert set(INITIALISATIONS) == set(Method.__args__)


@pytest.mark.parametrize("method", sorted(INITIALISATIONS))
def test_rows_are_vectors_in_the_precision_of_the_base_and_the_same_each_time(method):
    rows = OF_MIXED_SIZE.bfloat16()
    known, before = everything(rows, 30), rows.clone()
    first = made(method, known, rows)
    assert first.shape == (30, 96)
    assert first.dtype == torch.bfloat16
    assert min(len(row.unique()) for row in first) > 48, "a row of one repeated number"
    assert torch.equal(first, made(method, known, rows))
    assert torch.equal(rows, before), "the base's rows are read, never written"


@pytest.mark.parametrize("method", ["mean", "weighted", "translation", "neighbours"])
def test_sums_are_in_float32(method):
    rows = OF_MIXED_SIZE.bfloat16()
    exact = made(method, everything(rows, 30), rows.double().float())
    assert torch.equal(made(method, everything(rows, 30), rows), exact.bfloat16())


@pytest.mark.parametrize("method", sorted(INITIALISATIONS))
def test_a_byte_that_the_base_lacks_is_the_mean_of_the_byte_rows_by_every_method(method):
    known = everything(OF_MIXED_SIZE, 3)
    known = NewTokens(**(vars(known) | {"pieces": [[5, 6, 7, 8], *known.pieces[1:]], "is_byte": [True, False, False]}))
    assert torch.allclose(made(method, known, OF_MIXED_SIZE)[0], OF_MIXED_SIZE[5:9].mean(dim=0))


def test_base_norm_keeps_the_direction():
    plain, scaled = (made("mean", tokens(), base_norm=base_norm) for base_norm in (False, True))
    assert torch.allclose(scaled.norm(dim=1), ROWS.norm(dim=1).mean().expand(3))
    assert torch.allclose(torch.cosine_similarity(plain, scaled), torch.ones(3))


@pytest.fixture(scope="module")
def base():
    """Letters and a few English words; accented letters are two or three bytes, as in SmolLM2."""
    words = ["water", "person", "people", "house", "country", "Water"]
    return ByteBPE(json.loads(train_tokenizer([f"a {word} {word}" for word in words], 330).to_str()))


def extended_by(base, *texts):
    """A tokenizer with one new token for each text, whatever way it would be merged."""
    new = base.copy()
    for text in texts:
        new.add_token(to_symbols(text.encode()))
    return new


def test_syllables_of_the_same_pieces_are_equal_by_mean_and_differ_by_weight(base):
    pairs = [("ác", "cá"), ("áo", "oá"), (" át", " tá")]
    new = extended_by(base, *(text for pair in pairs for text in pair))
    pieces = base_pieces(base, new)
    rows = torch.randn(base.size, 16, generator=torch.Generator().manual_seed(1))
    same, apart = (made(method, tokens(pieces, piece_ratio=1.5), rows) for method in ("mean", "weighted"))
    assert torch.equal(same[0::2], same[1::2])
    assert describe(rows, same)["groups_of_equal_rows"] == len(pairs)
    assert ((apart[0::2] - apart[1::2]).norm(dim=1) > 0.1).all()
    assert describe(rows, apart)["groups_of_equal_rows"] == 0


def test_no_two_syllables_are_equal_by_weight():
    """A quarter of Vietnamese syllables, cut into bytes: those of the same bytes in another order start apart."""
    data = sorted({syllable.encode() for syllable in all_syllables()})[::4]
    rows = torch.randn(256, 16, generator=torch.Generator().manual_seed(1))
    by_mean = made("mean", tokens([sorted(each) for each in data]), rows)
    by_weight = made("weighted", tokens([list(each) for each in data], piece_ratio=1.5), rows)
    assert describe(rows, by_mean)["equal_rows"] > 20
    assert describe(rows, by_weight)["equal_rows"] == 0


def test_equal_rows_are_counted_in_groups():
    rows = torch.tensor([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [5.0, 6.0], [3.0, 4.0], [1.0, 2.0]])
    described = describe(rows, rows)
    assert (described["groups_of_equal_rows"], described["equal_rows"]) == (2, 5)
    assert described["norm_of_new_rows"] == pytest.approx(float(rows.norm(dim=1).mean()))


def pieces_of(base, text):
    return base.tokenizer().encode(text, add_special_tokens=False).ids


def test_english_equivalents_are_of_whole_words_with_their_space_and_case(base):
    new = extended_by(base, " nước", "nước", " Nước", " nướ", " người", " không")
    words = {"nước": ["water", "country"], "người": ["person"], "khô": ["dry"]}
    water, country, title = (pieces_of(base, text) for text in (" water", " country", " Water"))
    found = equivalents(base, new, words)
    assert found[0] == {**{id_: 0.5 / len(water) for id_ in water}, **{id_: 0.5 / len(country) for id_ in country}}
    assert title[0] in found[2] and title != water
    assert found[4] == {id_: 1 / len(pieces_of(base, " person")) for id_ in pieces_of(base, " person")}
    assert [found[number] for number in (1, 3, 5)] == [{}, {}, {}]
    assert all(sum(mixture.values()) == pytest.approx(1) for mixture in found if mixture)


def test_dictionary_of_the_project_is_of_syllables(repository):
    words = read_dictionary(repository / "data/dictionaries/vi-en.tsv")
    assert words["nước"] == ["water", "country"]
    assert set(words) <= set(all_syllables())
    assert all(english.isascii() for found in words.values() for english in found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nước\twater\n", "line 1.*expected.*'vi', 'en'"),
        ("", "line 1"),
        ("vi\ten\nnước\twater\nngười\n", "line 3.*ngườ.*two cells"),
        ("vi\ten\nnước\t \n", "line 2"),
    ],
)
def test_a_dictionary_of_other_columns_is_refused(tmp_path, content, message):
    (tmp_path / "words.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        read_dictionary(tmp_path / "words.tsv")


def test_a_decomposed_dictionary_is_read_as_a_composed_one(tmp_path):
    (tmp_path / "words.tsv").write_text(unicodedata.normalize("NFD", "vi\ten\nNước\twater\n"), encoding="utf-8")
    assert read_dictionary(tmp_path / "words.tsv") == {"nước": ["water"]}


def test_a_missing_dictionary_names_its_key(tmp_path):
    with pytest.raises(BadInput, match=r"words\.tsv: not found.*extend\.translation\.dictionary"):
        read_dictionary(tmp_path / "words.tsv")


def test_donor_rows_are_means_over_the_donors_own_pieces(base):
    donor = ByteBPE(json.loads(train_tokenizer(["nước Việt Nam nước nước"] * 5, 300).to_str()))
    new = extended_by(base, " nước", "ướ")
    rows = torch.randn(donor.size, 8, generator=torch.Generator().manual_seed(1))
    made = donor_on_our_vocabulary(rows, donor, base, new, atoms=4)
    for text, row in zip((" nước", "ướ"), made.new_rows, strict=True):
        assert torch.allclose(row, rows[pieces_of(donor, text)].mean(dim=0))
    water = base.vocabulary["Ġwater"]
    assert torch.allclose(made.base_rows[water], rows[pieces_of(donor, " water")].mean(dim=0))
    assert not set(made.known.tolist()) & base.special_ids
    assert len(made.known) == base.size - len(base.special_ids)
    assert made.new_known.tolist() == [True, True]


def test_tokens_with_bytes_that_the_donor_lacks_are_unknown(base):
    definition = base.definition()
    lacking = to_symbols("ế".encode())[-1]
    donor = ByteBPE(
        definition
        | {"model": definition["model"] | {"vocab": {k: v for k, v in base.vocabulary.items() if k != lacking}}}
    )
    made = donor_on_our_vocabulary(torch.ones(donor.size, 4), donor, base, extended_by(base, " ế", " ơ"), atoms=4)
    assert made.new_known.tolist() == [False, True]
    assert base.vocabulary[lacking] not in made.known


def test_neighbours_are_counted_in_windows_that_end_with_the_text():
    counts = count_neighbours([np.array([0, 1, 2, -1, -1, 3, 0, -1, -1])], 4, window=2).toarray()
    expected = np.zeros((4, 4))
    for left, right in ((0, 1), (1, 2), (0, 2), (3, 0)):
        expected[left, right] = expected[right, left] = 1
    assert counts.tolist() == expected.tolist()


def test_the_stream_of_tokens_separates_texts_and_ends_at_the_limit(base):
    texts = ["water", "people house"]
    ids = [pieces_of(base, text) for text in texts]
    (block,) = token_stream(texts, base.tokenizer(), gap=2, max_tokens=len(ids[0]) + 1)
    assert block.tolist() == [*ids[0], -1, -1, ids[1][0], -1, -1]


def test_tokens_in_the_same_places_are_neighbours_and_rare_ones_have_none():
    """`chó` (6) and the base's `dog` (0) stand in the same places, `lúa` (7) and `rice` (1) in others."""
    eats, barks, grows, ripe = 2, 3, 4, 5
    animals = [[animal, verb] for animal, verb in product((0, 6), (eats, barks)) for _ in range(20)]
    plants = [[plant, verb] for plant, verb in product((1, 7), (grows, ripe)) for _ in range(20)]
    ids = np.array([id_ for text in [*animals, *plants, [8, eats]] for id_ in (*text, -1, -1)])
    occurrences = np.bincount(ids[ids >= 0], minlength=9)
    counts = count_neighbours([ids], 9, window=2)
    vectors = static_vectors(counts, occurrences, min_count=10, dimensions=4, context_exponent=0.75)
    dog, rice, rare = nearest(vectors, base_size=6, neighbours=2, temperature=0.1)
    assert max(dog, key=dog.get) == 0 and dog[0] > 0.9
    assert max(rice, key=rice.get) == 1 and rice[1] > 0.9
    assert rare == {}
    assert sum(dog.values()) == pytest.approx(1)
    for _ in range(3):
        assert np.array_equal(vectors, static_vectors(counts, occurrences, 10, 4, 0.75))


@pytest.mark.real
def test_smollm2s_new_tokens_of_the_same_pieces_start_apart_by_weight(real_data):
    """One new token for each syllable of real text; some share their pieces in another order."""
    base = read(real_data("tokenizers/smollm2/tokenizer.json"))
    with gzip.open(real_data("corpus/vi/web.jsonl.gz"), "rt", encoding="utf-8") as file:
        words = set(all_syllables()) & set(re.findall(r"[^\W\d_]+", file.read(2_000_000).lower()))
    new = extended_by(base, *sorted(word for word in words if to_symbols(word.encode()) not in base.vocabulary))
    pieces = base_pieces(base, new)
    alike = [count for count in Counter(tuple(sorted(ids)) for ids in pieces).values() if count > 1]
    rows = torch.randn(base.size, 64, generator=torch.Generator().manual_seed(1)).bfloat16()
    same, apart = (made(method, tokens(pieces, piece_ratio=1.5), rows) for method in ("mean", "weighted"))
    assert describe(rows, same)["equal_rows"] == sum(alike) > 20
    assert describe(rows, apart)["equal_rows"] == 0
