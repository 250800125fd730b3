"""Charts as static SVG: Vega-Lite specifications, drawn here, without scripts or outside references.

Text and axes take the colour of the page around them (`currentColor`), so that one drawing serves
the light and the dark page.
"""

import re
from typing import Any

import vl_convert

# Colours that keep their contrast on white and on near-black, told apart also by the colour-blind.
LANGUAGE_COLOURS = {"vi": "#e4572e", "en": "#2e86c1", "code": "#8e7cc3"}
COLOURS = ("#2e86c1", "#e4572e", "#3aa17e", "#c9a227", "#8e7cc3", "#d46a92", "#6b8e23", "#5f9ea0", "#b5651d", "#7f8c8d")
INK, GRID = "#010203", "#040506"  # stand-ins, exchanged after drawing

# Part of the drawing library and as wide as Arial: text takes the same room on every machine.
FONT = "Liberation Sans"
PAGE_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"

CONFIG = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": INK, "tickColor": GRID, "domainColor": GRID, "gridColor": GRID,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 220, "titlePadding": 8,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "orient": "top"},
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12},
    "title": {"color": INK, "fontSize": 13, "anchor": "start", "fontWeight": "bold", "offset": 8},
}  # fmt: skip

Rows = list[dict[str, Any]]


def svg(spec: dict[str, Any], name: str) -> str:
    """Draw a specification as inline SVG; `name` (letters and dashes) keeps its ids apart from other charts'.

    The same specification gives the same text, whatever was drawn before.
    """
    drawn = vl_convert.vegalite_to_svg({**spec, "config": CONFIG}, allowed_base_urls=[])
    numbers: dict[str, str] = {}
    for id_ in re.findall(r'\bid="([^"]+)"', drawn):
        numbers[id_] = f"{name}-{len(numbers)}"
    for id_, short in sorted(numbers.items(), key=lambda pair: -len(pair[0])):
        drawn = drawn.replace(f'id="{id_}"', f'id="{short}"').replace(f"url(#{id_})", f"url(#{short})")
    drawn = drawn.replace(INK, "currentColor").replace(
        f'stroke="{GRID}"', 'stroke="currentColor" stroke-opacity="0.15"'
    )
    drawn = drawn.replace(f'font-family="{FONT}"', f'font-family="{PAGE_FONT}"')
    return drawn.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")


def scores(rows: Rows, models: list[str], languages: dict[str, str], chance: float | None) -> dict[str, Any]:
    """Scores along the models of the pipeline, a line a language, with intervals; chance dashed.

    Rows: model, language (a key of `languages`, which has the colours), value, low, high (0 to 1).
    """
    axis = {"labelAngle": -40, "grid": False}
    x = {"field": "model", "type": "nominal", "sort": models, "scale": {"domain": models}, "title": None, "axis": axis}
    y = {"type": "quantitative", "axis": {"format": ".0%", "tickCount": 5}, "scale": {"domain": [0, 1]}, "title": None}
    colour = {"field": "language", "scale": {"domain": list(languages), "range": list(languages.values())}}
    colour |= {"type": "nominal", "title": None, "legend": {"symbolOpacity": 1}}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.35, "strokeCap": "round"},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
        },
        {
            "mark": {"type": "line", "point": {"size": 40, "filled": True}, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": {**y, "field": "value"}, "color": colour},
        },
    ]
    if chance is not None:
        rule = {"type": "rule", "strokeDash": [4, 4], "color": INK, "opacity": 0.6}
        layers.append({"data": {"values": [{"y": chance}]}, "mark": rule, "encoding": {"y": {**y, "field": "y"}}})
    return {"data": {"values": rows}, "width": max(120, 24 * len(models)), "height": 190, "layer": layers}


def _logarithmic(rows: Rows) -> dict[str, Any]:
    """Scale and axis from the least `low` to the greatest `high`, with a tick at 1, 2 and 5 of each decade.

    Linear where the greatest is less than five times the least: there would be hardly a tick.
    """
    low, high = 0.95 * min(row["low"] for row in rows), 1.05 * max(row["high"] for row in rows)
    if high < 5 * low:
        return {"scale": {"zero": False, "nice": False, "domain": [low, high]}, "axis": {"tickCount": 5}}
    ticks = [digit * 10.0**power for power in range(-3, 4) for digit in (1, 2, 5)]
    scale = {"type": "log", "nice": False, "domain": [low, high]}
    return {"scale": scale, "axis": {"values": [tick for tick in ticks if low <= tick <= high], "format": "~g"}}


