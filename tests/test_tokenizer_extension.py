"""Extended vocabularies: what may be merged, what must never change, whatever the method."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from stages.errors import BadInput
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.byte_bpe import ByteBPE, to_bytes, to_symbols
from stages.tokenizer.extension import Guard, begin
from stages.tokenizer.pieces import SyllablePieces, accented_letters
from tests.tokenizer_samples import ENGLISH, SPECIAL, VIETNAMESE, extend, make_base


@pytest.fixture(scope="module")
def base() -> ByteBPE:
    return make_base()


def learn(base: ByteBPE, texts=VIETNAMESE, guarded=True, new_tokens=600, min_count=2, english=ENGLISH):
    tokenizer = base.tokenizer()
    words = fertility.count_pretokens(fertility.count_words(texts), tokenizer)
    guard = Guard(fertility.count_pretokens(fertility.count_words(english), tokenizer), 2.0) if guarded else None
    return extend(base, words, SyllablePieces(all_syllables()).allows, accented_letters(), new_tokens, min_count, guard)


@pytest.fixture(scope="module", params=[True, False], ids=["guarded", "strict"])
def extended(request, base):
    bpe, made = learn(base, guarded=request.param)
    return bpe, made, request.param


def test_base_entries_merges_and_special_tokens_stay(base, extended):
    bpe, made, _ = extended
    old, new = base.definition(), bpe.definition()
    assert {token: bpe.vocabulary[token] for token in base.vocabulary} == base.vocabulary
    assert new["model"]["merges"][: len(old["model"]["merges"])] == old["model"]["merges"]
    assert {key: new[key] for key in new if key != "model"} == {key: old[key] for key in old if key != "model"}
    assert [token.id for token in made] == list(range(base.size, bpe.size))
    assert sorted(bpe.vocabulary.values()) == list(range(bpe.size))


def test_new_tokens_are_never_added_tokens(extended):
    bpe, _, _ = extended
    assert [token["content"] for token in bpe.definition()["added_tokens"]] == SPECIAL


def test_each_new_token_is_reached_by_merges_of_what_exists(base, extended):
    bpe, made, _ = extended
    model = bpe.tokenizer().model
    for token in made:
        assert [piece.id for piece in model.tokenize(token.token)] == [token.id]
        assert all(bpe.vocabulary[part] < token.id for part in token.parts)
        assert "".join(token.parts) == (token.token if token.parts else "")


def test_every_accented_letter_is_one_token(extended):
    bpe, _, _ = extended
    tokenizer = bpe.tokenizer()
    assert [letter for letter in accented_letters() if len(tokenizer.encode(letter).ids) != 1] == []


def test_syllables_with_diacritics_become_one_token(extended):
    bpe, _, _ = extended
    for word in (" người", " trường", " một", " làng", " nhỏ"):
        assert len(bpe.tokenizer().encode(word).ids) == 1, word


def test_guarded_merges_ascii_syllables_that_english_does_not_hold(extended):
    bpe, _, guarded = extended
    tokens = bpe.tokenizer().encode(" trong làng").tokens
    assert ("Ġtrong" in tokens) == guarded


def test_english_is_encoded_as_before(base, extended):
    bpe, _, _ = extended
    assert fertility.changed(ENGLISH, base.tokenizer(), bpe.tokenizer()) == []


def test_a_merge_that_english_uses_is_refused(base):
    english = [*ENGLISH, "trong trong trong"]
    bpe, _ = learn(base, english=english)
    assert "Ġtrong" not in bpe.tokenizer().encode(" trong làng").tokens


def test_products_are_pieces_of_possible_syllables(extended):
    _, made, guarded = extended
    allows = SyllablePieces(all_syllables()).allows
    for token in made:
        piece = to_bytes(token.token)
        if token.kind == "merge":
            assert allows(piece), piece
            assert not piece.isascii() or (guarded and piece.startswith(b" "))


def test_order_of_the_text_has_no_influence(base):
    shuffled = list(VIETNAMESE)
    random.Random(3).shuffle(shuffled)
    assert learn(base)[0].dump() == learn(base, texts=shuffled)[0].dump()


def test_stops_when_no_pair_is_frequent_enough(base):
    few, many = learn(base, min_count=10)[1], learn(base, min_count=2)[1]
    assert len(few) < len(many) < 600
    assert all(token.count >= 10 for token in few if token.kind == "merge")


def test_stops_at_the_number_of_new_tokens(base):
    assert len(learn(base, new_tokens=200)[1]) == 200


def test_too_few_new_tokens_for_the_letters_is_said(base):
    with pytest.raises(BadInput, match=r"vocab\.new_tokens: 100 is too few"):
        learn(base, new_tokens=100)


def test_trainer_and_tokenizer_agree_on_every_word(base, extended):
    bpe, _, _ = extended
    model = bpe.tokenizer().model
    for word in fertility.count_pretokens(fertility.count_words(VIETNAMESE + ENGLISH), base.tokenizer()):
        known = [bpe.vocabulary[symbol] for symbol in word]
        assert bpe.segment(known) == [piece.id for piece in model.tokenize(word)], word


def test_most_frequent_pair_first_and_lower_ids_on_ties(base):
    bpe, made = learn(base)
    merges = [token for token in made if token.kind == "merge"]
    assert merges[0].count == max(token.count for token in merges)
    # Pairs that stood there from the start compete in the order of (-count, ids).
    start = merges[0].id
    ranks = [(-token.count, *(bpe.vocabulary[part] for part in token.parts)) for token in merges]
    from_the_start = [rank for rank in ranks if max(rank[1:]) < start]
    assert len({rank[0] for rank in from_the_start}) < len(from_the_start), "no tie in this text: it shows nothing"
    assert from_the_start == sorted(from_the_start)


@pytest.mark.parametrize(
    ("piece", "allowed"),
    [
        (" ngườ", True),
        ("ường", True),
        (" Vi", True),
        ("ƯỜNG", True),
        ("ưỜng", False),  # no way to write a syllable
        (" wh", False),
        ("tôilà", False),  # two syllables
        (" ", False),
    ],
)
def test_pieces(piece, allowed):
    assert SyllablePieces(all_syllables()).allows(piece.encode()) is allowed


def test_a_piece_may_end_inside_a_letter_but_not_begin_there():
    allows = SyllablePieces(all_syllables()).allows
    assert allows(b" t" + "ế".encode()[:2])
    assert not allows("ế".encode()[1:])
    assert not allows(b"t" + "é".encode("latin-1"))


def test_there_are_134_accented_letters():
    letters = accented_letters()
    assert len(letters) == len(set(letters)) == 134
    assert {"Đ", "đ", "ỹ", "Ặ", "ợ"} <= set(letters)


def test_symbols_and_bytes_are_inverse():
    assert to_bytes(to_symbols(bytes(range(256)))) == bytes(range(256))
    assert to_symbols(" ế".encode()) == "Ġáº¿"


def test_words_that_were_merged_away_are_counted_again(base):
    """What the trainer counts incrementally is what its words hold in the end."""
    words = fertility.count_pretokens(fertility.count_words(VIETNAMESE), base.tokenizer())
    growth = begin(base, words, SyllablePieces(all_syllables()).allows, accented_letters(), 600, None)
    growth.merge_most_frequent("merge", 600, 2)
    counted = Counter()
    for word, count in words.items():
        for pair in pairwise(growth.bpe.segment([growth.bpe.vocabulary[symbol] for symbol in word])):
            counted[pair] += count
    assert {pair: growth.count(pair) for pair in counted} == counted
    assert len(counted) > 20


def test_counting_words_and_fertility_by_hand(base):
    words = fertility.count_words(["một hai", "hai  ba, 4"])
    assert words == Counter({"một": 1, " hai": 1, "hai": 1, " ba,": 1, " 4": 1})
    assert fertility.without_digits(words) == {"một": 1, " hai": 1, "hai": 1, " ba,": 1}
    measured = fertility.measure({" ba,": 3}, base.tokenizer())
    assert (measured.words, measured.floor) == (3, 2.0)
    assert measured.tokens_per_word == len(base.tokenizer().encode(" ba,").ids)


@pytest.mark.parametrize("text", ["{", '{"model": {"type": "Unigram"}}'])
def test_another_kind_of_tokenizer_is_refused(tmp_path, text):
    file = tmp_path / "tokenizer.json"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"tokenizer\.json"):
        byte_bpe.read(file)
