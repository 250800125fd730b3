"""Every method of extending a vocabulary: the invariants, superwords, and on real tokenizers and text."""

import gzip
import json
import random
import unicodedata
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from stages.errors import BadInput
from stages.text.vietnamese import all_syllables
from stages.tokenizer import byte_bpe, fertility
from stages.tokenizer.account import write_extension
from stages.tokenizer.byte_bpe import ByteBPE, to_bytes
from stages.tokenizer.encoding import tokens_of_texts
from stages.tokenizer.extension import base_pieces
from stages.tokenizer.folder import write_tokenizer
from stages.tokenizer.fuzz import random_texts
from stages.tokenizer.methods import Extended, extend_tokenizer
from stages.tokenizer.pieces import accented_letters
from stages.tokenizer.sentencepiece_pieces import train_pieces
from stages.tokenizer.settings import Extension
from stages.tokenizer.superwords import Superwords, count_runs, keep_runs_whole
from tests.tokenizer_samples import (
    ENGLISH,
    SPECIAL,
    VIETNAMESE,
    make_base,
    make_settings,
    random_ascii_lines,
)

MERGING = {
    "guarded": make_settings(),
    "strict": make_settings(guard="strict"),
    "sentencepiece": make_settings(method="sentencepiece", guard="strict"),
    "superwords": make_settings(superwords=40, size_multiple=8),
}


def grow(base: ByteBPE, settings: Extension, vietnamese=VIETNAMESE, english=ENGLISH) -> Extended:
    return extend_tokenizer(base, lambda: iter(vietnamese), lambda: iter(english), settings)


@dataclass(frozen=True)
class Case:
    base: ByteBPE
    extended: Extended
    settings: Extension


@pytest.fixture(scope="module", params=sorted(MERGING))
def case(request) -> Case:
    base = make_base()
    return Case(base, grow(base, MERGING[request.param]), MERGING[request.param])


def assert_invariants(case: Case, texts: list[str]) -> None:
    """What holds for every method that merges, on any base; `texts` are some of the training text."""
    base, bpe, made = case.base, case.extended.bpe, case.extended.made
    old, new = base.definition(), bpe.definition()
    assert {token: bpe.vocabulary[token] for token in base.vocabulary} == base.vocabulary
    assert new["model"]["merges"][: len(old["model"]["merges"])] == old["model"]["merges"]
    kept = [key for key in old if key != "model" and (key != "pre_tokenizer" or not case.settings.superwords)]
    assert {key: new[key] for key in kept} == {key: old[key] for key in kept}
    assert [token.id for token in made] == list(range(base.size, bpe.size))
    assert {*bpe.vocabulary.values(), *bpe.special_ids} == set(range(bpe.size))
    assert bpe.size % case.settings.size_multiple == 0
    existing = set(base.vocabulary) | {token.token for token in made if token.kind == "byte"}
    for left, right in new["model"]["merges"][len(old["model"]["merges"]) :]:
        assert {left, right} <= existing, (left, right)
        existing.add(left + right)
    model = bpe.tokenizer().model
    assert [token for token in made if [piece.id for piece in model.tokenize(token.token)] != [token.id]] == []
    used = tokens_of_texts(texts, bpe.tokenizer())
    listed = {token.id for token in made if case.extended.occurrences[token.id] == 0}
    assert [token for token in made if used[token.id] == 0 and token.id not in listed] == []


def test_invariants(case):
    assert_invariants(case, VIETNAMESE)
    assert len(case.extended.made) > 200


def test_any_text_comes_back(case):
    texts = list(random_texts(2500, seed=1)) + VIETNAMESE + ENGLISH
    assert fertility.not_restored(texts, case.base.tokenizer()), "the base must lose something, or this shows nothing"
    assert fertility.not_restored(texts, case.extended.bpe.tokenizer()) == []


def test_ascii_text_stays_under_strict():
    assert_no_ascii_line_changes(make_base(), MERGING["strict"], lines=8_000)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["strict", "sentencepiece"])
def test_no_ascii_line_of_100_000_changes_under_strict(name):
    assert_no_ascii_line_changes(make_base(), replace(MERGING[name], superwords=40), lines=100_000)


@pytest.mark.campaign
def test_20_000_texts_come_back(case):
    assert fertility.not_restored(random_texts(20_000, seed=10), case.extended.bpe.tokenizer()) == []


def assert_no_ascii_line_changes(base: ByteBPE, settings: Extension, lines: int) -> None:
    bpe = grow(base, settings).bpe
    assert fertility.changed(random_ascii_lines(lines, seed=2), base.tokenizer(), bpe.tokenizer()) == []


