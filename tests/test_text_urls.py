"""Documents by their address."""

import pytest

from stages import params
from stages.clean import SECTIONS, Params, run
from stages.cleaning.settings import Urls
from stages.cleaning.urls import read_domains, url_rule
from stages.errors import BadInput
from stages.execution.settings import Execution
from stages.text.documents import Document, read_documents, write_documents

URLS = Urls(
    blocked_domains=("nhacai.example", "xau.com.vn"),
    blocked_host_words=("lode", "sex"),
    blocked_host_parts=("cacuoc",),
    blocked_phrases=("ca cuoc uy tin",),
    allowed_domains=("bao.example", "gov.vn"),
)

HERE = Execution(executor="local", tasks=1, workers=1, slurm=None, ray=None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", True),
        ("https://lang.example/bai-1", True),
        ("https://nhacai.example", (False, "url_blocked_domain")),
        ("HTTP://M.NhaCai.example:8080/x?y=1", (False, "url_blocked_domain")),
        ("a.b.xau.com.vn/1", (False, "url_blocked_domain")),
        ("https://khongxau.com.vn/", True),
        ("https://lang.example/?from=nhacai.example", True),
        ("https://lang.example/bat-duong-day-ca-cuoc", True),
        ("https://lang.example/Ca_Cuoc-uy.tin", (False, "url_blocked_word")),
        ("https://lang.example/ca-cuoc-uy-tinh", True),
        ("https://ca.cuoc.example/", (False, "url_blocked_word")),
        ("https://topcacuoc247.example/1", (False, "url_blocked_word")),
        ("https://LoDe88.example/", (False, "url_blocked_word")),
        ("https://m.sex.example/", (False, "url_blocked_word")),
        ("https://explode.example/sex", True),
        ("https://essex.example/unisex", True),
        ("https://the-thao.bao.example/ca-cuoc-uy-tin", True),
        ("http://congan.tinh.gov.vn/sex", True),
    ],
)
def test_addresses(url, expected):
    assert url_rule(URLS)(url) == expected


def test_a_list_of_domains(tmp_path):
    file = tmp_path / "domains.txt"
    file.write_text("# of ours\nXau.example\n\nm.khac.example # mobile\n", encoding="utf-8")
    domains = read_domains(file)
    assert domains == {"xau.example", "m.khac.example"}
    rule = url_rule(URLS, domains)
    assert rule("https://m.khac.example/") == (False, "url_blocked_domain")
    assert rule("https://khac.example/") is True
    file.write_text("xau.example\nhttp://xau.example/\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2"):
        read_domains(file)
    with pytest.raises(BadInput, match="no readable list"):
        read_domains(tmp_path / "none.txt")


def test_the_stage_drops_by_address_and_says_so(tmp_path, repository):
    settings = params.load(Params, repository / "params.yaml", *SECTIONS, language="vi")
    text = "Chiều nay bà ngoại kể cho cả nhà nghe chuyện con đò cũ ở bến sông và người lái đò."
    urls = ["https://lang.example/1", "https://xau.example/2", "https://lang.example/nha-cai-so-1"]
    made = [Document(f"{number:016}", text + f" Lần {number}.", "web", url=url) for number, url in enumerate(urls)]
    write_documents(tmp_path / "in", made)
    (tmp_path / "domains.txt").write_text("xau.example\n", encoding="utf-8")
    metrics = run(settings, HERE, tmp_path / "in", tmp_path / "out", tmp_path / "domains.txt")
    assert metrics["dropped"] == {"url_blocked_domain": 1, "url_blocked_word": 1}
    assert [document.url for document in read_documents(tmp_path / "out/kept")] == urls[:1]


@pytest.mark.parametrize(
    ("language", "url"),
    [
        ("vi", "https://bao.example/viet-nam-danh-bai-thai-lan-2-0"),
        ("vi", "https://bao.example/sua-nha-cai-tao-can-ho"),
        ("vi", "https://bao.example/dung-qua-lo-de-phong-la-duoc"),
        ("vi", "https://bao.example/cong-ca-do-dam"),
        ("vi", "https://bao.example/dang-ngoi-voi-ban-gai-goi-mon"),
        ("vi", "https://bao.example/giao-duc-sex"),
        ("vi", "https://bao.example/cong-an-pha-duong-day-lo-de"),
        ("vi", "https://avocado.example/cach-trong-bo"),
        ("vi", "https://technohub.example/tin"),
        ("vi", "https://essex.example/"),
        ("en", "https://specialist.example/sex-education-act"),
        ("en", "https://news.example/casino-royale-review"),
        ("en", "https://alphabet.example/poker-face"),
    ],
)
def test_words_with_another_meaning_pass(repository, language, url):
    assert url_rule(params.load(Params, repository / "params.yaml", *SECTIONS, language=language).urls)(url) is True


@pytest.mark.parametrize(
    ("language", "url"),
    [
        ("vi", "https://www.nhacai-88.example/"),
        ("vi", "https://top10nhacaiuytin.example/"),
        ("vi", "https://nohu52.example/tai-app"),
        ("vi", "https://soi-cau-247.example/"),
        ("vi", "https://phimsexviet.example/1"),
        ("vi", "https://blog.example/nha-cai-uy-tin-nhat"),
        ("vi", "https://blog.example/game-bai-doi-thuong-2020"),
        ("en", "https://best-casinos.example/"),
        ("en", "https://freeporntube.example/"),
        ("en", "https://blog.example/best-online-casino-2020"),
    ],
)
def test_sites_of_gambling_and_adult_pages_are_blocked(repository, language, url):
    rule = url_rule(params.load(Params, repository / "params.yaml", *SECTIONS, language=language).urls)
    assert rule(url) == (False, "url_blocked_word")


def test_the_project_s_own_list_is_readable(repository):
    assert isinstance(read_domains(repository / "data/blocked_domains.txt"), frozenset)