def changes(rows: Rows, colour: str) -> dict[str, Any]:
    """A forest plot: the change of each task in points with its interval, and a line at none.

    Rows: task (in the order given), change, low, high, `clear`: whether it is told apart from none.
    """
    y = {"field": "task", "type": "nominal", "sort": [row["task"] for row in rows], "title": None}
    x = {"type": "quantitative", "title": "change in points", "axis": {"tickCount": 5, "format": "+.3~r"}}
    filled = {"condition": {"test": "datum.clear", "value": colour}, "value": "transparent"}
    return {
        "data": {"values": rows},
        "width": 270,
        "height": {"step": 20},
        "layer": [
            {"data": {"values": [{"x": 0}]}, "mark": {"type": "rule", "color": INK, "opacity": 0.6},
             "encoding": {"x": {**x, "field": "x"}}},
            {"mark": {"type": "rule", "strokeWidth": 2, "color": colour},
             "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "size": 50, "opacity": 1, "stroke": colour},
             "encoding": {"y": y, "x": {**x, "field": "change"}, "fill": filled}},
        ],
    }  # fmt: skip


def domains(rows: Rows, colours: dict[str, str]) -> dict[str, Any]:
    """Bits per byte of each domain as dots with intervals, a row a domain and model, on a logarithmic axis.

    Rows: domain (in the order given), model (a key of `colours`), value, low, high.
    """
    names = list(dict.fromkeys(row["domain"] for row in rows))
    y = {"field": "domain", "type": "nominal", "sort": names, "title": None}
    offset = {"field": "model", "sort": list(colours)}
    x = {"type": "quantitative", "title": "bits per byte", **_logarithmic(rows)}
    colour = {"field": "model", "scale": {"domain": list(colours), "range": list(colours.values())}, "title": None}
    rule = {"type": "rule", "strokeWidth": 4, "opacity": 0.4}
    dot = {"type": "point", "filled": True, "size": 55, "opacity": 1}
    shared = {"y": y, "yOffset": offset, "color": colour | {"legend": {"columns": 2, "symbolOpacity": 1}}}
    return {
        "data": {"values": rows},
        "width": 270,
        "height": {"step": 15},
        "layer": [
            {"mark": rule, "encoding": {**shared, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": dot, "encoding": {**shared, "x": {**x, "field": "value"}}},
        ],
    }


def training(
    rows: Rows,
    ends: Rows,
    y_title: str,
    colours: dict[str, str],
    field: str,
    x_title: str = "steps of all runs, one after the other",
    points: Rows | None = None,
) -> dict[str, Any]:
    """Curves of all runs, one after the other, with a mark where each begins.

    Rows: x, value, run, and `field`, which `colours` maps; `ends`: x and run where each run begins; `points`, measured
    apart from the curves: x, value, low, high and `field`. With those the vertical axis is logarithmic.
    """
    x = {"type": "quantitative", "title": x_title, "axis": {"grid": False, "format": "~s"}}
    line = {"type": "line", "strokeWidth": 1.8, "clip": True}
    colour = {"field": field, "scale": {"domain": list(colours), "range": list(colours.values())}, "title": None}
    colour |= {"legend": {"symbolOpacity": 1}}
    y = {"type": "quantitative", "title": y_title, "scale": {"zero": False, "nice": True}}
    if points:
        y |= _logarithmic([*({"low": row["value"], "high": row["value"]} for row in rows), *points])
    start = {"type": "rule", "color": INK, "opacity": 0.25, "strokeDash": [2, 3]}
    name = {"type": "text", "angle": 270, "align": "right", "baseline": "top", "dx": -2, "dy": 2, "fontSize": 10}
    at = {"x": {**x, "field": "x"}, "color": colour}
    dots = [
        {
            "data": {"values": points},
            "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.5},
            "encoding": {**at, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
            "encoding": {**at, "y": {**y, "field": "value"}},
        },
    ]
    return {
        "data": {"values": rows},
        "width": 620,
        "height": 260,
        "layer": [
            {"mark": line, "encoding": {**at, "y": {**y, "field": "value"}}},
            {"data": {"values": ends}, "mark": start, "encoding": {"x": {**x, "field": "x"}}},
            {
                "data": {"values": ends},
                "mark": {**name, "color": INK, "opacity": 0.7},
                "encoding": {"x": {**x, "field": "x"}, "y": {"value": 0}, "text": {"field": "run"}},
            },
            *(dots if points else []),
        ],
    }


def grouped_bars(rows: Rows, groups: list[str], colours: dict[str, str], x_title: str, number: str) -> dict[str, Any]:
    """Bars side by side. Rows: group, kind (a key of `colours`), value; `number` is a d3 format."""
    y = {"field": "group", "type": "nominal", "sort": groups, "title": None}
    x = {"field": "value", "type": "quantitative", "title": x_title, "axis": {"tickCount": 5, "format": number}}
    offset = {"field": "kind", "sort": list(colours)}
    colour = {"field": "kind", "scale": {"domain": list(colours), "range": list(colours.values())}, "title": None}
    text = {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": INK}
    return {
        "data": {"values": rows},
        "width": 320,
        "height": {"step": 18},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {"y": y, "x": x, "yOffset": offset, "color": colour},
            },
            {
                "mark": text,
                "encoding": {"y": y, "x": x, "yOffset": offset, "text": {"field": "value", "format": number}},
            },
        ],
    }


def ranked_bars(rows: Rows, colours: dict[str, str], x_title: str, number: str) -> dict[str, Any]:
    """One bar a name, in the order given, with its label. Rows: name, kind (a key of `colours`), value, label."""
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in rows], "title": None}
    x = {"field": "value", "type": "quantitative", "title": x_title, "axis": {"tickCount": 4, "format": number}}
    colour = {"field": "kind", "scale": {"domain": list(colours), "range": list(colours.values())}, "title": None}
    text = {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": INK}
    return {
        "data": {"values": rows},
        "width": 260,
        "height": {"step": 20},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": {"y": y, "x": x, "color": colour}},
            {"mark": text, "encoding": {"y": y, "x": x, "text": {"field": "label"}}},
        ],
    }