def test_the_english_of_the_guard_stays(case):
    spans = fertility.count_spans(ENGLISH)
    assert fertility.share_changed(spans, case.base.tokenizer(), case.extended.bpe.tokenizer()) == 0


def test_order_of_the_text_has_no_influence(case):
    shuffled = list(VIETNAMESE)
    random.Random(3).shuffle(shuffled)
    assert grow(case.base, case.settings, shuffled, ENGLISH[::-1]).bpe.dump() == case.extended.bpe.dump()


def test_each_new_token_has_pieces_of_the_base(case):
    pieces = base_pieces(case.base, case.extended.bpe)
    assert len(pieces) == len(case.extended.made)
    assert all(id_ < case.base.size for piece in pieces for id_ in piece)
    for token, ids in zip(case.extended.made, pieces, strict=True):
        assert token.kind == "byte" or "".join(case.base.tokens[id_] for id_ in ids) in (token.token, "")


def test_sentencepieces_syllables_become_merges():
    base = make_base()
    bpe = grow(base, MERGING["sentencepiece"]).bpe
    for word in (" làng", " nhỏ", " người"):
        assert len(bpe.tokenizer().encode(word).ids) == 1, word


def test_sentencepiece_may_be_asked_for_fewer_pieces_than_the_text_has_characters():
    words = {f" trường{chr(0x4E00 + number)}": 3 for number in range(1000)}
    pieces = train_pieces(words, 20)
    assert len(pieces) == 20 and " trường" in pieces


def test_sentencepiece_obeys_the_guard():
    assert "Ġtrong" in grow(make_base(), make_settings(method="sentencepiece")).bpe.vocabulary
    english = [*ENGLISH, "trong trong trong"]
    assert "Ġtrong" not in grow(make_base(), make_settings(method="sentencepiece"), english=english).bpe.vocabulary


def test_added_tokens_show_the_faults_that_they_are_compared_for():
    base = make_base()
    extended = grow(base, make_settings(method="added_tokens", new_tokens=300), [*VIETNAMESE, "Tôi đi\nTôi về"])
    tokenizer = extended.bpe.tokenizer()
    assert {token.kind for token in extended.made} == {"added"}
    assert extended.bpe.definition()["model"] == base.definition()["model"]
    assert fertility.not_restored(["xTôi"], tokenizer) or fertility.not_restored(["Tôi"], tokenizer)
    assert fertility.share_changed(fertility.count_spans(ENGLISH), base.tokenizer(), tokenizer) > 0.1


# ---- superwords ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[True, False], ids=["digits_and_byte_level", "pattern"])
def runs(request) -> Case:
    base, settings = make_base(request.param), MERGING["superwords"]
    return Case(base, grow(base, settings), settings)


def superword_tokens(extended: Extended) -> list[str]:
    return [to_bytes(token.token).decode() for token in extended.made if token.kind == "superword"]


def test_superwords_are_syllables_that_begin_with_a_diacritic(runs):
    made = superword_tokens(runs.extended)
    assert len(made) >= 20
    for piece in made:
        words = piece.split()
        assert 2 <= len(words) <= 4
        assert not words[0].isascii()
        assert all(word.lower() in all_syllables() for word in words)


def test_superwords_save_tokens(runs):
    without = grow(runs.base, replace(runs.settings, superwords=0)).bpe.tokenizer()
    counts = [len(tokenizer.encode(VIETNAMESE[0]).ids) for tokenizer in (without, runs.extended.bpe.tokenizer())]
    assert counts[1] < counts[0]


def test_without_accented_letters_text_is_split_as_before(runs):
    before, after = runs.base.tokenizer(), runs.extended.bpe.tokenizer()
    lines = [
        line
        for line in random_ascii_lines(1000, seed=5) + list(random_texts(1500, seed=6)) + ENGLISH
        if not set(line) & set(accented_letters())
    ]
    assert len(lines) > 1000
    for line in lines:
        assert after.pre_tokenizer.pre_tokenize_str(line) == before.pre_tokenizer.pre_tokenize_str(line)


def test_where_no_superword_applies_words_in_a_run_are_encoded_as_before(runs):
    split = keep_runs_whole(runs.base).tokenizer()
    whole = [
        to_bytes(piece).decode() for piece, _ in split.pre_tokenizer.pre_tokenize_str("12 người ta nói: a café là")
    ]
    assert whole[-4:] == [" người ta nói", ":", " a", " café là"]
    texts = [*VIETNAMESE, *ENGLISH, *random_texts(1500, seed=7), "tiếngViệt  hai cách\tđường the wind’s Été 12đ 5 đ"]
    assert fertility.changed(texts, runs.base.tokenizer(), split) == []


