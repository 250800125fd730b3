"""The stage clean and its rules, with the values of params.yaml."""

import dataclasses
import gzip
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from stages import params
from stages.clean import SECTIONS, Params, run
from stages.cleaning import quality
from stages.cleaning.cleaner import Cleaner
from stages.cleaning.counted_rules import Fault
from stages.cleaning.text_statistics import TextStatistics
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.text.diacritics import strip_diacritics
from stages.text.documents import Document, document_id, read_documents, write_documents
from stages.world.legacy_encoders import encode

STORY = """Ngày xưa, ở một làng nhỏ bên sông có cậu bé tên là Tí rất thích thả diều. Chiều nào cậu cũng ra bờ đê cùng
các bạn, tay cầm cuộn dây, mắt nhìn trời. Một hôm gió to quá, con diều giấy đứt dây bay mất về phía rặng tre.
Tí chạy theo đến tận nhà bà cụ bán bánh đa. Bà cười, đưa trả cậu con diều và cho thêm một chiếc bánh nóng."""
ENGLISH = """Once upon a time there was a small boy who lived in a village by the river, and he loved to fly his kite.
Every afternoon he went to the dyke with his friends, and they watched the sky until it was dark and cold."""
POEM = """Sáng ra bờ suối, tối vào hang
Cơm nắm muối vừng, gió thênh thang
Con đò đợi khách bên bờ vắng
Tiếng gà ai gáy phía trong làng
Mẹ già ngồi tựa cửa trông con
Ngọn đèn leo lét, bóng trăng tròn
Bao giờ lúa chín vàng thung lũng
Cho bước chân người bớt héo hon"""
LAW = """Điều 1. Phạm vi điều chỉnh
1. Quy định này quy định về việc quản lý, sử dụng chợ trên địa bàn xã.
2. Quy định này không áp dụng đối với siêu thị, trung tâm thương mại.
Điều 2. Đối tượng áp dụng
1. Ủy ban nhân dân xã, ban quản lý chợ.
2. Hộ kinh doanh, cá nhân buôn bán tại chợ.
Điều 3. Giải thích từ ngữ
a) Chợ là nơi mua bán hàng hoá, họp theo phiên hoặc hằng ngày;
b) Điểm kinh doanh là quầy, sạp, ki-ốt được bố trí theo thiết kế xây dựng chợ."""


HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)


@pytest.fixture(scope="module")
def settings(repository) -> Params:
    return params.load(Params, repository / "params.yaml", *SECTIONS, language="vi")


@pytest.fixture(scope="module")
def reason(settings):
    cleaner = Cleaner(settings)
    return lambda text: cleaner.clean(text).reason


@pytest.mark.parametrize("text", [STORY, POEM, LAW, f"{STORY}\n\n{LAW}\n\n{POEM}"])
def test_prose_poetry_and_law_stay(reason, text):
    assert reason(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đang cập nhật…", "too_short"),
        ("", "too_short"),
        (ENGLISH, "language"),
        ("Le matin, le boulanger ouvre la porte de sa boutique et salue les enfants du village.", "language"),
        ("Viet khong dau thi may khong hieu duoc nghia cua cau nay, nen hay go dau day du nhe.", "language"),
        ("asdkjh qwpoeiru zxcmnb fghjkl qwrtp sdfgh zxcvb mnbvc lkjhg poiuy trewq hgfds bvcxz njhgf", "gibberish"),
        ("|~^ a §¦# °¬|! b l1I~ ^*§ ¦#°¬ n§¦ h#° c ¬|!t ~^*r §¦i #°¬ e |~^ d §¦# a°¬| u x p " * 2, "gibberish"),
        ("Nhà cái số một, cá cược bóng đá và nổ hũ đổi thưởng, casino trực tuyến cả ngày! " * 2, "flagged_words"),
        ("\n".join(["Mua ngay hôm nay để nhận quà tặng bất ngờ từ cửa hàng."] * 12), "dup"),
    ],
)  # fmt: skip
def test_what_is_dropped_and_why(reason, text, expected):
    assert reason(text).startswith(expected)


def test_english_text_with_vietnamese_names_stays_english(repository):
    cleaner = Cleaner(params.load(Params, repository / "params.yaml", *SECTIONS, language="en"))
    assert cleaner.clean(f"{ENGLISH} His name was Nguyễn Văn Tí, and his friend was Hoà.").reason == ""
    assert cleaner.clean(STORY).reason.startswith("language")


def test_rules_pass_a_text_or_give_a_reason_and_a_value(settings):
    for _, rule in quality.rules(settings, None):
        for text in (STORY, ENGLISH, "|| a ||", "#" * 9 + " b1"):
            fault = rule(TextStatistics(text))
            assert fault is None or (fault.reason and fault.value >= 0)


def test_a_long_text_is_cut_into_pieces_that_make_it_up():
    text = STORY * 20
    whole = TextStatistics(text)
    parts = whole.pieces(1000)
    assert "".join(part.text for part in parts) == text
    assert all(1000 <= len(part.text) < 2010 for part in parts)
    for part in parts:
        alone = TextStatistics(part.text)
        assert len(part.words) == len(alone.words)
        assert np.array_equal(part.words.run_hashes(5), alone.words.run_hashes(5))
        assert np.array_equal(part.words.joined_run_hashes(3), alone.words.joined_run_hashes(3))