def spreads(rows: Rows, x_title: str) -> dict[str, Any]:
    """Percentiles of each group on a logarithmic axis: 5 to 95 thin, 20 to 80 thick, the median a dot, bounds dashes.

    Rows: group, p5, p20, p50, p80, p95, low, high.
    """
    y = {"field": "group", "type": "nominal", "sort": [row["group"] for row in rows], "title": None}
    x = {"type": "quantitative", "scale": {"type": "log"}, "title": x_title, "axis": {"tickCount": 5}}
    thin = {"type": "rule", "strokeWidth": 2, "opacity": 0.6, "color": COLOURS[0]}
    thick = {"type": "rule", "strokeWidth": 9, "opacity": 0.6, "color": COLOURS[0]}
    bound = {"type": "tick", "thickness": 2, "size": 20, "color": COLOURS[1]}
    return {
        "data": {"values": rows},
        "width": 420,
        "height": {"step": 30},
        "layer": [
            {"mark": thin, "encoding": {"y": y, "x": {**x, "field": "p5"}, "x2": {"field": "p95"}}},
            {"mark": thick, "encoding": {"y": y, "x": {**x, "field": "p20"}, "x2": {"field": "p80"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": COLOURS[0]},
                "encoding": {"y": y, "x": {**x, "field": "p50"}},
            },
            *({"mark": bound, "encoding": {"y": y, "x": {**x, "field": side}}} for side in ("low", "high")),
        ],
    }


def ranges(rows: Rows, kinds: list[str], x_title: str) -> dict[str, Any]:
    """Mean and range of each method, a panel a kind. Rows: method (in the order given), kind, mean, low, high."""
    methods = list(dict.fromkeys(row["method"] for row in rows))
    y = {"field": "method", "type": "nominal", "sort": methods, "title": None}
    x = {"type": "quantitative", "scale": {"zero": False}, "title": x_title, "axis": {"tickCount": 4}}
    rule = {"type": "rule", "strokeWidth": 4, "opacity": 0.4, "color": COLOURS[0]}
    dot = {"type": "point", "filled": True, "size": 50, "opacity": 1, "color": COLOURS[0]}
    return {
        "hconcat": [
            {
                "title": kind,
                "data": {"values": [row for row in rows if row["kind"] == kind]},
                "width": 190,
                "height": {"step": 24},
                "layer": [
                    {"mark": rule, "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
                    {"mark": dot, "encoding": {"y": y, "x": {**x, "field": "mean"}}},
                ],
            }
            for kind in kinds
        ]
    }


def curves(rows: Rows, y_title: str) -> dict[str, Any]:
    """A line a method along buckets of occurrences, two a decade. Rows: method, occurrences (text, in order), value."""
    steps = sorted({row["occurrences"] for row in rows}, key=lambda text: int(text.replace(",", "")))
    axis = {"labelAngle": 0, "grid": False, "labelOverlap": True}
    return {
        "data": {"values": rows},
        "width": 320,
        "height": 260,
        # Without a label for each point, which would double the file.
        "mark": {"type": "line", "point": {"size": 35, "filled": True, "aria": False}, "strokeWidth": 2, "aria": False},
        "encoding": {
            "x": {
                "field": "occurrences",
                "type": "ordinal",
                "scale": {"domain": steps},
                "title": "times seen in training, from",
                "axis": axis,
            },
            "y": {"field": "value", "type": "quantitative", "title": y_title, "scale": {"zero": False}},
            "color": {"field": "method", "scale": {"range": list(COLOURS)}, "title": None, "legend": {"columns": 4}},
        },
    }


def histogram(rows: Rows, bins: list[str], kinds: list[str], y_title: str) -> dict[str, Any]:
    """Columns with the kinds stacked in the order given. Rows: bin (of `bins`, which are in order), kind, value."""
    rows = [{**row, "place": kinds.index(row["kind"])} for row in rows]
    axis = {"labelAngle": -40, "grid": False, "labelOverlap": True}
    return {
        "data": {"values": rows},
        "width": max(160, min(620, 24 * len(bins))),
        "height": 220,
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "bin", "type": "ordinal", "scale": {"domain": bins}, "title": None, "axis": axis},
            "y": {"field": "value", "type": "quantitative", "title": y_title, "axis": {"tickCount": 5, "format": "~s"}},
            "color": {
                "field": "kind",
                "scale": {"domain": kinds, "range": list(COLOURS)},
                "title": None,
                "legend": {"columns": 3, "orient": "bottom"},
            },
            "order": {"field": "place"},
        },
    }