def test_runs_are_counted_in_bounded_memory_without_bias_of_order():
    source = random.Random(8)
    vocabulary = ["người", "ta", "nói", "được", "làm", "đi", "nhà", "anh"]
    texts = ["Đã " + " ".join(source.choices(vocabulary, k=6)) for _ in range(4000)]
    everything, some = count_runs(texts, 10**6), count_runs(texts, 500)
    assert len(some) <= 500 < len(everything)
    assert some == count_runs(texts[::-1], 500)
    assert sum(some.values()) == pytest.approx(sum(everything.values()), rel=0.15)


def test_a_split_that_is_not_at_words_is_refused():
    base = make_base(digits_and_byte_level=False)
    parts = base.definition()["pre_tokenizer"]["pretokenizers"]
    cased = {**parts[0], "pattern": {"Regex": r" ?\p{Lu}?\p{Ll}+|\p{L}|\s+|."}}
    with pytest.raises(BadInput, match=r"vocab\.superwords: 0"):
        keep_runs_whole(base.copy(pre_tokenizer={"type": "Sequence", "pretokenizers": [cased, parts[1]]}))


@pytest.mark.parametrize(
    ("piece", "allowed"),
    [
        (" có thể", True),
        ("Có thể", True),
        (" không phải là", True),
        (" anh em", False),
        (" một hai ba bốn năm", False),
        (" có the thing", False),
        (" cÓ thể", False),
    ],
)
def test_superwords_allowed(piece, allowed):
    assert Superwords(all_syllables()).allows(piece.encode()) is allowed


# ---- options ------------------------------------------------------------------------------------


def test_the_size_is_a_multiple_by_fewer_tokens():
    base = make_base()
    plain, rounded = grow(base, make_settings()), grow(base, make_settings(size_multiple=64))
    assert rounded.bpe.size % 64 == 0
    assert 0 < plain.bpe.size - rounded.bpe.size < 64
    assert rounded.made == plain.made[: len(rounded.made)]


def test_a_guard_without_english_is_refused():
    with pytest.raises(BadInput, match=r"vocab\.guard"):
        grow(make_base(), make_settings(), english=[])


def test_superwords_leave_room_for_the_letters():
    with pytest.raises(BadInput, match=r"vocab\.new_tokens: 50 is too few"):
        grow(make_base(), make_settings(new_tokens=400, superwords=350))


def test_added_tokens_are_refused_superwords():
    with pytest.raises(BadInput, match=r"vocab\.superwords"):
        grow(make_base(), make_settings(method="added_tokens", superwords=10))


def test_a_multiple_that_leaves_no_new_token_is_refused():
    with pytest.raises(BadInput, match=r"vocab\.size_multiple"):
        grow(make_base(), make_settings(size_multiple=4096))


def test_nfc_in_the_tokenizer():
    base = make_base()
    bpe = grow(base, make_settings(normaliser="nfc")).bpe
    text = VIETNAMESE[0]
    assert bpe.tokenizer().encode(unicodedata.normalize("NFD", text)).ids == bpe.tokenizer().encode(text).ids
    lower = base.copy(normalizer={"type": "Lowercase"})
    steps = grow(lower, make_settings(normaliser="nfc")).bpe.definition()["normalizer"]["normalizers"]
    assert steps == [{"type": "Lowercase"}, {"type": "NFC"}]
    composed = base.copy(normalizer={"type": "NFC"})
    assert grow(composed, make_settings(normaliser="nfc")).bpe.definition()["normalizer"] == {"type": "NFC"}


def test_report_and_metrics_of_any_texts(tmp_path):
    base = make_base()
    (tmp_path / "base").mkdir()
    write_tokenizer(tmp_path / "base", base, tmp_path)
    held_out = {"vi": {"books": VIETNAMESE[:2], "law": VIETNAMESE[2:4]}, "en": {"books": [*ENGLISH, "trong trong"]}}
    metrics = write_extension(
        tmp_path / "base",
        lambda: iter(VIETNAMESE),
        lambda: iter(ENGLISH),
        held_out,
        tmp_path / "out",
        make_settings(superwords=40),
    )
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert set(metrics["vi"]) == {"all", "books", "law"}
    assert 20 < metrics["superwords"] <= 40
    assert metrics["llama_cpp"] == 0
    assert 0 < metrics["new_tokens_used_held_out"] <= metrics["new_tokens_used"] < 1
    assert metrics["vi"]["all"]["tokens_per_word"] < metrics["vi"]["all"]["tokens_per_word_before"] / 2
    assert {entry["word"] for entry in report["english_words_changed"]} == {" trong"}
    assert 0 < metrics["en"]["all"]["tokens_changed"] < 0.05
    sample = report["samples"][0]
    assert "".join(sample["after"]) == sample["text"] and sample["text"] in VIETNAMESE[0]
    assert len(sample["after"]) < len(sample["before"])
    assert [entry["id"] for entry in report["new_tokens"]] == list(range(base.size, metrics["size"]))
    assert {entry["intermediate"] for entry in report["new_tokens"]} == {True, False}


