"""Charts: static SVG that stands alone, the same each time, readable on a light and a dark page."""

import re
import xml.etree.ElementTree as ET

import pytest

from stages.reporting import charts

MODELS = ["base", "pretrain/all", "merge"]
SCORES = [{"model": m, "language": "English", "value": 0.3, "low": 0.25, "high": 0.35} for m in MODELS]
CHANGES = [{"task": f"exam: {n}", "change": n, "low": n - 2, "high": n + 2, "clear": n > 2} for n in range(-1, 4)]
DOMAINS = [
    {"domain": domain, "model": model, "value": 0.3, "low": 0.25, "high": 3.5}
    for domain in ("báo", "luật")
    for model in ("base", "merge")
]
BARS = [{"group": g, "kind": k, "value": 3} for g in ("Tiếng Việt", "English") for k in ("before", "after")]
CURVE = [{"run": "base", "language": "English", "x": step, "value": 4 - step / 10} for step in range(1, 20)]

RANKED = [
    {"name": "too_short", "kind": "clean", "value": 0.02, "label": "1,717"},
    {"name": "a_copy", "kind": "dedup", "value": 0.01, "label": "860"},
]
SPREADS = [{"group": "báo", "p5": 3, "p20": 9, "p50": 20, "p80": 60, "p95": 300, "low": 2.5, "high": 900}]
COLUMNS = [{"bin": year, "kind": kind, "value": 5} for year in ("2019", "2021") for kind in ("báo", "web")]

SPECS = {
    "scores": charts.scores(SCORES, MODELS, {"English": "#e4572e"}, 0.25),
    "changes": charts.changes(CHANGES, "#e4572e"),
    "domains": charts.domains(DOMAINS, {"base": "#888888", "merge": "#e4572e"}),
    "training": charts.training(CURVE, [{"run": "base", "x": 1}], "nats a token", {"base": "#e4572e"}, "run"),
    "bars": charts.grouped_bars(BARS, ["Tiếng Việt", "English"], {"before": "#888888", "after": "#e4572e"}, "x", ".1f"),
    "ranked": charts.ranked_bars(RANKED, {"clean": "#e4572e", "dedup": "#2e86c1"}, "share", ".1~%"),
    "spreads": charts.spreads(SPREADS, "perplexity"),
    "histogram": charts.histogram(COLUMNS, ["2019", "2020", "2021"], ["báo", "web"], "documents"),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_well_formed_and_asks_for_nothing_from_outside(name: str) -> None:
    drawn = charts.svg(SPECS[name], name)
    ET.fromstring(drawn)
    assert not re.search(r"""(?:href|src)=["'](?!#)|<script|<image|@import|url\((?!#)""", drawn)
    assert set(re.findall(r"https?://[^\"]+", drawn)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_the_same_whatever_was_drawn_before(name: str) -> None:
    first = charts.svg(SPECS[name], name)
    for other in SPECS.values():
        charts.svg(other, "other")
    assert charts.svg(SPECS[name], name) == first


def test_ids_of_two_charts_on_a_page_differ_and_are_all_found() -> None:
    one, other = charts.svg(SPECS["training"], "one"), charts.svg(SPECS["training"], "two")
    ids = [set(re.findall(r'\bid="([^"]+)"', drawn)) for drawn in (one, other)]
    assert ids[0] and not ids[0] & ids[1]
    for drawn, own in zip((one, other), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= own


@pytest.mark.parametrize("name", SPECS)
def test_text_takes_the_colour_of_the_page(name: str) -> None:
    drawn = charts.svg(SPECS[name], name)
    assert charts.INK not in drawn and charts.GRID not in drawn
    root = ET.fromstring(drawn)
    texts = [element for element in root.iter() if element.tag.endswith("}text") and element.text]
    assert texts and all(element.get("fill") == "currentColor" for element in texts)
    assert 'fill="white"' not in drawn


def test_the_values_are_drawn() -> None:
    drawn = charts.svg(SPECS["scores"], "scores")
    assert all(drawn.count(f"model: {model}; value: 30%;") for model in MODELS)
    assert all(f">{model}<" in drawn for model in MODELS)
    assert "Tiếng Việt" in charts.svg(SPECS["bars"], "bars")


def test_bars_stand_in_the_order_given_with_their_labels() -> None:
    drawn = charts.svg(SPECS["ranked"], "ranked")
    assert drawn.index(">too_short<") < drawn.index(">a_copy<") and ">1,717<" in drawn and ">860<" in drawn


def test_a_year_without_documents_has_its_place() -> None:
    assert ">2020<" in charts.svg(SPECS["histogram"], "years")
