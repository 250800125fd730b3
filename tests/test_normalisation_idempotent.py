"""A normalised text needs no normalisation: every repair, and all of them, on clean, noisy and random text."""

import unicodedata
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages import params
from stages.clean import SECTIONS, Params
from stages.cleaning.cleaner import Cleaner
from stages.normalisation import confusables, legacy_encodings, mojibake, pages, punctuation, segmentation, tones
from stages.world.legacy_encoders import ENCODINGS, encode

TEXT = """Hoà bình là ước mơ của muôn người.Trẻ em khoẻ mạnh, thầy cô vui vẻ.

Ở TP.HCM, ông Ðức nói: “Quý vị cứ yên tâm”. Bà cụ gìa ngồi kể chuyện ngừơi xưa (năm 1945).Ai cũng nghe…"""
PLAIN = "Những cánh đồng lúa chín vàng trải dài đến tận chân núi, khoẻ khoắn.Hoà nói."
SEGMENTED = 'Chủ_tịch tỉnh ( Hà_Giang ) nói : " Chúng_tôi làm được " , rồi im_lặng .\n“ Vâng ” , bà_con đáp .'

FORMS = [
    TEXT,
    SEGMENTED,
    unicodedata.normalize("NFD", TEXT),
    TEXT.encode().decode("latin-1"),
    TEXT.encode().decode("cp1252", errors="replace"),
    TEXT.encode().decode("latin-1").encode().decode("latin-1"),
    TEXT.encode("ascii", "xmlcharrefreplace").decode(),
    TEXT.encode("ascii", "xmlcharrefreplace").decode().replace("&", "&amp;"),
    *(encode(PLAIN, encoding).decode("latin-1") for encoding in ENCODINGS),
    f"<div><p>{TEXT}</p><script>x</script></div>",
    TEXT.replace("a", "\u0430").replace(" ", "\u00a0\u200b"),
]

# Pieces that repairs look for, in every order, and any character between them.
PIECES = st.sampled_from(
    [
        *TEXT.split(),
        *SEGMENTED.split(" "),
        *FORMS[3].split(" ")[:8],
        *FORMS[9].split(" ")[:8],
        *FORMS[11].split(" ")[:8],
        *("<p>", "</p>", "&lt;", "&amp;", "lt;", "#7873;", "\u200b", "\u00ad", "\u0300", "\u0309", "\ufffd", "\u00a0"),
        *(
            "hoà",
            "oà",
            "qu",
            "ý",
            "gìa",
            "Ð",
            "у",
            "ƣ",
            ".",
            ".Như",
            '"',
            "“",
            "’’",
            " , ",
            "_",
            "\n",
            "\n\n",
            " ",
            "％",
            "\nif a:\n",
            "{\n",
            "\n  ",
            "\n\t",
            "\n```\n",
        ),
        *("á»", "Ã", "\x81", "\x85", "\x14", "a@b.vn", "8.8.8.8", "@", "©", "|", "𝐡𝐨𝐚̀"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join)
QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", params=["vi", "en"])
def repair(repository, request):
    cleaner = Cleaner(params.load(Params, repository / "params.yaml", *SECTIONS, language=request.param))
    return lambda text: cleaner.repair(text)[0]


@pytest.mark.parametrize("text", FORMS)
def test_all_repairs_on_every_form_of_a_text(repair, text):
    once = repair(text)
    assert repair(once) == once


@QUICK
@given(text=TEXTS)
def test_all_repairs_on_random_text(repair, text):
    once = repair(text)
    assert repair(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    "single",
    [
        partial(tones.place_tones, placement="new"),
        partial(tones.place_tones, placement="old"),
        confusables.replace_confusables,
        punctuation.unify_punctuation,
        punctuation.remove_invisible,
        punctuation.separate_sentences,
        pages.compose,
        pages.tidy_whitespace,
    ],
    ids=["new", "old", "confusables", "punctuation", "invisible", "sentences", "composition", "whitespace"],
)
@QUICK
@given(text=TEXTS.map(pages.compose))
def test_repairs_that_are_idempotent_alone(single, text):
    once = single(text)
    assert single(once) == once


@QUICK
@given(text=TEXTS)
def test_decoding_never_fails_on_random_text(text):
    for repaired in (legacy_encodings.repair(text), mojibake.repair(text), segmentation.join_segmented(text)):
        assert isinstance(repaired, str)
    legacy_encodings.decode(text.encode("utf-8", errors="ignore"))


@pytest.mark.campaign
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_all_repairs_on_much_random_text(repair, text):
    once = repair(text)
    assert repair(once) == once