# ---- real tokenizers and text -------------------------------------------------------------------


def read_real(real_data, name: str, tmp_path: Path) -> ByteBPE:
    if name == "smollm2":
        return byte_bpe.read(real_data("tokenizers/smollm2/tokenizer.json"))
    file = tmp_path / "tokenizer.json"
    file.write_bytes(gzip.decompress(real_data(f"tokenizers/{name}/tokenizer.json.gz").read_bytes()))
    return byte_bpe.read(file)


def real_texts(real_data, name: str, max_bytes: int) -> list[str]:
    texts, size = [], 0
    with gzip.open(real_data(f"corpus/{name}.jsonl.gz"), "rt") as lines:
        for line in lines:
            texts.append(unicodedata.normalize("NFC", json.loads(line)["text"]))
            size += len(texts[-1].encode())
            if size > max_bytes:
                break
    return texts


def held_out(text: str) -> bool:
    return sha256(text.encode()).digest()[0] % 10 == 0


@pytest.fixture(scope="module")
def real_corpus(real_data) -> dict[str, list[str]]:
    vi = [
        text
        for name in ("vi/viwiki", "vi/health_crawl", "vi/law", "vi/news")
        for text in real_texts(real_data, name, 2_000_000)
    ]
    en = [text for name in ("en/books", "en/nltk") for text in real_texts(real_data, name, 3_000_000)]
    code = [file.read_text() for file in sorted(Path(json.__file__).parents[1].glob("*.py"))]  # the standard library's
    return {"vi": vi, "en": en, "code": code}


@pytest.mark.real
@pytest.mark.parametrize("name", ["smollm2", "llama3", "qwen"])
@pytest.mark.parametrize(
    "settings",
    [
        make_settings(new_tokens=6784, min_count=10, size_multiple=128),
        make_settings(new_tokens=6784, min_count=10, guard="strict", method="sentencepiece"),
        make_settings(new_tokens=6784, min_count=10, guard="strict", superwords=3000, max_superword_runs=50_000),
    ],
    ids=["guarded", "sentencepiece_strict", "superwords_strict"],
)
def test_real_tokenizers(real_data, real_corpus, tmp_path, name, settings):
    from transformers import PreTrainedTokenizerFast

    base = read_real(real_data, name, tmp_path)
    train = {language: [text for text in texts if not held_out(text)] for language, texts in real_corpus.items()}
    test = {language: [text for text in texts if held_out(text)] for language, texts in real_corpus.items()}
    extended = grow(base, settings, train["vi"], train["en"])
    case = Case(base, extended, settings)
    assert_invariants(case, train["vi"])
    before, after = base.tokenizer(), extended.bpe.tokenizer()
    texts = list(random_texts(20_000, seed=4))
    if name == "qwen":  # its own normaliser composes letters
        texts = [unicodedata.normalize("NFC", text) for text in texts]
    assert fertility.not_restored(texts, after) == []
    loaded = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(extended.bpe.dump()))
    assert loaded(test["vi"][:200])["input_ids"] == [encoding.ids for encoding in after.encode_batch(test["vi"][:200])]
    lines = random_ascii_lines(90_000, seed=9)
    lines += [line for text in test["en"] for line in text.splitlines() if line.isascii()][:10_000]
    if settings.guard == "strict":
        lost = set(fertility.not_restored(lines, before))  # a control character that the base lacks is written now
        assert len(lost) < 10
        assert fertility.changed([line for line in lines if line not in lost], before, after) == []
    for language, texts in (("en", test["en"]), ("code", real_corpus["code"])):
        assert fertility.share_changed(fertility.count_spans(texts), before, after) < 0.001, language
    vietnamese = fertility.count_spans(test["vi"])
    assert fertility.measure(vietnamese, after).tokens_per_word < (1.45 if settings.guard == "guarded" else 1.55)
    assert fertility.measure(vietnamese, after).tokens_per_word < fertility.measure(vietnamese, before).tokens_per_word


@pytest.mark.real
def test_smollm2s_missing_bytes_come_first(real_data, tmp_path):
    base = read_real(real_data, "smollm2", tmp_path)
    made = grow(base, make_settings(new_tokens=300)).made
    assert [token.kind for token in made[:21]] == ["byte"] * 21
    assert made[21].kind == "letter"
    assert set(SPECIAL) <= base.vocabulary.keys()