def test_one_bad_piece_of_many_does_not_drop_a_text():
    bad_fault = Fault("bad", 1)
    rule = quality.by_pieces(lambda piece: bad_fault if "xấu" in piece.text else None, 100)
    good, bad = "tốt " * 25, "xấu " * 25
    assert rule(TextStatistics(good * 5 + bad)) is None
    assert rule(TextStatistics(good + bad * 5)) == bad_fault


def documents(*texts: str, source: str = "báo") -> list[Document]:
    return [Document(document_id(source, str(number)), text, source) for number, text in enumerate(texts)]


def put(folder: Path, *parts: list[Document]) -> Path:
    for number, part in enumerate(parts):
        write_documents(folder / f"source-{number}", part)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.parquet"))}


def test_kept_and_dropped_with_figures(tmp_path, settings):
    made = documents(STORY, f"<p>{POEM}</p>", ENGLISH, "Ngắn quá.")
    metrics = run(settings, HERE, put(tmp_path / "in", made), tmp_path / "out")
    kept = list(read_documents(tmp_path / "out/kept"))
    assert {document.text for document in kept} == {STORY, POEM}
    assert [document.id for document in kept] == sorted(document.id for document in kept)
    assert [document.metadata["repairs"] for document in kept if document.text == POEM] == [["markup", "whitespace"]]
    dropped = {document.text: document.metadata for document in read_documents(tmp_path / "out/dropped")}
    assert dropped == {
        ENGLISH: {"reason": "language_en", "value": 0.0},
        "Ngắn quá.": {"reason": "too_short", "value": 2},
    }
    assert metrics["documents"] == {"in": 4, "kept": 2, "dropped": 2}
    assert metrics["dropped"] == {"language_en": 1, "too_short": 1}
    assert metrics["sources"]["báo"]["in"] == 4
    assert metrics["bytes"]["kept"] == len(STORY.encode()) + len(POEM.encode())
    assert metrics["syllables"]["kept"] == len(STORY.split()) + len(POEM.split())
    assert metrics["dropped_syllables"]["too_short"] == metrics["sources"]["báo"]["dropped_syllables"]["too_short"] == 2
    assert metrics["sources"]["báo"]["bytes"]["dropped"] == len(ENGLISH.encode()) + len("Ngắn quá.".encode())
    assert "labels" not in metrics


def test_vietnamese_without_diacritics_is_labelled(tmp_path, settings):
    bare = strip_diacritics(STORY)
    metrics = run(settings, HERE, put(tmp_path / "in", documents(STORY, bare)), tmp_path / "out")
    assert [document.text for document in read_documents(tmp_path / "out/kept")] == [STORY]
    assert metrics["dropped"] == {"language_vi_unaccented": 1}


def test_the_placement_of_tone_marks_is_a_parameter(settings):
    text = "Hoà bình, khỏe mạnh, quý vị."
    for placement, expected, repairs in [
        ("new", "Hòa bình, khỏe mạnh, quý vị.", ("tones",)),
        ("old", "Hoà bình, khoẻ mạnh, quý vị.", ("tones",)),
        (None, text, ()),
    ]:
        assert Cleaner(dataclasses.replace(settings, tone_placement=placement)).repair(text) == (expected, repairs)


def test_each_repair_can_be_switched_off(settings):
    broken = f"<b>Nhà</b>.\u200bÐức nói.Vâng! {'Giếng làng'.encode().decode('latin-1')} ‐ x"
    none = Cleaner(dataclasses.replace(settings, repairs=(), tone_placement=None, min_doubled_words=None))
    assert none.repair(broken) == (broken, ())
    for name in ("markup", "encoding", "confusables", "punctuation", "invisible", "glued_sentences"):
        assert Cleaner(dataclasses.replace(settings, repairs=(name,))).repair(broken)[1] == (name,)


def test_the_output_depends_neither_on_order_nor_files_nor_workers(tmp_path, settings):
    made = documents(*(f"{STORY} Lần thứ {number}." for number in range(30)), ENGLISH, "Ngắn.")
    run(settings, HERE, put(tmp_path / "a", made), tmp_path / "one")
    run(settings, HERE, put(tmp_path / "b", made[:7:-1], made[7::-1]), tmp_path / "two")
    run(
        settings,
        dataclasses.replace(HERE, tasks=3, workers=2),
        put(tmp_path / "c", made[3:], made[:3]),
        tmp_path / "three",
    )
    assert everything(tmp_path / "one") == everything(tmp_path / "two") == everything(tmp_path / "three")


def test_rules_never_see_labels(tmp_path, settings):
    plain, labelled = documents(STORY, ENGLISH, POEM), documents(STORY, ENGLISH, POEM)
    for document in labelled:
        document.metadata["defect"] = "gibberish"
    run(settings, HERE, put(tmp_path / "a", plain), tmp_path / "one")
    run(settings, HERE, put(tmp_path / "b", labelled), tmp_path / "two")
    assert [d.text for d in read_documents(tmp_path / "one/kept")] == [
        d.text for d in read_documents(tmp_path / "two/kept")
    ]


