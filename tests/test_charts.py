"""Charts: static SVG that stands alone, the same each time, readable on a light and a dark page."""

import re
import xml.etree.ElementTree as ET

import pytest

from stages.reporting import charts

MODELS = ["base", "pretrain/all", "merge"]
SCORES = [{"model": m, "part": "facts", "acc": 0.3, "low": 0.25, "high": 0.35} for m in MODELS]
BARS = [{"group": g, "kind": k, "value": 3} for g in ("Tiếng Việt", "English") for k in ("before", "after")]
CURVE = [{"run": "base", "language": "English", "step": step, "value": 4 - step / 10} for step in range(1, 20)]

SPECS = {
    "scores": charts.scores(SCORES, MODELS, "#e4572e", 0.25),
    "progress": charts.progress(SCORES, MODELS, 0.25),
    "training": charts.training(CURVE, [{"run": "base", "step": 1}], "nats a token", {"base": "#e4572e"}, "run"),
    "bars": charts.grouped_bars(BARS, ["Tiếng Việt", "English"], {"before": "#888888", "after": "#e4572e"}, "x", ".1f"),
    "stacked": charts.stacked_bars(BARS, ["Tiếng Việt", "English"], ["after", "before"], "documents"),
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
    assert drawn.count(">30%<") == len(MODELS)
    assert all(f">{model}<" in drawn for model in MODELS)
    assert "Tiếng Việt" in charts.svg(SPECS["bars"], "bars")