def test_lines_that_most_documents_share_are_removed(tmp_path, settings):
    notice = "Góc Phố, tờ báo của mọi nhà"
    made = documents(*(f"{notice}\n{STORY} Lần thứ {number}." for number in range(40)))
    run(settings, HERE, put(tmp_path / "in", made), tmp_path / "out")
    assert not any(notice in document.text for document in read_documents(tmp_path / "out/kept"))


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("Hòa", "Hoà"),
        lambda text: text.replace("Điện", "Ðiện"),
        lambda text: text.replace(" lực ", "&nbsp;lực "),
        lambda text: encode(text, "tcvn3").decode("latin-1"),
        lambda text: text.encode().decode("latin-1"),
    ],
    ids=["tone placement", "eth", "entity", "TCVN3", "mojibake"],
)
def test_lines_are_counted_as_the_repairs_leave_them(tmp_path, settings, written):
    footer = "Điện lực Hòa Bình, vì nguồn sáng của mọi nhà"
    made = documents(*(written(f"{STORY} Lần thứ {number}.\n{footer}") for number in range(40)))
    run(settings, HERE, put(tmp_path / "in", made), tmp_path / "out")
    kept = [document.text for document in read_documents(tmp_path / "out/kept")]
    assert len(kept) == 40
    assert all(text.endswith(".") for text in kept)


def test_recall_and_precision_of_labelled_documents(tmp_path, settings):
    made = documents(STORY, ENGLISH, f"<p>{POEM}</p>", f"Góc riêng của chúng mình hôm nay\n{LAW}", "Ngắn.")
    for document, kind in zip(made, ["", "wrong_language", "html", "boilerplate", ""], strict=True):
        if kind:
            document.metadata["defect"] = kind
    made[2].metadata["original"], made[3].metadata["original"] = POEM, LAW
    labels = run(settings, HERE, put(tmp_path / "in", made), tmp_path / "out")["labels"]
    assert labels["recall"] == {"wrong_language": 1.0, "html": 1.0, "boilerplate": 0.0}
    assert labels["precision"] == {"wrong_language": 1.0, "html": 1.0}
    assert labels["clean_lost"] == 0.5  # the short one was dropped without a label


def test_what_can_be_repaired_must_be_kept_and_unaccented_text_be_named(tmp_path, settings):
    bare = strip_diacritics(STORY)
    made = documents("Ngắn.", STORY.replace("đ", "ð"), STORY.replace("Đ", "Ð"), bare, ENGLISH)
    kinds = ["glued_sentences", "confusables", "confusables", "unaccented", "unaccented"]
    for document, kind in zip(made, kinds, strict=True):
        document.metadata["defect"] = kind
    made[0].metadata["original"] = "Ngắn. Hết."
    made[1].metadata["original"] = made[2].metadata["original"] = STORY
    labels = run(settings, HERE, put(tmp_path / "in", made), tmp_path / "out")["labels"]
    assert labels["recall"]["glued_sentences"] == 0.0  # dropped, as too short
    assert labels["recall"]["unaccented"] == 0.5  # the other was dropped as English
    assert labels["precision"]["unaccented"] == 1.0


def test_an_empty_corpus_passes_and_a_source_that_is_all_dropped_stops(tmp_path, settings):
    metrics = run(settings, HERE, put(tmp_path / "empty", []), tmp_path / "out")
    assert metrics["documents"] == {"in": 0, "kept": 0, "dropped": 0}
    assert list(read_documents(tmp_path / "out/kept")) == []
    with pytest.raises(BadInput, match=r"source báo: all 2 documents dropped .*language_en 2"):
        run(
            settings,
            HERE,
            put(tmp_path / "english", documents(STORY, source="truyện"), documents(ENGLISH, ENGLISH)),
            tmp_path / "bad",
        )
    assert not (tmp_path / "bad").exists()


def test_nothing_is_left_of_sorting(tmp_path, settings):
    run(settings, HERE, put(tmp_path / "in", documents(STORY, ENGLISH)), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["dropped", "kept"]


def test_the_settings_of_all_languages_are_complete(repository):
    for language in ("vi", "en", "code"):
        loaded = params.load(Params, repository / "params.yaml", *SECTIONS, language=language)
        assert Cleaner(loaded).clean("Ừ.").reason == "too_short"


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "language", "min_kept"), [("vi/news", "vi", 0.98), ("vi/law", "vi", 0.8), ("en/books", "en", 0.95)]
)
def test_real_text_survives(real_data, repository, name, language, min_kept):
    cleaner = Cleaner(params.load(Params, repository / "params.yaml", *SECTIONS, language=language))
    with gzip.open(real_data(f"corpus/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        reasons = Counter(cleaner.clean(json.loads(line)["text"][:50_000]).reason for line in islice(lines, 40))
    assert reasons[""] >= min_kept * 40, reasons
